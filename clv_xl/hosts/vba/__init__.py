"""Functions in Excel for Windows: a VBA project that passes each call on to Python, and the add-in that carries it.

The DLL that starts Python and the COM server that answers are those of xlwings (BSD 3-clause).
"""

XLWINGS = "0.37.8"
"""The one version of xlwings that works: its DLL carries it in its name."""
