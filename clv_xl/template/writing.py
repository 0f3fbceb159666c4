"""A plan written as a workbook, every formula with its value, the same bytes each time."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

import xlsxwriter

from clv_xl.version import __version__

from . import logo
from .long_tables import long_block
from .theme import FONT, TABLE_STYLE, style

if TYPE_CHECKING:
    from clv_xl.cells import Value

    from .context import Context
    from .plan import Block, PlannedCell, SheetPlan

CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
A4 = 9
ALLOWED = ("format_columns", "format_rows", "sort", "autofilter", "select_locked_cells", "select_unlocked_cells")
ROW_HEIGHT = 16


class Writer:
    """Writes one plan."""

    def __init__(self, context: Context) -> None:
        self.context, self.plan = context, context.plan
        self.file = BytesIO()
        default = {"font_name": FONT, "font_size": 10}
        self.book = xlsxwriter.Workbook(self.file, {"in_memory": True, "default_format_properties": default})
        self._formats: dict[str, Any] = {}
        self.long: dict[str, tuple[str, Block]] = {}  # by part: the name of a sheet and the table to be put in it

    def write(self) -> bytes:
        """The workbook."""
        values = self.plan.computed()
        for name, text in self.plan.names.items():
            self.book.define_name(name, f"={text}")
        tabs = [(sheet, self.book.add_worksheet(name)) for name, sheet in self.plan.sheets.items()]
        for sheet, tab in tabs:
            self._sheet(sheet, tab, values[sheet.name])
        for sheet, tab in tabs:
            self._charts(sheet, tab)
        self._properties()
        if self.context.host == "standalone":
            self._macros([tab for _, tab in tabs])
        self.book.close()
        return self.file.getvalue()

    def _macros(self, tabs: list[Any]) -> None:
        from clv_xl.hosts.vba import project, wrapper  # noqa: PLC0415  only this host carries them

        code = [project.Module("ThisWorkbook", kind="workbook")]
        for number, tab in enumerate(tabs, 1):
            tab.set_vba_name(f"Sheet{number}")
            code.append(project.Module(f"Sheet{number}", kind="sheet"))
        code += wrapper.modules(self.context.spoken)
        self.book.add_vba_project(BytesIO(project.project("CLV_XL", code)), is_stream=True)
        self.book.set_vba_name("ThisWorkbook")

    def _format(self, name: str) -> Any:
        if name not in self._formats:
            self._formats[name] = self.book.add_format(style(name, self.context.numbers))
        return self._formats[name]

    def _sheet(self, sheet: SheetPlan, tab: Any, values: dict[tuple[int, int], Value]) -> None:
        tab.set_default_row(ROW_HEIGHT)
        for column, width in enumerate(sheet.widths):
            tab.set_column(column, column, width)
        for row, height in sheet.heights.items():
            tab.set_row(row - 1, height)
        self._tables(sheet, tab)
        for (row, column), cell in sheet.cells.items():
            self._cell(tab, row - 1, column - 1, cell, values.get((row, column)))
        long = long_block(sheet)
        if long is not None:
            self.long[f"xl/worksheets/sheet{tab.index + 1}.xml"] = sheet.name, long
        for block in sheet.blocks:
            self._block(tab, block, 1 if block is long else None)
        for (row, column), image, told in sheet.images:
            options = {"image_data": BytesIO(image), "description": told, "object_position": 1}
            options |= dict.fromkeys(("x_scale", "y_scale"), logo.scale(image))
            tab.insert_image(row - 1, column - 1, "logo", options)
        for (row, column), rule in sheet.validations.items():
            tab.data_validation(row - 1, column - 1, row - 1, column - 1, rule)
        for area, rule in sheet.conditions:
            given = {key: value for key, value in rule.items() if key != "look"}
            look = {"format": self.book.add_format(rule["look"])} if "look" in rule else {}
            tab.conditional_format(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, {**given, **look})
        self._page(sheet, tab)

    def _tables(self, sheet: SheetPlan, tab: Any) -> None:
        for table in self.plan.tables.values():
            if table.sheet != sheet.name:
                continue
            area = table.area
            places = range(area.left, area.right + 1)
            looks = [self._format(sheet.cells[area.top, column].style) for column in places]
            columns = [{"header": h, "header_format": look} for h, look in zip(table.columns, looks, strict=True)]
            look = TABLE_STYLE if area.left < area.right else None  # a list of texts runs on over the cells beside it
            options = {"name": table.name, "columns": columns, "style": look, "banded_rows": True}
            tab.add_table(area.top - 1, area.left - 1, area.bottom - 1, area.right - 1, options)

    def _block(self, tab: Any, block: Block, rows: int | None) -> None:
        """The cells of a table, of all its rows or of so many."""
        looks = [self._format(style) for style in block.styles]
        for column, (values, look) in enumerate(zip(block.columns, looks, strict=True), block.left - 1):
            for row, value in enumerate(values[:rows], block.top - 1):
                if value is None:
                    tab.write_blank(row, column, None, look)
                elif isinstance(value, str):
                    tab.write_string(row, column, value, look)
                else:
                    tab.write_number(row, column, value, look)

    def _cell(self, tab: Any, row: int, column: int, cell: PlannedCell, value: Value) -> None:
        look = self._format(cell.style)
        if cell.formula is not None and cell.array is not None:
            tab.write_dynamic_array_formula(row, column, row, column, f"={cell.formula}", look, _stored(value))
        elif cell.formula is not None:
            tab.write_formula(row, column, f"={cell.formula}", look, _stored(value))
        elif cell.link:
            target = cell.link if "://" in cell.link else f"internal:'{cell.link}'!A1"
            tab.write_url(row, column, target, look, str(cell.value))
        elif cell.value is None:
            tab.write_blank(row, column, None, look)
        elif isinstance(cell.value, str):
            tab.write_string(row, column, cell.value, look)
        else:
            tab.write_number(row, column, cell.value, look)

    def _page(self, sheet: SheetPlan, tab: Any) -> None:
        if not sheet.gridlines:
            tab.hide_gridlines(2)
        if sheet.header_row:
            if sheet.freezes:
                tab.freeze_panes(sheet.header_row, sheet.frozen_columns)
            tab.repeat_rows(sheet.header_row - 1)
        if sheet.landscape:
            tab.set_landscape()
        tab.set_paper(A4)
        tab.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
        if sheet.column_breaks:
            tab.set_print_scale(sheet.scale)
            tab.set_v_pagebreaks([column - 1 for column in sheet.column_breaks])
        else:
            tab.fit_to_pages(1, 0)
        tab.set_header(f"&L&8{self.context.text('print.title')}&R&8&A")
        tab.set_footer(f"&L&8&F&C&8&D&R&8{self.context.text('print.page')} &P/&N")
        if not sheet.blocks:  # a print area would cut a table that grows
            tab.print_area(0, 0, sheet.last_row() - 1, len(sheet.widths) - 1)
        if sheet.page_breaks:
            tab.set_h_pagebreaks(sheet.page_breaks)
        if sheet.protected:
            tab.protect("", dict.fromkeys(ALLOWED, True))

    def _charts(self, sheet: SheetPlan, tab: Any) -> None:
        for spec in sheet.charts:
            chart = self.book.add_chart(
                {"type": spec.kind, **({"subtype": "straight"} if spec.kind == "scatter" else {})}
            )
            spec.apply(chart, self.book)
            area = spec.area
            width = sum(int(width * 7 + 5) for width in sheet.widths[area.left - 1 : area.right])
            height = sum(sheet.heights.get(row, ROW_HEIGHT) for row in range(area.top, area.bottom + 1)) * 4 / 3
            chart.set_size({"width": width - 8, "height": int(height) - 8})
            placing = {"object_position": 1, "description": spec.alt, "x_offset": 4, "y_offset": 4}
            tab.insert_chart(area.top - 1, area.left - 1, chart, placing)

    def _properties(self) -> None:
        context = self.context
        self.book.set_properties(
            {
                "title": context.title,
                "subject": context.text("overview.purpose"),
                "author": "clv-xl",
                "comments": f"clv-xl {__version__}",
                "created": CREATED.replace(tzinfo=None),
            }
        )
        custom = {"": __version__, " language": context.language, " host": context.host, " currency": context.currency}
        for name, value in custom.items():
            self.book.set_custom_property(f"clv-xl{name}", value, "text")
        self.book.set_size(1920, 1130)
        self.book.get_worksheet_by_name(context.text("sheet.overview")).activate()


def _stored(value: Value) -> Any:
    """A value as XlsxWriter stores it beside a formula."""
    return "" if value is None else value
