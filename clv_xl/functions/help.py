"""What the functions say about themselves."""

from __future__ import annotations

from clv_xl.benchmarks import nearest
from clv_xl.catalogue import Example, Function, errors_seen, function
from clv_xl.cells import Value, plain
from clv_xl.errors import CellError, NotAvailable
from clv_xl.formula import spell
from clv_xl.grids import as_rows, is_array
from clv_xl.parameters import OMITTED, Parameter
from clv_xl.terms import INFINITY, UNIT_NAMES, Text, Unit
from clv_xl.version import __version__

Rows = list[list[Value]]

ABOUT_ITSELF = "it tells about the program, not about customers"
WIDTH = 4
LONGEST = 2_000  # characters of the last error

INDEX = (Text("function", "functie"), Text("call", "aanroep"), Text("what it gives", "wat het geeft"))
ARGUMENTS = (
    Text("argument", "argument"),
    Text("meaning", "betekenis"),
    Text("allowed", "toegestaan"),
    Text("left out", "weggelaten"),
)
EXAMPLES = (Text("example", "voorbeeld"), Text("result", "uitkomst"))
REQUIRED = Text("required", "verplicht")
MAY_BE_LEFT_OUT = Text("may be left out", "mag weg")
TABLE = Text("a table", "een tabel")
WHOLE = Text("whole", "heel")
RANGE = Text("a range", "een bereik")
FROM, TO = Text("from", "vanaf"), Text("to", "tot en met")


@function(
    Unit.TABLE,
    en="Help: without a name every function with its call and what it gives; with a name its arguments and examples.",
    nl="Hulp: zonder naam elke functie met aanroep en wat die geeft; met een naam de argumenten en voorbeelden ervan.",
    python=ABOUT_ITSELF,
    examples=[
        (
            ("CLV_VERSION",),
            [
                ["CLV_VERSION()", "The version of clv-xl.", "", ""],
                ["example", "result", "", ""],
                ["CLV_VERSION()", __version__, "", ""],
                ["CLV_VERSION(1)", "#VALUE!", "", ""],
            ],
        ),
        (("clv_x",), "#N/A"),
        (("CLV", "de"), "#VALUE!"),
        ((1,), "#VALUE!"),
    ],
)
def clv_help(function_name: str | None = None, language: str = "en") -> Rows:
    """The same texts as the function wizard and the manual, from the same declarations."""
    from clv_xl.functions import CATALOGUE  # noqa: PLC0415  the catalogue holds this function too

    spoken = language.casefold()
    if function_name is None:
        index: Rows = [[heading[spoken] for heading in INDEX]]
        for each in CATALOGUE.values():
            index.append([each.name, each.signature, each.doc[spoken]])
        return index
    spec = CATALOGUE.get(function_name.strip().upper())
    if spec is None:
        near = nearest(function_name, CATALOGUE)
        hint = f"nearest: {', '.join(near)}" if near else "CLV_HELP() lists all"
        raise NotAvailable(f"no function {function_name!r}; {hint}")
    rows: Rows = [[spec.signature, spec.doc[spoken]]]
    if spec.parameters:
        rows.append([heading[spoken] for heading in ARGUMENTS])
        rows += [_argument(parameter, spoken) for parameter in spec.parameters.values()]
    rows.append([heading[spoken] for heading in EXAMPLES])
    rows += [_example(spec, example, spoken) for example in spec.examples if _can_be_typed(example)]
    return [row + [""] * (WIDTH - len(row)) for row in rows]


@function(
    Unit.TEXT,
    en="The version of clv-xl.",
    nl="De versie van clv-xl.",
    python=ABOUT_ITSELF,
    examples=[((), __version__), ((1,), "#VALUE!")],
)
def clv_version() -> str:
    """To name in a question or a report of a fault."""
    return __version__


@function(
    Unit.TEXT,
    en="Why a function last gave an error: which argument, and what is allowed. Blank when none did. Recalculate to "
    "refresh.",
    nl="Waarom een functie het laatst een fout gaf: welk argument, en wat mag. Leeg als er geen was. Herbereken voor"
    " de laatste.",
    python=ABOUT_ITSELF,
    examples=[((), ""), ((1,), "#VALUE!")],
)
def clv_lasterror() -> str:
    """A cell shows #NUM! only; this tells the rest."""
    told = errors_seen[-1] if errors_seen else ""
    # A cell holds 32,767 characters, and a text that was given may have as many by itself.
    return told if len(told) <= LONGEST else f"{told[: LONGEST // 2]} ... {told[-LONGEST // 2 :]}"


def _argument(parameter: Parameter, spoken: str) -> list[Value]:
    default = parameter.default
    if default is OMITTED:
        left_out = REQUIRED[spoken]
    else:
        left_out = MAY_BE_LEFT_OUT[spoken] if default is None else _spell(default, spoken)
    return [parameter.name, parameter.term.doc[spoken], _allowed(parameter, spoken), left_out]


def _allowed(parameter: Parameter, spoken: str) -> str:
    term = parameter.term
    if term.choices:
        return ", ".join(_spell(choice, spoken) for choice in term.choices)
    parts = [RANGE[spoken]] if term.many else []
    parts.append(UNIT_NAMES[term.unit][spoken])
    if term.whole:
        parts.append(WHOLE[spoken])
    if term.unit not in {Unit.SHARE, Unit.DATE, Unit.FLAG} and term.low > -INFINITY:
        parts.append(f"{FROM[spoken]} {_spell(term.low, spoken)}")
        if term.high < INFINITY:
            parts[-1] += f" {TO[spoken]} {_spell(term.high, spoken)}"
    return ", ".join(parts)


def _example(spec: Function, example: Example, spoken: str) -> list[Value]:
    separator = "," if spoken == "en" else ";"
    arguments = separator.join("" if arg is OMITTED else _spell(arg, spoken) for arg in example.args)
    result = TABLE[spoken] if isinstance(example.result, list) else plain(example.result)
    return [f"{spec.name}({arguments})", result]


def _can_be_typed(example: Example) -> bool:
    """Whether the arguments fit in a formula: a list of constants cannot hold a blank."""
    cells = [cell for arg in example.args if is_array(arg) for row in as_rows(arg) for cell in row]
    return not any(cell is None for cell in cells)


def _spell(value: Value | list[Value], spoken: str) -> str:
    """A value as one types it: in Dutch with a decimal comma."""
    if isinstance(value, list):
        return "{" + ";".join(_spell(row[0], spoken) for row in as_rows(value)) + "}"
    spelled = spell(value if isinstance(value, str | bool | CellError) else plain(value))
    return spelled.replace(".", ",") if spoken != "en" and isinstance(value, float) else spelled
