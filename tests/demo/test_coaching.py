"""The year of coaching in the demo: what was planted (app/demo/coaching_truth.py) is there to be found."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from statistics import fmean
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.queries import find_by_email
from app.coaching.models import (
    Action,
    Agreement,
    Benchmark,
    Calibration,
    CalibrationLevel,
    CalibrationRater,
    Dispute,
    Gap,
    Observation,
    PrivateNote,
    Session,
    SessionRating,
    Topic,
)
from app.coaching.operations.gaps import look_for_gaps
from app.coaching.queries import effects
from app.coaching.queries.benchmarks import current_behaviours
from app.coaching.queries.calibration import blocked_behaviours
from app.core.db import db
from app.demo import coaching_calibration, coaching_truth, coaching_words, company, loading, responses
from app.demo.coaching_book import Book
from app.demo.coaching_staff import Coached, staff
from app.learning.models import Assignment, Course, CourseVersion
from tests.demo.conftest import NOW

TODAY = NOW.date()
BEHAVIOURS = 5


def rows(statement: Any) -> list[Any]:
    return list(db.session.execute(statement))


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def person(part: str) -> Person:
    found = find_by_email(f"{part}@{company.DOMAIN}")
    assert found is not None
    return found


def coached() -> list[Coached]:
    return staff(responses.people_of_the_demo(), BEHAVIOURS, 7, TODAY)


def by_quality(values: Iterable[tuple[int, float]]) -> dict[str, float]:
    """The mean of values of people by how well their supervisor coaches."""
    quality = {one.id: one.lead.quality.name for one in coached() if one.frontline}
    found: dict[str, list[float]] = defaultdict(list)
    for person_id, value in values:
        if person_id in quality:
            found[quality[person_id]].append(value)
    return {name: fmean(some) for name, some in found.items()}


def test_good_supervisors_hold_more_talks_and_more_of_them_are_attested(demo: Any) -> None:
    held = Counter(db.session.scalars(select(Session.person_id).where(Session.state == "held")))
    long_there = [one.id for one in coached() if one.since <= TODAY - timedelta(days=coaching_truth.DAYS)]
    talks = by_quality((one, held[one]) for one in long_there)
    assert talks["good"] > 11
    assert talks["good"] > talks["average"] + 2 > talks["poor"] + 4
    answered = select(Session.person_id, Session.answered_at).where(Session.state == "held")
    shares = by_quality((row.person_id, row.answered_at is not None) for row in rows(answered))
    assert shares["good"] > 0.85 > shares["average"] > 0.5 > shares["poor"]
    ended = select(Action.person_id, Action.state, Action.closed_on, Action.due_on).where(Action.due_on < TODAY)
    in_time = by_quality((a.person_id, a.state == "done" and a.closed_on <= a.due_on) for a in rows(ended))
    assert in_time["good"] > in_time["average"] + 0.1 > in_time["poor"] + 0.2


def test_what_good_supervisors_coach_rises_beyond_what_would_be_expected_anyway(demo: Any) -> None:
    gaps = rows(select(Gap.__table__).where(Gap.coached_on.is_not(None), Gap.metric.startswith("behaviour:")))
    told = effects.of_gaps(gaps, TODAY)
    net = by_quality((gap.person_id, told[gap.id].net) for gap in gaps if told[gap.id].net is not None)
    assert net["good"] > 0.4
    assert net["good"] > net["average"] > 0


@pytest.mark.sqlite_only
def test_the_pages_of_effects_have_something_to_tell(demo: Any) -> None:
    metrics, kinds = effects.of_company(TODAY)
    assert any(one.effect is not None and one.effect.certain and one.effect.net > 0 for one in metrics)
    practised = [one for one in kinds if one.kind == "practice" and one.measures[0].unit == "levels"]
    assert practised[0].effect is not None


def test_gaps_stand_by_what_was_known_when_they_opened(demo: Any) -> None:
    behaviours = rows(select(Gap.__table__).where(Gap.metric.startswith("behaviour:")))
    assert len(behaviours) > 50
    for gap in behaviours:
        assert gap.n >= 3
        assert gap.probability > 0.8
        assert gap.estimate < gap.target
        assert gap.coached_on is None or gap.coached_on >= gap.opened_on
        assert gap.closed_on is None or gap.closed_on >= gap.opened_on
    assert any(gap.closing == "reached" and gap.coached_on for gap in behaviours)
    open_ones = Counter(gap.person_id for gap in behaviours if gap.closed_on is None)
    assert max(open_ones.values()) <= 4
    versions = {row.id: row for row in rows(select(Benchmark.id, Benchmark.starts_on, Benchmark.target))}
    assert all(versions[gap.benchmark_id].target == gap.target for gap in behaviours)
    assert all(versions[gap.benchmark_id].starts_on <= gap.opened_on for gap in behaviours)


def test_the_nightly_look_finds_nothing_more(demo: Any) -> None:
    def state() -> list[Any]:
        return rows(select(Gap.id, Gap.closed_on).order_by(Gap.id))

    before = state()
    look_for_gaps([one.id for one in coached()], NOW)
    assert state() == before


def test_a_raised_benchmark_leaves_the_past_as_it_was(demo: Any) -> None:
    raised = TODAY - timedelta(days=coaching_truth.RAISED_DAYS_AGO)
    newer = rows(select(Benchmark).where(Benchmark.starts_on == raised, Benchmark.lead_id.is_(None)))
    metrics = {row.Benchmark.metric for row in newer}
    assert len(metrics) == 1
    old = rows(select(Gap.target).where(Gap.metric.in_(metrics), Gap.opened_on < raised))
    assert {row.target for row in old} == {3.0}
    assert {row.Benchmark.target for row in newer} == {3.2}


def test_raters_agree_on_two_of_three_behaviours_and_the_third_opens_no_gap(demo: Any) -> None:
    reached = Counter(row.reached for row in rows(select(Agreement.reached)))
    assert reached == {True: 2, False: 1}
    blocked = blocked_behaviours()
    assert {row.id for row in current_behaviours()} > blocked
    metrics = [f"behaviour:{one}" for one in blocked]
    assert rows(select(Gap.id).where(Gap.metric.in_(metrics), Gap.closed_on.is_(None))) == []


def test_a_module_that_was_agreed_is_an_assignment(demo: Any) -> None:
    agreed = {tuple(row) for row in rows(select(Action.person_id, Action.course_slug).where(Action.kind == "module"))}
    asked = select(Assignment.person_id, Course.slug).join(Course, Course.id == Assignment.course_id)
    assert agreed
    assert agreed == {tuple(row) for row in rows(asked)}
    current = set(
        db.session.scalars(
            select(Course.slug)
            .join(CourseVersion, CourseVersion.course_id == Course.id)
            .where(CourseVersion.is_current)
        )
    )
    assert {slug for _, slug in agreed} <= current


def test_everybody_is_coached_by_whom_they_report_to_and_nobody_in_the_future(demo: Any) -> None:
    managers = {row.id: row.manager_id for row in rows(select(Person.id, Person.manager_id))}
    for session in rows(select(Session.__table__)):
        assert session.supervisor_id == managers[session.person_id]
        if session.state == "held":
            assert session.created_at < session.starts_at < session.held_at < NOW
            assert session.goal or session.note
            assert session.answered_at is None or session.held_at < session.answered_at < NOW
    planned = rows(select(Session.supervisor_id, Session.starts_at).where(Session.state == "planned"))
    assert len(planned) == len(set(planned))
    assert any(row.starts_at < NOW for row in planned)
    assert any(row.starts_at > NOW for row in planned)
    assert db.session.scalar(select(func.max(Observation.observed_on))) < TODAY


def test_every_kind_of_record_is_there(demo: Any) -> None:
    kinds = {tuple(row) for row in rows(select(Action.kind, Action.state).distinct())}
    assert kinds >= {(kind, "done") for kind in coaching_truth.KINDS}
    assert {state for _, state in kinds} == {"done", "dropped", "open"}
    assert {row.kind for row in rows(select(Observation.kind).distinct())} == {"supervisor", "peer", "self"}
    assert {row.state for row in rows(select(Session.state).distinct())} == {"planned", "held", "cancelled"}
    corrected = rows(select(Session.answer_comment).where(Session.answer == "corrects"))
    assert all(row.answer_comment for row in corrected)
    assert {row.rating for row in rows(select(SessionRating.rating).distinct())} == {3, 4, 5}
    assert count(PrivateNote) > 10
    taken_up = Counter(row.session_id is not None for row in rows(select(Topic.session_id)))
    assert min(taken_up[True], taken_up[False]) > 2
    decided = rows(select(Dispute.decision, Observation.state).join(Observation))
    assert sorted(tuple(row) for row in decided if row.decision) == [("struck", "struck")]


@pytest.mark.sqlite_only
def test_the_agent_and_the_supervisor_meet_something_on_each_page(demo: Any) -> None:
    agent, lead = person("agent"), person("supervisor")
    gaps = rows(select(Gap.id).where(Gap.person_id == agent.id, Gap.closed_on.is_(None), Gap.metric == "behaviour:1"))
    assert len(gaps) == 1
    own = rows(select(Action.owner_id, Action.due_on).where(Action.gap_id == gaps[0].id, Action.state == "open"))
    assert any(row.owner_id == agent.id and row.due_on > TODAY for row in own)
    talks = rows(select(Session.__table__).where(Session.person_id == agent.id).order_by(Session.starts_at))
    assert [talk.state for talk in talks] == ["held", "held", "planned"]
    assert [talk.answer for talk in talks[:2]] == ["agrees", None]
    assert talks[-1].starts_at.date() == TODAY + timedelta(days=1)
    assert rows(select(Topic.id).where(Topic.person_id == agent.id, Topic.session_id.is_(None)))

    team = select(Person.id).where(Person.manager_id == lead.id)
    overdue = select(Action.id).where(Action.person_id.in_(team), Action.state == "open", Action.due_on < TODAY)
    assert rows(overdue)
    assert rows(select(Observation.id).where(Observation.observer_id == lead.id, Observation.state == "draft"))
    to_score = (
        select(Calibration.id, Calibration.closes_on)
        .join(CalibrationRater, CalibrationRater.calibration_id == Calibration.id)
        .where(CalibrationRater.person_id == lead.id, CalibrationRater.submitted_at.is_(None))
    )
    assert [row.closes_on > TODAY for row in rows(to_score)] == [True]
    waiting = rows(select(Observation.observer_id, Dispute.reader_id).join(Dispute).where(Dispute.decision.is_(None)))
    assert [row.reader_id for row in waiting] == [lead.id]
    stricter = rows(select(Benchmark.reason).where(Benchmark.lead_id == lead.id))
    assert [bool(row.reason) for row in stricter] == [True]
    newhires = rows(select(Session.state, Session.supervisor_id).where(Session.person_id == person("newhire").id))
    assert [tuple(row) for row in newhires] == [("planned", lead.id)]


def test_adding_it_again_changes_nothing_and_ids_are_counted_on(demo: Any) -> None:
    before = count(Session), count(Gap), count(CalibrationLevel)
    assert loading.add_coaching(7, NOW + timedelta(days=3)) == 0
    assert (count(Session), count(Gap), count(CalibrationLevel)) == before
    topic = Topic(person_id=person("agent").id, text="One more", added_at=NOW)
    db.session.add(topic)
    db.session.flush()
    assert topic.id == count(Topic)


@pytest.mark.sqlite_only
def test_a_database_without_people_of_the_demo_gets_none(app: Any) -> None:
    assert loading.add_coaching(7, NOW) == 0
    assert current_behaviours() == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize("people", [40, 60])
def test_a_small_company_is_coached_too(fresh_app: Callable[..., Any], people: int) -> None:
    with fresh_app().app_context():
        added = loading.load(people, 11, NOW, answers=False, count=0)
        assert added.sessions > 50
        assert rows(select(Agreement.reached))
        assert rows(select(Benchmark.target).where(Benchmark.metric == "nps"))[0].target == 25
        db.session.rollback()


def test_in_a_large_company_only_so_many_are_coached_the_sign_ins_among_them() -> None:
    people = company.build(4_000, 7, TODAY)
    for number, one in enumerate(people, 1):
        one.person_id = number
    found = staff(people, BEHAVIOURS, 7, TODAY)
    serving = [one for one in found if one.frontline]
    assert coaching_truth.MOST_FRONTLINE - 12 < len(serving) <= coaching_truth.MOST_FRONTLINE
    assert len(found) - len(serving) <= coaching_truth.MOST_OTHERS
    assert {"agent", "newhire"} <= {one.person.part for one in serving}
    assert [one.id for one in staff(people, BEHAVIOURS, 7, TODAY)] == [one.id for one in found]
    shares = Counter(lead.quality.name for lead in {one.lead for one in found})
    assert shares["good"] > shares["average"] > shares["poor"] > 0


def test_sentences_are_filled_and_transcripts_are_there() -> None:
    lines = [line for some in coaching_words.sentences().values() for line in some]
    named = {part.split("}")[0] for line in lines for part in line.split("{")[1:]}
    assert named == {"behaviour", "level", "work", "course"}
    calls = coaching_calibration.calls()
    assert {which: len(some) for which, some in calls.items()} == {"first": 5, "second": 3}
    assert all(material.startswith("Customer:") for some in calls.values() for _, material in some)


def test_a_true_level_rises_little_by_little_after_a_talk() -> None:
    people = company.build(60, 7, TODAY)
    one = next(one for one in staff(people, BEHAVIOURS, 7, TODAY) if one.frontline)
    day = date(2026, 1, 5)
    before = one.level(2, day)
    one.gains.append((2, day, 0.6))
    assert one.level(2, day) == before
    assert before < one.level(2, day + timedelta(days=7)) < before + 0.6
    assert one.level(2, day + timedelta(days=60)) == pytest.approx(before + 0.6)
    assert one.level(1, day + timedelta(days=60)) == one.levels[1]


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("app")
def test_the_same_words_wait_for_a_talk_once() -> None:
    book = Book()
    first, later = (book.topic(1, "My shifts", TODAY - timedelta(days=days)) for days in (9, 2))
    assert first is later
    assert book.topic(2, "My shifts", TODAY) is not first
    assert len(book.found(Topic)) == 2
