"""The command as its user types it."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from clv_xl import CATALOGUE
from clv_xl.batch.journal import Journal
from clv_xl.cli import main
from clv_xl.refresh.record import Record
from clv_xl.workbook import Book

from .batch.workbooks import make_client

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
        (("AOV", "100,5;200", "--lang", "nl"), "150,25"),
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
    code, out, _ = run("refresh", workbook, gone, "--json", "--jobs", 1)
    first, second = map(json.loads, out.splitlines())
    assert code == 1
    assert first.keys() == second.keys() == {field.name for field in fields(Record)}
    assert first["figures"]["purchases"] == first["kept"]
    assert (second["file"], second["status"], second["error"]) == (str(gone), "failed", "NotAWorkbook")


def test_one_failing_file_stops_no_other(workbook, tmp_path):
    code, out, err = run("refresh", tmp_path / "gone.xlsx", workbook)
    assert code == 1
    assert "gone.xlsx" in err
    assert "client.xlsx" in out
    assert "0 changed, 1 unchanged, 1 failed in" in out


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
        assert err.startswith(str(path))
        assert "Traceback" not in err
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    "args",
    [
        ("refresh",),
        ("refresh", "x.xlsx", "--map", "customer"),
        ("refresh", "x.xlsx", "--as-of", "31-12-2024"),
        ("refresh", "x.xlsx", "--as-of", "2024-02-30"),
        ("refresh", "x.xlsx", "--jobs", "0"),
        ("refresh", "x.xlsx", "--engine", "magic"),
        ("refresh", "x.xlsx", "--report", "page.pdf"),
        ("refresh", "x.xlsx", "--report", "no/such/folder/page.html"),
        ("refresh", "x.xlsx", "--orders", "no-such-file.csv"),
        ("refresh", "x.xlsx", "y.xlsx", "--orders", str(CDNOW)),
        ("refresh", "x.xlsx", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"),
        ("refresh", "nosuch://bucket"),
        ("refresh", "no-such-*.xlsx"),
        ("undo", "no-such-folder"),
        ("publish",),
        ("publish", "x.xlsx", "--out", "y.xlsm"),
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
    for lang, told in (("en", "open in another program"), ("nl", "open in een ander programma")):
        code, _, err = run("template", workbook, "--force", "--lang", lang)
        assert (code, told in err, workbook.read_bytes()) == (1, True, before)


def test_a_full_disk_leaves_the_old_file_and_no_crumbs(workbook, monkeypatch):
    before = workbook.read_bytes()

    def full(path: Path, _: bytes) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    code, _, err = run("template", workbook, "--force", "--lang", "nl")
    assert (code, "No space left" in err, workbook.read_bytes()) == (1, True, before)
    assert list(workbook.parent.iterdir()) == [workbook]


def test_a_sheet_without_a_name_is_wrong_usage(workbook):
    assert run("refresh", workbook, "--sheet", "")[0] == 2


# ---- many workbooks


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """A folder with three workbooks, the third a level deeper, and one that is none."""
    folder = tmp_path / "clients"
    for name in ("acme", "best", "deep/corp"):
        make_client(folder / f"{name}.xlsx")
    (folder / "none.xlsx").write_text("text")
    return folder


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """An orders file for each of them."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for amount, name in enumerate(("acme", "BEST", "corp", "none"), 1):
        (folder / f"{name}.csv").write_text(f"customer,date,amount\nk1,2024-01-03,{amount}0\nk2,2024-02-03,{amount}5\n")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("[!.]*.xlsx")}


def test_a_folder_with_orders_for_each_and_back(clients, exports):
    before = content(clients)
    code, out, err = run("refresh", clients, "--orders", exports, "--dry-run", "--jobs", 1)
    assert (code, content(clients)) == (1, before)
    assert "would change" in out
    assert "Nothing was written." in out

    code, out, err = run("refresh", clients, "--orders", exports)
    assert code == 1
    assert sorted(line.split()[0] for line in out.splitlines() if "2 new orders" in line) == ["changed"] * 3
    assert "3 changed, 0 unchanged, 1 failed" in out
    assert re.fullmatch(r"failed +\S+none.xlsx +is no Excel workbook \(.*\)\.\n", err)
    assert f"clv-xl undo {os.path.relpath(clients)}" in out or f"clv-xl undo {clients}" in out
    after = content(clients)
    assert sum(after[name] != before[name] for name in before) == 3

    code, out, err = run("refresh", clients, "--lang", "nl", "--jobs", 1)
    assert "0 gewijzigd, 3 gelijk, 1 mislukt" in out
    assert content(clients) == after

    assert "would" not in run("undo", clients, "--dry-run")[1]
    assert content(clients) == after
    code, out, _ = run("undo", clients)
    assert (code, content(clients)) == (0, before)
    assert "3 put back." in out
    assert run("undo", clients) == (0, "There is nothing to undo there.\n", "")


def test_copies_leave_the_originals(clients, exports, tmp_path):
    before, out = content(clients), tmp_path / "copies"
    assert run("refresh", clients, "--orders", exports, "--out", out, "--jobs", 1)[0] == 1
    assert content(clients) == before
    assert sorted(content(out)) == ["acme.xlsx", "best.xlsx", "deep/corp.xlsx"]
    assert not list(clients.rglob(".clv-xl-backup"))
    # A folder of copies inside is no input the next time; a copy never stands in the place of an original.
    for force in ((), ("--force",)):
        args = ("refresh", clients, "--out", clients / "copies", "--json", "--jobs", 1, *force)
        assert len(run(*args)[1].splitlines()) == 4
    for same in (clients, f"{clients}/deep/.."):
        code, _, err = run("refresh", clients, "--out", same)
        assert (code, "There is nothing to refresh" in err or "another folder" in err) == (2, True)
    assert run("refresh", clients / "acme.xlsx", "--out", clients)[0] == 2
    code, _, err = run("refresh", clients / "acme.xlsx", tmp_path / "copies" / "acme.xlsx", "--out", tmp_path / "new")
    assert (code, "would be one file" in err) == (2, True)


def test_a_copy_that_is_there_is_replaced_only_by_force(clients, tmp_path):
    file, mine = clients / "acme.xlsx", tmp_path / "copies" / "acme.xlsx"
    mine.parent.mkdir()
    mine.write_text("mine")
    for lang, told in (("en", "acme.xlsx exists. Give"), ("nl", "acme.xlsx bestaat al. Geef")):
        code, _, err = run("refresh", file, "--out", mine.parent, "--lang", lang)
        assert (code, told in err, mine.read_text()) == (2, True, "mine")
    assert run("refresh", file, "--out", mine.parent, "--dry-run")[0] == 0
    assert mine.read_text() == "mine"
    assert run("refresh", file, "--out", mine.parent, "--force")[0] == 0
    assert mine.read_bytes()[:2] == b"PK"


def test_orders_that_fit_no_workbook_or_two(clients, exports):
    (exports / "acme.csv").unlink()
    code, _, err = run("refresh", clients, "--orders", exports, "--jobs", 1, "--dry-run")
    assert (code, "acme.xlsx" in err, "There are no orders for it in" in err) == (1, True, True)
    (exports / "best.xlsx").touch()
    code, _, err = run("refresh", clients, "--orders", exports)
    assert (code, "has several orders files" in err) == (2, True)
    (exports / "best.xlsx").unlink()
    shutil.copy(clients / "best.xlsx", clients / "deep" / "best.xlsx")
    code, _, err = run("refresh", clients, "--orders", exports)
    assert (code, "would serve" in err) == (2, True)
    (exports / "deep").mkdir()
    shutil.copy(exports / "BEST.csv", exports / "deep" / "best.csv")
    assert run("refresh", clients, "--orders", exports, "--dry-run", "--jobs", 1)[0] == 1


def test_an_empty_folder_among_others_is_named(clients, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = run("refresh", tmp_path / "empty", clients / "acme.xlsx")
    assert code == 0
    assert f"{tmp_path / 'empty'}: no workbooks there" in err
    assert run("refresh", tmp_path / "empty")[0] == 2


def test_a_cluster_that_is_not_there_is_a_sentence(clients, monkeypatch):
    monkeypatch.setattr("clv_xl.batch.cluster.PATIENCE", 0.5)
    code, _, err = run("refresh", clients, "--scheduler", "tcp://127.0.0.1:9")
    assert (code, "The scheduler at tcp://127.0.0.1:9 does not answer" in err) == (1, True)


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_finishes_what_is_in_hand_and_twice_stops_at_once(clients, exports, times):
    for number in range(60):
        shutil.copy(clients / "acme.xlsx", clients / f"client-{number}.xlsx")
        shutil.copy(exports / "acme.csv", exports / f"client-{number}.csv")
    before = content(clients)
    command = [sys.executable, "-m", "clv_xl", "refresh", clients, "--orders", exports, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        lines = [process.stdout.readline()]
        process.send_signal(signal.SIGINT)
        said = process.stderr.readline()
        if times > 1:
            process.send_signal(signal.SIGINT)
        lines += process.stdout.readlines()
        said += process.stderr.read()
    assert process.returncode == 130
    assert said == "Stopping after the workbooks in hand; Ctrl-C again stops at once.\n"
    records = [json.loads(line) for line in lines]
    after = content(clients)
    assert 1 <= len(records) < 60
    changed = {name for name in before if before[name] != after[name]}
    told = {os.path.relpath(record["file"], clients) for record in records if record["status"] == "changed"}
    assert told <= changed
    assert times > 1 or (told == changed and not list(clients.rglob(".clv-xl-*.xlsx")))
    for name in changed:  # whole, whenever it was stopped
        with Book(clients / name) as book:
            assert len(book.cells("Sales")) > 0
    run("undo", clients)
    assert content(clients) == before


def test_on_a_terminal_there_is_a_bar_and_colour_unless_unwanted(clients):
    def shown(**environment: str) -> str:
        main_end, end = pty.openpty()
        command = [sys.executable, "-m", "clv_xl", "refresh", str(clients), "--jobs", "1", "--dry-run"]
        told = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
        with subprocess.Popen(command, stdout=end, stderr=end, env=told):
            os.close(end)
            chunks = []
            while True:
                try:
                    chunks.append(os.read(main_end, 65536))
                except OSError:  # the other end is closed
                    break
        os.close(main_end)
        return b"".join(chunks).decode()

    coloured, plain = shown(), shown(NO_COLOR="1")
    for text in (coloured, plain):
        assert "4/4" in text
        assert "3 changed, 0 unchanged, 1 failed" in text
    assert "\x1b[31m" in coloured
    assert "\x1b[31m" not in plain
    assert max(map(len, re.split(r"[\r\n]+", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", plain)))) <= 80


def test_publish_gives_a_copy_without_our_functions(workbook, tmp_path):
    before = workbook.read_bytes()
    code, out, _ = run("publish", workbook, "--lang", "nl")
    assert code == 0
    assert re.fullmatch(r".*client\.values\.xlsx: \d+ formules zijn nu waarden\n", out)
    assert run("publish", workbook)[0] == 2
    assert run("publish", workbook, "--force")[0] == 0
    assert run("publish", tmp_path / "gone.xlsx")[0] == 1
    assert workbook.read_bytes() == before
    assert Journal(tmp_path).entries() == []
