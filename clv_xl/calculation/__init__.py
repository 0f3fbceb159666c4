"""Reading and computing the formulas of a workbook: our functions, and the part of Excel their spelling needs."""

from .calculator import Calculator, Incalculable
from .syntax import calls, parse, references

__all__ = ["Calculator", "Incalculable", "calls", "parse", "references"]
