"""What a number measures."""

from enum import Enum


class Kind(Enum):
    """What a number measures; its value says what it is and how to write one."""

    RATE = ("a rate", "12% or 0.12")
    MONEY = ("an amount of money", "75, 18k or 1.2M, with or without the currency")
    COUNT = ("a count", "900, 12k or 1.2M")
    MONTHS = ("a number of months", "6, '6 months' or '2 years'")
    HOURS = ("a number of hours", "3 or '3 hours'")
    FACTOR = ("a plain factor", "1.15")
    ANY = ("a number", "12, 12% or $12")

    @property
    def what(self) -> str:
        """What it is: 'a rate'."""
        return self.value[0]

    @property
    def how(self) -> str:
        """How to write one, in brackets: '(write 12% or 0.12)'."""
        return f"(write {self.value[1]})"
