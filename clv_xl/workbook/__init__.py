"""Workbooks read and changed without losing anything that is not changed."""

from clv_xl.workbook.book import Book
from clv_xl.workbook.patch import patch
from clv_xl.workbook.values import Cached, Formula, Frozen

__all__ = ["Book", "Cached", "Formula", "Frozen", "patch"]
