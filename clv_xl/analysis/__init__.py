"""What the orders of a client say, as tables: customers, their profile, cohorts and prediction."""

from .analysis import Analysis, analyse
from .tables import LISTINGS, Field, Listing

__all__ = ["LISTINGS", "Analysis", "Field", "Listing", "analyse"]
