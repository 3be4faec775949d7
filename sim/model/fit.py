"""How well a vendor's CRM works here: a factor that each vendor draws for itself, in a stream of its own."""

import math

from sim.sampling.draws import SHARED
from sim.sampling.sobol import DIMENSIONS
from sim.sampling.streams import Latent, Stream

FIT = "fit"
"""Name of the number in an offer, and of the stream that vendors may share in."""

MOST_DOUBT = 0.5
"""Doubt beyond which a normal law around 1 would bring harm in one future of forty."""

FAR = DIMENSIONS * 1_000_000
"""Place in its block, far from all that are numbered: a fit moves no other draw."""


def fit_stream(vendor: str) -> Stream:
    """Give the stream of a vendor's fit, by its name alone."""
    return Stream(f"{FIT}.{vendor}", vendor, FAR)


def fit_tie(vendor: str, across: float) -> Latent | None:
    """Give what makes the fits of vendors go together, by Spearman's rho: a part that they share, the rest their own.

    The latent correlation of normal scores is 2 sin(pi rho / 6) (Kruskal 1958, "Ordinal measures of association", JASA
    53(284)).
    """
    if not across:
        return None
    latent = 2 * math.sin(math.pi * across / 6)
    shared = Stream(FIT, SHARED, FAR)
    return Latent(((shared, math.sqrt(latent)), (fit_stream(vendor), math.sqrt(1 - latent))))
