"""Closing a wave: everything is counted once, nothing leads back, and what may be shown is decided for good."""

import os
import random
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict
from app.voice.jobs import surveys as jobs
from app.voice.models import Answer, AnswerText, Release, SealedAnswer, SpentTicket, Tally, Wave
from app.voice.operations import closing, sealing
from app.voice.queries.released import released
from tests.nps.build import company_of
from tests.voice import build

ROOT = Path(__file__).parents[2]
DAY = timedelta(days=1)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def pulse(mode="anonymous", **values):
    """A wave with a rating and a text, asked by its link."""
    survey = build.survey(mode=mode, **values)
    build.question(survey, "rating", key="mood")
    build.question(survey, "text", key="why")
    return build.wave(survey, by_link=True)


def test_everything_is_counted_once_and_nothing_stays_sealed(app):
    wave, other = pulse(), pulse()
    given = [{"mood": at % 5 + 1, "why": f"Text {at}"} if at % 3 else {"mood": at % 5 + 1} for at in range(30)]
    build.answered(wave, given)
    build.answered(other, [{"mood": 1}])
    db.session.add(SpentTicket(wave_id=wave.id, digest=b"1" * 32))
    db.session.commit()

    assert closing.close_wave(wave, clock.now())
    db.session.commit()
    db.session.expire_all()
    assert (wave.state, wave.answers, wave.trouble) == ("closed", 30, "")
    answers = db.session.scalars(select(Answer).where(Answer.wave_id == wave.id)).all()
    assert sorted(one.answers["mood"] for one in answers) == sorted(one["mood"] for one in given)
    assert all(set(one.answers) == {"mood"} and one.person_id is None for one in answers)
    texts = db.session.scalars(select(AnswerText)).all()
    assert sorted(one.text for one in texts) == sorted(one["why"] for one in given if "why" in one)
    ids = [one.id for one in (*answers, *texts)]
    assert len({one[:8] for one in ids}) == len(ids)
    assert {len(one) for one in ids} == {32}
    assert db.session.scalars(select(SealedAnswer.wave_id)).all() == [other.id]
    assert count(SpentTicket) == 0

    before = [count(model) for model in (Answer, AnswerText, Release, Tally)]
    assert not closing.close_wave(wave, clock.now())  # a second click
    db.session.commit()
    assert [count(model) for model in (Answer, AnswerText, Release, Tally)] == before
    everyone = released(wave, {})
    assert (everyone.n, everyone.answered("why"), everyone.answered("mood")) == (30, 20, 30)
    assert everyone.tally("mood") == {str(value): 6 for value in range(1, 6)}
    assert everyone.tally("_minutes") == {"2-5": 27}  # all of them; kept as the least that "nearly all" may be


def test_under_another_secret_key_nothing_is_touched_and_the_wave_says_what_to_do(app):
    wave = pulse()
    build.answered(wave, [{"mood": 4, "why": "So be it"}] * 6)
    former = app.config["SECRET_KEY"]
    app.config["SECRET_KEY"] = "another one"
    build.answered(wave, [{"mood": 2}])  # the first row may open, the others not
    assert not closing.close_wave(wave, clock.now())
    db.session.commit()
    assert "SECRET_KEY_FALLBACKS" in wave.trouble
    assert (wave.state, count(SealedAnswer), count(Answer), count(Release)) == ("open", 7, 0, 0)

    app.config["SECRET_KEY_FALLBACKS"] = [former]
    assert closing.close_wave(wave, clock.now())
    db.session.commit()
    assert (wave.state, wave.answers, wave.trouble, count(Answer)) == ("closed", 7, "", 7)


def test_the_day_after_its_last_one_a_wave_closes_by_itself(app):
    today = build.date_today()
    over, last_day, planned = pulse(), pulse(), pulse()
    over.opens_on = over.closes_on = today - DAY
    last_day.opens_on = last_day.closes_on = today
    planned.state, planned.opens_on, planned.closes_on = "planned", today - DAY, today - DAY
    db.session.commit()
    assert closing.close_due(clock.now()) == 1
    db.session.commit()
    assert [one.state for one in (over, last_day, planned)] == ["closed", "open", "planned"]
    assert closing.close_due(clock.now()) == 0
    with pytest.raises(Conflict):
        closing.close_wave(planned, clock.now())
    assert released(over, {}).reason == "few"  # nobody answered


@pytest.mark.sqlite_only
def test_rows_lie_in_an_order_that_has_nothing_to_do_with_the_order_of_sending(app):
    repeats, people = 40, 12
    firsts = []
    for _ in range(repeats):
        wave = pulse()
        build.answered(wave, [{"mood": 3, "why": f"{at:02}"} for at in range(people)])
        build.closed(wave)
        texts = db.session.scalars(select(AnswerText.text).where(AnswerText.wave_id == wave.id)).all()
        firsts.append(texts.index("00"))
    # Where the first sent ends up is uniform over 12 places: its mean over 40 waves is 5.5 with an error of 0.55.
    assert 3 < sum(firsts) / repeats < 8
    assert len(set(firsts)) >= 6


def test_a_named_survey_keeps_who_said_what_and_shows_any_number(app):
    _, people = company_of(3)
    survey = build.survey(mode="named")
    build.question(survey, "rating", key="mood")
    build.question(survey, "text", key="why")
    wave = build.wave(survey, people)
    build.answered(wave, [{"mood": 5}, {"mood": 5, "why": "Good"}], people=people[:2])
    build.closed(wave)
    found = db.session.execute(select(Answer.person_id, Answer.answers)).all()
    assert {person_id: answers["mood"] for person_id, answers in found} == {one.id: 5 for one in people[:2]}
    assert db.session.execute(select(AnswerText.person_id, AnswerText.text)).one() == (people[1].id, "Good")
    everyone = released(wave, {})
    assert (everyone.shown, everyone.n, everyone.tally("mood")) == (True, 2, {"5": 2})
    assert str(everyone.share("mood", "5")) == "100 %"  # who said it is known anyway
    assert wave.asked == 3


def test_a_person_in_an_anonymous_envelope_is_not_kept(app):
    """Nobody writes one; if a mistake did, it must not come through."""
    _, people = company_of(6)
    wave = pulse()
    build.answered(wave, [{"mood": 2, "why": "Why"}] * 6, segments={"department": "Sales"}, people=people)
    build.closed(wave)
    assert set(db.session.scalars(select(Answer.person_id))) == {None}
    assert set(db.session.scalars(select(AnswerText.person_id))) == {None}
    assert set(db.session.scalars(select(Release.key))) == {""}


@pytest.mark.sqlite_only
def test_ten_thousand_answers_close_in_seconds(app):
    dice = random.Random(3)
    survey = build.survey(mode="confidential", segments="department,location")
    for number in range(4):
        build.question(survey, "rating", key=f"q{number}")
    wave = build.wave(survey, by_link=True)
    values = {"department": [f"D{at}" for at in range(8)], "location": [f"L{at}" for at in range(6)]}
    wave.definition = {**wave.definition, "values": values}
    content = sealing.seal(wave.link, {"answers": {}, "segments": {}, "minutes": ""})
    assert len(content) < 1100
    given = [{f"q{number}": dice.randint(1, 5) for number in range(4)} for _ in range(10_000)]
    build.answered(wave, given, [{name: dice.choice(some) for name, some in values.items()} for _ in given])
    begun = clock.now()
    build.closed(wave)
    assert clock.now() - begun < timedelta(seconds=20)
    assert db.session.get_one(Wave, wave.id).answers == count(Answer) == 10_000
    shown = db.session.scalar(select(func.count()).where(Release.shown))
    assert shown == 1 + 8 + 6 + 48


def test_what_was_prepared_counts_unless_an_answer_came_since(app):
    wave = pulse()
    build.answered(wave, [{"mood": 4}] * 5)
    prepared = closing.prepare(wave.id)
    build.answered(wave, [{"mood": 1}])
    assert closing.close_wave(wave, clock.now(), prepared)
    db.session.commit()
    assert wave.answers == 6
    assert len(db.session.scalars(select(Answer)).all()) == 6


def test_a_wave_that_goes_wrong_keeps_no_other_waiting(app, monkeypatch, caplog):
    survey = build.survey()
    build.question(survey, "rating", key="mood")
    waves = [
        build.wave(survey, closes_on=build.date_today() - timedelta(days=1), opens_on=date(2026, 1, 1))
        for _ in range(2)
    ]
    close = closing.close_wave

    def first_goes_wrong(wave, *rest):
        if wave.id == ids[0]:
            raise RuntimeError("a disk is full")
        return close(wave, *rest)

    ids = [one.id for one in waves]
    db.session.commit()
    monkeypatch.setattr(closing, "close_wave", first_goes_wrong)
    assert jobs.close_waves() == 1
    assert [db.session.get(Wave, one).state for one in ids] == ["open", "closed"]
    assert "waits for the next time" in caplog.text


def test_a_worker_killed_before_it_commits_leaves_every_answer_sealed(app, tmp_path):
    wave = pulse()
    wave.opens_on = wave.closes_on = build.date_today() - DAY
    db.session.commit()
    build.answered(wave, [{"mood": 4, "why": f"Text {at}"} for at in range(10)])
    settings = {
        "UPLIFT_ENV": "test",
        "JOBS": "immediate",
        "SECRET_KEY": app.config["SECRET_KEY"],
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "INSTANCE_PATH": str(tmp_path),
    }
    worker = [sys.executable, "-m", "tests.voice.killed_while_closing"]
    died = subprocess.run(worker, env={**os.environ, **settings}, cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL
    db.session.expire_all()
    assert (db.session.get(Wave, wave.id).state, count(SealedAnswer), count(Answer)) == ("open", 10, 0)
    assert count(Tally) == count(Release) == count(AnswerText) == 0
    db.session.commit()
    assert jobs.close_waves() == 1
    assert (count(SealedAnswer), count(Answer), count(AnswerText)) == (0, 10, 10)
