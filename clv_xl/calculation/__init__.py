"""Reading and computing the formulas of a workbook: our functions, and the part of Excel their spelling needs."""

from .calculator import Calculator
from .refusals import Incalculable, UnknownReference
from .syntax import calls, parse, references

__all__ = ["Calculator", "Incalculable", "UnknownReference", "calls", "parse", "references"]
