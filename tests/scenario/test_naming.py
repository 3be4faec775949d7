from typing import get_args

import pytest
from pydantic import BaseModel

from sim.scenario.cases.naming import called
from sim.scenario.cases.words import WORDS
from sim.scenario.shapes.file import Offer, ScenarioFile


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
        (("common", "licence", "discount", 1), "", "licence.discount[1]", "discount on the list price, number 2"),
        (("vendors", "a.b", "inputs", "adoption"), "a.b", "adoption", "adoption"),
        (("company", "churn"), "", "company.churn", "customers lost a year"),
        (("common", "effects", "hours_saved"), "", "effects.hours_saved", "hours saved a user and week"),
        (("common", "events", "Weak rollout"), "", "events.Weak rollout", "Weak rollout"),
        (("common", "events", "Late", "delay_months"), "", "events.Late.delay_months", "Late: months of delay"),
        (("common", "lines", "Audit", "amount"), "", "lines.Audit.amount", "Audit, amount"),
        (("conversion_lift",), "", "conversion_lift", "conversion lift"),
        (("adoption",), "", "adoption", "adoption"),
        (("vendors",), "", "vendors", "vendors"),
    ],
)
def test_an_input_is_called_by_where_it_stands(place, owner, name, title):
    assert called(place) == (owner, name, title)


def shape_in(annotation):
    inside = (annotation, *get_args(annotation))
    return next((one for one in inside if isinstance(one, type) and issubclass(one, BaseModel)), None)


NAMED_BY_THE_FILE = {"features", "events", "lines", "rows"}


def test_every_number_that_may_be_uncertain_has_words_and_no_two_the_same():
    sections = Offer.model_fields | {"company": ScenarioFile.model_fields["company"]}
    numbers = [
        f"{section}.{name}"
        for section, field in sections.items()
        if section not in NAMED_BY_THE_FILE and (shape := shape_in(field.annotation)) is not None
        for name, number in shape.model_fields.items()
        if "Leaf" in repr(number.annotation)
    ]
    assert len(numbers) > 80
    assert [name for name in numbers if name not in WORDS] == []
    assert len(set(WORDS.values())) == len(WORDS)
