"""`clv-xl predict` as its user types it; what it writes is read back by openpyxl and pandas."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
import sys
import zipfile
from functools import cache
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from clv_xl.cli import main
from clv_xl.forecast import workbook as workbooks
from clv_xl.forecast.customers import STYLES, columns
from clv_xl.forecast.files import write
from clv_xl.forecast.horizon import Horizon
from clv_xl.forecast.outlook import Outlook, Question, outlook
from clv_xl.forecast.pictures import draw
from clv_xl.forecast.texts import TEXTS

DATA = Path(__file__).parents[1] / "data" / "orders"
TEMPLATE = Path(__file__).parents[2] / "templates" / "clv-template.nl.xlsx"
CDNOW, MAP = DATA / "CDNOW_sample.txt", "customer=2,date=3,amount=5"
NUMBERS = re.compile(r"\bnan\b|\binf\b|NaN|Infinity|#NUM|Traceback|Warning", re.IGNORECASE)


def run(*args: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(main, ["predict", *map(str, args)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


@cache
def library() -> Outlook:
    told = dict(part.split("=") for part in MAP.split(","))
    return outlook(CDNOW, Question("bgnbd", Horizon(39, "week"), margin=0.6, discount=0.1), told)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The same prediction in every form, in Dutch."""
    folder = tmp_path_factory.mktemp("predicted")
    asked = (CDNOW, "--map", MAP, "--model", "bgnbd", "--horizon", "39w", "--margin", 0.6, "--discount", 0.1)
    write(library(), folder / "p.parquet", "nl")
    for name in ("p.xlsx", "p.csv"):
        code, out, err = run(*asked, "--out", folder / name, "--lang", "nl")
        assert (code, err) == (0, "")
        assert out.endswith(f"Geschreven: {folder / name}\n")
    return folder


# ---- what is told


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("rows read", "likely between", "Models compared", "BG/NBD", "Value is revenue", "Top 10", "Doubts")),
        ("nl", ("rijen gelezen", "waarschijnlijk tussen", "Modellen vergeleken", "Waarde is omzet", "Twijfels")),
    ],
)
def test_the_screen_tells_it_all(lang, words):
    code, out, err = run(CDNOW, "--map", MAP, "--lang", lang)
    assert (code, err) == (0, "")
    assert all(word in out for word in words)
    assert not NUMBERS.search(out)
    expected, low, high = (
        float(number.replace(",", "").replace(".", ""))
        for number in re.findall(r"12 (?:months|maanden): (\S+);.* (\S+) (?:and|en) (\S+) \(80%\)", out)[0]
    )
    assert low < expected < high


def test_json_holds_what_the_library_gives():
    code, out, _ = run(
        CDNOW, "--map", MAP, "--model", "bgnbd", "--horizon", "39w", "--margin", 0.6, "--discount", 0.1, "--json"
    )
    told, wanted = json.loads(out, parse_constant=pytest.fail), library().prediction
    assert code == 0
    assert told["model"] == "bgnbd"
    assert told["expected_purchases"]["expected"] == pytest.approx(wanted.expected_purchases.sum())
    assert told["expected_purchases"]["likely"] == pytest.approx(wanted.intervals.total_purchases)
    assert told["expected_purchases"]["parameters_only"] == pytest.approx(wanted.expected_total[1:])
    assert told["predicted_value"]["expected"] == pytest.approx(wanted.value.sum())
    assert {one["name"]: one["estimate"] for one in told["parameters"]} == pytest.approx(
        dict(zip(["r", "alpha", "a", "b"], wanted.model.fit.parameters, strict=True))
    )
    assert sum(told["repeat_purchases_0_to_7_or_more"]["actual"]) == told["customers"] == sum(told["alive_by_tenths"])
    assert told["top_customers"][0]["predicted_value"] == wanted.value.max()
    assert len(told["tracking"]["ends"]) == len(told["tracking"]["expected"])


def test_every_text_has_the_same_places_in_both_languages():
    for key, text in TEXTS.items():
        assert set(re.findall(r"{(\w+)", text.en)) == set(re.findall(r"{(\w+)", text.nl)), key


# ---- what is written


def test_data_files_hold_every_customer_by_rank(folder):
    wanted = columns(library())
    assert list(wanted) == list(STYLES)
    for frame in (
        pd.read_csv(folder / "p.csv", dtype={"customer": str}, parse_dates=["first_order", "last_order"]),
        pd.read_parquet(folder / "p.parquet"),
    ):
        assert list(frame.columns) == list(wanted)
        for name, values in wanted.items():
            if values.dtype.kind == "f":
                assert frame[name].to_numpy() == pytest.approx(values), name
            elif values.dtype.kind == "M":
                assert (frame[name].to_numpy().astype("datetime64[D]") == values).all(), name
            else:
                assert frame[name].tolist() == values.tolist(), name
        assert frame["predicted_value"].is_monotonic_decreasing
        assert frame["predicted_value"].sum() == pytest.approx(library().prediction.value.sum())


def test_the_workbook_holds_a_table_of_customers_and_four_more_sheets(folder):
    book = openpyxl.load_workbook(folder / "p.xlsx")
    assert book.sheetnames == ["Samenvatting", "Klanten", "Verloop", "Toetsing", "P(actief)"]
    sheet, wanted = book["Klanten"], columns(library())
    assert [table.ref for table in sheet.tables.values()] == [sheet.dimensions]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == len(library().prediction.customers) + 1
    for place, (name, values) in enumerate(wanted.items()):
        found = [row[place] for row in rows[1:]]
        if values.dtype.kind == "M":
            assert found == [dt.datetime.combine(day, dt.time()) for day in values.astype(dt.date)], name
        else:
            assert found == (values.tolist() if values.dtype.kind in "iO" else pytest.approx(values.tolist())), name
    assert sheet.freeze_panes == "B2"
    assert all(one.freeze_panes for one in book)


def test_the_sheets_of_the_past_add_up(folder):
    book, told = openpyxl.load_workbook(folder / "p.xlsx"), library()
    track = list(book["Verloop"].iter_rows(min_row=5, values_only=True))
    assert [row[1] for row in track] == told.tracking.actual.tolist()
    assert track[-1][4] == pytest.approx(told.tracking.expected.sum())
    counts = list(book["Toetsing"].iter_rows(min_row=5, max_row=12, max_col=3, values_only=True))
    assert [row[1] for row in counts] == told.counts.actual.tolist()
    assert [row[0] for row in counts] == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert sum(row[1] for row in book["P(actief)"].iter_rows(min_row=5, values_only=True)) == len(
        told.prediction.customers
    )


def test_charts_are_native_flat_titled_and_told_in_words(folder):
    with zipfile.ZipFile(folder / "p.xlsx") as file:
        names = file.namelist()
        charts = [file.read(name).decode() for name in names if name.startswith("xl/charts/chart")]
        drawings = "".join(file.read(name).decode() for name in names if name.startswith("xl/drawings/drawing"))
    assert len(charts) == 5
    assert sum("<c:lineChart>" in chart for chart in charts) == 2
    assert all("3D" not in chart and "<c:title>" in chart for chart in charts)
    assert len(re.findall(r'descr="[^"]{60,}"', drawings)) == 5
    assert "herhaalaankopen" in drawings
    assert "Column chart" not in drawings


def test_no_number_is_too_wide_for_its_column(folder):
    for sheet in openpyxl.load_workbook(folder / "p.xlsx"):
        merged = {cell for area in sheet.merged_cells.ranges for row in area.rows for cell in row}
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) and (cell.row, cell.column) not in merged:
                    digits = len(f"{cell.value:,.2f}") if "0.00" in cell.number_format else len(f"{cell.value:,.1f}")
                    assert digits + 2 <= _width(sheet, cell.column), (sheet.title, cell.coordinate)


def _width(sheet: openpyxl.worksheet.worksheet.Worksheet, column: int) -> float:
    return next(one.width for one in sheet.column_dimensions.values() if one.min <= column <= one.max)


def test_the_same_question_gives_the_same_bytes(folder):
    assert workbooks.workbook(library(), "nl") == (folder / "p.xlsx").read_bytes()


def test_pictures_replace_others_only_by_force(tmp_path):
    mine = tmp_path / "alive.png"
    mine.write_text("mine")
    asked = (TEMPLATE, "--model", "mbgnbd", "--pictures", tmp_path)
    for lang, told in (("en", "alive.png exists"), ("nl", "alive.png bestaat al")):
        code, _, err = run(*asked, "--lang", lang)
        assert (code, told in err, [path.name for path in tmp_path.iterdir()]) == (2, True, ["alive.png"])
    assert run(*asked, "--force")[0] == 0
    assert mine.read_bytes().startswith(b"\x89PNG")


def test_pictures_are_drawn_the_same_twice(tmp_path):
    code, out, _ = run(TEMPLATE, "--model", "mbgnbd", "--pictures", tmp_path / "a" / "deep", "--lang", "nl")
    assert code == 0
    assert str(tmp_path / "a" / "deep") in out
    again = outlook(TEMPLATE, Question("mbgnbd", Horizon(12, "month")))
    assert sorted(draw(again, tmp_path / "b", "nl")) == sorted((tmp_path / "b").iterdir())
    files = sorted(path.name for path in (tmp_path / "a" / "deep").iterdir())
    assert files == [f"{name}.{kind}" for name in ("alive", "calibration", "tracking") for kind in ("png", "svg")]
    for name in files:
        content = (tmp_path / "a" / "deep" / name).read_bytes()
        assert content == (tmp_path / "b" / name).read_bytes()
        assert content.startswith(b"\x89PNG" if name.endswith("png") else b"<?xml")


@pytest.mark.parametrize(("missing", "option"), [("matplotlib", "--pictures"), ("pyarrow", "--out")])
def test_an_extra_that_is_missing_is_named(tmp_path, monkeypatch, missing, option):
    monkeypatch.setattr("clv_xl.forecast.pictures.find_spec", lambda name: None if name == missing else object())
    if missing == "pyarrow":
        for name in [name for name in sys.modules if name.split(".")[0] == missing]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, missing, None)
    code, _, err = run(TEMPLATE, option, tmp_path / "x.parquet", "--lang", "nl")
    assert code == 1
    assert f"pip install 'clv-xl[{ {'matplotlib': 'pictures', 'pyarrow': 'large'}[missing] }]'" in err
    assert not list(tmp_path.iterdir())


# ---- what is asked


def orders(path: Path, rows: list[tuple[object, str, float]]) -> Path:
    lines = [f'"{name}",{day},{amount}' for name, day, amount in rows]
    path.write_text("\n".join(["customer,date,amount", *lines]), encoding="utf-8")
    return path


def many(customers: int, orders_each: int, seed: int = 1) -> list[tuple[object, str, float]]:
    random = np.random.default_rng(seed)
    start = dt.date(2024, 1, 1)
    return [
        (
            f"c{name}",
            str(start + dt.timedelta(days=int(random.integers(0, 400)))),
            round(float(random.gamma(3, 20)) + 1, 2),
        )
        for name in range(customers)
        for _ in range(orders_each)
    ]


NASTY = {
    "one order": [("a", "2024-01-05", 10.0)],
    "one order each": many(60, 1),
    "20 customers": many(20, 3),
    "one customer, many orders": many(1, 80),
    "every day": [
        (name, str(dt.date(2024, 1, 1) + dt.timedelta(days=day)), 1.0) for name in "ab" for day in range(150)
    ],
    "hostile ids": [
        *many(40, 3),
        ("=1+1", "2024-02-02", 50.0),
        ("@SUM(A1)", "2024-03-02", 5.0),
        ("+31612", "2024-04-02", 5.0),
    ],
}


ASKED = ((), ("--model", "bgbb", "--horizon", "6m", "--discount", "0.1"), ("--as-of", "2026-01-01"))


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize(("extra", "lang"), list(zip(ASKED, ("en", "nl", "en"), strict=True)))
def test_nasty_orders_give_figures_with_doubts_or_a_sentence(tmp_path, name, extra, lang):
    file = orders(tmp_path / "orders.csv", NASTY[name])
    code, out, err = run(file, *extra, "--lang", lang, "--out", tmp_path / "p.xlsx")
    assert code in {0, 1}
    assert not NUMBERS.search(out + err)
    if code:
        assert err.startswith("Fout: orders.csv: " if lang == "nl" else "Error: orders.csv: ")
        assert ("bestelling" in err) == (lang == "nl")
        return
    assert TEXTS["doubts.none"][lang] not in out
    book = openpyxl.load_workbook(tmp_path / "p.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type not in "fe" for cell in cells)
    assert all(math.isfinite(cell.value) for cell in cells if isinstance(cell.value, float))


def test_json_of_nasty_orders_has_doubts_and_no_nan(tmp_path):
    file = orders(tmp_path / "orders.csv", NASTY["every day"])
    code, out, _ = run(file, "--json")
    told = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert told["doubts"]
    assert None in [one["low"] for one in told["parameters"]]


def test_ids_that_a_spreadsheet_would_compute_are_text(tmp_path):
    file = orders(tmp_path / "orders.csv", NASTY["hostile ids"])
    for name in ("p.csv", "p.xlsx"):
        run(file, "--out", tmp_path / name)
    told = set(pd.read_csv(tmp_path / "p.csv", dtype=str)["customer"])
    assert {"'=1+1", "'@SUM(A1)", "+31612", "c1"} <= told
    cells = next(openpyxl.load_workbook(tmp_path / "p.xlsx")["Customers"].iter_cols(max_col=1))
    assert {"=1+1", "@SUM(A1)"} <= {cell.value for cell in cells if cell.data_type == "s"}


@pytest.mark.parametrize(
    ("args", "code", "en", "nl"),
    [
        (("--horizon", "soon"), 2, "is no time", "is geen tijd"),
        (("--horizon", "0m"), 2, "is no time", "is geen tijd"),
        (("--horizon", "-3m"), 2, "is no time", "is geen tijd"),
        (("--horizon", "٣m"), 2, "is no time", "is geen tijd"),
        (("--horizon", "99999y"), 2, "longer than 50 years", "langer dan 50 jaar"),
        (("--margin", "60"), 1, "0.6 for 60 %", "0.6 voor 60 %"),
        (("--margin", "nan"), 1, "The margin is nan", "De marge is nan"),
        (("--discount", "10"), 1, "0.1 for 10 %", "0.1 voor 10 %"),
        (("--level", "80"), 1, "0.8 for 80 %", "0.8 voor 80 %"),
        (("--model", "bgbb", "--horizon", "180d"), 1, "whole periods", "hele perioden"),
        (("--model", "bgbb", "--horizon", "2y", "--as-of", "1997-12-30"), 1, "a whole year after", "een heel jaar na"),
        (("--as-of", "1990-01-01"), 1, "no orders left", "geen bestellingen over"),
        (("--as-of", "1997-01-01"), 1, "all orders are of one day", "alle bestellingen zijn van één dag"),
        (("--out", "x.pdf"), 2, "must end in", "moet eindigen op"),
        (("--out", "x" * 300 + ".csv"), 1, "File name too long", "File name too long"),
        (("--out", "no/where/x.csv"), 2, "there is no folder", "er is geen map"),
        (("--out", CDNOW.with_suffix(".xlsx").with_stem("online_retail_5k")), 2, "exists. Give another", "bestaat al"),
        (("--sheet", ""), 2, "name the sheet", "noem het blad"),
        (("--map", "customer"), 2, "is not FIELD=COLUMN", "is niet VELD=KOLOM"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(args, code, en, nl):
    for lang, text in (("en", en), ("nl", nl)):
        found, out, err = run(CDNOW, "--map", MAP, *args, "--lang", lang)
        assert (found, out) == (code, "")
        assert text in " ".join(err.split())


def test_an_as_of_day_long_after_the_orders_is_doubted():
    _, out, _ = run(TEMPLATE, "--model", "mbgnbd", "--as-of", "2027-01-01")
    assert "551 days before the as-of date" in out


def test_more_customers_than_rows_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(workbooks, "MOST_CUSTOMERS", 39)
    code, _, err = run(TEMPLATE, "--model", "mbgnbd", "--lang", "nl", "--out", tmp_path / "p.xlsx")
    assert (code, err) == (
        1,
        "Fout: 280 klanten zijn meer dan een blad rijen heeft (39): schrijf .csv of .parquet.\n",
    )
    assert not list(tmp_path.iterdir())


def test_a_workbook_of_ours_and_one_of_a_shop_are_read():
    for file, model in ((TEMPLATE, "bgbb"), (DATA / "online_retail_5k.xlsx", "mbgnbd")):
        code, out, _ = run(file, "--model", model, "--lang", "nl")
        assert code == 0
        assert "bestellingen" in out


def test_force_replaces_the_file(tmp_path):
    (tmp_path / "p.csv").write_text("old")
    assert run(TEMPLATE, "--out", tmp_path / "p.csv")[0] == 2
    assert (tmp_path / "p.csv").read_text() == "old"
    assert run(TEMPLATE, "--out", tmp_path / "p.csv", "--force")[0] == 0
    assert (tmp_path / "p.csv").read_text().startswith("customer,")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_orders_are_never_written_over(tmp_path, lang):
    file, alias = orders(tmp_path / "orders.csv", NASTY["20 customers"]), tmp_path / "alias.csv"
    alias.symlink_to(file)
    before = file.read_bytes()
    for out in (file, alias):
        code, _, err = run(file, "--out", out, "--force", "--lang", lang)
        assert (code, file.read_bytes()) == (2, before)
        assert {"en": "only read", "nl": "alleen worden gelezen"}[lang] in " ".join(err.split())


def test_nothing_expected_and_nothing_bought_is_no_miss():
    _, out, _ = run(TEMPLATE, "--model", "mbgnbd", "--as-of", "2040-01-01")
    assert "before the as-of date" in out
    assert "In the holdout" not in out


@pytest.mark.parametrize(("level", "shown"), [("0.8", "80%"), ("0.995", "99.5%"), ("0.9999", "99.99%")])
def test_a_level_is_told_as_it_was_asked(level, shown):
    assert f"({shown})" in run(CDNOW, "--map", MAP, "--model", "bgbb", "--horizon", "3m", "--level", level)[1]


@pytest.mark.parametrize(("horizon", "until"), [("6m", "31 Dec 1998"), ("1m", "31 Jul 1998"), ("2w", "12 Jul 1998")])
def test_bg_bb_looks_ahead_to_the_end_of_a_calendar_period(horizon, until):
    _, out, _ = run(CDNOW, "--map", MAP, "--model", "bgbb", "--horizon", horizon)
    assert f"up to {until}," in out.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_no_word_is_cut_on_a_narrow_screen(monkeypatch, lang):
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in run(CDNOW, "--map", MAP, "--lang", lang)[1]


@pytest.mark.parametrize(("lang", "words"), [("en", "13% of what was paid"), ("nl", "13% van wat er is betaald")])
def test_refunds_that_are_not_subtracted_are_doubted(tmp_path, lang, words):
    paid = [(name, day, 10.0) for name, day, _ in NASTY["20 customers"]]
    back = [(name, "2025-01-05", -10.0) for name, *_ in paid[:8]]
    _, out, _ = run(orders(tmp_path / "orders.csv", paid + back), "--lang", lang)
    assert words in out
    assert words not in run(orders(tmp_path / "orders.csv", paid), "--lang", lang)[1]


def test_the_readme_tells_how_many_customers_bought_for_nothing_only():
    sample = pd.read_csv(CDNOW, sep=r"\s+", header=None, dtype={1: str})
    everyone, payers = sample[1].nunique(), sample[sample[4] > 0][1].nunique()
    assert len(library().prediction.customers) == payers
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    assert f"{payers:,} customers here" in readme
    assert f"finds all {everyone:,}" in readme


def test_a_read_only_file_is_not_replaced(tmp_path):
    file = tmp_path / "p.csv"
    file.write_text("mine")
    file.chmod(0o444)
    code, _, err = run(TEMPLATE, "--out", file, "--force", "--lang", "nl")
    assert (code, file.read_text()) == (1, "mine")
    assert "alleen-lezen" in err
