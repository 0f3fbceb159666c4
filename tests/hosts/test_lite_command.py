"""`clv-xl lite`: what it does, and what it says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from clv_xl.cli import main
from clv_xl.commands.lite import lite
from clv_xl.hosts.lite_program import program

DATA = Path(__file__).parents[1] / "data" / "workbooks"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / "shared.xlsx", tmp_path / "client.xlsx"))


def run(*args: object) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["lite", *map(str, args)])
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


def test_in_out_and_what_is_inside(file: Path):
    before = file.read_bytes()
    assert run("embed", file, "--lang", "nl") == (
        0,
        f"{file}: bevat de functies nu. Open het in Excel met xlwings Lite, en vertrouw de code eenmaal.\n",
    )
    assert run("embed", file, "--lang", "nl") == (0, f"{file}: niets te wijzigen.\n")
    folder = file.with_suffix(".lite")
    assert run("extract", file) == (0, f"{folder / 'main.py'}\n{folder / 'requirements.txt'}\n")
    assert (folder / "main.py").read_text(encoding="utf-8") == program("nl")
    code, told = run("extract", file)
    assert (code, "--force" in told) == (2, True)
    assert run("extract", file, "--force")[0] == 0
    assert run("strip", file) == (0, f"{file}: carries them no more.\n")
    assert run("strip", file) == (0, f"{file}: nothing to change.\n")
    assert len(file.read_bytes()) == pytest.approx(len(before), rel=0.05)


def test_a_copy_is_made_and_not_replaced_unasked(file: Path, tmp_path: Path):
    before, copy = file.read_bytes(), tmp_path / "copy.xlsx"
    assert run("embed", file, "--out", copy) == (
        0,
        f"{copy}: carries the functions now. Open it in Excel with xlwings Lite, and trust its code once.\n",
    )
    assert file.read_bytes() == before
    made = copy.read_bytes()
    assert run("strip", copy, "--out", copy)[0] == 2
    assert copy.read_bytes() == made
    assert run("embed", file, "--out", copy, "--force")[0] == 0
    assert copy.read_bytes() == made


@pytest.mark.parametrize("command", ["embed", "strip", "extract"])
class TestRefusals:
    def test_no_workbook(self, command: str, tmp_path: Path):
        code, told = run(command, tmp_path / "none.xlsx")
        assert code == 1
        assert "There is no file" in told

    def test_a_folder(self, command: str, tmp_path: Path):
        code, told = run(command, tmp_path, "--lang", "nl")
        assert code == 1
        assert "is een map" in told

    def test_help_has_an_example(self, command: str):
        code, told = run(command, "--help")
        assert code == 0
        assert f"clv-xl lite {command} client.xlsx" in told


def test_a_copy_of_another_kind(file: Path):
    code, told = run("embed", file, "--out", "copy.xlsm")
    assert (code, "must end in .xlsx" in told) == (2, True)


def test_the_program_of_somebody_else(tmp_path: Path):
    theirs = shutil.copy(DATA / "own-web-extension.xlsx", tmp_path / "theirs.xlsx")
    for command in ("embed", "strip"):
        code, told = run(command, theirs, "--lang", "nl")
        assert (code, "bevat een eigen programma" in told) == (1, True)
    assert run("extract", theirs)[0] == 0
    assert "def clv(a, b)" in (tmp_path / "theirs.lite" / "main.py").read_text(encoding="utf-8")


def test_all_commands_are_here():
    assert list(lite.commands) == ["embed", "strip", "extract"]
