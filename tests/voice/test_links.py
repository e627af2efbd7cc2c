"""What blockers have to do with: found, linked, taken back, and told only to those who may see it."""

import re

import pytest
from flask_login import login_user
from sqlalchemy import select

from app.accounts.models import Role
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.references import resolve
from app.learning.models import Course, CourseVersion
from app.voice.models import BlockerChange, BlockerLink
from app.voice.operations import linking
from app.voice.queries.links import contradicting, links_of
from app.voice.triage_parts import lesson_note
from app.voice.triage_phrases import sentences
from tests.factories import make_person, sign_in
from tests.voice.board_build import blocker

pytestmark = pytest.mark.sqlite_only


def test_a_lesson_is_found_linked_and_taken_back(shipped_app):
    champion, stranger = make_person(roles=(Role.CHAMPION,)), make_person()
    one = blocker("Nobody may call back")
    here = f"/voice/blockers/{one.id}/links"
    client = sign_in(shipped_app.test_client(), champion)
    assert sign_in(shipped_app.test_client(), stranger).get(f"{here}/lesson").status_code == 403
    assert client.get(f"{here}/nonsense").status_code == client.get(f"{here}/case").status_code == 404
    assert "Search by what it says" in client.get(f"{here}/lesson").text
    assert "holds all of these words" in client.get(f"{here}/lesson?q=qqqq%00").text
    page = client.get(f"{here}/lesson?q=customer").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    ref = re.search(r'name="ref" value="([^"]+)"', page)[1]

    def post(path="", **data):
        return client.post(f"{here}{path}", data={"csrf_token": token, **data}).status_code

    assert [post(kind="lesson", ref=ref) for _ in range(2)] == [303, 303]
    for wrong in ({"kind": "coaching-action", "ref": "1"}, {"kind": "lesson", "ref": "no/where\0"}, {}):
        assert post(**wrong) == 422
    link = links_of(one.id, champion)[0]
    assert (link.ref, link.thing.ref) == (ref, ref)
    assert "Linked" in client.get(f"{here}/lesson?q=customer").text
    assert [row.title for row in contradicting("lesson", ref)] == [one.title]
    for person, shown in ((champion, True), (stranger, False)):
        with shipped_app.test_request_context():
            login_user(person)
            assert (one.title in lesson_note(ref)) is shown
    page = client.get(f"/voice/blockers/{one.id}/triage").text
    assert link.thing.text in page.replace("&#39;", "'")
    assert f'value="{ref}"' in page
    assert [post("/remove", kind="lesson", ref=ref) for _ in range(2)] == [303, 303]
    told = [sentences(what)[0] for what in db.session.scalars(select(BlockerChange.what).order_by(BlockerChange.id))]
    words = "lesson that says otherwise"
    assert told == [f"A {words} was linked.", f"The link was taken back: a {words}."]

    assert linking.link(one, "lesson", ref, champion, clock.now())
    slug = ref.partition("/")[0]
    version = select(CourseVersion).join(Course).where(Course.slug == slug, CourseVersion.is_current)
    db.session.scalars(version).one().is_current = False
    db.session.commit()
    gone = links_of(one.id, champion)[0]
    assert gone.thing is None
    assert "not there any more" in client.get(f"/voice/blockers/{one.id}/triage").text


def test_what_coaching_linked_shows_to_the_line_alone_and_stays(app):
    champion = make_person(roles=(Role.CHAMPION,))
    one, draft = blocker("Refunds wait"), blocker(state="draft")
    db.session.add(BlockerLink(blocker_id=one.id, kind="coaching-action", ref="1"))
    db.session.commit()
    assert links_of(one.id, champion) == []
    assert not linking.unlink(one, "coaching-action", "1", champion, clock.now())
    with pytest.raises(Invalid):
        linking.link(one, "plan", "1", champion, clock.now())  # no slice has plans
    refs = [str(one.id), str(draft.id), "²", "9" * 30]
    assert [found.text for found in resolve("blocker", refs, champion)] == ["Refunds wait"]
    assert len(resolve("blocker", refs, None)) == 2
