"""A client's workbook made current: orders found, inputs and results recomputed, only those cells patched."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .refreshing import Refreshed, refresh

__all__ = ["Refreshed", "refresh"]


def __getattr__(name: str) -> Any:
    """What needs pandas waits until it is asked for: a record does not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import refreshing  # noqa: PLC0415  see above

    return getattr(refreshing, name)
