"""The VBA that goes into files: read back by others, every name in it one that VBA takes."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from pathlib import Path

import olefile
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.vba import XLWINGS, addin
from clv_xl.hosts.vba.compound import compound
from clv_xl.hosts.vba.compression import CHUNK, compress
from clv_xl.hosts.vba.project import Module, project
from clv_xl.hosts.vba.wrapper import LONGEST_HELP, helped, modules
from clv_xl.template.making import made
from clv_xl.terms import LANGUAGES

from ..evaluators import reserved

LONGEST_LINE, LONGEST_NAME, MOST_ARGUMENTS = 1023, 255, 29
ROOT = Path(__file__).parents[2]
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
DECLARED = re.compile(
    r"^(?:Public |Private )?(?:Declare PtrSafe )?(?:Function|Sub|Const) (\w+)|^(?:Public|Private) (\w+) As",
    re.MULTILINE,
)


def sources(macros: bytes) -> dict[str, str]:
    """The sources that olevba finds."""
    parser = VBA_Parser("vbaProject.bin", data=macros)
    return {Path(name).stem: code for _, _, name, code in parser.extract_macros()}


def macros_of(content: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/vbaProject.bin")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# ---- the file formats


@given(st.binary(max_size=600).map(lambda unit: unit * 25))
def test_what_is_compressed_comes_back(data: bytes) -> None:
    assert decompress_stream(bytearray(compress(data))) == data


@pytest.mark.parametrize("size", [1, 2, 3, 15, 16, 17, 18, 4093, 4094, 4095, CHUNK, CHUNK + 1, 2 * CHUNK, 12345])
def test_chunks_of_every_length_come_back(size: int) -> None:
    data = (b"Public Function CLV() ' \xe9\r\n" * 600)[:size]
    assert decompress_stream(bytearray(compress(data))) == data


def test_a_full_chunk_that_does_not_compress_is_stored_and_a_short_one_refused() -> None:
    noise = bytes((i * i * 31 + i * 7 + (i >> 3) * 11) % 251 for i in range(CHUNK))
    every = b"".join(bytes([a, b]) for a in range(64) for b in range(32))[:CHUNK]
    for data in (noise, every):
        assert decompress_stream(bytearray(compress(data))) == data
    unlike = bytes(n for k in (1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31) for n in _steps(k))
    assert len(compress(unlike[:CHUNK])) == 3 + CHUNK
    with pytest.raises(ValueError, match="does not compress"):
        compress(unlike[: CHUNK - 1])


def _steps(step: int) -> list[int]:
    return [n * step % 256 for n in range(256)]


@pytest.mark.parametrize("streams", [1, 2, 3, 7, 8, 40])
@pytest.mark.parametrize("size", [0, 1, 63, 64, 4095, 4096, 4097, 70_000])
def test_another_reader_finds_every_stream(streams: int, size: int) -> None:
    tree = {f"s{number}": bytes([number]) * size for number in range(streams)}
    file = olefile.OleFileIO(io.BytesIO(compound({"VBA": tree, "PROJECT": b"x"})), raise_defects=olefile.DEFECT_UNSURE)
    assert {path[-1]: file.openstream(path).read() for path in file.listdir() if path[0] == "VBA"} == tree
    assert not file.parsing_issues


def test_a_file_beyond_the_first_table_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        compound({"s": bytes(7_200_000)})


def test_letters_that_vba_has_not_are_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        project("P", [Module("m", "' Ω")])


# ---- the sources in a file


def test_olevba_reads_exactly_what_was_written(language: str) -> None:
    code = [Module("ThisWorkbook", kind="workbook"), *modules(language, ribbon=True)]
    found = sources(macros_of(addin.build(language)))
    assert {module.name: module.source for module in code if module.kind == "standard"} == {
        name: text for name, text in found.items() if name.startswith("clv_")
    }
    assert set(found) == {"ThisWorkbook", "Sheet1", "clv_functions", "clv_python", "clv_ribbon"}


def test_a_standalone_workbook_has_the_functions_and_a_module_for_each_sheet(language: str) -> None:
    content = made(language, "EUR", "standalone")
    found = sources(macros_of(content))
    assert {module.name: module.source for module in modules(language)} == {
        name: text for name, text in found.items() if name.startswith("clv_")
    }
    book = zipfile.ZipFile(io.BytesIO(content))
    sheets = [name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    codes = {re.search(r'<sheetPr codeName="(\w+)"', book.read(name).decode())[1] for name in sheets}  # type: ignore[index]
    assert codes == set(found) - {"ThisWorkbook", "clv_functions", "clv_python"}
    assert len(codes) == len(sheets)


def test_no_source_runs_by_itself_or_holds_a_place_on_this_computer(language: str) -> None:
    for module in modules(language, ribbon=True):
        assert not re.search(r"(?i)\b(auto_?open|workbook_open|workbook_activate)\b", module.source)
        assert str(ROOT) not in module.source
        assert not re.search(r"\$\w+\$", module.source), "a word was left unfilled"


def test_excel_offers_no_function_for_cells_but_ours() -> None:
    for name in ("clv_python", "clv_ribbon"):
        code = _code(name)
        assert "Option Private Module" in code or not re.search(r"^Public Function", code, re.MULTILINE), name
    assert set(re.findall(r"^Public \w+ (\w+)", _code("clv_functions"), re.MULTILINE)) == set(CATALOGUE)


def test_relink_ends_python_and_a_lost_call_does_not() -> None:
    """The DLL keeps the server of a command: mode 1 gives it again, -1 ends it (xlwings, KillPy)."""
    bodies = {name: _body("clv_python", name) for name in ("ClvForget", "ClvRestart")}
    assert "XLPyDLLActivateAuto unused, Command, -1" in bodies["ClvRestart"]
    assert "XLPyDLLActivateAuto" not in bodies["ClvForget"]
    assert "ClvRestart" in _body("clv_ribbon", "ClvRelink")
    assert "ClvForget" in _body("clv_functions", "ClvCall")


def _body(module: str, procedure: str) -> str:
    found = re.search(rf"(?:Sub|Function) {procedure}\(.*?End (?:Sub|Function)", _code(module), re.DOTALL)
    assert found
    return found[0]


def test_the_version_of_the_library_is_the_one_that_is_installed() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert extras["excel"] == [f"xlwings=={XLWINGS}"]
    assert f"xlwings=={XLWINGS}\n" in (ROOT / "constraints.txt").read_text()
    assert {"xlwings64", "xlwings32"} == set(re.findall(rf"(xlwings\d\d)-{XLWINGS}\.dll", _code("clv_python")))


# ---- names: one that VBA does not take stops every function


def _code(name: str) -> str:
    return next(module.source for module in modules(ribbon=True) if module.name == name)


def _functions() -> dict[str, list[str]]:
    """The functions as a reader of VBA finds them, with their arguments."""
    found = re.findall(r"^Public Function (\w+)\((.*)\) As Variant\r$", _code("clv_functions"), re.MULTILINE)
    return {name: [word.split()[-3] for word in heads.split(", ")] if heads else [] for name, heads in found}


def test_each_function_of_the_catalogue_has_one_with_its_arguments() -> None:
    assert {name: [a.lower() for a in arguments] for name, arguments in _functions().items()} == {
        spec.name: list(spec.parameters) for spec in CATALOGUE.values()
    }
    heads = dict(re.findall(r"^Public Function (\w+)\((.*)\) As", _code("clv_functions"), re.MULTILINE))
    for spec in CATALOGUE.values():
        optional = re.findall(r"Optional (\w+)", heads[spec.name])
        assert [name.lower() for name in optional] == [p.name for p in spec.parameters.values() if p.optional]


@pytest.mark.parametrize("name", CATALOGUE)
def test_names_are_identifiers_and_no_words_of_vba(name: str) -> None:
    arguments = _functions()[name]
    assert len(arguments) == len({argument.lower() for argument in arguments}) <= MOST_ARGUMENTS
    for each in (name, *arguments):
        assert NAME.fullmatch(each), each
        assert len(each) <= LONGEST_NAME
        assert each.lower() not in reserved.VBA, each
    assert name.lower() not in {argument.lower() for argument in arguments}
    assert not reserved.CELL.fullmatch(name)
    assert {argument.lower() for argument in arguments}.isdisjoint({"array", "clvcall", "clvinwizard"})


def test_no_name_is_declared_twice_in_the_project() -> None:
    declared = [
        (one or other).lower()
        for module in modules(ribbon=True)
        for one, other in DECLARED.findall(module.source)
        if (one or other) not in {"DLL", "XLPyDLLActivateAuto"}  # once for each kind of Office
    ]
    everything = [*declared, "clv_xl", *(module.name for module in modules(ribbon=True))]
    assert sorted(set(everything)) == sorted(everything)


def test_a_word_is_written_one_way_in_functions_and_arguments() -> None:
    written = {word for name, arguments in _functions().items() for word in (name, *arguments)}
    assert len({word.lower() for word in written}) == len(written)


# ---- the text of the modules


def test_lines_are_as_vba_takes_them(language: str) -> None:
    for module in modules(language, ribbon=True):
        lines = module.source.split("\r\n")
        assert "\n" not in "".join(lines)
        assert "\t" not in module.source
        assert max(map(len, lines)) <= LONGEST_LINE
        for line in lines:
            code = re.sub(r'"(?:[^"]|"")*"', '""', line)
            assert code.count('"') % 2 == 0, line
            code = code.split("'")[0]
            assert code.count("(") == code.count(")"), line


def test_blocks_are_closed_in_order(language: str) -> None:
    for module in modules(language, ribbon=True):
        open_blocks: list[str] = []
        for line in module.source.split("\r\n"):
            code = re.sub(r'"(?:[^"]|"")*"', '""', line).split("'")[0].strip()
            words = code.split()
            if not words or words[0] == "Attribute" or "Declare" in words or words[:1] == ["Exit"]:
                continue
            if words[0] in {"Public", "Private"}:
                words = words[1:]
            opens = words[0] in {"Function", "Sub", "With", "For", "Do", "Select"}
            opens |= words[0] == "If" and words[-1] == "Then"
            if opens:
                open_blocks.append(words[0])
            elif words[0] == "End":
                assert open_blocks.pop() == words[1], line
            elif words[0] in {"Next", "Loop"}:
                assert open_blocks.pop() == {"Next": "For", "Loop": "Do"}[words[0]], line
        assert not open_blocks


def test_help_stands_under_each_function_and_fits(language: str) -> None:
    code = next(module.source for module in modules(language) if module.name == "clv_functions")
    for spec in CATALOGUE.values():
        told = re.search(rf'^Attribute {spec.name}\.VB_Description = "(.*)"\r$', code, re.MULTILINE)
        assert told
        assert told[1].replace('""', '"').replace("\\\\", "\\") == helped(spec.doc[language])
        assert f'Attribute {spec.name}.VB_ProcData.VB_Invoke_Func = " \\n20"\r\n' in code
        assert len(helped(spec.doc[language])) <= LONGEST_HELP


def test_long_help_ends_at_a_word() -> None:
    assert helped("word " * 100).endswith("word ...")
    assert len(helped("word " * 100)) <= LONGEST_HELP
