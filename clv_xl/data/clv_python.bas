Option Explicit
Option Private Module
' The way from a cell to Python. What starts Python and carries the calls is the DLL of xlwings (BSD 3-clause).
' Which Python runs stands in the user's own file; no workbook has a say in it.
' Private: Excel would else offer ClvServer as a function for cells.

#If Win64 Then
    Private Const DLL As String = "xlwings64-$xlwings$.dll"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-$xlwings$.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal Mode As Long = 1) As Long
#Else
    Private Const DLL As String = "xlwings32-$xlwings$.dll"
    Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-$xlwings$.dll" (ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal Mode As Long = 1) As Long
#End If
Private Declare PtrSafe Function LoadLibrary Lib "kernel32" Alias "LoadLibraryA" (ByVal FileName As String) As LongPtr

Private Server As Object
Private Command As String
Private Refusal As String

' The COM server, started at the first call and kept. A start that failed takes minutes: it is not tried for each cell.
Public Function ClvServer() As Object
    Dim started As Variant, python As String
    If Server Is Nothing Then
        If Refusal <> "" Then Err.Raise 1000, , Refusal
        On Error GoTo Failed
        python = ClvSetting("INTERPRETER_WIN")
        If python = "" Then Err.Raise 1000, , "$not_set_up$"
        ClvLoad python
        Command = ClvCommand(python)
        If XLPyDLLActivateAuto(started, Command, 1) <> 0 Then Err.Raise 1000, , CStr(started)
        Set Server = started
    End If
    Set ClvServer = Server
    Exit Function
Failed:
    Refusal = Err.Description
    Err.Raise 1000, , Refusal
End Function

' Ask the DLL at the next call: it gives the Python that runs, also for another workbook, or starts one.
Public Sub ClvForget()
    Set Server = Nothing
    Refusal = ""
End Sub

' End Python, so that the next call starts it anew. Not for a lost server: another workbook may have started the next.
Public Sub ClvRestart()
    Dim unused As Variant
    If Not Server Is Nothing Then XLPyDLLActivateAuto unused, Command, -1
    ClvForget
End Sub

' -P: a file that happens to lie beside a workbook is never taken for a part of Python.
Private Function ClvCommand(ByVal python As String) As String
    Dim console As String
    If UCase$(ClvSetting("SHOW CONSOLE")) = "TRUE" Then console = " /showconsole"
    ClvCommand = "cmd.exe" & console & " /K """"" & python & """ -P -B -c ""import xlwings; xlwings.serve('$(CLSID)')"""""
End Function

' The DLL lies in the folder of python.exe, of a venv in the one above, or where pip install --user puts it.
Private Sub ClvLoad(ByVal python As String)
    Dim folder As String
    folder = Left$(python, InStrRev(python, "\") - 1)
    If LoadLibrary(folder & "\" & DLL) <> 0 Then Exit Sub
    If LoadLibrary(Left$(folder, InStrRev(folder, "\")) & DLL) <> 0 Then Exit Sub
    If LoadLibrary(Environ$("APPDATA") & "\Python\" & DLL) <> 0 Then Exit Sub
    Err.Raise 1000, , "$no_library$"
End Sub

' A line "KEY","VALUE" of the user's file, or nothing.
Private Function ClvSetting(ByVal key As String) As String
    Dim path As String, number As Integer, text As String, start As String
    path = Environ$("USERPROFILE") & "\.clv_xl\clv_xl.conf"
    If Dir$(path) = "" Then Exit Function
    start = """" & key & ""","""
    number = FreeFile
    Open path For Input As #number
    Do While Not EOF(number)
        Line Input #number, text
        text = Trim$(text)
        If UCase$(Left$(text, Len(start))) = start Then ClvSetting = Mid$(text, Len(start) + 1, Len(text) - Len(start) - 1)
    Loop
    Close #number
End Function
