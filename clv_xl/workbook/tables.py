"""Tables as their parts describe them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clv_xl.workbook.address import Area, area
from clv_xl.workbook.markup import child, unescape

if TYPE_CHECKING:
    from lxml import etree


@dataclass(frozen=True)
class Table:
    """A table: `area` includes its header and totals rows, `calculated_columns` gives the formulas of columns."""

    name: str
    sheet: str
    area: Area
    columns: list[str]
    header_rows: int
    totals_rows: int
    part: str
    calculated_columns: dict[str, str]

    @property
    def body(self) -> Area | None:
        """The rows between header and totals, or None when there are none."""
        top, bottom = self.area.top + self.header_rows, self.area.bottom - self.totals_rows
        return self.area._replace(top=top, bottom=bottom) if top <= bottom else None


def read_table(root: etree._Element, sheet: str, part: str) -> Table:
    """Read a table part."""
    columns: list[str] = []
    calculated: dict[str, str] = {}
    defined = child(root, "tableColumns")
    for column in [] if defined is None else defined.iterchildren("{*}tableColumn"):
        name = unescape(column.get("name") or "")
        columns.append(name)
        formula = child(column, "calculatedColumnFormula")
        if formula is not None:
            calculated[name] = unescape(formula.text or "")
    return Table(
        name=root.get("displayName") or root.get("name") or "",
        sheet=sheet,
        area=area(root.get("ref", "A1")),
        columns=columns,
        header_rows=int(root.get("headerRowCount", "1")),
        totals_rows=int(root.get("totalsRowCount", "0")),
        part=part,
        calculated_columns=calculated,
    )
