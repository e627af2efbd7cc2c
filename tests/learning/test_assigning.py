"""Courses that someone was asked to take: once, until they are completed."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.learning.models import Assignment, Course, CourseCompletion, CourseVersion
from app.learning.operations import assign, withdraw_assignment
from app.learning.queries import courses_to_offer, open_assignments
from app.learning.queries.measures import KEY, Training
from tests.factories import make_person, sign_in


def today():
    return clock.now().date()


def ask(person, lead, slug, days=7, reason="Before the summer"):
    assign(person.id, slug, by_id=lead.id, due_on=today() + timedelta(days=days), reason=reason, now=clock.now())
    db.session.commit()


def complete(person, slug):
    version = db.session.query(CourseVersion).join(Course).filter(Course.slug == slug, CourseVersion.is_current).one()
    db.session.add(
        CourseCompletion(
            person_id=person.id, course_id=version.course_id, course_version_id=version.id, completed_at=clock.now()
        )
    )
    db.session.commit()


@pytest.fixture
def pair(shipped_app):
    return make_person(given_name="Lena", family_name="Lead"), make_person()


def test_a_course_is_asked_for_once_and_the_newer_day_holds(pair):
    lead, person = pair
    slug = courses_to_offer(person.id)[0].slug
    ask(person, lead, slug)
    ask(person, lead, slug, days=3, reason="Sooner")
    (asked,) = open_assignments(person.id)
    assert (asked.slug, asked.due_on, asked.reason) == (slug, today() + timedelta(days=3), "Sooner")
    assert db.session.query(Assignment).count() == 1


def test_what_is_completed_is_asked_for_no_more(pair):
    lead, person = pair
    slug = courses_to_offer(person.id)[0].slug
    ask(person, lead, slug)
    complete(person, slug)
    assert open_assignments(person.id) == []
    assert slug not in {course.slug for course in courses_to_offer(person.id)}
    with pytest.raises(Invalid):
        ask(person, lead, slug)
    with pytest.raises(Invalid):
        ask(person, lead, "no-such-course")


def test_only_who_asked_takes_it_back(pair):
    lead, person = pair
    slug = courses_to_offer(person.id)[0].slug
    ask(person, lead, slug)
    withdraw_assignment(person.id, slug, person.id)
    assert len(open_assignments(person.id)) == 1
    for _ in range(2):
        withdraw_assignment(person.id, slug, lead.id)
    assert open_assignments(person.id) == []


def test_the_list_of_courses_and_home_say_who_asked_and_until_when(shipped_app, pair):
    lead, person = pair
    course = courses_to_offer(person.id)[0]
    ask(person, lead, course.slug)
    client = sign_in(shipped_app.test_client(), person)
    for address in ("/courses", "/"):
        page = client.get(address).text
        assert "Before the summer" in page
        assert "Lena Lead" in page


def test_how_many_courses_are_completed_is_a_measure(pair):
    lead, person = pair
    complete(person, courses_to_offer(person.id)[0].slug)
    found = Training().known([KEY], [person.id, lead.id], today())
    assert found[person.id, KEY].value > 0
    assert found[person.id, KEY].words.startswith("1 of ")
    assert found[lead.id, KEY].value == 0
