"""A report replaces an earlier report, and no other file: it may be a client's workbook."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from clv_xl.cli import main
from clv_xl.report import write

from ..batch.workbooks import make_client


def run(*args):
    return CliRunner().invoke(main, list(map(str, args)))


@pytest.mark.parametrize("kind", ["html", "xlsx", "json"])
def test_an_earlier_report_is_replaced(tmp_path, kind):
    client, report = make_client(tmp_path / "client.xlsx"), tmp_path / f"portfolio.{kind}"
    write([], report)
    empty = report.read_bytes()
    assert run("refresh", client, "--report", report).exit_code == 0
    assert report.read_bytes() != empty


@pytest.mark.parametrize("name", ["other.xlsx", "page.html", "data.json", "broken.xlsx", "empty.html"])
@pytest.mark.parametrize(("lang", "told"), [("en", "is no page of clv-xl"), ("nl", "is geen overzicht van clv-xl")])
def test_any_other_file_stays(tmp_path, name, lang, told):
    folder = tmp_path / "clients"
    client, report = make_client(folder / "client.xlsx"), Path(folder, name)
    if name == "other.xlsx":
        make_client(report)
    else:
        report.write_text("" if name == "empty.html" else '<html>mine</html> {"mine": 1}')
    before = client.read_bytes(), report.read_bytes()
    done = run("refresh", folder, "--report", report, "--lang", lang)
    assert done.exit_code == 2
    assert told in done.stderr
    assert (client.read_bytes(), report.read_bytes()) == before
