"""A subtotal over other subtotals is left to Excel, whichever of its areas holds them."""

from __future__ import annotations

import pytest

from clv_xl.refresh import refresh
from clv_xl.refresh.reasons import HIDING


@pytest.mark.parametrize("areas", ["C1:C3,Verkopen[Bedrag]", "Verkopen[Bedrag],C1:C3", "E1:E2,Verkopen[Bedrag],C1:C3"])
def test_other_subtotals_count_in_each_area(client, areas):
    cells = {
        "A1": "=AOV(Verkopen[Bedrag])",
        "C1": ("=SUBTOTAL(9,Verkopen[Bedrag])", 720),
        "B5": (f"=SUBTOTAL(9,{areas})", 720),
    }
    stale = {stale.cell: stale.reason for stale in refresh(client(cells)).stale}
    assert stale.get("B5") is HIDING
