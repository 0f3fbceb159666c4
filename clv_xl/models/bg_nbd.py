"""BG/NBD: Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24(2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .beta_geometric import BetaGeometric


@dataclass(frozen=True)
class BGNBD(BetaGeometric):
    """A customer may leave after each repeat purchase, so one-time buyers count as alive with certainty."""

    TOSSED_AT_FIRST: ClassVar[bool] = False
