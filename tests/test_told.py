"""Sentences for people: one thing is not told as many, and Dutch has Dutch days and numbers."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from clv_xl.analysis.doubts import silence
from clv_xl.batch.task import Outcome
from clv_xl.cli import main
from clv_xl.commands.telling import Teller
from clv_xl.errors import OrdersError
from clv_xl.orders.cleaning import read_orders
from clv_xl.orders.totals import totals
from clv_xl.refresh import refresh
from clv_xl.refresh.record import CellChange, Record
from clv_xl.template import write
from clv_xl.terms import Text, counted

ONE = re.compile(
    r"(?<![\d.,])1 (rows|orders|cells|columns|formulas|new orders|customers|days|purchases|arguments|workbooks"
    r"|rijen|bestellingen|cellen|kolommen|formules|nieuwe bestellingen|klanten|dagen|aankopen|argumenten|werkmappen)\b"
)


def run(*args: object) -> str:
    done = CliRunner().invoke(main, [str(arg) for arg in args], env={"COLUMNS": "120"})
    assert "Traceback" not in done.output
    return done.output


def orders(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(["order,customer,date,amount", *rows, ""]))
    return path


@pytest.mark.parametrize(
    ("number", "en", "nl"),
    [(0, "0 rows", "0 rijen"), (1, "1 row", "1 rij"), (2, "2 rows", "2 rijen"), (12345, "12,345 rows", "12.345 rijen")],
)
def test_a_number_with_what_it_counts(number, en, nl):
    assert counted(number, Text("row", "rij"), Text("rows", "rijen")) == Text(en, nl)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ("1 row read, 1 row kept", "1 order, 2025-10-31 to 2025-10-31")),
        ("nl", ("1 rij gelezen, 1 rij gebruikt", "1 bestelling, 31-10-2025 t/m 31-10-2025")),
    ],
)
def test_one_order_is_not_told_as_many(tmp_path, lang, told):
    file, path = orders(tmp_path / "one.csv", "1,a,2025-10-31,25.50"), tmp_path / "shop.xlsx"
    out = run("template", path, "--orders", file, "--lang", lang)
    assert all(text in out for text in told)
    more = orders(tmp_path / "other.csv", "1,b,2025-11-30,35.50", "2,c,bad,5", "3,,2025-11-30,7")
    out += run("refresh", path, "--orders", more, "--lang", lang)
    (tmp_path / "more").mkdir()
    orders(tmp_path / "more" / "shop.csv", "1,d,2025-11-30,35.50")
    many = path, tmp_path / "none.xlsx", "--orders", tmp_path / "more"
    out += run("refresh", *many, "--lang", lang, "--dry-run", "--jobs", "1")
    assert ("1 new order" if lang == "en" else "1 nieuwe bestelling") in out
    assert ("1 order put in the table" if lang == "en" else "1 bestelling in de tabel gezet") in out
    assert ("(row 3)" if lang == "en" else "(rij 3)") in out
    assert not ONE.search(out)


def test_refunds_of_one_row_and_refusals_agree_too(tmp_path):
    file = orders(tmp_path / "a.csv", "1,a,2025-10-01,25", "1,a,2025-10-02,-5", "2,b,2025-10-03,10")
    lines = read_orders(file).ledger.lines
    assert "1 row lowered its order (refund, discount)" in lines("en")
    assert "1 rij verlaagde haar bestelling (terugbetaling, korting)" in lines("nl")
    with pytest.raises(OrdersError, match=r"no orders left of 1 row \(unreadable amount: 1\)") as refused:
        read_orders(orders(tmp_path / "b.csv", "1,a,2025-10-01,none"))
    assert "van 1 rij zijn geen bestellingen over" in refused.value.text.nl
    (told,) = silence(dt.date(2025, 1, 1), dt.date(2025, 1, 1), dt.date(2025, 1, 2))
    assert "of 1 day before" in told.en
    assert "van 1 dag vóór" in told.nl


def test_dutch_refusals_write_days_as_the_dutch_do(tmp_path):
    path, file = tmp_path / "a.xlsx", orders(tmp_path / "a.csv", "1,a,2025-10-31,25")
    write(path, language="nl", currency="EUR")
    with pytest.raises(OrdersError) as late:
        refresh(path, as_of=dt.date(2020, 5, 4))
    with pytest.raises(OrdersError) as none:
        totals(read_orders(file).frame, as_of=dt.date(2020, 5, 4))
    told = [late.value.text, none.value.text]
    for args in ([], ["--model", "bgbb", "--horizon", "12m"]):
        out = run("predict", file, "--lang", "nl", *args)
        told.append(Text(run("predict", file, *args), out))
    for text in told:
        assert re.search(r"\d{4}-\d\d-\d\d", text.en), text
        assert re.search(r"\d\d-\d\d-\d{4}", text.nl), text
        assert not re.search(r"\d{4}-\d\d-\d\d", text.nl), text


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", r"up to 1 Nov 2026, 2 customers are expected to make \d+ purchases?, worth"),
        ("nl", r"tot en met 1 nov 2026, doen 2 klanten naar verwachting \d+ aankop(en)?, goed voor"),
    ],
)
def test_the_answer_of_a_prediction_is_a_sentence(tmp_path, lang, told):
    file = orders(tmp_path / "a.csv", "1,a,2025-10-31,25", "2,b,2025-11-01,30")
    out = run("predict", file, "--lang", lang).replace("\N{NO-BREAK SPACE}", " ")
    assert re.search(told, " ".join(out.split()))


def test_results_of_functions_have_a_decimal_comma_in_dutch():
    assert run("functions", "AOV", "100,5", "--lang", "nl") == "100,5\n"
    assert run("functions", "AOV", "100.5") == "100.5\n"
    assert "the result" not in run("functions", "COHORT_RETENTION", "--lang", "nl")


def test_a_column_known_by_its_number_is_told_as_one(tmp_path):
    file = tmp_path / "bare.txt"
    file.write_text("".join(f"c{n % 3} 2025-01-{n + 10} 12.5\n" for n in range(9)))
    given = "--orders", file, "--map", "customer=1,date=2,amount=3", "--force"
    assert "customer = column 1" in run("template", tmp_path / "a.xlsx", *given)
    dutch = *given[:3], "klant=1,Datum=2,bedrag=3", "--force"
    assert "klant = kolom 1" in run("template", tmp_path / "a.xlsx", *dutch, "--lang", "nl")


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("width", [80, 120])
def test_a_list_of_changes_fits_and_names_each_cell_whole(terminal, width):
    table = CellChange(
        "Voorspelling en verloop", "A19:F2100", "2,349 rows", "1,234 rows, 1,200 of them new or different"
    )
    long = CellChange("S", "A1", "word " * 30, "other " * 30)
    blank = CellChange("S", "A2", None, "")
    record = Record("a.xlsx", "changed", "a", changes=(table, long, blank))
    out = Console(file=io.StringIO(), force_terminal=terminal, width=width, soft_wrap=not terminal)
    Teller("en", dry_run=True).whole(out, Outcome(record))
    lines = [line for line in out.file.getvalue().splitlines() if "->" in line]
    assert len(lines) == 3
    assert "Voorspelling en verloop!A19:F2100" in lines[0]
    assert ("1,200 of them new or different" in lines[0]) is not (terminal and width == 80)
    assert lines[2].split() == ["S!A2", "(blank)", "->", "(blank)"]
    if terminal:
        assert max(len(line.rstrip()) for line in lines) <= width
        assert not any("...\N{HORIZONTAL ELLIPSIS}" in line for line in lines)


def test_a_refusal_names_the_file_once(tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_text("x")
    for args in (["refresh", path], ["publish", path, "--out", tmp_path / "b.xlsx"], ["lite", "strip", path]):
        assert run(*args).count("broken.xlsx") == 1
        assert str(path) in run(*args)
    assert str(tmp_path / "none.xlsx") in run("refresh", tmp_path / "none.xlsx")
    many = run("refresh", path, tmp_path / "none.xlsx", "--jobs", "1")
    assert many.count("broken.xlsx") == 1
    assert "broken.xlsx is no Excel workbook" in " ".join(many.split())
