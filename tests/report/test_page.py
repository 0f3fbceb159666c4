"""The page in a real browser: what it shows, how it sorts, and that nothing in it or near it is harmed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clv_xl.refresh.record import CellChange, CellRemark, Record, Reminder, StaleCell
from clv_xl.report import write

from .agency import agency, crowd

Open = Callable[..., Any]
WIDTHS = (390, 768, 1180, 1239, 1240, 1440)
HOSTILE = (
    "<script>window.harmed=1</script>",
    "<img src=x onerror=window.harmed=1>",
    '"><svg onload=window.harmed=1>',
    "</title></style></script><b>bold</b>",
    "&lt;b&gt; &amp; {shown} %s ${1} {0}",
    "=cmd|' /C calc'!A0",
    "javascript:window.harmed=1",
    "\u202eevil \u05d0\u05d1\u05d2",
    "\x00\x01\ud800control",
    "W" * 300,
)

CLIPPED = """() => {
  const clipped = [];
  for (const unseen of document.querySelectorAll('.hidden')) unseen.hidden = true;
  for (const cell of document.querySelectorAll('td, th, dd, dt, summary, li, p, h1, h2, h4, .pill, label')) {
    if (!cell.checkVisibility() || cell.closest('.hidden')) continue;
    const range = document.createRange();
    range.selectNodeContents(cell);
    const [inner, outer] = [range.getBoundingClientRect(), cell.getBoundingClientRect()];
    if (inner.width && (inner.right > outer.right + 1 || inner.left < outer.left - 1)) clipped.push(cell.textContent);
  }
  for (const text of document.querySelectorAll('svg text')) {
    if (!text.checkVisibility()) continue;
    const [inner, outer] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
    if (inner.right > outer.right + 1 || inner.left < outer.left - 1) clipped.push(text.textContent);
  }
  return clipped;
}"""

# Relative luminance and contrast as WCAG 2.2 defines them; a half transparent note counts with what shines through.
CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const poor = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!text || !element.checkVisibility() || element.closest('.hidden, .skip, option, script')) continue;
    const style = getComputedStyle(element), svg = element.closest('svg');
    let behind = element;
    while (behind && parse(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
    const back = parse(getComputedStyle(behind ?? document.body).backgroundColor);
    const own = parse(svg ? style.fill : style.color);
    const front = own.map((c, i) => c * style.opacity + back[i] * (1 - style.opacity));
    const [a, b] = [light(front), light(back)].sort((one, other) => other - one);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.add(`${element.tagName}.${element.className} ${element.textContent} ${ratio.toFixed(2)}`);
  }
  return [...poor];
}"""


@pytest.fixture(name="open_page")
def open_page_fixture(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """`open_page(records, language=, width=, **context)`: the page, which may neither complain nor ask for anything."""
    contexts, said, asked = [], [], []

    def open_page(records: list[Record], language: str = "en", width: int = 1280, **options: Any) -> Any:
        path = tmp_path / f"{len(contexts)}.html"
        write(records, path, language=language)
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
    assert [url for url in asked if not re.fullmatch(r"file://.*/\d\.html", url.partition("#")[0])] == []


def names(page: Any, body: str = "") -> list[str]:
    """The clients that the table shows, from top to bottom."""
    rows = page.locator(f"table.clients {body} tr[id]:visible > th bdi")
    return list(rows.all_inner_texts())


def sorted_names(records: list[Record], key: str, *, down: bool = True, **where: str) -> list[str]:
    """What the order must be, from the records: unknown last, then by name."""
    chosen = [r for r in records if r.status != "failed" and all(getattr(r, k) == v for k, v in where.items())]
    sign = -1 if down else 1
    value = {r.client: r.figures.get(key) for r in chosen}
    return sorted(value, key=lambda name: (value[name] is None, sign * (value[name] or 0), name))


@pytest.mark.parametrize("language", ["en", "nl"])
def test_nothing_is_cut_or_runs_off_the_page(open_page: Open, language: str) -> None:
    page = open_page(agency(), language)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.querySelectorAll('.wide')].every((x) => x.scrollWidth <= x.clientWidth)"), (
            width
        )
        assert page.evaluate(CLIPPED) == [], width
    assert "NaN" not in page.inner_text("main")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(open_page: Open, scheme: str) -> None:
    page = open_page(agency(), color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert page.evaluate(CONTRAST) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") is (scheme == "light")


def test_it_is_sorted_by_clv_and_bases_stay_apart(open_page: Open) -> None:
    page = open_page(agency())
    first = names(page, "tbody.margin")
    euros = [r for r in agency() if r.currency == "EUR"]
    on_margin = [r for r in euros if "clv_margin" in r.figures]
    assert first[: len(on_margin)] == sorted_names(on_margin, "clv_margin")
    # the highest CLV of all euros but one is on revenue: it does not stand among the others
    assert names(page, "tbody.revenue") == ["Groen & Grondig Tuincentrum"]
    for column in ("customers", "clv", "client"):
        page.click(f"table.clients >> nth=0 >> th[data-key={column}]")
        assert names(page, "tbody.revenue") == ["Groen & Grondig Tuincentrum"]


@pytest.mark.parametrize(
    ("column", "figure"), [("customers", "customers"), ("clv_cac", "clv_cac"), ("max_cac", "max_cac")]
)
def test_a_header_sorts_down_then_up_and_unknown_stays_last(open_page: Open, column: str, figure: str) -> None:
    page, records = open_page(agency()), agency()
    head = page.locator(f"table.clients >> nth=0 >> th[data-key={column}]")
    dollars = {"currency": "USD"}
    on_margin = [r for r in records if "clv_margin" in r.figures and r.currency == "EUR"]
    for down, aria in ((True, "descending"), (False, "ascending")):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == aria
        assert names(page, "tbody.margin")[: len(on_margin)] == sorted_names(on_margin, figure, down=down)
        assert [n for n in names(page) if n in sorted_names(records, figure, **dollars)] == sorted_names(
            records, figure, down=down, **dollars
        )


def test_the_keyboard_sorts_and_opens(open_page: Open) -> None:
    page = open_page(agency())
    page.focus("table.clients th[data-key=client] button")
    page.keyboard.press("Enter")
    assert names(page, "tbody.margin")[:3] == sorted(names(page, "tbody.margin")[:7])[:3]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('th').dataset.key") == "clv"
    page.focus("tbody.margin a")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('details[open]').length === 1")
    assert page.locator("details[open] summary bdi").inner_text() == names(page)[0]
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_phone_has_cards_and_sorts_by_a_list(open_page: Open) -> None:
    page = open_page(agency(), "nl", 390)
    assert not page.locator("table.clients thead").first.is_visible()
    label = page.locator("td.max_cac").first.evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert label == '"Maximale CAC"'
    page.select_option("#sort", "customers up")
    dollars = sorted_names(agency(), "customers", down=False, currency="USD")
    assert [n for n in names(page) if n in dollars] == dollars


def test_finding(open_page: Open) -> None:
    page = open_page(agency())
    page.fill("#find", "NORTH")
    assert names(page) == ["Northwind Outdoor"]
    assert page.inner_text("#shown") == "1 of 12 clients shown"
    assert page.locator("section.group:visible").count() == 1
    assert page.locator("details:visible").count() == 1
    page.fill("#find", "")
    page.select_option("#verdict", "bad")
    assert names(page) == ["Yogastudio Rust"]
    page.select_option("#verdict", "")
    page.check("#attention")
    assert sorted(names(page)) == [
        *("Atelier Mistral", "Groen & Grondig Tuincentrum", "Harbor Skin Co.", "Yogastudio Rust"),
    ]
    page.uncheck("#attention")
    assert len(names(page)) == 12
    assert page.inner_text("#shown") == ""


def test_without_a_script_it_shows_everything(open_page: Open) -> None:
    page = open_page(agency(), java_script_enabled=False)
    assert page.locator("table.clients tbody tr[id] > th").count() == 12
    assert not page.locator("#tools").is_visible()
    page.locator("tbody.margin a").first.click()
    assert page.locator("details .inside").first.is_visible()


def test_text_from_data_is_only_ever_text(open_page: Open) -> None:
    base = agency()[4]
    records = [
        replace(
            base,
            client=text,
            file=text,
            source=text,
            no_orders=text,
            no_orders_nl=text,
            industry=text,
            currency=text[:40] if place % 2 else "EUR",
            mapping={"amount": text},
            dropped={text: 3},
            backup=text,
            changes=(CellChange(text, text, text, text),),
            stale=(StaleCell(text, text, text, text),),
            remarks=(CellRemark(text, text, text, text),),
            reminders=(Reminder(text, text),),
        )
        for place, text in enumerate(HOSTILE)
    ]
    failed = [Record(text, "failed", text, error=text, message=text, message_nl=text) for text in HOSTILE]
    failed += [Record(text, "skipped", text) for text in HOSTILE]
    for language in ("en", "nl"):
        page = open_page([*records, *failed], language, 390)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert page.evaluate("window.harmed") is None
        assert page.locator("script").count() == 1
        assert page.locator("img, b, iframe, [onerror], [onload]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        shown = set(names(page))
        for text in HOSTILE[:7]:
            assert text in shown
            assert text in page.locator("#refused").text_content()
        assert "\ufffd\ufffd\ufffdcontrol" in shown
        assert page.title() == {"en": "Client portfolio", "nl": "Overzicht van opdrachtgevers"}[language]


def test_the_policy_is_in_force(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write([], path)
    page = browser.new_page()
    page.goto(path.as_uri())
    page.evaluate(
        """() => {
            window.blocked = [];
            document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
            const add = (tag, fields) => document.body.append(Object.assign(document.createElement(tag), fields));
            add('img', {src: 'https://example.invalid/x.png'});
            add('script', {textContent: 'window.harmed = 1'});
            add('style', {textContent: 'body { display: none }'});
        }"""
    )
    page.wait_for_function("blocked.sort().join() === 'img-src,script-src-elem,style-src-elem'", timeout=5000)
    assert page.evaluate("window.harmed") is None
    page.close()


def test_numbers_are_written_as_the_language_has_them(open_page: Open) -> None:
    for language, clv, customers, ratio, day in (
        ("en", "€1,370.48", "5,435", "1.98", "31 Oct 2026"),
        ("nl", "€ 1.370,48", "5.435", "1,98", "31 okt 2026"),
    ):
        page = open_page(agency(), language)
        text = page.inner_text("body").replace("\xa0", " ")
        assert all(part in text for part in (clv, customers, ratio, day)), language
        wrong = r"\d,\d{3}\b|\d\.\d\d\b" if language == "nl" else r"\d\.\d{3}\b|\d,\d\d\b"
        assert re.findall(wrong, page.inner_text("table.clients >> nth=0")) == []
        assert page.get_attribute("html", "lang") == language


def test_a_verdict_is_told_in_words_and_with_a_mark(open_page: Open) -> None:
    page = open_page(agency())
    pills = page.locator("td.clv_cac .pill").all_inner_texts()
    assert set(pills) == {"✕Loss", "!Thin", "✓Healthy", "▲High"}
    assert len(set(pills)) == len({text[0] for text in pills})


def test_trends_are_told_in_words(open_page: Open) -> None:
    page = open_page(agency())
    told = page.locator("#r1 svg").get_attribute("aria-label").replace("\xa0", " ")
    months = next(r for r in agency() if r.client == names(page)[0]).months
    highest = max(months, key=lambda month: month.revenue)
    assert told.startswith("Nov 2024 to Oct 2026. Revenue per month: lowest €")
    assert f"highest €{highest.revenue:,.0f} in Dec" in told
    assert f"last {months[-1].new_customers}." in told
    assert page.locator("svg:not([role=img][aria-label])").count() == 0


def test_refused_files_have_their_sentence(open_page: Open) -> None:
    page = open_page(agency()[-2:])
    assert page.locator("#refused li p").all_inner_texts() == [r.message for r in agency()[-2:]]
    assert page.locator("table, details, #tools").count() == 0


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_records_make_a_friendly_page(open_page: Open, language: str) -> None:
    page = open_page([], language, 390)
    assert "clv-xl refresh" in page.inner_text("main")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_record_that_knows_nothing_is_shown(open_page: Open) -> None:
    page = open_page([Record("a.xlsx", "unchanged", "A", no_orders="No sheet has orders.")])
    assert names(page, "tbody.none") == ["A"]
    assert "No orders were found. No sheet has orders." in page.locator("details").text_content()
    assert "not known" in page.inner_text("section.group h2")


def test_three_hundred_clients_stay_small(open_page: Open, tmp_path: Path) -> None:
    page = open_page(crowd(300))
    assert (tmp_path / "0.html").stat().st_size < 2_000_000
    page.fill("#find", "299")
    assert names(page) == ["Marlowe Books 299"]


def test_print_has_the_table_on_the_page_and_only_opened_details(open_page: Open) -> None:
    page = open_page(agency(), width=1040)  # A4 across, less its margins, in CSS pixels
    page.locator("summary").first.click()
    page.emulate_media(media="print", color_scheme="light")
    assert not page.locator("#tools").is_visible()
    assert page.locator("table.clients thead").first.is_visible()
    # in the header that Chromium repeats on a second page a button would stay unpainted, and its words with it
    assert page.locator("th button").first.evaluate("(button) => getComputedStyle(button).display") == "contents"
    assert page.locator("details:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 1040
    assert page.evaluate(CLIPPED) == []
