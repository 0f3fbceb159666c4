"""What a catalogue function is: one declaration that computes, guards, spells and explains itself.

A declaration is an ordinary Python function whose argument names are words of `terms`. From it come the value for a
cell, the values for a column, the plain cell formula and the LAMBDA; what it refuses comes from the terms (`guards`),
and it refuses element by element.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from . import words
from .cells import Cell, Range
from .errors import CellError, NotANumber
from .formula import Formula
from .grids import as_range, as_rows, broadcast, elements, is_array, like
from .guards import guard
from .operand import Operand, kind_of
from .parameters import OMITTED, Parameter, reasons
from .terms import TERMS, Term, Text, Unit


@dataclass(frozen=True)
class Example:
    """A call and what it gives: a number, a text, a cell error such as "#NUM!", or rows.

    `within` is the share by which numbers may differ, where a paper gives a few digits.
    """

    args: tuple[Any, ...]
    result: Any
    within: float = 0.0


@dataclass(frozen=True)
class Function:
    """A declared function. Call it with numbers, arrays or lists; hosts call `cells`.

    `reads` names arguments that are read as a whole range, in the sense of another term, while some argument is left
    out: `{"revenue": ("purchases", "amounts")}`. `python` says why a function has no spelling in Excel's own words;
    empty when it has one. `by_row` leaves the guarding of its ranges to the body, which answers row by row. `one_cell`
    names arguments that take one value only, where Excel would pair several with the cells of a range.
    `vectorised` says that the body, in Python, takes its single values as columns: an array of each, without the rows
    that the guards refuse. It gives an array, NaN where a row is #NUM!.
    """

    name: str
    topic: str
    unit: Unit
    doc: Text
    body: Callable[..., Any]
    examples: tuple[Example, ...]
    reads: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    python: str = ""
    source: str = ""
    by_row: bool = False
    one_cell: tuple[str, ...] = ()
    vectorised: bool = False

    @property
    def native(self) -> bool:
        """Whether Excel's own words can say it."""
        return not self.python

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The arguments in order, by name."""
        empty = inspect.Parameter.empty
        return {
            name: Parameter(name, TERMS[name], OMITTED if given.default is empty else given.default)
            for name, given in inspect.signature(self.body).parameters.items()
        }

    @property
    def signature(self) -> str:
        """The call as help shows it: `CLV(order_value, frequency, [lifespan])`."""
        names = (f"[{p.name}]" if p.optional else p.name for p in self.parameters.values())
        return f"{self.name}({', '.join(names)})"

    def __call__(self, *args: Any, **named: Any) -> Any:
        """The value for numbers, an array for arrays, a list for lists.

        Args:
            *args: in the order of `signature`; None leaves an optional one out.
            **named: the same by name.

        Returns:
            A float or text for single values; an array of the shape of the arrays given, NaN where a row has an
            error; a list for lists, with the `CellError` in its place. Tables are lists of rows, headers first.

        Raises:
            CellError: single values that the function refuses.

        """
        try:
            bound = inspect.signature(self.body).bind(*args, **named).arguments
        except TypeError as error:
            raise NotANumber(f"{self.name}: {error}. Write {self.signature}") from None
        given = {n: v for n, v in bound.items() if not (v is None and self.parameters[n].optional)}
        result = self._evaluate(given, cells=False)
        if isinstance(result, CellError):
            raise result
        return result

    def cells(self, *args: Any) -> Any:
        """What a host shows: a cell value, or rows of them, with errors as `CellError` values.

        Args:
            *args: cell values (None is a blank cell), rows of them for a range, `OMITTED` for what is left out.

        """
        if len(args) > len(self.parameters):
            return NotANumber(f"{self.name}: too many arguments. Write {self.signature}")
        given = {n: v for n, v in zip(self.parameters, args, strict=False) if v is not OMITTED}
        return self._evaluate(given, cells=True)

    def formula(self, *args: Any, style: type[Formula] = Formula, guarded: bool = True, **named: Any) -> str:
        """The function as Excel text, without the equals sign.

        Args:
            *args: each argument as it shall be spelled (`"B4"`, `"Orders[Amount]"`) or as a plain number.
            style: `Formula`, or `Modern` where newer functions may stand.
            guarded: with the guards around the body; without them where a sheet has checked its inputs already.
            **named: the same by name.

        """
        spelled = dict(zip(self.parameters, args, strict=False)) | named
        given = {n: style(v) if isinstance(v, str) else style.lift(v) for n, v in spelled.items() if v is not OMITTED}
        return str(self.spelled(given, guarded=guarded))

    def spelled(self, given: Mapping[str, Any], *, guarded: bool = True, settled: bool = False) -> Any:
        """The function over operands; `settled` when blanks have been replaced by their defaults already."""
        kind = kind_of(*given.values()) or Cell
        final = {name: self._settle(p, given.get(name, OMITTED), kind, settled) for name, p in self.parameters.items()}
        result = self.body(**final)
        return self._guard(given, result, settled=settled) if guarded else result

    def term(self, name: str, given: Collection[str]) -> Term:
        """What an argument means in a call with these arguments; a term of `many` is read as a whole range."""
        without, read_as = self.reads.get(name, ("", ""))
        return TERMS[read_as] if read_as and without not in given else self.parameters[name].term

    # ---- the guards

    def _settle(self, parameter: Parameter, value: Any, kind: type[Operand], settled: bool) -> Any:
        if value is OMITTED:
            return None if parameter.default is None else kind.lift(parameter.default)
        if settled or not parameter.optional or parameter.default is None or isinstance(value, Range):
            return value
        return words.where(words.is_blank(value), parameter.default, value)

    def _guard(self, given: Mapping[str, Any], result: Any, *, settled: bool) -> Any:
        terms = {name: self.term(name, given) for name in given}
        blanks = [] if settled else [name for name in given if self._may_be_blank(self.parameters[name])]
        return guard(result, given, terms, self.parameters, blanks=blanks, one_cell=self.one_cell)

    def _may_be_blank(self, parameter: Parameter) -> bool:
        """A blank means the default; where leaving out changes the formula it must not happen by a blank cell."""
        return parameter.optional and (parameter.default is not None or not (self.native or self.vectorised))

    # ---- evaluating

    def _evaluate(self, given: Mapping[str, Any], *, cells: bool) -> Any:
        arguments: dict[str, Any] = {}
        arrays: dict[str, Any] = {}
        for name, value in given.items():
            if self.term(name, given).many:
                arguments[name] = as_range(value)
            elif is_array(value):
                arrays[name] = value
            else:
                arguments[name] = Cell.lift(value)
        missing = [name for name, p in self.parameters.items() if not p.optional and name not in given]
        if missing:
            return self._noted(NotANumber(f"{self.name}: {missing[0]} is missing. Write {self.signature}"))
        if not arrays and not self.vectorised:
            return self._noted(self._once(arguments), arguments)
        single = arrays if self.unit is Unit.TABLE else [name for name in arrays if name in self.one_cell]
        if single:
            return self._noted(NotANumber(f"{self.name}: {next(iter(single))} takes one cell, not a range"))
        if self.vectorised:
            return self._noted(self._at_once(arguments, arrays, cells=cells), arguments)
        return self._many(arguments, arrays, cells=cells)

    def _once(self, arguments: Mapping[str, Any]) -> Any:
        """The result for single cells and whole ranges."""
        if self.native:
            return self.spelled(arguments).value
        checked = {n: v for n, v in arguments.items() if not self._passes(n, v)}
        refusal = self._guard(checked, Cell(None), settled=False).value
        if refusal is not None:
            return refusal
        plain = {n: v if isinstance(v, Range) else v.value for n, v in arguments.items()}
        try:
            return self.body(**{n: v for n, v in plain.items() if v is not None})
        except CellError as error:
            return error
        except ImportError as error:
            return _lacking(error)

    def _passes(self, name: str, value: Range | Cell) -> bool:
        """What no guard looks at: a blank that means the default, and ranges that the body answers for row by row."""
        if isinstance(value, Range):
            return self.by_row
        return value.value is None and self.parameters[name].optional

    def _many(self, arguments: Mapping[str, Any], arrays: Mapping[str, Any], *, cells: bool) -> Any:
        """The results for arrays, element by element: in one go where numpy is and everything is a number."""
        numeric = Unit.TEXT not in {self.unit, *(self.parameters[name].term.unit for name in arrays)}
        if self.native and numeric:
            try:
                from .columns import Column  # noqa: PLC0415  numpy loads only when arrays come
            except ImportError:
                pass
            else:
                blocks = broadcast({name: Column.of(as_rows(value)) for name, value in arrays.items()})
                block = Column.lift(self.spelled({**arguments, **blocks}))
                return block.rows() if cells else like(arrays, block)
        rows = [
            [self._once({**arguments, **{n: Cell.lift(v) for n, v in element.items()}}) for element in row]
            for row in elements(arrays)
        ]
        return rows if cells else like(arrays, rows)

    def _at_once(self, arguments: Mapping[str, Any], arrays: Mapping[str, Any], *, cells: bool) -> Any:
        """The results of a vectorised body: one call for all rows."""
        fixed = {n: v for n, v in arguments.items() if isinstance(v, Range) or n in self.one_cell}
        try:
            from .columns import Column  # noqa: PLC0415  as in `_many`

            single = {n: Column.lift(v) for n, v in arguments.items() if n not in fixed}
            blocks = broadcast(single | {name: Column.of(as_rows(value)) for name, value in arrays.items()})
            fixed = {n: v for n, v in fixed.items() if isinstance(v, Range) or not self._passes(n, v)}
            passed = Column.lift(self._guard({**fixed, **blocks}, Column.of([[0.0]]), settled=False))
            plain = {n: v if isinstance(v, Range) else v.value for n, v in fixed.items()}
            block = passed.computed(blocks, lambda **rows: self.body(**plain, **rows))
        except (CellError, ImportError) as error:
            fault = error if isinstance(error, CellError) else _lacking(error)
            if not arrays or isinstance(error, ImportError):
                return fault
            block = Column.choose(passed.are_errors(), passed, Column.lift(self._noted(fault)))
        if not arrays:
            return block.rows()[0][0]
        return block.rows() if cells else like(arrays, block)

    # ---- explaining

    def _noted(self, result: Any, arguments: Mapping[str, Any] | None = None) -> Any:
        if isinstance(result, CellError):
            result = type(result)(self.explain(result, arguments or {}), result.cell)
            errors_seen.append(f"{result.cell} {result}")
            del errors_seen[:-1]
        return result

    def explain(self, error: CellError, arguments: Mapping[str, Any]) -> str:
        """Why a call with these arguments gives this error, and what to do."""
        if str(error).startswith(self.name):
            return str(error)
        for name, value in arguments.items():
            for reason in reasons(self.parameters[name], self.term(name, arguments), value):
                return f"{self.name}: {name} {reason}"
        return f"{self.name}: {error}" if str(error) else f"{self.name} gives {error.cell} for these arguments"


def _lacking(error: ImportError) -> CellError:
    """What a function gives where Python has no numpy, as in LibreOffice: it is not known there."""
    return CellError(f"{error.name} is missing: pip install clv-xl, in the Python that computes", "#NAME?")


errors_seen: list[str] = []
"""The last error a function gave, for CLV_LASTERROR."""


def function(
    unit: Unit,
    *,
    en: str,
    nl: str,
    examples: Sequence[tuple[tuple[Any, ...], Any] | tuple[tuple[Any, ...], Any, float]],
    reads: Mapping[str, tuple[str, str]] | None = None,
    python: str = "",
    source: str = "",
    by_row: bool = False,
    one_cell: tuple[str, ...] = (),
    vectorised: bool = False,
) -> Callable[[Callable[..., Any]], Function]:
    """Declare a catalogue function; its arguments are words of `terms`, its name in capitals is the cell's."""

    def declare(body: Callable[..., Any]) -> Function:
        topic = body.__module__.rpartition(".")[2]
        shown = tuple(Example(*example) for example in examples)
        name, doc = body.__name__.upper(), Text(en, nl)
        return Function(name, topic, unit, doc, body, shown, reads or {}, python, source, by_row, one_cell, vectorised)

    return declare


def collect(*modules: Any) -> dict[str, Function]:
    """The functions that modules declare, by name, in the order they are written."""
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Function)]
    names = [spec.name for spec in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"declared twice: {', '.join(twice)}")
    return dict(zip(names, found, strict=True))
