"""What the function wizard tells, in xl/workbook.xml as Excel itself stores it: a category, help for each argument."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from clv_xl.functions import CATALOGUE

from .wrapper import helped

CATEGORY = "CLV"
_BUILT_IN = 19  # categories of Excel's own; ours is the next


def described(xml: str, language: str) -> str:
    """The part of the workbook with the category that the macros name, and the help of their arguments."""
    helps = "".join(
        f"<x14:definedName name={quoteattr(spec.name)}>"
        f'<x14:argumentDescriptions count="{len(spec.parameters)}">'
        + "".join(
            f'<x14:argumentDescription index="{place}">{escape(helped(parameter.term.doc[language]))}'
            "</x14:argumentDescription>"
            for place, parameter in enumerate(spec.parameters.values())
        )
        + "</x14:argumentDescriptions></x14:definedName>"
        for spec in CATALOGUE.values()
        if spec.parameters
    )
    groups = f'<functionGroups builtInGroupCount="{_BUILT_IN}"><functionGroup name="{CATEGORY}"/></functionGroups>'
    extension = (
        '<extLst><ext uri="{8193D73E-4604-4355-AFF4-8A2333D13BE4}"'
        ' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        f"<x14:definedNames>{helps}</x14:definedNames></ext></extLst>"
    )
    return xml.replace("</sheets>", f"</sheets>{groups}").replace("</workbook>", f"{extension}</workbook>")
