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
    # 4 GB are not at hand in a test: a smaller limit makes every number a large one.
    path = made(ROW, **{"xl/media/image1.bin": "x" * 3000})
    monkeypatch.setattr(entries, "FULL", 1000)
    package, write = Package(path), entries.FULL
    assert write == 1000
    offsets = [entry.moved(5_000_000_000) for entry in package._entries.values()]
    package.close()
    for record in offsets:
        name, extra = struct.unpack_from("<2H", record, 28)
        kind, _ = struct.unpack_from("<2H", record, 46 + name)
        assert kind == 1
        assert struct.unpack_from("<Q", record, 46 + name + extra - 8)[0] == 5_000_000_000


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
    with pytest.raises(NotAWorkbook, match="sheet1.xml is damaged. Restore a backup"):
        patch(path, {"Sheet1": {"A1": 5}})
    assert path.read_bytes() == data
    assert [file.name for file in tmp_path.iterdir()] == ["made.xlsx"]
