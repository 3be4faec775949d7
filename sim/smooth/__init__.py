"""One input integrated out exactly: every draw is a straight line in it instead of a value.

A run values every draw as it is and at two more values of the input. What adds up is then a straight line in it, and a
probability given the other inputs one of its distribution function: no jump is left, and percentiles and probabilities
need far fewer draws for the same accuracy.
"""

from sim.smooth.choice import AUTO, bent_later, smoothing_of
from sim.smooth.kept import Kept, numbers
from sim.smooth.law import Chances, chances
from sim.smooth.lines import NotStraightError, Smoothing, of_chunk
from sim.smooth.tallies import Line, Smoothed, line_of

__all__ = [
    "AUTO",
    "Chances",
    "Kept",
    "Line",
    "NotStraightError",
    "Smoothed",
    "Smoothing",
    "bent_later",
    "chances",
    "line_of",
    "numbers",
    "of_chunk",
    "smoothing_of",
]
