"""One workbook with every spelling of our calls and what hangs on them, refreshed with other orders.

LibreOffice is the witness: it computes the same workbook with each call spelled out by hand in its own words.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from clv_xl.calculation.places import Place
from clv_xl.cells import serial
from clv_xl.engines import engine
from clv_xl.refresh import draft, refresh
from clv_xl.refresh.recalculation import recalculate
from clv_xl.refresh.revision import Revision
from clv_xl.workbook import Book, address
from clv_xl.workbook.address import area, parse

from ..evaluators import agrees

HEADERS = ["Order", "Customer", "Date", "Amount"]
OLD = [[f"o{i}", f"c{i % 3}", dt.date(2024, 1 + i, 3), 10.0 * i + 5] for i in range(6)]
NEW = [[f"o{i}", f"c{i % 3}", dt.date(2024, 1 + i, 5), 3.5 * i + 20] for i in range(9)]
AMOUNTS, CUSTOMERS = "Orders[Amount]", "Orders[Customer]"

# Place: the formula in the client's file, and what it says in LibreOffice's words. {..} is an array over its place.
OURS = {
    "B1": ("CLV(Inputs!$B$1,36)", "Inputs!$B$1*36"),
    "B2": ("clv(50,36)", "50*36"),
    "B3": ("[1]!CLV(50,36)", "50*36"),
    "B4": (r"'C:\tools\clv_xl.xlam'!CLV(50,36)", "50*36"),
    "B5": ("clv_xl.xlam!CLV(50,36)", "50*36"),
    "B6": ("_xll.CLV(50,36)", "50*36"),
    "B7": ("~_xldudf_CLV(50,36)", "50*36"),
    "B8": ("~_xldudf_CLV_XL_CLV_CAC(B1,600)", "B1/600"),
    "B9": ("_xlfn.SINGLE(CLV(50,36))", "50*36"),
    "B10": ("@CLV(50,36)", "50*36"),
    "B11": ('IFERROR(CLV("x",2),AOV(9,2))', "9/2"),
    "B12": ("IF(B1>0,CLV(B1,2),0)", "IF(B1>0,B1*2,0)"),
    "B13": ("CHOOSE(2,1,CLV(B1,2))", "B1*2"),
    "B14": ("_xlfn.LET(_xlpm.v,CLV(B18,2),_xlpm.v+1)", "B18*2+1"),
    "B15": ("client_value*2", "Inputs!$B$1*36*2"),
    "B16": ("twice+1", "Inputs!$B$1*36*2+1"),
    "B17": ("CLV(local_price,2)", "Inputs!$B$2*2"),
    "B18": ("AOV(SUM(Orders[Amount]),COUNT(Orders[Amount]))", "SUM(Orders[Amount])/COUNT(Orders[Amount])"),
    "B19": (f"PURCHASE_FREQUENCY({CUSTOMERS})", f"ROWS({CUSTOMERS})/SUMPRODUCT(1/COUNTIF({CUSTOMERS},{CUSTOMERS}))"),
    "B20": ("ROUND(CLV(B18,B19,3)*1.21,2)", "ROUND(B18*B19*3*1.21,2)"),
    "B21": ('TEXT(CLV(B18,2),"0.00")', 'TEXT(B18*2,"0.00")'),
    "B22": (f'~_xlfn.XLOOKUP("c1",{CUSTOMERS},{AMOUNTS})*CLV(2,3)', f'INDEX({AMOUNTS},MATCH("c1",{CUSTOMERS},0))*6'),
    "B23": ('CLV(VLOOKUP("o2",Orders[],4,FALSE),2)', 'VLOOKUP("o2",Orders[],4,FALSE)*2'),
    "B24": (f'SUMIFS({AMOUNTS},{CUSTOMERS},"c0")+CLV(1,2)', f'SUMIFS({AMOUNTS},{CUSTOMERS},"c0")+2'),
    "B25": ("VLOOKUP(CLV(1,2),Inputs!$D$1:$E$3,2,FALSE)", "VLOOKUP(2,Inputs!$D$1:$E$3,2,FALSE)"),
    "B26": ("{SUM(CLV(Inputs!D1:D3,2))", "{SUM(Inputs!D1:D3*2)"),
    "B27": ('_xlfn.LET(_xlpm.v,CLV(B18,2),TEXT(_xlpm.v,"0.0"))', 'TEXT(B18*2,"0.0")'),
    "B28": ("CLV(CLV(MEDIAN(Orders[Amount]),2),CAC(6,2))", f"MEDIAN({AMOUNTS})*2*3"),
    "B29": ('IFERROR(VLOOKUP("gone",Orders[],2,FALSE),CLV(B18,1))', "B18"),
    "C1:C3": ("{CLV(Inputs!D1:D3,2)", "{Inputs!D1:D3*2"),
    "E1": ("CLV(Inputs!D1,36)", "Inputs!D1*36"),  # E1:E3 share one formula in the client's file
    "E2": ("CLV(Inputs!D2,36)", "Inputs!D2*36"),
    "E3": ("CLV(Inputs!D3,36)", "Inputs!D3*36"),
}  # fmt: skip
ORDINARY = {
    "D1": (f'SUMIFS({AMOUNTS},{CUSTOMERS},"c0")',) * 2,
    "D2": ('VLOOKUP("c1",Orders[[Customer]:[Amount]],3,FALSE)',) * 2,
    "D3": (f"MEDIAN({AMOUNTS})+B18",) * 2,
    "D4": (f"STDEV({AMOUNTS})",) * 2,
    "D5": ("D1*2+D4",) * 2,
    "D6": (f'~_xlfn.XLOOKUP("c1",{CUSTOMERS},{AMOUNTS})', f'INDEX({AMOUNTS},MATCH("c1",{CUSTOMERS},0))'),
    "D7": (f"INDEX({AMOUNTS},MATCH(MAX({AMOUNTS}),{AMOUNTS},0))",) * 2,
    "D8": ("CLV(D3,2)", "D3*2"),
    "D9": ("ROUND(D8/7,2)",) * 2,
    "D10": (f"PERCENTILE({AMOUNTS},0.9)+D9",) * 2,
    "D11": (f"SUM({AMOUNTS})",) * 2,
    "D12": ("SUM(C1:C3)+SUM(E1:E3)",) * 2,
    "D13:D15": (f"{{LARGE({AMOUNTS},{{1;2;3}})",) * 2,
}  # fmt: skip
NAMES = {
    "client_value": "CLV(Inputs!$B$1,36)",
    "twice": "client_value*2",
    "endless": "endless+CLV(1,1)",
    "Report!local_price": "Inputs!$B$2",
}


def laid_out(path: Path, orders, formulas, values=None) -> Path:
    """The workbook with these orders and formulas, and the values its cells are stored with."""
    with xlsxwriter.Workbook(path) as book:
        sheet, report, inputs = (book.add_worksheet(name) for name in ("Orders", "Report", "Inputs"))
        for row, order in enumerate([HEADERS, *orders]):
            sheet.write_row(row, 0, [serial(value) if isinstance(value, dt.date) else value for value in order])
        sheet.add_table(0, 0, len(orders), 3, {"name": "Orders", "columns": [{"header": name} for name in HEADERS]})
        inputs.write_column(0, 1, [50, 20])
        inputs.write_column(0, 3, [1, 2, 3])
        inputs.write_column(0, 4, [10, 20, 30])
        for name, text in NAMES.items():
            book.define_name(name, f"={text}")
        for place, formula in formulas.items():
            box = area(place)
            held = values[box.anchor] if values else 0
            text = "=" + formula.lstrip("~{")
            if formula.startswith("{"):
                report.write_array_formula(place, text, None, held)
                for row in range(box.top + 1, box.bottom + 1):
                    report.write(row - 1, box.left - 1, values[row, box.left] if values else 0)
            elif formula.startswith("~"):
                report.write_dynamic_array_formula(place, text, None, held)
            else:
                report.write_formula(place, text, None, held)
    return path


def share(path: Path, spots: list[str]) -> None:
    """Let cells share the formula of the first, as Excel writes a column that was filled down."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet2.xml"].decode()
    for number, spot in enumerate(spots):
        new = (
            rf'\g<1><f t="shared" ref="{spots[0]}:{spots[-1]}" si="0">\g<2></f>'
            if number == 0
            else r'\g<1><f t="shared" si="0"/>'
        )
        sheet, found = re.subn(rf'(<c r="{spot}"[^>]*>)<f>([^<]*)</f>', new, sheet)
        assert found == 1
    with zipfile.ZipFile(path, "w") as package:
        for name, part in (parts | {"xl/worksheets/sheet2.xml": sheet.encode()}).items():
            package.writestr(name, part)


FORMULAS = OURS | ORDINARY


@pytest.fixture(scope="module")
def witnessed(libreoffice, tmp_path_factory):
    """What LibreOffice gives for the old and for the new orders, by row and column."""
    folder = tmp_path_factory.mktemp("witness")
    words = {place: pair[1] for place, pair in FORMULAS.items()}
    return [
        libreoffice.values(laid_out(folder / f"{name}.xlsx", orders, words))["Report"]
        for name, orders in (("old", OLD), ("new", NEW))
    ]


@pytest.fixture
def with_engine(monkeypatch):
    monkeypatch.setattr(draft, "recalculate", functools.partial(recalculate, engine=engine("files")))


def client(path: Path, values, *, lost: bool) -> Path:
    """The client's file as Excel stores it; `lost` as it is stored where our functions are not known."""
    reaching = {
        place for place in FORMULAS if place in OURS or re.search(r"\b(B18|D3|D8|D9|C1:C3)\b", FORMULAS[place][0])
    }
    gone = {spot: "#NAME?" for place in reaching for spot in spots(place)} if lost else {}
    laid_out(path, OLD, {place: pair[0] for place, pair in FORMULAS.items()}, values | gone)
    share(path, ["E1", "E2", "E3"])
    return path


def spots(place):
    return [(row, column) for _, row, column in Place("Report", area(place)).positions()]


@pytest.mark.usefixtures("with_engine")
@pytest.mark.parametrize("lost", [False, True], ids=["stored values right", "stored values #NAME?"])
def test_every_value_is_what_libreoffice_gives(tmp_path, witnessed, lost):
    old, new = witnessed
    path = client(tmp_path / "client.xlsx", old, lost=lost)
    export = tmp_path / "orders.csv"
    export.write_text("order,customer,date,amount\n" + "".join(f"{','.join(map(str, order))}\n" for order in NEW))
    done = refresh(path, orders=export)
    assert not [(cell.cell, cell.reason.en) for cell in done.stale]
    with Book(path) as book:
        cells = book.cells("Report")
    wrong = {
        address.name(*spot): (cells[spot].value, new.get(spot))
        for place in FORMULAS
        for spot in spots(place)
        if not agrees(cells[spot].value, new.get(spot))
    }
    assert not wrong
    for place, (formula, _) in FORMULAS.items():
        assert cells[parse(place.split(":")[0])].formula == formula.lstrip("~{")
    before = path.read_bytes()
    assert not refresh(path).changed
    assert path.read_bytes() == before


def test_the_two_sets_of_orders_tell_right_from_stale(witnessed):
    """Else the test above could pass with nothing computed."""
    old, new = witnessed
    assert (
        sum(not agrees(old.get(spot), new.get(spot)) for place in ORDINARY for spot in spots(place))
        >= len(ORDINARY) - 2
    )


# ---- what is not believed


def recalculated(path: Path, orders=NEW, **told):
    """What a refresh would change: the cells by place, and the reasons of those that stay."""
    with Book(path) as book:
        table = book.tables["Orders"]
        after = Revision(book)
        after.refill(table, orders)
        touched = Place(table.sheet, table.area._replace(bottom=max(table.area.bottom, len(orders) + 1)))
        told = {"engine": engine("files")} | told
        changes, stale = recalculate(Revision(book), after, [touched], **told)
    return {change.cell: change.after for change in changes}, {cell.cell: cell.reason for cell in stale}


def stored(path: Path, cells) -> Path:
    """The workbook with `cells`: place -> formula and the value it is stored with."""
    values = {parse(place.split(":")[0]): value for place, (_, value) in cells.items()}
    return laid_out(path, OLD, {place: formula for place, (formula, _) in cells.items()}, values)


MEDIAN_OLD, MEDIAN_NEW, SUM_NEW = 30.0, 34.0, 306.0
STALE = {
    "B1": (f"MEDIAN({AMOUNTS})+1", 99, "does not give the value the file holds"),
    "B2": (f"FOO({AMOUNTS})", 7, "does not know FOO"),
    "B3": (f"SUM({AMOUNTS})+TODAY()", 7, "another one each time"),
    "B4": (f"SUM({AMOUNTS})+RAND()*0", 7, "another one each time"),
    "B5": ('SUM(INDIRECT("Orders[Amount]"))', 180, "cannot be told from its text"),
    "B6": (f"SUM({AMOUNTS})+[1]Sheet1!A1", 7, "another workbook"),
    "B7": (f"SUM({AMOUNTS})+_xll.THEIRS(1)", 7, "another add-in"),
    "B8": (f'WEBSERVICE("https://x/"&SUM({AMOUNTS}))', 7, "outside the file"),
    "C1": ("B1+1", 100, "it reads Report!B1"),
    "C2": ("MEDIAN(B2,1,2)", 2, "it reads Report!B2"),
    "C3": ("ROUND(C1,0)+CLV(C2,1)", 102, "it reads Report!"),
    "C4": ("B5*2", 360, "it reads Report!B5"),
    "C5": ('TEXT(CLV(B3,2),"0")', "14", "it reads Report!B3"),
    "D1": (f"endless+SUM({AMOUNTS})", 7, "circle"),
    "D2": (f'TEXT(CLV(SUM({AMOUNTS}),1),"0.00")', "5", "does not give the value the file holds"),
    "D3": (f"CLV(FOO({AMOUNTS}),1)", "#NAME?", "does not know FOO"),
}  # fmt: skip
BELIEVED = {
    "F1": (f"MEDIAN({AMOUNTS})", MEDIAN_OLD, MEDIAN_NEW),
    "F2": ("F1*2", 60, 68.0),
    "F3": ("MEDIAN(F1,F2,0)", 30, 34.0),
    "F4": ("CLV(F3,2)", "#NAME?", 68.0),
    "F5": ("MEDIAN(F4,1,100)", "#NAME?", 68.0),
    "F6": (f'TEXT(CLV(SUM({AMOUNTS}),1),"0.00")', "#NAME?", "306.00"),
}


def test_what_cannot_be_believed_keeps_its_value_and_says_why(tmp_path):
    cells = {place: (formula, value) for place, (formula, value, _) in (STALE | BELIEVED).items()}
    changes, reasons = recalculated(stored(tmp_path / "client.xlsx", cells))
    assert changes == {place: new for place, (_, _, new) in BELIEVED.items()}
    assert {place: reason.en for place, reason in reasons.items() if STALE[place][2] not in reason.en} == {}
    assert set(reasons) == set(STALE)
    assert all(reason.nl and reason.nl != reason.en for reason in reasons.values())


def test_without_an_engine_all_that_it_would_compute_is_stale(tmp_path, monkeypatch):
    path = stored(tmp_path / "client.xlsx", {place: (text, old) for place, (text, old, _) in BELIEVED.items()})
    changes, reasons = recalculated(path, engine=None)
    assert changes == {}
    assert set(reasons) == set(BELIEVED)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    _, reasons = recalculated(path, engine=None)
    assert 'pip install "clv-xl[recalc]"' in reasons["F1"].en
    assert 'pip install "clv-xl[recalc]"' in reasons["F1"].nl


@pytest.mark.usefixtures("libreoffice")
def test_libreoffice_as_the_engine(tmp_path):
    several = {"C1": (f"SUM(CLV(1,1),TRANSPOSE({AMOUNTS}))", "#NAME?", "several cells")}
    unknown = {"C2": (f"FOO({AMOUNTS})", "#NAME?", "does not know a name"), "C3": STALE["B1"]}
    cells = {
        place: (formula, value)
        for place, (formula, value, _) in (BELIEVED | several | unknown).items()
        if place != "F5"
    }
    changes, reasons = recalculated(stored(tmp_path / "client.xlsx", cells), engine=engine("libreoffice"))
    assert changes == {place: new for place, (_, _, new) in BELIEVED.items() if place in cells}
    assert {place: told in reasons[place].en for place, (_, _, told) in (several | unknown).items()} == dict.fromkeys(
        ("C1", "C2", "C3"), True
    )


class Refusing:
    """An engine that must not be asked."""

    spills = True

    def values(self, *asked):
        raise AssertionError(asked)


def test_the_engine_is_not_asked_when_nothing_needs_it(tmp_path):
    cells = {"B1": (f"CLV(SUM({AMOUNTS}),2)", 0), "B2": ("B1*2", 0), "C1": ("MEDIAN(Inputs!D1:D3)", 2)}
    changes, reasons = recalculated(stored(tmp_path / "client.xlsx", cells), engine=Refusing())
    assert (changes, reasons) == ({"B1": 2 * SUM_NEW, "B2": 4 * SUM_NEW}, {})


def test_cells_without_a_value_stay_so_unless_something_reaches_them(tmp_path):
    cells = {
        "B1": ('INDIRECT("Inputs!B1")', ""),
        "B2": ("B1*2", ""),
        "B3": (f"MEDIAN({AMOUNTS})", ""),
        "B4": ("B3*2", ""),
    }
    path = stored(tmp_path / "client.xlsx", cells)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet2.xml"] = re.sub(
        rb' t="str"><f>([^<]*)</f><v></v>', rb"><f>\1</f>", parts["xl/worksheets/sheet2.xml"]
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    with Book(path) as book:
        assert {cell.value for cell in book.cells("Report").values()} == {None}
    changes, reasons = recalculated(path)
    assert changes == {"B3": MEDIAN_NEW, "B4": 2 * MEDIAN_NEW}
    assert "B1" in reasons


# ---- spills

MORE = [*NEW, ["n9", "new", 45000.0, 1.0]]


def test_a_spill_takes_more_cells_and_what_reads_them_follows(tmp_path):
    cells = {
        "B1:B3": (f"~_xlfn._xlws.SORT(_xlfn.UNIQUE({CUSTOMERS}))", "c0"),
        "C1": ("COUNTA(_xlfn.ANCHORARRAY(B1))", 3),
        "D1": ("COUNTA(B1:B9)", 3),
        "E1": ('B4&"!"', "!"),
        "F1:F4": (f"~CUSTOMER_SUMMARY({CUSTOMERS},Orders[Date],{AMOUNTS})", "#NAME?"),
        "M1": ("ROWS(_xlfn.ANCHORARRAY(F1))", "#NAME?"),
    }
    path = stored(tmp_path / "client.xlsx", cells)
    fill(path, {"B2": "c1", "B3": "c2"})
    changes, reasons = recalculated(path, MORE)
    assert not reasons
    summary = changes.pop("F1")
    assert changes == {"B1": [["c0"], ["c1"], ["c2"], ["new"]], "C1": [[4.0]], "D1": 4.0, "E1": "new!", "M1": [[5.0]]}
    assert (len(summary), summary[0][0], summary[4][:2]) == (5, "customer", ["new", 0.0])


@pytest.mark.parametrize("obstacle", ["B4", "B5"])
def test_a_spill_never_runs_over_something(tmp_path, obstacle):
    cells = {
        "B1:B3": (f"~_xlfn._xlws.SORT(_xlfn.UNIQUE({CUSTOMERS}))", "c0"),
        "D1:D4": (f"~CUSTOMER_SUMMARY({CUSTOMERS},Orders[Date],{AMOUNTS})", "#NAME?"),
        "C1": ("COUNTA(B1:B3)", 3),
    }
    path = stored(tmp_path / "client.xlsx", cells)
    fill(path, {"B2": "c1", "B3": "c2", obstacle: "mine", "F5": 0.0})
    changes, reasons = recalculated(path, [*MORE, ["n10", "other", 45001.0, 1.0]])
    assert changes == {}
    assert {place: reason.en for place, reason in reasons.items()} == {
        "B1": f"it would spill over Report!{obstacle}",
        "C1": "it reads Report!B1, which keeps an old value",
        "D1": "it would spill over Report!F5",
    }


def test_a_spill_takes_fewer_cells_and_leaves_none_behind(tmp_path):
    cells = {"B1:B3": (f"~_xlfn.UNIQUE({CUSTOMERS})", "c0"), "C1": ("COUNTA(B1:B9)", 3)}
    path = stored(tmp_path / "client.xlsx", cells)
    fill(path, {"B2": "c1", "B3": "c2"})
    assert recalculated(path, NEW[:2]) == ({"B1": [["c0"], ["c1"]], "C1": 2.0}, {})


def fill(path: Path, values) -> None:
    """Put values beside formulas, inside spills as well."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet2.xml"].decode()
    for spot, value in values.items():
        cell = (
            f'<c r="{spot}" t="str"><v>{value}</v></c>'
            if isinstance(value, str)
            else f'<c r="{spot}"><v>{value}</v></c>'
        )
        sheet, found = re.subn(rf'<c r="{spot}"[^>]*(/>|>.*?</c>)', cell, sheet)
        row = parse(spot)[0]
        if not found and f'<row r="{row}"' in sheet:
            sheet = re.sub(rf'(<row r="{row}".*?)</row>', rf"\g<1>{cell}</row>", sheet)
        elif not found:
            sheet = sheet.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')
    with zipfile.ZipFile(path, "w") as package:
        for name, part in (parts | {"xl/worksheets/sheet2.xml": sheet.encode()}).items():
            package.writestr(name, part)
