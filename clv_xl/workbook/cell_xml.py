"""One `<c>` element: what it holds now, and its bytes with something else in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from clv_xl.errors import CellRefused
from clv_xl.workbook.address import name
from clv_xl.workbook.markup import characters, unescape
from clv_xl.workbook.values import LONGEST_FORMULA, Cached, Formula, Plain, Value, decode, encode, plain, same

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """Read the attributes of a start tag, as they are spelled and in their order."""
    return {match[1]: match[2] if match[2] is not None else match[3] for match in _ATTRIBUTE.finditer(tag)}


@dataclass(frozen=True)
class Styled:
    """A constant in the body of a table, in the style of its column (None: without one)."""

    value: Value
    style: bytes | None


@dataclass(frozen=True)
class Gone:
    """A cell that is taken out; `shell` leaves an empty element where the next one counts on it."""

    shell: bool


Edit = Value | Cached | Formula | Styled | Gone


class CellXml:
    """Rewrites cells of one sheet; cells that would show the same keep their bytes."""

    def __init__(self, sheet: str, prefix: bytes, shared: Callable[[int], str], date1904: bool) -> None:
        self.written = 0
        self.formulas_lost = 0
        self._sheet = sheet
        self._prefix = prefix
        self._shared = shared
        self._date1904 = date1904
        end = rb"(?=[\s/>])([^>]*?)(?:/>|>(.*?)</%s%s\s*>)"
        self._formula = re.compile(b"<%sf" % prefix + end % (prefix, b"f"), re.DOTALL)
        self._value = re.compile(b"<%sv" % prefix + end % (prefix, b"v"), re.DOTALL)
        self._inline = re.compile(b"<%sis" % prefix + end % (prefix, b"is"), re.DOTALL)
        self._phonetic = re.compile(b"<%srPh" % prefix + end % (prefix, b"rPh"), re.DOTALL)
        self._text = re.compile(b"<%st" % prefix + end % (prefix, b"t"), re.DOTALL)
        self._extension = re.compile(b"<%sextLst.*</%sextLst\\s*>" % (prefix, prefix), re.DOTALL)

    def rewritten(self, row: int, column: int, old: re.Match[bytes] | None, edit: Edit) -> bytes:
        """Give the bytes of a cell after an edit; `old` is where it stands in its row, None where no cell stands."""
        before = old[0] if old else b""
        if isinstance(edit, Gone):
            after = b'<%sc r="%s"/>' % (self._prefix, name(row, column).encode()) if edit.shell and old else b""
        else:
            try:
                after = self._edited(row, column, old, edit)
            except CellRefused as error:
                raise CellRefused(f"{self._sheet}!{name(row, column)}: {error}") from None
        self.written += after != before
        return after

    def _edited(self, row: int, column: int, old: re.Match[bytes] | None, edit: Edit) -> bytes:
        tag, inner = (attributes(old[1]), old[2] or b"") if old else ({}, b"")
        formula = self._formula.search(inner) if inner else None
        value, text = self._wanted(edit, formula)
        keeps_formula = text == (formula[0] if formula else b"")
        style = edit.style if isinstance(edit, Styled) else tag.get(b"s")
        if old is None and value is None and not text and style is None:
            return b""
        if old and keeps_formula and style == tag.get(b"s") and self._holds(tag, inner, value):
            return old[0]
        if not keeps_formula:
            self._refuse_master(formula)
            self.formulas_lost += not text
        kind, shown = encode(value)
        kept = tag if b"r" in tag else {b"r": name(row, column).encode()} | tag
        # Rich values (vm) go with the value that they describe; array metadata (cm) with its formula.
        dropped = (b"t", b"vm") if keeps_formula and formula else (b"t", b"vm", b"cm")
        for key in dropped:
            kept.pop(key, None)
        if style is not None:
            kept[b"s"] = style
        else:
            kept.pop(b"s", None)
        if kind:
            kept[b"t"] = b"inlineStr" if kind == "str" and not text else kind.encode()
        extension = self._extension.search(inner) if b"extLst" in inner else None
        body = text + self._shown(kept.get(b"t", b""), shown) + (extension[0] if extension else b"")
        head = b"<%sc" % self._prefix + b"".join(b' %s="%s"' % pair for pair in kept.items())
        return b"%s>%s</%sc>" % (head, body, self._prefix) if body else head + b"/>"

    def _wanted(self, edit: Edit, formula: re.Match[bytes] | None) -> tuple[Plain, bytes]:
        """Give the value to show and the `<f>` element to stand before it."""
        if isinstance(edit, Cached):
            if formula is None:
                raise CellRefused("there is no formula to refresh here: write a value or a Formula.")
            return plain(edit.value, self._date1904), formula[0]
        if isinstance(edit, Formula):
            if len(edit.bare) > LONGEST_FORMULA:
                raise CellRefused(f"the formula is longer than {LONGEST_FORMULA:,} characters: split it.")
            value = plain(edit.value, self._date1904)
            if formula and unescape(characters(formula[2] or b"")) == edit.bare:
                return value, formula[0]
            return value, b"<%sf>%s</%sf>" % (self._prefix, escape(edit.bare).encode(), self._prefix)
        if isinstance(edit, Styled):
            if formula:
                raise CellRefused("there is a formula among the data of this table: move it out of the table.")
            return plain(edit.value, self._date1904), b""
        return plain(edit, self._date1904), b""

    def _refuse_master(self, formula: re.Match[bytes] | None) -> None:
        tag = attributes(formula[1]) if formula else {}
        if tag.get(b"t") == b"shared" and b"ref" in tag:
            raise CellRefused(
                f"other cells in {tag[b'ref'].decode()} share the formula of this one: "
                "replace it in Excel, or edit only the cells below it."
            )

    def _holds(self, tag: dict[bytes, bytes], inner: bytes, value: Plain) -> bool:
        """Whether the cell shows this value already."""
        kind = tag.get(b"t", b"n").decode()
        if kind == "s" and not isinstance(value, str):
            return False
        if kind == "inlineStr" and (inline := self._inline.search(inner)):
            texts = self._text.findall(self._phonetic.sub(b"", inline[2] or b""))
            return same(unescape(characters(b"".join(text for _, text in texts))), value)
        found = self._value.search(inner)
        text = characters(found[2] or b"") if found else ""
        present = None if found is None else decode(kind, text, self._shared, self._date1904)
        return same(present, value)

    def _shown(self, kind: bytes, text: str) -> bytes:
        if kind == b"inlineStr":
            space = b' xml:space="preserve"' if text != text.strip() or "\n" in text else b""
            return b"<%(p)sis><%(p)st%(space)s>%(text)s</%(p)st></%(p)sis>" % {
                b"p": self._prefix, b"space": space, b"text": text.encode(),
            }  # fmt: skip
        return b"<%sv>%s</%sv>" % (self._prefix, text.encode(), self._prefix) if text or kind else b""
