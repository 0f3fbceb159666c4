"""The catalogue for other programs: help for Excel-DNA's IntelliSense, and all of it as plain data."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from clv_xl.errors import CellError
from clv_xl.functions import CATALOGUE
from clv_xl.parameters import OMITTED
from clv_xl.terms import INFINITY, LANGUAGES, Text
from clv_xl.version import __version__

from .lambdas import for_people

if TYPE_CHECKING:
    from clv_xl.catalogue import Example, Function
    from clv_xl.parameters import Parameter

NAMESPACE = "http://schemas.excel-dna.net/intellisense/1.0"


def intellisense(language: str) -> str:
    """Help while one types, for the free add-in ExcelDna.IntelliSense: saved as clv_xl.intellisense.xml beside ours.

    Source: the wiki of Excel-DNA/IntelliSense, "Usage Instructions", external file.
    """
    lines = [f'<IntelliSense xmlns="{NAMESPACE}">', "  <FunctionInfo>"]
    for spec in CATALOGUE.values():
        lines.append(f"    <Function Name={quoteattr(spec.name)} Description={quoteattr(spec.doc[language])}>")
        for parameter in spec.parameters.values():
            name = f"[{parameter.name}]" if parameter.optional else parameter.name
            described = quoteattr(parameter.term.doc[language])
            lines.append(f"      <Argument Name={quoteattr(name)} Description={described}/>")
        lines.append("    </Function>")
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines, "  </FunctionInfo>", "</IntelliSense>", ""])


def catalogue() -> dict[str, Any]:
    """Every function with arguments, units, limits, help in all languages, examples and formula, as JSON holds it."""
    return {"version": __version__, "functions": [_function(spec) for spec in CATALOGUE.values()]}


def _function(spec: Function) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": spec.name,
        "topic": spec.topic,
        "call": spec.signature,
        "unit": str(spec.unit),
        "doc": _texts(spec.doc),
        "arguments": [_argument(parameter) for parameter in spec.parameters.values()],
        "examples": [_example(example) for example in spec.examples],
    }
    if spec.source:
        told["source"] = spec.source
    if not spec.native:
        return told | {"python": spec.python}
    return told | {"formula": f"={spec.formula(*spec.parameters)}", "lambda": for_people(spec)}


def _example(example: Example) -> dict[str, Any]:
    """Arguments, result, and what else is told of an example, such as how many digits of it are known."""
    rest = {item.name: getattr(example, item.name) for item in fields(example)[2:]}
    told = {"arguments": [_plain(arg) for arg in example.args], "result": _plain(example.result)}
    return told | {key: value for key, value in rest.items() if value}


def _argument(parameter: Parameter) -> dict[str, Any]:
    term = parameter.term
    told: dict[str, Any] = {
        "name": parameter.name,
        "label": _texts(term.name),
        "doc": _texts(term.doc),
        "unit": str(term.unit),
        "range": term.many,
        "whole": term.whole,
        "optional": parameter.optional,
    }
    if parameter.optional and parameter.default is not None:
        told["default"] = parameter.default
    limits = {"low": term.low, "high": term.high}
    told |= {key: limit for key, limit in limits.items() if abs(limit) < INFINITY}
    return told | ({"choices": list(term.choices)} if term.choices else {})


def _texts(text: Text) -> dict[str, str]:
    return {language: text[language] for language in LANGUAGES}


def _plain(value: Any) -> Any:
    """A value of an example; an error is its text, what is left out {"omitted": true}, a blank cell null."""
    if value is OMITTED:
        return {"omitted": True}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.cell if isinstance(value, CellError) else value
