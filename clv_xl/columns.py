"""Many cells at once: the arithmetic of `cells` over numpy arrays, one error spoiling one cell only.

A column holds `values` (float64, rows x columns) and `codes` (uint8 of the same shape): 0 a number, 1-7 the error of
that place in `errors.CELL_ERRORS`, above that what is no number (text, blank, boolean). numpy broadcasts shapes as
Excel does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import chain, compress, repeat
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .cells import ALIKE, Cell, Range, Value, plain
from .errors import CELL_ERRORS, CellError, cell_error
from .operand import Operand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .words import Word

DIVIDE, VALUE, NUM, NOT_AVAILABLE = (CELL_ERRORS.index(cell) for cell in ("#DIV/0!", "#VALUE!", "#NUM!", "#N/A"))
TEXT, BLANK, BOOLEAN = 8, 9, 10

_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": np.equal,
    "<>": np.not_equal,
}
_ARITHMETIC = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": np.power}


class Column(Operand):
    """A block of cells, rows x columns."""

    rank: ClassVar[int] = 2
    __slots__ = ("codes", "values")

    def __init__(self, values: NDArray[np.float64], codes: NDArray[np.uint8]) -> None:
        self.values, self.codes = values, codes

    @classmethod
    def of(cls, rows: Any) -> Column:
        """Rows of cell values, or a numeric array; NaN in an array is a blank."""
        if isinstance(rows, np.ndarray) and rows.dtype.kind in "fiu":
            values = rows.astype(np.float64, copy=False)
            return cls._numbers(values)
        flat = list(chain.from_iterable(rows))
        shape = len(rows), len(rows[0]) if len(rows) else 1
        if set(map(type, flat)) <= {float, int}:
            return cls._numbers(np.array(flat, dtype=np.float64).reshape(shape))
        cells = [plain(value) for value in flat]
        codes = np.array([_code(value) for value in cells], dtype=np.uint8)
        values = np.array([float(value) if isinstance(value, float | bool) else 0.0 for value in cells])
        return cls(values.reshape(shape), codes.reshape(shape))

    @classmethod
    def _numbers(cls, values: NDArray[np.float64]) -> Column:
        codes = np.zeros(values.shape, dtype=np.uint8)
        if not np.isfinite(values).all():
            codes[np.isnan(values)] = BLANK
            codes[np.isinf(values)] = NUM
            values = np.where(codes, 0.0, values)
        return cls(values, codes)

    @classmethod
    def lift(cls, value: Any) -> Column:
        return value if isinstance(value, Column) else cls.of([[Cell.lift(value).value]])

    def fit(self, rows: int, columns: int) -> Column:
        """The block in a larger shape, as Excel broadcasts: what it does not reach is #N/A."""
        height, width = self.values.shape
        missing = ((0, rows - height if height != 1 else 0), (0, columns - width if width != 1 else 0))
        if not any(after for _, after in missing):
            return self
        return Column(np.pad(self.values, missing), np.pad(self.codes, missing, constant_values=NOT_AVAILABLE))

    @classmethod
    def binary(cls, symbol: str, left: Any, right: Any) -> Column:
        codes = _either(_fault(left.codes), _fault(right.codes))
        with np.errstate(all="ignore"):
            if symbol in _COMPARE:
                alike = np.isclose(left.values, right.values, rtol=ALIKE, atol=0)
                other = np.where(alike, left.values, right.values)
                return cls(_COMPARE[symbol](left.values, other).astype(np.float64), codes)
            values = _ARITHMETIC[symbol](left.values, right.values)
        if symbol == "/":
            codes = _either(codes, np.where(right.values == 0, np.uint8(DIVIDE), np.uint8(0)))
        if symbol == "^":
            by_zero = (left.values == 0) & (right.values < 0)
            no_number = (left.values == 0) & (right.values == 0)
            codes = _either(codes, np.where(by_zero, DIVIDE, np.where(no_number, NUM, 0)).astype(np.uint8))
        return cls(values, _finite(values, codes))

    @classmethod
    def say(cls, word: Word, *args: Any) -> Column:
        lifted = [arg if isinstance(arg, Range) else cls.lift(arg) for arg in args]
        return word.column(*lifted) if word.column else cls._one_by_one(word, lifted)

    @classmethod
    def _one_by_one(cls, word: Word, args: Sequence[Range | Column]) -> Column:
        """A word that knows single cells only, such as CHOOSE, for every cell of the columns."""
        shape = np.broadcast_shapes(*(arg.values.shape for arg in args if isinstance(arg, Column)))
        flat = [repeat(arg) if isinstance(arg, Range) else arg.cells(shape) for arg in args]
        width = shape[1]
        results = [word.cell(*cells) for cells in zip(*flat, strict=False)]
        return cls.of([results[start : start + width] for start in range(0, len(results), width)])

    def cells(self, shape: tuple[int, ...]) -> list[Value]:
        """The cells row by row in a shape; the letters of a text are not kept, so it is #VALUE!."""
        flat = zip(np.broadcast_to(self.values, shape).flat, np.broadcast_to(self.codes, shape).flat, strict=True)
        return [_value(float(value), int(code)) for value, code in flat]

    def apply(self, name: str) -> Column:
        """A numpy function of that name over every number."""
        with np.errstate(all="ignore"):
            values = getattr(np, name)(self.values)
        return Column(values, _finite(values, _fault(self.codes)))

    def computed(self, blocks: Mapping[str, Column], compute: Callable[..., NDArray[np.float64]]) -> Column:
        """Where this holds a number: what `compute` gives for the values there of the blocks; NaN is #NUM!."""
        shape = np.broadcast_shapes(self.values.shape, *(block.values.shape for block in blocks.values()))
        codes, values = np.broadcast_to(self.codes, shape), np.zeros(shape)
        passed = codes == 0
        if passed.any():
            rows = {name: np.broadcast_to(block.values, shape)[passed] for name, block in blocks.items()}
            with np.errstate(all="ignore"):
                values[passed] = compute(**rows)
        return Column(values, _finite(values, codes))

    def are_numbers(self) -> Column:
        """ISNUMBER, 1 or 0."""
        return _truth(self.codes == 0)

    def are_blank(self) -> Column:
        """ISBLANK, 1 or 0."""
        return _truth(self.codes == BLANK)

    def are_errors(self) -> Column:
        """ISERROR, 1 or 0."""
        return _truth((self.codes > 0) & (self.codes < TEXT))

    def places(self, cells: Range) -> Column:
        """RANK of every number among the range's: 1 for the largest, equal numbers alike, #N/A for a stranger."""
        ordered = np.sort(np.array(cells.numbers))
        above = len(ordered) - np.searchsorted(ordered, self.values, side="right")
        stranger = ~np.isin(self.values, ordered)
        codes = _either(_fault(self.codes), np.where(stranger, np.uint8(NOT_AVAILABLE), np.uint8(0)))
        return Column((1.0 + above).astype(np.float64), codes)

    @classmethod
    def choose(cls, test: Column, then: Column, otherwise: Column) -> Column:
        """IF: an error in the test shows, one in the branch not taken does not."""
        yes, fault = test.values != 0, _fault(test.codes)
        codes = _either(fault, np.where(yes, then.codes, otherwise.codes))
        return cls(np.where(yes, then.values, otherwise.values), codes)

    @classmethod
    def first_error(cls, *columns: Column) -> Column:
        """The first error across the columns, 0 where there is none."""
        codes = _either(*(np.where(column.codes < TEXT, column.codes, 0).astype(np.uint8) for column in columns))
        return cls(np.zeros(codes.shape), codes)

    def rows(self) -> list[list[Value]]:
        """The cells as hosts take them: floats, and errors in their place."""
        rows: list[list[Value]] = self.values.tolist()
        codes = _fault(self.codes)
        for row, column in np.argwhere(codes).tolist():
            rows[row][column] = _ERRORS[int(codes[row, column])]
        return rows

    def numbers(self) -> NDArray[np.float64]:
        """The values, NaN where a cell is an error."""
        return np.where(_fault(self.codes), np.nan, self.values)


_ERRORS: dict[int, CellError] = {code: cell_error(cell) for code, cell in enumerate(CELL_ERRORS) if cell}


def _truth(test: NDArray[np.bool_]) -> Column:
    return Column(test.astype(np.float64), np.zeros(test.shape, dtype=np.uint8))


def _code(value: Value) -> int:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, float):
        return 0
    if isinstance(value, CellError):
        return CELL_ERRORS.index(value.cell) if value.cell in CELL_ERRORS else VALUE
    return BLANK if value is None else TEXT


def _value(value: float, code: int) -> Value:
    if code == BLANK:
        return None
    if code == BOOLEAN:
        return bool(value)
    return _ERRORS[VALUE if code == TEXT else code] if code else value


def _fault(codes: NDArray[np.uint8]) -> Any:
    """Codes as arithmetic sees them: text is #VALUE!, a blank or a boolean counts as a number."""
    if not codes.any():
        return codes
    return np.where(codes == TEXT, np.uint8(VALUE), np.where(codes > TEXT, np.uint8(0), codes))


def _either(*codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    first, *others = codes
    for other in others:
        first = np.where(first, first, other)
    return first


def _finite(values: NDArray[np.float64], codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if np.isfinite(values).all():
        return codes
    return _either(codes, np.where(np.isfinite(values), np.uint8(0), np.uint8(NUM)))


class ColumnRange(Range):
    """A range of one column that numpy holds: numbers (NaN: blank), or texts by their place in a list (-1: blank)."""

    def __init__(self, cells: NDArray[Any], texts: Sequence[str] | None = None) -> None:
        self._cells, self._texts = cells, texts

    @property
    def rows(self) -> Sequence[Sequence[Value]]:
        return [[value] for value in self.values]

    @property
    def shape(self) -> tuple[int, int]:
        return len(self._cells), 1

    @cached_property
    def values(self) -> list[Value]:
        if self._texts is not None:
            known = [*self._texts, None]
            return [known[place] for place in self._cells.tolist()]
        cells = self._cells.astype(object)
        cells[np.isnan(self._cells)] = None
        values: list[Value] = cells.tolist()
        return values

    @cached_property
    def numbers(self) -> list[float]:
        numbers: list[float] = self._numbers.tolist()
        return numbers

    @cached_property
    def sum(self) -> float:
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite then is an error of the cell
            return float(self._numbers.sum())

    @property
    def count(self) -> int:
        return len(self._numbers)

    @cached_property
    def _numbers(self) -> NDArray[np.float64]:
        if self._texts is not None:
            return np.empty(0)
        blank = np.isnan(self._cells)
        return self._cells[~blank] if blank.any() else self._cells

    @property
    def error(self) -> None:
        return None

    @cached_property
    def tally(self) -> Counter[str]:
        if self._texts is None:
            return super().tally
        blank = len(self._cells) - int(self._counts.sum())
        return self.text_tally + Counter({"": blank})

    @cached_property
    def text_tally(self) -> Counter[str]:
        tally: Counter[str] = Counter()
        if self._texts is not None:
            for text, count in zip(self._texts, self._counts.tolist(), strict=True):
                tally[text.casefold()] += count
        return +tally

    @cached_property
    def filled(self) -> int:
        if self._texts is None:
            return super().filled
        return int(self._counts.sum()) - (int(self._counts[self._texts.index("")]) if "" in self._texts else 0)

    @cached_property
    def distinct(self) -> int:
        if self._texts is None:
            return super().distinct
        there = self._texts if self._counts.all() else list(compress(self._texts, self._counts))
        whole = "".join(there)
        if (whole.isascii() and whole.isupper()) or whole == whole.casefold():
            return len(there) - ("" in there)  # no two are one but for their case
        return len({text.casefold() for text in there} - {""})

    @cached_property
    def _counts(self) -> NDArray[np.intp]:
        """How often each text stands in the column."""
        return np.bincount(self._cells + 1, minlength=len(self._texts or ()) + 1)[1:]
