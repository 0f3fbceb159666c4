"""What the tests take colours to look like: against published figures."""

from __future__ import annotations

import pytest

from .colours import contrast, distance


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("000000", "FFFFFF", 21), ("777777", "FFFFFF", 4.48), ("0000FF", "FFFFCC", 8.4), ("808080", "FFFFFF", 3.95)],
)
def test_contrast(one: str, other: str, ratio: float):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.05)


def test_red_and_green_of_one_lightness_look_alike():
    assert distance("C0504D", "6E8B3D", deuteranopia=False) > 60
    assert distance("C0504D", "6E8B3D") < distance("C0504D", "6E8B3D", deuteranopia=False) / 2
    assert distance("0072B2", "E69F00") > 60  # of Okabe and Ito, made for who does not see colours
    assert distance("123456", "123456") == 0
