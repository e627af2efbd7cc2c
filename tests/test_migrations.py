"""Migrations make the tables that the models describe, and keep what is in them."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select, text, update

from app.accounts.models import Person
from app.coaching.models import Session
from app.core import clock, outbox, search
from app.core.db import Base, db, writing
from app.nps.models import Response
from app.nps.operations.reading import read_comments
from app.nps.queries.comments import COMMENTS
from tests.coaching.build import behaviour, observe, session_of
from tests.factories import make_person
from tests.nps.build import given, keep
from tests.voice import build as voice


def differences() -> list[object]:
    def include(thing, name, kind, reflected, compare_to):
        return not (reflected and kind in {"table", "index"} and (name or "").startswith("search_fts"))

    options = {"compare_type": True, "include_object": include, "target_metadata": Base.metadata}
    context = MigrationContext.configure(db.session.connection(), opts=options)
    return compare_metadata(context, Base.metadata)


def test_models_and_migrations_agree(app):
    assert differences() == []


def test_a_forgotten_migration_would_be_noticed(app):
    from sqlalchemy import Column, Integer, Table

    extra = Table("forgotten", Base.metadata, Column("id", Integer, primary_key=True))
    try:
        assert differences() != []
    finally:
        Base.metadata.remove(extra)


def test_every_constraint_of_the_tables_has_a_name(app):
    inspector = inspect(db.engine)
    for table in Base.metadata.tables:
        for constraint in (*inspector.get_foreign_keys(table), *inspector.get_unique_constraints(table)):
            assert constraint["name"], f"{table} has a constraint without a name: {constraint}"


def test_rows_written_before_the_search_index_are_found_after_it(app):
    directory = str(app.config["MIGRATIONS_PATH"])
    outbox.enqueue("mail", "kept", {"mail": "x"}, clock.now())
    db.session.commit()
    db.session.remove()
    downgrade(directory=directory, revision="0001")
    db.session.add(search.SearchDocument(kind="lesson", ref="a/b", title="Passives", body="They count."))
    db.session.commit()
    db.session.remove()
    upgrade(directory=directory)
    assert [row.ref for row in db.session.execute(search.matching("lesson", "passiv"))] == ["a/b"]
    assert db.session.query(outbox.OutboxMessage.key).all() == [("kept",)]


@pytest.mark.parametrize("words", ["", "''; DROP TABLE person", '"quoted" AND NOT (', "%_*"])
def test_any_words_can_be_searched_for(app, words):
    assert db.session.execute(search.matching("lesson", words)).all() == []


def test_comments_that_were_read_before_their_index_are_found_after_it(app):
    directory = str(app.config["MIGRATIONS_PATH"])
    keep(
        given(external_id="read", comment="Waiting was long."),
        given(external_id="unread", comment="Waiting was short."),
        given(external_id="silent"),
    )
    db.session.execute(update(Response).where(Response.external_id == "read").values(sentiment=-0.1))
    db.session.commit()
    db.session.remove()
    downgrade(directory=directory, revision="0003")
    upgrade(directory=directory)
    ids = COMMENTS.ids("wait", most=10)
    assert db.session.scalars(select(Response.external_id).where(Response.id.in_(ids))).all() == ["read"]
    with writing():  # what is read from now on is found as well
        read_comments(10)
        db.session.commit()
    ids = COMMENTS.ids("wait", most=10)
    assert set(db.session.scalars(select(Response.external_id).where(Response.id.in_(ids)))) == {"read", "unread"}
    assert db.session.query(Response).count() == 3


def test_a_filled_database_keeps_its_rows_when_coaching_comes_and_can_be_coached(app):
    directory = str(app.config["MIGRATIONS_PATH"])
    lead = make_person(given_name="Lena")
    person = make_person(manager=lead)
    keep(given(external_id="kept", comment="Waiting was long.", person=person))
    ids = lead.id, person.id
    db.session.remove()
    downgrade(directory=directory, revision="0005")
    assert "coaching_session" not in inspect(db.engine).get_table_names()
    upgrade(directory=directory)
    assert db.session.query(Response.external_id, Response.person_id).all() == [("kept", ids[1])]
    lead, person = (db.session.get(Person, one) for one in ids)
    talk = session_of(person, lead)
    observe(person, lead, {behaviour(target=3.0).id: 2})
    assert db.session.get(Session, talk.id).person_id == person.id


def test_a_filled_database_keeps_its_rows_when_listening_comes_and_can_be_asked(app):
    directory = str(app.config["MIGRATIONS_PATH"])
    lead = make_person(given_name="Lena")
    person = make_person(manager=lead)
    talk = session_of(person, lead)
    ids = lead.id, person.id, talk.id
    db.session.remove()
    downgrade(directory=directory, revision="0006")
    assert not [table for table in inspect(db.engine).get_table_names() if table.startswith("voice_")]
    upgrade(directory=directory)
    assert db.session.get(Session, ids[2]).person_id == ids[1]
    survey = voice.survey()
    voice.question(survey, "rating", key="mood")
    wave = voice.wave(survey, [db.session.get(Person, one) for one in ids[:2]])
    voice.answered(wave, [{"mood": 4}, {"mood": 2}])
    assert voice.closed(wave).answers == 2


@pytest.mark.sqlite_only
@pytest.mark.usefixtures("app")
def test_nothing_fires_when_a_response_is_added():
    """A trigger there would double the time of an import, even one that does nothing."""
    triggers = db.session.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).all()
    on_responses = [sql for sql in triggers if " ON nps_response" in sql]
    assert len(on_responses) == 2
    assert not [sql for sql in on_responses if " INSERT ON " in sql]
