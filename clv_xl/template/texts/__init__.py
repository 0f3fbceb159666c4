"""The words of a template, one module a language: add a language by adding its module here."""

from __future__ import annotations

from collections.abc import Mapping

from . import en, nl

LANGUAGES: dict[str, Mapping[str, str]] = {"en": en.TEXTS, "nl": nl.TEXTS}


def texts(language: str) -> Mapping[str, str]:
    """The texts of a language by key."""
    return LANGUAGES[language]
