"""The VBA modules: a function for each of the catalogue, the way to Python, and the ribbon's buttons."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from clv_xl.functions import CATALOGUE
from clv_xl.hosts.xlwings_udf_values import CV_ERRORS
from clv_xl.terms import Text

from . import XLWINGS
from .project import Module

if TYPE_CHECKING:
    from clv_xl.catalogue import Function

PYTHON = "clv_xl.hosts.xlwings_udf"
"""The module whose functions the cells call."""

LONGEST_HELP = 255
_NOT_SET_UP = Text(
    "clv-xl does not know which Python to use. In a command window: clv-xl excel install",
    "clv-xl weet niet welke Python te gebruiken. In een opdrachtvenster: clv-xl excel install",
)
_NO_LIBRARY = Text(
    f"The library of xlwings {XLWINGS} is not beside Python. In a command window: clv-xl doctor",
    f"De bibliotheek van xlwings {XLWINGS} staat niet bij Python. In een opdrachtvenster: clv-xl doctor",
)
_NOT_ON_DISK = Text(
    "Refresh works on a workbook that is saved on this computer and may be written. Save it in a folder first.",
    "Vernieuwen werkt op een werkmap die op deze computer is opgeslagen en geschreven mag worden. Sla hem eerst op "
    "in een map.",
)
_ASK_REFRESH = Text(
    "The workbook is saved, closed, refreshed from its orders, and opened again. A copy as it was is kept.",
    "De werkmap wordt opgeslagen, gesloten, uit haar bestellingen vernieuwd en weer geopend. Een kopie van hoe zij "
    "was blijft bewaard.",
)
_RELINKED = Text(
    "Links to the clv-xl add-in put right: %. Everything is recomputed.",
    "Verwijzingen naar de invoegtoepassing clv-xl hersteld: %. Alles is herberekend.",
)


def modules(language: str = "en", *, ribbon: bool = False) -> list[Module]:
    """The modules that a workbook or add-in needs for our functions, help in a language.

    Raises:
        UnicodeEncodeError: help that VBA cannot hold, when the project is made.

    """
    server = {"xlwings": XLWINGS, "not_set_up": _NOT_SET_UP[language], "no_library": _NO_LIBRARY[language]}
    made = [Module("clv_functions", _functions(language)), Module("clv_python", _filled("clv_python.bas", server))]
    if ribbon:
        texts = {"not_on_disk": _NOT_ON_DISK, "ask_refresh": _ASK_REFRESH, "relinked": _RELINKED}
        said = {key: text[language] for key, text in texts.items()}
        made.append(Module("clv_ribbon", _filled("clv_ribbon.bas", {**said, "language": language})))
    return made


def helped(text: str) -> str:
    """A text as help in the function wizard takes it: 255 characters."""
    return textwrap.shorten(text, LONGEST_HELP, placeholder=" ...")


def spelled(name: str) -> str:
    """An argument's name: VBA writes one word one way, and would else write the function CAC as its argument cac."""
    return name.upper() if name.upper() in CATALOGUE else name


def _functions(language: str) -> str:
    errors = "\n".join(f'        Case "{shown}": ClvCell = CVErr({number})' for shown, number in CV_ERRORS.items())
    bodies = "\n".join(_function(spec, language) for spec in CATALOGUE.values())
    return f"Option Explicit\n\n{bodies}" + _filled("clv_calls.bas", {"module": PYTHON, "errors": errors})


def _function(spec: Function, language: str) -> str:
    """One function; its attributes are its help and its category, which Excel reads without running anything."""
    heads = ", ".join(
        f"{'Optional ' if p.optional else ''}{spelled(p.name)} As Variant" for p in spec.parameters.values()
    )
    described = helped(spec.doc[language]).replace("\\", "\\\\").replace('"', '""')
    lines = [
        f"Public Function {spec.name}({heads}) As Variant",
        f'Attribute {spec.name}.VB_Description = "{described}"',
        f'Attribute {spec.name}.VB_ProcData.VB_Invoke_Func = " \\n20"',
    ]
    if spec.python:
        lines.append("    If ClvInWizard() Then Exit Function")
    lines.append(f'    {spec.name} = ClvCall("{spec.name}", Array({", ".join(map(spelled, spec.parameters))}))')
    return "\n".join([*lines, "End Function", ""])


def _filled(source: str, texts: Mapping[str, str]) -> str:
    """A source of the package's data, its `$words$` replaced."""
    code = files("clv_xl").joinpath("data", source).read_text(encoding="utf-8")
    for word, text in texts.items():
        code = code.replace(f"${word}$", text)
    return code
