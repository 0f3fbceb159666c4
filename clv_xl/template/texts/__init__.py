"""The words of a template, one module a language: add a language by adding its module here.

A module is named by the code of its language and holds `TEXTS`. What it does not say is said in English. Words that
come from the functions, the data and the analysis (`clv_xl.terms.Text`: segments, industries, verdicts) it may
translate too: the key is `said.` and the English words.
"""

from __future__ import annotations

import pkgutil
from collections import ChainMap
from collections.abc import Iterable, Mapping
from importlib import import_module

from clv_xl.terms import LANGUAGES as KNOWN
from clv_xl.terms import Text

from . import en


def found(folders: Iterable[str]) -> dict[str, dict[str, str]]:
    """The texts of every module in these folders, by language."""
    names = sorted(module.name for module in pkgutil.iter_modules(folders))
    return {name: import_module(f"{__name__}.{name}").TEXTS for name in names}


LANGUAGES = found(__path__)


def texts(language: str) -> Mapping[str, str]:
    """The texts of a language by key."""
    return ChainMap(LANGUAGES[language], en.TEXTS)


def said(words: Text, language: str) -> str:
    """Words that the code has in its own languages; in others as the language's module has them."""
    return words[language] if language in KNOWN else texts(language).get(f"said.{words.en}", words.en)
