"""Why a formula keeps its old value, as people read it."""

from __future__ import annotations

from clv_xl.terms import Text

UNREPRODUCED = Text(
    "computed here it does not give the value the file holds", "hier berekend geeft hij niet de waarde in het bestand"
)
CHANGING = Text(
    "its value is another one each time (NOW, RAND ...)", "zijn waarde is elke keer anders (NU, ASELECT ...)"
)
BLIND = Text(
    "what it reads cannot be told from its text (OFFSET, INDIRECT, A1:INDEX ...)",
    "wat hij leest blijkt niet uit zijn tekst (VERSCHUIVING, INDIRECT, A1:INDEX ...)",
)
LEFT_BEHIND = Text(
    "it names the rows that the orders had, and fills several cells: let it name columns of the table",
    "noemt de rijen die de bestellingen hadden, en vult meer cellen: laat hem kolommen van de tabel noemen",
)
HIDING = Text(
    "it may pass over hidden rows or other subtotals (SUBTOTAL, AGGREGATE), and there are such",
    "slaat misschien verborgen rijen of andere subtotalen over (SUBTOTAAL, AGGREGAAT), en die zijn er",
)
APPROXIMATE = Text(
    "it looks up among sorted values (MATCH, VLOOKUP without FALSE): let Excel or LibreOffice compute it (--engine)",
    "zoekt in gesorteerde waarden (VERGELIJKEN, VERT.ZOEKEN zonder ONWAAR): laat Excel of LibreOffice rekenen",
)
CROSSING = Text(
    "a plain cell takes one value of a range where an array formula takes all, and what the file holds does not tell "
    "which is meant: enter it in Excel (as an array: Ctrl+Shift+Enter) and save",
    "een gewone cel neemt één waarde van een bereik waar een matrixformule alle neemt, en wat het bestand bevat zegt "
    "niet welke bedoeld is: voer hem in Excel in (als matrix: Ctrl+Shift+Enter) en sla op",
)
PIVOTED = Text(
    "it reads a pivot table that is out of date: refresh that in Excel (Alt+F5)",
    "leest een draaitabel die verouderd is: ververs die in Excel (Alt+F5)",
)
TABLE_READ = Text(
    "it reads a what-if data table that is out of date: let Excel compute that (Ctrl+Alt+F9)",
    "leest een gegevenstabel (wat-als) die verouderd is: laat Excel die berekenen (Ctrl+Alt+F9)",
)
TABULATED = Text(
    "it begins a what-if data table, which only Excel computes: press Ctrl+Alt+F9 there",
    "hier begint een gegevenstabel (wat-als), die alleen Excel berekent: druk daar op Ctrl+Alt+F9",
)
FOREIGN = Text(
    "it needs another workbook, another add-in or something outside the file",
    "heeft een andere werkmap, een andere invoegtoepassing of iets buiten het bestand nodig",
)


def advised(reason: Text) -> Text:
    """A reason that an engine might take away, with where to get one."""
    how = 'pip install "clv-xl[recalc]"'
    return Text(f"{reason.en}; more is computed after {how}", f"{reason.nl}; meer wordt berekend na {how}")
