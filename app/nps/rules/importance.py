"""The arithmetic below `key_drivers`: how a correlation matrix splits R^2 between k predictors.

A matrix here is (k + 1) x (k + 1), the outcome last; a variable that never varies has zeros, also on the diagonal.
"""

from dataclasses import dataclass
from math import factorial

import numpy as np
import numpy.typing as npt

_TOLERANCE = 1e-9  # of a variable's own variance left by the others: below, it is a mix of them

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """One regression; arrays of k in column order."""

    r_squared: float
    lmg: Floats
    johnson: Floats
    betas: Floats
    vif: Floats
    varies: npt.NDArray[np.bool_]


def standardised(table: Floats) -> Floats:
    """n x m columns with mean 0 and standard deviation 1; one that never varies is all zeros."""
    centred = table - table.mean(axis=0)
    spread = centred.std(axis=0)
    # Relative to the numbers themselves: averages that differ in their last digit only do not vary.
    varies = spread > 1e-12 * np.maximum(1.0, np.abs(table).max(axis=0))
    return np.divide(centred, spread, out=np.zeros_like(centred), where=varies)


def correlations(data: Floats) -> Floats:
    """Correlation matrix of standardised columns."""
    return data.T @ data / len(data)


def subset_r_squared(matrices: Floats) -> Floats:
    """R^2 of every subset of predictors: (2^k, B) for B matrices; bit j of the first index is predictor j.

    Predictors are swept out one after the other in all subsets at once, so that only what is not decided yet is kept;
    one that the earlier ones explain fully adds nothing, which is how collinear columns are dealt with.
    """
    k = matrices.shape[-1] - 1
    left = matrices[np.newaxis]
    for _ in range(k):
        pivot, column, rest = left[..., 0, 0], left[..., 1:, 0], left[..., 1:, 1:]
        gain = column[..., :, np.newaxis] * column[..., np.newaxis, :]
        pivot = pivot[..., np.newaxis, np.newaxis]
        with_it = rest - np.divide(gain, pivot, out=np.zeros_like(gain), where=pivot > _TOLERANCE)
        left = np.concatenate([rest, with_it])
    total = matrices[:, -1, -1]
    explained: Floats = total - left[..., 0, 0]
    return np.maximum(0.0, explained)


def lmg(matrices: Floats) -> Floats:
    """(B, k) shares of R^2: the mean gain of each predictor over all k! orders of entry (a Shapley value)."""
    k = matrices.shape[-1] - 1
    r_squared = subset_r_squared(matrices)
    subsets = np.arange(2**k)
    sizes = np.array([subset.bit_count() for subset in range(2**k)])
    weights = np.array([factorial(m) * factorial(k - m - 1) / factorial(k) for m in range(k)])
    shares = np.empty((len(matrices), k))
    for j in range(k):
        without = subsets[subsets & 1 << j == 0]
        gains = r_squared[without | 1 << j] - r_squared[without]
        shares[:, j] = weights[sizes[without]] @ gains
    return shares


def johnson(matrix: Floats) -> Floats:
    """k relative weights: shares through the orthogonal variables that are closest to the predictors."""
    values, vectors = np.linalg.eigh(matrix[:-1, :-1])
    real = values > _TOLERANCE
    roots = np.sqrt(values[real])
    basis = vectors[:, real]
    loadings = (basis * roots) @ basis.T  # predictors on the orthogonal variables
    weights = (basis / roots) @ basis.T @ matrix[:-1, -1]  # outcome on them
    shares: Floats = loadings**2 @ weights**2
    return shares


def fit(matrix: Floats) -> Fit:
    """Regression of the last variable on the others."""
    predictors, outcome = matrix[:-1, :-1], matrix[:-1, -1]
    betas: Floats = np.linalg.pinv(predictors, rcond=_TOLERANCE, hermitian=True) @ outcome
    varies = np.diag(predictors) > 0
    return Fit(
        r_squared=float(subset_r_squared(matrix[np.newaxis])[-1, 0]),
        lmg=lmg(matrix[np.newaxis])[0],
        johnson=johnson(matrix),
        betas=betas,
        vif=_inflation(predictors, varies),
        varies=varies,
    )


def _inflation(predictors: Floats, varies: npt.NDArray[np.bool_]) -> Floats:
    """Variance inflation 1/(1 - R^2) of each predictor on the others; 1 for one that never varies."""
    inflation = np.ones(len(predictors))
    for j in np.flatnonzero(varies):
        last = np.append(np.delete(np.arange(len(predictors)), j), j)
        own = 1 - subset_r_squared(predictors[np.ix_(last, last)][np.newaxis])[-1, 0]
        inflation[j] = 1 / own if own > _TOLERANCE else np.inf
    return inflation


def intervals(data: Floats, seed: int, resamples: int, confidence: float) -> tuple[Floats, Floats]:
    """Percentile intervals of lmg from bootstrap samples of the rows of standardised data; empty for no resamples."""
    if resamples < 1:
        return np.empty(0), np.empty(0)
    rng = np.random.default_rng(seed)
    n, m = data.shape
    above = np.triu_indices(m)
    # One weighted sum for each mean and each product gives a resample's correlations without copying its rows.
    terms = np.hstack([data, data[:, above[0]] * data[:, above[1]]])
    sums = np.stack([np.bincount(rng.integers(n, size=n), minlength=n) @ terms for _ in range(resamples)]) / n
    products = np.zeros((resamples, m, m))
    products[:, above[0], above[1]] = products[:, above[1], above[0]] = sums[:, m:]
    means = sums[:, :m]
    covariance = products - means[:, :, np.newaxis] * means[:, np.newaxis, :]
    spread = np.sqrt(np.maximum(0.0, np.einsum("bii->bi", covariance)))
    scale = spread[:, :, np.newaxis] * spread[:, np.newaxis, :]
    tables = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > 1e-12)
    low, high = np.quantile(lmg(tables), [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return low, high
