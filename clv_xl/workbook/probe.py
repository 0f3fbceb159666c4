"""A file looked at before it is read: what is no workbook is refused with the reason."""

from __future__ import annotations

import stat
import struct
import zipfile
from typing import IO, TYPE_CHECKING

from clv_xl.errors import Encrypted, NotAWorkbook, OpenElsewhere, Unsupported

if TYPE_CHECKING:
    from pathlib import Path

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCAL = b"PK\x03\x04"


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading; a pipe or a device is none, and would be waited for without end."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise NotAWorkbook(
                f"{path} is no file but a pipe or a device: name a workbook.",
                f"{path} is geen bestand maar een pipe of een apparaat: noem een werkmap.",
            )
        return path.open("rb")
    except FileNotFoundError:
        raise NotAWorkbook(
            f"There is no file {path}. Check the folder and the name.",
            f"Er is geen bestand {path}. Controleer de map en de naam.",
        ) from None
    except PermissionError:
        if path.is_dir():
            raise _folder(path) from None
        raise OpenElsewhere(
            f"{path.name} may not be read: close it in other programs or ask for access.",
            f"{path.name} mag niet gelezen worden: sluit het in andere programma's of vraag toegang.",
        ) from None
    except OSError as error:
        if path.is_dir():
            raise _folder(path) from None
        raise NotAWorkbook(
            f"{path} cannot be read ({error.strerror}).", f"{path} is niet te lezen ({error.strerror})."
        ) from None


def _folder(path: Path) -> NotAWorkbook:
    return NotAWorkbook(
        f"{path} is a folder: name a workbook inside it.", f"{path} is een map: noem een werkmap daarin."
    )


def probe(path: Path, file: IO[bytes]) -> None:
    """Refuse by the first bytes."""
    head = file.read(8)
    if head == _OLE2:
        if "EncryptedPackage".encode("utf-16-le") in file.read():
            raise Encrypted(
                f"{path.name} is protected by a password or by rights management. "
                "Save a copy without that protection and use the copy.",
                f"{path.name} is beveiligd met een wachtwoord of met rechtenbeheer. "
                "Sla een kopie zonder die beveiliging op en gebruik de kopie.",
            )
        raise Unsupported(
            f"{path.name} is in the old .xls format: open it in Excel and save it as .xlsx.",
            f"{path.name} heeft het oude formaat .xls: open het in Excel en sla het op als .xlsx.",
        )
    if not head.startswith(_LOCAL):
        raise NotAWorkbook(
            f"{path.name} is no Excel workbook (.xlsx, .xlsm, .xltx or .xltm).",
            f"{path.name} is geen Excel-werkmap (.xlsx, .xlsm, .xltx of .xltm).",
        )


def table_of_contents(path: Path, file: IO[bytes]) -> zipfile.ZipFile:
    """Read the table of contents."""
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, struct.error, UnicodeDecodeError) as error:
        raise NotAWorkbook(
            f"{path.name} is cut short or damaged. Restore a backup of it.",
            f"{path.name} is afgekapt of beschadigd. Zet een reservekopie terug.",
        ) from error
