"""Tickets: given out once, told from forged ones, used once, given back; answers come with one, without a name."""

import hashlib
import hmac
import threading
from functools import partial
from itertools import product

import pytest
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select

from app.accounts.models import Person
from app.core import clock
from app.core.db import db, writing
from app.core.errors import Conflict, Invalid
from app.voice.models import Participant, Reached, SealedAnswer, SpentTicket, Wave
from app.voice.operations import answering, closing, sealing, tickets
from tests.factories import make_person
from tests.voice.build import question, survey, wave


def counted(table):
    return db.session.scalar(select(func.count()).select_from(table))


def took_part(of, person):
    here = select(Participant.took_part).where(Participant.wave_id == of.id, Participant.person_id == person.id)
    return db.session.scalar(here)


def asked(people, by_link=False, **values):
    """An open wave with two questions."""
    one = survey(**values)
    question(one, "rating", key="mood", required=True)
    question(one, "text", key="why")
    return wave(one, people, by_link=by_link)


def refused(kind, work):
    with pytest.raises(kind) as refusal:
        work()
    db.session.rollback()
    return refusal.value


def test_a_ticket_is_given_once_used_once_and_says_no_more_than_it_must(app):
    now = clock.now()
    with writing():
        people = [make_person() for _ in range(12)]
        person, other = people[:2]
        here = asked(people, mode="confidential", segments="department,location")
        there = asked([person])
        text = tickets.take_ticket(here, person, False, now)
        elsewhere = tickets.take_ticket(there, person, False, now)
        db.session.commit()
        assert took_part(here, person)
        assert not took_part(here, other)
        refused(tickets.AlreadyTaken, lambda: tickets.take_ticket(here, person, False, now))

        # It tells the coarse fields, and its person nowhere.
        ticket = tickets.read_ticket(here, text)
        assert ticket.segments == {"department": "Support", "location": "Berlin"}
        assert ticket.person_id is None
        for wrong in (None, "", "x" * 5000, text[:-2], elsewhere, text.swapcase(), "\x00"):
            refused(tickets.NoTicket, lambda wrong=wrong: tickets.read_ticket(here, wrong))

        # Answers that don't fit use nothing up.
        wrong = refused(Invalid, lambda: answering.send(here, text, {"mood": 9, "else": 1}, "", now))
        assert set(wrong.fields) == {"", "mood"}
        answering.send(here, text, {"mood": 4, "why": "Words"}, "2-5", now)
        db.session.commit()
        refused(tickets.AlreadySent, lambda: answering.send(here, text, {"mood": 1}, "", now))
        refused(tickets.AlreadySent, lambda: tickets.give_back(here, person, text))
        [sealed] = db.session.scalars(select(SealedAnswer))
        assert sealing.unseal(here.link, sealed.content) == {
            "answers": {"mood": 4, "why": "Words"},
            "segments": {"department": "Support", "location": "Berlin"},
            "minutes": "2-5",
        }
        assert counted(SpentTicket) == 1
        assert not is_kept_anywhere(text)

        here.state, here.answers = "closed", 1
        db.session.commit()
        refused(tickets.SurveyClosed, lambda: tickets.take_ticket(here, other, False, now))
        refused(tickets.SurveyClosed, lambda: answering.send(here, text, {"mood": 4}, "", now))


def is_kept_anywhere(ticket):
    """Whether any cell of the tables that a survey writes holds the ticket or a part of it."""
    rows = [
        row for table in (Participant, SpentTicket, SealedAnswer) for row in db.session.execute(select(table.__table__))
    ]
    parts = {part for part in ticket.split(".") if len(part) > 20}
    return any(part in str(cell) for row in rows for cell in row for part in parts)


def test_named_ones_ask_consent_links_list_who_comes_and_an_unused_one_goes_back(app):
    now = clock.now()
    with writing():
        person, other = make_person(), make_person()
        named = asked([person, other], mode="named")
        wrong = refused(Invalid, lambda: tickets.take_ticket(named, person, False, now))
        assert wrong.fields == {"consent": tickets.CONSENT}
        text = tickets.take_ticket(named, person, True, now)
        theirs = tickets.take_ticket(named, other, True, now)
        db.session.commit()
        assert tickets.read_ticket(named, text).person_id == person.id
        refused(tickets.NoTicket, lambda: tickets.give_back(named, other, text))

        # Given back, it is worth nothing, and there is a new one; twice is harmless.
        tickets.give_back(named, person, text)
        tickets.give_back(named, person, text)
        db.session.commit()
        assert not took_part(named, person)
        refused(tickets.AlreadySent, lambda: answering.send(named, text, {"mood": 4}, "", now))
        again = tickets.take_ticket(named, person, True, now)
        answering.send(named, again, {"mood": 2}, "a week", now)
        answering.send(named, theirs, {"mood": 3}, "10+", now)
        db.session.commit()
        envelopes = [sealing.unseal(named.link, one) for one in db.session.scalars(select(SealedAnswer.content))]
        found = {one["person_id"]: (one["answers"], one["minutes"]) for one in envelopes}
        assert found == {person.id: ({"mood": 2}, ""), other.id: ({"mood": 3}, "10+")}

        by_link = asked([], by_link=True)
        tickets.take_ticket(by_link, person, False, now)
        db.session.commit()
        refused(Conflict, lambda: tickets.take_ticket(by_link, person, False, now))
        assert took_part(by_link, person)

        # A key that was changed since is still known, anybody else's is not.
        app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = "new", ["older", app.config["SECRET_KEY"]]
        assert tickets.is_readable(named, again)
        assert (
            tickets.read_ticket(named, tickets._serializer().dumps({"w": named.link, "n": "1", "s": {}})).number == "1"
        )
        assert not tickets.is_readable(named, URLSafeSerializer("new").dumps({"w": named.link, "n": "1", "s": {}}))


def begun(of, person):
    here = select(Participant.begun).where(Participant.wave_id == of.id, Participant.person_id == person.id)
    return db.session.scalar(here)


def test_the_same_form_again_gets_the_same_ticket_and_another_one_none(app):
    now, form = clock.now(), tickets.new_nonce()
    with writing():
        person, other = make_person(), make_person()
        here, link = asked([person, other], mode="named"), asked([], by_link=True)

        def take(of=here, who=person, nonce=form, consented=True):
            text = tickets.take_ticket(of, who, consented, now, nonce=nonce)
            db.session.commit()
            return text

        refused(Invalid, lambda: take(consented=False))
        first, by_link = take(), take(link)
        assert (take(), take(link)) == (first, by_link)
        assert take(consented=False) == first  # that was said before
        assert counted(Participant) == 3
        for nonce in (tickets.new_nonce(), "", form[:-1], form + "\x00", "é" * 30):
            refused(tickets.AlreadyTaken, lambda nonce=nonce: take(nonce=nonce))
        odd = {tickets.read_ticket(here, take(who=other, nonce="odd")).number, tickets._number("odd")}
        assert len(odd) == 2

        # Under another secret key it is the same ticket still, and used it stays.
        secret = app.config["SECRET_KEY"]
        number = tickets.read_ticket(here, first).number
        app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = "new", ["older", secret]
        assert tickets.read_ticket(here, take()).number == number
        app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = secret, []
        answering.send(link, by_link, {"mood": 4}, "", now)
        db.session.commit()
        refused(tickets.AlreadySent, lambda: answering.send(link, take(link), {"mood": 1}, "", now))

        # What is given back is not brought back by the form it came from.
        tickets.give_back(here, person, first)
        db.session.commit()
        assert begun(here, person) is None
        refused(tickets.FormUsed, take)
        assert not took_part(here, person)
        assert take(nonce=tickets.new_nonce()) != first

        assert begun(link, person)
        closing.close_wave(link, now)
        db.session.commit()
        assert begun(link, person) is None
        assert took_part(link, person)


def test_what_is_kept_of_a_form_and_of_its_ticket_lead_to_each_other_with_no_key(app):
    now, form = clock.now(), tickets.new_nonce()
    with writing():
        person = make_person()
        here = asked([person])
        text = tickets.take_ticket(here, person, False, now, nonce=form)
        answering.send(here, text, {"mood": 4}, "", now)
        db.session.commit()
    kept, digest = begun(here, person), db.session.scalar(select(SpentTicket.digest))
    number = tickets.read_ticket(here, text).number
    assert len({kept, digest, bytes.fromhex(number), hashlib.sha256(form.encode()).digest()}) == 4

    def forms(value):
        return value, value.hex().encode(), f"{here.link} {value.hex()}".encode()

    keys = [b"", app.config["SECRET_KEY"].encode()]
    keys += [sealing.derived(one) for one in ("begun", "ticket number", "tickets", f"answers {here.link}")]
    for one, another in ((kept, digest), (digest, kept)):
        for key, said in product(keys, forms(one)):
            made = hmac.new(key, said, hashlib.sha256).digest()
            plain = hashlib.sha256(said).digest()
            assert another not in (made, plain)
            for second in keys:
                assert another != hmac.new(second, made, hashlib.sha256).digest()
            assert another not in [hashlib.sha256(form).digest() for form in forms(made)]
    cells = [str(cell) for table in (Participant, SpentTicket, SealedAnswer) for row in rows_of(table) for cell in row]
    assert not [cell for cell in cells for secret in (form, number) if secret in cell]


def rows_of(table):
    return db.session.execute(select(table.__table__)).all()


def together(app, works):
    """Each in a transaction of its own, at the same time; what they raised."""
    ready, raised = threading.Barrier(len(works)), []

    def run(work):
        with app.app_context(), writing():
            ready.wait()
            try:
                work()
                db.session.commit()
            except Exception as error:
                raised.append(type(error))
                db.session.rollback()
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return raised


def test_two_at_once_get_one_ticket_and_keep_one_answer(app):
    now = clock.now()
    with writing():
        person, other = make_person(), make_person()
        here, link = asked([person, other]), asked([], by_link=True)
        text = tickets.take_ticket(here, other, False, now)
        person_id, here_id, link_id = person.id, here.id, link.id
        db.session.commit()

    def take(wave_id):
        tickets.take_ticket(db.session.get(Wave, wave_id), db.session.get(Person, person_id), False, now)

    def send():
        answering.send(db.session.get(Wave, here_id), text, {"mood": 4}, "", now)

    for wave_id in (here_id, link_id):
        assert together(app, [partial(take, wave_id)] * 4) == [tickets.AlreadyTaken] * 3
    assert together(app, [send] * 4) == [tickets.AlreadySent] * 3
    assert (counted(SealedAnswer), counted(SpentTicket)) == (1, 1)


def test_two_clicks_at_once_on_one_form_get_the_same_ticket(app):
    now, form, got = clock.now(), tickets.new_nonce(), []
    with writing():
        person = make_person()
        ids = asked([person]).id, asked([], by_link=True).id
        person_id = person.id
        db.session.commit()

    def take(wave_id):
        here, who = db.session.get(Wave, wave_id), db.session.get(Person, person_id)
        got.append(tickets.take_ticket(here, who, False, now, nonce=form))

    for number, wave_id in enumerate(ids, start=1):
        assert together(app, [partial(take, wave_id)] * 4) == []
        assert (len(got), len(set(got))) == (4 * number, number)
    assert counted(Participant) == 2


@pytest.mark.sqlite_only
def test_how_far_people_get_is_a_count_that_gives_no_answer_away(app):
    with writing():
        people = [make_person() for _ in range(2)]
        one = survey()
        question(one, "single", key="a")
        question(one, "text", key="b", show_if={"question": "a", "values": ["a"]})
        here = wave(one, people)
        for person, positions in zip(people, ([0, 1, 2, 99], [0]), strict=True):
            answering.note_reached(here, tickets.take_ticket(here, person, False, clock.now()), positions)
        db.session.commit()
        refused(tickets.NoTicket, lambda: answering.note_reached(here, "forged", [0]))
        here.state, here.answers = "closed", 0
        db.session.commit()
        text = tickets._serializer().dumps({"w": here.link, "n": "1", "s": {}})
        refused(tickets.SurveyClosed, lambda: answering.note_reached(here, text, [0, 1]))
    assert dict(db.session.execute(select(Reached.position, Reached.n)).all()) == {0: 2, 1: 1}


@pytest.mark.sqlite_only
def test_whoever_moves_after_taking_the_ticket_answers_for_where_they_were(app):
    """What was promised on the invitation goes with the answers, and no more: a move can't single anybody out."""
    people = [make_person(department=name) for name in ("Support", "Sales 🙃") for _ in range(12)]
    wave = asked(people, mode="confidential", segments="department")
    ticket = tickets.take_ticket(wave, people[0], False, clock.now())
    people[0].department = "Sales 🙃"
    db.session.commit()
    answering.send(wave, ticket, {"mood": 3}, "", clock.now())
    sealed = db.session.scalars(select(SealedAnswer.content)).one()
    assert sealing.unseal(wave.link, sealed)["segments"] == {"department": "Support"}
    ticket = tickets.read_ticket(wave, tickets.take_ticket(wave, people[13], False, clock.now()))
    assert ticket.segments == {"department": "Sales 🙃"}
