"""What the functions say about themselves."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clv_xl.catalogue import Function, errors_seen
from clv_xl.errors import NotAvailable
from clv_xl.functions import CATALOGUE
from clv_xl.terms import LANGUAGES

HELP = CATALOGUE["CLV_HELP"]
EACH = pytest.mark.parametrize("spec", CATALOGUE.values(), ids=lambda spec: spec.name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_every_function(language: str) -> None:
    rows = HELP.cells(None, language)
    assert [row[0] for row in rows[1:]] == list(CATALOGUE)
    assert all(row[1] == CATALOGUE[row[0]].signature and row[2] for row in rows[1:])


@EACH
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_function(spec: Function, language: str) -> None:
    rows = HELP.cells(f" {spec.name.lower()} ", language)
    assert {len(row) for row in rows} == {4}
    assert all(isinstance(cell, str | float) for row in rows for cell in row), "nothing that a cell cannot show"
    assert rows[0][:2] == [spec.signature, spec.doc[language]]
    assert {row[0] for row in rows} >= set(spec.parameters)
    assert rows[-1][0].startswith(f"{spec.name}(")


def test_an_argument() -> None:
    rows = {row[0]: row[1:] for row in HELP.cells("CLV_RETENTION")}
    assert rows["retention"] == ["Share of customers who stay each period: 0.8 for 80 %.", "share, 0 to 1", "required"]
    assert rows["timing"][1:] == ["number, whole, from 0 to 1", "0"]
    assert "CLV_RETENTION(100;0,8;0,1)" in {row[0] for row in HELP.cells("CLV_RETENTION", "nl")}


def test_unknown_names_the_nearest() -> None:
    with pytest.raises(NotAvailable, match="CLV_RETENTION"):
        HELP("CLV_RETENTOIN")


def test_last_error() -> None:
    errors_seen.clear()
    assert not CATALOGUE["CLV_LASTERROR"].cells()
    CATALOGUE["CLV"].cells(50, 36, 1, 60)
    assert CATALOGUE["CLV_LASTERROR"].cells() == (
        "#NUM! CLV: margin is 60; allowed is a share, 0.6 for 60 %, from 0 to 1"
    )


def test_functions_load_the_standard_library_only() -> None:
    code = "import sys, clv_xl.functions; print(sorted({'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_an_endless_text_still_lets_the_last_error_fit_in_a_cell() -> None:
    CATALOGUE["CLV"].cells("x" * 32_767, 36)
    told = CATALOGUE["CLV_LASTERROR"].cells()
    assert told.startswith("#VALUE! CLV: order_value is 'xxx")
    assert told.endswith("not a number")
    assert len(told) < 3_000
