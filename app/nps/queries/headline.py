"""The company's score in a nutshell, for pages of other slices."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core.db import db
from app.nps.models import EmergingTopic
from app.nps.queries import counts
from app.nps.rules import compare, in_words, last_days, score_of, verdict

DAYS = 90


@dataclass(frozen=True)
class Headline:
    """The score of the last days in words, and what became of it since the days before."""

    said: str  # "34, and between 28 and 40 with 95% confidence", or that it can't be judged
    judged: bool  # whether there are responses enough
    n: int
    changed: str  # "up 6 points; could well be chance …"; empty when the two can't be compared
    fell: bool  # by more than chance explains


def headline(today: date) -> Headline | None:
    """None without responses in the last 90 days. Two statements."""
    period = last_days(DAYS, today)
    now, before = (score_of(counts.of_company(one)) for one in (period, period.previous()))
    if now is None:
        return None
    if before is None or now.missing_to_judge or before.missing_to_judge:
        return Headline(verdict(now), not now.missing_to_judge, now.n, "", fell=False)
    compared = compare(now, before)
    fell = compared.significant and compared.difference < 0
    return Headline(verdict(now), judged=True, n=now.n, changed=in_words(compared), fell=fell)


def emerging_terms(limit: int = 3) -> list[str]:
    """What customers write about lately and did not before, the clearest first."""
    return list(db.session.scalars(select(EmergingTopic.term).order_by(EmergingTopic.z.desc()).limit(limit)))
