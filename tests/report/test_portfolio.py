"""What the portfolio makes of records: groups, changes, verdicts, remarks, totals, and the words for them."""

from __future__ import annotations

import ast
import json
import re
import string
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from clv_xl.errors import ClvError
from clv_xl.refresh.record import FIGURES, CellChange, CellRemark, Month, Record, Reminder, StaleCell
from clv_xl.report import write
from clv_xl.report.clients import Client
from clv_xl.report.portfolio import Portfolio, months_to
from clv_xl.report.texts import MONTHS, TEXTS
from clv_xl.report.wording import Wording
from clv_xl.template.texts import texts as template_texts
from clv_xl.terms import LANGUAGES

from .agency import AS_OF, agency

ENGLISH, DUTCH = Wording("en"), Wording("nl")
PACKAGE = Path(__file__).parents[2] / "clv_xl" / "report"


def record(**given: Any) -> Record:
    return Record(**{"file": "a.xlsx", "status": "changed", "client": "A", "currency": "USD", **given})


def client(wording: Wording = ENGLISH, today: date | None = AS_OF, **given: Any) -> Client:
    return Client(record(**given), wording, today)


def portfolio(*records: Record) -> Portfolio:
    return Portfolio(records, ENGLISH, AS_OF)


def test_currencies_and_bases_are_apart_and_sorted() -> None:
    made = Portfolio(tuple(agency()), ENGLISH, AS_OF)
    assert [group.currency for group in made.groups] == ["EUR", "USD", "GBP"]
    for group in made.groups:
        for basis in ("margin", "revenue"):
            values = [one.record.figures[f"clv_{basis}"] for one in group.of(basis)]
            assert values == sorted(values, reverse=True)
    assert [one.client for one in made.failed] == ["Optiek Helder", "Wijnhuis Oost"]


def test_totals_are_of_one_currency_and_one_year() -> None:
    months = (Month("2025-10", 5, 1, 1, 1), Month("2025-11", 10, 2, 2, 1), Month("2026-10", 100, 3, 3, 2))
    given = {"months": months, "as_of": "2026-10-31"}
    made = portfolio(
        record(figures={"revenue": 1000.0, "customers": 10.0}, **given),
        record(figures={"revenue": 500.0}, client="B", **given),
        record(figures={"revenue": 7.0}, client="C", currency="EUR", **given),
        record(client="D", currency="", **given),
    )
    assert [group.currency for group in made.groups] == ["USD", "EUR", ""]
    dollars = made.groups[0]
    assert dollars.total("revenue") == 1500
    assert dollars.total("customers") == 10
    assert dollars.in_year(lambda month: month.revenue) == 220  # November 2025 to October 2026, twice
    assert dollars.in_year(lambda month: month.new_customers) == 6


def test_the_window_is_the_same_for_all() -> None:
    made = portfolio(record(as_of="2026-02-10"), record(as_of="2025-01-31"), record(as_of="no day"))
    assert made.window == months_to("2026-02")
    assert (made.window[0], made.window[-1], len(made.window)) == ("2024-03", "2026-02", 24)
    assert portfolio(record()).window == ()


@pytest.mark.parametrize(
    ("now", "before", "kind", "money", "share"),
    [
        ({"clv_margin": 110.0}, {"clv_margin": 100.0}, "up", 10, 0.1),
        ({"clv_margin": 90.0}, {"clv_margin": 100.0}, "down", -10, -0.1),
        ({"clv_margin": 100.0}, {"clv_margin": 100.0}, "same", 0, 0),
        ({"clv_margin": 100.0}, {"clv_margin": 100.0 + 1e-9}, "same", 0, 0),
        ({"clv_margin": 100.0}, {}, "first", None, None),
        ({"clv_margin": 100.0}, {"clv_revenue": 300.0}, "basis", None, None),
        ({"clv_revenue": 300.0}, {"clv_margin": 100.0, "clv_revenue": 200.0}, "up", 100, 0.5),
        ({"clv_margin": 50.0}, {"clv_margin": -100.0}, "up", 150, None),
        ({"clv_margin": 50.0}, {"clv_margin": 0.0}, "up", 50, None),
        ({"clv_margin": 50.0}, {"clv_margin": float("nan")}, "first", None, None),
        ({}, {"clv_margin": 50.0}, "first", None, None),
    ],
)
def test_change(now: dict[str, float], before: dict[str, float], kind: str, money: float, share: float) -> None:
    change = client(figures=now, previous=before).change
    assert (change.kind, change.money, change.share) == (kind, money, share and pytest.approx(share))


@pytest.mark.parametrize(
    ("ratio", "level", "english", "dutch"),
    [
        (-2, "bad", "Loss", "Verlies"),
        (0.999, "bad", "Loss", "Verlies"),
        (2.999, "fair", "Thin", "Krap"),
        (3, "good", "Healthy", "Gezond"),
        (5.01, "high", "High", "Hoog"),
    ],
)
def test_verdict(ratio: float, level: str, english: str, dutch: str) -> None:
    figures = {"clv_margin": ratio * 100.0, "cac": 100.0, "clv_cac": float(ratio)}
    for wording, word in ((ENGLISH, english), (DUTCH, dutch)):
        verdict = client(wording, figures=figures).verdict
        assert verdict is not None
        assert (verdict.level, verdict.word) == (level, word)


def test_no_verdict_on_revenue() -> None:
    assert client(figures={"clv_revenue": 300.0, "clv_cac": 4.0}).verdict is None


def test_a_ratio_below_a_band_never_reads_as_in_it() -> None:
    assert [ENGLISH.times(x)[:-1] for x in (2.996, 0.9999, 3, 4.9999, 1.976)] == [
        "2.99",
        "0.99",
        "3.00",
        "4.99",
        "1.98",
    ]


def test_amounts_are_compared_in_the_benchmarks_currency_only() -> None:
    figures = {"order_value": 105.5, "margin": 0.47}
    # Consumer goods: order value 211 USD (Oberlo); no margin is published for it
    dollars = client(industry="consumer goods", figures=figures).comparisons
    assert [(one.figure, one.ratio, one.tier) for one in dollars] == [("order_value", pytest.approx(0.5), "B")]
    euros = client(industry="Consumer goods", figures=figures, currency="EUR").comparisons
    assert [(one.figure, one.median, one.ratio, one.currency) for one in euros] == [("order_value", 211, None, "USD")]
    # a share has no currency
    (margin,) = client(industry="Furniture", figures=figures, currency="EUR").comparisons
    assert margin.figure == "margin"
    assert margin.ratio == pytest.approx(0.47 / margin.median)
    assert client(industry="Alchemy", figures=figures).comparisons == ()
    assert client(figures=figures).comparisons == ()


CELL = StaleCell("S", "A1", "because", "omdat")


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ({"figures": {"clv_margin": 1.0, "cac": 1.0, "customers": 30.0}}, {}),
        ({"figures": {"clv_margin": 1.0, "cac": 1.0, "customers": 29.0}}, {"few": "29 customers only"}),
        ({"figures": {"clv_margin": 1.0, "cac": 1.0, "customers": 1.0}}, {"few": "1 customer only"}),
        ({"figures": {"clv_margin": 1.0}}, {"cac": "no CAC"}),
        ({"figures": {"clv_revenue": 1.0}}, {"margin": "no margin"}),
        ({"last_date": "2026-08-02"}, {}),
        ({"last_date": "2026-08-01"}, {"old": "last order 1 Aug 2026"}),
        ({"last_date": "?"}, {}),
        ({"stale": (CELL,)}, {"stale": "1 stale cell"}),
        ({"stale": (CELL,) * 1200}, {"stale": "1,200 stale cells"}),
        ({"read": 1000, "dropped": {"refund": 7, "x": 2}}, {"dropped": "9 of 1,000 rows dropped"}),
        ({"no_orders": "Why."}, {"no_orders": "no orders"}),
        ({"remarks": (CellRemark("S", "A1", "because", "omdat"),)}, {"remark": "to know"}),
        ({"reminders": (Reminder("reapply", "opnieuw"),)}, {"reminder": "to do in Excel"}),
        ({"sample": True, "checks": 1}, {"sample": "sample orders", "checks": "1 point in the workbook"}),
    ],
)
def test_remarks(given: dict[str, Any], kinds: dict[str, str]) -> None:
    found = {caution.kind: caution.label.replace("\xa0", " ") for caution in client(**given).cautions}
    assert found == kinds


@pytest.mark.parametrize(
    ("wording", "todo", "remark"),
    [
        (ENGLISH, "To do in Excel: reapply it.", "S!A1: because."),
        (DUTCH, "Te doen in Excel: pas het toe.", "S!A1: omdat."),
    ],
)
def test_what_is_to_do_and_to_know_is_said_in_full(wording: Wording, todo: str, remark: str) -> None:
    reminders, remarks = (Reminder("reapply it", "pas het toe"),), (CellRemark("S", "A1", "because", "omdat"),)
    found = {c.kind: c.text for c in client(wording, reminders=reminders, remarks=remarks).cautions}
    assert found == {"reminder": todo, "remark": remark}


def test_remarks_explain_themselves() -> None:
    given = {"read": 40, "dropped": {"refund": 2, "own words": 9}, "last_date": "2026-01-01", "no_orders": "Why."}
    given["no_orders_nl"] = "Waarom."
    dropped, old, none = (
        next(c for c in client(DUTCH, **given).cautions if c.kind == kind) for kind in ("dropped", "old", "no_orders")
    )
    refund = "terugbetaling (negatief bedrag) zonder bestelling"
    assert dropped.text == f"Weggelaten rijen: own words: 9, {refund}: 2."
    assert dropped.level == "fair"
    assert "303 dagen vóór 31 okt 2026" in old.text.replace("\xa0", " ")
    assert none.text.endswith("Waarom.")
    assert [c.level for c in client(**given).cautions] == ["bad", "fair", "fair"]
    assert client(read=1000, dropped={"refund": 49}).cautions[0].level == "info"
    assert client(read=1000, dropped={"refund": 50}).needs_attention


def test_today_decides_what_is_old(tmp_path: Path) -> None:
    given = record(last_date="2026-05-01", as_of="2026-05-31", figures={"clv_margin": 1.0, "cac": 1.0})
    told = []
    for today in (None, date(2026, 12, 1)):
        write([given], tmp_path / "a.html", today=today)
        told.append("days before" in (tmp_path / "a.html").read_text("utf-8"))
    assert told == [False, True]


@pytest.mark.parametrize(
    ("value", "currency", "english", "dutch"),
    [
        (1234.5, "EUR", "€1,234.50", "€ 1.234,50"),
        (-1234.5, "USD", "-$1,234.50", "-$ 1.234,50"),
        (-0.001, "EUR", "€0.00", "€ 0,00"),
        (1234567.8, "CHF", "CHF 1,234,568", "CHF 1.234.568"),
        (5, "", "5.00", "5,00"),
        (5, "no currency at all", "5.00", "5,00"),
    ],
)
def test_money(value: float, currency: str, english: str, dutch: str) -> None:
    shown = [wording.money(value, currency) for wording in (ENGLISH, DUTCH)]
    assert [text.replace("\xa0", " ").replace("\N{MINUS SIGN}", "-") for text in shown] == [english, dutch]


def test_every_text_is_there_in_both_languages() -> None:
    for key, text in TEXTS.items():
        marks = [{name for _, name, *_ in string.Formatter().parse(text[language]) if name} for language in LANGUAGES]
        assert all(text[language].strip() for language in LANGUAGES), key
        assert marks[0] == marks[1], key
    assert {len(months) for months in MONTHS.values()} == {12}
    assert set(MONTHS) == set(LANGUAGES)


def test_every_text_is_used_and_every_key_is_known() -> None:
    sources = [path.read_text("utf-8") for path in PACKAGE.glob("*.py") if path.name != "texts.py"]
    words = [n for source in sources for n in ast.walk(ast.parse(source))]
    plain = {node.value for node in words if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    composed = [
        "".join("[^.]+" if isinstance(part, ast.FormattedValue) else re.escape(part.value) for part in node.values)
        for node in words
        if isinstance(node, ast.JoinedStr)
    ]
    patterns = [re.compile(pattern) for pattern in composed if pattern != "[^.]+"]
    unused = [
        key
        for key in TEXTS
        if key.removesuffix(".one") not in plain and not any(p.fullmatch(key.removesuffix(".one")) for p in patterns)
    ]
    assert unused == []


def test_json_gives_the_records_back(tmp_path: Path) -> None:
    odd = replace(agency()[0], client="\ud800é", figures={"revenue": float("inf")})
    write([*agency(), odd], tmp_path / "a.json")
    content = json.loads((tmp_path / "a.json").read_bytes())
    assert (content["format"], content["version"], content["as_of"]) == ("clv-xl portfolio", 1, "2026-10-31")
    assert content["units"] == {key: figure.unit for key, figure in FIGURES.items()}
    *plain, strange = content["records"]
    assert set(strange) == {field.name for field in fields(Record)}
    assert (strange["client"], strange["figures"]) == ("\ud800é", {"revenue": None})
    back = [
        Record(
            **{
                **one,
                "months": tuple(Month(**month) for month in one["months"]),
                "changes": tuple(CellChange(**change) for change in one["changes"]),
                "stale": tuple(StaleCell(**cell) for cell in one["stale"]),
                "remarks": tuple(CellRemark(**cell) for cell in one["remarks"]),
                "reminders": tuple(Reminder(**told) for told in one["reminders"]),
            }
        )
        for one in plain
    ]
    assert back == agency()


@pytest.mark.parametrize("kind", ["html", "xlsx", "json"])
def test_the_same_records_make_the_same_bytes(tmp_path: Path, kind: str) -> None:
    path, other = tmp_path / f"a.{kind}", tmp_path / f"b.{kind.upper()}"
    for target in (path, other):
        write(agency(), target, language="nl")
    assert path.read_bytes() == other.read_bytes()
    assert sorted(tmp_path.iterdir()) == [path, other]


@pytest.mark.parametrize("kind", ["html", "xlsx", "json"])
def test_what_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path, kind: str) -> None:
    with pytest.raises(ClvError, match="cannot be written: No such file"):
        write([], tmp_path / "nowhere" / f"a.{kind}")
    (tmp_path / f"a.{kind}").mkdir()
    with pytest.raises(ClvError, match="cannot be written"):
        write([], tmp_path / f"a.{kind}")
    assert [path.name for path in tmp_path.iterdir()] == [f"a.{kind}"]


def test_refusals(tmp_path: Path) -> None:
    for name in ("a.pdf", "a", "html"):
        with pytest.raises(ClvError, match=r"ends in \.html, \.xlsx or \.json"):
            write([], tmp_path / name)
    with pytest.raises(ClvError, match="choose en or nl"):
        write([], tmp_path / "a.html", language="de")
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_with_nothing_to_refresh_is_no_client_and_not_refused(tmp_path: Path) -> None:
    others = [Record(f"c/{name}.xlsx", "skipped", name) for name in ("Uren", "=Planning")]
    shown = portfolio(*agency()[:2], *others)
    assert (len(shown.clients), shown.failed, [r.client for r in shown.skipped]) == (2, [], ["=Planning", "Uren"])
    for language, told in (("en", "were skipped: =Planning, Uren."), ("nl", "zijn overgeslagen: =Planning, Uren.")):
        path = tmp_path / f"{language}.html"
        write(shown.records, path, language=language)
        assert told in path.read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_sheet_with_the_checks_of_a_template_is_named_as_it_is(language):
    assert template_texts(language)["sheet.checks"] in TEXTS["checks.text"][language]
