"""Maximum-likelihood estimates of continuous families, for many samples at once.

Every estimate takes samples as rows, (r, n), and gives the parameters as columns, (r, 1) each, so that a parametric
bootstrap refits all of its replicates in one go. Iterations are Newton's, kept inside what the family allows.
"""

import numpy as np

from sim.numbers.arrays import Array

Theta = tuple[Array, ...]
"""Parameters of each sample, (r, 1) each."""

TOLERANCE = 1e-9
MOST_DF = 200.0
"""Degrees of freedom from which on a t law is taken to be normal."""


def _mean(x: Array) -> Array:
    return np.asarray(x.mean(axis=1, keepdims=True))


def normal(x: Array) -> Theta:
    """Mean and standard deviation (divided by n)."""
    return _mean(x), np.asarray(x.std(axis=1, keepdims=True))


def lognormal(x: Array) -> Theta:
    """Mean and standard deviation of the logarithm."""
    return normal(np.log(x))


def exponential(x: Array) -> Theta:
    """Mean."""
    return (_mean(x),)


def log_uniform(x: Array) -> Theta:
    """Lowest and highest value."""
    return x.min(axis=1, keepdims=True), x.max(axis=1, keepdims=True)


def pareto(x: Array) -> Theta:
    """Lowest value, and alpha by Hill's formula (Johnson, Kotz and Balakrishnan 1994, 20.4)."""
    low = x.min(axis=1, keepdims=True)
    return low, 1 / _mean(np.log(x / low))


def gamma(x: Array) -> Theta:
    """Shape and scale: generalised Newton steps in 1/shape (Minka 2002, "Estimating a gamma distribution")."""
    from scipy.special import digamma, polygamma

    gap = np.log(_mean(x)) - _mean(np.log(x))
    shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(20):
        slope = shape**2 * (1 / shape - polygamma(1, shape))
        after = 1 / (1 / shape + (np.log(shape) - gap - digamma(shape)) / slope)
        done = np.all(np.abs(after - shape) <= TOLERANCE * shape)
        shape = after
        if done:
            break
    return shape, _mean(x) / shape


def weibull(x: Array) -> Theta:
    """Shape and scale (Johnson, Kotz and Balakrishnan 1994, equations 21.69 and 21.70)."""
    logs = np.log(x)
    top = logs.max(axis=1, keepdims=True)
    z = logs - top
    shape = np.pi / np.sqrt(6) / z.std(axis=1, keepdims=True)
    for _ in range(100):
        w = np.exp(shape * z)
        total = w.sum(axis=1, keepdims=True)
        first = (w * z).sum(axis=1, keepdims=True) / total
        second = (w * z * z).sum(axis=1, keepdims=True) / total
        step = (first - 1 / shape - _mean(z)) / (second - first**2 + 1 / shape**2)
        after = np.maximum(shape - step, shape / 3)
        done = np.all(np.abs(after - shape) <= TOLERANCE * shape)
        shape = after
        if done:
            break
    return shape, np.exp(top) * _mean(np.exp(shape * z)) ** (1 / shape)


def gumbel(x: Array) -> Theta:
    """Location and scale of the law of largest values (Johnson, Kotz and Balakrishnan 1995, equation 22.83)."""
    least = x.min(axis=1, keepdims=True)
    z = x - least
    scale = z.std(axis=1, keepdims=True) * np.sqrt(6) / np.pi
    for _ in range(100):
        w = np.exp(-z / scale)
        total = w.sum(axis=1, keepdims=True)
        first = (w * z).sum(axis=1, keepdims=True) / total
        second = (w * z * z).sum(axis=1, keepdims=True) / total
        step = (scale - _mean(z) + first) / (1 + (second - first**2) / scale**2)
        after = np.maximum(scale - step, scale / 3)
        done = np.all(np.abs(after - scale) <= TOLERANCE * scale)
        scale = after
        if done:
            break
    return least - scale * np.log(_mean(np.exp(-z / scale))), scale


def beta(x: Array) -> Theta:
    """Both shapes, by Newton's method on the concave likelihood (Johnson, Kotz and Balakrishnan 1995, 25.4)."""
    from scipy.special import digamma, polygamma

    log_x, log_rest = _mean(np.log(x)), _mean(np.log1p(-x))
    mean, variance = _mean(x), np.asarray(x.var(axis=1, keepdims=True))
    size = np.maximum(mean * (1 - mean) / variance - 1, 0.1)
    a, b = mean * size, (1 - mean) * size
    for _ in range(100):
        both = polygamma(1, a + b)
        f, g = digamma(a) - digamma(a + b) - log_x, digamma(b) - digamma(a + b) - log_rest
        ja, jb = polygamma(1, a) - both, polygamma(1, b) - both
        determinant = ja * jb - both**2
        da, db = (jb * f + both * g) / determinant, (both * f + ja * g) / determinant
        a_after, b_after = np.maximum(a - da, a / 3), np.maximum(b - db, b / 3)
        done = np.all(np.abs(a_after - a) <= TOLERANCE * a) and np.all(np.abs(b_after - b) <= TOLERANCE * b)
        a, b = a_after, b_after
        if done:
            break
    return a, b


def student_t(x: Array) -> Theta:
    """Degrees of freedom, location and scale: ECME steps (Liu and Rubin 1995, Statistica Sinica 5), df up to 200."""
    location, scale = np.median(x, axis=1, keepdims=True), x.std(axis=1, keepdims=True) * 0.8
    parameters = np.concatenate([np.full_like(location, 5.0), location, scale], axis=1)
    active = np.arange(len(x))
    for _ in range(1000):
        before = parameters[active]
        parameters[active] = _t_step(x[active], before)
        moved = np.abs(parameters[active] - before) / (np.abs(before) * [1, 0, 1] + before[:, 2:] * [0, 1, 0])
        active = active[moved.max(axis=1) > 1e-7]
        if not active.size:
            break
    return parameters[:, :1], parameters[:, 1:2], parameters[:, 2:]


def _t_step(x: Array, theta: Array) -> Array:
    df, location, scale = theta[:, :1], theta[:, 1:2], theta[:, 2:]
    weights = (df + 1) / (df + ((x - location) / scale) ** 2)
    location = (weights * x).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    scale = np.sqrt(_mean(weights * (x - location) ** 2))
    squared = ((x - location) / scale) ** 2
    score, nearby = _t_score(squared, df), _t_score(squared, df * 1.001)
    slope = (nearby * 1.001 - score) / np.log(1.001)  # of df times score, by the logarithm of df
    newton = -score / np.where(slope < 0, slope, -1.0)
    step = np.where(slope < 0, np.clip(newton, -0.7, 0.7), 0.5 * np.sign(score))
    return np.concatenate([np.clip(df * np.exp(step), 0.3, MOST_DF), location, scale], axis=1)


def _t_score(squared: Array, df: Array) -> Array:
    """Slope of the mean log-likelihood in the logarithm of df, at squared standardised values."""
    from scipy.special import digamma

    ratio = squared / df
    inner = _mean((df + 1) / df * ratio / (1 + ratio) - np.log1p(ratio))
    return np.asarray(df / 2 * (digamma((df + 1) / 2) - digamma(df / 2) - 1 / df + inner))


def pert_mode(z: Array) -> Array:
    """Mode of a PERT law on 0 to 1, (r, 1): bisection on the falling slope of its log-likelihood."""
    from scipy.special import digamma

    gap = _mean(np.log(z)) - _mean(np.log1p(-z))
    low, high = np.zeros_like(gap), np.ones_like(gap)
    for _ in range(50):
        middle = (low + high) / 2
        rising = gap - digamma(1 + 4 * middle) + digamma(5 - 4 * middle) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return (low + high) / 2


def triangular_mode(z: Array) -> Array:
    """Mode of a triangular law on 0 to 1, (r, 1): always one of the values (Johnson and Kotz 1999, Statistician 48)."""
    z = np.sort(z, axis=1)
    n = z.shape[1]
    rank = np.arange(n)
    log_z, log_rest = np.log(z), np.log1p(-z)
    below = np.cumsum(log_z, axis=1) - log_z - rank * log_z
    above = np.cumsum(log_rest[:, ::-1], axis=1)[:, ::-1] - log_rest - (n - 1 - rank) * log_rest
    return np.take_along_axis(z, np.argmax(below + above, axis=1)[:, None], axis=1)
