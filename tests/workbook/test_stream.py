"""Sheets patched as they are read: random sheets and edits, seen by another reader; memory; what is looked for."""

import random
import tracemalloc
import zipfile

import pytest
from lxml import etree

from clv_xl.errors import CellRefused, WorkbookError
from clv_xl.workbook import Book, Cached, Formula, deflate, patch
from clv_xl.workbook.address import column_letters, name, parse
from clv_xl.workbook.formula_search import has_formulas

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
SHEET = "xl/worksheets/sheet1.xml"


def random_sheet(chance):
    """Rows with gaps, of all shapes that programs write: prefixes, missing references, blanks between tags."""
    prefix, gap = chance.choice(["", "", "x:", "main-1:"]), chance.choice(["", "\n", "\r\n  "])
    explicit, rows, number = chance.random() < 0.8, [], 0
    for _ in range(chance.randrange(25)):
        number += chance.choice([1, 1, 1, 2, 30]) if explicit else 1
        column, cells = 0, []
        for _ in range(chance.randrange(6)):
            column += chance.choice([1, 1, 2, 20]) if explicit else 1
            reference = f'r="{name(number, column)}" ' if explicit or chance.random() < 0.5 else ""
            style = f's="{chance.randrange(9)}"' if chance.random() < 0.3 else ""
            value = chance.choice([
                "{c}/>", '{c} t="str"><{p}v>text &lt;row r="7"> {n}</{p}v></{p}c>', "{c}><{p}v>{n}</{p}v></{p}c>",
                '{c} t="b"><{p}v>1</{p}v></{p}c>', "{c}><{p}f>A1+{n}</{p}f>{g}<{p}v>{n}.5</{p}v></{p}c>",
                '{c} t="inlineStr"><{p}is><{p}t xml:space="preserve">in {n} </{p}t></{p}is></{p}c>',
            ])  # fmt: skip
            start = f"<{prefix}c {reference}{style}".rstrip()
            cells.append(value.format(c=start, p=prefix, n=chance.randrange(10**6), g=gap))
        height = ' ht="20" customHeight="1"' if chance.random() < 0.2 else ""
        tag = f"<{prefix}row" + (f' r="{number}"' if explicit else "") + height
        end = chance.choice([f"{tag}/>", f"{tag}></{prefix}row>"])
        rows.append(f"{tag}>{gap.join(cells)}{gap}</{prefix}row>" if cells else end)
    merged = name(500, 3) + ":" + name(501, 4)
    space = f'xmlns:{prefix[:-1]}="{SPACE["m"]}"' if prefix else f'xmlns="{SPACE["m"]}"'
    data = f"<{prefix}sheetData>{gap}{gap.join(rows)}{gap}</{prefix}sheetData>"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{prefix}worksheet {space}>'
        f'<{prefix}dimension ref="A1:C3"/>{data if rows or chance.random() < 0.5 else f"<{prefix}sheetData/>"}'
        f'<{prefix}mergeCells><{prefix}mergeCell ref="{merged}"/></{prefix}mergeCells></{prefix}worksheet>'
    )


def read(path):
    """All cells as lxml sees them: what they hold, by (row, column), and whatever else the sheet holds."""
    with zipfile.ZipFile(path) as archive:
        root = etree.fromstring(archive.read(SHEET))
    cells, row, order = {}, 0, []
    for element in root.iterfind("m:sheetData/m:row", SPACE):
        row = int(element.get("r") or row + 1)
        order.append(row)
        column = 0
        for cell in element.iterfind("m:c", SPACE):
            column = parse(cell.get("r"))[1] if cell.get("r") else column + 1
            assert (row, column) not in cells
            texts = [cell.findtext(path, namespaces=SPACE) for path in ("m:f", "m:v", "m:is/m:t")]
            cells[row, column] = cell.get("t", "n"), cell.get("s"), *texts
    assert order == sorted(set(order))
    heights = {r.get("r"): r.get("ht") for r in root.iterfind("m:sheetData/m:row", SPACE) if r.get("ht")}
    rest = [etree.tostring(child) for child in root if not child.tag.endswith(("sheetData", "dimension"))]
    return cells, (heights, rest)


def expected(cells, edits):
    """What the edits make of the cells, told in other words than those of the patcher."""
    out = dict(cells)
    for address, edit in edits.items():
        place = parse(address)
        _, style, formula, *_ = cells.get(place, ("n", None, None, None, None))
        match edit:
            case Cached(value):
                out[place] = "n", style, formula, str(value), None
            case Formula(text, value):
                out[place] = "n", style, text, str(value), None
            case str():
                out[place] = "inlineStr", style, None, None, edit
            case None:
                out[place] = "n", style, None, None, None
            case _:
                out[place] = "n", style, None, str(edit), None
    return {place: cell for place, cell in out.items() if cell != ("n", None, None, None, None)}


@pytest.mark.parametrize("seed", range(150))
def test_random_edits_of_random_sheets(made, monkeypatch, seed):
    chance = random.Random(seed)
    monkeypatch.setattr(deflate, "BLOCK", chance.choice([16, 61, 64, 200, 1 << 18]))
    path = made(**{SHEET: random_sheet(chance)})
    before, rest = read(path)
    edits = {}
    for row, column in chance.sample(sorted(before), min(len(before), chance.randrange(6))):
        formula = before[row, column][2]
        edit = (
            Cached(chance.randrange(99)) if formula else chance.choice([7, "new <row r='3'>", None, Formula("B1", 3)])
        )
        edits[name(row, column)] = edit
    for _ in range(chance.randrange(5)):
        address = f"{column_letters(chance.randrange(1, 40))}{chance.randrange(1, 90)}"
        if parse(address) not in before:
            edits[address] = chance.choice([8, "added"])
    out = path.with_name("out.xlsx")
    patch(path, {"Sheet1": edits}, out=out)
    after, still = read(out)
    bare = {place: cell for place, cell in before.items() if cell != ("n", None, None, None, None)}
    assert {k: v for k, v in after.items() if v != ("n", None, None, None, None)} == expected(bare, edits)
    assert still == rest
    assert not patch(out, {"Sheet1": edits}).changed
    with pytest.raises(CellRefused, match="this is merged into C500"):
        patch(path, {"Sheet1": {**edits, "D501": 1}})


def large(path, made):
    """A sheet of 40,000 rows, 5 MB when inflated."""
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n * 7919 % 1000003}</v></c><c r="B{n}" t="inlineStr"><is><t>c{n * n % 99991}</t>'
        f'</is></c><c r="C{n}"><v>{n % 97}.25</v></c></row>'
        for n in range(1, 40_001)
    )  # fmt: skip
    return made(rows, name=path)


def test_a_large_sheet_is_not_held(made):
    path = large("large.xlsx", made)
    tracemalloc.start()
    try:
        assert patch(path, {"Sheet1": {"A5": 1, "B5": "new", "C39999": 2, "D30000": "new"}}).cells == 4
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000
    with Book(path) as book:
        cells = book.cells("Sheet1")
    assert len(cells) == 120_001
    assert [cells[key].value for key in ((5, 1), (5, 2), (39999, 3), (30000, 4))] == [1, "new", 2, "new"]


def test_zlib_stands_in(made, monkeypatch):
    path = large("large.xlsx", made)
    other = large("other.xlsx", made)
    monkeypatch.setattr(deflate, "isal_zlib", None)
    patch(path, {"Sheet1": {"A5": 1}})
    monkeypatch.undo()
    patch(other, {"Sheet1": {"A5": 1}})
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(other) as two:
        assert one.testzip() is two.testzip() is None
        assert one.read(SHEET) == two.read(SHEET)


@pytest.mark.parametrize("size", [1, 5, 64, 1 << 18])
@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ('<row r="1"><c r="A1"><f>B1</f><v>1</v></c></row>', True),
        ('<row r="1"><c r="A1"><f\nt="shared" si="0"/></c></row>', True),
        ('<row r="1"><c r="A1"><f/></c></row>', True),
        ('<x:row r="1"><x:c r="A1"><x:f>1</x:f></x:c></x:row>', True),
        ('<row r="1"><c r="A1" t="str"><v>a:f &lt;f> :f/ x:f</v></c></row>', False),
        (f'<row r="1"><c r="A1" t="str"><v>{"off " * 999}</v></c><c r="B1"><f>1</f></c></row>', True),
        (f'<row r="1"><c r="A1" t="str"><v>{"off " * 999}</v></c><c r="B1"><x:f/></c></row>', True),
        (f'<row r="1"><c r="A1" t="str"><v>{"off " * 999}</v></c><c r="B1"><fo/></c></row>', False),
        ('<row r="1"><c r="A1"><v>1</v></c></row><formula>1</formula><f1 x="1"/><a:foo/><a:b f="1"/>', False),
        ("", False),
        ('<row r="1"><c r="A1"><f>1</f></c></row></sheetData><a:f>1</a:f><sheetData>', True),
        ('<row r="1"><c r="A1"><v>1</v></c></row></sheetData><a:f>1</a:f><sheetData>', False),
    ],
)
def test_formulas_are_found_wherever_blocks_end(made, monkeypatch, size, rows, wanted):
    path = made(rows)
    monkeypatch.setattr(deflate, "BLOCK", size)
    with Book(path) as book:
        assert has_formulas(book.package.chunks(SHEET)) is wanted


def test_formulas_of_real_sheets(workbooks):
    for path in sorted(workbooks.glob("*.xls*")):
        try:
            book = Book(path)
        except WorkbookError:
            continue
        with book:
            for sheet in book.sheets.values():
                if sheet.kind == "worksheet":
                    with zipfile.ZipFile(path) as archive:
                        rows = etree.fromstring(archive.read(sheet.part)).find("{*}sheetData")
                    there = next(rows.iter("{*}f"), None) is not None
                    assert has_formulas(book.package.chunks(sheet.part)) is there, (path.name, sheet.name)


def test_a_sheet_in_utf_16_may_hold_formulas(made):
    path = made(**{SHEET: '<?xml version="1.0" encoding="UTF-16"?><worksheet/>'.encode("utf-16")})
    with Book(path) as book:
        assert has_formulas(book.package.chunks(SHEET))
