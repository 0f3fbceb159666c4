"""Formats, validations and sparklines follow a table; the truth is a workbook made with the new rows from the start."""

import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from clv_xl.errors import NotAWorkbook
from clv_xl.workbook import Book, patch
from clv_xl.workbook.address import area
from clv_xl.workbook.moves import Move
from clv_xl.workbook.tail import Mentions, followed, outline

pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")  # openpyxl reads no x14

HEADERS = ["customer", "date", "amount", "units"]
SHEETS = ["Orders", "Bob's orders", "R&D <2024>"]
OWN, REPORT = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2))


def rows_of(count):
    return [[f"c{n % 3}", 45000 + n, n + 0.5, n * 2] for n in range(count)]


def make(path, count, sheet="Orders", totals=False, dates=True):
    """A table in B2 and, on its sheet and on another, all that may refer to its rows or to some of them."""
    last, name = 2 + count, "'" + sheet.replace("'", "''") + "'"
    with xlsxwriter.Workbook(path) as book:
        orders, report, other = (book.add_worksheet(title) for title in (sheet, "Report", "Other"))
        red = book.add_format({"bg_color": "#FF0000"})
        columns = [{"header": header} for header in HEADERS]
        if totals:
            columns[2] |= {"total_function": "sum", "total_value": sum(row[2] for row in rows_of(count))}
        table = {"name": "Orders", "data": rows_of(count), "columns": columns, "total_row": totals}
        orders.add_table(1, 1, last - 1 + totals, 4, table)
        orders.write("G1", "beside")
        # on its own sheet
        orders.conditional_format(f"D3:D{last}", {"type": "data_bar"})
        orders.conditional_format(f"E3:E{last}", {
            "type": "data_bar", "data_bar_2010": True, "min_type": "formula", "max_type": "formula",
            "min_value": f"=MIN($E$3:$E${last})", "max_value": f'=IF("E3:E6"="x",1,MAX($E$2:$E${last}))',
        })  # fmt: skip
        orders.conditional_format(f"B3:E{last}", {
            "type": "formula", "criteria": f"=AND($D3>AVERAGE($D$3:$D${last}),$D3<9,$D4<>0)", "format": red,
        })  # fmt: skip
        orders.conditional_format(f"G3:G{last}", {
            "type": "formula", "criteria": f"=COUNTIF(D3:D{last},$D$3:$D$4)", "format": red,
            "multi_range": f"B3:C{last} G3:G9 D2:D{last}",
        })  # fmt: skip
        orders.conditional_format("D4:D5", {"type": "3_color_scale"})
        orders.conditional_format("D2:D1048576", {"type": "cell", "criteria": ">", "value": "$D$3", "format": red})
        orders.data_validation(f"B3:B{last}", {
            "validate": "custom", "value": f"=COUNTIF($B$3:$B${last},B3)<9", "input_message": "B3:B6 & more",
        })  # fmt: skip
        orders.data_validation("G4", {"validate": "list", "source": f"=$B$3:$B${last}"})
        orders.data_validation("H4", {"validate": "list", "source": ["B3:B6", "a&b"]})
        orders.data_validation(f"C2:C{last}", {
            "validate": "date", "criteria": "between", "minimum": f"=MIN($C$3:$C${last})", "maximum": "=$C$3+9",
        })  # fmt: skip
        if totals:
            orders.conditional_format(last, 3, last, 3, {
                "type": "cell", "criteria": ">", "value": f"2*D{last + 1}+SUM($D$3:$D${last})", "format": red,
            })  # fmt: skip
            orders.add_sparkline(last, 4, {"range": f"{name}!E3:E{last}"})
        axis = {"date_axis": f"{name}!C3:C{last}"} if dates else {}  # which kills LibreOffice 7.4
        orders.add_sparkline("G2", {"range": f"{name}!E3:E{last}"} | axis)
        orders.add_sparkline("E3", {"range": f"{name}!B3:E3"})
        # on another
        report.conditional_format("A1:A9", {
            "type": "formula", "criteria": f"=COUNTIF({name}!$B$3:$B${last},A1)>0", "format": red,
        })  # fmt: skip
        report.conditional_format("B3:B6", {"type": "2_color_scale"})
        report.conditional_format("C1:C9", {
            "type": "icon_set", "icon_style": "3_arrows",
            "icons": [{"criteria": ">", "type": "formula", "value": f"=MAX({name}!$D$3:$D${last})"}],
        })  # fmt: skip
        report.data_validation("D1", {"validate": "list", "source": f"={name}!$B$3:$B${last}"})
        report.data_validation("B3:B6", {"validate": "integer", "criteria": ">", "value": f"=COUNT({name}!$D$3:$D$4)"})
        report.add_sparkline("F1", {"range": f"{name}!$D$3:$D${last}"})
        report.add_sparkline("F2", {"range": f"{name}!$B$3:$E$3"})
        report.add_sparkline("F3", {"range": "Report!$D$3:$D$6", "type": "column"})
        # of no concern
        other.conditional_format("B3:B6", {"type": "formula", "criteria": "=SUM($D$3:$D$6)>0", "format": red})
        other.data_validation("B3:B6", {"validate": "list", "source": "=Report!$B$3:$B$6"})
        other.add_sparkline("F1", {"range": "Other!D3:D6"})
    return path


def read(path, part):
    with zipfile.ZipFile(path) as archive:
        return archive.read(part).decode()


def tail(path, part):
    return re.split("</sheetData>|<sheetData/>", read(path, part))[1]


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("totals", [False, True])
@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("count", [2, 3, 9])
def test_all_is_as_if_made_with_the_new_rows(tmp_path, sheet, count, totals):
    path, out = make(tmp_path / "book.xlsx", 4, sheet, totals), tmp_path / "followed.xlsx"
    wanted = make(tmp_path / "wanted.xlsx", count, sheet, totals)
    patched = patch(path, {}, tables={"Orders": rows_of(count)}, out=out)
    assert patched.parts == ("xl/tables/table1.xml", OWN, REPORT)
    assert tail(out, OWN) == tail(wanted, OWN) != tail(path, OWN)
    assert read(out, REPORT) == read(wanted, REPORT) != read(path, REPORT)
    assert not patch(out, {}, tables={"Orders": rows_of(count)}).changed


def test_as_many_rows_move_nothing(tmp_path):
    path = make(tmp_path / "book.xlsx", 4)
    patched = patch(path, {}, tables={"Orders": [[*row[:3], 7] for row in rows_of(4)]})
    assert patched.parts == (OWN,)


def test_a_sheet_that_is_edited_too(tmp_path):
    path, out = make(tmp_path / "book.xlsx", 4), tmp_path / "followed.xlsx"
    patch(path, {"Report": {"A1": 5, "Z9": 6}}, tables={"Orders": rows_of(7)}, out=out)
    wanted = make(tmp_path / "wanted.xlsx", 7)
    assert tail(out, REPORT) == tail(wanted, REPORT)
    assert openpyxl.load_workbook(out)["Report"]["Z9"].value == 6


def test_one_row_and_back(tmp_path):
    """A row that was the only one: what is applied to it is applied to all, what is read goes along with each cell."""
    path, seven = make(tmp_path / "one.xlsx", 1), make(tmp_path / "seven.xlsx", 7)
    patch(path, {}, tables={"Orders": rows_of(7)})
    book, wanted = openpyxl.load_workbook(path), openpyxl.load_workbook(seven)
    ranges = {str(one.sqref) for one in book["Orders"].conditional_formatting}
    assert ranges == {str(one.sqref) for one in wanted["Orders"].conditional_formatting}
    rules = [rule.formula for one in book["Orders"].conditional_formatting for rule in one.rules if rule.formula]
    assert ["AND($D3>AVERAGE($D$3:$D$9),$D3<9,$D4<>0)"] in rules
    assert [str(one.sqref) for one in book["Orders"].data_validations.dataValidation] == [
        str(one.sqref) for one in wanted["Orders"].data_validations.dataValidation
    ]
    found = re.findall("<xm:sqref>([^<]*)", read(path, OWN))
    assert found == ["E3:E9", "E3", "G2"]  # a sparkline stands in one cell
    assert re.findall("<xm:f>([^<]*)", tail(path, REPORT)) == [
        "Report!D3:D6", "'Orders'!B3:E3", "'Orders'!D3:D9",
    ]  # fmt: skip


SEEN = re.compile(r'calcext:(?:data-range|target-range-address|value)="[^"]*"|table:condition="[^"]*"')


def test_libreoffice_sees_what_it_sees_with_the_new_rows_from_the_start(tmp_path, libreoffice):
    path, seen = make(tmp_path / "book.xlsx", 4, "Bob's orders", dates=False), []
    patch(path, {}, tables={"Orders": rows_of(12)})
    for one in (path, make(tmp_path / "wanted.xlsx", 12, "Bob's orders", dates=False)):
        with zipfile.ZipFile(libreoffice.convert(one, "ods")) as archive:
            seen.append(sorted(SEEN.findall(archive.read("content.xml").decode())))
    assert seen[0] == seen[1]
    assert {"D14", "E14", "$B$14"} <= set(re.findall(r"[$]?[BDE][$]?14", " ".join(seen[0])))


# Forms that XlsxWriter does not make: the rows 3 to 6 of B:E are 3 to 9 now.

MOVE = Move("Orders", area("B2:E6"), area("B3:E6"), area("B3:E9"))


def moved(text, sheet="Orders", move=MOVE):
    mentions = Mentions()
    mentions.read(text, 100)
    for at, _, end, new in reversed(list(followed(mentions.found, [move], sheet))):
        text = text[: at - 100] + new + text[end - 100 :]
    return text


@pytest.mark.parametrize(
    "form",
    [  # a row that follows is {}
        "<x14:dataValidation type='list'><x14:formula1><xm:f>B3:B{}</xm:f></x14:formula1><xm:sqref>C3:C{}</xm:sqref>",
        "<x:conditionalFormatting pivot='1' sqref = 'B3:B{}\n  C3:C{}'>",
        '<cfvo type="formula" val="IF(&quot;B3:B6&quot;&lt;&#65;1,B3:B{})"/>',
        "<cfvo gte='0' val='B3:B{}'/>",
        '<formula>LEN("é&amp;€😀\r\n")+$B$3:$B${}</formula>',
        "<formula1 x='>'>B3:B{}</formula1><formula2>orders!B2:E{}</formula2>",
        "<y:sparklineGroups><z:f>Orders!C3:C{}</z:f><z:sqref>E6</z:sqref></y:sparklineGroups><z:sqref>E3:E{}</z:sqref>",
        '<ignored val="B3:B6"/><control sqref="B3:B6"/><formulas>B3:B6</formulas>',
        '<dataValidation xsqref="B3:B6">',
        "<formula>\udcff+B3:B6</formula>",
        "<formula>&#x110000;+B3:B6</formula>",
        "<formula/><f></f><sqref>B</sqref>",
        "<conditionalFormatting sqref='B3:B7 B4:B6 A3:B6 B:B 3:6 B3:XFE6'/>",
        '<cfvo type="num" val="6"/>',
        "<formula>Other!B3:B6+B3+$B$6+[1]Orders!B3:B6</formula>",
    ],
)
def test_other_forms(form):
    before, after = (form.replace("{}", row).encode(errors="surrogateescape") for row in ("6", "9"))
    assert moved(before) == after


LONE = Move("Orders", area("B2:E3"), area("B3:E3"), area("B3:E9"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<formula>COUNTA($B3:$E3)+SUM(D$2:D3)+D3+$D$3</formula>", None),  # of the cell that it is applied to
        ("<formula>SUM($D$3:$D$3)+SUM(D$2:D$3)</formula>", "<formula>SUM($D$3:$D$9)+SUM(D$2:D$9)</formula>"),
        ("<sqref>D3 B3:E3</sqref>", "<sqref>D3:D9 B3:E9</sqref>"),
        ("<sparklineGroups><f>Orders!B3:E3</f><sqref>E3</sqref></sparklineGroups>", None),
        (
            "<sparklineGroups><f>Orders!D3</f></sparklineGroups>",
            "<sparklineGroups><f>Orders!D3:D9</f></sparklineGroups>",
        ),
    ],
)
def test_the_only_row(before, after):
    assert moved(before.encode(), move=LONE).decode() == (after or before)


@pytest.mark.parametrize(
    ("file", "sheet", "moves", "count"),
    [
        ("ClosedXML__CFDataBars.xlsx", "Sheet1", "A2:G6", 12),
        ("ClosedXML__tdf104310.xlsx", "Sheet1", "A1:C5", 2),
        ("PhpSpreadsheet__issue.1432b.xlsx", "Sheet2", "A3:D7", 2),
        ("PhpSpreadsheet__issue.1432b.xlsx", "Sheet1", "Q2:Q4", 1),
        ("openxlsx-data__Cf_examples.xlsx", "Sheet1", "B2:L4", 6),
        ("poi__56644.xlsx", "lists", "A2:D22", 1),
        ("poi__NewStyleConditionalFormattings.xlsx", "CF", "A2:Z17", 20),
    ],
)
def test_real_workbooks(workbooks, file, sheet, moves, count):
    """As text: where rows and sheet of a reference are those of the table, its last row is another."""
    old = area(moves)
    move = Move(sheet, old, old, old._replace(bottom=old.bottom + 5))
    changed = 0
    with Book(workbooks / file) as book:
        for one in book.sheets.values():
            data = book.package.read(one.part)
            found = outline([data[at : at + 50] for at in range(0, len(data), 50)])
            rest = data[found.closing :]
            named = rb"(?:%s!|(?<![!$\w]))" if one.name == sheet else rb"%s!"
            pattern = rb"(%s\$?[A-Z]\$?%d:\$?[A-Z]\$?)%d(?!\d)" % (named % sheet.encode(), old.top, old.bottom)
            wanted, here = re.subn(pattern, rb"\g<1>%d" % move.new.bottom, rest)
            changed += here
            assert moved(rest, one.name, move) == wanted
    assert changed == count


ODD = '<sheetData><!-- odd --><row r="5"/><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row></sheetData>'


@pytest.mark.usefixtures("blocks")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_sheet_that_only_follows_is_not_judged(tmp_path, encoding):
    """Rows in a form that no edit could be trusted with stay as they are, below them it follows."""
    path, out, wanted = (tmp_path / f"{name}.xlsx" for name in ("book", "out", "wanted"))
    for target, count in ((path, 4), (wanted, 9)):
        with zipfile.ZipFile(make(tmp_path / "made.xlsx", count)) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == REPORT:
                    text = data.decode().replace("<sheetData/>", ODD)
                    data = text.replace("UTF-8", encoding.upper() if target == path else "UTF-8").encode(
                        encoding if target == path else "utf-8"
                    )
                new.writestr(name, data)
    patched = patch(path, {}, tables={"Orders": rows_of(9)}, out=out)
    assert REPORT in patched.parts
    assert read(out, REPORT) == read(wanted, REPORT)


def test_a_damaged_tail_is_refused(tmp_path):
    path = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(make(tmp_path / "made.xlsx", 4)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(
                name, old.read(name).replace(b"</formula>", b"</formule>") if name == REPORT else old.read(name)
            )
    before = path.read_bytes()
    with pytest.raises(NotAWorkbook, match="is damaged"):
        patch(path, {}, tables={"Orders": rows_of(9)})
    assert path.read_bytes() == before
