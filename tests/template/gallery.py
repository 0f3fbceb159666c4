"""`python -m tests.template.gallery docs/gallery` renews the pictures of filled workbooks, one of each sheet.

The orders of CDNOW in English and of Online Retail in Dutch, as LibreOffice prints them; `--all` gives every page of a
small workbook of each language too, for looking.
"""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageChops

from clv_xl.orders.cleaning import read_orders
from clv_xl.template import write
from clv_xl.template.context import SHEETS
from clv_xl.template.texts import LANGUAGES

from ..evaluators.libreoffice import LibreOffice, start
from .workbooks import DATA

WIDTH = 1400  # pixels
MARGIN = 0.55  # inches at top and bottom, where header and footer stand
EDGE = 12  # pixels of white around what is left
COLOURS = 128


@dataclass(frozen=True)
class Filled:
    """A workbook of the gallery; without `orders` that of the sample shop. `figures` are typed by nobody but us."""

    language: str
    currency: str = "EUR"
    orders: Path | None = None
    columns: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def render(self, libreoffice: LibreOffice, folder: Path) -> Path:
        """Its PDF."""
        path = folder / f"{self.language}-{self.currency}.xlsx"
        read = None if self.orders is None else read_orders(self.orders, self.columns)
        frame = None if read is None else read.frame.join(read.attributes)
        write(path, language=self.language, currency=self.currency, host="native", frame=frame, **self.more)
        return libreoffice.convert(path, "pdf", recalculate=False)


CDNOW = Filled(
    "en",
    "USD",
    DATA / "CDNOW_sample.txt",
    {"customer": "1", "date": "3", "amount": "5"},
    {
        "client": "CDNOW",
        "industry": "eCommerce",
        "figures": {"margin": 0.4, "discount": 0.1, "spend": 2400.0, "new_customers": 200.0},
    },
)
RETAIL = Filled(
    "nl",
    "GBP",
    DATA / "online_retail_5k.xlsx",
    more={
        "client": "Online Retail",
        "industry": "eCommerce",
        "figures": {"margin": 0.42, "discount": 0.08, "spend": 3600.0, "new_customers": 180.0},
    },
)
FILLED = (CDNOW, RETAIL)


def first_pages(pdf: Path, language: str) -> dict[str, int]:
    """The page on which each sheet starts, by its key: the header of a page ends in the name of its sheet."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    heads = [page.strip().partition("\n")[0].rstrip() for page in text.split("\f")]
    names = {key: LANGUAGES[language][f"sheet.{key}"] for key in SHEETS}
    return {
        key: next(number for number, head in enumerate(heads, 1) if head.endswith(f" {name}"))
        for key, name in names.items()
    }


def picture(pdf: Path, page: int, target: Path) -> None:
    """One page without its margins, in few colours."""
    stem = target.with_suffix("")
    command = ["pdftoppm", "-png", "-singlefile", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    subprocess.run([*command, "-f", str(page), "-l", str(page), pdf, stem], check=True)
    with Image.open(target) as image:
        portrait = image.height > image.width
        margin = int(MARGIN * image.width / (8.27 if portrait else 11.69))
        inner = image.convert("RGB").crop((0, margin, image.width, image.height - margin))
    box = ImageChops.difference(inner, Image.new("RGB", inner.size, "white")).getbbox() or (0, 0, *inner.size)
    left, top, right, bottom = box
    around = (max(left - EDGE, 0), max(top - EDGE, 0), min(right + EDGE, inner.width), min(bottom + EDGE, inner.height))
    inner.crop(around).quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="every page of a workbook with the sample orders")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        libreoffice = start(Path(scratch))
        for workbook in FILLED:
            pdf = workbook.render(libreoffice, Path(scratch))
            for key, page in first_pages(pdf, workbook.language).items():
                picture(pdf, page, asked.folder / f"{key}.{workbook.language}.png")
        for language in LANGUAGES if asked.all else ():
            pdf = Filled(language).render(libreoffice, Path(scratch))
            command = ["pdftoppm", "-png", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1", pdf]
            subprocess.run([*command, asked.folder / f"sample.{language}"], check=True)


if __name__ == "__main__":
    main()
