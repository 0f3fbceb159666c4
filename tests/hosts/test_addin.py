"""The add-in as a file, and its life on a computer: build, install, status, doctor, uninstall."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from lxml import etree

from clv_xl.cli import main
from clv_xl.commands import ribbon
from clv_xl.errors import ClvError
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.vba import XLWINGS, addin, checks, installation, wizard, wrapper
from clv_xl.hosts.vba.installation import INTERPRETER, Places, Settings
from clv_xl.template import made
from clv_xl.terms import LANGUAGES
from clv_xl.version import __version__
from clv_xl.workbook import Book

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
# The order that the format prescribes (ECMA-376, CT_Workbook), as far as it is used.
ORDER = ["fileVersion", "workbookPr", "bookViews", "sheets", "functionGroups", "definedNames", "calcPr", "extLst"]
ADDIN, WORKBOOK = (
    "application/vnd.ms-excel.addin.macroEnabled.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
)


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def parts(language: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(addin.build(language))) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


# ---- the file


def test_two_builds_are_the_same_bytes(language: str) -> None:
    assert addin.build(language) == addin.build(language)


def test_every_part_is_xml_has_a_type_and_every_link_leads_somewhere(parts: dict[str, bytes]) -> None:
    types = etree.fromstring(parts["[Content_Types].xml"])
    told = {node.get("PartName"): node.get("ContentType") for node in types if node.get("PartName")}
    by_ending = {node.get("Extension"): node.get("ContentType") for node in types if node.get("Extension")}
    assert told["/xl/workbook.xml"] == ADDIN
    assert by_ending["bin"] == "application/vnd.ms-office.vbaProject"
    assert {name[1:] for name in told} <= set(parts)
    for name, content in parts.items():
        assert f"/{name}" in told or name.rpartition(".")[2] in by_ending or name == "[Content_Types].xml"
        if not name.endswith(".bin"):
            etree.fromstring(content)
    for source in ("_rels/.rels", "xl/_rels/workbook.xml.rels"):
        base = Path(source).parent.parent
        for link in etree.fromstring(parts[source]):
            assert (base / link.get("Target").lstrip("/")).as_posix() in parts, link.get("Target")


def test_the_workbook_part_holds_its_elements_in_order(parts: dict[str, bytes]) -> None:
    found = [etree.QName(node).localname for node in etree.fromstring(parts["xl/workbook.xml"])]
    assert found == sorted(found, key=ORDER.index)
    assert "calcPr" not in found


@pytest.mark.parametrize("file", ["addin", "standalone"])
def test_the_wizard_has_a_category_and_help_for_every_argument(language: str, file: str) -> None:
    content = addin.build(language) if file == "addin" else made(language, "EUR", file)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        book = etree.fromstring(opened.read("xl/workbook.xml"))
    found = [etree.QName(node).localname for node in book]
    assert found == sorted(found, key=ORDER.index)
    assert [node.get("name") for node in book.iter(f"{MAIN}functionGroup")] == [wizard.CATEGORY]
    told = {
        name.get("name"): {int(node.get("index")): node.text for node in name.iter(f"{X14}argumentDescription")}
        for name in book.iter(f"{X14}definedName")
    }
    assert told == {
        spec.name: {place: wrapper.helped(p.term.doc[language]) for place, p in enumerate(spec.parameters.values())}
        for spec in CATALOGUE.values()
        if spec.parameters
    }


def test_each_button_has_a_macro_and_a_label(parts: dict[str, bytes], language: str) -> None:
    buttons = [node for node in etree.fromstring(parts["customUI/customUI.xml"]).iter() if node.get("onAction")]
    macros = next(module.source for module in wrapper.modules(language, ribbon=True) if module.name == "clv_ribbon")
    declared = re.findall(r"^Public Sub (\w+)\(ByVal control As Object\)", macros, re.MULTILINE)
    assert [node.get("onAction") for node in buttons] == declared
    labels = {
        "en": ["Insert template", "Refresh this workbook", "Function reference", "Relink"],
        "nl": ["Sjabloon invoegen", "Deze werkmap vernieuwen", "Functieoverzicht", "Opnieuw koppelen"],
    }
    assert [node.get("label") for node in buttons] == labels[language]


def test_the_macros_ask_python_for_what_there_is() -> None:
    macros = next(module.source for module in wrapper.modules(ribbon=True) if module.name == "clv_ribbon")
    asked = re.findall(r'ClvAsk\("(\w+)", Array\((.*?)\)\)', macros)
    assert {name: len(given.split(",")) for name, given in asked} == {"template": 1, "refresh": 2}
    for name, given in asked:
        assert getattr(ribbon, name).__code__.co_argcount == len(given.split(","))
    assert f'python.Module("{ribbon.__name__}")' in macros


def test_openpyxl_reads_it_and_the_sheet_holds_only_real_values(parts: dict[str, bytes], language: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:  # openpyxl opens no add-ins: the same as a workbook
        for name, part in parts.items():
            file.writestr(name, part.replace(ADDIN.encode(), WORKBOOK.encode()))
    book = openpyxl.load_workbook(content)
    assert [[cell.value for cell in row] for row in book["clv_xl.conf"].iter_rows()] == [
        ["VERSION", __version__],
        ["XLWINGS", XLWINGS],
        ["LANGUAGE", language],
    ]


# ---- on a computer


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A user of Windows, Python with the library of xlwings beside it."""
    monkeypatch.setenv("APPDATA", str(tmp_path / "Zoë" / "AppData" / "Roaming"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "Zoë"))
    places = Places.of({"APPDATA": str(tmp_path / "Zoë/AppData/Roaming"), "USERPROFILE": str(tmp_path / "Zoë")})
    assert places
    return places


def run(*args: str) -> Result:
    return CliRunner().invoke(main, args)


def test_build_writes_the_file_anywhere(tmp_path: Path) -> None:
    out = tmp_path / "clv_xl.xlam"
    assert run("excel", "build", str(out), "--lang", "nl").exit_code == 0
    assert out.read_bytes() == addin.build("nl")
    assert run("excel", "build", str(out)).exit_code == 2
    assert run("excel", "build", str(out), "--force").exit_code == 0
    assert addin.built_as(out) == {"version": __version__, "xlwings": XLWINGS, "language": "en"}
    wrong = run("excel", "build", str(tmp_path / "a.xlsx"))
    assert (wrong.exit_code, ".xlam" in wrong.output) == (2, True)
    nowhere = run("excel", "build", str(tmp_path / "no" / "a.xlam"))
    assert (nowhere.exit_code, "Traceback" in nowhere.output) == (1, False)


@pytest.mark.parametrize("command", ["install", "uninstall", "status"])
def test_elsewhere_it_says_what_to_do_instead(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APPDATA", raising=False)
    for lang, word in {"en": "on a Mac", "nl": "op een Mac"}.items():
        result = run("excel", command, "--lang", lang)
        assert result.exit_code == 1
        assert word in result.output
        assert "clv-xl template" in result.output
    assert run("doctor").exit_code == 0
    assert json.loads(run("doctor", "--json").output) == []


def test_install_status_uninstall(windows: Places) -> None:
    assert run("excel", "status").exit_code == 1
    done = run("excel", "install", "--lang", "nl")
    assert done.exit_code == 0, done.output
    assert str(windows.addin) in done.output.replace("\n", "")
    assert windows.addin.read_bytes() == addin.build("nl")
    assert Settings.read(windows.settings).values == {INTERPRETER: sys.executable}
    told = json.loads(run("excel", "status", "--json").output)
    assert told["installed"] is True
    assert (told["version"], told["language"], told["python"]) == (__version__, "nl", sys.executable)
    windows.settings.unlink()
    assert "Python geen" in run("excel", "status", "--lang", "nl").output.replace("\n", " ")
    assert run("excel", "install").exit_code == 0
    assert run("excel", "uninstall").exit_code == 0
    assert not windows.addin.exists()
    assert not windows.settings.exists()
    assert run("excel", "uninstall").exit_code == 0
    assert run("excel", "status").exit_code == 1


def test_the_settings_are_lines_as_vba_reads_them(windows: Places) -> None:
    installation.install(windows, Path("C:/clv/python.exe"), "en")
    start = f'"{INTERPRETER}","'
    lines = windows.settings.read_bytes().split(b"\r\n")
    assert lines[-1] == b""
    assert [line.decode() for line in lines[:-1] if line.decode().startswith(start)] == [f'{start}C:/clv/python.exe"']
    assert b"" not in lines[:-1]


def test_installing_again_keeps_what_the_user_wrote(windows: Places) -> None:
    windows.settings.parent.mkdir(parents=True)
    windows.settings.write_text(f'"SHOW CONSOLE","True"\n\n"PYTHONPATH",""\n"{INTERPRETER}","C:\\old.exe"\n')
    other = windows.addin.parent / "other.xlam"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"someone's")
    for _ in range(2):
        assert run("excel", "install").exit_code == 0
        settings = Settings.read(windows.settings)
        assert (settings.values, settings.odd) == ({"SHOW CONSOLE": "True", INTERPRETER: sys.executable}, [])
    assert run("excel", "uninstall").exit_code == 0
    assert windows.settings.read_bytes() == b'"SHOW CONSOLE","True"\r\n'
    assert sorted(path.name for path in windows.addin.parent.iterdir()) == ["other.xlam"]
    assert other.read_bytes() == b"someone's"


def test_lines_that_are_no_settings_stay_to_the_byte(windows: Places) -> None:
    windows.settings.parent.mkdir(parents=True)
    own = b'# Zo\xeb\xff: ask IT first\r\n"TEMP DIR",D:\\tmp\r\n"show console","True"\r\n'
    windows.settings.write_bytes(own)
    for _ in range(2):
        assert run("excel", "install").exit_code == 0
        assert windows.settings.read_bytes() == own + f'"{INTERPRETER}","{sys.executable}"\r\n'.encode()
    assert run("excel", "uninstall").exit_code == 0
    assert windows.settings.read_bytes() == own


@pytest.mark.parametrize("command", ["install", "uninstall"])
@pytest.mark.parametrize(("lang", "word"), [("en", "is not made by clv-xl"), ("nl", "niet door clv-xl gemaakt")])
def test_a_file_of_somebody_else_with_the_name_of_the_add_in_stays(
    windows: Places, command: str, lang: str, word: str
) -> None:
    windows.addin.parent.mkdir(parents=True)
    windows.addin.write_bytes(b"someone's")
    refused = run("excel", command, "--lang", lang)
    assert (refused.exit_code, word in refused.output) == (1, True)
    assert windows.addin.read_bytes() == b"someone's"
    assert not windows.settings.exists()


def test_letters_that_excel_cannot_read_are_refused_before_anything_is_written(
    windows: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation.locale, "getencoding", lambda: "cp1252")
    installation.install(windows, Path("C:/Zoë/python.exe"), "en")
    before = windows.settings.read_bytes()
    with pytest.raises(ClvError, match="plain letters"):
        installation.install(windows, Path("C:/Ωmega/python.exe"), "en")
    assert windows.settings.read_bytes() == before


def test_a_file_that_excel_holds_is_said_so_and_stays(windows: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    installation.install(windows, Path("python.exe"), "en")

    def held(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "in use", str(self))  # what Windows says; nothing here locks a file so

    before = windows.addin.read_bytes()
    monkeypatch.setattr(Path, "replace", held)
    refused = run("excel", "install", "--lang", "nl")
    assert refused.exit_code == 1
    assert "sluit Excel" in refused.output
    assert windows.addin.read_bytes() == before
    assert not list(windows.addin.parent.glob(".*"))


def test_another_xlwings_is_refused(windows: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clv_xl.hosts.vba.XLWINGS", "0.30.0")
    refused = run("excel", "install")
    assert refused.exit_code == 1
    assert "0.30.0" in refused.output
    assert not windows.addin.exists()


# ---- the doctor


def wrong(places: Places, registry: dict[tuple[str, str], str | int] | None = None) -> dict[str, checks.Finding]:
    """What is found wrong, by name; each with a cure in both languages."""
    found = checks.findings(places, lambda key, name: (registry or {}).get((key, name)))
    sick = {finding.name: finding for finding in found if not finding.well}
    for finding in sick.values():
        assert finding.cure
        assert finding.found.en
        assert finding.cure.nl
    return sick


def python_beside_its_library(folder: Path) -> Path:
    """A Python that runs, in a folder as Windows lays it out."""
    folder.mkdir(parents=True)
    program = folder / "python.exe"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    (folder.parent / f"xlwings64-{XLWINGS}.dll").touch()
    return program


def test_all_that_can_be_well_here_is_well(windows: Places, tmp_path: Path) -> None:
    installation.install(windows, python_beside_its_library(tmp_path / "env" / "Scripts"), "en")
    assert set(wrong(windows)) == {"pywin32"}, "which only Windows has"


def test_nothing_installed(windows: Places) -> None:
    assert set(wrong(windows)) == {"addin", "settings"}


def test_an_old_add_in_a_lost_python_and_blank_lines(windows: Places, tmp_path: Path) -> None:
    program = python_beside_its_library(tmp_path / "env" / "Scripts")
    installation.install(windows, program, "en")
    old = windows.addin.read_bytes()
    with zipfile.ZipFile(io.BytesIO(old)) as source, zipfile.ZipFile(windows.addin, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(XLWINGS.encode(), b"0.30.0"))
    windows.settings.write_text(windows.settings.read_text() + "\n\n")
    shutil.rmtree(program.parent)
    sick = wrong(windows)
    assert set(sick) == {"addin", "settings", "settings-lines"}
    assert "0.30.0" in sick["addin"].found.en
    assert "gone" in sick["settings"].found.en


def test_a_python_that_does_not_run_or_is_of_the_store(windows: Places, tmp_path: Path) -> None:
    program = python_beside_its_library(tmp_path / "env" / "Scripts")
    installation.install(windows, program, "en")
    program.write_text("#!/bin/sh\nexit 3\n")
    assert "python" in wrong(windows)
    store = python_beside_its_library(tmp_path / "Microsoft" / "WindowsApps")
    installation.install(windows, store, "en")
    assert "python-store" in wrong(windows)


def test_a_library_that_is_not_beside_python(windows: Places, tmp_path: Path) -> None:
    program = python_beside_its_library(tmp_path / "env" / "Scripts")
    (tmp_path / "env" / f"xlwings64-{XLWINGS}.dll").rename(tmp_path / "env" / "xlwings64-0.30.0.dll")
    installation.install(windows, program, "en")
    assert "library" in wrong(windows)
    users = windows.addin.parents[3] / "Python" / f"xlwings64-{XLWINGS}.dll"  # the scheme nt_user of sysconfig
    users.parent.mkdir()
    users.touch()
    assert "library" not in wrong(windows)


EXCEL = (r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "")
RULES = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
MANAGED = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
SECURITY = r"HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security"
RULE = checks.CHILD_PROCESSES


@pytest.mark.parametrize(
    ("registry", "name"),
    [
        ({EXCEL: r"C:\Program Files\WindowsApps\Microsoft.Office\EXCEL.EXE"}, "excel"),
        ({EXCEL: r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"}, None),
        ({(RULES, RULE): "1"}, "child-processes"),
        ({(RULES, RULE): "2"}, None),
        ({(RULES.replace("Policies\\", ""), RULE): 1}, "child-processes"),
        ({(MANAGED, "ASRRules"): f"x=1|{RULE.upper()}=1"}, "child-processes"),
        ({(MANAGED, "ASRRules"): f"{RULE}=2|x=1"}, None),
        ({(SECURITY, "VBAWarnings"): 4}, "macros"),
        ({(SECURITY.replace("Policies\\", ""), "VBAWarnings"): 3}, "macros"),
        ({(SECURITY, "VBAWarnings"): 2}, None),
    ],
)
def test_what_windows_forbids(windows: Places, registry: dict[tuple[str, str], str | int], name: str | None) -> None:
    assert set(wrong(windows, registry)) - {"addin", "settings"} == ({name} if name else set())


def test_doctor_tells_people_and_programs(windows: Places, tmp_path: Path) -> None:
    told = run("doctor", "--lang", "nl")
    assert told.exit_code == 1
    assert "oplossing: clv-xl excel install" in told.output
    installation.install(windows, python_beside_its_library(tmp_path / "env" / "Scripts"), "en")
    listed = {check["check"]: check for check in json.loads(run("doctor", "--json").output)}
    assert list(listed) == ["addin", "settings", "clv-xl", "xlwings", "pywin32", "library"]
    assert listed["xlwings"]["well"] is True
    assert listed["xlwings"]["cure"] is None


# ---- what the buttons ask


def test_the_template_button_gives_a_workbook_that_calls_the_add_in() -> None:
    path = Path(ribbon.template("nl"))
    try:
        with Book(path) as book:
            assert "Uitkomsten" in book.sheets
            assert not {name.upper() for name in book.names} & set(CATALOGUE)
    finally:
        shutil.rmtree(path.parent)


def test_the_refresh_button_says_what_the_command_says(tmp_path: Path) -> None:
    path = tmp_path / "Zoë.xlsx"
    assert run("template", str(path), "--host", "addin", "--lang", "nl").exit_code == 0
    assert "CLV/CAC" in ribbon.refresh(str(path), "nl")
    assert "nowhere.xlsx" in ribbon.refresh(str(tmp_path / "nowhere.xlsx"), "en")
