"""Zips of all kinds that libraries write: with 64-bit records, stored parts, data descriptors, and new parts."""

import io
import struct
import subprocess
import sys
import zipfile

import openpyxl
import pytest
import xlsxwriter

from clv_xl.errors import NotAWorkbook
from clv_xl.workbook import Book, entries, patch
from clv_xl.workbook.package import Package
from clv_xl.workbook.plan import Plan

from .conftest import WORKBOOK

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
SHEET = "xl/worksheets/sheet1.xml"


class Pipe(io.BytesIO):
    """A file that cannot go back, so that sizes stand behind the parts."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise io.UnsupportedOperation

    def tell(self):
        raise io.UnsupportedOperation


def rewritten(path, **options):
    """The same workbook as Python writes it with 64-bit records, in a pipe, or stored."""
    target = Pipe() if options.get("pipe") else io.BytesIO()
    with zipfile.ZipFile(path) as archive, zipfile.ZipFile(target, "w", options.get("packing", 8)) as copy:
        for part in archive.namelist():
            with copy.open(part, "w", force_zip64=options.get("force", False)) as file:
                file.write(archive.read(part))
    path.write_bytes(target.getvalue())
    return path


def whole(path):
    """Every reader finds every part, and the cell that was written."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert openpyxl.load_workbook(path).worksheets[0]["A1"].value == 5
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-t", str(path)], capture_output=True, text=True, check=True
    )
    assert "Done testing" in listed.stdout
    return names


@pytest.mark.parametrize(
    "options",
    [{"force": True}, {"pipe": True}, {"pipe": True, "force": True}, {"packing": zipfile.ZIP_STORED, "force": True}],
)
def test_zips_that_python_writes(made, options):
    path = rewritten(made(ROW), **options)
    data = path.read_bytes()
    if options.get("force"):
        assert struct.pack("<2H", 1, 16) in data
    with Book(path) as book:
        assert book.cells("Sheet1")[1, 1].value == 1
    patch(path, {"Sheet1": {"A1": 5}})
    assert whole(path) == zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_zips_that_xlsxwriter_writes(tmp_path):
    path = tmp_path / "wide.xlsx"
    book = xlsxwriter.Workbook(path)
    book.use_zip64()
    book.add_worksheet("Sheet1").write("A1", 1)
    book.close()
    patch(path, {"Sheet1": {"A1": 5}})
    whole(path)


def test_64_bit_ends_of_small_files(made):
    path = made(ROW)
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack("<H2L", data[end + 10 : end + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = b"PK\x06\x07" + bytes(4) + end.to_bytes(8, "little") + (1).to_bytes(4, "little")
    last = data[end : end + 8] + b"\xff" * 12 + data[end + 20 :]
    path.write_bytes(data[:end] + record + locator + last)
    patch(path, {"Sheet1": {"A1": 5}})
    whole(path)


def test_files_beyond_the_32_bits(made, monkeypatch):
    # 4 GB are not at hand in a test: with a smaller limit most numbers are large ones.
    path = made(ROW, **{"xl/media/image1.bin": "".join(map(str, range(3000)))})
    monkeypatch.setattr(entries, "LIMIT", 1000)
    patch(path, {"Sheet1": {"A1": 5}})
    data = path.read_bytes()
    assert data.count(b"PK\x06\x06") == data.count(b"PK\x06\x07") == 1
    assert data[-6:-2] == b"\xff" * 4
    names = whole(path)
    monkeypatch.undo()
    patch(path, {"Sheet1": {"A1": 6}})
    patch(path, {"Sheet1": {"A1": 5}})
    assert whole(path) == names
    assert path.read_bytes().count(b"PK\x06\x06") == 0


def test_new_parts(made):
    path = made(ROW)
    with Package(path) as package, path.with_name("new.xlsx").open("w+b") as file:
        package.write(file, {"xl/neu/ü.xml": [b"<a/>"], "docProps/custom.xml": [b"<b>", b"</b>"], SHEET: [b"<c/>"]})
    with zipfile.ZipFile(path.with_name("new.xlsx")) as archive, zipfile.ZipFile(path) as old:
        assert archive.testzip() is None
        assert archive.namelist() == [*old.namelist(), "xl/neu/ü.xml", "docProps/custom.xml"]
        assert [archive.read(part) for part in ("xl/neu/ü.xml", "docProps/custom.xml", SHEET)] == [
            b"<a/>", b"<b></b>", b"<c/>",
        ]  # fmt: skip
        assert archive.getinfo("docProps/custom.xml").date_time == (1980, 1, 1, 0, 0, 0)


def test_a_source_damaged_in_the_sheet_or_elsewhere(made, tmp_path):
    path = made(ROW, **{"xl/media/image1.bin": "x" * 3000})
    data = bytearray(path.read_bytes())
    at = data.index(SHEET.encode()) + len(SHEET) + 20
    data[at] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(NotAWorkbook, match=r"sheet1\.xml is damaged. Restore a backup"):
        patch(path, {"Sheet1": {"A1": 5}})
    assert path.read_bytes() == data
    assert [file.name for file in tmp_path.iterdir()] == ["made.xlsx"]


def test_parts_that_a_plan_replaces_or_adds(made):
    chain = '<Relationship Id="rId7" Type="x/calcChain" Target="calcChain.xml"/></Relationships>'
    links = WORKBOOK["xl/_rels/workbook.xml.rels"].replace("</Relationships>", chain)
    path = made(
        '<row r="1"><c r="A1"><f>1</f></c></row>', **{"xl/calcChain.xml": "<c/>", "xl/_rels/workbook.xml.rels": links}
    )
    types = WORKBOOK["[Content_Types].xml"]
    chain = '<Override PartName="/xl/calcChain.xml" ContentType="c"/>'
    new = types.replace("</Types>", f'{chain}<Override PartName="/new.xml" ContentType="n"/></Types>')
    with Book(path) as book, path.with_name("new.xlsx").open("w+b") as file:
        plan = Plan(book)
        plan.replace("[content_types].xml", types.encode())
        assert not plan.changed
        plan.edit(book.sheet("Sheet1"), {(1, 1): 5}, [])
        plan.replace("[Content_Types].xml", new.encode())
        plan.replace("new.xml", b"<new/>")
        parts, dropped = plan.parts()
        assert dropped == {"xl/calcChain.xml"}
        book.package.write(file, parts, dropped)
        plan.replace("new.xml", b"<new>")
        with pytest.raises(NotAWorkbook, match=r"new\.xml is damaged"):
            list(plan.parts()[0]["new.xml"])
    with zipfile.ZipFile(path.with_name("new.xlsx")) as archive:
        assert archive.read("new.xml") == b"<new/>"
        assert archive.read("xl/_rels/workbook.xml.rels").decode() == WORKBOOK["xl/_rels/workbook.xml.rels"]
        assert archive.read("[Content_Types].xml").decode() == new.replace(chain, "")
        assert "xl/calcChain.xml" not in archive.namelist()
    whole(path.with_name("new.xlsx"))


def test_a_part_before_the_start_of_the_file(made):
    path = made(ROW)
    data = bytearray(path.read_bytes())
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 16, struct.unpack_from("<L", data, end + 16)[0] + 9)
    path.write_bytes(data)
    with pytest.raises(NotAWorkbook, match="damaged"):
        patch(path, {"Sheet1": {"A1": 5}})
    assert path.read_bytes() == data
