"""Scores and differences in words that a supervisor would use."""

import math

from app.nps.rules.scores import Comparison, Score

_DIRECTIONS = {"period": ("up {}", "down {}"), "group": ("{} higher", "{} lower")}


def points(value: float) -> str:
    """A size in points: "6 points", "1 point"; one decimal only below half a point; the sign is left to the words."""
    size = abs(value)
    if size and size < 0.05:
        return "less than 0.1 points"
    whole = half_up(size)
    if whole or not size:
        return f"{whole} point{'' if whole == 1 else 's'}"
    return f"{size:.1f} points"


def half_up(value: float) -> int:
    """The nearest whole number; halves go up, as people expect, not to the even one."""
    return math.floor(value + 0.5)


def whole_score(value: float) -> str:
    """A score in whole points with a real minus sign: "33", "−6", "0". Mirror images look alike: −2.5 is "−3"."""
    size = half_up(abs(value))
    return f"−{size}" if value < 0 and size else str(size)


def p_in_words(p: float) -> str:
    """A p value without its leading zero: "p = .21", "p = .083", "p = .003", "p < .001".

    Cut, not rounded, so that it stays on its side of .05: .0499 is "p = .049".
    """
    if p < 0.001:
        return "p < .001"
    if p >= 1:
        return "p = 1"
    digits = 3 if p < 0.1 else 2
    cut = math.floor(p * 10**digits + 1e-9)  # the hair lets .057 x 1000 be 57
    return f"p = .{cut:0{digits}}"


def roughly(n: int) -> str:
    """A number of responses, rounded up to two digits, with thousands separated: 338 is "340", 2,617 is "2,700"."""
    step = 10 ** max(0, len(str(n)) - 2)
    return f"{-(-n // step) * step:,}"


def counted(n: int, what: str = "response") -> str:
    """A count with its noun in the right number: "1 response", "1,200 responses"."""
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def in_words(comparison: Comparison, each: str = "period") -> str:
    """What a comparison says: "up 6 points; could well be chance (p = .21): you would need about 340 responses in each
    period", "down 12 points; unlikely to be chance (p = .003)", "no different".

    `each` is "period" (a is the later one: up, down) or "group" (a is higher, lower). A difference of less than half a
    point that could be chance is none.
    """
    if not comparison.significant and half_up(abs(comparison.difference)) == 0:
        return "no different"
    up, down = _DIRECTIONS[each]
    moved = (up if comparison.difference > 0 else down).format(points(comparison.difference))
    p = p_in_words(comparison.p)
    if comparison.significant:
        return f"{moved}; unlikely to be chance ({p})"
    needed = roughly(comparison.needed or 1)
    return f"{moved}; could well be chance ({p}): you would need about {needed} responses in each {each}"


def verdict(score: Score | None) -> str:
    """What may be said of a score: "no responses yet", "not enough to judge: 14 more responses", or, from 30 responses,
    "33, most likely between 25 and 41"."""
    if score is None:
        return "no responses yet"
    if score.missing_to_judge:
        missing = score.missing_to_judge
        return f"not enough to judge: {missing} more response{'' if missing == 1 else 's'}"
    low, high = whole_score(score.low), whole_score(score.high)
    if low == high:
        return f"{whole_score(score.nps)}, sure to the point"
    return f"{whole_score(score.nps)}, most likely between {low} and {high}"
