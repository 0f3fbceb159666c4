"""The bytes of a part as UTF-8, which is what all programs at hand write and what can be changed in place."""

from __future__ import annotations

import re

from clv_xl.errors import NotAWorkbook, Unsupported

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w-]+)""")
_DECLARATION = re.compile(r"""(<\?xml[^>]*?\sencoding\s*=\s*["'])[^"']*""")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def utf8(data: bytes, where: str) -> bytes:
    """Give a part as UTF-8; the other encoding that every XML parser knows is turned into it, the rest refused."""
    try:
        if data[:2] in _UTF16:
            return _DECLARATION.sub(r"\1UTF-8", data.decode("utf-16"), count=1).encode()
        data.decode()
    except UnicodeDecodeError as error:
        raise NotAWorkbook(
            f"{where} is damaged: its text cannot be read. Restore a backup of the file.",
            f"{where} is beschadigd: de tekst is niet te lezen. Zet een reservekopie van het bestand terug.",
        ) from error
    named = _DECLARED.search(data.removeprefix(b"\xef\xbb\xbf"))
    if named and named[1].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        raise Unsupported(
            f"{where} is written in {named[1].decode()}: open the file in Excel and save it again.",
            f"{where} is geschreven in {named[1].decode()}: open het bestand in Excel en sla het opnieuw op.",
        )
    return data
