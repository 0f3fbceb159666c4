"""The charts of an outlook as pictures, SVG and PNG, by matplotlib (the extra `pictures`); the same bytes each time."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from clv_xl.errors import ClvError
from clv_xl.models.diagnostics import MOST
from clv_xl.template import theme

from .sheets import EXPECTED
from .statements import Statements
from .titles import Titles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .outlook import Outlook

_SIZE, _DOTS = (9.0, 4.6), 150  # inches, dots an inch
_BAR = 0.4
_CHARTS = ("tracking", "calibration", "alive")
_KINDS = (("svg", "Date"), ("png", "Software"))  # and what would differ by day or version
_LOOK: dict[Any, Any] = {
    "svg.hashsalt": "clv-xl",  # else the ids in the file differ each time
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 10,
    "text.color": theme.INK,
    "axes.edgecolor": "#9AA5B1",
    "axes.labelcolor": theme.INK,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#E1E7EC",
    "xtick.color": theme.INK,
    "ytick.color": theme.INK,
    "legend.frameon": False,
}


def needed() -> None:
    """Refuse without matplotlib. Raises ClvError."""
    if find_spec("matplotlib") is None:
        raise ClvError(
            "--pictures needs matplotlib: pip install 'clv-xl[pictures]'.",
            "Voor --pictures is matplotlib nodig: pip install 'clv-xl[pictures]'.",
        )


def files(folder: Path) -> list[Path]:
    """The files that `draw` writes."""
    return [folder / f"{name}.{kind}" for name in _CHARTS for kind, _ in _KINDS]


def draw(outlook: Outlook, folder: Path, language: str) -> list[Path]:
    """Draw tracking, calibration and alive, each as .svg and .png, in a folder that is made when it is not there.

    Raises:
        ClvError: matplotlib is not installed.
        OSError: the folder cannot be written.

    """
    needed()
    folder.mkdir(parents=True, exist_ok=True)
    charts = _Charts(outlook, language)
    for name, make in zip(_CHARTS, (charts.tracking, charts.calibration, charts.alive), strict=True):
        with _figure() as (figure, axes):
            make(axes)
            for kind, empty in _KINDS:
                figure.savefig(folder / f"{name}.{kind}", format=kind, dpi=_DOTS, metadata={empty: None})
    return files(folder)


@contextmanager
def _figure() -> Iterator[tuple[Any, Any]]:
    from matplotlib import rc_context  # noqa: PLC0415  an extra, and heavy
    from matplotlib.figure import Figure  # noqa: PLC0415  likewise

    with rc_context(_LOOK):
        figure = Figure(figsize=_SIZE, layout="constrained")
        yield figure, figure.add_subplot()


class _Charts:
    def __init__(self, outlook: Outlook, language: str) -> None:
        self._outlook = outlook
        self._said = Statements(outlook, language)
        self._titles, self._say = Titles(self._said), self._said.say

    def tracking(self, axes: Any) -> None:
        """Repeat purchases added up."""
        from matplotlib.dates import AutoDateLocator  # noqa: PLC0415  an extra, and heavy
        from matplotlib.ticker import FuncFormatter  # noqa: PLC0415  likewise

        track = self._outlook.tracking
        for values, key, colour in ((track.actual, "actual", theme.CHART_FILL), (track.expected, "expected", EXPECTED)):
            axes.plot(track.ends, np.cumsum(values), color=colour, linewidth=2, label=self._say(key))
        axes.xaxis.set_major_locator(AutoDateLocator(maxticks=9))  # type: ignore[no-untyped-call]  # theirs
        axes.xaxis.set_major_formatter(FuncFormatter(self._month))
        self._finish(axes, self._titles.cumulative, "", "repeats")

    def calibration(self, axes: Any) -> None:
        """Customers by repeat purchases."""
        counts, places = self._outlook.counts, np.arange(MOST + 1)
        shown = ((-1, counts.actual, "actual", theme.CHART_FILL), (1, counts.expected, "expected", EXPECTED))
        for side, values, key, colour in shown:
            axes.bar(places + side * _BAR / 2, values, _BAR, color=colour, label=self._say(key))
        axes.set_xticks(places, [*map(str, range(MOST)), f"{MOST}+"])
        self._finish(axes, self._titles.counts, "repeats", "customers")

    def alive(self, axes: Any) -> None:
        """Customers by P(alive)."""
        places = np.arange(len(self._outlook.alive))
        axes.bar(places, self._outlook.alive, 2 * _BAR, color=theme.CHART_FILL)
        axes.set_xticks(places, self._titles.tenths, fontsize=9)
        self._finish(axes, self._titles.alive, "probability_alive", "customers")

    def _finish(self, axes: Any, title: str, across: str, up: str) -> None:
        from matplotlib.ticker import FuncFormatter  # noqa: PLC0415  an extra, and heavy

        axes.set_title(title, fontsize=11, fontweight="bold", loc="left", pad=12, wrap=True)
        axes.set_xlabel(self._say(across) if across else "")
        axes.set_ylabel(self._say(up))
        axes.set_ylim(bottom=0)
        axes.tick_params(length=0)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: self._said.wording.count(value)))
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="best")

    def _month(self, day: float, _: int | None) -> str:
        return self._said.wording.month(str(np.datetime64(round(day), "D"))[:7])
