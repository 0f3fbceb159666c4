"""Wrong usage is told in the language that was asked for."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from clv_xl.cli import main

WRONG = [
    (["refresh"], "Er ontbreekt een argument: 'PATHS...'."),
    (["refresh", "a.xlsx", "--dryrun"], "Er is geen optie --dryrun. Bedoelt u --dry-run?"),
    (["refresh", "a.xlsx", "--jobs", "two"], "Ongeldige waarde voor '--jobs': 'two' is geen geheel getal vanaf 1."),
    (["refresh", "a.xlsx", "--jobs", "0"], "Ongeldige waarde voor '--jobs': 0 is geen geheel getal vanaf 1."),
    (["refresh", "a.xlsx", "--as-of", "31-10-2025"], "'31-10-2025' is geen datum zoals 2026-09-30 (jaar-maand-dag)."),
    (["refresh", "a.xlsx", "--orders", "gone"], "Ongeldige waarde voor '--orders': 'gone' bestaat niet."),
    (["refresh", "a.xlsx", "--engine", "calc"], "'calc' is geen keuze. Kies uit: files, excel, libreoffice."),
    (["refresh", "a.xlsx", "--report", "a.pdf"], "Ongeldige waarde voor --report: a.pdf moet eindigen op .html,"),
    (["refresh", "a.xlsx", "--dry-run=1"], "Optie --dry-run heeft geen waarde."),
    (["template", "a.xlsx", "--orders", "."], "Ongeldige waarde voor '--orders': '.' is een map."),
    (["predict", ".", "--margin", "0,6"], "'0,6' is geen getal met een punt, zoals 0.6."),
    (["publish", "a.xlsx", "b.xlsx"], "Dit is te veel: b.xlsx"),
    (["functions", "CLVV"], "er is geen functie CLVV."),
    (["refersh"], "Er is geen opdracht refersh. Bedoelt u refresh?"),
    (["excel", "bild"], "Er is geen opdracht bild."),
    (["lite", "embed", "gone.xlsx", "--out", "b.csv"], "b.csv moet eindigen op .xlsx"),
    (["excel", "build"], "Er ontbreekt een argument: 'OUT'."),
]
ENGLISH = re.compile(r"\b(Usage|Error|Try|Invalid|value|Missing|No such|does not|is not|valid|Got|unexpected)\b")


@pytest.mark.parametrize(("args", "told"), WRONG, ids=[" ".join(args) for args, _ in WRONG])
@pytest.mark.parametrize("lang", [["--lang", "nl"], ["--lang=nl"]], ids=["apart", "joined"])
def test_wrong_usage_is_told_in_dutch(args, told, lang):
    done = CliRunner().invoke(main, [*args, *lang])
    assert done.exit_code == 2
    assert told in done.output
    assert "Fout: " in done.output
    assert not ENGLISH.search(done.output)


@pytest.mark.parametrize("args", [args for args, _ in WRONG], ids=" ".join)
def test_wrong_usage_is_told_in_english_otherwise(args):
    done = CliRunner().invoke(main, args)
    assert done.exit_code == 2
    assert "Error: " in done.output
    assert "Fout" not in done.output


def test_an_option_that_lacks_its_value():
    done = CliRunner().invoke(main, ["refresh", "a.xlsx", "--lang", "nl", "--sheet"])
    assert (done.exit_code, done.output) == (2, "Fout: Optie --sheet vraagt een waarde.\n")


def test_without_a_command_there_is_help_and_no_error():
    done = CliRunner().invoke(main, [])
    assert done.exit_code == 2
    assert done.output.startswith("Usage: ")
    assert "refresh" in done.output
