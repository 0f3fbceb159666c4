"""The command as its user types it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from clv_xl import CATALOGUE
from clv_xl.cli import main

CDNOW = Path(__file__).parent / "data" / "orders" / "CDNOW_sample.txt"


def run(*args: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(main, list(map(str, args)))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_the_installed_command_starts():
    program = Path(sys.executable).with_name("clv-xl")
    said = subprocess.run([program, "functions", "CLV", "50", "36"], capture_output=True, text=True, check=True)
    assert said.stdout == "1800\n"


@pytest.mark.parametrize("args", [(), ("--help",), *((name, "--help") for name in main.commands)], ids=" ".join)
def test_help_says_what_and_shows_an_example(args):
    _, out, err = run(*args)
    assert "Usage:" in out + err
    if len(args) == 2:
        assert "Example:\n    clv-xl" in out


# ---- functions


def test_functions_lists_every_function_in_both_languages():
    for language in ("en", "nl"):
        code, out, _ = run("functions", "--lang", language)
        assert code == 0
        assert all(name in out for name in CATALOGUE)
    assert "Klantwaarde" in out


# Without arguments these compute, the others explain themselves.
COMPLETE = [spec for spec in CATALOGUE.values() if all(parameter.optional for parameter in spec.parameters.values())]


@pytest.mark.parametrize("spec", [spec for spec in CATALOGUE.values() if spec not in COMPLETE], ids=lambda s: s.name)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_functions_explains_each(spec, language):
    code, out, _ = run("functions", spec.name.lower(), "--lang", language)
    assert code == 0
    assert out.startswith(spec.signature.split("(")[0])
    assert all(name in out for name in spec.parameters)


@pytest.mark.parametrize("spec", COMPLETE, ids=lambda spec: spec.name)
def test_functions_without_arguments_compute(spec):
    code, out, _ = run("functions", spec.name)
    assert code == 0
    assert out.strip() or spec.name == "CLV_LASTERROR"


@pytest.mark.parametrize(
    ("args", "last"),
    [
        (("CLV", "50", "36"), "1800"),
        (("clv", "50", "36", "", "0.5"), "900"),
        (("CLV", "50", "36", "1", "60"), "#NUM!"),
        (("CLV", "fifty", "36"), "#VALUE!"),
        (("CAC", "-1", "2"), "#NUM!"),
        (("CAC", "1000", "0"), "#DIV/0!"),
        (("AOV", "100,200,50"), "116.666666666667"),
        (("LIFESPAN_EXPOSURE", "1,2,6", "TRUE,TRUE,FALSE"), "4.5"),
        (("CLV_CAC_STATUS", "3", "nl"), "Gezond: drie keer de kosten of meer"),
        (("CLV", "50"), "#VALUE!"),
        (("MAX_CAC", "1500", "3", "9"), "#VALUE!"),
    ],
)
def test_functions_computes_and_prints_the_result_last(args, last):
    code, out, _ = run("functions", *args)
    assert (code, out.splitlines()[-1]) == (0, last)


def test_a_cell_error_is_explained_beside_it():
    _, out, err = run("functions", "CLV", "50", "36", "1", "60")
    assert out == "#NUM!\n"
    assert "margin is 60; allowed is a share, 0.6 for 60 %" in err


def test_every_single_valued_example_can_be_typed():
    for spec in CATALOGUE.values():
        for example in spec.examples:
            typed = all(type(arg) in (int, float) or (isinstance(arg, str) and arg.isalpha()) for arg in example.args)
            if example.args and typed and not isinstance(example.result, list):
                _, out, _ = run("functions", spec.name, *example.args)
                last = out.splitlines()[-1]
                text = isinstance(example.result, str)
                assert last == example.result if text else float(last) == pytest.approx(example.result), (spec, example)


@pytest.mark.parametrize(
    ("args", "last"),
    [
        (("CLV", "0,5", "36", "--lang", "nl"), "18"),
        (("AOV", "100,5;200", "--lang", "nl"), "150.25"),
        (("AOV", "100;200;50"), "116.666666666667"),
        (("AOV", "100,#N/A,50"), "#N/A"),
        (("CLV", "1e400", "36"), "#NUM!"),
    ],
)
def test_numbers_as_people_write_them(args, last):
    assert run("functions", *args)[1].splitlines()[-1] == last


def test_examples_in_dutch_are_as_a_dutch_sheet_wants_them():
    assert "=CLV(75; 5; 3; 0,6)  ->  675" in run("functions", "CLV", "--lang", "nl")[1]


def test_functions_answer_in_json():
    assert json.loads(run("functions", "CLV", "50", "36", "--json")[1]) == {"function": "CLV", "result": 1800.0}
    refused = json.loads(run("functions", "CLV", "50", "36", "1", "60", "--json")[1])
    assert (refused["result"], "margin is 60" in refused["why"]) == ("#NUM!", True)
    assert json.loads(run("functions", "CLV", "--json")[1])["arguments"][0]["name"] == "order_value"
    assert json.loads(run("functions", "CAC", "--json")[1])["lambda"].startswith("=LAMBDA(spend,new_customers,IF(")


def test_an_unknown_function_is_wrong_usage_and_names_the_nearest():
    code, _, err = run("functions", "CLVV", "1")
    assert code == 2
    assert "Did you mean CLV" in err


def test_functions_as_json():
    _, out, _ = run("functions", "--json")
    assert [entry["name"] for entry in json.loads(out)] == list(CATALOGUE)


# ---- template and refresh, the main job


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "client.xlsx"
    assert run("template", path)[0] == 0
    return path


def test_main_job(workbook):
    code, out, err = run("refresh", workbook, "--orders", CDNOW, "--map", "customer=1,date=3,amount=5")
    assert (code, err) == (0, "")
    assert "6,919 rows read, 6,911 rows kept" in out
    assert "amount is zero: 8" in out
    assert "6,911 orders put in the table" in out
    assert "35.32" in out
    code, out, _ = run("refresh", workbook)
    assert "Nothing to change: the file was not touched." in out


def test_refresh_speaks_dutch(workbook):
    _, out, _ = run("refresh", workbook, "--lang", "nl")
    assert "Gemiddelde orderwaarde" in out


def test_refresh_as_json_gives_a_line_a_file(workbook, tmp_path):
    gone = tmp_path / "gone.xlsx"
    code, out, _ = run("refresh", workbook, gone, "--json")
    first, second = map(json.loads, out.splitlines())
    assert code == 1
    assert first["results"]["Purchases"] == first["kept"]
    assert (second["file"], second["error"]) == (str(gone), "NotAWorkbook")


def test_one_failing_file_stops_no_other(workbook, tmp_path):
    code, out, err = run("refresh", tmp_path / "gone.xlsx", workbook)
    assert code == 1
    assert "gone.xlsx" in err
    assert "client.xlsx" in out


def test_bad_input_leaves_a_sentence_and_no_traceback(tmp_path):
    for name, content in {
        "a.xlsx": b"",
        "b.xlsx": b"PK\x03\x04 cut",
        "c.xls": b"\xd0\xcf\x11\xe0",
        "d.xlsx": b"text",
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        code, _, err = run("refresh", path)
        assert code == 1
        assert err.startswith(f"{path}: ")
        assert "Traceback" not in err
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    "args",
    [
        ("refresh",),
        ("refresh", "x.xlsx", "--map", "customer"),
        ("template", "x.xlsm"),
        ("template", "x.xlsx", "--lang", "de"),
        ("nothing",),
    ],
)
def test_wrong_usage_exits_with_2(args):
    assert run(*args)[0] == 2


def test_template_replaces_no_file_unasked(workbook):
    before = workbook.read_bytes()
    workbook.write_bytes(before + b"x")
    assert run("template", workbook)[0] == 2
    assert workbook.read_bytes() == before + b"x"
    assert run("template", workbook, "--force")[0] == 0
    assert workbook.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path):
    code, _, err = run("template", tmp_path / "no" / "client.xlsx")
    assert code == 1
    assert "client.xlsx" in err


def test_a_refresh_of_a_copy_in_another_folder_leaves_the_first(workbook, tmp_path):
    copy = tmp_path / "copy" / "client.xlsx"
    copy.parent.mkdir()
    shutil.copy(workbook, copy)
    before = workbook.read_bytes()
    run("refresh", copy, "--orders", CDNOW, "--map", "customer=1,date=3,amount=5")
    assert workbook.read_bytes() == before != copy.read_bytes()


def test_a_template_never_takes_the_place_of_an_open_file(workbook):
    before = workbook.read_bytes()
    (workbook.parent / "~$client.xlsx").write_text("")
    code, _, err = run("template", workbook, "--force", "--lang", "nl")
    assert (code, "open in another program" in err, workbook.read_bytes()) == (1, True, before)


def test_a_full_disk_leaves_the_old_file_and_no_crumbs(workbook, monkeypatch):
    before = workbook.read_bytes()

    def full(path: Path, _: bytes) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    code, _, err = run("template", workbook, "--force", "--lang", "nl")
    assert (code, "no space left" in err, workbook.read_bytes()) == (1, True, before)
    assert list(workbook.parent.iterdir()) == [workbook]


def test_a_sheet_without_a_name_is_wrong_usage(workbook):
    assert run("refresh", workbook, "--sheet", "")[0] == 2
