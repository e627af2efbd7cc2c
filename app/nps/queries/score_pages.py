"""What the page of a score shows: the score, what it is compared with, where it came from and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.core.db import db
from app.nps.models import Dimension, Label, LabelDay, Response, SurveyInvitations
from app.nps.queries import counts
from app.nps.queries.subjects import (
    Kind,
    Subject,
    label,
    leads_of_teams,
    of_subject,
    sees_all,
    visible_responses,
)
from app.nps.rules import (
    ENOUGH,
    Comparison,
    Counts,
    Period,
    Rate,
    Score,
    Shrunk,
    compare,
    month_of,
    response_rate,
    score_of,
    shrink,
)

RECENT = timedelta(days=6)  # how far before the last response the newest comments are sought


@dataclass(frozen=True)
class Against:
    """A period compared with another. Without `comparison` one of them has too few responses, or they share days."""

    period: Period
    score: Score | None
    overlaps: bool
    comparison: Comparison | None

    @property
    def missing(self) -> int:
        """Responses that the earlier period lacks to be judged."""
        return ENOUGH if self.score is None else self.score.missing_to_judge


@dataclass(frozen=True)
class Scored:
    """A subject's score in a period, and what it can be compared with. All scores are None without responses."""

    subject: Subject
    period: Period
    score: Score | None
    shrunk: Shrunk | None = None  # pulled towards those like it: for people, and wherever responses are few
    company: Score | None = None  # of a subject below the company
    rest: Comparison | None = None  # against the rest of the company
    against: Against | None = None
    around: tuple[Period, ...] = ()  # months with responses around a period that has none

    @property
    def enough(self) -> bool:
        """Whether there are responses enough to judge."""
        return self.score is not None and not self.score.missing_to_judge


@dataclass(frozen=True)
class KnownRate:
    """A response rate, and the whole months that it is known for."""

    rate: Rate
    months: Period


def scored(subject: Subject, period: Period, against: Period | None) -> Scored:
    """The score with what it is compared with. At most five statements."""
    own = counts.total(subject, period)
    score = score_of(own)
    whole = Counts() if subject.kind is Kind.COMPANY else counts.of_company(period)
    return Scored(
        subject=subject,
        period=period,
        score=score,
        shrunk=_shrunk(subject, period, own),
        company=score_of(whole),
        rest=comparison(own, whole - own) if whole.n else None,
        against=_against(subject, own, period, against) if against else None,
        around=() if score else _around(subject, period),
    )


def comparison(one: Counts, other: Counts) -> Comparison | None:
    """Two groups compared, where both have responses enough to judge.

    A rest below zero is none: part and whole were counted a moment apart, and a response was corrected in between.
    """
    counted = min(*one, *other) >= 0
    return compare(one, other) if counted and min(one.n, other.n) >= ENOUGH else None


def _against(subject: Subject, own: Counts, period: Period, other: Period) -> Against:
    then = counts.total(subject, other)
    overlaps = other.first <= period.last and period.first <= other.last
    return Against(other, score_of(then), overlaps, None if overlaps else comparison(own, then))


def _shrunk(subject: Subject, period: Period, own: Counts) -> Shrunk | None:
    """People are always seen among people; a label or a team only while it has too few responses."""
    if not own.n or subject.kind is Kind.COMPANY or (subject.kind is not Kind.PERSON and own.n >= ENOUGH):
        return None
    if subject.kind is Kind.PERSON:
        return pulled({subject.id: own}, counts.some_people(period)).get(subject.id)
    like_it = counts.some_labels("team" if subject.kind is Kind.PEOPLE else subject.dimension, period)
    key = -1 if subject.kind is Kind.PEOPLE else subject.id  # those below someone today are not one of the teams
    return pulled({key: own}, like_it).get(key)


def pulled(own: dict[int, Counts], others: dict[int, Counts]) -> dict[int, Shrunk]:
    """The estimate of each group of `own` among all groups; nothing where there is nobody to be set against."""
    groups = {key: found for key, cells in (others | own).items() if (found := score_of(cells))}
    if len(groups) < 2:
        return {}
    estimates = dict(zip(groups, shrink(list(groups.values())), strict=True))
    return {key: estimates[key] for key in own if key in estimates}


def _around(subject: Subject, period: Period) -> tuple[Period, ...]:
    return tuple(month_of(day) for day in counts.around(subject, period) if day)


def visible_label(label_id: int, viewer: Person) -> Subject | None:
    """The label, if `viewer` may know that it exists: all of them, or the teams led in one's tree. Two statements."""
    found = label(label_id)
    if found is None or sees_all(viewer):
        return found
    known = db.session.scalar(select(Label.id).where(Label.id == label_id, leads_of_teams(viewer)))
    return found if known else None


def rate_of(subject: Subject, period: Period) -> KnownRate | None:
    """The response rate over the whole months of the period, where it is known. At most two statements.

    That is for a survey, and for the company when each response came by a survey; and each survey that brought some
    must say for every month how many it asked.
    """
    survey = subject.dimension == "survey"
    months = [part for part in period.months() if part.kind == "month"]
    if not months or not (survey or subject.kind is Kind.COMPANY):
        return None
    stretch = Period(months[0].first, months[-1].last)
    rows = _surveys(stretch, subject.id if survey else None)
    answered, asked = sum(row.answered for row in rows), sum(row.asked for row in rows)
    known = all(row.months == len(months) for row in rows if row.answered)
    everything = answered if survey or not known else counts.total(subject, stretch).n
    if not known or not asked or answered > asked or answered != everything:
        return None
    return KnownRate(response_rate(answered, asked), stretch)


def _surveys(stretch: Period, survey_id: int | None) -> Sequence[Any]:
    """What each survey brought and asked, and for how many months it says so. One statement."""
    brought = (
        select(LabelDay.label_id, func.sum(LabelDay.promoters + LabelDay.passives + LabelDay.detractors).label("n"))
        .where(LabelDay.day.between(stretch.first, stretch.last))
        .group_by(LabelDay.label_id)
    )
    asked = (
        select(
            SurveyInvitations.survey_id,
            func.count().label("months"),
            func.sum(SurveyInvitations.asked).label("asked"),
        )
        .where(SurveyInvitations.month.between(stretch.first, stretch.last))
        .group_by(SurveyInvitations.survey_id)
    )
    surveys = select(Label.id).join(Dimension, Dimension.id == Label.dimension_id).where(Dimension.key == "survey")
    if survey_id is not None:
        surveys = surveys.where(Label.id == survey_id)
    one = brought.where(LabelDay.label_id.in_(surveys)).subquery()
    two = asked.where(SurveyInvitations.survey_id.in_(surveys)).subquery()
    statement = (
        select(
            func.coalesce(one.c.n, 0).label("answered"),
            func.coalesce(two.c.asked, 0).label("asked"),
            func.coalesce(two.c.months, 0).label("months"),
        )
        .select_from(Label)
        .outerjoin(one, one.c.label_id == Label.id)
        .outerjoin(two, two.c.survey_id == Label.id)
        .where(Label.id.in_(surveys), or_(one.c.n.is_not(None), two.c.asked.is_not(None)))
    )
    return db.session.execute(statement).all()


def newest_comments(subject: Subject, viewer: Person, last: date, limit: int = 3) -> Sequence[Any]:
    """The last comments of the week that ends with `last`, of those that the viewer may read. One statement."""
    return _responses(limit, of_subject(subject), visible_responses(viewer), Response.comment.is_not(None), week=last)


def newest_responses(person_id: int, viewer: Person, limit: int = 10) -> Sequence[Any]:
    """The last responses about a person, of those that the viewer may read. One statement."""
    return _responses(limit, Response.person_id == person_id, visible_responses(viewer))


def _responses(limit: int, *conditions: Any, week: date | None = None) -> Sequence[Any]:
    """Newest first: id, score, responded_at, comment, touchpoint."""
    touchpoint = aliased(Label)
    statement = (
        select(
            Response.id, Response.score, Response.responded_at, Response.comment, touchpoint.name.label("touchpoint")
        )
        .outerjoin(touchpoint, touchpoint.id == Response.touchpoint_id)
        .where(and_(*conditions))
        .order_by(Response.responded_at.desc(), Response.id.desc())
        .limit(limit)
    )
    if week is not None:  # both: the index knows moments, and a day begins at another moment in each time zone
        first = datetime.combine(week - RECENT - timedelta(days=1), time(), UTC)
        statement = statement.where(Response.responded_at >= first, Response.day.between(week - RECENT, week))
    return db.session.execute(statement).all()
