"""The catalogue as functions of xlwings: Excel for Windows (COM), and Office.js (xlwings Lite and Server).

Every function of the catalogue is a function of this module under its name in capitals, `CLV`, made by looping; xlwings
finds its arguments, help and category in `CLV.__xlfunc__`.

The contract with whoever calls from VBA:

1. `CallUDF("clv_xl.hosts.xlwings_udf", "CLV", Array(every argument), ...)`: always every argument, one that is left out
   as VBA's Missing. An argument is a Range, or what `Range.Value2` gives, which is faster: Python need not ask Excel
   back, a date comes as its serial number and a currency with all its digits. Both give the same.
2. The answer is one value, a one-dimensional array (a single row) or a two-dimensional one. Values are Double, String
   and Boolean. An error is the String that Excel shows, exactly one of `xlwings_udf_values.CV_ERRORS`, alone or
   anywhere in an array: the caller turns it into `CVErr` of that number. There is no prefix: Office.js turns the same
   text into an error by itself, and no function gives such a text to mean anything else. A blank is "".
3. If CallUDF itself fails (no Python, no module), the caller gives `CVErr(2015)`, #VALUE!. No function raises: what
   goes wrong inside is an error in the cell, told by CLV_LASTERROR.
4. `ThisWorkbook` and `Caller` are not used: both may be Nothing. No function takes a ParamArray.
"""

from __future__ import annotations
