"""Quantiles of the F and t distributions, for intervals of what was measured on few things."""

import math
from functools import lru_cache

_TINY = 1e-300
_CLOSE = 1e-15
_STEPS = 10_000
_HALVINGS = 200
_FAR = 700.0  # the largest logarithm of a ratio that is looked at: e^700 still is a number


def beta_share(a: float, b: float, x: float, rest: float) -> float:
    """Regularised incomplete beta I_x(a, b); `rest` is 1 - x, given apart so that it keeps its digits near 0.

    By the continued fraction of DLMF 8.17.22, worked out as Lentz did (Press et al., Numerical Recipes, 6.4).
    """
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)
    front = math.exp(log_front)
    if x < (a + 1) / (a + b + 2):  # where the fraction converges fast; elsewhere its mirror image does
        return min(1.0, front / a * _fraction(a, b, x))
    return max(0.0, 1 - front / b * _fraction(b, a, rest))


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    product = d
    for m in range(1, _STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / _not_zero(1 + step * d)
            c = _not_zero(1 + step / c)
            product *= c * d
        if abs(c * d - 1) < _CLOSE:
            return product
    raise ArithmeticError(f"the incomplete beta of {a} and {b} at {x} does not converge")


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def f_cdf(value: float, above: float, below: float) -> float:
    """Probability that an F of `above` and `below` degrees of freedom is at most `value`."""
    if value <= 0:
        return 0.0
    whole = above * value + below
    return beta_share(above / 2, below / 2, above * value / whole, below / whole)


@lru_cache(maxsize=512)
def f_quantile(probability: float, above: float, below: float) -> float:
    """The value that an F of `above` and `below` degrees of freedom stays below with this probability.

    By halving the logarithm of the odds of x = above F/(above F + below), whose share I_x is known. ValueError unless
    0 < probability < 1 and both degrees of freedom are positive.
    """
    if not 0 < probability < 1:
        raise ValueError(f"a probability lies between 0 and 1, not {probability!r}")
    if not (above > 0 and below > 0):
        raise ValueError("degrees of freedom are positive")
    low, high = -_FAR, _FAR
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        x, rest = 1 / (1 + math.exp(-middle)), 1 / (1 + math.exp(middle))
        if beta_share(above / 2, below / 2, x, rest) < probability:
            low = middle
        else:
            high = middle
    return below / above * math.exp((low + high) / 2)


def t_of(confidence: float, freedom: float) -> float:
    """Half-width in standard errors of a two-sided interval by Student's t: its square is an F of 1 and `freedom`."""
    return math.sqrt(f_quantile(confidence, 1, freedom))
