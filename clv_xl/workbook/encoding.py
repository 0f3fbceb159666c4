"""The bytes of a part as UTF-8, which is what all programs at hand write and what can be changed in place."""

from __future__ import annotations

import re

from clv_xl.errors import NotAWorkbook, Unsupported

UTF16 = (b"\xff\xfe", b"\xfe\xff")
"""The first bytes of a part in that encoding, by which it is known."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w-]+)""")
_DECLARATION = re.compile(r"""(<\?xml[^>]*?\sencoding\s*=\s*["'])[^"']*""")


def utf8(data: bytes, where: str) -> bytes:
    """Give a part as UTF-8; the other encoding that every XML parser knows is turned into it, the rest refused."""
    try:
        if data[:2] in UTF16:
            return _DECLARATION.sub(r"\1UTF-8", data.decode("utf-16"), count=1).encode()
        data.decode()
    except UnicodeDecodeError as error:
        raise NotAWorkbook(
            f"{where} is damaged: its text cannot be read. Restore a backup of the file.",
            f"{where} is beschadigd: de tekst is niet te lezen. Zet een reservekopie van het bestand terug.",
        ) from error
    if other := foreign(data):
        raise Unsupported(
            f"{where} is written in {other}: open the file in Excel and save it again.",
            f"{where} is geschreven in {other}: open het bestand in Excel en sla het opnieuw op.",
        )
    return data


def foreign(start: bytes) -> str:
    """Name the encoding that a part declares when its bytes are not to be read as UTF-8; "" when they are."""
    named = _DECLARED.search(start.removeprefix(b"\xef\xbb\xbf"))
    return named[1].decode() if named and named[1].lower() not in (b"utf-8", b"us-ascii", b"ascii") else ""
