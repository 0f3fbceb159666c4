"""xlwings Lite: the functions in a workbook that carries their Python code, for Excel on Windows, Mac and the web.

Lite is an add-in from Microsoft's store, free of charge; whoever opens the workbook trusts its program once. A cell
calls `_xldudf_CLV(...)`, which Excel shows as `CLV(...)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from clv_xl.errors import Unsupported, WorkbookError
from clv_xl.functions import CATALOGUE
from clv_xl.workbook.book import Book
from clv_xl.workbook.replace import BACKUPS, rewrite

from . import lite_parts
from .lite_program import PROGRAM, REQUIREMENTS, own_part, program, requirements

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from clv_xl.workbook.replace import Pieces

    from .lite_parts import Changes, Lite

PREFIX = "_xldudf_"
"""What stands before a function of an Office.js add-in in a file."""

# As the workbooks say in which the format was read; Lite itself takes the version it has.
_FORMAT: dict[str, Any] = {
    "pyodideVersion": "0.27.5",
    "addinVersion": "1.0.0.0-35",
    "xlwingsSettingsWorkbook": {"startupBehavior": "taskpane"},
}
_FILE_NAME = re.compile(r"\w[\w.-]*\.(?:py|txt|toml|json|md|csv)", re.IGNORECASE)


@dataclass(frozen=True)
class Done:
    """What was done to a workbook: its parts that differ, none when it was so already."""

    path: Path
    parts: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether any byte differs."""
        return bool(self.parts)


def embed(
    path: str | os.PathLike[str], *, language: str = "en", out: str | os.PathLike[str] | None = None, keep: bool = True
) -> Done:
    """Put the functions into a workbook, or bring those in it up to date.

    Code that the user wrote behind ours, other lines of requirements.txt and other add-ins stay; so does every part of
    the workbook that does not list them, to the byte.

    Args:
        path: an .xlsx or .xlsm file.
        language: of the help for functions and arguments, `en` or `nl`.
        out: a copy to write instead.
        keep: a copy of the file as it was, in `.clv-xl-backup` beside it.

    Raises:
        WorkbookError: a file that is refused: with a program of somebody else for Lite, with names of its own that are
            called like our functions, signed, encrypted, open elsewhere.

    """

    def change(book: Book) -> Changes | None:
        _refuse_names(book)
        lite = lite_parts.find(book.package)
        if lite is None:
            wanted = {PROGRAM: program(language), REQUIREMENTS: _joined("")}
            return lite_parts.added(book.package, {**wanted, **_FORMAT})
        own = _own(book, lite)
        wanted = {PROGRAM: program(language) + (f"\n{own}" if own else "")}
        wanted[REQUIREMENTS] = _joined(_text(lite, REQUIREMENTS))
        if all(lite.properties.get(name) == text for name, text in wanted.items()):
            return None
        return lite_parts.with_properties(book.package, lite, {**lite.properties, **wanted})

    return _changed(Path(path), out, keep, change)


def strip(path: str | os.PathLike[str], *, out: str | os.PathLike[str] | None = None, keep: bool = True) -> Done:
    """Take the functions out of a workbook; code of the user's own stays, and with it Lite.

    Raises:
        WorkbookError: a workbook whose program for Lite is not ours, or that is refused for another reason.

    """

    def change(book: Book) -> Changes | None:
        lite = lite_parts.find(book.package)
        if lite is None:
            return None
        own = _own(book, lite)
        if own:
            return lite_parts.with_properties(book.package, lite, {**lite.properties, PROGRAM: own})
        return lite_parts.removed(book.package, lite)

    return _changed(Path(path), out, keep, change)


def extract(path: str | os.PathLike[str]) -> dict[str, str]:
    """The files that a workbook carries for Lite, whoever wrote them, by name; nothing is run.

    Raises:
        WorkbookError: no workbook, or one without Lite.

    """
    with Book(path) as book:
        lite = lite_parts.find(book.package)
        if lite is None:
            raise WorkbookError(
                f"{book.path.name} carries no program for xlwings Lite.",
                f"{book.path.name} bevat geen programma voor xlwings Lite.",
            )
        held = lite.properties.items()
        return {name: text for name, text in held if isinstance(text, str) and _FILE_NAME.fullmatch(name)}


def embedded(content: bytes, language: str) -> bytes:
    """A workbook as bytes, with the functions in it."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "workbook.xlsx")
        file.write_bytes(content)
        embed(file, language=language, keep=False)
        return file.read_bytes()


def _changed(
    source: Path, out: str | os.PathLike[str] | None, keep: bool, change: Callable[[Book], Changes | None]
) -> Done:
    """Change the program of a workbook, or of its copy."""
    target = Path(out or source).resolve()

    def pieces_of(book: Book) -> Pieces | None:
        changes = change(book)
        return None if changes is None else changes.pieces()

    backup = target.parent / BACKUPS if keep and target == source.resolve() else None
    pieces = rewrite(source, pieces_of, out=out, backup=backup)
    return Done(target, pieces.names if pieces else ())


def _own(book: Book, lite: Lite) -> str:
    """What the user wrote behind our program; a Lite without any program is ours to fill."""
    text = _text(lite, PROGRAM)
    own = own_part(text) if text.strip() else ""
    if own is None:
        raise Unsupported(
            f"{book.path.name} carries a program of its own for xlwings Lite, which stays as it is. To have both, save "
            "that program (clv-xl lite extract), empty main.py in the task pane of Lite, and append it after "
            "clv-xl lite embed.",
            f"{book.path.name} bevat een eigen programma voor xlwings Lite, dat blijft zoals het is. Om beide te "
            "hebben: bewaar dat programma (clv-xl lite extract), maak main.py leeg in het taakvenster van Lite, en zet "
            "het er na clv-xl lite embed achter.",
        )
    return own


def _text(lite: Lite, name: str) -> str:
    held = lite.properties.get(name, "")
    return held if isinstance(held, str) else ""


def _joined(held: str) -> str:
    """Our requirements, and those that the file has besides; a package is named once."""
    named = {re.split(r"[^\w.-]", line.strip().lower())[0] for line in held.splitlines()}
    missing = [line for line in requirements() if re.split(r"[^\w.-]", line)[0] not in named]
    lines = [*held.splitlines(), *missing]
    return "\n".join(lines) + "\n" if missing else held


def _refuse_names(book: Book) -> None:
    """Lite registers no function at all while a name of the workbook is called like one of them."""
    names = [*book.names, *(name for _, name in book.local_names)]
    taken = sorted({name for name in names if name.upper() in CATALOGUE})
    if taken:
        shown = ", ".join(taken[:3]) + (" ..." if len(taken) > 3 else "")  # noqa: PLR2004  as many as a line holds
        raise Unsupported(
            f"{book.path.name} has names called like our functions ({shown}), and beside them xlwings Lite registers "
            "none: delete them in Excel (Formulas, Name Manager), or start from clv-xl template --host lite.",
            f"{book.path.name} heeft namen die heten als onze functies ({shown}), en daarnaast registreert xlwings "
            "Lite er geen: verwijder ze in Excel (Formules, Namen beheren), of begin met clv-xl template --host lite.",
        )
