"""Random generators that are told by what they are for."""

import hashlib

import numpy as np


def generator(seed: int, *key: object) -> np.random.Generator:
    """Give the random generator for one purpose.

    Seed and purpose are hashed together, so no two of them share a stream - seed 2 is not seed 1 a step on.
    """
    entropy = int.from_bytes(hashed(32, seed, *key))
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(entropy)))


def hashed(size: int, *key: object) -> bytes:
    """Give `size` bytes that look random and depend on every part of the key."""
    return hashlib.shake_128("\x1f".join(str(part) for part in key).encode()).digest(size)
