"""Reporting a blocker: by name, anonymously, from a draft; and what is offered instead."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.core import search
from app.core.db import Base, db
from app.core.errors import Conflict, Invalid
from app.voice.models import Blocker, BlockerLink, Follower
from app.voice.operations import drafting, reporting, sealing
from app.voice.operations.drafting import discard
from app.voice.queries.similar import similar_to
from app.voice.rules.similar import ALIKE, contained, likeness, similarity, telling_words, trigrams
from tests.factories import make_person
from tests.voice.board_build import Visitor, blocker, hidden, process
from tests.voice.build import date_today

TOKEN = "a-token-of-one-form"
NEW = "/voice/blockers/new"
TOLD: dict[str, Any] = {
    "title": "Refunds need two approvals",
    "happens": "The first one is on a different floor.",
    "frequency": "daily",
    "effect": "They wait for a week.",
    "idea": "One approval below 50 euros.",
}
SENT = {**TOLD, "token": TOKEN, "seen": "1", "process_id": ""}


def everything() -> dict[str, list[Any]]:
    """What every table holds."""
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all())) for table in Base.metadata.sorted_tables
    }


def changed(before: dict[str, list[Any]]) -> set[str]:
    """The tables that hold something else now."""
    db.session.commit()
    return {name for name, rows in everything().items() if rows != before[name]}


def test_how_alike_two_texts_are():
    assert trigrams("word") == {"  w", " wo", "wor", "ord", "rd "}
    assert similarity("word", "two words") == pytest.approx(0.363636, abs=1e-6)  # what pg_trgm says
    assert similarity("Refunds!", "refunds") == 1.0
    assert similarity("", "refunds") == similarity("refunds", "") == contained("", "refunds") == 0.0
    assert contained("approval", "it waits for approval again") == 1.0
    assert telling_words("The refunds and THE refund for a customer") == ["refunds", "refund"]
    assert likeness("Refunds take too long", "Refunds are slow", "", 0.0) >= ALIKE
    assert likeness("refund aprovals", "Refunds need approvals of two floors before they are sent", "", 0.5) > ALIKE
    assert likeness("Refunds take too long", "The headset breaks", "It is old.", 0.0) < ALIKE
    assert likeness("Refunds take too long", "The headset breaks", "It is old.", 1.0) > ALIKE  # all words elsewhere


def test_what_is_reported_by_name_and_without(app):
    ann, today = make_person(), date_today()
    billing = process("Billing", silo="Finance")
    told = reporting.Told(**TOLD, process_id=billing.id)
    made = reporting.report(told, TOKEN, ann, today)
    assert reporting.report(told, TOKEN, ann, today).id == made.id
    assert (made.reporter_id, made.silo, made.state, made.votes) == (ann.id, "Finance", "new", 0)
    assert made.driver_id is None  # the one of its process, until a champion says otherwise
    assert db.session.get(Follower, (made.id, ann.id)) is not None
    assert [row.ref for row in db.session.execute(search.matching("blocker", "approvals euros"))] == [str(made.id)]

    db.session.commit()
    before = everything()
    code = reporting.report_anonymously(told, TOKEN + "2", today)
    assert code is not None
    assert reporting.report_anonymously(told, TOKEN + "2", today) is None
    assert changed(before) == {"voice_blocker", "search_document"}
    kept = db.session.scalars(select(Blocker).where(Blocker.token == TOKEN + "2")).one()
    assert (kept.reporter_id, kept.code_digest, kept.reported_on) == (None, sealing.code_digest(code), today)
    assert not any(code in row for rows in everything().values() for row in rows)

    for wrong, field in (
        ({"title": ""}, "title"),
        ({"title": "x" * 161}, "title"),
        ({"happens": ""}, "happens"),
        ({"happens": "x" * 4001}, "happens"),
        ({"idea": "x" * 2001}, "idea"),
        ({"frequency": "hourly"}, "frequency"),
        ({"process_id": 999}, "process_id"),
    ):
        with pytest.raises(Invalid) as refusal:
            reporting.report(reporting.Told(**{**TOLD, **wrong}), "another-token-of-a-form", ann, today)
        assert list(refusal.value.fields) == [field]


def test_a_draft_goes_on_the_board_by_name(app):
    ann, today = make_person(), date_today()
    told = reporting.Told(**TOLD)
    first = blocker(state="draft", reporter_id=ann.id, token="coaching-action-1")
    reporting.change_draft(first, told, 0)
    with pytest.raises(Conflict):
        reporting.change_draft(first, told, 0)
    reporting.report_draft(first, told, 1, today)
    assert (first.state, first.reporter_id, first.title) == ("new", ann.id, TOLD["title"])
    assert db.session.get(Follower, (first.id, ann.id)) is not None


def test_similar_ones_are_found_by_words_and_by_letters(app, count_statements):
    one = blocker("Refunds need two approvals", happens="A form goes to another floor.", votes=3)
    blocker("The headset breaks")
    draft = blocker("Refunds need two approvals", state="draft", reporter_id=make_person().id)
    merged = blocker("Refunds need two approvals", merged_into_id=one.id)
    for typed in ("Aproval of refunds", "refund approv", "two refunds", "the form goes to another floor"):
        with count_statements() as seen:
            found = similar_to(typed)
        assert [row.id for row in found] == [one.id], typed
        assert found[0].reach == 4
        assert len(seen) <= 2
    assert similar_to("Coffee") == similar_to("ref") == similar_to("") == []
    assert {draft.id, merged.id}.isdisjoint(row.id for row in similar_to("Refunds need two approvals"))
    for _ in range(12):
        blocker("Refunds need two approvals")
    with count_statements() as seen:
        assert len(similar_to("Refunds need two approvals")) == 5
    assert len(seen) == 2
    for rough in ("'\"*)( NEAR", "%_\\", "x" * 100_000, "é" * 3000, "- - - -"):
        assert isinstance(similar_to(rough), list)


@pytest.mark.sqlite_only
def test_the_form_by_name(app):
    ann = make_person(given_name="Ann", family_name="Zimmer")
    client, billing = Visitor(app, ann), process("Billing")
    shown = client.get(f"{NEW}?title=Too+slow")
    assert 'value="Too slow"' in shown
    assert "Billing" in shown
    for wrong, words in (
        ({"title": ""}, "Say in a sentence"),
        ({"happens": ""}, "Tell what happens"),
        ({"frequency": ""}, "Choose how often"),
        ({"process_id": "999"}, "not in the catalogue"),
        ({"process_id": "<b>"}, "not in the catalogue"),
        ({"process_id": "9" * 30}, "not in the catalogue"),
        ({"who": ""}, "Choose one of the two"),
        ({"who": "everybody"}, "Choose one of the two"),
        ({"idea": "ü" * 100_000}, "100,000 characters"),
        ({"token": ""}, "out of date"),
        ({"token": "t" * 100_000}, "out of date"),
    ):
        answer = client.post(NEW, **{**SENT, "who": "named", **wrong})
        assert (answer.status_code, words in answer.text) == (422, True), wrong
        assert "different floor" in answer.text or "happens" in wrong, wrong
    assert db.session.scalar(select(func.count()).select_from(Blocker)) == 0
    rough = {**SENT, "title": "<script>alert(1)</script>\x00", "who": "named", "process_id": str(billing.id)}
    for _ in range(2):
        answer = client.post(NEW, **rough)
        assert answer.status_code == 303
    shown = client.get(answer.location)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "You reported it, so you count already." in shown
    assert db.session.scalars(select(Blocker)).one().reporter_id == ann.id


@pytest.mark.sqlite_only
def test_an_anonymous_report_shows_its_code_once_and_leaves_no_name(app, caplog):
    client = Visitor(app, make_person())
    db.session.commit()
    before = everything()
    answer = client.post(NEW, **SENT, who="anonymous")
    assert answer.status_code == 201
    code = re.search(r'id="code">([^<]+)<', answer.text)[1]
    assert changed(before) == {"voice_blocker", "search_document"}
    told = [*answer.headers.values(), caplog.text, *(str(one) for one in everything().values())]
    assert not any(code in one for one in told)
    kept = db.session.scalars(select(Blocker)).one()
    assert (kept.reporter_id, kept.code_digest) == (None, sealing.code_digest(code))
    again = client.post(NEW, **SENT, who="anonymous")
    assert (again.status_code, code in again.text) == (200, False)
    assert "It was reported already" in again.text
    assert client.get(f"/voice/blockers/{kept.id}").count("anonymously") >= 1


@pytest.mark.sqlite_only
def test_similar_ones_are_offered_while_typing_and_once_after_sending(app, count_statements):
    one = blocker("Refunds need two approvals")
    client = Visitor(app, make_person())
    counts = []
    for number in (1, 50):
        with count_statements() as seen:
            found = client.client.get(
                "/voice/blockers/similar",
                headers={"X-Typed": quote("refunds: approval ü"), "Accept": "application/json"},
            )
        counts.append(len(seen))
        assert found.json["number"] == min(number, 5)
        assert "This is mine too" in found.json["html"]
        if number == 1:
            for _ in range(49):
                blocker("Refunds need two approvals", reporter_id=one.reporter_id)
    assert counts[0] == counts[1]
    answer = client.post(NEW, **{**SENT, "seen": ""}, who="named")
    assert answer.status_code == 200
    assert "None of these: report mine" in answer.text
    assert hidden(answer.text, "seen") == "1"
    assert hidden(answer.text, "token") == TOKEN
    assert client.post(NEW, **SENT, who="named").status_code == 303
    assert client.get("/voice/blockers/similar", **{"X-Typed": "%00%F0%9F" + "a" * 3000})


@pytest.mark.sqlite_only
def test_a_draft_is_discarded_after_its_anonymous_report_was_committed(app, monkeypatch):
    ann = make_person()
    mine = Visitor(app, ann)
    for number, fails in enumerate((False, True)):
        draft = blocker(state="draft", reporter_id=ann.id)
        db.session.add(BlockerLink(blocker_id=draft.id, kind="coaching-action", ref=str(number)))
        db.session.commit()
        draft_id, token = draft.id, f"{TOKEN}-{number}"
        sent = {**SENT, "token": token, "revision": "0", "who": "anonymous"}

        def discarded(*given, fails=fails):
            db.session.rollback()  # what was committed before stays
            if fails:
                raise OperationalError("", {}, Exception("the database is busy"))
            return discard(*given)

        with monkeypatch.context() as patch:
            patch.setattr(drafting, "discard", discarded)
            answer = mine.post(f"/voice/blockers/{draft_id}/draft", **sent)
        assert (answer.status_code, 'id="code">' in answer.text) == (201, True)
        db.session.expire_all()
        made = db.session.scalars(select(Blocker).where(Blocker.token == token)).one()
        assert (made.reporter_id, made.id != draft_id) == (None, True)
        assert (db.session.get(Blocker, draft_id) is not None) == fails
        answer = mine.post(f"/voice/blockers/{draft_id}/draft", **sent)  # the same form once more
        assert (answer.status_code, "It was reported already" in answer.text) == (200, True)
        db.session.expire_all()
        assert db.session.get(Blocker, draft_id) is None
        assert db.session.scalar(select(func.count()).select_from(BlockerLink)) == 0
        assert db.session.scalar(select(func.count()).select_from(Blocker)) == number + 1


@pytest.mark.sqlite_only
def test_a_draft_is_its_person_s_alone(app):
    ann = make_person()
    mine, stranger = Visitor(app, ann), Visitor(app, make_person(roles=("champion", "administrator", "hr")))
    draft = blocker("The talk’s words", state="draft", reporter_id=ann.id)
    page = f"/voice/blockers/{draft.id}"
    edit = f"{page}/draft"
    assert stranger.client.get(page).status_code == stranger.client.get(edit).status_code == 404
    assert stranger.post(edit, **SENT, who="named", revision="0").status_code == 404
    assert mine.client.get(f"{NEW}?draft={draft.id}").location == edit
    assert "only you see it" in mine.get(page)
    assert "The talk’s words" in mine.get(edit)
    assert mine.post(edit, **{**SENT, "happens": ""}, revision="0", later="1").status_code == 303
    answer = mine.post(edit, **{**SENT, "idea": "Typed here"}, revision="0", later="1")
    assert (answer.status_code, "Typed here" in answer.text) == (409, True)
    assert mine.post(edit, **SENT, revision="1").status_code == 422  # neither named nor anonymous
    for _ in range(2):
        answer = mine.post(edit, **SENT, revision="1", who="anonymous")
    assert "It was reported already" in answer.text
    assert mine.client.get(page).status_code == 404
    made = db.session.scalars(select(Blocker)).one()
    assert (made.reporter_id, made.token) == (None, TOKEN)
    another = blocker("Another one", state="draft", reporter_id=ann.id)
    for _ in range(2):
        answer = mine.post(
            f"/voice/blockers/{another.id}/draft", **{**SENT, "token": TOKEN + "3"}, revision="0", who="named"
        )
        assert answer.location == f"/voice/blockers/{another.id}"
    assert stranger.client.get(answer.location).status_code == 200
