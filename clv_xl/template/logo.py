"""The picture of a client, checked and fitted into the corner of the first sheet."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.image import Image

from clv_xl.errors import ClvError

BOX = 200, 60  # pixels, width and height
LARGEST = 2_000_000  # bytes
KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}
_DPI = 96


def read(path: Path) -> bytes:
    """The picture in a file; see `checked`."""
    with path.open("rb") as file:
        return checked(file.read(LARGEST + 1))


def checked(content: bytes) -> bytes:
    """The picture itself; raises ClvError when a workbook cannot show it, or should not."""
    if len(content) > LARGEST:
        raise ClvError(
            f"The logo is larger than {LARGEST // 10**6} MB: save it smaller.",
            f"Het logo is groter dan {LARGEST // 10**6} MB: sla het kleiner op.",
        )
    try:
        known = any(content.startswith(start) for start in KINDS)
        fits = known and min(_size(content)) > 0
    except (XlsxWriterException, struct.error):
        fits = False
    if not fits:
        raise ClvError(
            "The logo is no PNG or JPEG picture that can be read: save it as one of these.",
            "Het logo is geen leesbare PNG- of JPEG-afbeelding: sla het als een van deze op.",
        )
    return content


def scale(content: bytes) -> float:
    """By how much to multiply both sides so that the picture fills the box, never making it larger."""
    width, height = _size(content)
    return min(1.0, BOX[0] / width, BOX[1] / height)


def _size(content: bytes) -> tuple[float, float]:
    """Width and height on the screen in pixels."""
    image = Image(BytesIO(content))
    return image.width * _DPI / image.x_dpi, image.height * _DPI / image.y_dpi
