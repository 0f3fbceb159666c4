"""Where Excel for Windows looks: the add-in in its start folder, and the user's file that says which Python runs."""

from __future__ import annotations

import locale
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from clv_xl.errors import ClvError

from .addin import FILE, build

INTERPRETER = "INTERPRETER_WIN"
_LINE = re.compile(r'\s*"([^"]*)","([^"]*)"\s*')


@dataclass(frozen=True)
class Places:
    """The add-in and the user's settings."""

    addin: Path
    settings: Path

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Places | None:
        """The places of a Windows user; None on another system, whose environment does not tell them."""
        if "APPDATA" not in environ or "USERPROFILE" not in environ:
            return None
        start = Path(environ["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART"
        return cls(start / FILE, Path(environ["USERPROFILE"]) / ".clv_xl" / "clv_xl.conf")


@dataclass(frozen=True)
class Settings:
    """The user's file: its values by name in capitals, and the lines that are none."""

    values: dict[str, str]
    odd: list[str]

    @classmethod
    def read(cls, path: Path) -> Settings:
        """The settings of a file; none of a file that is not there."""
        try:
            lines = path.read_text(encoding=locale.getencoding(), errors="replace").splitlines()
        except FileNotFoundError:
            return cls({}, [])
        found = [(line, _LINE.fullmatch(line)) for line in lines]
        return cls({m[1].upper(): m[2] for _, m in found if m}, [line for line, m in found if not m])


def install(places: Places, interpreter: Path, language: str) -> None:
    """Put the add-in and the settings in place; other settings of the user stay.

    Raises:
        ClvError: Excel has the add-in open, or the path of Python has letters that VBA cannot read.
        OSError: a folder that cannot be written.

    """
    values = Settings.read(places.settings).values | {INTERPRETER: str(interpreter)}
    text = "".join(f'"{name}","{value}"\r\n' for name, value in values.items() if value)
    try:
        settings = text.encode(locale.getencoding())
    except UnicodeEncodeError:
        raise ClvError(
            f"Excel cannot read the path {interpreter}: put Python in a folder with plain letters, such as C:\\clv.",
            f"Excel kan het pad {interpreter} niet lezen: zet Python in een map met gewone letters, zoals C:\\clv.",
        ) from None
    _replace(places.settings, settings)
    _replace(places.addin, build(language))


def uninstall(places: Places) -> list[Path]:
    """Remove the add-in and, of the settings, what `install` wrote; the files that are gone now."""
    return list(_removed(places))


def _removed(places: Places) -> Iterator[Path]:
    if places.addin.exists():
        _unlocked(places.addin, places.addin.unlink)
        yield places.addin
    values = Settings.read(places.settings).values
    if values.pop(INTERPRETER, None) is None:
        return
    if values:
        text = "".join(f'"{name}","{value}"\r\n' for name, value in values.items())
        _replace(places.settings, text.encode(locale.getencoding()))
    else:
        places.settings.unlink()
        yield places.settings


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
