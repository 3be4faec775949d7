import pytest

from sim.numbers.kinds import Kind
from sim.numbers.notation import Notation
from sim.numbers.reading import Reading, read_number


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("50 million", "50M, not 'million'"),
        ("€ 3,5 Mio.", "3.5M, not 'Mio'"),
        ("5 Tsd. €", "5k, not 'Tsd'"),
        ("3 lakh", "300k, not 'lakh'"),
        ("2.5 Crore", "25M, not 'Crore'"),
        ("€5m", "5M, not 'm'"),
        ("0.0005 thousand", "0.5, not 'thousand'"),
        ("1,500 million", "k, M or bn, not 'million'"),
    ],
)
def test_words_of_size_are_refused_with_what_they_mean(text, right):
    for kind in (Kind.MONEY, Kind.COUNT):
        with pytest.raises(ValueError, match=f"cannot read '{text}': write {right}$"):
            read_number(text, Reading("EUR", kind))


def test_they_are_told_as_the_file_writes_numbers():
    with pytest.raises(ValueError, match=r"write 3,5M"):
        read_number("3,5 Mio.", Reading("EUR", Kind.MONEY, notation=Notation.of(",")))


@pytest.mark.parametrize(("text", "word"), [("18000 pesos", "pesos"), ("12 kg", "kg"), ("5 TT", "TT")])
def test_a_word_that_is_no_currency_is_not_taken_for_the_scenarios(text, word):
    with pytest.raises(
        ValueError, match=rf"'{word}' is no currency \(amounts are in EUR here: write that, or no word\)"
    ):
        read_number(text, Reading("EUR", Kind.MONEY))
