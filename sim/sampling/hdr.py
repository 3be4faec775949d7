"""Uniforms that other tools can draw too: the HDR generator of the SIPmath standard, computed from counters alone.

Hubbard, D. W. (2019), "A multi-dimensional, counter-based pseudo random number generator as a standard for Monte Carlo
simulations", Proceedings of the Winter Simulation Conference; version HDR 2.0, https://www.probabilitymanagement.org/hdr.
A value depends on five whole numbers - trial, entity, variable and two seeds - and on nothing drawn before it.
"""

import hashlib

import numpy as np

from sim.numbers.arrays import Array

ENTITY = 1
"""Stands for the organisation in every stream of this program."""

SEEDS = 100_000_000
"""Seeds and variables are whole numbers of up to eight digits (Hubbard 2019, table 1)."""

_LARGE = 999_999_999_999_989
_WORD = 2**32


def variable_id(name: str) -> int:
    """Give the variable an input draws by, 1 to 99,999,999: its name's SHAKE-128, so that no other input matters.

    Example:
        >>> variable_id("adoption")
        97803238
    """
    return 1 + int.from_bytes(hashlib.shake_128(name.encode()).digest(8)) % (SEEDS - 1)


def uniforms(variable: int, *, first: int, size: int, entity: int = ENTITY, seed3: int = 0, seed4: int = 0) -> Array:
    """Give the uniforms of trials `first` to `first + size - 1`, (size,), strictly inside (0, 1).

    The first trial of SIPmath's tools is number 1. Whole numbers up to 99,999,999 keep every product within 64 bits.

    Example:
        >>> uniforms(2, first=1, size=2, entity=10, seed3=3, seed4=4).round(9).tolist()
        [0.18532938, 0.99370397]
    """
    trial = np.arange(first, first + size, dtype=np.int64)
    state1 = trial * 2_499_997 + (variable * 1_800_451 + entity * 2_000_371 + seed3 * 1_796_777 + seed4 * 2_299_603)
    state2 = trial * 2_246_527 + (variable * 2_399_993 + entity * 2_100_869 + seed3 * 1_918_303 + seed4 * 1_624_729)
    half1 = _LARGE % (state1 % 7_450_589 * 4_658 + 7_450_581) * 383 % 99_991
    half2 = _LARGE % (state2 % 7_450_987 * 7_580 + 7_560_584) * 17_669 % 7_440_893
    return ((half1 * 7_440_893 + half2) * 1_343 % _WORD + 0.5) / _WORD
