"""An outlook as a file: a workbook, or its customers as CSV or Parquet."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from clv_xl.errors import ClvError
from clv_xl.workbook.replace import save

from .customers import columns

if TYPE_CHECKING:
    from pathlib import Path

    from .outlook import Outlook

_FORMULA = ("=", "@", "\t", "\r")


def write(outlook: Outlook, path: Path, language: str) -> None:
    """Write an outlook as what the suffix says: .xlsx, .csv or .parquet.

    Raises:
        ClvError: more customers than a sheet has rows, Parquet without the extra `large`, or a file that cannot be
            written.

    """
    save(_content(outlook, path.suffix.lower(), language), path)


def _content(outlook: Outlook, suffix: str, language: str) -> bytes:
    if suffix == ".csv":
        return _csv(outlook)
    if suffix == ".parquet":
        return _parquet(outlook)
    from .workbook import workbook  # noqa: PLC0415  brings XlsxWriter

    return workbook(outlook, language)


def _csv(outlook: Outlook) -> bytes:
    """In UTF-8; an id that a spreadsheet would compute gets an apostrophe before it."""
    import pandas as pd  # noqa: PLC0415  heavy

    frame = pd.DataFrame(columns(outlook))
    frame["customer"] = [f"'{name}" if _computes(str(name)) else name for name in frame["customer"]]
    return frame.to_csv(index=False, lineterminator="\n").encode()


def _computes(text: str) -> bool:
    """Whether a spreadsheet takes a text for a formula; +31 or -5 it takes for a number."""
    if text.startswith(("+", "-")):
        return not text[1:].replace(" ", "").isdigit()
    return text.startswith(_FORMULA)


def _parquet(outlook: Outlook) -> bytes:
    import pandas as pd  # noqa: PLC0415  heavy

    file = BytesIO()
    try:
        pd.DataFrame(columns(outlook)).to_parquet(file, index=False, engine="pyarrow")
    except ImportError:
        raise ClvError(
            "Writing Parquet needs pyarrow: pip install 'clv-xl[large]'. Or write .csv.",
            "Parquet schrijven vraagt pyarrow: pip install 'clv-xl[large]'. Of schrijf .csv.",
        ) from None
    return file.getvalue()
