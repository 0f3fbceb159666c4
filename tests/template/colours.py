"""Colours as people see them: contrast by WCAG 2, and distance for who does not see red from green."""

from __future__ import annotations

import numpy as np

_DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
"""Of linear red, green and blue: Machado, Oliveira and Fernandes (2009), severity 1."""
_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_LIGHT = _XYZ.sum(axis=1)


def linear(colour: str) -> np.ndarray:
    """Red, green and blue of six digits, as amounts of light."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """From 1, the same, to 21."""
    bright, dark = sorted((float(_XYZ[1] @ linear(colour)) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def distance(one: str, other: str, *, deuteranopia: bool = True) -> float:
    """Difference in CIELAB (1976); some 2 can just be seen."""
    return float(np.linalg.norm(_lab(one, deuteranopia) - _lab(other, deuteranopia)))


def _lab(colour: str, deuteranopia: bool) -> np.ndarray:
    light = linear(colour)
    seen = np.clip(_DEUTERANOPIA @ light, 0, 1) if deuteranopia else light
    ratios = _XYZ @ seen / _LIGHT
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
