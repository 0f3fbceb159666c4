"""`clv-xl template` as its user types it: what each option does, and how it says what is wrong."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from clv_xl.cli import main
from clv_xl.commands import template as command
from clv_xl.refresh import refresh
from clv_xl.template import logo, published
from clv_xl.template.context import Context
from clv_xl.template.making import planned
from clv_xl.template.spelling import HOSTS
from clv_xl.template.texts import LANGUAGES, texts
from clv_xl.workbook import Book

DATA = Path(__file__).parents[1] / "data" / "orders"
CDNOW = DATA / "CDNOW_sample.txt"
MAPPED = ("--map", "customer=1,date=3,amount=5")
FIELDS = "xl/drawings/drawing1.xml"


def run(*args: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(main, ["template", *map(str, args)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def small(folder: Path, **columns: list[object]) -> Path:
    """An export of three orders."""
    frame = pd.DataFrame(
        {
            "Order": ["1", "2", "3"],
            "Email": ["an", "bo", "an"],
            "Date": ["2025-01-02", "2025-02-03", "2025-03-04"],
            "Total": [10.5, 20.0, 30.25],
            **columns,
        }
    )
    frame.to_csv(folder / "export.csv", index=False)
    return folder / "export.csv"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "client.xlsx"


def cells(path: Path, key: str, language: str = "en") -> dict[tuple[int, int], object]:
    """The values of a sheet."""
    with Book(path) as book:
        return {spot: cell.value for spot, cell in book.cells(texts(language)[f"sheet.{key}"]).items()}


def shown(path: Path, name: str) -> object:
    """What a named cell shows."""
    with Book(path) as book:
        sheet, _, spot = book.names[name].partition("!")
        row, column = int(spot.rpartition("$")[2]), ord(spot.split("$")[1]) - 64
        return book.cells(sheet)[row, column].value


# ---- orders


@pytest.mark.parametrize(("lang", "told"), [("en", "rows read"), ("nl", "rijen gelezen")])
def test_orders_fill_it_and_are_told(out: Path, lang: str, told: str):
    code, said, _ = run(out, "--orders", CDNOW, *MAPPED, "--currency", "USD", "--lang", lang)
    assert code == 0
    lines = said.splitlines()
    assert lines[0] == str(out)
    assert CDNOW.name in lines[1]
    assert any(told in line for line in lines)
    assert any("8" in line and "226" in line for line in lines), "the orders of 0, dropped, with their rows"
    truth = pd.read_csv(CDNOW, sep=r"\s+", header=None)
    amounts = truth[4][truth[4] > 0]
    assert shown(out, "revenue") == pytest.approx(amounts.sum())
    assert shown(out, "purchases") == len(amounts)
    assert shown(out, "customers") == truth[0][truth[4] > 0].nunique()
    assert shown(out, "points_of_attention") is not None


def test_orders_of_a_workbook_need_no_map(out: Path):
    code, said, _ = run(out, "--orders", DATA / "online_retail_5k.xlsx", "--currency", "GBP")
    assert code == 0
    assert "online_retail_5k.xlsx" in said


def test_no_sample_is_left_and_no_industry_is_chosen_for_the_client(out: Path):
    run(out, "--orders", small(out.parent))
    values = [*cells(out, "orders").values(), *cells(out, "inputs").values(), *cells(out, "benchmarks").values()]
    assert not [value for value in values if str(value).startswith("Sample-")]
    assert texts("en")["comparison.none"].format(inputs_sheet="Inputs") in values


def test_columns_that_describe_an_order_come_along(out: Path):
    channels = ["web", "shop", "web"] * 2
    frame = pd.concat([pd.read_csv(small(out.parent)).assign(Date=day) for day in ("2025-01-02", "2025-02-03")])
    path = out.with_name("described.csv")
    frame.assign(Order=range(6), Channel=channels).to_csv(path, index=False)
    run(out, "--orders", path)
    held = cells(out, "orders")
    (head,) = (spot for spot, value in held.items() if value == "Channel")
    assert [held[head[0] + row, head[1]] for row in range(1, 7)] == channels


def test_the_currency_is_that_of_the_orders(out: Path):
    orders = small(out.parent, Currency=["USD"] * 3)
    assert run(out, "--orders", orders)[0] == 0
    with Book(out) as book:
        assert book.custom_properties["clv-xl currency"] == "USD"


@pytest.mark.parametrize(("lang", "told"), [("en", "are in USD"), ("nl", "zijn in USD")])
def test_another_currency_than_that_of_the_orders_is_refused(out: Path, lang: str, told: str):
    code, _, said = run(out, "--orders", small(out.parent, Currency=["USD"] * 3), "--currency", "EUR", "--lang", lang)
    assert code == 2
    assert told in said
    assert "--currency USD" in said
    assert not out.exists()


def test_more_orders_than_a_sheet_holds_are_refused():
    many = pd.DataFrame({"order": "1", "customer": "an", "date": pd.Timestamp("2025-01-01"), "amount": 1.0}, range(5))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clv_xl.template.orders.MOST", 4)
        with pytest.raises(Exception, match="There are 5 orders, and a sheet has room for 4") as raised:
            planned("en", "EUR", "native", many)
    assert raised.value.text.nl.startswith("Er zijn 5 bestellingen")


# ---- what does not go together


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--orders", CDNOW, "--empty"), "--empty"),
        (("--map", "customer=1"), "--map"),
        (("--sheet", "Orders"), "--sheet"),
        (("--sheet", ""), "--sheet"),
        (("--period", "decade"), "--period"),
        (("--industry", "Alchemy"), "--industry"),
        (("--currency", "euro"), "euro"),
        (("--orders", "nowhere.csv"), "nowhere.csv"),
        (("--logo", "nowhere.png"), "nowhere.png"),
        (("--orders", CDNOW, "--map", "customer=Nobody"), "Nobody"),
    ],
    ids=str,
)
def test_a_mistake_is_one_plain_sentence(out: Path, options: tuple[object, ...], named: str, lang: str):
    code, _, said = run(out, *options, "--lang", lang)
    assert code in (1, 2)
    assert named in said
    assert "Traceback" not in said
    assert not out.exists()


def test_the_orders_are_never_written_over(tmp_path: Path):
    run(tmp_path / "orders.xlsx")
    before = (tmp_path / "orders.xlsx").read_bytes()
    code, _, said = run(tmp_path / "orders.xlsx", "--orders", tmp_path / "orders.xlsx", "--force")
    assert code == 2
    assert "only read" in said
    assert (tmp_path / "orders.xlsx").read_bytes() == before


# ---- the other options


@pytest.mark.parametrize("host", ["excel", "native"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_empty_holds_no_sample_and_no_error(out: Path, lang: str, host: str):
    assert run(out, "--empty", "--lang", lang, "--host", host)[0] == 0
    sample = texts(lang)["orders.sample"]
    with Book(out) as book:
        for sheet in book.sheets:
            for spot, cell in book.cells(sheet).items():
                assert not str(cell.value).startswith(f"{sample}-"), (sheet, spot)
                if cell.formula:
                    assert not str(cell.value).startswith("#"), (sheet, spot)


def test_the_client_stands_in_the_title(out: Path):
    run(out, "--client", "  Harbor & Skin <1> ")
    assert cells(out, "overview")[1, 1] == "Customer lifetime value: Harbor & Skin <1>"
    with zipfile.ZipFile(out) as file:
        assert "Harbor &amp; Skin &lt;1&gt;" in file.read("docProps/core.xml").decode()


@pytest.mark.parametrize(("lang", "typed"), [("en", "luxury GOODS"), ("nl", "Luxury goods"), ("nl", "luxegoederen")])
def test_an_industry_is_known_by_its_name_in_either_language(out: Path, lang: str, typed: str):
    code, _, said = run(out, "--industry", typed, "--lang", lang)
    assert code == 0, said
    (industry,) = (one for one in published.industries() if one.en == "Luxury goods")
    assert shown(out, "industry") == industry[lang]


@pytest.mark.parametrize(
    ("lang", "typed", "near"),
    [
        ("en", "Aparel", "Nearest: Apparel"),
        ("en", "fashon", "Nearest: Fashion, accessories, and apparel."),
        ("nl", "kledng", "Het dichtst erbij: Kleding"),
        ("nl", "fashon", "Het dichtst erbij: Fashion, accessories, and apparel."),
        ("nl", "xyzzy", "om mee te vergelijken. Alle "),
    ],
)
def test_an_unknown_industry_is_answered_with_the_nearest_in_short(out: Path, lang: str, typed: str, near: str):
    _, _, said = run(out, "--industry", typed, "--lang", lang)
    told = " ".join(said.split())
    assert near in told
    assert f"{len(published.industries())} " in told
    assert len(told) < 450
    assert sum(one[lang] in told for one in published.industries()) <= 6


@pytest.mark.parametrize("typed", ["usd", "Usd", " USD"])
def test_a_currency_may_be_typed_in_any_case(out: Path, typed: str):
    assert run(out, "--currency", typed)[0] == 0
    with Book(out) as book:
        assert book.custom_properties["clv-xl currency"] == "USD"


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "only the first 12 columns that describe an order are used; left out: Trait M, Trait N"),
        ("nl", "alleen de eerste 12 kolommen die een bestelling beschrijven tellen mee; weggelaten: Trait M, Trait N"),
    ],
)
def test_columns_that_are_too_many_are_named(out: Path, tmp_path: Path, lang: str, told: str):
    traits = [f"Trait {letter}" for letter in "ABCDEFGHIJKLMN"]
    lines = [",".join(["customer", "date", "amount", *traits])]
    lines += [",".join([f"c{n % 7}", f"2025-0{n % 9 + 1}-11", "10", *[f"v{n % 2}"] * len(traits)]) for n in range(40)]
    file = tmp_path / "orders.csv"
    file.write_text("\n".join(lines))
    code, said, _ = run(out, "--orders", file, "--lang", lang)
    assert code == 0
    assert told in " ".join(said.split())
    with Book(out) as book:
        table = book.tables[texts(lang)["orders.table"]]
        assert table.columns[-12:] == traits[:12]
    refreshed = refresh(out, orders=file, dry_run=True)
    assert [one.text[lang] for one in refreshed.remarks if not one.sheet] == [told]


@pytest.mark.parametrize(("size", "scale"), [((600, 600), 0.1), ((1000, 100), 0.2), ((40, 20), 1), ((60, 6000), 0.01)])
def test_a_logo_fits_its_box_in_its_own_proportions(size: tuple[int, int], scale: float):
    assert logo.scale(png(*size)) == pytest.approx(scale)


def test_a_logo_is_in_the_file_as_it_was(out: Path):
    picture = out.with_name("logo.png")
    picture.write_bytes(png(300, 120))
    assert run(out, "--logo", picture)[0] == 0
    with zipfile.ZipFile(out) as file:
        assert _places_logo() == (picture.read_bytes() in [file.read(name) for name in file.namelist()])


def _places_logo() -> bool:
    """Whether the first sheet shows a logo at all."""
    context: Context = planned("en", "EUR", "native", logo=png(10, 10))
    return bool(context.plan.sheets["Overview"].images)


@pytest.mark.parametrize("lang", ["en", "nl"])
@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "JPEG"),
        (b"GIF89a" + b"\0" * 40, "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "JPEG"),
        (png(10, 10)[:20], "JPEG"),
        (png(10, 10).replace(struct.pack(">II", 10, 10), struct.pack(">II", 0, 10)), "JPEG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG"),
        (png(10, 10) + b"\0" * logo.LARGEST, "MB"),
    ],
    ids=["nothing", "gif", "png start", "png cut", "no width", "jpeg start", "svg", "large"],
)
def test_what_is_no_picture_is_refused(out: Path, content: bytes, named: str, lang: str):
    picture = out.with_name("logo.png")
    picture.write_bytes(content)
    code, _, said = run(out, "--logo", picture, "--lang", lang)
    assert code == 2
    assert "--logo" in said
    assert named in said
    assert not out.exists()


def test_the_command_offers_what_there_is():
    assert set(command.LANGUAGES) == set(LANGUAGES)
    assert command.HOSTS == HOSTS
