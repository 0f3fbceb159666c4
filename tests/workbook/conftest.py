"""Workbooks to test with: real ones, and small ones made of a few lines of XML."""

import shutil
import zipfile
from pathlib import Path

import pytest

from clv_xl.workbook import deflate

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"

WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


@pytest.fixture(params=[64, deflate.BLOCK], ids="blocks of {}".format)
def blocks(request, monkeypatch):
    """Sheets inflated in blocks so small that rows, cells and tags go over their ends, and in those of every day."""
    monkeypatch.setattr(deflate, "BLOCK", request.param)


@pytest.fixture(scope="session")
def workbooks():
    return Path(__file__).parents[1] / "data" / "workbooks"


@pytest.fixture
def real(workbooks, tmp_path):
    """A copy of a real workbook, to be changed."""

    def copied(name):
        return Path(shutil.copyfile(workbooks / name, tmp_path / name))

    return copied


@pytest.fixture
def made(tmp_path):
    """A workbook with one sheet: `rows` are its `<row>` elements, other parts by name."""

    def make(rows="", before="", after="", name="made.xlsx", **parts):
        sheet = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            contents = WORKBOOK | {"xl/worksheets/sheet1.xml": sheet} | parts
            for part, text in contents.items():
                archive.writestr(part, text)
        return path

    return make


@pytest.fixture
def sheet_xml():
    """The XML of the first sheet of a workbook."""

    def read(path, part="xl/worksheets/sheet1.xml"):
        with zipfile.ZipFile(path) as archive:
            return archive.read(part).decode()

    return read
