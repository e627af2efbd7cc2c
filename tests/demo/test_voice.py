"""Surveys and the board in the demo: what was planted (app/demo/voice_truth.py) is there to be found."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from statistics import fmean
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.coaching.models import Action
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.demo import company, loading, voice_answers, voice_board, voice_surveys
from app.demo import voice_truth as truth
from app.nps.models import Driver
from app.voice.models import (
    Answer,
    AnswerText,
    Attachment,
    Blocker,
    BlockerChange,
    BlockerComment,
    BlockerLink,
    DriverWeight,
    Follower,
    Merge,
    Participant,
    Process,
    Release,
    SealedAnswer,
    SpentTicket,
    Survey,
    Vote,
    Wave,
)
from app.voice.operations import merging, sealing, voting
from app.voice.queries import ranking, unanswered
from app.voice.queries.released import Released, released
from app.voice.rules.questions import check, read_definition
from tests.demo.conftest import NOW

TODAY = NOW.date()
AGENT = f"agent@{company.DOMAIN}"


def count(model: Any, *conditions: Any) -> int:
    return db.session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def waves(title: str) -> list[Wave]:
    statement = select(Wave).join(Survey, Survey.id == Wave.survey_id).where(Survey.title == title)
    return list(db.session.scalars(statement.order_by(Wave.number)))


def mean(figures: Released, key: str) -> float:
    """Of a rating, as its page shows it."""
    average = figures.average(key)
    assert average is not None
    return average.value


def test_two_waves_were_asked_of_all_who_were_there_and_are_closed(demo: Any) -> None:
    health = waves(voice_surveys.HEALTH_TITLE)
    assert [one.state for one in health] == ["closed", "closed"]
    for wave, told in zip(health, truth.WAVES, strict=True):
        there = count(Person, Person.active, Person.hire_date <= wave.opens_on)
        assert wave.asked == there == count(Participant, Participant.wave_id == wave.id)
        assert wave.answers == count(Answer, Answer.wave_id == wave.id) == round(told.rate * there)
        assert wave.answers == count(Participant, Participant.wave_id == wave.id, Participant.took_part)
        definition = read_definition(wave.definition or {})
        closed_texts = {one.key for one in definition.questions if one.kind == "text"}
        for answers in db.session.scalars(select(Answer.answers).where(Answer.wave_id == wave.id)):
            assert check(definition, answers) == (answers, {})
            assert not closed_texts & set(answers)
        texts = db.session.scalars(select(AnswerText.text).where(AnswerText.wave_id == wave.id)).all()
        assert len(texts) > 0.6 * wave.answers
        assert len(set(texts)) > 0.85 * len(texts)
    assert health[1].closes_on < TODAY - timedelta(days=21)


def test_people_hear_more_of_what_becomes_of_things_and_stores_are_worse_off(demo: Any) -> None:
    first, second = (released(wave, {}) for wave in waves(voice_surveys.HEALTH_TITLE))
    before, after = (mean(one, "hears-back") for one in (first, second))
    assert after - before > 0.5
    for key in ("understands", "learns", "fair"):
        assert abs(mean(second, key) - mean(first, key)) < after - before
    stores = released(waves(voice_surveys.HEALTH_TITLE)[1], {"department": truth.LOW_DEPARTMENT})
    assert stores.shown
    assert fmean(mean(stores, key) - mean(second, key) for key in truth.WAVES[1].ratings) < -0.35


def test_refunds_block_most_people_in_each_wave(demo: Any) -> None:
    for wave in waves(voice_surveys.HEALTH_TITLE):
        question = read_definition(wave.definition or {}).question("processes")
        assert question is not None
        names = {option.key: option.text for option in question.options}
        tally = Counter({names[key]: n for key, n in released(wave, {}).tally("processes").items() if key})
        (worst, most), (_, second) = tally.most_common(2)
        assert worst == truth.WORST
        assert most > 1.3 * second


def test_some_groups_are_shown_and_some_refused(demo: Any) -> None:
    wave = waves(voice_surveys.HEALTH_TITLE)[1]
    shown = Counter(db.session.scalars(select(Release.shown).where(Release.wave_id == wave.id)))
    assert shown[True] > 3
    assert shown[False] > 0


def test_a_pulse_is_open_and_the_sign_ins_can_answer_it(demo: Any) -> None:
    (pulse,) = waves(voice_surveys.PULSE_TITLE)
    assert (pulse.state, pulse.answers) == ("open", None)
    assert pulse.opens_on < TODAY < pulse.closes_on
    sign_ins = [f"{part}@{company.DOMAIN}" for part in company.PARTS if part != "admin"]
    took_part = dict(
        db.session.execute(
            select(Person.email, Participant.took_part)
            .join(Participant, Participant.person_id == Person.id)
            .where(Participant.wave_id == pulse.id, Person.email.in_(sign_ins))
        ).all()
    )
    assert took_part == dict.fromkeys(sign_ins, False)
    sealed = db.session.scalars(select(SealedAnswer.content).where(SealedAnswer.wave_id == pulse.id)).all()
    assert len(sealed) == count(SpentTicket, SpentTicket.wave_id == pulse.id) == round(truth.PULSE_RATE * pulse.asked)
    definition = read_definition(pulse.definition or {})
    for content in sealed:
        envelope = sealing.unseal(pulse.link, content)
        assert envelope["segments"] == {}
        assert "person_id" not in envelope
        assert check(definition, envelope["answers"]) == (envelope["answers"], {})


def test_nothing_leads_from_those_asked_to_what_they_said(demo: Any) -> None:
    assert count(OutboxMessage, OutboxMessage.payload["wave_id"].as_integer().is_not(None)) == 0
    assert count(OutboxMessage, OutboxMessage.key.like("blocker-%")) == 0
    closed = [wave.id for wave in waves(voice_surveys.HEALTH_TITLE)]
    for table in (SealedAnswer, SpentTicket):
        assert count(table, table.wave_id.in_(closed)) == 0
    assert count(Answer, Answer.person_id.is_not(None)) == 0
    assert count(AnswerText, AnswerText.person_id.is_not(None)) == 0
    columns = {column.name for table in (Answer, AnswerText, SealedAnswer) for column in table.__table__.columns}
    assert columns == {"id", "wave_id", "answers", "person_id", "question_key", "text", "sentiment", "content"}


def test_forty_blockers_are_on_the_board_in_every_state(demo: Any) -> None:
    told = Counter(db.session.scalars(select(Blocker.state)))
    assert {state: told[state] for state in ("understood", "planned", "in_progress", "fixed", "wont_fix")} == {
        "understood": 6,
        "planned": 6,
        "in_progress": 6,
        "fixed": 7,
        "wont_fix": 3,
    }
    assert told.total() - told["draft"] == 40
    assert unanswered.counts(TODAY) == unanswered.Counts(unanswered=3, late=2)
    assert count(Blocker, Blocker.state == "new", Blocker.reported_on == TODAY) == 1
    assert count(Blocker, Blocker.code_digest.is_not(None)) == 12
    assert count(Blocker, Blocker.split_from_id.is_not(None)) == 1
    assert count(Attachment) == 2
    assert count(BlockerComment, BlockerComment.author_id.is_(None)) == 2
    assert count(BlockerChange) > 40
    owners = select(Blocker.owner_id).where(Blocker.owner_id.is_not(None)).distinct()
    assert len(db.session.scalars(owners).all()) > 6


def test_nobody_speaks_before_being_hired(demo: Any) -> None:
    for person_id, day in (
        (Blocker.reporter_id, Blocker.reported_on),
        (BlockerComment.author_id, BlockerComment.written_on),
    ):
        early = select(func.count()).where(Person.id == person_id, Person.hire_date > day)
        assert db.session.execute(early).scalar_one() == 0
    assert count(Follower, Follower.person_id == select(Person.id).where(Person.email == AGENT).scalar_subquery()) == 2


def test_what_was_fixed_can_be_seen_in_what_customers_say(demo: Any) -> None:
    statement = ranking.joined(select(Blocker.fixed_on, ranking.DRIVER.label("driver_id")).select_from(Blocker))
    fixed = db.session.execute(statement.where(Blocker.state == "fixed")).all()
    assert sum(timedelta(days=60) <= TODAY - row.fixed_on <= timedelta(days=183) for row in fixed) == 6
    assert sum(row.driver_id is not None for row in fixed) == 6
    assert count(DriverWeight) == count(Driver)
    weights = ranking.weights()
    drivers = dict(db.session.execute(select(Driver.name, Driver.id)).all())
    assert weights.of(drivers["Solved at the first contact"]).value > weights.of(drivers["Kind and attentive"]).value


def test_votes_are_counted_once_also_where_two_were_merged(demo: Any) -> None:
    merges = db.session.scalars(select(Merge)).all()
    assert len(merges) == 2
    for merge in merges:
        source, target = (db.session.get_one(Blocker, one) for one in (merge.source_id, merge.target_id))
        assert source.merged_into_id == target.id
        together = merging.together(source, target)
        assert together.both is None  # of those who are all in the other one it is not told
        assert together.target > together.source
    rows = db.session.execute(
        select(Blocker.id, Blocker.votes, func.count(Vote.digest)).outerjoin(Vote).group_by(Blocker.id, Blocker.votes)
    ).all()
    assert all(row.votes == row[2] for row in rows)
    everybody = list(db.session.scalars(select(Person.id)))
    told = {row.id: voting.digests_of(row.id, everybody) for row in rows if row.votes}
    assert all(digest in told[blocker] for blocker, digest in db.session.execute(select(Vote.blocker_id, Vote.digest)))


def test_the_agent_has_two_drafts_from_the_last_talk(demo: Any) -> None:
    drafts = db.session.execute(
        select(Person.email, Blocker.happens, BlockerLink.ref)
        .join(Person, Person.id == Blocker.reporter_id)
        .join(BlockerLink, BlockerLink.blocker_id == Blocker.id)
        .where(Blocker.state == "draft")
    ).all()
    assert {row.email for row in drafts} == {AGENT}
    actions = dict(db.session.execute(select(Action.id, Action.text).where(Action.token.like("demo-voice-%"))).all())
    assert {int(row.ref): row.happens for row in drafts} == actions
    assert len(actions) == 2


def test_no_text_names_anybody(demo: Any) -> None:
    board = voice_board.read()
    texts = [text for lines in voice_answers.sentences().values() for text in lines]
    for report in board.blockers:
        texts += [report.title, report.happens, report.effect, report.idea, *(one.text for one in report.comments)]
        texts += [part for step in report.story for part in (step.note, step.reason, step.we_did)]
    words = {word.strip(".,:;?“”’") for text in texts for word in text.split()}
    names = {name for row in db.session.execute(select(Person.given_name, Person.family_name)) for name in row}
    assert not words & names
    assert {one.process for one in board.blockers} <= set(db.session.scalars(select(Process.name)))


def test_loading_again_adds_nothing(demo: Any) -> None:
    before = count(Blocker), count(Wave), count(Vote), count(Action)
    assert loading.add_voice(7, NOW + timedelta(days=3)) == 0
    assert (count(Blocker), count(Wave), count(Vote), count(Action)) == before


@pytest.mark.sqlite_only
def test_the_smallest_company_has_all_of_it_too(fresh_app: Callable[..., Any]) -> None:
    with fresh_app("shipped").app_context():
        loading.load(company.SMALLEST, 3, NOW, count=0)
        assert count(Blocker) == 42
        assert [one.state for one in waves(voice_surveys.HEALTH_TITLE)] == ["closed", "closed"]
        assert count(DriverWeight) == 0
        db.session.rollback()
