"""What customers said, in the words of the people who read it."""

from collections.abc import Sequence
from typing import Any

from app.core.pages import plural
from app.core.sentiment import Tone, tone_of
from app.nps.queries.comments import SAMPLE, Wanted
from app.nps.queries.subjects import Kind
from app.nps.rules import Topic, Topics, band
from app.nps.rules.terms import LEAST

TONE_TAGS = {
    Tone.POSITIVE: ("good", "Sounds positive"),
    Tone.NEUTRAL: ("neutral", "Sounds neutral"),
    Tone.NEGATIVE: ("bad", "Sounds negative"),
}
UNREAD_TAG = ("neutral", "Tone not judged yet")
JUDGED_BY = "The tone is judged by a list of English words: it misses irony, and says nothing about other languages."


def title(wanted: Wanted, viewer_id: int) -> str:
    subject = wanted.subjects[0]
    if subject.id == viewer_id and subject.kind is Kind.PERSON:
        return "What your customers say"
    if subject.id == viewer_id and subject.kind is Kind.PEOPLE:
        return "What your people’s customers say"
    if subject.kind is Kind.COMPANY:
        return "What customers say"
    return f"What customers say: {subject.name}"


def tone_tag(row: Any) -> tuple[str, str] | None:
    """Kind and words of the tag; None where there is no comment."""
    if row.comment is None:
        return None
    return UNREAD_TAG if row.sentiment is None else TONE_TAGS[tone_of(row.sentiment)]


def name_of(row: Any) -> str:
    return f"{row.given_name} {row.family_name}" if row.family_name else ""


def pairs(said: Sequence[Any]) -> list[tuple[str, str]]:
    """Comments with their bands, as topics are found in them."""
    return [(band(row.score), row.comment) for row in said if row.comment]


def looked_at(said: Sequence[Any]) -> str:
    """ "the newest 3,000 comments", "all 812 comments"."""
    if len(said) == SAMPLE:
        return f"the newest {SAMPLE:,} comments"
    return "the only comment" if len(said) == 1 else f"all {len(said):,} comments"


def no_topics(found: Topics) -> str:
    """Why there are no topics on either side."""
    fewest = min(found.n_promoters, found.n_detractors)
    if fewest < LEAST:
        lacking = "promoters" if found.n_promoters <= found.n_detractors else "detractors"
        return f"Too few {lacking} left a comment here to tell what they say more than others: {fewest:,} so far."
    return "No word sets promoters’ comments apart from detractors’ by more than chance explains."


def held(topic: Topic, found: Topics, side: str) -> str:
    """How many comments of each side hold a topic: "34 of 812 promoters’, 3 of 210 detractors’"."""
    promoters = f"{topic.first:,} of {found.n_promoters:,} promoters’"
    detractors = f"{topic.second:,} of {found.n_detractors:,} detractors’"
    return ", ".join((promoters, detractors) if side == "promoter" else (detractors, promoters))


def usual(topic: Any) -> str:
    """How much more often than usual something is said."""
    if not topic.before:
        return f"in {plural(topic.recent, 'comment')} of the last 14 days, where hardly any would be usual"
    return f"in {plural(topic.recent, 'comment')} of the last 14 days, where about {topic.before:,} would be usual"
