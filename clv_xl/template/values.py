"""Values of the analysis as the cells of a workbook hold them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from clv_xl.cells import serial
from clv_xl.terms import Text

from .texts import said

if TYPE_CHECKING:
    from clv_xl.cells import Value


def shown(value: Any, language: str) -> Value:
    """A float or str; a date is its serial number of the 1900 date system, None, NaN and NaT are blank."""
    if type(value) in (str, float) and value == value:  # noqa: PLR0124  NaN
        return value  # type: ignore[no-any-return]
    if isinstance(value, Text):
        return said(value, language)
    if value is None or value is pd.NaT or value != value:  # noqa: PLR0124  NaN
        return None
    if isinstance(value, dt.date):  # a Timestamp is one
        return serial(value)
    return str(value) if isinstance(value, str) else float(value)
