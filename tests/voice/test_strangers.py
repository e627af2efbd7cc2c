"""Every address of this slice with somebody else's id: who has no part in it is told nothing and changes nothing."""

import re

import pytest
from sqlalchemy import select

from app.core.db import Base, db
from app.voice.models import Attachment, Participant
from tests.factories import make_person, make_supervisor, sign_in
from tests.voice import build
from tests.voice.board_build import blocker

pytestmark = pytest.mark.sqlite_only

# What everybody may open or send, where no id is in the address, or the blocker is on the board.
# To discard what is not there any more is harmless, and says the same whoever's it was.
EVERYBODYS = {
    "discard_draft",
    "home",
    "blockers",
    "report_blocker",
    "send_blocker",
    "similar",
    "drafts",
    "you_said",
    "by_code",
}
BY_CODE = {"open_by_code", "answer_by_code", "add_by_code", "attach_by_code", "detach_by_code", "withdraw_by_code"}
ON_THE_BOARD = {"blocker", "comment_blocker", "vote", "take_vote_back", "follow", "unfollow", "picture"}


@pytest.fixture
def ids(app):
    """Things that others made: a survey with an open wave, a process, a draft with a picture."""
    champion = make_person(roles=("champion",))
    survey = build.survey(by=champion)
    question = build.question(survey, "rating", key="mood")
    wave = build.wave(survey, [champion])
    draft = blocker(state="draft", reporter_id=champion.id)
    picture = Attachment(
        id="a" * 32, blocker_id=draft.id, description="x", media_type="image/png", width=1, height=1, content=b"x"
    )
    db.session.add(picture)
    db.session.commit()
    return {
        "survey_id": survey.id,
        "question_id": question.id,
        "wave_id": wave.id,
        "process_id": build.process().id,
        "blocker_id": draft.id,
        "draft_id": draft.id,
        "attachment_id": picture.id,
        "link": wave.link,
        "key": "mood",
        "kind": "lesson",
    }


def everything():
    tables = [table for name, table in Base.metadata.tables.items() if name.startswith("voice_")]
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}


def addresses(app, ids, left_out):
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            slice_, _, name = rule.endpoint.partition(".")
            if slice_ == "voice" and name not in left_out:
                built = rule.build({one: ids[one] for one in rule.arguments})[1]
                yield from ((method, built, name) for method in rule.methods & {"GET", "POST"})


def tried(client, found):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/voice/blockers/new").text)[1]
    words = dict.fromkeys(("we_did", "title", "text", "happens"), "x")
    form = {"csrf_token": token, "target": "1", "state": "fixed", "token": "t" * 20, **words}
    return {
        (method, address, name): (
            client.get(address) if method == "GET" else client.post(address, data=form)
        ).status_code
        for method, address, name in found
    }


def test_who_has_no_part_in_it_is_told_nothing_and_changes_nothing(app, ids):
    before = everything()
    for person in (make_person(), make_supervisor(), make_person(roles=("administrator",))):
        client = sign_in(app.test_client(), person)
        answers = tried(client, addresses(app, ids, EVERYBODYS | BY_CODE))
        tried(client, [("POST", f"/voice/drafts/{ids['draft_id']}/discard", "discard_draft")])
        assert len(answers) > 50
        assert {one: status for one, status in answers.items() if status not in {403, 404}} == {}
    assert everything() == before
    assert db.session.query(Participant).filter_by(took_part=True).count() == 0


def test_a_blocker_on_the_board_is_looked_after_by_its_owner_and_champions_alone(app, ids):
    ids["blocker_id"] = blocker(state="planned", target_on=build.date_today()).id
    ids["draft_id"] = ids["blocker_id"]
    before = everything()
    client = sign_in(app.test_client(), make_supervisor())
    found = [one for one in addresses(app, ids, EVERYBODYS | BY_CODE | ON_THE_BOARD) if "/blockers/" in one[1]]
    answers = tried(client, found)
    assert len(answers) >= 10
    assert {one: status for one, status in answers.items() if status not in {403, 404, 409}} == {}
    assert everything() == before


def test_a_stranger_without_a_sign_in_gets_nowhere(app, ids):
    client = app.test_client()
    for method, address, _ in addresses(app, ids, ()):
        if method == "GET":
            assert client.get(address).status_code in {302, 401, 404}, address
