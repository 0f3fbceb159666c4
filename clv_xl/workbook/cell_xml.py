"""One `<c>` element: what it holds now, and its bytes with something else in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from clv_xl.errors import CellRefused, NotAWorkbook
from clv_xl.terms import dutch
from clv_xl.workbook.address import Area, column_letters, name
from clv_xl.workbook.markup import characters, unescape
from clv_xl.workbook.values import LONGEST_FORMULA, Cached, Formula, Frozen, Plain, Value, decode, encode, plain, same

if TYPE_CHECKING:
    from collections.abc import Callable

_REF = re.compile(rb"""(\sref\s*=\s*["'])[^"']*""")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def attributes(tag: bytes) -> dict[bytes, bytes]:
    """Read the attributes of a start tag, as they are spelled and in their order."""
    return {match[1]: match[2] if match[2] is not None else match[3] for match in _ATTRIBUTE.finditer(tag)}


@dataclass(frozen=True)
class Styled:
    """A cell in the body of a table, in the style of its column (None: without one); `over` may replace a formula."""

    value: Value | Formula
    style: bytes | None
    over: bool = False


@dataclass(frozen=True)
class Gone:
    """A cell that is taken out; `shell` leaves an empty element where the next one counts on it."""

    shell: bool = False


@dataclass(frozen=True)
class Moved:
    """A cell that comes from elsewhere: only its address differs, and its result if `edit` gives one."""

    cell: bytes
    edit: Cached | None


@dataclass(frozen=True)
class Spilled:
    """The first value of a dynamic array formula, and the area that its result takes now."""

    value: Value
    area: Area


@dataclass(frozen=True)
class Explicit:
    """A formula of its own for a cell that shared one; without `edit` its value stays as it is."""

    text: str
    edit: Cached | None


Edit = Value | Cached | Formula | Frozen | Styled | Gone | Moved | Spilled | Explicit


class CellXml:
    """Rewrites cells of one sheet; cells that would show the same keep their bytes."""

    def __init__(
        self, sheet: str, cell: re.Pattern[bytes], prefix: bytes, shared: Callable[[int], str], date1904: bool
    ) -> None:
        self.prefix, self.date1904 = prefix, date1904
        self.written = 0
        self.formulas_lost = 0
        self._sheet = sheet
        self.cell = cell
        self.shared = shared
        prefix = re.escape(prefix)
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
            after = b'<%sc r="%s"/>' % (self.prefix, name(row, column).encode()) if edit.shell and old else b""
        elif isinstance(edit, Moved):
            here = self._moved(row, column, edit.cell)
            after = self.rewritten(row, column, self.cell.fullmatch(here), edit.edit) if edit.edit else here
        else:
            try:
                if old is None and isinstance(edit, Styled) and not isinstance(edit.value, Formula):
                    after = self._fresh(row, column, edit.value, edit.style)
                else:
                    after = self._edited(row, column, old, edit)
            except CellRefused as error:
                raise CellRefused(
                    f"{self._sheet}!{name(row, column)}: {error.text.en}",
                    f"{self._sheet}!{name(row, column)}: {error.text.nl}",
                ) from None
        self.written += after != before
        return after

    def formula(self, old: re.Match[bytes]) -> tuple[dict[bytes, bytes], str] | None:
        """Give the attributes and the text of the formula in a cell."""
        found = self._formula.search(old[2]) if old[2] else None
        return (attributes(found[1]), unescape(characters(found[2] or b""))) if found else None

    def _fresh(self, row: int, column: int, value: Value, style: bytes | None) -> bytes:
        """Write a new constant: rows of tables come by the hundred thousand, and this is all that they need."""
        kind, text = encode(plain(value, self.date1904))
        head = b'<%sc r="%s%d"' % (self.prefix, column_letters(column).encode(), row)
        if style is not None:
            head += b' s="%s"' % style
        if not kind:
            shown = self._shown(b"", text)
            return b"%s>%s</%sc>" % (head, shown, self.prefix) if text else head + b"/>" if style is not None else b""
        written = b"inlineStr" if kind == "str" else kind.encode()
        return b'%s t="%s">%s</%sc>' % (head, written, self._shown(written, text), self.prefix)

    def _edited(
        self, row: int, column: int, old: re.Match[bytes] | None, edit: Value | Cached | Formula | Frozen | Styled
        | Spilled | Explicit,
    ) -> bytes:  # fmt: skip
        if isinstance(edit, Explicit):
            if old is None:
                return b""
            own = self.cell.fullmatch(self._formula.sub(lambda _: self._written(edit.text), old[0], count=1))
            return self._edited(row, column, own, edit.edit) if edit.edit and own else own[0] if own else b""
        tag, inner = (attributes(old[1]), old[2] or b"") if old else ({}, b"")
        formula = self._formula.search(inner) if inner else None
        value, text = self._wanted(edit, formula, tag, inner)
        keeps_formula = text == (formula[0] if formula else b"")
        style = edit.style if isinstance(edit, Styled) else tag.get(b"s")
        if old is None and value is None and not text and style is None:
            return b""
        # What a formula gives and how it is shown is spelled in another way in a constant.
        result = isinstance(edit, Frozen) and (tag.get(b"t") == b"str" or b"vm" in tag)
        if old and keeps_formula and style == tag.get(b"s") and not result and self._holds(tag, inner, value):
            return old[0]
        self.formulas_lost += bool(formula) and not text
        kind, shown = encode(value)
        kept = tag if b"r" in tag else {b"r": name(row, column).encode()} | tag
        # Rich values (vm) go with the value that they describe; array metadata (cm) with its formula.
        stays = bool(formula) and (keeps_formula or isinstance(edit, Spilled))
        for key in (b"t", b"vm") if stays else (b"t", b"vm", b"cm"):
            kept.pop(key, None)
        if style is not None:
            kept[b"s"] = style
        else:
            kept.pop(b"s", None)
        if kind:
            kept[b"t"] = b"inlineStr" if kind == "str" and not text else kind.encode()
        extension = self._extension.search(inner) if b"extLst" in inner else None
        body = text + self._shown(kept.get(b"t", b""), shown) + (extension[0] if extension else b"")
        head = b"<%sc" % self.prefix + b"".join(b' %s="%s"' % pair for pair in kept.items())
        return b"%s>%s</%sc>" % (head, body, self.prefix) if body else head + b"/>"

    def _wanted(
        self, edit: Value | Cached | Formula | Frozen | Styled | Spilled, formula: re.Match[bytes] | None,
        tag: dict[bytes, bytes], inner: bytes,
    ) -> tuple[Plain, bytes]:  # fmt: skip
        """Give the value to show and the `<f>` element to stand before it."""
        wanted: object = edit
        if isinstance(edit, Frozen):
            return self._present(tag, inner), b""
        if isinstance(edit, Styled):
            wanted = edit.value
            if isinstance(wanted, Formula):
                # The rows of a table come and go: none may hold the formula of others.
                shared = formula is not None and attributes(formula[1]).get(b"t") == b"shared"
                formula = None if shared else formula
            elif formula and not edit.over:
                raise CellRefused(
                    "there is a formula among the data of this table: move it out of the table.",
                    "tussen de gegevens van deze tabel staat een formule: zet die buiten de tabel.",
                )
        if isinstance(wanted, Cached | Spilled):
            return plain(wanted.value, self.date1904), self._refreshed(formula, wanted)
        if isinstance(wanted, Formula):
            return plain(wanted.value, self.date1904), self._replaced(formula, wanted.bare)
        return plain(wanted, self.date1904), b""

    def _refreshed(self, formula: re.Match[bytes] | None, edit: Cached | Spilled) -> bytes:
        """Give the formula that stays; one that spills takes its new area."""
        if formula is None:
            raise CellRefused(
                "there is no formula to refresh here: write a value or a Formula.",
                "hier staat geen formule om bij te werken: schrijf een waarde of een Formula.",
            )
        if isinstance(edit, Cached):
            return formula[0]
        return _REF.sub(lambda match: match[1] + str(edit.area).encode(), formula[0], count=1)

    def _replaced(self, formula: re.Match[bytes] | None, text: str) -> bytes:
        """Give a new formula; one that says the same stays as it is."""
        if len(text) > LONGEST_FORMULA:
            raise CellRefused(
                f"the formula is longer than {LONGEST_FORMULA:,} characters: split it.",
                f"de formule is langer dan {dutch(LONGEST_FORMULA)} tekens: splits haar.",
            )
        same_text = formula is not None and unescape(characters(formula[2] or b"")) == text
        return formula[0] if formula and same_text else self._written(text)

    def _written(self, formula: str) -> bytes:
        return b"<%sf>%s</%sf>" % (self.prefix, escape(formula, quote=False).encode(), self.prefix)

    def _moved(self, row: int, column: int, cell: bytes) -> bytes:
        match = self.cell.fullmatch(cell)
        if match is None:
            return b""
        here = {b"r": name(row, column).encode()}
        tag = b"".join(b' %s="%s"' % pair for pair in (here | attributes(match[1]) | here).items())
        return b"<%sc%s" % (self.prefix, tag) + cell[match.end(1) :]

    def _present(self, tag: dict[bytes, bytes], inner: bytes) -> Plain:
        """Read the value that the cell shows."""
        try:
            kind = tag.get(b"t", b"n").decode()
            if kind == "inlineStr" and (inline := self._inline.search(inner)):
                texts = self._text.findall(self._phonetic.sub(b"", inline[2] or b""))
                return unescape(characters(b"".join(text for _, text in texts)))
            found = self._value.search(inner)
            text = characters(found[2] or b"") if found else ""
            return None if found is None else decode(kind, text, self.shared, self.date1904)
        except (ValueError, IndexError) as error:
            raise NotAWorkbook(
                f"{self._sheet} holds a cell that is damaged. Restore a backup of the file.",
                f"{self._sheet} bevat een beschadigde cel. Zet een reservekopie van het bestand terug.",
            ) from error

    def _holds(self, tag: dict[bytes, bytes], inner: bytes, value: Plain) -> bool:
        """Whether the cell shows this value already."""
        # A text that all sheets share is looked up only when it can be the same.
        if tag.get(b"t") == b"s" and not isinstance(value, str):
            return False
        return same(self._present(tag, inner), value)

    def _shown(self, kind: bytes, text: str) -> bytes:
        if kind == b"inlineStr":
            space = b' xml:space="preserve"' if text != text.strip() or "\n" in text else b""
            return b"<%(p)sis><%(p)st%(space)s>%(text)s</%(p)st></%(p)sis>" % {
                b"p": self.prefix, b"space": space, b"text": text.encode(),
            }  # fmt: skip
        return b"<%sv>%s</%sv>" % (self.prefix, text.encode(), self.prefix) if text or kind else b""
