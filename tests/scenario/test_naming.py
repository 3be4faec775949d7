import pytest

from sim.scenario.cases.naming import called


@pytest.mark.parametrize(
    ("place", "owner", "name", "title"),
    [
        (("vendors", "Suite", "rows", "Licences", "years", 2), "Suite", "rows.Licences.years[2]", "Licences, year 3"),
        (("vendors", "Suite", "rows", "Licences", "years"), "Suite", "rows.Licences.years", "Licences"),
        (("common", "rows", "Sales", "factors", "deals", 0), "", "rows.Sales.factors.deals[0]", "Sales, deals, year 1"),
        (
            ("vendors", "Suite", "rows", "Sales", "retained", "rates", "kept"),
            "Suite",
            "rows.Sales.retained.rates.kept",
            "Sales, kept",
        ),
        (("vendors", "Suite", "rows", "Sales", "initial"), "Suite", "rows.Sales.initial", "Sales, initial"),
        (("common", "licence", "discount", 1), "", "licence.discount[1]", "licence.discount[1]"),
        (("vendors", "a.b", "inputs", "adoption"), "a.b", "adoption", "adoption"),
        (("company", "churn"), "", "company.churn", "churn"),
        (("adoption",), "", "adoption", "adoption"),
        (("vendors",), "", "vendors", "vendors"),
    ],
)
def test_an_input_is_called_by_where_it_stands(place, owner, name, title):
    assert called(place) == (owner, name, title)
