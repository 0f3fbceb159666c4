"""Why a formula is not computed, in the user's language."""

from __future__ import annotations

from clv_xl.terms import Text, counted


class Incalculable(ValueError):
    """A formula that this package does not compute; `text` says why."""

    def __init__(self, en: str, nl: str) -> None:
        super().__init__(en)
        self.text = Text(en, nl)


class SyntaxRefused(Incalculable):
    """Formula text that is beyond this reader."""


class UnknownReference(Incalculable):
    """A reference that leads nowhere, or elsewhere."""


class Unsettled(Incalculable):
    """What other programs, or Excel in other languages, compute otherwise."""


class LanguageBound(Unsettled):
    """A text that may be a number or a day."""

    def __init__(self, en: str, nl: str) -> None:
        super().__init__(
            f"{en}: which number or day that is depends on the language of Excel",
            f"{nl}: welk getal of welke dag dat is hangt af van de taal van Excel",
        )


class Held(Incalculable):
    """A formula that reads a cell whose value is out of date."""

    def __init__(self, cell: str, sheet: str) -> None:
        super().__init__(
            f"it reads {sheet}!{cell}, which keeps an old value", f"leest {sheet}!{cell}, dat een oude waarde houdt"
        )


def broken() -> Incalculable:
    """A formula on which the calculator fails."""
    return Incalculable("it cannot be computed here", "is hier niet te berekenen")


def circle() -> Incalculable:
    """Formulas that wait for each other."""
    return Incalculable("formulas that read each other in a circle", "formules die elkaar in een kring lezen")


def too_large() -> Incalculable:
    """More cells than can be held at once."""
    return Incalculable("it takes more cells than can be computed", "omvat meer cellen dan te berekenen zijn")


def too_deep() -> SyntaxRefused:
    """A formula whose parts lie in each other beyond what can be followed."""
    return SyntaxRefused("its parts are nested too deep", "de delen zijn te diep genest")


def miscounted(written: str, count: int) -> Incalculable:
    """A function with too few or too many arguments."""
    told = counted(count, Text("argument", "argument"), Text("arguments", "argumenten"))
    return Incalculable(f"{written} with {told.en}", f"{written} met {told.nl}")
