"""The texts below fields in the source are what the schema and the error messages say of them."""

from pydantic import Field

from sim.numbers.meanings import MeaningfulSchema, meanings
from sim.numbers.spec import Spec


class Above(Spec):
    rate: float = 0
    """A rate."""
    amount: float = 0
    """An amount
    on two lines."""


class Below(Above):
    rate: float = 1
    """Another rate."""
    plain: float = 0
    stated: float = Field(default=0, description="As stated.")
    """Not this one."""
    from_: float = Field(default=0, alias="from")
    """By its alias."""


def test_texts_are_those_of_the_nearest_class_and_what_a_field_states_wins():
    texts = meanings(Below)
    assert texts == {
        "source": "Where the number comes from.",
        "note": "A remark for the reader.",
        "rate": "Another rate.",
        "amount": "An amount\non two lines.",
        "stated": "As stated.",
        "from": "By its alias.",
    }
    assert meanings(Above)["rate"] == "A rate."


def test_the_schema_says_them_by_the_key_of_the_file():
    properties = Below.model_json_schema(schema_generator=MeaningfulSchema)["properties"]
    assert properties["from"]["description"] == "By its alias."
    assert properties["stated"]["description"] == "As stated."
    assert "description" not in properties["plain"]


def test_a_class_without_a_source_has_no_texts():
    space = {"Spec": Spec, "__name__": "nowhere"}
    exec('class Typed(Spec):\n    rate: float = 0\n    """A rate."""', space)
    assert set(meanings(space["Typed"])) == {"source", "note"}
