from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from app.core import bulk, clock, outbox
from app.core.db import Base, db, loading, writing
from app.core.outbox import OutboxMessage
from app.nps.models import Label


def message(at: datetime) -> OutboxMessage:
    return OutboxMessage(kind="k", key=at.isoformat(), payload={"ü": [1]}, created_at=at, available_at=at)


@pytest.mark.usefixtures("app")
def test_a_moment_comes_back_as_the_same_moment_in_utc() -> None:
    berlin = datetime(2026, 3, 3, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=1)))
    db.session.add(message(berlin))
    db.session.commit()
    db.session.expire_all()
    read = db.session.query(OutboxMessage).one().created_at
    assert read == berlin
    assert read.tzinfo is UTC


@pytest.mark.usefixtures("app")
def test_a_naive_moment_is_refused() -> None:
    db.session.add(message(datetime(2026, 3, 3, 10, 0)))  # noqa: DTZ001 - what is refused
    with pytest.raises(StatementError, match="a naive datetime can't be stored"):
        db.session.flush()
    db.session.rollback()


def test_the_clock_is_aware_and_in_utc() -> None:
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_constraint_has_a_name(table: Any) -> None:
    assert all(constraint.name for constraint in table.constraints)


@pytest.mark.usefixtures("app")
def test_an_insert_knows_conflicts_on_every_engine() -> None:
    for _ in range(2):
        outbox.enqueue("k", "same", {}, clock.now())
    db.session.commit()
    assert db.session.query(OutboxMessage).count() == 1


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("app")
def test_the_embedded_engine_guards_foreign_keys_and_writes_ahead() -> None:
    pragma = {name: db.session.execute(db.text(f"PRAGMA {name}")).scalar() for name in ("foreign_keys", "journal_mode")}
    assert pragma == {"foreign_keys": 1, "journal_mode": "wal"}


def guarded() -> bool:
    return bool(db.session.execute(db.text("PRAGMA foreign_keys")).scalar())


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("app")
def test_foreign_keys_are_left_to_whoever_loads_and_guarded_again_afterwards() -> None:
    db.session.commit()
    with writing(), loading():
        during = guarded()
        db.session.commit()
    assert (during, guarded()) == (False, True)


@pytest.mark.usefixtures("app")
def test_a_row_that_refers_to_nothing_is_refused_while_loading_too() -> None:
    db.session.commit()
    names, row = ("dimension_id", "key", "name"), [[987_654], ["k"], ["Name"]]
    with writing(), loading(), pytest.raises((ValueError, IntegrityError), match="nps_dimension"):
        bulk.insert_columns(Label, names, row)
    db.session.rollback()
    assert db.session.query(Label).filter_by(dimension_id=987_654).count() == 0
