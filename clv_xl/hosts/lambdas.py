"""Native Excel: each closed-form function as a LAMBDA under a workbook name.

Excel stores `_xlfn.` before functions newer than the format, `_xlpm.` before a parameter and `_xlop.` before an
optional one where it is declared. People type the same text without them, with optional parameters in brackets.
A parameter called like a function wears an underscore: beside a name LIFESPAN, IronCalc takes `_xlpm.lifespan` for it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from clv_xl.formula import Modern
from clv_xl.functions import CATALOGUE

if TYPE_CHECKING:
    from clv_xl.catalogue import Function


def for_files(spec: Function) -> str:
    """The LAMBDA as xl/workbook.xml stores it, without the equals sign."""
    heads = [f"_xlop.{local(p.name)}" if p.optional else f"_xlpm.{local(p.name)}" for p in spec.parameters.values()]
    return f"_xlfn.LAMBDA({','.join([*heads, _body(spec)])})"


def for_people(spec: Function) -> str:
    """The LAMBDA as one types it in the Name Manager, with the equals sign."""
    heads = [f"[{local(p.name)}]" if p.optional else local(p.name) for p in spec.parameters.values()]
    body = _body(spec)
    for prefix in ("_xlfn._xlws.", "_xlfn.", "_xlpm."):
        body = body.replace(prefix, "")
    return f"=LAMBDA({','.join([*heads, body])})"


LONGEST_COMMENT = 255
"""Characters of the comment of a name."""


def comments(language: str) -> dict[str, str]:
    """What each name is for, as Excel shows it while one types: the call and what it gives, in a language."""
    found = {}
    for name in names():
        spec = CATALOGUE[name]
        full = f"{spec.signature}: {spec.doc[language]}"
        found[name] = full if len(full) <= LONGEST_COMMENT else spec.doc[language]
    return found


@cache
def names() -> dict[str, str]:
    """The workbook names to define: function name -> LAMBDA for files."""
    return {spec.name: for_files(spec) for spec in CATALOGUE.values() if spec.native}


def local(name: str) -> str:
    """An argument's name inside a LAMBDA."""
    return f"{name}_" if name.upper() in CATALOGUE else name


def _body(spec: Function) -> str:
    """Defaults first, then the guarded body; one body for each optional argument that changes the formula."""
    modes = [p.name for p in spec.parameters.values() if p.optional and p.default is None]
    text = _mode(spec, modes, left_out=())
    for parameter in reversed(spec.parameters.values()):
        if not parameter.optional or parameter.default is None:
            continue
        name = f"_xlpm.{local(parameter.name)}"
        default = str(Modern.lift(parameter.default))
        settled = f"IF(_xlfn.ISOMITTED({name}),{default},IF(ISBLANK({name}),{default},{name}))"
        text = f"_xlfn.LET({name},{settled},{text})"
    return text


def _mode(spec: Function, undecided: list[str], left_out: tuple[str, ...]) -> str:
    if not undecided:
        given = {name: Modern(f"_xlpm.{local(name)}") for name in spec.parameters if name not in left_out}
        return str(spec.spelled(given, settled=True))
    name, *others = undecided
    without = _mode(spec, others, (*left_out, name))
    return f"IF(_xlfn.ISOMITTED(_xlpm.{local(name)}),{without},{_mode(spec, others, left_out)})"
