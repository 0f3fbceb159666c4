"""BG/NBD and MBG/NBD give the published figures."""

from __future__ import annotations

import pytest

from clv_xl.models.bg_nbd import BGNBD
from clv_xl.models.estimation import Verdict
from clv_xl.models.mbg_nbd import MBGNBD


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (BGNBD, "bgnbd-fit-paper"),
        (BGNBD, "bgnbd-fit-clvtools"),
        (BGNBD, "bgnbd-fit-btyd"),
        (MBGNBD, "mbgnbd-fit"),
        (MBGNBD, "mbgnbd-fit-btydplus"),
    ],
)
def test_fits_of_the_cdnow_sample(model, name, cdnow, oracle):
    fit, published = model.fit(*cdnow[:3]), oracle(name)
    got = dict(zip(fit.names, fit.parameters, strict=True)) | {"loglik": fit.loglik}
    published.holds([got[key] for key in published.expected], list(published.expected.values()))
    assert fit.verdict is Verdict.CONVERGED
    assert fit.customers == 2357


def test_standard_errors(cdnow, oracle):
    oracle("bgnbd-se-clvtools").holds(BGNBD.fit(*cdnow[:3]).standard_errors)


@pytest.mark.parametrize("name", ["bgnbd-cet25-t1", "bgnbd-cet25-t3", "bgnbd-cet25-t6"])
def test_expected_purchases_of_customers(name, oracle):
    published = oracle(name)
    model = BGNBD(*published.parameters)
    published.holds(model.conditional_expected_purchases(published.inputs["t"], *published.customers()))
