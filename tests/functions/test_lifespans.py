"""The two lifespans on a shop whose truth is known."""

from __future__ import annotations

import numpy as np

import clv_xl


def test_the_simple_lifespan_is_far_too_low_and_the_corrected_one_right():
    """200,000 customers, 5 % leave each month (20 months on average), the shop is 24 months old."""
    chance = np.random.default_rng(1)
    start = chance.integers(0, 24, 200_000)
    stay = chance.geometric(0.05, 200_000)
    duration = np.minimum(stay, 24 - start).astype(float)
    left = stay <= 24 - start
    assert 8 < clv_xl.lifespan(duration) < 9
    assert abs(clv_xl.lifespan_exposure(duration, left.astype(float)) - 20) < 0.2
    assert clv_xl.lifespan(duration[left]) < 7.5
