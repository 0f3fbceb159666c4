"""A run that goes wrong, in Dutch: on the screen, in the reports and across processes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html
from python_calamine import CalamineWorkbook

from clv_xl.batch import running
from clv_xl.batch.journal import Journal
from clv_xl.batch.paths import find
from clv_xl.batch.task import Options
from clv_xl.cli import main
from clv_xl.template import write

from .workbooks import make_client

DATA = Path(__file__).parents[1] / "data" / "workbooks"
SAID = {
    "bak.xlsx": ("is no Excel workbook", "is geen Excel-werkmap"),
    "geheim.xlsx": ("is protected by a password", "is beveiligd met een wachtwoord"),
    "half.xlsx": ("is cut short or damaged", "is afgekapt of beschadigd"),
    "open.xlsx": ("is open in another program", "is open in een ander programma"),
    "oud.xlsx": ("is in the old .xls format", "heeft het oude formaat .xls"),
}


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """A folder with a good workbook and five that are refused."""
    folder = tmp_path / "klanten"
    good = make_client(folder / "goed.xlsx")
    (folder / "bak.xlsx").write_text("hallo")
    shutil.copy(DATA / "encrypted.xlsx", folder / "geheim.xlsx")
    (folder / "half.xlsx").write_bytes(good.read_bytes()[:-300])
    shutil.copy(good, folder / "open.xlsx")
    (folder / "~$open.xlsx").touch()
    shutil.copy(DATA / "own-old.xls", folder / "oud.xlsx")
    return folder


def run(*args: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(map(str, args)))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("workers", [1, 2])
def test_refusals_reach_screen_and_reports_in_dutch(clients, tmp_path, workers):
    reports = [tmp_path / f"overzicht.{kind}" for kind in ("html", "xlsx", "json")]
    asked = [part for report in reports for part in ("--report", report)]
    code, out, err = run("refresh", clients, "--lang", "nl", "--jobs", workers, *asked)
    assert code == 1
    assert "1 gewijzigd" in out
    assert "5 mislukt" in out
    page = " ".join(html.parse(reports[0]).getroot().find(".//section[@id='refused']").text_content().split())
    rows = CalamineWorkbook.from_path(reports[1]).get_sheet_by_name("Geweigerd").to_python()
    table = " ".join(str(cell) for row in rows for cell in row)
    records = {Path(one["file"]).name: one for one in json.loads(reports[2].read_bytes())["records"]}
    for file, (english, dutch) in SAID.items():
        assert file in err
        assert all(dutch in " ".join(place.split()) and english not in place for place in (err, page, table)), file
        assert english in records[file]["message"]
        assert dutch in records[file]["message_nl"]


def test_what_the_command_line_itself_refuses_is_dutch_too(clients, tmp_path):
    (tmp_path / "leeg").mkdir()
    good = clients / "goed.xlsx"
    file = tmp_path / "x.csv"
    file.write_text("klant,datum,bedrag\n")
    cases = [
        (("publish", clients), "is een map: noem een werkmap daarin"),
        (("publish", make_client(tmp_path / "n.xlsx", {"B1": ("=CLV(50,36)", "#NAME?")})), "heeft geen waarden in"),
        (("publish", good, "--out", tmp_path / "a.xlsm"), "moet eindigen op .xlsx, net als goed.xlsx"),
        (("refresh", tmp_path / "leeg"), "Er is niets bij te werken."),
        (("refresh", tmp_path / "weg.xlsx"), "Er is geen bestand"),
        (("refresh", clients, "--orders", file), "is één bestand voor 6 werkmappen"),
        (("refresh", good, "--orders", file), "bevat geen rijen met bestellingen"),
        (("refresh", good, "--map", "klant"), "is niet VELD=KOLOM"),
        (("refresh", good, "--map", "klanten=1"), "--map kent geen veld klanten"),
        (("refresh", good, "--report", "a.pdf"), "moet eindigen op .html, .xlsx, .json"),
        (("refresh", good, "--report", tmp_path / "weg" / "a.html"), "er is geen map"),
        (("refresh", good, "--out", clients), "staat"),
        (("template", good), "bestaat al. Geef een andere naam"),
        (("template", tmp_path / "t.xlsx", "--currency", "euro"), "is geen valuta"),
        (("functions", "CLW"), "er is geen functie CLW. Soms CLV"),
    ]
    for args, said in cases:
        code, _, err = run(*args, "--lang", "nl")
        assert code != 0, args
        assert said in " ".join(err.split()), (args, err)


def test_publish_says_that_it_takes_one_workbook(clients):
    code, _, err = run("publish", clients)
    assert (code, "is a folder: name a workbook inside it, publish copies one at a time" in " ".join(err.split())) == (
        2,
        True,
    )


def test_a_change_is_against_the_refresh_before_and_not_against_made_up_orders(tmp_path):
    path, file = tmp_path / "a.xlsx", tmp_path / "a.csv"
    write(path, language="nl", currency="EUR", host="excel")

    def refreshed(run_name: str, rows: str) -> running.Outcome:
        file.write_text(f"klant,datum,bedrag\n{rows}")
        (planned,) = running.jobs(find([str(path)])[0], Options(run_name), file if rows else None, None)
        (outcome,) = running.outcomes([planned], bool)
        return outcome

    assert refreshed("r0", "").record.sample
    assert all(entry.event != "figures" for entry in Journal(tmp_path).entries())
    first = refreshed("r1", "a,2024-01-01,10\nb,2024-02-01,20\na,2025-01-31,30\n").record
    assert (first.previous, first.previous_day) == ({}, "")
    # A program that recalculates would show the new order before the refresh: the journal does not.
    second = refreshed("r2", "a,2024-01-01,10\nb,2024-02-01,20\na,2025-01-31,30\nc,2025-03-01,60\n").record
    assert second.previous["clv_margin"] == first.figures["clv_margin"] != second.figures["clv_margin"]
    assert second.previous_day == "2025-01-31"
