"""What goes with the score: how much of the outcome's variance each driver accounts for. Association, not cause."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.core.intervals import z_of
from app.nps.rules import importance

MOST = 12  # LMG looks at every subset of the drivers: 4,096 of them
ROWS, ROWS_A_DRIVER = 150, 10  # complete rows from which the shares are stable enough to act on
COLLINEAR_VIF = 5.0

Floats = npt.NDArray[np.float64]


class TooFewRows(ValueError):
    """There are no more complete rows than unknowns, so that any outcome would be explained perfectly."""

    def __init__(self, n: int, needed: int) -> None:
        super().__init__(f"{n} complete rows, and at least {needed} are needed")
        self.n = n
        self.needed = needed


class Doubt(enum.StrEnum):
    """Why to be careful with a result."""

    FEW_ROWS = "few_rows"
    COLLINEAR = "collinear"  # VIF above 5: hard to tell from the others
    INSEPARABLE = "inseparable"  # exactly a mix of the others: the split between them is arbitrary
    SIGN_REVERSED = "sign_reversed"
    CONSTANT = "constant"  # a driver that never varies: importance 0
    CONSTANT_OUTCOME = "constant_outcome"


@dataclass(frozen=True, slots=True)
class Caution:
    """One warning; `column` is the driver's position, None for the whole."""

    code: Doubt
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Drivers:
    """Importance of k drivers; every tuple is in column order."""

    names: tuple[str, ...]
    n: int  # rows used
    deleted: int  # rows left out because something was missing
    r_squared: float
    lmg: tuple[float, ...]  # adds up to r_squared
    johnson: tuple[float, ...]  # adds up to r_squared
    low: tuple[float, ...]  # bootstrap percentile interval of lmg, in the same unit; empty without resamples
    high: tuple[float, ...]
    confidence: float
    intercept: float
    coefficients: tuple[float, ...]  # units of the outcome for one unit of the driver
    betas: tuple[float, ...]  # standardised
    correlations: tuple[float, ...]  # with the outcome
    vif: tuple[float, ...]  # inf where a driver is exactly a mix of others
    means: tuple[float, ...]  # of the rows used
    sign_warnings: tuple[int, ...]  # positions whose coefficient surely has another sign than the correlation
    warnings: tuple[Caution, ...]

    @property
    def enough(self) -> bool:
        """Whether there are rows enough to act on the shares: 150, and 10 for each driver."""
        return enough(self.n, len(self.names))

    @property
    def shares(self) -> tuple[float, ...]:
        """lmg as shares of what is explained, 0..1; zeros when nothing is."""
        return tuple(value / self.r_squared if self.r_squared > 0 else 0.0 for value in self.lmg)

    def warned(self, code: str) -> bool:
        """Whether there is a warning of this code."""
        return any(caution.code == code for caution in self.warnings)


def enough(n: int, drivers: int) -> bool:
    """Whether n complete rows suffice for so many drivers."""
    return n >= ROWS and n >= ROWS_A_DRIVER * drivers


def key_drivers(
    matrix: Sequence[Sequence[float | None]] | Floats,
    outcome: Sequence[float | None] | Floats,
    *,
    names: Sequence[str] | None = None,
    seed: int = 7,
    resamples: int = 200,
    confidence: float = 0.95,
) -> Drivers:
    """Importance of each driver for an outcome by linear regression, with its uncertainty and its caveats.

    matrix is n x k, one row of driver scores for each response (None or nan: missing), outcome has n values; code it
    -100/0/100 to get coefficients in NPS points. Rows with anything missing are left out. R^2 is split in two ways,
    each adding up to it: LMG, the mean gain in R^2 over all orders of entry (Lindeman, Merenda & Gold 1980; Groemping
    2006, J. Stat. Software 17), never negative; and Johnson's relative weights (Johnson 2000, Multivariate Behav.
    Res. 35), to be read beside it only (Thomas et al. 2014). Intervals are percentiles of `resamples` bootstrap samples
    of rows drawn with `seed`; R^2 of resamples is biased upwards, the more so the fewer the rows. A driver that never
    varies has importance 0; exactly collinear ones share theirs, with a warning and the least-squares solution of the
    smallest norm.

    Raises ValueError for no or more than 12 drivers, for lengths that don't match and a confidence outside (0, 1), and
    TooFewRows, a ValueError, unless there are at least k + 2 complete rows.
    """
    x, y, deleted = _complete(matrix, outcome)
    labels = _labels(names, x.shape[1])
    data = importance.standardised(np.column_stack([x, y]))
    correlation = importance.correlations(data)
    fit = importance.fit(correlation)
    slopes = np.divide(fit.betas * y.std(), x.std(axis=0), out=np.zeros(len(labels)), where=fit.varies)
    reversed_signs = _reversed(fit, correlation[:-1, -1], len(y), confidence)
    low, high = importance.intervals(data, seed, resamples, confidence)
    return Drivers(
        names=labels,
        n=len(y),
        deleted=deleted,
        r_squared=fit.r_squared,
        lmg=_floats(fit.lmg),
        johnson=_floats(fit.johnson),
        low=_floats(low),
        high=_floats(high),
        confidence=confidence,
        intercept=float(y.mean() - slopes @ x.mean(axis=0)),
        coefficients=_floats(slopes),
        betas=_floats(fit.betas),
        correlations=_floats(correlation[:-1, -1]),
        vif=_floats(fit.vif),
        means=_floats(x.mean(axis=0)),
        sign_warnings=reversed_signs,
        warnings=_cautions(fit, bool(correlation[-1, -1]), len(y), reversed_signs),
    )


def _complete(matrix: Sequence[object] | Floats, outcome: Sequence[object] | Floats) -> tuple[Floats, Floats, int]:
    """The rows in which nothing is missing, and how many others there are."""
    if not len(matrix) and not len(outcome):
        raise TooFewRows(0, 3)  # no row says how many drivers there would be
    x, y = np.array(matrix, dtype=np.float64), np.array(outcome, dtype=np.float64)
    if x.ndim != 2 or y.ndim != 1 or len(x) != len(y):
        raise ValueError("the matrix has a row of driver scores for each outcome")
    if not 1 <= x.shape[1] <= MOST:
        raise ValueError(f"between 1 and {MOST} drivers can be told apart, not {x.shape[1]}")
    complete = np.isfinite(x).all(axis=1) & np.isfinite(y)
    n, needed = int(complete.sum()), x.shape[1] + 2
    if n < needed:
        raise TooFewRows(n, needed)
    return x[complete], y[complete], len(y) - n


def _labels(names: Sequence[str] | None, k: int) -> tuple[str, ...]:
    labels = tuple(names or (f"driver {j}" for j in range(1, k + 1)))
    if len(labels) != k:
        raise ValueError("as many names as drivers are needed")
    return labels


def _floats(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _reversed(fit: importance.Fit, correlations: Floats, n: int, confidence: float) -> tuple[int, ...]:
    """Positions of drivers whose beta is told from zero and has the other sign than their correlation.

    An idle driver's beta is on either side of zero by chance, which is nothing to warn of, and that of a mix of other
    drivers is arbitrary.
    """
    single = np.isfinite(fit.vif)
    unexplained = max(0.0, 1 - fit.r_squared) / (n - len(fit.betas) - 1)
    error = np.sqrt(unexplained * np.where(single, fit.vif, 0.0))
    against = fit.betas * correlations < -1e-9  # smaller products are rounding errors around zero
    sure = single & (np.abs(fit.betas) > z_of(confidence) * error)
    return tuple(int(j) for j in np.flatnonzero(against & sure))


def _cautions(fit: importance.Fit, varied: bool, n: int, reversed_signs: tuple[int, ...]) -> tuple[Caution, ...]:
    found = [] if enough(n, len(fit.betas)) else [Caution(Doubt.FEW_ROWS)]
    if not varied:
        found.append(Caution(Doubt.CONSTANT_OUTCOME))
    found += [Caution(Doubt.CONSTANT, int(j)) for j in np.flatnonzero(~fit.varies)]
    found += [Caution(Doubt.INSEPARABLE, int(j)) for j in np.flatnonzero(np.isinf(fit.vif))]
    high = (fit.vif > COLLINEAR_VIF) & np.isfinite(fit.vif)
    found += [Caution(Doubt.COLLINEAR, int(j)) for j in np.flatnonzero(high)]
    found += [Caution(Doubt.SIGN_REVERSED, j) for j in reversed_signs]
    return tuple(found)
