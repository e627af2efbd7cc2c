import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.core import clock, outbox
from app.core.db import db, writing
from app.core.outbox import OutboxMessage
from tests.e2e.serving import ROOT
from tests.engines import SETTINGS

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def put(key: str = "one", kind: str = "bell", **payload: Any) -> None:
    outbox.enqueue(kind, key, payload, clock.now())
    db.session.commit()


def only() -> OutboxMessage:
    return db.session.execute(select(OutboxMessage)).scalar_one()


@pytest.fixture
def delivered(app: Any) -> list[Mapping[str, Any]]:
    """What the sender of kind "bell" was given."""
    got: list[Mapping[str, Any]] = []
    outbox.register_sender(app, "bell", got.append)
    return got


def test_a_message_is_sent_once_and_marked(delivered: list[Mapping[str, Any]]) -> None:
    put(to="Ana")
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    assert delivered == [{"to": "Ana"}]
    assert (only().attempts, only().last_error) == (1, None)
    assert only().sent_at is not None


def test_the_same_kind_and_key_a_second_time_changes_nothing(delivered: list[Mapping[str, Any]]) -> None:
    put("same", to="Ana")
    put("same", to="Bo")
    outbox.drain()
    assert delivered == [{"to": "Ana"}]


def test_a_message_written_in_a_transaction_that_is_undone_is_never_sent(delivered: list[Mapping[str, Any]]) -> None:
    outbox.enqueue("bell", "gone", {}, clock.now())
    db.session.rollback()
    assert outbox.drain() == 0
    assert delivered == []


def test_a_failure_keeps_the_message_with_its_error_and_a_later_time(app: Any) -> None:
    def refuse(_payload: Mapping[str, Any]) -> None:
        raise OSError("the line is dead")

    outbox.register_sender(app, "bell", refuse)
    put()
    before = clock.now()
    assert outbox.drain() == 0
    message = only()
    assert (message.attempts, message.last_error, message.sent_at) == (1, "OSError: the line is dead", None)
    assert message.leased_until is None
    assert message.available_at >= before + outbox.FIRST_WAIT
    assert outbox.drain() == 0, "it is not tried again before its time"
    assert only().attempts == 1


def test_a_failure_does_not_hold_up_the_messages_after_it(app: Any) -> None:
    got: list[str] = []

    def sometimes(payload: Mapping[str, Any]) -> None:
        if payload["name"] == "bad":
            raise OSError("no")
        got.append(payload["name"])

    outbox.register_sender(app, "bell", sometimes)
    put("1", name="bad")
    put("2", name="good")
    assert outbox.drain() == 1
    assert got == ["good"]


def test_a_kind_without_a_sender_waits_and_says_so(app: Any) -> None:
    put(kind="flute")
    assert outbox.drain() == 0
    assert "no outbox sender named 'flute'" in (only().last_error or "")


def test_a_leased_message_is_left_alone_until_the_lease_runs_out(delivered: list[Mapping[str, Any]]) -> None:
    put()
    later = clock.now() + timedelta(minutes=1)
    db.session.execute(update(OutboxMessage).values(leased_until=later))
    db.session.commit()
    assert outbox.drain() == 0, "another worker has it"
    db.session.execute(update(OutboxMessage).values(leased_until=clock.now() - timedelta(seconds=1)))
    db.session.commit()
    assert outbox.drain() == 1, "the other worker died"
    assert len(delivered) == 1


def test_a_drain_sends_no_more_than_its_limit(delivered: list[Mapping[str, Any]]) -> None:
    for number in range(3):
        put(str(number))
    assert outbox.drain(limit=2) == 2
    assert len(delivered) == 2


@pytest.mark.sqlite_only
def test_others_can_write_while_a_message_is_on_its_way(app: Any) -> None:
    wrote: list[bool] = []

    def slow(_payload: Mapping[str, Any]) -> None:
        path = db.engine.url.database or ""
        with sqlite3.connect(path, timeout=0) as other:
            other.execute("UPDATE outbox_message SET payload = payload")
            wrote.append(True)
        other.close()

    outbox.register_sender(app, "bell", slow)
    put()
    with writing():
        assert outbox.drain() == 1
    assert wrote == [True]
    assert only().sent_at is not None


def test_a_worker_killed_half_way_loses_nothing_and_repeats_only_what_it_had_in_hand(
    app: Any, delivered: list[Mapping[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for word in ("one", "two", "three"):
        put(word, word=word)
    told = tmp_path / "told"
    env = {
        **os.environ,
        **SETTINGS,
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "INSTANCE_PATH": str(tmp_path),
    }
    worker = subprocess.Popen([sys.executable, "-m", "tests.core.hanging_worker", str(told)], env=env, cwd=ROOT)
    try:
        until = time.monotonic() + 60
        while not told.exists() or "two" not in told.read_text():
            assert worker.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        worker.kill()
        worker.wait()
    assert told.read_text().split() == ["one", "two"]

    assert outbox.drain() == 1, "the one in the dead worker's hand is leased still"
    later = clock.now() + outbox.LEASE
    monkeypatch.setattr(clock, "now", lambda: later)
    assert outbox.drain() == 1
    assert outbox.drain() == 0
    assert [payload["word"] for payload in delivered] == ["three", "two"]
    assert db.session.scalars(select(OutboxMessage).where(OutboxMessage.sent_at.is_(None))).all() == []


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 30), (1, 30), (2, 60), (3, 120), (10, 15360), (11, 21600), (60, 21600)]
)
def test_waits_double_from_half_a_minute_to_six_hours(attempts: int, seconds: int) -> None:
    assert outbox.wait_after(attempts) == timedelta(seconds=seconds)
