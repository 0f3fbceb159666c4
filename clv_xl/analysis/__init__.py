"""What the orders of a client say, as tables: customers, their profile, cohorts and prediction."""

from typing import TYPE_CHECKING, Any

from .tables import LISTINGS, Field, Listing

if TYPE_CHECKING:
    from .analysis import Analysis, analyse

__all__ = ["LISTINGS", "Analysis", "Field", "Listing", "analyse"]


def __getattr__(name: str) -> Any:
    """What needs the models waits until it is asked for: a workbook without these tables does not."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import analysis  # noqa: PLC0415  see above

    return getattr(analysis, name)
