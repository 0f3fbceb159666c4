"""How a formula calls our functions in each kind of workbook."""

from __future__ import annotations

import re

from clv_xl import words
from clv_xl.formula import Formula, Modern
from clv_xl.functions import CATALOGUE
from clv_xl.hosts.lite import PREFIX

HOSTS = ("excel", "native", "addin", "standalone", "lite")
"""Names that travel in the file; formulas spelled out; the add-in; macros, Python code that travel in the file."""

_PLAIN = re.compile(r"\w+|\$?[A-Z]+\$?\d+")


class Speller:
    """Spells calls for one host."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.calls = host != "native"
        self._prefix = PREFIX if host == "lite" else ""

    def call(self, function: str, *args: str | float) -> str:
        """A call, or the function's own formula; each argument is text as a formula has it, or a number."""
        if self.calls:
            told = ",".join(str(Formula.lift(a)) if isinstance(a, float) else str(a) for a in args)
            return f"{self._prefix}{function}({told})"
        spec = CATALOGUE[function]
        spelled = {name: _operand(arg) for name, arg in zip(spec.parameters, args, strict=False)}
        return str(spec.spelled(spelled, guarded=False, settled=True))

    def guarded(self, inputs: str, formula: str, also: str = "") -> str:
        """A formula that is blank until all its inputs, written `a,b,c`, are numbers and `also` holds."""
        asked = f"COUNT({inputs})<{inputs.count(',') + 1}"
        inner = f'IF({also},{formula},"")' if also else formula
        return f'IF({asked},"",{inner})'

    def frequency(self, lifespan: str) -> str:
        """Orders per year of a lifespan: the first one spread over it, plus the repeat orders where they are known.

        Purchases / customers / years would count a year of every customer for each year of data, and so be too low as
        soon as customers come and go within it.
        """
        known = f"AND(COUNT(repeat_per_year,{lifespan})=2,{lifespan}>0)"
        totals = ("purchases", "customers", "years")
        simple = self.guarded(",".join(totals), self.call("PURCHASE_FREQUENCY", *totals))
        return f"IF({known},1/{lifespan}+repeat_per_year,{simple})"

    def distinct(self, column: str) -> str:
        """The number of different ids in a column, blank when there are none."""
        number = words.distinct((Modern if self.calls else Formula)(column))
        return f'IF(COUNTA({column})=0,"",{number})'


def _operand(arg: str | float) -> Formula:
    if isinstance(arg, str) and arg.startswith('"'):
        return Formula.lift(arg.strip('"'))  # a literal, so that the formula folds what depends on it
    if isinstance(arg, str):
        return Formula(arg if _PLAIN.fullmatch(arg) else f"({arg})")
    return Formula.lift(arg)
