from typing import Any

import pytest
from sqlalchemy import func, select

from app.coaching.models import Session
from app.core import clock
from app.core.db import db
from app.demo import cli, loading, truth
from app.nps.models import Response
from app.voice.models import Blocker
from tests.factories import make_person

pytestmark = pytest.mark.sqlite_only


def test_loading_says_what_it_did_and_twice_is_harmless(app: Any) -> None:
    run = app.test_cli_runner().invoke
    first = run(args=["demo", "load", "--people", "60", "--responses", "300"]).output
    assert "60 people loaded, 300 responses" in first
    assert "coaching sessions loaded, 40 blockers loaded" in first
    again = run(args=["demo", "load", "--people", "60"])
    assert again.exit_code == 0
    assert "60 people are there already\n" in again.output


def test_responses_can_come_later(app: Any) -> None:
    run = app.test_cli_runner().invoke
    first = run(args=["demo", "load", "--people", "60", "--responses", "0"]).output
    assert "60 people loaded, " in first
    assert "responses" not in first
    later = run(args=["demo", "load", "--people", "60", "--responses", "200"])
    assert "60 people are there already, 200 responses loaded" in later.output
    unread = select(Response.id).where(Response.comment.is_not(None), Response.sentiment.is_(None))
    assert db.session.scalars(unread).all() == []


def test_production_has_no_place_for_demo_people(fresh_app: Any) -> None:
    app = fresh_app(UPLIFT_ENV="production")
    answer = app.test_cli_runner().invoke(args=["demo", "load"])
    assert answer.exit_code == 1
    assert "production" in answer.output
    with app.app_context():
        assert loading.is_empty()


def test_fewer_people_than_a_company_has_are_refused(app: Any) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "load", "--people", "5"])
    assert answer.exit_code == 2
    assert "40" in answer.output


@pytest.mark.parametrize("environment", ["test", "production"])
def test_preparing_loads_no_demo_but_where_the_settings_say_so(
    fresh_app: Any, environment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_app(UPLIFT_ENV=environment).app_context():
        cli.prepare()
        assert loading.is_empty()
    assert capsys.readouterr().out == ""


def test_preparing_a_demo_loads_it_once_and_says_who_can_sign_in(
    fresh_app: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "PEOPLE", 60)
    app = fresh_app(UPLIFT_ENV="demo", PORT=8123)
    with app.app_context():
        for _ in range(2):
            cli.prepare()
            told = capsys.readouterr().out
            assert "newhire@demo.uplift.example" in told
            assert loading.PASSWORD in told
            assert "http://127.0.0.1:8123" in told
        db.session.rollback()
    assert app.config["COMPANY_NAME"] == "Larkspur"


def test_preparing_a_demo_from_before_there_were_responses_adds_them(
    fresh_app: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(truth, "A_PERSON", 5)
    with fresh_app(UPLIFT_ENV="demo").app_context():
        loading.load(60, 7, clock.now(), count=0)
        db.session.commit()
        for told in (True, False):
            cli.prepare()
            assert ("reading what customers wrote" in capsys.readouterr().out) == told
            number = db.session.scalar(select(func.count()).select_from(Response))
            assert number == 300
        db.session.rollback()


def test_preparing_a_demo_from_before_there_was_coaching_adds_it_and_surveys(
    fresh_app: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(loading, "add_coaching", lambda _seed, _now: 0)
        before.setattr(loading, "add_voice", lambda _seed, _now: 0)
        app = fresh_app(UPLIFT_ENV="demo")
        with app.app_context():
            loading.load(60, 7, clock.now(), count=60)
            db.session.commit()
    with app.app_context():
        held = select(func.count()).select_from(Session).where(Session.state == "held")
        numbers = []
        for _ in range(2):
            cli.prepare()
            numbers.append(db.session.scalar(held))
        assert numbers[0] == numbers[1] > 100
        board = select(func.count()).select_from(Blocker).where(Blocker.state != "draft")
        assert db.session.scalar(board) == 40
        db.session.rollback()


def test_preparing_a_demo_that_has_other_people_leaves_them_alone(
    fresh_app: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_app(UPLIFT_ENV="demo").app_context():
        make_person()
        cli.prepare()
        assert loading.PASSWORD not in capsys.readouterr().out
        assert loading.sign_ins() == []
