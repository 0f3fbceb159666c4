"""Charts that follow a table: their references, and the values that they keep of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from clv_xl.workbook.markup import characters
from clv_xl.workbook.moves import Move, Reference, moved_formula, references, union
from clv_xl.workbook.values import Value, encode, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clv_xl.workbook.address import Area
    from clv_xl.workbook.book import Book

Values = Callable[[str, "Area"], Sequence[Sequence[Value]]]

# Beyond what a chart can show a copy of the data only makes the file large.
_MOST_POINTS = 32_000

_P = rb"(?:[\w.-]+:)?"
_REFERENCE = re.compile(rb"<(%s)(f|sqref)(\s[^>]*)?>([^<]*)</\1\2\s*>" % _P)
# Of a series that is filtered out the reference stands in an extension before the values.
_TO_CACHE = re.compile(rb"\s*(?:</%sformulaRef\s*>\s*</%sext\s*>\s*</%sextLst\s*>\s*)?" % (_P, _P, _P))
_CACHE = re.compile(
    rb"<(%s)(numCache|strCache|multiLvlStrCache|dlblRangeCache)(?:\s[^>]*)?>.*?</\1\2\s*>"
    rb"|(?:<(%s)lvl\s[^>]*>.*?</\3lvl\s*>\s*)+" % (_P, _P),
    re.DOTALL,
)
_NUMBER_FORMAT = re.compile(rb"<(%s)nf(?:\s[^>]*)?>[^<]*</\1nf\s*>\s*" % _P)
_LEVEL = re.compile(rb"<(%s)lvl(?:\s[^>]*)?>(.*?)</\1lvl\s*>" % _P, re.DOTALL)
_COUNT = re.compile(rb"""ptCount(?:\s+val)?\s*=\s*["'](\d+)["']""")
_COUNT_TAG = re.compile(rb"<%sptCount\s[^>]*?(?:/>|>\s*</%sptCount\s*>)" % (_P, _P))
_POINT = re.compile(
    rb"""<(%s)pt\s(?:[^>]*\s)?idx\s*=\s*["'](\d+)["'][^>]*>\s*(?:<(%s)v(?:/>|>([^<]*)</\3v\s*>)|([^<]*))\s*</\1pt\s*>\s*"""
    % (_P, _P)
)
_PARENTS = re.compile(rb"(?:<%s(\w+)(?:\s[^<>]*)?>\s*)?<%s(\w+)(?:\s[^<>]*)?>\s*$" % (_P, _P))
_POINTS_OF = {b"cat", b"val", b"xVal", b"yVal", b"bubbleSize"}
_NAME = re.compile(r"(?:(\[0\]|'(?:[^']|'')*'|[\w.]+)!)?([\w.\\?]+)")
# A pivot chart follows its pivot table, an embedded one its own workbook.
_ELSEWHERE = re.compile(rb"<%s(?:pivotSource|externalData)[\s/>]" % _P)
_NEAR = 300


def chart_parts(book: Book) -> list[str]:
    """Name the charts on all sheets and chart sheets."""
    package, found = book.package, dict[str, None]()
    for sheet in book.sheets.values():
        for drawing in book.linked(sheet, "drawing") if sheet.part in package else ():
            for link in package.relationships(drawing).values():
                if link.kind in ("chart", "chartEx") and link.target in package:
                    found[link.target] = None
    return list(found)


def moved_chart(data: bytes, book: Book, moves: Sequence[Move], values: Values) -> bytes:
    """Move the references of a chart, and renew the values that it keeps of rows that are other ones now.

    Values of several columns as the levels of a category axis are renewed when the points go down the sheet. Where a
    copy cannot be renewed it is left out, which the format allows: it is made anew when the chart is drawn.
    """
    if _ELSEWHERE.search(data):
        return data
    pieces, at = [], 0
    for start, end, new in _changes(data, book, moves, values):
        pieces += [data[at:start], new]
        at = end
    return b"".join([*pieces, data[at:]])


def _changes(data: bytes, book: Book, moves: Sequence[Move], values: Values) -> Iterator[tuple[int, int, bytes]]:
    for match in _REFERENCE.finditer(data):
        above = _PARENTS.search(data, max(0, match.start() - _NEAR), match.start())
        outer, parent = above.groups() if above else (None, None)
        across = b"row" in (match[3] or b"")  # a series across the sheet has no rows to follow
        if across or (match[2] == b"sqref" and parent != b"formulaRef"):
            continue
        text = characters(match[4])
        named = _meaning(text, book)
        formula = text if named is None else named
        series = named is None and (outer in _POINTS_OF or parent in {b"numDim", b"strDim"})
        if not any(_concerned(found, moves) for found in references(formula)):
            continue
        moved = moved_formula(formula, moves, series=series)
        if named is None and moved != formula:
            yield match.start(4), match.end(4), escape(moved, quote=False).encode()
        if cache := _CACHE.match(data, _after(data, match.end())):
            numeric = cache[2] == b"numCache" or parent == b"numDim"
            levels = _levels(cache[0], union(moved), book, values)
            renewed = cache[0] if levels is None and moved == formula else _renewed(cache[0], levels, book, numeric)
            if renewed != cache[0]:
                yield cache.start(), cache.end(), renewed


def _concerned(reference: Reference, moves: Sequence[Move]) -> bool:
    """Whether cells of it are among those that are other ones now, or moved."""
    return any(
        reference.sheet.casefold() == move.sheet.casefold()
        and (any(map(reference.area.meets, (move.old, move.new))) or move.followed(reference.area) is not None)
        for move in moves
    )


def _after(data: bytes, at: int) -> int:
    """Pass over what may stand between a reference and the values kept of it."""
    for pattern in (_TO_CACHE, _NUMBER_FORMAT):
        if match := pattern.match(data, at):
            at = match.end()
    return at


def _meaning(text: str, book: Book) -> str | None:
    """Give what a defined name stands for: new kinds of charts refer to their data by hidden names."""
    match = _NAME.fullmatch(text)
    if match is None:
        return None
    sheet, name = (match[1] or "").strip("'").replace("''", "'").casefold(), match[2].casefold()
    local = {key[1].casefold(): meaning for key, meaning in book.local_names.items() if key[0].casefold() == sheet}
    return local.get(name) or {key.casefold(): meaning for key, meaning in book.names.items()}.get(name)


def _levels(cache: bytes, areas: list[Reference] | None, book: Book, values: Values) -> list[list[Value]] | None:
    """Read what a cache holds a copy of: one list for each of its levels, the innermost first."""
    known = {sheet.name.casefold() for sheet in book.sheets.values() if sheet.kind == "worksheet"}
    if areas is None or not known.issuperset(found.sheet.casefold() for found in areas):
        return None
    if sum(found.area.size for found in areas) > _MOST_POINTS:
        return None
    deep = len(_LEVEL.findall(cache))
    if deep <= 1:
        return [[value for found in areas for row in values(found.sheet, found.area) for value in row]]
    if len(areas) != 1 or areas[0].area.columns != deep:
        return None
    rows = values(areas[0].sheet, areas[0].area)
    return [list(column) for column in zip(*rows, strict=True)][::-1]


def _renewed(cache: bytes, levels: list[list[Value]] | None, book: Book, numeric: bool) -> bytes:
    count = _COUNT.search(cache)
    if levels is None or count is None:
        return b""
    texts = [[_spelled(value, book, numeric=numeric) for value in level] for level in levels]
    blocks = list(_LEVEL.finditer(cache))
    spots = [(block.start(), block.start(2), block.end(2)) for block in blocks] or [(0, 0, len(cache))]
    pieces, at = [], 0
    for (opened, start, end), level in zip(spots, texts, strict=True):
        points = list(_POINT.finditer(cache, start, end))
        held = {int(point[2]): characters(point[4] or point[5] or b"") for point in points}
        counted = _COUNT.search(cache, opened, end) or count
        if int(counted[1]) == len(level) and _same(held, level, numeric=numeric):
            continue
        tag = _COUNT_TAG.search(cache, start, end)
        first = points[0].start() if points else tag.end() if tag else start
        last = points[-1].end() if points else first
        if counted.start(1) >= at:  # levels of one cache share their count
            pieces += [cache[at : counted.start(1)], b"%d" % len(level)]
            at = counted.end(1)
        pieces += [cache[at:first], _points(level, cache)]
        at = last
    return b"".join([*pieces, cache[at:]])


def _points(level: list[str | None], cache: bytes) -> bytes:
    # The levels of charts since 2016 have attributes, and their points no element of their own for the value.
    extended = re.match(rb"<(%s)lvl\s" % _P, cache)
    counted = re.search(rb"<(%s)ptCount\s" % _P, cache)
    prefix = (extended or counted or (b"", b""))[1].decode()
    opening, closing = ("", "") if extended else (f"<{prefix}v>", f"</{prefix}v>")
    return "".join(
        f'<{prefix}pt idx="{index}">{opening}{text}{closing}</{prefix}pt>'
        for index, text in enumerate(level)
        if text is not None
    ).encode()


def _spelled(value: Value, book: Book, *, numeric: bool) -> str | None:
    """Spell a value as a chart keeps it, escaped; a blank is no point, and text among numbers is drawn as zero."""
    reduced = plain(value, book.date1904)
    if reduced is None:
        return None
    if isinstance(reduced, str) and numeric:
        return "0"
    if isinstance(reduced, bool) and not numeric:
        return str(reduced).upper()
    return encode(reduced)[1]


def _same(held: dict[int, str], level: list[str | None], *, numeric: bool) -> bool:
    wanted = {index: characters(text.encode()) for index, text in enumerate(level) if text is not None}
    if held == wanted or not numeric or held.keys() != wanted.keys():
        return held == wanted
    try:
        return all(float(held[index]) == float(text) for index, text in wanted.items() if held[index] != text)
    except ValueError:
        return False
