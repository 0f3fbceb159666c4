"""Where Excel for Windows looks: the add-in in its start folder, and the user's file that says which Python runs."""

from __future__ import annotations

import locale
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clv_xl.errors import ClvError

from .addin import FILE, build, built_as

INTERPRETER = "INTERPRETER_WIN"
_LINE = re.compile(r'\s*"([^"]*)","([^"]*)"\s*')


@dataclass(frozen=True)
class Places:
    """The add-in, the user's settings, and where `pip install --user` puts a library."""

    addin: Path
    settings: Path
    user_packages: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Places | None:
        """The places of a Windows user; None on another system, whose environment does not tell them."""
        if "APPDATA" not in environ or "USERPROFILE" not in environ:
            return None
        own = Path(environ["APPDATA"])
        settings = Path(environ["USERPROFILE"]) / ".clv_xl" / "clv_xl.conf"
        return cls(own / "Microsoft" / "Excel" / "XLSTART" / FILE, settings, own / "Python")


@dataclass(frozen=True)
class Settings:
    """The user's file: its values by name in capitals, the lines that are none, and all lines that are not blank."""

    values: dict[str, str]
    odd: list[str]
    lines: list[str]

    @classmethod
    def read(cls, path: Path) -> Settings:
        """The settings of a file; none of a file that is not there."""
        try:
            # What this computer's letters cannot spell comes back as the same bytes.
            lines = path.read_text(encoding=locale.getencoding(), errors="surrogateescape").splitlines()
        except FileNotFoundError:
            return cls({}, [], [])
        found = [(line, _LINE.fullmatch(line)) for line in lines]
        values = {m[1].upper(): m[2] for _, m in found if m}
        return cls(values, [line for line, m in found if not m], [line for line in lines if line.strip()])

    def others(self) -> list[str]:
        """The user's own lines: all but that of the interpreter, and those that set nothing."""
        found = [(line, _LINE.fullmatch(line)) for line in self.lines]
        return [line for line, m in found if not m or (m[1].upper() != INTERPRETER and m[2])]


def install(places: Places, interpreter: Path, language: str) -> None:
    """Put the add-in and the settings in place; other settings of the user stay.

    Raises:
        ClvError: Excel has the add-in open, somebody else's file has its name, or the path of Python has letters that
            VBA cannot read.
        OSError: a folder that cannot be written.

    """
    _refuse_foreign(places.addin)
    line = f'"{INTERPRETER}","{interpreter}"'
    try:
        line.encode(locale.getencoding())
    except UnicodeEncodeError:
        raise ClvError(
            f"Excel cannot read the path {interpreter}: put Python in a folder with plain letters, such as C:\\clv.",
            f"Excel kan het pad {interpreter} niet lezen: zet Python in een map met gewone letters, zoals C:\\clv.",
        ) from None
    _write(places.settings, [*Settings.read(places.settings).others(), line])
    _replace(places.addin, build(language))


def uninstall(places: Places) -> list[Path]:
    """Remove the add-in and, of the settings, what `install` wrote; the files that are gone now.

    Raises:
        ClvError: Excel has the add-in open, or somebody else's file has its name.
        OSError: a file that cannot be removed.

    """
    return list(_removed(places))


def _removed(places: Places) -> Iterator[Path]:
    if places.addin.exists():
        _refuse_foreign(places.addin)
        _unlocked(places.addin, places.addin.unlink)
        yield places.addin
    settings = Settings.read(places.settings)
    if INTERPRETER not in settings.values:
        return
    if others := settings.others():
        _write(places.settings, others)
    else:
        places.settings.unlink()
        yield places.settings


def _refuse_foreign(path: Path) -> None:
    if path.exists() and not built_as(path):
        raise ClvError(
            f"{path} is not made by clv-xl, or is damaged: move it to another folder and try again.",
            f"{path} is niet door clv-xl gemaakt, of is beschadigd: zet het in een andere map en probeer het opnieuw.",
        )


def _write(path: Path, lines: list[str]) -> None:
    text = "".join(f"{line}\r\n" for line in lines)
    _replace(path, text.encode(locale.getencoding(), errors="surrogateescape"))


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_bytes(content)
        _unlocked(path, lambda: draft.replace(path))
    finally:
        draft.unlink(missing_ok=True)


def _unlocked(path: Path, change: Callable[[], object]) -> None:
    try:
        change()
    except PermissionError:
        raise ClvError(
            f"{path} cannot be changed while Excel has it open: close Excel and try again.",
            f"{path} kan niet worden gewijzigd zolang Excel het open heeft: sluit Excel en probeer het opnieuw.",
        ) from None
