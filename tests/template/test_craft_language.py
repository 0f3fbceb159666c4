"""Checks 46 to 48 of the craft: one language at a time, the other in the same places, the same numbers anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from string import Formatter
from typing import Any

import pytest

from clv_xl.functions import CATALOGUE
from clv_xl.template.spelling import HOSTS
from clv_xl.template.texts import LANGUAGES
from clv_xl.terms import Text

from .drawings import placed
from .workbooks import CASES, MAIN, Case, Spot, Tab, Workbook, literals, none

Opened = Callable[[Case], Workbook]
