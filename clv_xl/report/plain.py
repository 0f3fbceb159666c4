"""The records as JSON, for programs.

Keys of the file, which stay the same within a `version`:

    format     "clv-xl portfolio"
    version    of these keys: 1
    program    version of clv-xl that wrote it
    as_of      newest day that any record looked at, ISO; "" when there is none
    units      figure -> unit: money (in the record's currency), count, ratio, share (0.6 for 60 %), years
    records    the fields of `clv_xl.refresh.record.Record`, by their names, in the order given; what is no finite
               number is null
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clv_xl.refresh.record import FIGURES
from clv_xl.version import __version__

from . import MARK
from .portfolio import newest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clv_xl.refresh.record import Record

VERSION = 1


def plain(records: Sequence[Record]) -> bytes:
    """The file: ASCII, so that even half a character of a damaged file name survives."""
    as_of = newest(records)
    content = {
        "format": MARK,
        "version": VERSION,
        "program": __version__,
        "as_of": as_of.isoformat() if as_of else "",
        "units": {key: figure.unit for key, figure in FIGURES.items()},
        "records": [_finite(asdict(record)) for record in records],
    }
    return (json.dumps(content, indent=1, allow_nan=False) + "\n").encode()


def _finite(value: Any) -> Any:
    """JSON has no word for infinity."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
