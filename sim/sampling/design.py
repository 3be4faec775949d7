"""How draws fill the space of inputs, by name; and how many there can be."""

from enum import StrEnum

MOST_NUMBERED = 2**32
"""Draws of a run, at most: more cannot be numbered by every design."""


class Design(StrEnum):
    """How the uniforms fill the unit cube."""

    SOBOL = "sobol"
    LATIN = "latin"
    RANDOM = "random"
    HDR = "hdr"
