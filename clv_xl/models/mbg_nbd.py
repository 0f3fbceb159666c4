"""MBG/NBD: Batislam, Denizel and Filiztekin (2007), Int. J. of Research in Marketing 24(3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .beta_geometric import BetaGeometric


@dataclass(frozen=True)
class MBGNBD(BetaGeometric):
    """As BG/NBD, but a customer may leave after the first purchase too: better where most buy once."""

    TOSSED_AT_FIRST: ClassVar[bool] = True
