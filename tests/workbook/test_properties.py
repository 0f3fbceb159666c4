"""Texts that a workbook carries: the parts that hold them, and nothing else in it."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from clv_xl.errors import Unsupported, WorkbookError
from clv_xl.workbook import Book
from clv_xl.workbook.properties import property_parts

LABELS = Path(__file__).parents[1] / "data" / "properties" / "labels.xlsx"
TEXTS = {
    "clv": '{"amount": "Bedrag"}',
    "Quote \"'<&>": "<b>&amp; é 😀\n\ttwo\r\nlines ",
    "long": "x" * 4000,
    "empty": "",
}
TYPES = 'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
LIST = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"


def stored(path, properties, out):
    """Write a workbook with the parts given; new ones come last."""
    with Book(path) as book:
        parts = property_parts(book, properties)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        contents = {name: old.read(name) for name in old.namelist()}
        for name, data in (contents | parts).items():
            new.writestr(name, data)
    return parts


def told(path):
    """The texts as openpyxl reads them."""
    return {item.name: item.value or "" for item in openpyxl.load_workbook(path).custom_doc_props.props}


def test_a_workbook_without_any(made, tmp_path):
    out = tmp_path / "out.xlsx"
    parts = stored(made(), TEXTS, out)
    assert list(parts) == ["_rels/.rels", "[Content_Types].xml", "docProps/custom.xml"]
    assert told(out) == TEXTS
    root = etree.fromstring(parts["docProps/custom.xml"])
    assert [(item.get("pid"), item.get("fmtid")) for item in root] == [
        (str(pid), "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}") for pid in range(2, 2 + len(TEXTS))
    ]
    with Book(out) as book:
        assert book.custom_properties == TEXTS
        assert property_parts(book, TEXTS) == {}
        assert property_parts(book, {"CLV": TEXTS["clv"]}) == {}
        assert property_parts(book, {}) == {}
    assert stored(out, {"clv": "other"}, tmp_path / "again.xlsx").keys() == {"docProps/custom.xml"}
    assert told(tmp_path / "again.xlsx") == TEXTS | {"clv": "other"}


def test_every_other_workbook_that_can_be_opened(workbooks, tmp_path):
    """Prefixes, strict ones, byte order marks: the lists of parts keep all they had."""
    done = 0
    for path in sorted(workbooks.glob("*.xlsx")):
        if path.name == "encrypted.xlsx":
            continue
        out, done = tmp_path / path.name, done + 1
        with zipfile.ZipFile(path) as archive:
            before = {name: archive.read(name) for name in archive.namelist()}
        parts = stored(path, {"clv": "1"}, out)
        for name, new in parts.items():
            if name in before:
                end = re.search(rb"</[\w:]+>\s*$", before[name]).start()
                assert (new[:end], new[end - len(before[name]) :]) == (before[name][:end], before[name][end:])
        with Book(out) as book:
            assert property_parts(book, {"clv": "1"}) == {}
    assert done > 10


def test_a_strict_workbook(workbooks, tmp_path, libreoffice):
    parts = stored(workbooks / "strict.xlsx", {"clv": "kept"}, tmp_path / "strict.xlsx")
    strict = "http://purl.oclc.org/ooxml/officeDocument/"
    link = etree.fromstring(parts["_rels/.rels"])[-1]
    assert dict(link.attrib) == {
        "Id": "rId4", "Type": f"{strict}relationships/customProperties", "Target": "docProps/custom.xml"
    }  # fmt: skip
    assert etree.fromstring(parts["docProps/custom.xml"])[0].tag == f"{{{strict}customProperties}}property"
    assert etree.fromstring(parts["docProps/custom.xml"])[0][0].tag == f"{{{strict}docPropsVTypes}}lpwstr"
    libreoffice.convert(tmp_path / "strict.xlsx", "csv")  # opens


def test_properties_made_by_excel_stay_byte_for_byte(tmp_path, libreoffice):
    out = tmp_path / "labels.xlsx"
    parts = stored(LABELS, TEXTS, out)
    with zipfile.ZipFile(LABELS) as archive:
        before = archive.read("docProps/custom.xml")
    assert parts.keys() == {"docProps/custom.xml"}
    assert parts["docProps/custom.xml"].startswith(before.removesuffix(b"</Properties>"))
    assert told(out) == told(LABELS) | TEXTS
    kept = told(libreoffice.convert(out, "xlsx"))
    assert {name: kept[name] for name in TEXTS} == TEXTS
    assert kept.items() >= told(LABELS).items()


def test_other_types_become_text_and_the_rest_stays(tmp_path):
    path, out = tmp_path / "book.xlsx", tmp_path / "out.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, value in {"number": 3, "yes": True, "text": "as it was", "half": 0.5}.items():
            book.set_custom_property(name, value)
    parts = stored(path, {"number": "3", "NEW": "n"}, out)
    with zipfile.ZipFile(path) as archive:
        before = archive.read("docProps/custom.xml")
    assert parts["docProps/custom.xml"] == before.replace(
        b"<vt:i4>3</vt:i4>", b"<vt:lpwstr>3</vt:lpwstr>"
    ).replace(
        b"</Properties>",
        b'<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="6" name="NEW"><vt:lpwstr>n</vt:lpwstr>'
        b"</property></Properties>",
    )  # fmt: skip
    assert told(out) == {"number": "3", "yes": True, "text": "as it was", "half": 0.5, "NEW": "n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (  # an empty list as one tag
            f'<Properties xmlns="{LIST}" {TYPES} />',
            (
                f'<Properties xmlns="{LIST}" {TYPES}><property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2"'
                ' name="clv"><vt:lpwstr>new</vt:lpwstr></property></Properties>'
            ),
        ),
        (  # other prefixes, none for the types; a link to a cell would overwrite the text
            (
                f'<p:Properties xmlns:p="{LIST}"><p:property pid="7" name="CLV" linkTarget="a>b"><i4 xmlns="x">1</i4>'
                "</p:property></p:Properties>\n"
            ),
            (
                f'<p:Properties xmlns:p="{LIST}"><p:property pid="7" name="CLV"><vt:lpwstr {TYPES}>new</vt:lpwstr>'
                "</p:property></p:Properties>\n"
            ),
        ),
        (  # nothing in it
            f'<Properties xmlns="{LIST}" {TYPES}><property pid="9" name="clv"/><!-- x --></Properties>',
            (
                f'<Properties xmlns="{LIST}" {TYPES}><property pid="9" name="clv"><vt:lpwstr>new</vt:lpwstr></property>'
                "<!-- x --></Properties>"
            ),
        ),
    ],
)
def test_spellings_of_the_list(made, before, after):
    with Book(with_list(made, before)) as book:
        assert property_parts(book, {"clv": "new"}) == {"docProps/props.xml": after.encode()}


def with_list(made, text, rels=None):
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/officeDocument" Target='
        f'"xl/workbook.xml"/><Relationship Id="rId3" Type="{office}/custom-properties" Target="/docProps/props.xml"/>'
        "</Relationships>"
    )
    parts = {"docProps/props.xml": text} if text else {}
    return made(**{"_rels/.rels": rels or links, **parts})


def test_a_list_that_is_named_and_missing(made):
    with Book(with_list(made, "")) as book:
        parts = property_parts(book, {"clv": "new"})
    assert parts.keys() == {"[Content_Types].xml", "docProps/props.xml"}
    assert b'PartName="/docProps/props.xml"' in parts["[Content_Types].xml"]


def test_names_that_are_taken(made):
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = (
        '<r:Relationships xmlns:r="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<r:Relationship Target="xl/workbook.xml" Type="{office}/officeDocument" Id="rId2"/>'
        f'<r:Relationship TargetMode="External" Target="http://example.com" Type="{office}/hyperlink" Id="rId1"/>'
        "</r:Relationships>"
    )
    with Book(made(**{"_rels/.rels": links, "DocProps/Custom.xml": "<stray/>"})) as book:
        parts = property_parts(book, {"clv": "new"})
    assert parts.keys() == {"_rels/.rels", "[Content_Types].xml", "docProps/custom1.xml"}
    assert parts["_rels/.rels"].decode() == links.replace(
        "</r:Relationships>",
        f'<r:Relationship Id="rId3" Type="{office}/custom-properties" Target="docProps/custom1.xml"/>'
        "</r:Relationships>",
    )


def test_parts_that_are_about_to_change_are_changed_further(made):
    with Book(made()) as book:
        types = book.package.read("[Content_Types].xml").replace(b"<Default ", b'<Default x="1" ', 1)
        parts = property_parts(book, {"clv": "new"}, {"[Content_Types].xml": types})
    assert b'<Default x="1" ' in parts["[Content_Types].xml"]


@pytest.mark.parametrize(
    ("name", "text"), [("", "x"), ("n" * 256, "x"), ("n", "\x00"), ("n\x1b", "x"), ("n", "\ud800")]
)
def test_what_no_workbook_can_hold(made, name, text):
    with Book(made()) as book, pytest.raises(WorkbookError, match="cannot hold the property"):
        property_parts(book, {name: text})


@pytest.mark.parametrize("text", ["<strange/>", f'<Properties xmlns="{LIST}" {TYPES}>'])
def test_lists_that_are_none(made, text):
    with Book(with_list(made, text)) as book, pytest.raises(Unsupported, match="is no plain list of properties"):
        property_parts(book, {"clv": "new"})
