"""What usually keeps Python from answering Excel, looked for without Excel; each with its cure."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clv_xl.terms import Text
from clv_xl.version import __version__

from . import XLWINGS
from .addin import built_as
from .installation import INTERPRETER, Places, Settings

if TYPE_CHECKING:
    from .registry import Read

INSTALL = Text("clv-xl excel install", "clv-xl excel install")
PACKAGES = Text(
    'pip install "clv-xl[excel]", then clv-xl excel install',
    'pip install "clv-xl[excel]", daarna clv-xl excel install',
)
SECONDS = 60
_ASK = (
    "import importlib.util as u, json, sys\n"
    "from importlib.metadata import version\n"
    "def of(name):\n"
    "    try: return version(name)\n"
    "    except Exception: return None\n"
    "print(json.dumps({'clv-xl': of('clv-xl'), 'xlwings': of('xlwings'), 'pywin32': bool(u.find_spec('pythoncom'))}))"
)
_DEFENDER = r"SOFTWARE\Policies\Microsoft\Windows Defender"
_RULES = r"\Windows Defender Exploit Guard\ASR\Rules"
CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
"""Microsoft Defender's rule "Block all Office applications from creating child processes"."""

_BLOCKS, _SIGNED_ONLY, _NO_MACROS = 1, 3, 4


@dataclass(frozen=True)
class Finding:
    """What was looked at: its name for programs, whether it is well, what was found, and the cure."""

    name: str
    well: bool
    found: Text
    cure: Text | None = None


def findings(places: Places, registry: Read) -> Iterator[Finding]:
    """Every check in the order in which a failure would show."""
    yield _addin(places)
    settings = Settings.read(places.settings)
    yield from _settings(places, settings)
    interpreter = settings.values.get(INTERPRETER, "")
    if interpreter and Path(interpreter).is_file():
        yield from _python(Path(interpreter), places)
    yield from _windows(registry)


def _addin(places: Places) -> Finding:
    told = built_as(places.addin)
    if not told:
        return Finding(
            "addin", False, Text(f"no add-in at {places.addin}", f"geen invoegtoepassing in {places.addin}"), INSTALL
        )
    what = f"{places.addin}: clv-xl {told.get('version')}, xlwings {told.get('xlwings')}"
    well = told.get("version") == __version__ and told.get("xlwings") == XLWINGS
    here = Text(f"; here {__version__}, {XLWINGS}", f"; hier {__version__}, {XLWINGS}")
    return Finding("addin", well, Text(what, what) if well else Text(what + here.en, what + here.nl), INSTALL)


def _settings(places: Places, settings: Settings) -> Iterator[Finding]:
    path, interpreter = places.settings, settings.values.get(INTERPRETER, "")
    if not interpreter:
        yield Finding(
            "settings",
            False,
            Text(f"{path} names no Python", f"{path} noemt geen Python"),
            INSTALL,
        )
    elif not Path(interpreter).is_file():
        yield Finding(
            "settings",
            False,
            Text(
                f"{path} names a Python that is gone: {interpreter}",
                f"{path} noemt een Python die weg is: {interpreter}",
            ),
            INSTALL,
        )
    else:
        yield Finding("settings", True, Text(f"{path}: {interpreter}", f"{path}: {interpreter}"))
    if settings.odd or not all(settings.values.values()):
        yield Finding(
            "settings-lines",
            False,
            Text(f"{path} has blank or unreadable lines", f"{path} heeft lege of onleesbare regels"),
            Text(
                'open it in Notepad; let every line read "NAME","value", and none be blank',
                'open het in Kladblok; laat elke regel luiden "NAAM","waarde", en geen leeg zijn',
            ),
        )


def _python(interpreter: Path, places: Places) -> Iterator[Finding]:
    if "windowsapps" in str(interpreter).lower():
        yield Finding(
            "python-store",
            False,
            Text(
                "Python comes from the Microsoft Store, which Excel cannot start",
                "Python komt uit de Microsoft Store, en die kan Excel niet starten",
            ),
            Text(
                "install Python from python.org, then clv-xl there", "installeer Python van python.org, en daar clv-xl"
            ),
        )
        return
    told = _asked(interpreter)
    if told is None:
        yield Finding("python", False, Text(f"{interpreter} does not run", f"{interpreter} start niet"), INSTALL)
        return
    for package, wanted in {"clv-xl": __version__, "xlwings": XLWINGS}.items():
        found = told[package]
        what = Text(
            f"{package} {found or 'is missing'} in {interpreter}", f"{package} {found or 'ontbreekt'} in {interpreter}"
        )
        yield Finding(package, found == wanted, what, PACKAGES)
    yield Finding(
        "pywin32",
        bool(told["pywin32"]),
        Text("pywin32 is there", "pywin32 is er")
        if told["pywin32"]
        else Text("pywin32 is missing", "pywin32 ontbreekt"),
        PACKAGES,
    )
    folders = (interpreter.parent, interpreter.parent.parent, places.user_packages)  # the order of clv_python.bas
    library = next((f / n for f in folders for n in _libraries() if (f / n).is_file()), None)
    yield Finding(
        "library",
        library is not None,
        Text(str(library), str(library))
        if library
        else Text(f"{_libraries()[0]} is not beside Python", f"{_libraries()[0]} staat niet bij Python"),
        Text(
            f'pip install --force-reinstall "xlwings=={XLWINGS}"', f'pip install --force-reinstall "xlwings=={XLWINGS}"'
        ),
    )


def _libraries() -> tuple[str, str]:
    return f"xlwings64-{XLWINGS}.dll", f"xlwings32-{XLWINGS}.dll"


def _asked(interpreter: Path) -> dict[str, str | bool | None] | None:
    """What that Python has, or None when it does not run."""
    try:
        done = subprocess.run(  # noqa: S603  the Python that the user's own settings name
            [str(interpreter), "-P", "-c", _ASK], capture_output=True, text=True, timeout=SECONDS, check=True
        )
        told: dict[str, str | bool | None] = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return told


def _windows(registry: Read) -> Iterator[Finding]:
    excel = registry(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "")
    if isinstance(excel, str):
        store = "windowsapps" in excel.lower()
        yield Finding(
            "excel",
            not store,
            Text(excel, excel),
            Text(
                "uninstall the Office of the Microsoft Store and install it from office.com",
                "verwijder de Office uit de Microsoft Store en installeer hem van office.com",
            ),
        )
    if _children_blocked(registry):
        yield Finding(
            "child-processes",
            False,
            Text(
                "this computer forbids Office programs to start others, so Python too",
                "deze computer verbiedt Office andere programma's te starten, dus ook Python",
            ),
            Text(
                "ask whoever manages it for an exception, or take a workbook without Python: clv-xl template",
                "vraag de beheerder om een uitzondering, of neem een werkmap zonder Python: clv-xl template",
            ),
        )
    for policy in ("Policies\\", ""):
        level = registry(rf"HKCU\Software\{policy}Microsoft\Office\16.0\Excel\Security", "VBAWarnings")
        if level in (_SIGNED_ONLY, _NO_MACROS):
            yield Finding(
                "macros",
                False,
                Text(
                    "Excel runs no unsigned macros, and the add-in is unsigned",
                    "Excel voert geen ongetekende macro's uit, en de invoegtoepassing is ongetekend",
                ),
                Text(
                    "File > Options > Trust Center > Macro Settings: disable with notification; or ask whoever "
                    "manages the computer",
                    "Bestand > Opties > Vertrouwenscentrum > Macro-instellingen: uitschakelen met melding; of "
                    "vraag de beheerder",
                ),
            )
            return


def _children_blocked(registry: Read) -> bool:
    """The rule may stand in three places: of the management, of this computer, and of a device management."""
    for root in (_DEFENDER, _DEFENDER.replace("Policies\\", "")):
        if str(registry(rf"HKLM\{root}{_RULES}", CHILD_PROCESSES)) == str(_BLOCKS):
            return True
    managed = registry(rf"HKLM\{_DEFENDER}\Policy Manager", "ASRRules")
    return bool(re.search(rf"{CHILD_PROCESSES}=1(\D|$)", str(managed), re.IGNORECASE))
