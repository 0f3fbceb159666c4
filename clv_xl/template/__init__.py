"""The workbook that a user starts from, in a language, a currency and for a kind of spreadsheet program."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .making import COMMITTED, made, write

__all__ = ["COMMITTED", "made", "write"]


def __getattr__(name: str) -> Any:
    """What needs the models and XlsxWriter waits until it is asked for: a refresh needs only texts and looks."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import making  # noqa: PLC0415  see above

    return getattr(making, name)
