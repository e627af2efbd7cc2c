"""What may be shown of people's answers. Pure; see CONTRIBUTING for why.

K people at least stand behind every figure, behind what is left of its whole, and behind every difference between two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

K = 5  # people behind every figure
FLOOR = 3  # K is never less
QUOTES = 8  # texts, before any is quoted
_STEPS = (1, 2, 5, 10)  # percent: how narrow a band may be


class Refusal(StrEnum):
    """Why a figure is not shown."""

    FEW = "few"  # fewer than K people are in it
    REMAINDER = "remainder"  # fewer than K would be left of the whole, and everyone could work out what they said
    SIBLING = "sibling"  # the same, for the groups beside it that are hidden, taken together
    DIFFERENCE = "difference"  # it differs from another group that is shown by fewer than K people
    DETERMINED = "determined"  # with all else that is shown it would give fewer than K people away
    UNKNOWN = "unknown"  # there is no such group


def visible_groups(groups: Mapping[str, int], parent: int, k: int = K) -> set[str]:
    """The groups of a whole of `parent` people that may be shown beside it. Groups share nobody.

    Hidden ones, with those of the whole who are in none of the groups, add up to nobody or to k at least; else the next
    smallest is hidden, too. Of equal ones that whose name comes first. Raises ValueError for what can't be.
    """
    _check(groups, parent, k)
    if parent < k:
        return set()
    shown = sorted((n, name) for name, n in groups.items() if n >= k)
    hidden = parent - sum(n for n, _ in shown)
    while shown and 0 < hidden < k:
        n, _ = shown.pop(0)
        hidden += n
    return {name for _, name in shown}


def _check(groups: Mapping[str, int], parent: int, k: int) -> None:
    if k < FLOOR:
        raise ValueError(f"k is {FLOOR} at least")
    if parent < 0 or any(n < 0 for n in groups.values()):
        raise ValueError("no group has fewer than 0 people")
    if sum(groups.values()) > parent:
        raise ValueError("the groups have more people than their whole")


def release_key(filters: Mapping[str, str]) -> str:
    """The name of a group in the ledger: "" for everyone, "department=Support|location=Berlin", fields in order."""
    return "|".join(f"{field}={_plain(filters[field])}" for field in sorted(filters))


def _plain(value: str) -> str:
    """A value that can't be taken for a group of two fields."""
    return value.replace("%", "%25").replace("|", "%7C").replace("=", "%3D")


def in_batches(n: int, k: int = K) -> int:
    """A number that is still growing, rounded down to a multiple of k: no single step of it can be seen."""
    return n - n % k


def near(total: int, k: int = K) -> int:
    """How many may answer otherwise while the others still count as unanimous: a tenth, 1 at least, fewer than k."""
    return min(k - 1, max(1, total // 10))


@dataclass(frozen=True, slots=True)
class Share:
    """How many of those who answered gave an answer. Where all or none did, or nearly, only a band is known."""

    percent: int  # the whole number next to it; the edge of the band where it is banded
    banded: str = ""  # "90 % or more", "10 % or less"; "" where `percent` may be shown

    def __str__(self) -> str:
        return self.banded or f"{self.percent} %"


def share_of(n: int, total: int, k: int = K) -> Share:
    """The share of `n` among `total`, as it may be shown.

    A band holds everybody and at least one less, so that it never says what everybody answered: it is a tenth wide, a
    fifth below ten people, and narrower where k - 1 people still fit into it.
    """
    if not 0 <= n <= total or not total:
        raise ValueError("a share is of somebody, and not of more than all")
    edge = _edge(total, k)
    if n <= near(total, k):
        return Share(edge, f"{edge} % or less")
    if total - n <= near(total, k):
        return Share(100 - edge, f"{100 - edge} % or more")
    return Share(_rounded(100 * n, total))


def rate_of(n: int, total: int) -> Share:
    """The share of `n` among `total` as it is: of what is no secret, such as how many took part."""
    return Share(_rounded(100 * n, total))


def _edge(total: int, k: int) -> int:
    if total < 10:
        return 20
    return next((step for step in _STEPS if step * total >= 100 * (k - 1)), _STEPS[-1])


def _rounded(n: int, by: int) -> int:
    return (2 * n + by) // (2 * by)  # half a percent counts as one


def margin(n: int, asked: int | None, share: float = 0.5) -> float | None:
    """How far a share among the n who answered may be from that among all who were asked, 19 times out of 20.

    As a share: 0.08 is 8 points either way. By Wilson's interval with a correction for how few are left; for the share
    that is least certain unless one is given. 0 when all answered, None when nobody did.
    """
    if n <= 0:
        return None
    if asked is not None and n >= asked:
        return 0.0
    left = 1.0 if asked is None else (asked - n) / (asked - 1)
    z2 = 1.959964**2 * left
    return sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
