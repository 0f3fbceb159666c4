"""The catalogue as functions of xlwings: Excel for Windows (COM), and Office.js (xlwings Lite and Server).

Every function of the catalogue is a function of this module under its name in capitals, `CLV`, made by looping; xlwings
finds its arguments, help and category in `CLV.__xlfunc__`.

The contract with whoever calls from VBA:

1. `CallUDF("clv_xl.hosts.xlwings_udf", "CLV", Array(every argument), ...)`: always every argument, one that is left out
   as VBA's Missing. An argument is a Range, or what `Range.Value2` gives, which is faster: Python need not ask Excel
   back, a date comes as its serial number and a currency with all its digits. Both give the same.
2. The answer is one value, a one-dimensional array (a single row) or a two-dimensional one. Values are Double, String
   and Boolean. An error is the String that Excel shows, exactly one of `xlwings_udf_values.CV_ERRORS`, alone or
   anywhere in an array: the caller turns it into `CVErr` of that number. There is no prefix: Office.js turns the same
   text into an error by itself, and no function gives such a text to mean anything else. A blank is "".
3. If CallUDF itself fails (no Python, no module), the caller gives `CVErr(2015)`, #VALUE!. No function raises: what
   goes wrong inside is an error in the cell, told by CLV_LASTERROR.
4. `ThisWorkbook` and `Caller` are not used: both may be Nothing. No function takes a ParamArray.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter as Argument
from inspect import Signature
from typing import Any

import xlwings as xw

from clv_xl.catalogue import Function, errors_seen
from clv_xl.functions import CATALOGUE
from clv_xl.parameters import OMITTED

from .xlwings_udf_values import from_com, from_office_js, to_rows

CATEGORY = "CLV"
ON_WINDOWS = xw.func.__module__ == "xlwings.udfs"

# On Windows "raw" keeps #SPILL! from being a number, and xlwings from looking at every cell twice.
READING: dict[str, Any] = {"convert": "raw"} if ON_WINDOWS else {"ndim": 2, "err_to_str": True}
WRITING: dict[str, Any] = {"convert": "raw"} if ON_WINDOWS else {}
_decode = from_com if ON_WINDOWS else from_office_js

Udf = Callable[..., list[list[Any]]]


def functions(language: str = "en") -> dict[str, Udf]:
    """Every function of the catalogue as a function of xlwings, with help in a language ("en" or "nl").

    A module that shall offer them in Dutch says ``globals().update(functions("nl"))``.
    """
    return {name: _function(spec, language) for name, spec in CATALOGUE.items()}


def _function(spec: Function, language: str) -> Udf:
    def udf(*args: Any) -> list[list[Any]]:
        try:
            return to_rows(spec.cells(*map(_decode, args)))
        except Exception as error:  # noqa: BLE001  a cell shows an error, whatever it was
            errors_seen[:] = [f"#VALUE! {spec.name}: {type(error).__name__}: {error}"]
            return [["#VALUE!"]]

    udf.__name__ = udf.__qualname__ = spec.name
    udf.__doc__ = spec.doc[language]
    udf.__annotations__ = {}  # xlwings would take them for converters
    udf.__signature__ = _signature(spec)  # type: ignore[attr-defined]  # what inspect reads
    for parameter in spec.parameters.values():
        udf = xw.arg(parameter.name, doc=parameter.term.doc[language], **READING)(udf)
    # Last: xw.arg sets the category to xlwings' own. What may take long is not run for every key typed in the wizard.
    return xw.func(category=CATEGORY, call_in_wizard=spec.native)(xw.ret(**WRITING)(udf))


def _signature(spec: Function) -> Signature:
    """The arguments as xlwings reads them: what is left out arrives as the default."""
    return Signature(
        [
            Argument(p.name, Argument.POSITIONAL_OR_KEYWORD, default=OMITTED if p.optional else Argument.empty)
            for p in spec.parameters.values()
        ]
    )


globals().update(functions())
__all__ = ["functions", *CATALOGUE]  # noqa: PLE0604  names of the catalogue are texts
