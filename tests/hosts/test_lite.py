"""The functions put into a workbook for xlwings Lite, and taken out again; nothing else in it changes."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree

from clv_xl.calculation.spellings import ours
from clv_xl.errors import ClvError, Encrypted, NotAWorkbook, OpenElsewhere, Unsupported, WorkbookError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts import lite
from clv_xl.hosts.lite_program import END, program, requirements
from clv_xl.template import write

from ..evaluators.libreoffice import LibreOffice
from ..fidelity import Workbook, differences

DATA = Path(__file__).parents[1] / "data" / "workbooks"
WORKBOOKS = sorted(
    file for file in DATA.glob("*.xls[xm]") if file.name not in {"own-web-extension.xlsx", "encrypted.xlsx"}
)
LISTS = ("[Content_Types].xml", "_rels/.rels")
NEW = {
    "xl/webextensions/webextension1.xml",
    "xl/webextensions/taskpanes.xml",
    "xl/webextensions/_rels/taskpanes.xml.rels",
}
WE = "{http://schemas.microsoft.com/office/webextensions/webextension/2010/11}"
OWN = "\n\n@xw.func\ndef mine(x):\n    return x\n"
OTHER = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<we:webextension xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11" id="{1}">\
<we:reference id="wa104379997" version="1.0.0.0" store="en-US" storeType="OMEX"/><we:alternateReferences/>\
<we:properties/><we:bindings/></we:webextension>"""

_LINK = re.compile(rb'<Relationship Id="(\w+)" Type="([^"]+)" Target="([^"]+)"/>')
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "prefix": lambda data: re.sub(rb"<(/?)(?=[A-Z])", rb"<\1p:", data).replace(b"xmlns=", b"xmlns:p="),
    "apostrophes": lambda data: data.replace(b'"', b"'"),
    "another order": lambda data: _LINK.sub(
        rb'<Relationship\n Target = "\3"\n Type="\2" Id = "\1" ></Relationship>', data
    ),
    "comment": lambda data: re.sub(rb"(</(?:Relationships|Types)>)", rb'<!-- Id="rId2" -->\1\n', data),
}


def copied(name: str, folder: Path) -> Path:
    return Path(shutil.copy(DATA / name, folder / name))


def parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(file: Path, changes: dict[str, bytes]) -> None:
    held = parts(file) | changes
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)


def properties(file: Path, part: str = "xl/webextensions/webextension1.xml") -> dict[str, Any]:
    """As Office reads them, by a reader of its own."""
    root = etree.fromstring(parts(file)[part])
    return {item.get("name"): json.loads(item.get("value")) for item in root.iter(f"{WE}property")}


def with_main(file: Path, text: str) -> None:
    """What Lite does when its user edits main.py."""
    part = "xl/webextensions/webextension1.xml"
    root = etree.fromstring(parts(file)[part])
    for item in root.iter(f"{WE}property"):
        if item.get("name") == "main.py":
            item.set("value", json.dumps(text))
    rewritten(file, {part: etree.tostring(root)})


@pytest.mark.parametrize("file", WORKBOOKS, ids=lambda file: file.name)
def test_nothing_else_changes_in_a_workbook(file: Path, tmp_path: Path):
    """Put in, put in again, taken out: after that every part is as it was, and in between all but the lists."""
    work, before, with_it = (tmp_path / f"{name}{file.suffix}" for name in ("work", "before", "with"))
    shutil.copy(file, work)
    shutil.copy(file, before)
    done = lite.embed(work, keep=False)
    assert set(done.parts) >= NEW | {part for part in parts(file) if part in LISTS}
    assert set(differences(before, work)) == {f"{part} is new" for part in NEW}
    old = parts(before)
    with Workbook(before) as one, Workbook(work) as other:
        assert {part for part in one.raw if one.raw[part] != other.raw[part]} == {part for part in old if part in LISTS}
        assert list(other.raw)[: len(old)] == list(one.raw)
    shutil.copy(work, with_it)
    assert not lite.embed(work, keep=False).changed
    assert work.read_bytes() == with_it.read_bytes()
    lite.strip(work, keep=False)
    assert parts(work) == old
    assert not differences(before, work, free=LISTS)
    assert not lite.strip(work, keep=False).changed


def test_the_parts_are_those_that_office_documents(tmp_path: Path):
    file = copied("shared.xlsx", tmp_path)
    lite.embed(file)
    held = parts(file)
    types = etree.fromstring(held["[Content_Types].xml"])
    declared = {item.get("PartName"): item.get("ContentType") for item in types.iter("{*}Override")}
    kind = "application/vnd.ms-office.{}+xml"
    assert declared["/xl/webextensions/taskpanes.xml"] == kind.format("webextensiontaskpanes")
    assert declared["/xl/webextensions/webextension1.xml"] == kind.format("webextension")
    (link,) = (
        item for item in etree.fromstring(held["_rels/.rels"]) if item.get("Target") == "xl/webextensions/taskpanes.xml"
    )
    assert link.get("Type") == "http://schemas.microsoft.com/office/2011/relationships/webextensiontaskpanes"
    (own,) = etree.fromstring(held["xl/webextensions/_rels/taskpanes.xml.rels"])
    assert own.get("Target") == "webextension1.xml"
    panes = etree.fromstring(held["xl/webextensions/taskpanes.xml"])
    (reference,) = panes.iter("{*}webextensionref")
    assert reference.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id") == own.get("Id")
    assert reference.getparent().get("visibility") == "1"
    root = etree.fromstring(held["xl/webextensions/webextension1.xml"])
    assert [etree.QName(item).localname for item in root] == [
        *("reference", "alternateReferences", "properties", "bindings", "snapshot", "extLst"),
    ], "the order of the schema of [MS-OWEXML]"
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", root.get("id"))
    assert root.find("{*}reference").get("id") == "wa200008175"
    assert root.find(".//{*}containsCustomFunctions") is not None


def test_the_settings_are_those_that_lite_writes(tmp_path: Path):
    file = copied("shared.xlsx", tmp_path)
    lite.embed(file, language="nl")
    told = properties(file)
    assert list(told) == [
        *("main.py", "requirements.txt", "pyodideVersion", "addinVersion", "xlwingsSettingsWorkbook"),
        "xlwingsWorkbookId",
    ]
    assert told["main.py"] == program("nl") != program("en")
    assert told["requirements.txt"].splitlines() == list(requirements())
    assert re.fullmatch(r"[0-9a-f-]{36}", told["xlwingsWorkbookId"])


def test_another_workbook_has_another_id(tmp_path: Path):
    ids = set()
    for name in ("shared.xlsx", "prefix.xlsx"):
        lite.embed(copied(name, tmp_path))
        ids.add(properties(tmp_path / name)["xlwingsWorkbookId"])
    assert len(ids) == 2


class TestWhatIsThere:
    def test_own_code_behind_ours_stays(self, tmp_path: Path):
        file = copied("shared.xlsx", tmp_path)
        lite.embed(file)
        with_main(file, program() + OWN)
        assert lite.embed(file, language="nl").parts == ("xl/webextensions/webextension1.xml",)
        assert properties(file)["main.py"] == program("nl") + OWN[1:]
        assert not lite.embed(file, language="nl").changed
        lite.strip(file)
        assert properties(file)["main.py"] == OWN.lstrip()
        with pytest.raises(Unsupported, match="program of its own"):
            lite.strip(file)

    def test_an_older_program_of_ours_is_replaced(self, tmp_path: Path):
        file = copied("shared.xlsx", tmp_path)
        lite.embed(file)
        with_main(file, f"# ---- clv-xl 0.0.1 ----\nprint(1)\n{END}\n")
        assert lite.embed(file).changed
        assert properties(file)["main.py"] == program()

    def test_own_requirements_and_settings_stay(self, tmp_path: Path):
        file = copied("own-web-extension.xlsx", tmp_path)
        with_main(file, "  \n")
        part = "xl/webextensions/webextension1.xml"
        extra = '<we:property name="requirements.txt" value="&quot;duckdb\\nNumPy==2.1&quot;"/></we:properties>'
        rewritten(file, {part: parts(file)[part].replace(b"</we:properties>", extra.encode())})
        lite.embed(file)
        lines = properties(file)["requirements.txt"].splitlines()
        assert lines[:2] == ["duckdb", "NumPy==2.1"]
        assert sorted(lines[2:]) == sorted(line for line in requirements() if line != "numpy")
        assert not lite.embed(file).changed

    def test_a_program_of_somebody_else_is_refused(self, tmp_path: Path):
        file = copied("own-web-extension.xlsx", tmp_path)
        before = file.read_bytes()
        for work in (lite.embed, lite.strip):
            with pytest.raises(Unsupported, match=r"own-web-extension\.xlsx carries a program of its own"):
                work(file)
        assert file.read_bytes() == before

    @pytest.mark.parametrize("language", ["en", "nl"])
    def test_names_called_like_our_functions_are_refused(self, language: str, tmp_path: Path):
        write(tmp_path / "t.xlsx", language=language)
        with pytest.raises(Unsupported, match="names called like our functions"):
            lite.embed(tmp_path / "t.xlsx")

    @pytest.mark.parametrize("prefix", ["wetp:", ""])
    def test_another_add_in_stays(self, prefix: str, tmp_path: Path):
        file, before = copied("own-web-extension.xlsx", tmp_path), tmp_path / "before.xlsx"
        panes = parts(file)["xl/webextensions/taskpanes.xml"]
        if not prefix:
            panes = panes.replace(b"wetp:", b"").replace(b"xmlns:wetp", b"xmlns")
        rewritten(file, {"xl/webextensions/webextension1.xml": OTHER.encode(), "xl/webextensions/taskpanes.xml": panes})
        shutil.copy(file, before)
        lite.embed(file)
        held = parts(file)
        assert held["xl/webextensions/webextension1.xml"] == OTHER.encode()
        assert properties(file, "xl/webextensions/webextension2.xml")["main.py"] == program()
        shown = [
            item.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
            for item in etree.fromstring(held["xl/webextensions/taskpanes.xml"]).iterfind(
                "{*}taskpane/{*}webextensionref"
            )
        ]
        linked = [item.get("Id") for item in etree.fromstring(held["xl/webextensions/_rels/taskpanes.xml.rels"])]
        assert shown == linked == ["rId1", "rId2"]
        assert not lite.embed(file).changed
        lite.strip(file)
        assert parts(file) == parts(before)

    @pytest.mark.parametrize("form", FORMS)
    def test_lists_that_are_written_otherwise(self, form: str, tmp_path: Path):
        """Other programs than Excel write the same in another form; what goes in comes out, byte for byte."""
        file = copied("own-web-extension.xlsx", tmp_path)
        links = "xl/webextensions/_rels/taskpanes.xml.rels"
        other = {part: FORMS[form](parts(file)[part]) for part in (*LISTS, links)}
        rewritten(file, {"xl/webextensions/webextension1.xml": OTHER.encode(), **other})
        before = parts(file)
        lite.embed(file)
        assert set(parts(file)) - set(before) == {"xl/webextensions/webextension2.xml"}
        assert not lite.embed(file).changed
        lite.strip(file)
        assert parts(file) == before

    def test_settings_that_lite_does_not_write_so_are_refused(self, tmp_path: Path):
        file = copied("own-web-extension.xlsx", tmp_path)
        part = "xl/webextensions/webextension1.xml"
        rewritten(file, {part: re.sub(rb'value="[^"]*"', b'value="plain"', parts(file)[part])})
        for work in (lite.embed, lite.strip, lite.extract):
            with pytest.raises(Unsupported, match=re.escape(part)):
                work(file)


class TestReplacing:
    def test_a_copy_leaves_the_original(self, tmp_path: Path):
        file = copied("shared.xlsx", tmp_path)
        before = file.read_bytes()
        lite.embed(file, out=tmp_path / "copy.xlsx")
        assert file.read_bytes() == before
        assert list(lite.extract(tmp_path / "copy.xlsx")) == ["main.py", "requirements.txt"]
        lite.strip(file, out=tmp_path / "same.xlsx")
        assert (tmp_path / "same.xlsx").read_bytes() == before

    def test_the_file_as_it_was_is_kept(self, tmp_path: Path):
        file = copied("shared.xlsx", tmp_path)
        before = file.read_bytes()
        lite.embed(file)
        (kept,) = (tmp_path / ".clv-xl-backup").iterdir()
        assert kept.read_bytes() == before

    @pytest.mark.parametrize(
        ("name", "error"),
        [
            ("encrypted.xlsx", Encrypted),
            ("own-old.xls", Unsupported),
            ("binary.xlsb", Unsupported),
            ("README.md", NotAWorkbook),
        ],
    )
    def test_what_cannot_be_is_refused(self, name: str, error: type[WorkbookError], tmp_path: Path):
        file = copied(name, tmp_path)
        before = file.read_bytes()
        for work in (lite.embed, lite.strip, lite.extract):
            with pytest.raises(error):
                work(file)
        assert file.read_bytes() == before
        assert list(tmp_path.iterdir()) == [file]

    def test_a_file_that_is_open_is_refused(self, tmp_path: Path):
        file = copied("shared.xlsx", tmp_path)
        (tmp_path / "~$shared.xlsx").touch()
        with pytest.raises(OpenElsewhere):
            lite.embed(file)

    def test_one_without_lite_has_nothing_to_extract(self, tmp_path: Path):
        with pytest.raises(WorkbookError, match="no program"):
            lite.extract(copied("shared.xlsx", tmp_path))

    def test_only_plain_names_are_files(self, tmp_path: Path):
        """A workbook may say ../../evil.py."""
        file = copied("own-web-extension.xlsx", tmp_path)
        part = "xl/webextensions/webextension1.xml"
        for wrong in ("../evil.py", "/evil.py", "C:\\evil.py", ".evil.py", "evil.exe", "a\nb.py", "evil.py/"):
            data = parts(copied("own-web-extension.xlsx", tmp_path))[part]
            rewritten(file, {part: data.replace(b'"main.py"', f'"{wrong}"'.replace("\n", "&#10;").encode())})
            assert not lite.extract(file), wrong


class TestOtherReaders:
    def test_openpyxl_and_libreoffice_open_it(self, tmp_path: Path, libreoffice: LibreOffice):
        file = copied("shared.xlsx", tmp_path)
        before = openpyxl.load_workbook(file, data_only=True)
        computed = libreoffice.values(file)
        lite.embed(file)
        after = openpyxl.load_workbook(file, data_only=True)
        assert [[c.value for r in s for c in r] for s in after] == [[c.value for r in s for c in r] for s in before]
        assert libreoffice.values(file) == computed

    def test_both_languages_say_why(self, tmp_path: Path):
        with pytest.raises(ClvError) as refused:
            lite.embed(copied("own-web-extension.xlsx", tmp_path))
        assert refused.value.text.nl != refused.value.text.en


def test_every_function_may_be_called_with_the_mark_of_lite():
    assert [ours(lite.PREFIX + name) for name in CATALOGUE] == list(CATALOGUE)
