"""Scenes for tests of the board: processes, and blockers in any state, committed.

billing = process("Billing")                       # a process of the catalogue
one = blocker(process_id=billing.id)               # new, named, reported today by somebody new
two = blocker("Refunds wait", state="planned", votes=3)     # owner, reason, we_did and fixed_on follow from the state
three = blocker(anonymous=True)                    # its code: code_of(three)
voted(one, [ann, bob])                             # these people meet it, too
client = Visitor(app, ann)                         # signed in; client.post(address, name=value) sends a token along
"""

import itertools
import re
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert

from app.accounts.models import Person
from app.core import search
from app.core.db import db
from app.voice.models import Blocker, Vote
from app.voice.operations import sealing, voting
from tests.factories import make_person, sign_in
from tests.voice.build import date_today, process

__all__ = ["Visitor", "blocker", "code_of", "process", "voted"]

_numbers = itertools.count(1)
_codes: dict[bytes, str] = {}
TAKEN_UP = ("understood", "planned", "in_progress", "fixed", "wont_fix")


def blocker(title: str = "", *, state: str = "new", anonymous: bool = False, votes: int = 0, **values: Any) -> Blocker:
    """A blocker; further values are columns of Blocker. `votes` are of people who don't exist."""
    number, today = next(_numbers), date_today()
    given: dict[str, Any] = {
        "token": uuid.uuid4().hex,
        "title": title or f"Something is in the way, number {number}",
        "happens": "The form asks for a number that customers don’t have.",
        "effect": "They call twice.",
        "reported_on": today,
        "state": state,
        "state_on": today,
    }
    if anonymous:
        code = sealing.new_code()
        given["code_digest"] = sealing.code_digest(code)
        _codes[given["code_digest"]] = code
    elif "reporter_id" not in values:
        given["reporter_id"] = make_person().id
    if state in TAKEN_UP and "owner_id" not in values:
        given["owner_id"] = make_person().id
    if state == "fixed":
        given |= {"fixed_on": today, "we_did": "The form takes the customer’s name now."}
    if state == "wont_fix":
        given["reason"] = "The law asks for it."
    made = Blocker(**{**given, **values})
    db.session.add(made)
    db.session.flush()
    if state != "draft":
        search.index("blocker", str(made.id), made.title, made.happens)
    if votes:
        nobody = range(-votes, 0)
        rows = [{"blocker_id": made.id, "digest": voting.digest_of(made.id, one)} for one in nobody]
        db.session.execute(insert(Vote), rows)
        made.votes = votes
    db.session.commit()
    return made


def code_of(one: Blocker) -> str:
    """The code that the writer of an anonymous blocker of `blocker` was shown."""
    assert one.code_digest is not None
    return _codes[one.code_digest]


def voted(one: Blocker, people: Iterable[Person]) -> None:
    """These people meet it, too."""
    for person in people:
        voting.vote(one, person)
    db.session.commit()


class Visitor:
    """Someone who is signed in, with the token that their forms carry."""

    def __init__(self, app: Any, person: Person) -> None:
        self.person = person
        self.client = sign_in(app.test_client(), person)
        self.csrf = hidden(self.get("/voice/blockers/code"), "csrf_token")

    def get(self, address: str, **headers: str) -> str:
        """The page's text."""
        text: str = self.client.get(address, headers=headers).text
        return text

    def post(self, address: str, **values: Any) -> Any:
        """The answer to a form; files are (BytesIO, name)."""
        data = {"csrf_token": self.csrf, **values}
        return self.client.post(address, data=data, content_type="multipart/form-data")


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    field = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    assert field is not None
    return field[1]
