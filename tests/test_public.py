"""What `import clv_xl` gives."""

from __future__ import annotations

import pytest

import clv_xl
from clv_xl.errors import OutOfRange


def test_every_function_is_there_in_lower_case():
    assert all(getattr(clv_xl, name.lower()) is spec for name, spec in clv_xl.CATALOGUE.items())
    assert set(clv_xl.__all__) | {name.lower() for name in clv_xl.CATALOGUE} == set(dir(clv_xl))


def test_the_readmes_examples():
    assert clv_xl.clv(50, 36) == 1800
    assert clv_xl.clv(order_value=75, frequency=5, lifespan=3, margin=0.6) == 675
    with pytest.raises(OutOfRange, match=r"margin is 60; allowed is a share, 0\.6 for 60 %"):
        clv_xl.clv(50, 36, margin=60)


def test_an_unknown_name_says_where_to_look():
    with pytest.raises(AttributeError, match="clv-xl functions"):
        _ = clv_xl.clvv


def test_modules_stay_modules_after_they_are_loaded():
    """A function named as a module would be replaced by it at the first import."""
    assert not {"refresh", "template", "orders", "workbook", "help"} & set(clv_xl.__all__)
