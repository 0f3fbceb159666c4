"""The add-in clv_xl.xlam: our functions in every workbook, with help, a category and a ribbon tab."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import quoteattr

from clv_xl.terms import Text
from clv_xl.version import __version__

from . import XLWINGS
from .project import Module, project
from .wizard import described
from .wrapper import modules

FILE = "clv_xl.xlam"
_SHEET, _CODE = "clv_xl.conf", "Sheet1"
_CREATED = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
_CLOCK = (1980, 1, 1, 0, 0, 0)
_TYPES, _WORKBOOK, _LINKS = "[Content_Types].xml", "xl/workbook.xml", "_rels/.rels"
_RIBBON = "customUI/customUI.xml"
_BUTTONS = {
    "ClvTemplate": ("FileNew", Text("Insert template", "Sjabloon invoegen")),
    "ClvRefresh": ("RefreshAll", Text("Refresh this workbook", "Deze werkmap vernieuwen")),
    "ClvReference": ("FunctionWizard", Text("Function reference", "Functieoverzicht")),
    "ClvRelink": ("EditLinks", Text("Relink", "Opnieuw koppelen")),
}


def build(language: str = "en") -> bytes:
    """The file, the same bytes every time.

    Args:
        language: of the help and the ribbon, "en" or "nl".

    """
    code = [Module("ThisWorkbook", kind="workbook"), Module(_CODE, kind="sheet"), *modules(language, ribbon=True)]
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(_plain(project("CLV_XL", code), language))) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result,
    ):
        parts = {name: source.read(name) for name in source.namelist()}
        parts[_TYPES] = parts[_TYPES].replace(b"ms-excel.sheet.macroEnabled", b"ms-excel.addin.macroEnabled")
        plain = re.sub(r"<calcPr[^>]*/>", "", parts[_WORKBOOK].decode())  # computing anew would make Excel ask to save
        parts[_WORKBOOK] = described(plain, language).encode()
        parts[_LINKS] = parts[_LINKS].replace(b"</Relationships>", _RIBBON_LINK + b"</Relationships>")
        parts[_RIBBON] = _ribbon(language).encode()
        for name, content in parts.items():
            info = zipfile.ZipInfo(name, _CLOCK)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            result.writestr(info, content)
    return target.getvalue()


def built_as(path: Path) -> dict[str, str]:
    """With what an add-in was built: `version`, `xlwings`, `language`; empty for a file that is none of ours."""
    try:
        with zipfile.ZipFile(path) as file:
            told = file.read("docProps/custom.xml").decode()
    except (OSError, KeyError, zipfile.BadZipFile, UnicodeDecodeError):
        return {}
    return dict(re.findall(r'name="clv-xl (\w+)"><vt:lpwstr>([^<]*)<', told))


def _plain(macros: bytes, language: str) -> bytes:
    """A workbook with the macros and one sheet that says what it is."""
    import xlsxwriter  # noqa: PLC0415  start-up stays fast

    told = {"version": __version__, "xlwings": XLWINGS, "language": language}
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.add_vba_project(BytesIO(macros), is_stream=True)
        book.set_vba_name("ThisWorkbook")
        sheet = book.add_worksheet(_SHEET)
        sheet.set_vba_name(_CODE)
        for row, (name, value) in enumerate(told.items()):
            sheet.write_row(row, 0, [name.upper(), value])
            book.set_custom_property(f"clv-xl {name}", value, "text")
        book.set_properties({"title": "clv-xl", "author": "clv-xl", "created": _CREATED.replace(tzinfo=None)})
    return content.getvalue()


def _ribbon(language: str) -> str:
    buttons = "".join(
        f'<button id="{macro}" label={quoteattr(label[language])} size="large" imageMso="{image}" onAction="{macro}"/>'
        for macro, (image, label) in _BUTTONS.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"><ribbon><tabs>'
        f'<tab id="clvTab" label="clv-xl"><group id="clvGroup" label="clv-xl">{buttons}</group></tab>'
        "</tabs></ribbon></customUI>"
    )


_RIBBON_LINK = (
    b'<Relationship Id="rIdRibbon" Type="http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"'
    b' Target="customUI/customUI.xml"/>'
)
