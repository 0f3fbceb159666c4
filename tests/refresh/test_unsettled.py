"""What another program or another language computes otherwise is believed only where the file's value shows it."""

import pytest

from clv_xl.refresh import refresh

AMOUNTS = [10.0 * place + 5 for place in range(12)]  # of the third day of each month of 2024
LANGUAGE = "language of Excel"
FORMULAS = {
    'SUMIFS(Verkopen[Bedrag],Verkopen[Datum],">=1-3-2024")': LANGUAGE,
    'SUMIFS(Verkopen[Bedrag],Verkopen[Datum],">="&"1-3-2024")': LANGUAGE,
    'COUNTIF(Verkopen[Datum],">1 mrt 2024")': LANGUAGE,
    'MAXIFS(Verkopen[Bedrag],Verkopen[Datum],"<1-3-2024")': LANGUAGE,
    'VAR(Verkopen[Bedrag])+SUMIFS(Verkopen[Bedrag],Verkopen[Datum],">=1-3-2024")': LANGUAGE,
    'SUM(Verkopen[Bedrag])+DATEVALUE("1-3-2024")': LANGUAGE,
    'SUM(Verkopen[Bedrag])+VALUE("1,5")': LANGUAGE,
    'SUM(Verkopen[Bedrag])+("1-3-2024"+0)': LANGUAGE,
    'VAR(Verkopen[Bedrag])+("1-3-2024"+0)': LANGUAGE,
    'VAR(Verkopen[Bedrag])+MONTH("1-3-2024")': LANGUAGE,
    "VAR(Verkopen[Bedrag])+(E1+0)": LANGUAGE,
    "LARGE(Verkopen[Bedrag],1.5)": "a place between two",
    "SMALL(Verkopen[Bedrag],1.5)": "a place between two",
    "VAR(Verkopen[Bedrag])+LARGE(Verkopen[Bedrag],3/2)": "a place between two",
}


def told(done):
    return {change.cell: change.after for change in done.changes}, {stale.cell: stale.reason for stale in done.stale}


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_lost_value_is_not_replaced_by_what_one_program_takes_it_for(client, formula):
    cells = {"A1": ("=CLV(1,1)", 2), "B1": (f"={formula}+A1", "#NAME?"), "E1": "1-3-2024"}
    changes, stale = told(refresh(client(cells)))
    assert changes == {"A1": 1.0}
    assert FORMULAS[formula] in stale["B1"].en
    assert stale["B1"].nl != stale["B1"].en


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("stored", ["", "#NAME?"])
def test_nor_is_it_beside_a_call_of_ours(client, formula, stored):
    changes, stale = told(refresh(client({"B1": (f"=CLV({formula},1)", stored), "E1": "1-3-2024"})))
    assert not changes
    assert FORMULAS[formula] in stale["B1"].en


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ('SUMIFS(Verkopen[Bedrag],Verkopen[Datum],">=45352")', sum(AMOUNTS[2:])),
        ('SUMIFS(Verkopen[Bedrag],Verkopen[Datum],">="&DATE(2024,3,1))', sum(AMOUNTS[2:])),
        ('COUNTIF(Verkopen[Klant],"klant-1")', 4.0),
        ('MAXIFS(Verkopen[Bedrag],Verkopen[Bedrag],"<60")', 55.0),
        ('SUM(Verkopen[Bedrag])+"2"', sum(AMOUNTS) + 2),
        ("LARGE(Verkopen[Bedrag],2)+SMALL(Verkopen[Bedrag],2)", 120.0),
    ],
)
def test_what_all_read_alike_is_computed(client, formula, after):
    changes, stale = told(refresh(client({"A1": ("=CLV(1,1)", 2), "B1": (f"={formula}+A1", "#NAME?")})))
    assert not stale
    assert changes == {"A1": 1.0, "B1": after + 1}


def test_a_stored_value_that_is_reproduced_settles_it(client):
    """CellRune reads month first, as does the Excel that stored this: all but one of 3 January 2024."""
    formula = '=SUMIFS(Verkopen[Bedrag],Verkopen[Datum],">1-3-2024")+A1'
    after = sum(AMOUNTS) - 5
    changes, stale = told(refresh(client({"A1": ("=CLV(1,1)", 2), "B1": (formula, after + 2)})))
    assert not stale
    assert changes == {"A1": 1.0, "B1": after + 1}
