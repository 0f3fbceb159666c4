"""Rebuild the templates that the project carries: `python -m clv_xl.template templates`."""

import sys
from pathlib import Path

from .making import COMMITTED, write

for name, (language, host) in COMMITTED.items():
    write(Path(sys.argv[1]) / name, language=language, host=host)
