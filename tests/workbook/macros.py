"""Workbooks with macros, made of workbooks without."""

import zipfile
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "data" / "macros" / "vbaProject.bin"

_WORKBOOK, _WITH_MACROS = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
)
_PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
_LINK = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"


def with_macros(path: Path) -> Path:
    """An .xlsm beside an .xlsx: the same parts with the macros of `tests/data/macros`."""
    made = path.with_suffix(".xlsm")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "[Content_Types].xml":
                override = f'<Override PartName="/xl/vbaProject.bin" ContentType="{_PROJECT_TYPE}"/></Types>'
                data = _replaced(data, {_WORKBOOK: _WITH_MACROS, "</Types>": override})
            elif info.filename == "xl/_rels/workbook.xml.rels":
                link = f'<Relationship Id="rIdMacros" Type="{_LINK}" Target="vbaProject.bin"/></Relationships>'
                data = _replaced(data, {"</Relationships>": link})
            new.writestr(info.filename, data)
        new.write(PROJECT, "xl/vbaProject.bin")
    return made


def _replaced(data: bytes, news: dict[str, str]) -> bytes:
    for old, new in news.items():
        assert data.count(old.encode()) == 1, old
        data = data.replace(old.encode(), new.encode())
    return data
