"""Scrambled Sobol points, one dimension at a time.

The direction numbers are those of Joe and Kuo, "Constructing Sobol sequences with better two-dimensional
projections", SIAM J. Sci. Comput. 30 (2008), file new-joe-kuo-6.21201; the first 64 dimensions of it.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]

BITS = 32

# A line a dimension from the second on: the primitive polynomial as a binary number, then its initial numbers m.
_JOE_KUO = """\
3 1
7 1 3
11 1 3 1
13 1 1 1
19 1 1 3 3
25 1 3 5 13
37 1 1 5 5 17
41 1 1 5 5 5
47 1 1 7 11 19
55 1 1 5 1 1
59 1 1 1 3 11
61 1 3 5 5 31
67 1 3 3 9 7 49
91 1 1 1 15 21 21
97 1 3 1 13 27 49
103 1 1 1 15 7 5
109 1 3 1 15 13 25
115 1 1 5 5 19 61
131 1 3 7 11 23 15 103
137 1 3 7 13 13 15 69
143 1 1 3 13 7 35 63
145 1 3 5 9 1 25 53
157 1 3 1 13 9 35 107
167 1 3 1 5 27 61 31
171 1 1 5 11 19 41 61
185 1 3 5 3 3 13 69
191 1 1 7 13 1 19 1
193 1 3 7 5 13 19 59
203 1 1 3 9 25 29 41
211 1 3 5 13 23 1 55
213 1 3 7 3 13 59 17
229 1 3 1 3 5 53 69
239 1 1 5 5 23 33 13
241 1 1 7 7 1 61 123
247 1 1 7 9 13 61 49
253 1 3 3 5 3 55 33
285 1 3 1 15 31 13 49 245
299 1 3 5 15 31 59 63 97
301 1 3 1 11 11 11 77 249
333 1 3 1 11 27 43 71 9
351 1 1 7 15 21 11 81 45
355 1 3 7 3 25 31 65 79
357 1 3 1 1 19 11 3 205
361 1 1 5 9 19 21 29 157
369 1 3 7 11 1 33 89 185
391 1 3 3 3 15 9 79 71
397 1 3 7 11 15 39 119 27
425 1 1 3 1 11 31 97 225
451 1 1 1 3 23 43 57 177
463 1 3 7 7 17 17 37 71
487 1 3 1 5 27 63 123 213
501 1 1 3 5 11 43 53 133
529 1 3 5 5 29 17 47 173 479
539 1 3 3 11 3 1 109 9 69
545 1 1 1 5 17 39 23 5 343
557 1 3 1 5 25 15 31 103 499
563 1 1 1 11 11 17 63 105 183
601 1 1 5 11 9 29 97 231 363
607 1 1 5 15 19 45 41 7 383
617 1 3 7 7 31 19 83 137 221
623 1 1 1 3 23 15 111 223 83
631 1 1 5 13 31 15 55 25 161
637 1 1 3 13 25 47 39 87 257
"""

DIMENSIONS = len(_JOE_KUO.splitlines()) + 1


@cache
def direction_numbers() -> Words:
    """Give the direction numbers, (dimension, bit), most significant bit first."""
    rows = [[1 << (BITS - 1 - k) for k in range(BITS)]]  # the first dimension is van der Corput's sequence
    for line in _JOE_KUO.splitlines():
        polynomial, *initial = (int(word) for word in line.split())
        rows.append(_expand(polynomial, initial))
    numbers = np.array(rows, dtype=np.uint32)
    numbers.setflags(write=False)
    return numbers


def _expand(polynomial: int, initial: list[int]) -> list[int]:
    """Continue the initial numbers to one a bit (Joe and Kuo 2008, equation 2)."""
    degree = len(initial)
    v = [m << (BITS - 1 - k) for k, m in enumerate(initial)]
    for k in range(degree, BITS):
        new = v[k - degree] ^ (v[k - degree] >> degree)
        for j in range(1, degree):
            if polynomial >> (degree - j) & 1:
                new ^= v[k - j]
        v.append(new)
    return v


WORDS_NEEDED = BITS + 1
"""Random words that the scramble of one dimension takes."""


def scrambled(dimensions: NDArray[np.int64], random: Words) -> tuple[Words, Words]:
    """Give direction numbers under random linear scrambles, (k, BITS), and random digital shifts, (k,).

    Matoušek (1998): multiply by a random lower triangular matrix over GF(2) with ones on the diagonal, made from
    `random`, (k, WORDS_NEEDED). The variance of a mean is that of Owen's nested scrambling, for a few integers.
    """
    diagonal = np.uint32(1) << np.arange(BITS - 1, -1, -1, dtype=np.uint32)
    above = ~(diagonal | (diagonal - np.uint32(1)))  # the bits more significant than the diagonal's
    matrix = (random[:, :BITS] & above) | diagonal
    ones = np.bitwise_count(matrix[:, :, None] & direction_numbers()[dimensions][:, None, :]) & np.uint8(1)
    return np.bitwise_or.reduce(ones.astype(np.uint32) * diagonal[:, None], axis=1), random[:, BITS]


def points(directions: Words, size: int) -> Words:
    """Give the first points of each dimension, as words without a shift, (k, size); `size` is a power of two."""
    words = np.zeros((len(directions), size), dtype=np.uint32)
    filled, bit = 1, 0
    while filled < size:
        np.bitwise_xor(words[:, :filled], directions[:, bit, None], out=words[:, filled : 2 * filled])
        filled, bit = 2 * filled, bit + 1
    return words


def beginning(directions: Words, shifts: Words, start: int, size: int) -> Words:
    """Give what the first points are moved by to become those from `start` on, (k, 1).

    `size` is a power of two and `start` a multiple of it, so that the points are themselves balanced.
    """
    word = shifts.copy()
    for bit in range(size.bit_length() - 1, start.bit_length()):
        if start >> bit & 1:
            word ^= directions[:, bit]
    return word[:, None]


def uniforms(words: Words) -> NDArray[np.float64]:
    """Give words as numbers in (0, 1), same shape."""
    points = np.add(words, 0.5, dtype=np.float64)
    points *= 2.0**-BITS
    return points
