"""One round of questions to an engine: cells in their place, parts of formulas far to the right of theirs."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.calculation.refusals import Incalculable
from clv_xl.calculation.rows import rows_of
from clv_xl.calculation.spellings import normal
from clv_xl.errors import cell_error
from clv_xl.terms import Text
from clv_xl.workbook.address import Area

from .engine import EngineFailed, Unavailable
from .pieces import Annex, spelled
from .scratch import Asked, TooLarge, write

if TYPE_CHECKING:
    from clv_xl.calculation import Calculator
    from clv_xl.calculation.places import Key, Place, Sheets
    from clv_xl.calculation.rows import Result
    from clv_xl.calculation.syntax import Call
    from clv_xl.cells import Value

    from .engine import Engine

Piece = tuple["Key", "Call"]

_FIRST, _WIDTH = 4_000, 16  # columns: where the parts begin, and the room each has
MOST_PIECES = (16_384 - _FIRST) // _WIDTH
_SILENT = Unavailable(Text("the engine gave nothing for it", "het programma gaf er niets voor"))
# What an engine shows when it has not computed; believed nowhere.
_NO_VALUES = (
    (
        cell_error("#NAME?"),
        Unavailable(
            Text(
                "the engine does not know a name or function in it",
                "het programma kent er een naam of functie niet van",
            )
        ),
    ),
    (
        cell_error("#SPILL!"),
        Unavailable(Text("it would spill over other cells", "de uitkomst zou over andere cellen heen lopen")),
    ),
)
_SEVERAL = Unavailable(
    Text(
        "its result is several cells, which this engine does not show", "de uitkomst beslaat meer cellen dan dit toont"
    )
)
_TOO_LARGE = Unavailable(
    Text(
        "it reads more than a million cells: let Excel compute it", "leest meer dan een miljoen cellen: reken in Excel"
    )
)


@dataclass(frozen=True)
class Side:
    """A workbook before or after: its cells, our calculator of it, values that it does not hold yet."""

    book: Sheets
    calculator: Calculator
    known: Mapping[Key, Value]
    date1904: bool


def ask(
    engine: Engine, side: Side, cells: Iterable[Key], parts: Sequence[Piece]
) -> dict[Key | Piece, Result | Unavailable]:
    """What an engine gives for formula cells and parts of formulas; never raises what an engine does."""
    asked: dict[Key, Asked] = {}
    reads: list[Place] = []
    spots: dict[Key | Piece, Key] = {}
    answers: dict[Key | Piece, Result | Unavailable] = {}
    annex = Annex(set(side.book.sheets))
    for key in cells:
        cell = side.book.cells(key[0])[key[1:]]
        asked[key] = Asked(cell.formula or "", cell.array, cell.dynamic)
        reads += side.calculator.reading(cell.formula or "", *key).places
        spots[key] = key
    for number, (key, call) in enumerate(parts[:MOST_PIECES]):
        try:
            text = spelled(call, side.calculator, key, annex)
        except Incalculable as error:
            answers[key, call] = Unavailable(error.text)
            continue
        spot = key[0], key[1], _FIRST + number * _WIDTH
        asked[spot] = Asked(text, Area.cell(*spot[1:]), spills=True)
        reads += side.calculator.reading(call.text, *key).places
        spots[key, call] = spot
    given = _values(engine, side, asked, reads, annex)
    return answers | {question: given.get(spot, _SILENT) for question, spot in spots.items()}


def _values(
    engine: Engine, side: Side, asked: dict[Key, Asked], reads: list[Place], annex: Annex
) -> dict[Key, Result | Unavailable]:
    sizes = {} if engine.spills else {key: _beside(key) for key, one in asked.items() if one.spills}
    for key, beside in sizes.items():  # only the first cell is shown: ask for the size as well
        bare = normal(asked[key].formula)
        asked[key] = Asked(bare, Area.cell(*key[1:]))
        asked[beside] = Asked(f"ROWS({bare})*COLUMNS({bare})", Area.cell(*beside[1:]))
    extra = (annex.sheet, annex.cells) if annex.cells else None
    try:
        with tempfile.TemporaryDirectory(prefix="clv-xl-", ignore_cleanup_errors=True) as folder:
            path = Path(folder) / "scratch.xlsx"
            scratch = write(path, side.book, asked, reads, side.known, annex=extra, date1904=side.date1904)
            given = {key: _plain(value) for key, value in engine.values(scratch, list(asked)).items()}
    except TooLarge:
        return dict.fromkeys(asked, _TOO_LARGE)
    except EngineFailed as error:
        return dict.fromkeys(asked, Unavailable(error.text))
    except OSError as error:
        return dict.fromkeys(asked, Unavailable(Text(str(error), str(error))))
    several = {key for key, beside in sizes.items() if isinstance(size := given.get(beside), float) and size > 1}
    return given | dict.fromkeys(several, _SEVERAL)


def _beside(key: Key) -> Key:
    """A free place in the same row, where [#This Row] means the same."""
    return key[0], key[1], (key[2] + 1 if key[2] >= _FIRST else _FIRST - key[2])


def _plain(value: Result | Unavailable) -> Result | Unavailable:
    """A result of one cell as its value; an engine that meets a name it does not know has not computed."""
    if isinstance(value, Unavailable):
        return value
    rows = rows_of(value)
    for error, reason in _NO_VALUES:
        if any(one == error for row in rows for one in row):
            return reason
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
