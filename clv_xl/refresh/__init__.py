"""A client's workbook made current: orders found, inputs and results recomputed, only those cells patched."""

from .refreshing import Refreshed, refresh

__all__ = ["Refreshed", "refresh"]
