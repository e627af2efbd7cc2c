"""How far raters agree who scored the same interactions, and how strict each of them is.

In a table of ratings rows are what was rated (subjects: interactions) and columns are raters. What can't be told from
the ratings is None, and so is an interval that would have no width: levels are whole numbers, and a few that happen
to agree are no proof that all would.
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean

import numpy as np

from app.coaching.rules.distributions import f_quantile, t_of

Ratings = Sequence[Sequence[float]]
Interval = tuple[float, float]
_NOTHING = 1e-12  # less than this is left over from working out
_ROUNDED = 1 / 12  # variance that rounding to whole levels leaves in each rating (Sheppard 1898)
_WEIGHTS: dict[str | None, Callable[[int], float]] = {None: bool, "linear": abs, "quadratic": lambda apart: apart**2}


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of a table with one rating in each cell: between subjects, between raters, what is left."""

    subjects: float
    raters: float
    error: float
    n: int
    k: int

    @property
    def icc(self) -> float | None:
        whole = self.subjects + (self.k - 1) * self.error + self.k * (self.raters - self.error) / self.n
        if whole <= _NOTHING * (self.subjects + self.raters + self.error):
            return None
        return (self.subjects - self.error) / whole


def _squares(ratings: Ratings) -> _Squares | None:
    """None where nothing differs, or with fewer than two subjects or raters. ValueError for a table with holes."""
    table = _table(ratings)
    if table.ndim != 2 or min(table.shape) < 2 or np.all(table == table.flat[0]):
        return None
    n, k = table.shape
    from_mean = table - table.mean()
    rows, columns = from_mean.mean(axis=1), from_mean.mean(axis=0)
    left = from_mean - rows[:, None] - columns[None, :]
    found = (k * float(rows @ rows), n * float(columns @ columns), float((left**2).sum()))
    subjects, raters, error = (part if part > _NOTHING * sum(found) else 0.0 for part in found)
    return _Squares(subjects / (n - 1), raters / (k - 1), error / ((n - 1) * (k - 1)), n, k)


def _table(ratings: Ratings) -> np.ndarray:
    if len({len(row) for row in ratings}) > 1:
        raise ValueError("every subject needs a rating by every rater")
    try:
        table = np.asarray(ratings, dtype=float)
    except TypeError:
        raise ValueError("a rating is missing") from None
    if not np.isfinite(table).all():
        raise ValueError("a rating is missing")
    return table


def icc(ratings: Ratings) -> float | None:
    """ICC(2,1), the absolute agreement of single raters who stand for all raters there might be.

    (MSB - MSE)/(MSB + (k - 1) MSE + k (MSJ - MSE)/n) of n subjects and k raters: Shrout & Fleiss 1979, Intraclass
    correlations, Psychological Bulletin 86. 1 is full agreement; about 0 and below, raters differ on the same subject
    as much as subjects do. None with fewer than two subjects or raters, or when all ratings are the same. ValueError
    for a table with holes.
    """
    squares = _squares(ratings)
    return squares.icc if squares else None


def icc_interval(ratings: Ratings, confidence: float = 0.95) -> Interval | None:
    """Low and high end for `icc`: McGraw & Wong 1996, Psychological Methods 1, case 2A of ICC(A,1), by the F
    distribution with Satterthwaite's degrees of freedom. A negative ICC counts as 0 in these, as variances are not
    negative. None where `icc` is, and where it would have no width.
    """
    squares = _squares(ratings)
    if squares is None or squares.icc is None or squares.error == 0 == min(squares.raters, squares.subjects):
        return None
    n, k, error, between = squares.n, squares.k, squares.error, squares.raters
    freedom, tail = _satterthwaite(squares, max(squares.icc, 0.0)), (1 + confidence) / 2
    shrunk, grown = f_quantile(tail, n - 1, freedom), f_quantile(tail, freedom, n - 1)
    rest = k * between + (k * n - k - n) * error
    low = n * (squares.subjects - shrunk * error) / (shrunk * rest + n * squares.subjects)
    high = n * (grown * squares.subjects - error) / (rest + n * grown * squares.subjects)
    return (low, high) if high - low > _NOTHING else None


def _satterthwaite(squares: _Squares, rho: float) -> float:
    """Degrees of freedom of a MSJ + b MSE, the variance of a subject's mean were the true ICC rho; rho < 1."""
    n, k = squares.n, squares.k
    a = k * rho / (n * (1 - rho)) * squares.raters
    b = (1 + k * rho * (n - 1) / (n * (1 - rho))) * squares.error
    return (a + b) ** 2 / (a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1)))


def cohen_kappa(table: Ratings, weights: str | None = None) -> float | None:
    """Cohen's kappa of two raters from their k x k table of counts: one's levels down, the other's across.

    1 - observed/expected disagreement; each pair weighs 1 when it differs (None), as many levels as lie between
    ("linear"), or their square ("quadratic"): Cohen 1960 and 1968. None when no disagreement is to be expected, as when
    both gave one and the same level throughout. ValueError for a table that is not square or has a negative count, and
    for other weights.
    """
    if weights not in _WEIGHTS:
        raise ValueError('weights are None, "linear" or "quadratic"')
    counts = _table(table)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise ValueError("a square table of counts is needed")
    weigh, levels = _WEIGHTS[weights], range(len(counts))
    apart = np.array([[weigh(i - j) for j in levels] for i in levels], dtype=float)
    expected = float((apart * np.outer(counts.sum(axis=1), counts.sum(axis=0))).sum())
    if expected == 0:
        return None
    return 1 - float((apart * counts).sum()) * float(counts.sum()) / expected


def mean_kappa(ratings: Ratings) -> float | None:
    """Kappa with quadratic weights, the mean over all pairs of raters: Light 1971, Psychological Bulletin 76.

    Ratings are whole levels. Pairs without a kappa are left out; None where no pair has one.
    """
    table = _table(ratings)
    if table.ndim != 2 or not table.size:
        return None
    lowest, levels = table.min(), int(table.max() - table.min()) + 1
    found = []
    for one, other in itertools.combinations(np.rint(table - lowest).astype(int).T, 2):
        counts = np.zeros((levels, levels))
        np.add.at(counts, (one, other), 1)
        found.append(cohen_kappa(counts.tolist(), "quadratic"))
    known = [kappa for kappa in found if kappa is not None]
    return fmean(known) if known else None


def kappa_interval(ratings: Ratings, confidence: float = 0.95) -> Interval | None:
    """Low and high end for `mean_kappa`, within -1..1, by the jackknife: the kappas with one subject left out each.

    Standard error sqrt((n - 1)/n sum(k_i - mean)^2), half-width by Student's t with n - 1 degrees of freedom: Efron &
    Tibshirani 1993, An Introduction to the Bootstrap, ch. 11. None with fewer than three subjects, where one of the
    kappas can't be told, and where it would have no width.
    """
    n, whole = len(ratings), mean_kappa(ratings)
    if whole is None or n < 3:
        return None
    without = [mean_kappa([*ratings[:i], *ratings[i + 1 :]]) for i in range(n)]
    known = [kappa for kappa in without if kappa is not None]
    if len(known) < n:
        return None
    middle = fmean(known)
    error = math.sqrt((n - 1) / n * math.fsum((kappa - middle) ** 2 for kappa in known))
    half = t_of(confidence, n - 1) * error
    return (max(-1.0, whole - half), min(1.0, whole + half)) if half > _NOTHING else None


def raw_agreement(ratings: Ratings) -> float | None:
    """Share of the pairs of ratings of one subject that are the same; None without a pair."""
    table = _table(ratings)
    if table.ndim != 2 or table.shape[1] < 2:
        return None
    pairs = list(itertools.combinations(range(table.shape[1]), 2))
    return fmean(float(np.mean(table[:, i] == table[:, j])) for i, j in pairs)


def raw_interval(ratings: Ratings, confidence: float = 0.95) -> Interval | None:
    """Low and high end for `raw_agreement`: Wilson's (1927) score interval for as many trials as there are subjects.

    Pairs of ratings of one subject are not independent, so they don't count as trials of their own. A subject's share
    lies between 0 and 1 and varies at most as much as a single yes or no of the same mean (Bhatia & Davis 2000), so
    the interval is rather too wide than too narrow.
    """
    share, n = raw_agreement(ratings), len(ratings)
    if share is None:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def band(lower_bound: float | None) -> str:
    """Agreement in a word, by the lower end of the ICC's interval: Koo & Li 2016, Journal of Chiropractic Medicine 15.

    Below .5 poor, below .75 moderate, up to .9 good, above excellent. Empty where there is no lower end.
    """
    if lower_bound is None:
        return ""
    if lower_bound < 0.5:
        return "poor"
    if lower_bound < 0.75:
        return "moderate"
    return "good" if lower_bound <= 0.9 else "excellent"


def reaches(found: float | None, floor: float) -> bool | None:
    """Whether an ICC is at the floor or above; None where it can't be told."""
    return None if found is None else found >= floor - _NOTHING


@dataclass(frozen=True, slots=True)
class Severity:
    """A rater's mean difference from the mean of all raters, in levels: below 0 is stricter than they are."""

    difference: float
    low: float | None = None
    high: float | None = None

    @property
    def certain(self) -> bool:
        """Whether it is more than chance: the interval leaves 0 out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def severity(differences: Sequence[float], behaviours: int, confidence: float = 0.95) -> Severity | None:
    """How strict a rater is, from the mean difference on each interaction over so many behaviours.

    The levels of one interaction hang together, so interactions are what counts: mean +- t s/sqrt(n) with n - 1 degrees
    of freedom. The error is never below sqrt(1/12) levels in each rating, which rounding to whole levels leaves
    (Sheppard 1898): whoever differs by the same on each of a few interactions isn't known exactly. One interaction
    gives no interval, none gives None.
    """
    n = len(differences)
    if not n:
        return None
    middle = fmean(differences)
    if n == 1:
        return Severity(middle)
    spread = math.fsum((one - middle) ** 2 for one in differences) / (n - 1)
    half = t_of(confidence, n - 1) * math.sqrt(max(spread, _ROUNDED / max(behaviours, 1)) / n)
    return Severity(middle, middle - half, middle + half)
