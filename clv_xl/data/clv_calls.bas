
' A call of a cell. A range goes as its values, in one piece; what was left out stays Missing.
Private Function ClvCall(ByVal function_name As String, ByVal given As Variant) As Variant
    Dim sent As Variant, place As Long, last As Long, again As Boolean
    On Error GoTo Failed
    sent = Array()
    If UBound(given) >= 0 Then ReDim sent(UBound(given))
    For place = 0 To UBound(given)
        If IsObject(given(place)) Then last = ClvLast(given(place), last)
    Next
    For place = 0 To UBound(given)
        If IsObject(given(place)) Then
            sent(place) = ClvValues(given(place), last)
        Else
            sent(place) = given(place)
        End If
    Next
Started:
    ClvCall = ClvShown(ClvServer().CallUDF("$module$", (function_name), (sent), Nothing, Nothing))
    Exit Function
Failed:
    If ClvLost(Err.Number) And Not again Then
        again = True
        ClvForget
        Resume Started
    End If
    If function_name = "CLV_LASTERROR" Then
        ClvCall = Err.Description
    Else
        ClvCall = CVErr(2015)
    End If
End Function

' Whether Python has ended meanwhile: no such server, server not available, call failed, object disconnected.
Private Function ClvLost(ByVal number As Long) As Boolean
    ClvLost = number = 462 Or number = -2147023174 Or number = -2147023170 Or number = -2147417848
End Function

' The last row in use, of this sheet or one before, when whole columns are given: all end there, so rows stay together.
Private Function ClvLast(ByVal cells As Object, ByVal before As Long) As Long
    ClvLast = before
    If cells.Rows.Count < cells.Worksheet.Rows.Count Then Exit Function
    With cells.Worksheet.UsedRange
        If .Row + .Rows.Count - 1 > before Then ClvLast = .Row + .Rows.Count - 1
    End With
End Function

' The values of a range; of several at once, (A1:A3,C1:C3), Excel would give the first only.
Private Function ClvValues(ByVal cells As Object, ByVal last As Long) As Variant
    If cells.Areas.Count > 1 Then Err.Raise 5
    If cells.Rows.Count = cells.Worksheet.Rows.Count Then Set cells = cells.Resize(last)
    ClvValues = cells.Value2
End Function

' Whether the function wizard asks, at every key that is typed in it.
Private Function ClvInWizard() As Boolean
    On Error Resume Next
    ClvInWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

' A result with texts such as #N/A made the errors that they name: one value, one row, or rows.
Private Function ClvShown(ByVal result As Variant) As Variant
    Dim row As Long, column As Long
    If Not IsArray(result) Then
        ClvShown = ClvCell(result)
        Exit Function
    End If
    If ClvIsRow(result) Then
        For column = LBound(result) To UBound(result)
            result(column) = ClvCell(result(column))
        Next
    Else
        For column = LBound(result, 2) To UBound(result, 2)
            For row = LBound(result, 1) To UBound(result, 1)
                result(row, column) = ClvCell(result(row, column))
            Next
        Next
    End If
    ClvShown = result
End Function

Private Function ClvIsRow(ByRef result As Variant) As Boolean
    Dim last As Long
    On Error GoTo OneDimension
    last = UBound(result, 2)
    Exit Function
OneDimension:
    ClvIsRow = True
End Function

Private Function ClvCell(ByVal content As Variant) As Variant
    ClvCell = content
    If VarType(content) <> vbString Then Exit Function
    If Left$(content, 1) <> "#" Then Exit Function
    Select Case content
$errors$
    End Select
End Function
