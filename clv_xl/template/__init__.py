"""The workbook that a user starts from, in a language, a currency and for a kind of spreadsheet program."""

from .making import COMMITTED, made, write

__all__ = ["COMMITTED", "made", "write"]
