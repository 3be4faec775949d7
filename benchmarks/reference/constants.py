"""The reference model: its numbers, and what every contender answers.

Adoption in month t is `adoption_final * min(1, t / ramp_months)`. Benefit in month t is

    adoption * (LEADS * CONVERSION * conversion_lift * DEAL * MARGIN + USERS * LOADED * productivity_gain * REALISED)
    + retained * REVENUE * MARGIN / 12

where `retained` follows R = R (1 - CHURN / 12) + CUSTOMERS * retention_gain * adoption / 12 from zero. Cost is
`implementation + USERS * training` in month 0 and `USERS * licence + ADMIN` in each month after it.
"""

from typing import NamedTuple

import numpy as np

from sim.numbers.arrays import Array

MONTHS = 36
USERS = 60
LEADS = 900
CONVERSION = 0.04
DEAL = 4_500
MARGIN = 0.62
CUSTOMERS = 1_200
REVENUE = 2_800
CHURN = 0.18
LOADED = 7_500
REALISED = 0.35
ADMIN = 4_000
RATE = 0.10

CONVERSION_LIFT = (0.02, 0.08, 0.20)  # triangular: low, mode, high
RETENTION_GAIN = (0.0, 0.03, 0.08)  # PERT: low, mode, high
PRODUCTIVITY_GAIN = (0.10, 0.04, 0.0, 0.4)  # truncated normal: mean, sd, low, high
LICENCE = (75.0, 0.15)  # lognormal: median, sigma
TRAINING = (300.0, 900.0)  # uniform
ADOPTION_FINAL = (8.0, 3.0)  # beta
RAMP_MONTHS = (3.0, 9.0)  # uniform
IMPLEMENTATION = (40_000.0, 60_000.0, 120_000.0)  # triangular

SPEARMAN_LIFT, SPEARMAN_RAMP = 0.5, -0.3
"""Rank correlation of final adoption with the conversion lift and with the months of the ramp."""

LATENT_LIFT, LATENT_RAMP = (2 * np.sin(np.pi / 6 * rho) for rho in (SPEARMAN_LIFT, SPEARMAN_RAMP))
"""The correlations of normal scores that give them (Kruskal 1958)."""
LATENT_OWN = np.sqrt(1 - LATENT_LIFT**2 - LATENT_RAMP**2)

WINS = LEADS * CONVERSION * DEAL * MARGIN
"""Margin of a month's wins: what a conversion lift of 1 would add."""
TIME = USERS * LOADED * REALISED
"""Cost of a month's working time, as far as freed time is used: what a productivity gain of 1 would add."""
KEPT = REVENUE * MARGIN / 12
"""Margin of one customer and month."""
MONTHLY = (1 + RATE) ** (1 / 12) - 1


class Answers(NamedTuple):
    """What a contender gives, (n,) each; `irr` is left out unless asked for."""

    roi: Array
    npv: Array
    payback: Array
    """First month in which the running total is at or above zero; `inf` if there is none."""
    irr: Array | None = None


class Sampled(NamedTuple):
    """The eight inputs, (n,) each."""

    conversion_lift: Array
    retention_gain: Array
    productivity_gain: Array
    licence: Array
    training: Array
    adoption_final: Array
    ramp_months: Array
    implementation: Array
