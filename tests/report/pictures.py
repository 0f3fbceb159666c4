"""`python -m tests.report.pictures` renews the pictures of the portfolio in docs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from clv_xl.report import write

from .agency import agency
from .chromium import started

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PICTURES = {"portfolio.png": ("en", 1280, 1160, ""), "portfolio-phone.png": ("nl", 390, 844, "section.group")}
"""Name -> language, width, height, and the element at the top."""


def main() -> None:
    """Take them."""
    with TemporaryDirectory() as folder, started() as browser:
        for name, (language, width, height, top) in PICTURES.items():
            path = Path(folder) / "portfolio.html"
            write(agency(), path, language=language)
            page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
            page.goto(path.as_uri())
            if top:
                page.locator(top).first.evaluate("(element) => window.scrollTo(0, element.offsetTop - 16)")
            page.screenshot(path=FOLDER / name)


if __name__ == "__main__":
    main()
