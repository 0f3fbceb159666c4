Option Explicit

' What a client's own macros look like: a function for cells and a macro behind a button.
Public Function CLV(value As Double, frequency As Double, lifespan As Double) As Double
    CLV = value * frequency * lifespan
End Function

Public Sub Button1_Click()
    MsgBox "Customer lifetime value: " & Format(CLV(50, 2, 3), "#,##0.00")
End Sub
