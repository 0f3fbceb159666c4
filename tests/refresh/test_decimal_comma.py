"""Texts that Excel joined with a decimal comma keep it: the file does not say its language, its values do."""

import pytest

from clv_xl.refresh import refresh
from clv_xl.workbook import Book
from clv_xl.workbook.address import parse

FORMULAS = {
    "A1": ('="CLV: "&CLV(12.5,3)', "CLV: 37,5"),
    "A2": ('="Gem. "&ROUND(AVERAGE(Verkopen[Bedrag]),2)', "Gem. 60"),
    "A3": ('="Som "&CLV(SUM(Verkopen[Bedrag])/7,1)', "Som 102,857142857143"),
    "A4": ('=COUNTIF(Verkopen[Bedrag],">"&CLV(12.5,3))', 8),
    "A5": ('=SUMIFS(Verkopen[Bedrag],Verkopen[Bedrag],">"&37.5)&" / "&CLV(1,1.5)', "640 / 1,5"),
}
NEW = {
    "A1": "CLV: 37,5",
    "A2": "Gem. 30,25",
    "A3": "Som 17,2857142857143",
    "A4": 1.0,
    "A5": "40,5 / 1,5",
}


def refreshed(client, tmp_path, cells):
    """The values after other orders, and those after no change."""
    path = client(cells)
    still = refresh(path, dry_run=True)
    export = tmp_path / "new.csv"
    lines = [f"o{at};k{at};2024-05-{1 + at:02};{amount}" for at, amount in enumerate(("20", "30,5", "30", "40,5"))]
    export.write_text("\n".join(["Bestelling;Klant;Datum;Bedrag", *lines]), encoding="utf-8")
    done = refresh(path, orders=export)
    with Book(path) as book:
        return still, done, {spot: book.cells("Rapport")[parse(spot)].value for spot in cells}


def test_a_comma_stays_a_comma(client, tmp_path):
    still, done, values = refreshed(client, tmp_path, FORMULAS)
    assert not still.changes
    assert not done.stale
    assert values == NEW


@pytest.mark.parametrize("other", [{}, {"B1": ('="1,5 and "&CLV(3,0.5)', "1,5 and 1.5")}], ids=["plain", "text"])
def test_a_point_stays_a_point(client, tmp_path, other):
    cells = {spot: (text, str(value).replace(",", ".")) for spot, (text, value) in FORMULAS.items() if spot != "A4"}
    still, _, values = refreshed(client, tmp_path, other | cells)
    assert not still.changes
    assert {spot: values[spot] for spot in cells} == {spot: str(NEW[spot]).replace(",", ".") for spot in cells}
