"""What XlsxWriter leaves out, put into the finished file.

That is the language, blank results, the mark for add-in calls, and what names are for.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from clv_xl.functions import CATALOGUE
from clv_xl.workbook.markup import quoted

from .long_tables import lengthened

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .plan import Block

CORE, WORKBOOK = "docProps/core.xml", "xl/workbook.xml"
_FORMULA = re.compile(rb'<f t="array" ref="(\w+:\w+|\w+)">([^<]*)</f>')
_OURS = re.compile(rb"\b(?:" + "|".join(CATALOGUE).encode() + rb")\(")
_BLANK = re.compile(rb"<c ((?:(?! t=)[^>])*)>(<f[^>]*>[^<]*</f>)<v></v></c>")
_CLOCK = (1980, 1, 1, 0, 0, 0)


def finished(
    content: bytes,
    *,
    language: str,
    addin: bool,
    comments: Mapping[str, str] | None = None,
    opening: Callable[[str], str] = str,
    long: Mapping[str, tuple[str, Block]] | None = None,
) -> bytes:
    """The workbook with its language told, and each call of ours computed on loading when `addin`.

    `comments` say what names are for, which Excel shows while one types them; `opening` changes xl/workbook.xml;
    `long` are the tables that are still to be put in parts, each with the name of its sheet.
    """
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for name in source.namelist():
            part = source.read(name)
            if name == CORE:
                told = f"<dc:language>{language}</dc:language></cp:coreProperties>".encode()
                part = part.replace(b"</cp:coreProperties>", told)
            elif name == WORKBOOK:
                for defined, comment in (comments or {}).items():
                    plain = f'<definedName name="{defined}">'
                    part = part.replace(plain.encode(), f"{plain[:-1]} comment={quoted(comment)}>".encode())
                part = opening(part.decode()).encode()
            elif name.startswith("xl/worksheets/sheet"):
                part = _BLANK.sub(rb'<c \1 t="str">\2<v></v></c>', part)  # an empty text, not a number without digits
                part = _FORMULA.sub(_marked, part) if addin else part
                if long and name in long:
                    part = lengthened(part, *long[name])
            info = zipfile.ZipInfo(name, _CLOCK)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            result.writestr(info, part)
    return target.getvalue()


def _marked(match: re.Match[bytes]) -> bytes:
    """A volatile mark: without a calculation engine's own knowledge of the function it is asked for on loading."""
    return match[0].replace(b">", b' ca="1">', 1) if _OURS.search(match[2]) else match[0]
