"""Zips of workbooks damaged on purpose: every way takes the bytes of one and gives the bytes of another."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Iterator

Parts = dict[str, bytes]

_BOMB = 64 << 20


def unpacked(data: bytes) -> Parts:
    """The parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(parts: Parts | Iterator[tuple[str, bytes]]) -> bytes:
    """A zip of parts, names given twice included."""
    out = io.BytesIO()
    items = parts.items() if isinstance(parts, dict) else parts
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that is given twice is meant
        for name, content in items:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# Bytes of the file.


def flipped_bits(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut_tail(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def cut_middle(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data[start + chance.choice((1, 10, 100, 5_000)) :]


def zeroed_block(data: bytes, chance: random.Random) -> bytes:
    start, size = chance.randrange(len(data)), chance.choice((4, 512, 4_096))
    return (data[:start] + bytes(size) + data[start + size :])[: len(data)]


def added_bytes(data: bytes, chance: random.Random) -> bytes:
    extra = chance.randbytes(chance.choice((1, 30, 70_000)))
    return chance.choice((data + extra, b"PK\x03\x04" + extra + data, extra + data))


def directory_lies(data: bytes, chance: random.Random) -> bytes:
    """Change a field of the table of contents, of a local header or of the end record."""
    record, field = chance.choice((
        *((b"PK\x01\x02", at) for at in ((6, 2), (8, 2), (10, 2), (16, 4), (20, 4), (24, 4), (28, 2), (30, 2), (32, 2),
        (42, 4))),
        *((b"PK\x03\x04", at) for at in ((4, 2), (6, 2), (8, 2), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2))),
        *((b"PK\x05\x06", at) for at in ((4, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2))),
    ))  # fmt: skip
    places = [match.start() for match in re.finditer(re.escape(record), data)]
    changed, (at, size) = bytearray(data), field
    value = chance.choice((0, 1, 0xFFFF, 0xFFFFFFFF, 0x7FFFFFFF, len(data), chance.getrandbits(32))) % (1 << 8 * size)
    start = chance.choice(places) + at
    changed[start : start + size] = value.to_bytes(size, "little")
    return bytes(changed)


def renamed_entry(data: bytes, chance: random.Random) -> bytes:
    """Another name of the same length for one entry, in the table of contents alone or everywhere."""
    name = chance.choice([name for name in unpacked(data) if len(name) > 4]).encode()
    new = chance.choice((b"../" + name[3:], b"/" + name[1:], name[:-1] + b"\x00", b"\x00" * len(name),
                         name.replace(b"/", b"\\"), name.upper(), b"\xff" * len(name), b"C:\\" + name[3:]))  # fmt: skip
    return data.replace(name, new) if chance.random() < 0.5 else new.join(data.rsplit(name, 1))


# Parts.


def some(parts: Parts, chance: random.Random, pattern: str = "") -> str:
    return chance.choice([name for name in parts if re.search(pattern, name)] or list(parts))


def removed_part(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    del parts[some(parts, chance)]
    return packed(parts)


def swapped_parts(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    one, other = some(parts, chance), some(parts, chance, r"\.xml|\.rels")
    parts[one], parts[other] = parts[other], parts[one]
    return packed(parts)


def doubled_part(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance)
    other = chance.choice((name, name.upper(), name.replace("/", "\\"), "/" + name))
    return packed(iter([*parts.items(), (other, chance.choice((parts[name], b"", b"<x/>")))]))


def emptied_part(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    parts[some(parts, chance)] = chance.choice(
        (b"", b" ", b"\x00" * 100, b"<", b"PK\x03\x04", b"<?xml version='1.0'?>")
    )
    return packed(parts)


def cut_part(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance, r"\.xml|\.rels")
    size = len(parts[name])
    start = chance.randrange(max(size, 1))
    parts[name] = parts[name][:start] + parts[name][start + chance.choice((1, 20, size)) :]
    return packed(parts)


def flipped_part(data: bytes, chance: random.Random) -> bytes:
    """Flip bits in the XML; the checksums of the zip are right."""
    parts = unpacked(data)
    name = some(parts, chance, r"sheet\d*\.xml|workbook\.xml|\.rels|sharedStrings|tables/")
    parts[name] = flipped_bits(parts[name] or b" ", chance)
    return packed(parts)


def changed_links(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = some(parts, chance, r"\.rels$")
    targets = re.findall(rb'Target="([^"]*)"', parts[name]) or [b""]
    old = chance.choice(targets)
    new = chance.choice((*targets, b"", b"../../../../etc/passwd", b"/xl/workbook.xml", b"workbook.xml",
    b"../_rels/.rels",
                         b"_rels/workbook.xml.rels", b"/", b"..", b"http://example.org/x", b"file:///etc/passwd",
                         b"a" * 70_000,
                         b"\\\\server\\share", b"xl/worksheets/sheet1.xml", b"%2e%2e/x", b"#", b"x\x00y"))  # fmt: skip
    parts[name] = parts[name].replace(b'"%s"' % old, b'"%s"' % new)
    if chance.random() < 0.2:
        parts[name] = re.sub(rb'\bId="[^"]*"', b'Id="rId1"', parts[name])
    if chance.random() < 0.2:
        parts[name] = re.sub(rb'Type="[^"]*/', b'Type="', parts[name])
    return packed(parts)


def changed_types(data: bytes, chance: random.Random) -> bytes:
    parts = unpacked(data)
    name = "[Content_Types].xml"
    kinds = re.findall(rb'ContentType="([^"]*)"', parts.get(name, b""))
    if kinds:
        parts[name] = parts[name].replace(
            chance.choice(kinds), chance.choice((*kinds, b"", b"text/html", b"x" * 10_000))
        )
    return packed(parts)


def bomb(data: bytes, chance: random.Random) -> bytes:
    """A part that inflates a thousandfold, or a workbook in a workbook in a workbook."""
    parts = unpacked(data)
    name = some(parts, chance, r"sheet\d*\.xml|sharedStrings|workbook\.xml|\.rels|\[Content|styles")
    filling = chance.choice((b" ", b"<row/>", b"a", b"<c/>", b"<!---->", b"<si><t>x</t></si>"))
    kind = chance.randrange(3)
    if kind == 0:
        head, _, tail = parts[name].rpartition(b"</")
        parts[name] = head + filling * (_BOMB // len(filling)) + b"</" + tail
    elif kind == 1:
        parts[name] = filling * (_BOMB // len(filling))
    else:
        inner = packed({"zeros": bytes(_BOMB)})
        parts["xl/nested.zip"] = packed({f"{number}.zip": inner for number in range(9)})
    return packed(parts)
