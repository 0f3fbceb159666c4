"""Which workbooks are meant by files, folders, patterns and addresses."""

from __future__ import annotations

import glob
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath, PurePosixPath

from .remote import is_address, listed, without_password

SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")
PUBLISHED = ".values"
"""Before the ending of a published copy's name. It has nothing to refresh, so folders and patterns pass it over."""


@dataclass(frozen=True)
class Found:
    """A workbook: `file` as people see it, `path` whole or an address, `place` of its copy below another folder.

    `named`: asked for itself, and not only as one of a folder or pattern.
    """

    file: str
    path: str
    place: PurePath
    named: bool = False


def find(wanted: Sequence[str], skip: Collection[Path] = ()) -> tuple[list[Found], list[str]]:
    """The workbooks, each once however it is spelled, and those of `wanted` that hold none.

    A file that is named is taken as it is, also when it is not there: a refresh says what is wrong with it. Folders and
    patterns give their workbooks in order, without hidden ones, owner files, published copies and what is in `skip`.

    Raises:
        WorkbookError: an address that cannot be looked at.

    """
    passed = {_key(path) for path in skip}
    found: dict[str, Found] = {}
    empty = []
    for text in wanted:
        before = len(found)
        seen = False
        for item in _remote(text) if is_address(text) else _local(text, passed):
            seen = True
            first = found.setdefault(os.path.normcase(item.path), item)
            if item.named and not first.named:
                found[os.path.normcase(item.path)] = replace(first, named=True)
        if not seen and len(found) == before:
            empty.append(text)
    return list(found.values()), empty


def clashes(found: Sequence[Found]) -> list[tuple[Found, Found]]:
    """Workbooks that would become one and the same copy below another folder, in pairs."""
    taken: dict[str, Found] = {}
    pairs = []
    for item in found:
        first = taken.setdefault(str(item.place).casefold(), item)
        if first is not item:
            pairs.append((first, item))
    return pairs


def _local(text: str, skip: Collection[str]) -> Iterator[Found]:
    if os.path.isdir(text):  # noqa: PTH112  a string stays as it was typed
        yield from _below(text, text, skip)
    elif os.path.lexists(text) or not glob.has_magic(text):
        if not _is_owner_file(PurePath(text).name):
            yield Found(text, _real(text), PurePath(PurePath(text).name), named=True)
    else:
        root = _fixed(text)
        for match in sorted(glob.glob(text, recursive=True)):  # noqa: PTH207  a string stays as it was typed
            if os.path.isdir(match):  # noqa: PTH112  likewise
                yield from _below(match, root, skip)
            elif _is_workbook(PurePath(match).name) and _key(match) not in skip:
                yield Found(match, _real(match), PurePath(os.path.relpath(match, root)))


def _below(folder: str, root: str, skip: Collection[str]) -> Iterator[Found]:
    for parent, folders, files in os.walk(folder):
        here = Path(parent)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and _key(here / name) not in skip)
        for file in (here / name for name in sorted(filter(_is_workbook, files))):
            if _key(file) not in skip:
                yield Found(str(file), _real(file), PurePath(os.path.relpath(file, root)))


def _remote(address: str) -> Iterator[Found]:
    for item, place in listed(address, lambda path: _is_visible(PurePosixPath(path))):
        if not is_address(item):  # file://
            yield Found(item, _real(item), PurePath(place))
        else:
            yield Found(without_password(item), item, PurePath(place))


def _is_visible(place: PurePosixPath) -> bool:
    return _is_workbook(place.name) and not any(part.startswith(".") for part in place.parts)


def _is_workbook(name: str) -> bool:
    stem, dot, _ = name.rpartition(".")
    kept = not name.startswith((".", "~$")) and not stem.lower().endswith(PUBLISHED)
    return bool(dot) and kept and name.lower().endswith(SUFFIXES)


def _is_owner_file(name: str) -> bool:
    """What a program leaves beside a workbook it has open; a shell's pattern catches it as well."""
    return name.startswith(("~$", ".~lock."))


def _fixed(pattern: str) -> str:
    """The folder of a pattern that holds all it can match."""
    parent = PurePath(pattern).parent
    while glob.has_magic(str(parent)):
        parent = parent.parent
    return str(parent)


def _real(path: str | Path) -> str:
    """The file itself, links followed."""
    return os.path.realpath(path)


def _key(path: str | Path) -> str:
    """One spelling of a file, also where case means nothing."""
    return os.path.normcase(_real(path))
