Option Explicit
' The buttons of the clv-xl tab.

Public Sub ClvTemplate(ByVal control As Object)
    Dim path As String
    On Error GoTo Failed
    path = ClvAsk("template", Array("$language$"))
    Workbooks.Add path
    Exit Sub
Failed:
    MsgBox Err.Description, vbExclamation, "clv-xl"
End Sub

Public Sub ClvRefresh(ByVal control As Object)
    Dim path As String, said As String
    If ActiveWorkbook Is Nothing Then Exit Sub
    path = ActiveWorkbook.FullName
    If ActiveWorkbook.Path = "" Or ActiveWorkbook.ReadOnly Or InStr(path, "://") > 0 Then
        MsgBox "$not_on_disk$", vbExclamation, "clv-xl"
        Exit Sub
    End If
    If MsgBox("$ask_refresh$", vbOKCancel + vbQuestion, "clv-xl") <> vbOK Then Exit Sub
    On Error GoTo NotClosed
    ActiveWorkbook.Close True
    On Error GoTo Failed
    said = ClvAsk("refresh", Array(path, "$language$"))
Reopened:
    Workbooks.Open path
    MsgBox said, vbInformation, "clv-xl"
    Exit Sub
Failed:
    said = Err.Description
    Resume Reopened
NotClosed:
    MsgBox Err.Description, vbExclamation, "clv-xl"
End Sub

Public Sub ClvReference(ByVal control As Object)
    Dim table As Variant, path As String
    On Error GoTo Failed
    table = CLV_HELP(, "$language$")
    If IsError(table) Then Err.Raise 1000, , CStr(CLV_LASTERROR())
    With Workbooks.Add.Worksheets(1)
        .Range("A1").Resize(UBound(table, 1) - LBound(table, 1) + 1, UBound(table, 2) - LBound(table, 2) + 1).Value = table
        .Columns.AutoFit
    End With
    Exit Sub
Failed:
    MsgBox Err.Description, vbExclamation, "clv-xl"
End Sub

' Formulas that name an add-in elsewhere call this one; Python is started anew.
Public Sub ClvRelink(ByVal control As Object)
    Dim links As Variant, place As Long, changed As Long
    If ActiveWorkbook Is Nothing Then Exit Sub
    On Error GoTo Failed
    ClvRestart
    links = ActiveWorkbook.LinkSources(1)
    If Not IsEmpty(links) Then
        For place = LBound(links) To UBound(links)
            If LCase$(Right$(links(place), 11)) = "clv_xl.xlam" Then
                If StrComp(links(place), ThisWorkbook.FullName, vbTextCompare) <> 0 Then
                    ActiveWorkbook.ChangeLink links(place), ThisWorkbook.FullName, 1
                    changed = changed + 1
                End If
            End If
        Next
    End If
    Application.CalculateFull
    MsgBox Replace("$relinked$", "%", CStr(changed)), vbInformation, "clv-xl"
    Exit Sub
Failed:
    MsgBox Err.Description, vbExclamation, "clv-xl"
End Sub

' Ask Python; Excel would else say after ten seconds that another program keeps it waiting.
Private Function ClvAsk(ByVal what As String, ByVal about As Variant) As String
    Dim python As Object
    Application.DisplayAlerts = False
    On Error GoTo Failed
    Set python = ClvServer()
    ClvAsk = python.Str(python.Call(python.Module("clv_xl.commands.ribbon"), what, python.TupleFromArray(about)))
    Application.DisplayAlerts = True
    Exit Function
Failed:
    Application.DisplayAlerts = True
    Err.Raise 1000, , Err.Description
End Function
