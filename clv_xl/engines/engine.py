"""What is asked of an engine, and which one answers."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from clv_xl.errors import ClvError

if TYPE_CHECKING:
    from clv_xl.calculation.places import Key
    from clv_xl.calculation.rows import Result
    from clv_xl.terms import Text

    from .scratch import Scratch


class EngineFailed(ClvError):
    """An engine that is not there, or ended without an answer."""


@dataclass(frozen=True)
class Unavailable:
    """A cell that an engine does not compute, and why."""

    reason: Text


Answers: TypeAlias = "Mapping[Key, Result | Unavailable]"


class Engine(Protocol):
    """Computes formula cells of a scratch workbook.

    spills         a result takes the room it needs
    approximates   among sorted values it finds what Excel finds, also where they are not sorted
    intersects     in a plain cell it takes one value of a range where Excel does
    genuine        it is Excel itself
    """

    spills: bool
    approximates: bool
    intersects: bool
    genuine: bool

    def values(self, scratch: Scratch, wanted: Sequence[Key]) -> Answers:
        """What the wanted cells give: a value each, or the rows that spill; a cell that is left out gave nothing.

        Raises:
            EngineFailed: the program is not there, or ended without an answer.

        """


def engine(name: Literal["files", "excel", "libreoffice"]) -> Engine | None:
    """The engine of that name; "files" needs the package cellrune and is None without it.

    Raises:
        EngineFailed: the program that was asked for is not there.

    """
    from .cellrune import CellRune  # noqa: PLC0415  the one that is wanted, not all three
    from .excel import Excel  # noqa: PLC0415  likewise
    from .libreoffice import LibreOffice  # noqa: PLC0415  likewise

    if name == "excel":
        return Excel()
    if name == "libreoffice":
        return LibreOffice()
    return CellRune() if installed() else None


def installed() -> bool:
    """Whether the engine that needs no other program is here."""
    return importlib.util.find_spec("cellrune") is not None
