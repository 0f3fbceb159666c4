"""A workbook that inflates without end is refused before anybody reads it."""

from __future__ import annotations

import zipfile

import pytest

from clv_xl.errors import OrdersError
from clv_xl.orders.tables import read_table


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_that_inflates_a_thousandfold_is_refused(tmp_path, part):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b"<c/>" * (17 << 20))
    with pytest.raises(OrdersError, match=f"{part} inflates to 71,303,168 bytes"):
        read_table(path)
