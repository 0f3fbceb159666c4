"""The VBA of an add-in or workbook, run by LibreOffice Basic, its calls answered by xlwings' own code.

LibreOffice opens a workbook whose VBA project holds the wrapper as it is shipped; the only line changed is the one that
asks the COM server, which here asks a process of Python by way of files. That process is where xlwings takes over.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter

from clv_xl.hosts.vba.project import Module, project

ROOT = Path(__file__).parents[2]
TIMEOUT = 40  # seconds
# What LibreOffice 7.4 has not: a COM server, the property that gives dates as numbers, and missing values that can be
# assigned.
CHANGED = {
    "ClvServer().CallUDF(": "ClvBridge(",
    "cells.Value2": "cells.Value",
    "= given(place)\n": "= BridgeKept(given, place)\n",
}
_LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library">
 <library:library library:name="Standard" library:link="false"/>
</library:libraries>
"""
_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false">{}</library:library>
"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Driver" script:language="StarBasic">{}\
</script:module>
"""
_DRIVER = """Option Explicit
Sub Main(source As String, target As String)
    Dim opening(1) As New com.sun.star.beans.PropertyValue, storing(0) As New com.sun.star.beans.PropertyValue
    Dim document As Object
    opening(0).Name = "Hidden"
    opening(0).Value = True
    opening(1).Name = "MacroExecutionMode"
    opening(1).Value = 4
    document = StarDesktop.loadComponentFromURL(source, "_blank", 0, opening())
    document.calculateAll()
    storing(0).Name = "FilterName"
    storing(0).Value = "Calc MS Excel 2007 XML"
    document.storeToURL(target, storing())
    document.close(True)
    StarDesktop.terminate()
End Sub
"""
# One value a line: its kind and itself. An array is its kind, dimensions and values.
_BRIDGE = """Option Explicit
Private Const MISSING As String = "(missing)"
Private Asked As Long

Public Function ClvBridge(ByVal place As String, ByVal called As String, ByVal given As Variant, _
    ByVal book As Object, ByVal caller As Object) As Variant
    Dim answer As String, number As Integer
    Asked = Asked + 1
    answer = "$folder$/" & Asked & ".answer"
    number = FreeFile
    Open "$folder$/" & Asked & ".part" For Output As #number
    Print #number, place
    Print #number, called
    BridgeWrite number, given
    Close #number
    Name "$folder$/" & Asked & ".part" As "$folder$/" & Asked & ".asked"
    Do While Dir$(answer) = ""
    Loop
    number = FreeFile
    Open answer For Input As #number
    ClvBridge = BridgeRead(number)
    Close #number
    If VarType(ClvBridge) = vbString Then
        If ClvBridge = "#raised" Then Err.Raise 1000, , "raised"
    End If
End Function

Public Function BridgeKept(ByRef given As Variant, ByVal place As Long) As Variant
    If IsMissing(given(place)) Then
        BridgeKept = MISSING
    Else
        BridgeKept = given(place)
    End If
End Function

Private Sub BridgeWrite(ByVal number As Integer, ByRef content As Variant)
    Dim row As Long, column As Long
    If IsArray(content) Then
        If BridgeFlat(content) Then
            Print #number, "row " & (UBound(content) - LBound(content) + 1)
            For column = LBound(content) To UBound(content)
                BridgeWrite number, content(column)
            Next
        Else
            Print #number, "rows " & (UBound(content, 1) - LBound(content, 1) + 1) & " " & _
                (UBound(content, 2) - LBound(content, 2) + 1)
            For row = LBound(content, 1) To UBound(content, 1)
                For column = LBound(content, 2) To UBound(content, 2)
                    BridgeWrite number, content(row, column)
                Next
            Next
        End If
    ElseIf IsEmpty(content) Then
        Print #number, "blank"
    ElseIf IsError(content) Then
        Print #number, "error " & CLng(content)
    ElseIf VarType(content) = vbString Then
        If content = MISSING Then
            Print #number, "missing"
        Else
            Print #number, "text " & content
        End If
    ElseIf VarType(content) = vbBoolean Then
        Print #number, "flag " & Abs(CInt(content))
    Else
        Print #number, "number " & Str$(CDbl(content))
    End If
End Sub

Private Function BridgeFlat(ByRef content As Variant) As Boolean
    Dim last As Long
    On Error GoTo OneDimension
    last = UBound(content, 2)
    Exit Function
OneDimension:
    BridgeFlat = True
End Function

Private Function BridgeRead(ByVal number As Integer) As Variant
    Dim line_read As String, kind As String, rest As String, sizes As Variant, row As Long, column As Long
    Dim flat() As Variant, block() As Variant
    Line Input #number, line_read
    kind = line_read
    If InStr(line_read, " ") > 0 Then
        kind = Left$(line_read, InStr(line_read, " ") - 1)
        rest = Mid$(line_read, InStr(line_read, " ") + 1)
    End If
    Select Case kind
        Case "row"
            ReDim flat(CLng(rest) - 1)
            For column = 0 To CLng(rest) - 1
                flat(column) = BridgeRead(number)
            Next
            BridgeRead = flat
        Case "rows"
            sizes = Split(rest, " ")
            ReDim block(CLng(sizes(0)) - 1, CLng(sizes(1)) - 1)
            For row = 0 To CLng(sizes(0)) - 1
                For column = 0 To CLng(sizes(1)) - 1
                    block(row, column) = BridgeRead(number)
                Next
            Next
            BridgeRead = block
        Case "text"
            BridgeRead = rest
        Case "flag"
            BridgeRead = (rest = "1")
        Case "number"
            BridgeRead = Val(rest)
    End Select
End Function
"""


class Basic:
    """LibreOffice Basic with a Python that answers; `folder` is for the two of them."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder

    def compute(self, sources: dict[str, str], cells: dict[str, Any], formulas: dict[str, str]) -> dict[str, Any]:
        """The values of a sheet with these cells and formulas, "C1" or "C1:D4" as the place, beside modules by name.

        Each module has a function more, `NAME_compiles`: Basic compiles the whole of it before it gives its 1.
        """
        source = self.folder / "asking.xlsm"
        made = project(
            "CLV_XL",
            [
                Module("ThisWorkbook", kind="workbook"),
                Module("Sheet1", kind="sheet"),
                Module("clv_bridge", _BRIDGE.replace("$folder$", str(self.folder))),
                *(Module(name, _adapted(name, code)) for name, code in sources.items()),
            ],
        )
        (self.folder / "vbaProject.bin").write_bytes(made)
        with xlsxwriter.Workbook(source) as book:
            book.add_vba_project(str(self.folder / "vbaProject.bin"))
            book.set_vba_name("ThisWorkbook")
            sheet = book.add_worksheet("Sheet1")
            sheet.set_vba_name("Sheet1")
            for place, value in cells.items():
                (sheet.write_formula if str(value).startswith("=") else sheet.write)(place, value)
            for place, formula in formulas.items():
                if ":" in place:
                    sheet.write_array_formula(place, formula)
                else:
                    sheet.write_formula(place, formula)
        with subprocess.Popen([sys.executable, "-m", "tests.hosts.answering", str(self.folder)], cwd=ROOT) as server:
            try:
                computed = self._run(source)
            finally:
                server.terminate()
        return {cell.coordinate: cell.value for row in computed.active.iter_rows() for cell in row}

    def _run(self, source: Path) -> openpyxl.Workbook:
        target = self.folder / "computed.xlsx"
        profile = self.folder / "profile"
        if not profile.exists():
            self._start("--terminate_after_init")  # a new profile takes no library but its own
            _install(profile)
        said = self._start(f'macro:///Standard.Driver.Main("{source.as_uri()}","{target.as_uri()}")')
        assert target.exists(), said
        return openpyxl.load_workbook(target, data_only=True)

    def _start(self, *options: str) -> str:
        profile = (self.folder / "profile").as_uri()
        command = [self.program, f"-env:UserInstallation={profile}", "--headless", "--norestore", *options]
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
        with subprocess.Popen(
            command,
            env=environment | {"PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                return process.communicate(timeout=TIMEOUT)[0]
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # soffice is a script; the program is its child
                raise


def _adapted(name: str, source: str) -> str:
    code = re.sub(r'\AAttribute VB_Name = "\w+"\n', "", source.replace("\r\n", "\n"))
    for shipped, here in CHANGED.items() if name == "clv_functions" else ():
        assert code.count(shipped) == 1
        code = code.replace(shipped, here)
    return f"{code}\nPublic Function {name}_compiles() As Variant\n    {name}_compiles = 1\nEnd Function\n"


def _install(profile: Path) -> None:
    """The driver as a macro of the user; without the lists of dialogs LibreOffice takes the library for damaged."""
    folder = profile / "user" / "basic"
    files = {
        "script.xlc": _LIBRARIES,
        "dialog.xlc": _LIBRARIES,
        "Standard/script.xlb": _LIBRARY.format('<library:element library:name="Driver"/>'),
        "Standard/dialog.xlb": _LIBRARY.format(""),
        "Standard/Driver.xba": _MODULE.format(escape(_DRIVER)),
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
