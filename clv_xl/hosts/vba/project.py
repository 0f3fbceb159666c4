"""A VBA project as Excel stores it (MS-OVBA), sources only: Excel compiles them when it opens the file."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from .compound import compound
from .compression import compress

CODEPAGE = "cp1252"
"""What VBA sources are written in; other letters cannot stand in them."""

_DOCUMENTS = {
    "workbook": "00020819-0000-0000-C000-000000000046",
    "sheet": "00020820-0000-0000-C000-000000000046",
}
_DOCUMENT = """\
Attribute VB_Name = "{name}"
Attribute VB_Base = "0{{{base}}}"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = True
Attribute VB_Exposed = True
Attribute VB_TemplateDerived = False
Attribute VB_Customizable = True
"""
_OFFICE = (
    r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL"
    "#Microsoft Office 16.0 Object Library"
)
_REFERENCES = (
    ("stdole", r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb#OLE Automation"),
    ("Office", _OFFICE),
)
# An open project without a password. The last three are encrypted with the first, so they only go together.
_OPEN = (
    'ID="{E166F130-7A7D-463D-A36A-DF5CC07216B9}"',
    ('CMG="1C1EFBF0B83CBC3CBC3CBC3CBC"', 'DPB="1C1EFBF0B839B939B939"', 'GC="1C1EFBF0B839B939B9C6"'),
)
_NO_CACHE = bytes.fromhex("cc61ffff000000")


@dataclass(frozen=True)
class Module:
    """A module: `code` of a `standard` one with its attributes, or the empty one of a `workbook` or `sheet`."""

    name: str
    code: str = ""
    kind: str = "standard"

    @property
    def source(self) -> str:
        """All that is stored, lines ending as in Windows."""
        if self.kind == "standard":
            text = f'Attribute VB_Name = "{self.name}"\n{self.code}'
        else:
            text = _DOCUMENT.format(name=self.name, base=_DOCUMENTS[self.kind])
        return text.replace("\n", "\r\n")


def project(name: str, modules: Sequence[Module]) -> bytes:
    """The content of xl/vbaProject.bin.

    Raises:
        UnicodeEncodeError: a source with letters that VBA cannot hold.

    """
    streams = {module.name: compress(module.source.encode(CODEPAGE)) for module in modules}
    vba = {"_VBA_PROJECT": _NO_CACHE, "dir": compress(_dir(name, modules)), **streams}
    names = b"".join(f"{m.name}\0".encode(CODEPAGE) + f"{m.name}\0".encode("utf-16-le") for m in modules) + b"\0\0"
    return compound({"VBA": vba, "PROJECT": _listing(name, modules), "PROJECTwm": names})


def _listing(name: str, modules: Sequence[Module]) -> bytes:
    identity, protection = _OPEN
    kinds = {"standard": "Module={}", "workbook": "Document={}/&H00000000", "sheet": "Document={}/&H00000000"}
    lines = [
        identity,
        *(kinds[module.kind].format(module.name) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        *protection,
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),
        "",
    ]
    return "\r\n".join(lines).encode(CODEPAGE)


def _dir(name: str, modules: Sequence[Module]) -> bytes:
    """The dir stream (MS-OVBA 2.3.4.2): information, references, modules."""
    english, windows = struct.pack("<I", 0x0409), 1
    parts = [
        _record(0x01, struct.pack("<I", windows)),
        _record(0x02, english),
        _record(0x14, english),
        _record(0x03, struct.pack("<H", int(CODEPAGE.removeprefix("cp")))),
        _record(0x04, name.encode(CODEPAGE)),
        *(_record(empty) for empty in (0x05, 0x40, 0x06, 0x3D)),
        _record(0x07, bytes(4)),
        _record(0x08, bytes(4)),
        struct.pack("<HIIH", 0x09, 4, 0x61EEF79F, 3),  # a version whose record tells a size that it has not
        _record(0x0C),
        _record(0x3C),
    ]
    for reference, library in _REFERENCES:
        parts += [_record(0x16, reference.encode(CODEPAGE)), _record(0x3E, reference.encode("utf-16-le"))]
        parts.append(_record(0x0D, struct.pack("<I", len(library)) + library.encode(CODEPAGE) + bytes(6)))
    parts += [_record(0x0F, struct.pack("<H", len(modules))), _record(0x13, b"\xff\xff")]
    for module in modules:
        plain, wide = module.name.encode(CODEPAGE), module.name.encode("utf-16-le")
        parts += [_record(0x19, plain), _record(0x47, wide), _record(0x1A, plain), _record(0x32, wide)]
        parts += [_record(0x1C), _record(0x48), _record(0x31, bytes(4)), _record(0x1E, bytes(4))]
        parts += [_record(0x2C, b"\xff\xff"), _record(0x21 if module.kind == "standard" else 0x22), _record(0x2B)]
    return b"".join([*parts, _record(0x10)])


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", kind, len(content)) + content
