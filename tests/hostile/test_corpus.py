"""Real workbooks, edited and refreshed: nothing else in them changes, and every program that read them still does."""

import zipfile
from pathlib import Path

import pytest

from ..fidelity import Workbook, differences
from . import subject
from .bases import DATA
from .corpus import check, files_in, ground, planted
from .readers import opened_by_libreoffice

FILES = [file.name for file in files_in(DATA)]
REFUSED = {"encrypted.xlsx": "Encrypted"}
OPENED = ("strict.xlsx", "prefix.xlsx", "no-references.xlsx", "openxlsx-data__gh_issue_504.xlsx",
"IronCalc__example.xlsx",
          "PhpSpreadsheet__issue.1432b.xlsx", "ClosedXML__customxml.xlsx", "dynamic-arrays.xlsx")  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_nothing_but_the_asked_for_cells_changes(name, tmp_path):
    outcome = check(DATA / name, tmp_path)
    assert not outcome.harms
    assert outcome.refresh.partition(":")[0] == REFUSED.get(name, "done")
    assert name in REFUSED or outcome.edit == "done"


def test_libreoffice_opens_what_was_refreshed(tmp_path):
    copies = []
    for name in OPENED:
        path = tmp_path / name
        path.write_bytes((DATA / name).read_bytes())
        with Workbook(path) as book:
            place = ground(book)
        subject.edit(path, {place.sheet: planted(place)[0]})
        assert subject.refresh(path).changed
        copies.append(path)
    assert opened_by_libreoffice(copies) == set(copies)


def test_every_workbook_has_its_origin():
    told = (DATA / "README.md").read_text()
    assert all(f"| {file.name} |" in told for file in DATA.iterdir() if file.suffix.startswith(".xl"))


def signed(path):
    """The way an XML signature stands in a workbook: an origin, and the signature that it refers to."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    link = f'<Relationship Id="rIdS" Type="{links}/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/>'
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"</Relationships>", link.encode() + b"</Relationships>")
    parts["_xmlsignatures/origin.sigs"] = b""
    parts["_xmlsignatures/sig1.xml"] = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/>'
    return zipped(path.parent / "signed.xlsx", parts)


def zipped(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def copied(name, folder, start=None, end=None):
    path = folder / name
    path.write_bytes((DATA / name).read_bytes()[start:end])
    return path


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda folder: copied("encrypted.xlsx", folder), "Encrypted", "password"),
        (lambda folder: copied("binary.xlsb", folder), "Unsupported", "xlsb"),
        (lambda folder: copied("own-old.xls", folder), "Unsupported", r"\.xls format"),
        (lambda folder: signed(copied("table-slicer.xlsx", folder)), "Unsupported", "signed"),
        (lambda folder: copied("table-slicer.xlsx", folder, end=9_000), "NotAWorkbook", "damaged"),
        (lambda folder: copied("table-slicer.xlsx", folder, start=100), "NotAWorkbook", "no Excel workbook"),
        (
            lambda folder: zipped(folder / "word.xlsx", {"word/document.xml": b"<w/>"}),
            "NotAWorkbook",
            "no Excel workbook",
        ),
        (lambda folder: zipped(folder / "empty.xlsx", {}), "NotAWorkbook", "."),
    ],
    ids=["encrypted", "xlsb", "xls", "signed", "cut short", "cut at the front", "another document", "empty zip"],
)
def test_what_must_be_refused(make, error, says, tmp_path):
    path = make(tmp_path)
    before, kept = path.read_bytes(), sorted(tmp_path.iterdir())
    for job in (subject.refresh, lambda path: subject.edit(path, {"Sheet1": {"A1": 1}})):
        with pytest.raises(subject.ClvError, match=says) as refused:
            job(path)
        assert type(refused.value).__name__ in (error, "Refusal")
        assert not subject.improper(refused.value)
        assert path.read_bytes() == before
        assert sorted(tmp_path.iterdir()) == kept


def with_part(path, name, change):
    with zipfile.ZipFile(DATA / "data-table.xlsx") as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return zipped(path, parts | {name: change(parts[name])})


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("part", "change", "told"),
    [
        ("xl/styles.xml", lambda xml: xml + b" ", "xl/styles.xml differs"),
        (SHEET, lambda xml: xml.replace(b"<x:v>", b"<x:v>1", 1), "became"),
        (SHEET, lambda xml: xml.replace(b' s="', b' s="1', 1), "became"),
        (SHEET, lambda xml: xml.replace(b"<x:c ", b'<x:c cm="1" ', 1), "became"),
        (SHEET, lambda xml: xml.replace(b"<x:row ", b'<x:row ht="5" ', 1), "properties"),
        (SHEET, lambda xml: xml.replace(b"<x:pageMargins", b'<x:pageMargins x="1"', 1), "outside its cells"),
        (SHEET, lambda xml: xml.replace(b"</x:row>", b'<x:c r="XFD1"><x:v>1</x:v></x:c></x:row>', 1), "a cell came"),
    ],
    ids=["part", "value", "style", "metadata", "row", "page", "cell"],
)
def test_the_comparison_sees_harm(part, change, told, tmp_path):
    before, after = (with_part(tmp_path / name, part, job) for name, job in (("a.xlsx", bytes), ("b.xlsx", change)))
    with Workbook(before) as book:
        edited = {next(iter(book.sheets)): {(99, 26)}}
    (found,) = differences(before, after, edited)
    assert told in found


@pytest.mark.parametrize("names", ["abc", "ba", "a"], ids=["new", "order", "gone"])
def test_the_comparison_sees_the_parts(names, tmp_path):
    with zipfile.ZipFile(DATA / "data-table.xlsx") as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    before, after = (zipped(tmp_path / f"{held}.xlsx", parts | dict.fromkeys(held, b"")) for held in ("ab", names))
    (found,) = differences(before, after)
    assert found in ("c is new", "the parts stand in another order", "b is gone")


def test_the_comparison_lets_asked_for_cells_go(tmp_path):
    path: Path = copied("data-table.xlsx", tmp_path)
    with Workbook(path) as book:
        sheet = next(iter(book.sheets))
    subject.edit(path, {sheet: {"Z99": 5}})
    assert differences(DATA / path.name, path, {sheet: {(99, 26)}}) == []
    assert differences(DATA / path.name, path, {sheet: {(99, 27)}}) == [f"{sheet} (99, 26): a cell came"]
