"""Coming back by a code: everything that an anonymous writer can do, and that nothing points at them."""

import re
from io import BytesIO

import pytest
from flask import current_app
from sqlalchemy import func, select

from app.core import search
from app.core.db import db
from app.voice.models import Attachment, Blocker, BlockerComment
from app.voice.operations import commenting, reporting
from tests.factories import make_person
from tests.voice.board_build import Visitor, blocker, code_of, voted
from tests.voice.build import date_today
from tests.voice.test_attachments import jpeg

CODE, TOKEN = "/voice/blockers/code", "a-token-of-one-answer"


def test_withdrawing_takes_all_of_it_or_the_writers_words(app):
    champion, today = make_person(roles=("champion",)), date_today()
    alone, joined, answered, merged = (blocker(f"Something {n}", anonymous=True) for n in range(4))
    commenting.comment(alone, None, "And once more.", TOKEN, today)
    voted(joined, [make_person()])
    commenting.comment(joined, None, "It was on Tuesday.", TOKEN, today)
    commenting.comment(answered, champion, "Which form?", TOKEN, today)
    merged.merged_into_id = joined.id
    db.session.commit()
    ids = [one.id for one in (alone, joined, answered, merged)]
    assert [reporting.withdraw(one) for one in (alone, joined, answered, merged)] == [True, False, False, False]
    db.session.commit()
    db.session.expire_all()
    assert db.session.get(Blocker, ids[0]) is None
    assert not db.session.execute(search.matching("blocker", "Something 0")).all()
    for blocker_id in ids[1:]:
        kept = db.session.get(Blocker, blocker_id)
        assert (kept.code_digest, kept.effect, "took their words back" in kept.happens) == (None, "", True)
    texts = list(db.session.scalars(select(BlockerComment.text).order_by(BlockerComment.id)))
    assert texts == ["Whoever wrote this took it back.", "Which form?"]


@pytest.mark.sqlite_only
def test_the_writer_reads_answers_adds_and_withdraws(app):
    one = blocker("Refunds wait", anonymous=True)
    writer, champion = Visitor(app, make_person()), Visitor(app, make_person(roles=("champion",)))
    code = code_of(one)
    champion.post(f"/voice/blockers/{one.id}/comments", text="Which form is it?", token=TOKEN)
    opened = writer.post(CODE, code=f" {code.lower().replace('-', ' ')} ")
    assert (opened.status_code, opened.location, "Which form is it?" in opened.text) == (200, None, True)
    assert not any(code in value for value in opened.headers.values())
    for _ in range(2):
        answer = writer.post(f"{CODE}/answer", code=code, text="The blue one.", token=TOKEN + "2")
        assert "without your name" in answer.text
    said = db.session.scalars(select(BlockerComment).where(BlockerComment.author_id.is_(None))).all()
    assert [row.text for row in said] == ["The blue one."]
    assert "Whoever reported it, anonymously" in champion.get(f"/voice/blockers/{one.id}")
    for _ in range(2):
        writer.post(f"{CODE}/detail", code=code, detail="On Mondays.", token=TOKEN)
    assert db.session.get(Blocker, one.id).happens.count("On Mondays.") == 1
    assert [row.ref for row in db.session.execute(search.matching("blocker", "mondays"))] == [str(one.id)]
    for part, field in (("answer", "text"), ("detail", "detail")):
        for text, words in (("", "Write something first."), ("ß" * 100_000, "100,000 characters")):
            answer = writer.post(f"{CODE}/{part}", **{"code": code, field: text, "token": TOKEN + "5"})
            assert (answer.status_code, words in answer.text, text in answer.text) == (422, True, True)
        answer = writer.post(f"{CODE}/{part}", **{"code": code, field: "Kept here", "token": ""})
        assert (answer.status_code, "Kept here" in answer.text) == (422, True)
    sent = {"code": code, "token": TOKEN, "description": "The form"}
    for _ in range(2):
        shown = writer.post(f"{CODE}/picture", **sent, file=(BytesIO(jpeg()), "a.jpg"))
        assert shown.status_code == 200
    assert writer.post(f"{CODE}/picture", **sent, file=(BytesIO(b"no picture"), "a.jpg")).status_code == 422
    kept = db.session.scalars(select(Attachment)).one()
    opened = writer.post(CODE, code=code).text
    assert f"blockers/{one.id}" not in opened  # nothing on the page asks for an address that tells which one it is
    for picture in ("x\x00" * 9000, kept.id):
        writer.post(f"{CODE}/picture/remove", code=code, picture=picture)
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
    assert writer.post(f"{CODE}/withdraw", code=code).status_code == 303
    assert "took their words back" in db.session.get(Blocker, one.id).happens
    assert writer.post(f"{CODE}/withdraw", code=code).status_code == 422


@pytest.mark.sqlite_only
def test_the_writer_of_a_merged_one_reads_and_answers_at_the_target(app):
    target = blocker("Refunds wait", state="planned", target_on=date_today())
    one = blocker("Refunds are late", anonymous=True, merged_into_id=target.id)
    writer = Visitor(app, make_person())
    shown = writer.post(CODE, code=code_of(one)).text
    assert "It was merged into “Refunds wait”" in shown
    assert "Planned" in shown
    writer.post(f"{CODE}/answer", code=code_of(one), text="Mine, too.", token=TOKEN)
    assert db.session.scalars(select(BlockerComment)).one().blocker_id == target.id
    whole, plain = blocker(anonymous=True), blocker(anonymous=True, votes=1)
    part = blocker(happens="The second half", split_from_id=whole.id)
    stays = "Answers given since it was merged, and parts that were made of it, stay."
    for report, said in ((one, True), (whole, True), (plain, False)):  # before and after
        code = code_of(report)
        assert (stays in writer.post(CODE, code=code).text) == said
        writer.post(f"{CODE}/withdraw", code=code)
        after = writer.get("/voice/blockers")
        assert ("Your words are taken back." in after, stays in after) == (True, said)
    db.session.expire_all()
    assert db.session.scalars(select(BlockerComment)).one().text == "Mine, too."
    assert db.session.get(Blocker, part.id).happens == "The second half"


@pytest.mark.sqlite_only
def test_wrong_codes_are_said_to_be_wrong_and_not_tried_for_ever(fresh_app):
    app = fresh_app("migrated", SIGN_IN_LIMIT="3 per minute")
    with app.app_context():
        one, code = blocker(anonymous=True), None
        code = code_of(one)
        guesser, writer = Visitor(app, make_person()), Visitor(app, make_person())
        assert "Enter the code" in guesser.post(CODE, code="").text
        for wrong in ("AAAA-AAAA-AAAA-AAAA", "\x00<script>", "é" * 100_000):
            answer = guesser.post(CODE, code=wrong)
            assert (answer.status_code, "No report is found" in answer.text) == (422, True)
        answer = guesser.post(CODE, code=code)
        assert (answer.status_code, "Wait a few minutes" in answer.text) == (429, True)
        assert guesser.post(f"{CODE}/answer", code=code, text="Guessed", token=TOKEN).status_code == 429
        for _ in range(5):
            assert writer.post(CODE, code=code).status_code == 200
        kept = str(current_app.extensions["uplift.code_throttle"].tries.storage.__dict__)
        assert re.search(r"[0-9a-f]{64}", kept)
        assert code not in kept
