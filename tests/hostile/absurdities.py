"""Parts of workbooks that say what no workbook says, in zips whose checksums are right."""

from __future__ import annotations

import random
import re

from .damage import packed, some, unpacked

_SHEET = r"xl/worksheets/[^/]+\.xml"

_PROLOGUES = (
    b'<!DOCTYPE lolz [<!ENTITY a "lol">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in b"bcdefghijk") + b"]>",
    b'<!DOCTYPE x [<!ENTITY k SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///dev/zero">%p;]>',
    b"<?xml-stylesheet href='file:///etc/passwd'?>",
    b"<!-- " + b"-" * 1_000 + b"x -->",
    b'<?xml version="1.0" encoding="no-such-code"?>',
    b'<?xml version="1.0" encoding="UTF-7"?>',
    b'<?xml version="1.0" encoding="ISO-8859-1"?>',
    b'<?xml version="1.1"?>',
)  # fmt: skip
_INSIDES = (
    b"\x00", b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"&#0;", b"&#xD800;", b"&#x110000;", b"&#99999999999;", b"&k;",
    b"<unclosed>", b"</worksheet>", b"]]>", b"<![CDATA[ x ]]>", b"<!-- x -->", b"<?x y?>",
    b"<a b='" + b"x" * 11_000_000 + b"'/>",
    b"<a>" * 1_500 + b"</a>" * 1_500, b"<a>" * 200 + b"</a>" * 200, b" " * 10_000_000, b"<a " + b" ".join(
        b"b%d='1'" % n for n in range(20_000)) + b"/>", b"<a b='1' b='2'/>", b"<x:y/>", b"\x1b", b"\xef\xbf\xbe",
        b"<row", b"<c",
)  # fmt: skip


def hostile_xml(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance, r"sheet\d*\.xml|workbook\.xml|\.rels|sharedStrings|tables/|\[Content|pivotTable|custom")
    xml = parts[name]
    if chance.random() < 0.4:
        body = xml[xml.find(b"?>") + 2 :] if xml.startswith(b"<?xml") else xml
        xml = chance.choice(_PROLOGUES) + body
        if b"<!ENTITY" in xml:
            xml = re.sub(rb">([^<]+)<", b">&k;<", xml, count=3)
    else:
        places = [match.end() for match in re.finditer(rb">", xml)] or [0]
        place = chance.choice(places)
        xml = xml[:place] + chance.choice(_INSIDES) + xml[place:]
    parts[name] = xml
    return packed(parts)


def other_encoding(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance, r"\.xml$|\.rels$")
    text = parts[name].decode("utf-8", "replace").lstrip("\ufeff")
    code = chance.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp1252", "cp037"))
    named = chance.choice((code, "UTF-8", "utf-16", "iso-8859-1"))
    text = re.sub(r'encoding="[^"]*"', f'encoding="{named}"', text)
    parts[name] = text.encode(code, "replace")
    return packed(parts)


# Sheets, tables and names that say impossible things.

_REFERENCES = (b"A0", b"ZZZZ9", b"XFD1048577", b"XFE1", b"A-1", b"A1:", b":", b"", b"a1", b"1", b"A", b"$A$1",
b"A99999999999999999999",
               b"A1B2", b"\xc3\x801", b"R1C1", b"A1:A1:A1", b"XFD1048576", b"A1048576:XFD1048576", b"C3:A1", b"#REF!",
               b" A1 ")  # fmt: skip
_NUMBERS = (b"0", b"-1", b"-2147483649", b"4294967296", b"99999999999999999999", b"1.5", b"1e3", b"", b"x", b"NaN",
b"1048577",
            b"1048576", b" 1 ", b"\xd9\xa3", b"0x10", b"+1", b"1_0", b"1" * 5_000)  # fmt: skip
_TYPES = (b"s", b"b", b"e", b"d", b"str", b"inlineStr", b"n", b"z", b"")
_FORMULAS = (
    b"A1", b"SUM(A:XFD)", b"(" * 3_000 + b"1" + b")" * 3_000, b"1" + b"+1" * 4_000, b"-" * 8_000 + b"1", b"CLV(",
    b"=CLV(1,2)", b"CLV(1,2)",
    b"AOV(A1:XFD1048576)", b"CLV(" * 800 + b"1" + b",1)" * 800, b"SUM(1048576:1048577)", b"[1]!CLV(1,2)", b"'", b'"',
    b"{1,2;3}", b"x y z",
    b"AOV(INDIRECT(&quot;A1&quot;))", b"9" * 400, b"1E999", b"2^9999", b"1/0", b"AOV(#REF!)", b"AOV(Nosuch!A1)",
    b"AOV('a''b'!A1:B2)",
    b"REPT(&quot;x&quot;,2^31)", b"CLV(1e308,1e308)", b"AOV(A1:A1048576*B1:B1048576)",
    b"CLV_CASHFLOW(A1:XFD1048576,0.1)",
    b"IF(1,CLV(1,2),A1:XFD1048576)", b"LET(x,x,CLV(x,1))", b"LAMBDA(x,x(x))(LAMBDA(x,x(x)))", b"CLV(OrdersLoop,1)",
    b"SEQUENCE(1048576,16384)+CLV(1,2)",
)  # fmt: skip


def _replaced(xml: bytes, pattern: bytes, new: bytes, chance: random.Random) -> bytes:
    """Put something else in the place of one match of group 1."""
    found = list(re.finditer(pattern, xml))
    if not found:
        return xml
    start, end = chance.choice(found).span(1)
    return xml[:start] + new + xml[end:]


def absurd_sheet(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance, _SHEET)
    xml = parts[name]
    for _ in range(chance.choice((1, 1, 3))):
        pattern, values = chance.choice((
            (rb'<(?:\w+:)?c [^>]*?\br="([^"]*)"', _REFERENCES),
            (rb'<(?:\w+:)?row [^>]*?\br="([^"]*)"', _NUMBERS),
            (rb'<(?:\w+:)?row [^>]*?\bspans="([^"]*)"', (b"0:0", b"9:1", b"-1:99999999999", b"x", b"")),
            (rb'<(?:\w+:)?c [^>]*?\bs="([^"]*)"', _NUMBERS),
            (rb'<(?:\w+:)?c [^>]*?\bt="([^"]*)"', _TYPES),
            (rb'<(?:\w+:)?c [^>]*?\b([cv])m="', (b"v", b"c")),
            (rb"<(?:\w+:)?v>([^<]*)<", (*_NUMBERS, b"#NAME?", b"1e400", b"-0", b"infinity", b"&#x31;", b"2024-13-45",
            b"TRUE", b"x" * 40_000)),
            (rb"<(?:\w+:)?f[^>]*>([^<]*)<", _FORMULAS),
            (rb'<(?:\w+:)?dimension ref="([^"]*)"', _REFERENCES),
            (rb'<(?:\w+:)?mergeCell ref="([^"]*)"', (*_REFERENCES, b"A1:XFD1048576")),
            (rb'<(?:\w+:)?mergeCell (ref="[^"]*")', (b"", b"fer='A1'")),
            (rb'<(?:\w+:)?f [^>]*?\bref="([^"]*)"', (*_REFERENCES, b"A1:XFD1048576")),
            (rb'<(?:\w+:)?f [^>]*?\bt="([^"]*)"', (b"shared", b"array", b"dataTable", b"", b"x")),
            (rb'<(?:\w+:)?f [^>]*?\bsi="([^"]*)"', _NUMBERS),
            (rb"<(?:\w+:)?(f)>", (b'f t="shared" si="0"', b'f t="shared" ref="A1:A9" si="0"',
            b'f t="array" ref="A1:XFD1048576"', b'f t="array"')),
        ))  # fmt: skip
        xml = _replaced(xml, pattern, chance.choice(values), chance)
    parts[name] = xml
    return packed(parts)


def shuffled_cells(data: bytes, chance: random.Random) -> bytes:
    """Rows or cells out of order, twice there, or one in another."""
    parts = unpacked(data)
    name = some(parts, chance, _SHEET)
    xml, kind = parts[name], chance.choice((b"row", b"c"))
    pieces = list(re.finditer(rb"<(%s)[ >](?:[^/>]|/(?!>))*(?:/>|>.*?</\1>)" % kind, xml, re.DOTALL))
    if len(pieces) > 1:
        one, other = sorted(chance.sample(pieces, 2), key=lambda match: match.start())
        middle = xml[one.end() : other.start()]
        first, second = chance.choice(((other[0], one[0]), (one[0], one[0]), (one[0] + one[0], other[0]),
                                       (one[0].replace(b">", b">" + other[0], 1), b"")))  # fmt: skip
        xml = xml[: one.start()] + first + middle + second + xml[other.end() :]
    parts[name] = xml
    return packed(parts)


def absurd_book(data: bytes, chance: random.Random) -> bytes:
    """Names that mean themselves, tables and sheets that cannot be."""
    parts = unpacked(data)
    book, table = "xl/workbook.xml", some(parts, chance, r"tables/|pivotTables/pivotTable|workbook\.xml")
    names = chance.choice((
        b'<definedName name="CLV">CLV</definedName>', b'<definedName name="OrdersLoop">OrdersLoop+1</definedName>',
        b'<definedName name="a" localSheetId="x">1</definedName>',
        b'<definedName name="a" localSheetId="-1">1</definedName>',
        b'<definedName name="a" localSheetId="99999">1</definedName>', b"<definedName>A1</definedName>",
        b'<definedName name="as_of">' + b"(" * 5_000 + b"</definedName>",
        b'<definedName name="as_of">1:1048576</definedName>',
        b'<definedName name="p">q</definedName><definedName name="q">p</definedName>',
        b'<definedName name="AOV">_xlfn.LAMBDA(_xlpm.x,AOV(_xlpm.x))</definedName>',
        b'<definedName name="orders_control">Sheet1!ZZZZ99</definedName>',
        b"".join(b'<definedName name="n%d">n%d</definedName>' % (n, n + 1) for n in range(20_000)),
    ))  # fmt: skip
    change = chance.randrange(4)
    if change == 0 and b"<definedNames>" in parts.get(book, b""):
        parts[book] = parts[book].replace(b"<definedNames>", b"<definedNames>" + names)
    elif change == 0 and book in parts:
        parts[book] = parts[book].replace(b"</sheets>", b"</sheets><definedNames>" + names + b"</definedNames>")
    elif change == 1:
        new = chance.choice(
            (b"", b"x" * 70_000, b"'", b"a'b!c", b"=CLV(1,2)", b"[1]x", b"..", b"&#10;", b"\xf0\x9f\x98\x80", b"Sheet1")
        )
        parts[book] = _replaced(parts.get(book, b""), rb'<(?:\w+:)?sheet [^>]*?\bname="([^"]*)"', new, chance)
    elif change == 2:
        parts[book] = _replaced(
            parts.get(book, b""),
            rb'\b(?:r:id|sheetId|state|date1904|localSheetId)="([^"]*)"',
            chance.choice(_NUMBERS),
            chance,
        )
    else:
        attribute, values = chance.choice((
            (b"ref", _REFERENCES), (b"headerRowCount", _NUMBERS), (b"totalsRowCount", _NUMBERS), (b"displayName", (b"",
            b"CLV", b"x" * 70_000)),
            (b"name", (b"", b"]", b"[", b"#", b"'", b"Customer", b"_x0000_")), (b"count", _NUMBERS), (b"id", _NUMBERS),
        ))  # fmt: skip
        parts[table] = _replaced(parts[table], rb'\b%s="([^"]*)"' % attribute, chance.choice(values), chance)
    return packed(parts)


def shared_string_lies(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance, r"sharedStrings")
    parts[name] = chance.choice((
        re.sub(rb"<si>.*?</si>", b"", parts[name], count=3, flags=re.DOTALL), re.sub(rb"<(/?)si\b", rb"<\1sj",
        parts[name]),
        parts[name].replace(b"<t>", b"<t>_x0000__xD800__xFFFF_", 2), re.sub(rb"<t[^>]*>[^<]*</t>", b"<t/>",
        parts[name]),
        parts[name].replace(b"<si>", b"<si><si>").replace(b"</si>", b"</si></si>"),
    ))  # fmt: skip
    return packed(parts)
