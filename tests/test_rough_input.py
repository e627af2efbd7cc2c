"""What nobody expects in a form: a huge text in any field of any form, and a name that is not made of letters."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from markupsafe import escape
from sqlalchemy import select

from app.accounts.models import Person
from app.certification.models import Certificate
from app.core import clock
from app.core.db import Base, db, writing
from tests.certification.build import certify, make_programme
from tests.factories import make_person, sign_in

COURSE, LESSON, QUIZ = "where-nps-comes-from", "a-counter-and-two-questions", "where-nps-comes-from"
ASTRONAUT = "👩🏽‍🚀"  # several code points, so that a length in bytes, in letters and as seen all differ
HUGE = {"emoji": f"{ASTRONAUT}é<i>" * 5000, "a path": "/" + "a" * 100_000}  # 100 kB and more
LONGEST_ADDRESS = 2100


@dataclass
class Form:
    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)

    def roughly(self, huge: str) -> Iterator[tuple[str, dict[str, str]]]:
        """The values with one after the other replaced, and its name."""
        for name in self.values.keys() - {"csrf_token"}:
            yield name, {**self.values, name: huge}


class Forms(HTMLParser):
    """The forms of a page with the names and values of their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").upper()))
            self.inside = True
        elif self.inside and given.get("name") and tag in {"input", "select", "textarea", "button"}:
            self.found[-1].values.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"


def forms_at(client, place: str) -> list[Form]:
    """The forms of a page, signing out excepted."""
    found = Forms(client.get(place).text).found
    return [replace(form, action=form.action or place) for form in found if form.action != "/logout"]


def send(client, form: Form, values: dict[str, str]):
    if form.method == "POST":
        return client.post(form.action, data=values)
    return client.get(form.action, query_string=values)


def start_an_attempt(client) -> str:
    """Its address."""
    start = next(form for form in forms_at(client, f"/quizzes/{QUIZ}") if form.action.endswith("/start"))
    return client.post(start.action, data=start.values).location.split("?")[0]


@pytest.fixture
def places(shipped_app) -> list[str]:
    """Pages of every slice that hold forms, as an administrator opens them."""
    colleague = make_person(manager=make_person())
    own = [f"/people/{colleague.id}{page}" for page in ("", "/edit", "/deactivate")]
    reading = ["/courses", f"/courses/{COURSE}/{LESSON}", f"/quizzes/{QUIZ}"]
    return [*reading, "/people", "/people/new", "/people/import", *own, "/account", "/reports/certification", "/forgot"]


def stored(word: str) -> list[str]:
    """The columns of any table in which some of it was kept."""
    return [
        f"{table.name}.{name}"
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table)).mappings()
        for name, value in row.items()
        if word in str(value)
    ]


@pytest.mark.parametrize("kind", HUGE)
def test_a_huge_text_in_any_field_of_any_form_is_answered_and_not_kept(shipped_app, places, kind):
    client = sign_in(shipped_app.test_client(), make_person(roles=("administrator", "hr")))
    tried: dict[tuple[str, str, str], str] = {}
    for place in [*places, start_an_attempt(client)]:
        for form in forms_at(client, place):
            for name, values in form.roughly(HUGE[kind]):
                if (form.method, form.action, name) not in tried:
                    answer = send(client, form, values)
                    far = len(answer.headers.get("Location", "")) > LONGEST_ADDRESS
                    tried[form.method, form.action, name] = f"{answer.status_code}{' and far away' if far else ''}"
    assert len(tried) >= 50
    assert {asked: said for asked, said in tried.items() if said not in {"200", "303", "409", "422"}} == {}
    assert stored(HUGE[kind][:50]) == []


def test_a_name_of_emoji_and_quotes_is_shown_as_it_is_everywhere(app):
    given, family = f"Zoë {ASTRONAUT}", 'O\'Brien "Bo" <i>-Müller'
    make_programme()
    client = sign_in(app.test_client(), make_person(roles=("hr",)))
    form = next(form for form in forms_at(client, "/people/new") if "given_name" in form.values)
    facts = {"given_name": given, "family_name": family, "email": "zoe@company.example", "employee_id": "Z1"}
    added = {name: value for name, value in form.values.items() if name != "roles"} | facts | {"department": "Labs 🧪"}
    assert client.post(form.action, data=added).status_code == 303

    person = db.session.scalars(select(Person).where(Person.employee_id == "Z1")).one()
    assert (person.given_name, person.family_name) == (given, family)
    with writing():
        certify(person.id, clock.now() - timedelta(days=1))
        db.session.commit()
    held = db.session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()
    assert str(escape(f"{family}, {given}")) in client.get("/people?q=Zoë").text
    for place in (f"/people/{person.id}", f"/certificates/{held.id}", f"/verify/{held.code}", "/reports/certification"):
        assert str(escape(f"{given} {family}")) in client.get(place).text, place
    report = client.get("/reports/certification.csv").text.removeprefix("\ufeff")
    rows = [(row["given_name"], row["family_name"]) for row in csv.DictReader(io.StringIO(report))]
    assert (given, family) in rows
    assert client.get(f"/certificates/{held.id}.pdf").data.startswith(b"%PDF")
