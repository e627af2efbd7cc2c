"""What an adversary with a copy of the database file, its write-ahead log and every role can't find out.

Each attack is tried on a store as it is built in an afternoon, where it succeeds, and on Uplift's.
"""

import logging
import random
import re
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Date, DateTime, inspect, select, text
from werkzeug.test import Client

from app.core import clock, outbox
from app.core.db import Base, db
from app.voice.models import (
    Answer,
    AnswerText,
    Blocker,
    Participant,
    SealedAnswer,
    SpentTicket,
    Vote,
)
from app.voice.operations import answering, merging, sealing, tickets, voting
from app.voice.operations.waves import open_wave
from tests.factories import make_person, sign_in
from tests.nps.build import company_of
from tests.voice import adversary, board_build, build

pytestmark = pytest.mark.sqlite_only  # what is read here is the file; queries are the same on both engines

PEOPLE = 40
REPORT = "/voice/blockers/new"
TOLD = {"title": "Refunds take three weeks", "happens": "They wait for a signature.", "frequency": "weekly"}
ANSWER_SIDE = ("voice_answer", "voice_answer_text", "voice_sealed_answer", "voice_spent_ticket", "voice_tally")


def said(number: int) -> str:
    return f"Marker {number:03} says what it thinks"


def database_of(app) -> Path:
    return Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"))


def pulse(people, mode="anonymous", **values):
    """An open wave with a rating and a text."""
    survey = build.survey(mode=mode, **values)
    build.question(survey, "rating", key="mood")
    build.question(survey, "text", key="why")
    return build.wave(survey, people)


def take_part(wave, person, number, mood=3):
    """As the pages do it: a ticket in one transaction, the answers in another."""
    now = clock.now()
    ticket = tickets.take_ticket(wave, person, False, now)
    db.session.commit()
    answering.send(wave, ticket, {"mood": mood, "why": said(number)}, "2-5", now)
    db.session.commit()


@pytest.fixture
def everybody_answers(app):
    """A wave that forty people answer one after the other, with copies of the disk before, between and after."""
    _, people = company_of(PEOPLE)
    wave = pulse(people)
    order = random.Random(5).sample(people, PEOPLE)
    copies = []
    for number, person in enumerate(order):
        take_part(wave, person, number, mood=number % 5 + 1)
        if number % 8 == 0:
            copies.append(adversary.bytes_of(database_of(app)))
    copies.append(adversary.bytes_of(database_of(app)))
    return wave, order, copies


def test_nothing_that_was_written_can_be_read_off_the_disk_while_the_wave_is_open(everybody_answers, tmp_path):
    _, _, copies = everybody_answers
    naive = adversary.NaiveStore(tmp_path / "naive.db")
    naive.answer(1, said(0), 0)
    assert said(0).encode() in adversary.bytes_of(naive.path)
    for copy in copies:
        assert b"Marker 0" not in copy
    sizes = set(db.session.scalars(select(SealedAnswer.content)).all())
    assert len({len(content) for content in sizes}) == 1  # lengths tell nothing either
    assert len(sizes) == PEOPLE


def test_the_key_to_what_is_sealed_is_not_in_the_database(app, everybody_answers):
    wave, _, copies = everybody_answers
    content = db.session.scalars(select(SealedAnswer.content)).first()
    assert sealing.unseal(wave.link, content)["answers"]["why"].startswith("Marker")
    secret = app.config["SECRET_KEY"]
    for key in (secret.encode(), sealing.derived(f"answers {wave.link}"), sealing.derived("tickets")):
        assert not [copy for copy in copies if key in copy]
    app.config["SECRET_KEY"] = "what an administrator could guess"
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(wave.link, content)


def test_the_order_of_answers_says_nothing_about_the_order_of_people(app, everybody_answers, tmp_path):
    wave, _, _ = everybody_answers
    sent = [said(number) for number in range(PEOPLE)]
    naive = adversary.NaiveStore(tmp_path / "naive.db")
    for number, one in enumerate(sent):
        naive.answer(number, one, number)
    found = list(adversary.orders_of(sent, naive.db, "answer", "text"))
    assert [adversary.likeness(sent, one) for one in found] == [1.0, 1.0, 1.0]

    build.closed(wave)
    connection = sqlite3.connect(database_of(app))
    orders = list(adversary.orders_of(sent, connection, "voice_answer_text", "text"))
    assert len(orders) == 2  # as they lie and by key: there is no rowid
    for order in orders:
        assert len(order) == PEOPLE
        # Of forty in random order the correlation is within 0.6 in 99.99 of 100 cases.
        assert abs(adversary.likeness(sent, order)) < 0.6
    # Ratings and texts of one person lie in tables of their own, in orders of their own.
    moods = [row[0] for row in connection.execute("SELECT json_extract(answers, '$.mood') FROM voice_answer")]
    beside = [int(one[7:10]) % 5 + 1 for one in orders[0]]
    assert sum(a == b for a, b in zip(moods, beside, strict=True)) < PEOPLE * 0.6
    connection.close()


def test_tables_of_answers_have_no_time_no_counter_and_no_way_to_a_person(app, everybody_answers, tmp_path):
    naive = adversary.NaiveStore(tmp_path / "naive.db")
    assert adversary.counting_or_timed(naive.db, ["answer"]) == {"answer.rowid", "answer.counter", "answer.sent_at"}
    wave, _, _ = everybody_answers
    build.closed(wave)
    connection = sqlite3.connect(database_of(app))
    assert adversary.counting_or_timed(connection, [*ANSWER_SIDE, "voice_participant"]) == set()
    connection.close()
    for name in (*ANSWER_SIDE, "voice_participant"):
        columns = Base.metadata.tables[name].columns
        assert not [column for column in columns if isinstance(column.type, Date | DateTime)], name
    assert db.session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")) == 0
    assert set(db.session.scalars(select(Answer.person_id))) == {None}
    assert set(db.session.scalars(select(AnswerText.person_id))) == {None}
    for name in ("voice_sealed_answer", "voice_spent_ticket"):
        people = [key for key in inspect(db.engine).get_foreign_keys(name) if key["referred_table"] == "person"]
        assert people == []


def test_nothing_stands_both_beside_a_person_and_beside_an_answer(everybody_answers):
    wave, _, _ = everybody_answers
    naive = [{"person": 17, "at": "09:17"}], [{"answer": 4, "at": "09:17"}]
    assert adversary.shared(*naive, known=()) == {"09:17"}
    people = _rows(Participant) + _rows(outbox.OutboxMessage)
    before = _rows(SealedAnswer) + _rows(SpentTicket)
    assert len(before) == 2 * PEOPLE
    common = {wave.id, *range(1, 6)}
    assert adversary.shared(people, before, common) == set()
    sealed_ids = {row["id"] for row in _rows(SealedAnswer)}
    digests = {row["digest"] for row in _rows(SpentTicket)}
    build.closed(wave)
    after = _rows(Answer) + _rows(AnswerText)
    assert adversary.shared(people, after, common) == set()
    # What the closed wave holds has nothing of what lay there while it was open: two copies can't be laid side by side.
    assert not sealed_ids & {row["id"] for row in after}
    assert not digests & {value for row in after for value in row.values() if isinstance(value, bytes)}
    assert _rows(SealedAnswer) == _rows(SpentTicket) == []
    ids = [row["id"] for row in _rows(Answer)], [row["id"] for row in _rows(AnswerText)]
    assert not set(ids[0]) & set(ids[1])


def _rows(model):
    table = model.__table__
    return [dict(row) for row in db.session.execute(select(table)).mappings()]


def test_who_took_part_is_known_without_a_time_and_the_same_for_all(app, everybody_answers):
    rows = _rows(Participant)
    assert {tuple(sorted(row)) for row in rows} == {("begun", "person_id", "took_part", "wave_id")}
    assert {row["took_part"] for row in rows} == {True}
    wave, _, _ = everybody_answers
    build.closed(wave)
    assert {row["begun"] for row in _rows(Participant)} == {None}


def test_mails_are_the_same_for_everybody_and_hold_no_ticket(app):
    _, people = company_of(6)
    survey = build.survey()
    build.question(survey, "rating", key="mood")
    wave = build.wave(survey, (), state="planned", definition=None, asked=None)
    now = clock.now()
    open_wave(wave, now)
    db.session.commit()
    asked = set(db.session.scalars(select(Participant.person_id)))
    before = _rows(outbox.OutboxMessage)
    assert {row["payload"]["person_id"] for row in before} == asked
    for person in people[:4]:
        ticket = tickets.take_ticket(wave, person, False, now)
        answering.send(wave, ticket, {"mood": 4}, "", now)
        db.session.commit()
        assert not [row for row in before if ticket in str(row)]
    assert _rows(outbox.OutboxMessage) == before  # taking part leaves no trace among the mails
    bare = [{**row, "id": 0, "key": "", "payload": {**row["payload"], "person_id": 0}} for row in before]
    assert all(row == bare[0] for row in bare)
    app.extensions["mailman"].outbox = []
    outbox.drain()
    sent = app.extensions["mailman"].outbox
    assert len(sent) == len(asked)
    naive = [f"Answer at https://survey.example/a/{row['payload']['person_id']:x}" for row in before]
    assert len(links_in(naive)) == len(naive)  # a link of one's own tells who opened it, and what came by it
    links = links_in(mail.body for mail in sent)
    assert len([link for link in links if wave.link in link]) == 1  # one address for everybody
    assert all(ticket not in mail.body for mail in sent)


def links_in(texts):
    return {link for body in texts for link in re.findall(r"http\S+", body)}


def test_logs_of_the_most_talkative_server_hold_neither_answers_nor_tickets_nor_people(app, caplog):
    person = make_person(given_name="Quirin", family_name="Unmistakable")
    wave = pulse([person])
    asker, ballot = sign_in(app.test_client(), person), app.test_client(use_cookies=True)
    with caplog.at_level(logging.DEBUG):
        _taken_by_page(asker, wave.link)
        ticket = asker.get_cookie(f"voice-{wave.link}", path=f"/voice/answer/{wave.link}")
        assert ticket is not None
        ballot.set_cookie(ticket.key, ticket.value, path=ticket.path)
        answer = {"q-mood": "4", "q-why": said(1)}
        assert ballot.post(f"/voice/answer/{wave.link}", data=answer).status_code == 303
        logging.getLogger("naive").debug("POST /survey by %s: %s", person.name, answer)
    lines = "\n".join(record.getMessage() for record in caplog.records)
    assert lines.count("Marker") == lines.count("Unmistakable") == 1  # what the naive one wrote is found
    lines = "\n".join(record.getMessage() for record in caplog.records if record.name != "naive")
    assert "Marker" not in lines
    assert ticket.value not in lines
    assert "Unmistakable" not in lines
    assert app.config["SQLALCHEMY_ENGINE_OPTIONS"].get("hide_parameters", True)


def _taken_by_page(client: Client, link: str) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(f"/voice/s/{link}").text)
    data = {"csrf_token": token[1]} if token else {}
    assert client.post(f"/voice/answer/{link}/ticket", data=data).status_code == 303


# The board


def test_votes_cannot_be_traced_by_trying_everybody(app, tmp_path):
    _, people = company_of(12)
    ids = [one.id for one in people]
    naive = adversary.NaiveStore(tmp_path / "naive.db")
    for person_id in ids[:5]:
        naive.vote(1, person_id)
    digests = [row[0] for row in naive.db.execute("SELECT digest FROM vote")]
    assert adversary.guessed(digests, ids, [1]) == set(ids[:5])

    first, second = board_build.blocker(anonymous=True), board_build.blocker(anonymous=True)
    for person in people[:5]:
        voting.vote(first, person)
        voting.vote(second, person)
    db.session.commit()
    rows = db.session.execute(select(Vote.blocker_id, Vote.digest)).all()
    assert len(rows) == 10
    assert adversary.guessed([digest for _, digest in rows], ids, [first.id, second.id]) == set()
    assert len({digest for _, digest in rows}) == 10  # nor is one person's vote here the same as there
    assert {column.name for column in Vote.__table__.columns} == {"blocker_id", "digest", "merge_id"}


def test_a_merge_leaves_no_trail_from_one_vote_to_another(app):
    _, people = company_of(8)
    champion = make_person(roles=("champion",))
    source, target = board_build.blocker(anonymous=True), board_build.blocker(anonymous=True)
    for person in people[:6]:
        voting.vote(source, person)
    for person in people[4:]:
        voting.vote(target, person)
    db.session.commit()
    moved = [row.digest for row in db.session.execute(select(Vote).where(Vote.blocker_id == source.id)).scalars()]
    merging.merge(source, target, champion, clock.now())
    db.session.commit()
    rows = db.session.execute(select(Vote.digest, Vote.merge_id).where(Vote.blocker_id == target.id)).all()
    assert len(rows) == 8  # counted once each
    assert not set(moved) & {row.digest for row in rows}
    brought = [row.digest for row in rows if row.merge_id is not None]
    assert len(brought) == 4
    # Nothing but the number is common to both sides: they lie in the order of digests that know nothing of each other.
    assert brought == sorted(brought)


def test_reporting_anonymously_writes_nothing_that_knows_who_it_was(app):
    person = make_person(given_name="Quirin", family_name="Unmistakable")
    before = _everything()
    client = sign_in(app.test_client(), person)
    hidden = dict(re.findall(r'name="(csrf_token|token|revision)"[^>]*value="([^"]*)"', client.get(REPORT).text))
    page = client.post(REPORT, data={**hidden, **TOLD, "seen": "1", "who": "anonymous"})
    assert page.status_code == 201
    after = _everything()
    new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
    changed = {table for table, rows in new.items() if rows}
    assert changed == {"voice_blocker", "search_document"}
    [blocker] = new["voice_blocker"]
    assert blocker["reporter_id"] is None
    assert not [value for value in blocker.values() if isinstance(value, datetime)]
    for word in (person.name, person.email, person.employee_id):
        assert word not in str(new)
    code = re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", page.text)
    assert code
    assert code[0] not in str(after)
    assert db.session.scalar(select(Blocker.code_digest)) == sealing.code_digest(code[0].lower().replace("-", " "))


def _everything():
    return {
        name: [dict(row) for row in db.session.execute(select(table)).mappings()]
        for name, table in Base.metadata.tables.items()
    }
