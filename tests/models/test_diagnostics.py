"""What a model says of the past: against published counts, and against sums over customers one by one."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from clv_xl.models.bg_bb import BGBB
from clv_xl.models.bg_nbd import BGNBD
from clv_xl.models.customers import Customers
from clv_xl.models.diagnostics import (
    MOST,
    alive_by_tenths,
    by_frequency,
    purchase_counts,
    tracking,
    tracking_of_periods,
)
from clv_xl.models.lifetime_value import discounted_purchases
from clv_xl.models.opportunities import opportunities
from clv_xl.models.purchase_days import PurchaseDays
from clv_xl.models.selection import candidates

from .conftest import DATA

# Fader, Hardie and Lee (2005), table and figure 1: customers with 0, 1, 2 ... and 7 or more repeat purchases
PUBLISHED = [1411, 439, 214, 100, 62, 38, 29, 64]
BG = BGNBD(0.242595, 4.413602, 0.792920, 2.425888)  # the paper's fit
BB = BGBB(0.5, 3.4, 0.6, 5.8)


@pytest.fixture(scope="module")
def days():
    with (DATA / "orders" / "CDNOW_sample.txt").open(encoding="utf-8") as file:
        rows = [line.split() for line in file]
    dates = np.array([dt.date.fromisoformat(row[2]) for row in rows], "datetime64[D]")
    return PurchaseDays.of([row[1] for row in rows], dates, np.array([float(row[4]) for row in rows]))


@pytest.fixture(scope="module")
def calibration(days):
    return days.until(int(np.datetime64("1997-09-30", "D").astype(int)))


def test_the_counts_are_the_published_ones_and_the_expected_ones_sums_over_customers(calibration):
    known = Customers.from_days(calibration)
    counts = purchase_counts(BG, known.frequency, known.T)
    assert counts.actual.tolist() == PUBLISHED
    each = [BG.probability_of_n_purchases(n, known.T).sum() for n in range(MOST)]
    assert counts.expected[:MOST] == pytest.approx(each, rel=1e-10)
    assert counts.expected.sum() == pytest.approx(2357)
    assert np.abs(counts.expected - counts.actual).max() < 50  # as close as figure 1 shows


def test_counts_of_periods_take_each_number_of_opportunities(days):
    over = opportunities(days, "month")
    counts = purchase_counts(BB, over.frequency, over.n)
    two = sum(float(BB.probability_of_n_purchases(2, int(n))[0]) for n in over.n)
    assert counts.expected[2] == pytest.approx(two)
    assert counts.expected.sum() == counts.actual.sum() == len(over.n)


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_tracking_adds_up_what_the_model_expects_of_each_customer(calibration, unit):
    known = Customers.from_days(calibration, unit)
    track = tracking(calibration, BG, unit)
    assert track.actual.sum() == known.frequency.sum()
    assert track.expected.sum() == pytest.approx(BG.expected_purchases(known.T).sum(), rel=1e-9)
    assert track.ends[-1] == np.datetime64("1997-09-30")


def test_tracking_halfway_leaves_out_who_has_yet_to_come(calibration):
    track = tracking(calibration, BG, "week")
    end = track.ends[4]
    lived = (end - calibration.first.astype("datetime64[D]")).astype(float) / 7
    assert track.expected[:5].sum() == pytest.approx(BG.expected_purchases(lived[lived > 0]).sum())


@pytest.mark.parametrize("unit", ["week", "month", "year"])
def test_tracking_of_periods_counts_those_that_are_over(days, unit):
    over = opportunities(days, unit)
    track = tracking_of_periods(days, BB, unit)
    assert track.actual.sum() == over.frequency.sum()
    assert track.expected.sum() == pytest.approx(BB.expected_purchases(over.n[over.n > 0]).sum() if over.n.any() else 0)
    assert len(track.ends) == len(track.actual) == over.n.max()
    assert len(track.ends) == 0 or track.ends[-1] == over.end


def test_purchases_by_frequency_add_up_to_those_of_the_holdout(days):
    (found,) = candidates(days, "week", ["bgnbd"])
    by = found.holdout.by_frequency
    assert by.customers @ by.actual == pytest.approx(found.holdout.actual)
    assert by.customers @ by.expected == pytest.approx(found.holdout.expected)
    few = by_frequency(np.array([0.0, 0.0, 9.0]), np.array([1.0, 2.0, 8.0]), np.array([1.0, 1.0, 6.0]))
    assert few.customers.tolist() == [2, 0, 0, 0, 0, 0, 0, 1]
    assert (few.actual[0], few.actual[7], few.expected[7]) == (1.5, 8, 6)
    assert np.isnan(few.actual[1])


def test_tenths_hold_their_lower_end_and_the_last_one_both():
    assert alive_by_tenths(np.array([0.0, 0.05, 0.1, 0.95, 1.0])).tolist() == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_discounted_periods_of_bgbb_tend_to_its_published_dert():
    x, t_x, n = [0, 2, 5], [0, 4, 6], [6, 6, 6]
    rate = np.log(1.1)
    assert discounted_purchases(BB, 400, rate, x, t_x, n) == pytest.approx(BB.dert(0.1, x, t_x, n), rel=1e-6)
    plain = BB.conditional_expected_purchases(12, x, t_x, n)
    assert discounted_purchases(BB, 12, 0.0, x, t_x, n) == pytest.approx(plain)
