"""Who may be seen, found and listed."""

from sqlalchemy import select

from app.accounts import operations, queries
from app.accounts.models import Person, Role
from app.core import clock
from app.core.db import db
from tests.factories import make_person, make_supervisor


def seen_by(person):
    viewer = queries.load_signed_in(person.id)
    return set(db.session.scalars(select(Person.id).where(queries.visible_people(viewer))))


def test_the_signed_in_person_comes_with_roles_and_reports_in_one_statement(app, count_statements):
    supervisor = make_supervisor(2, roles=("hr", "champion"))
    person_id = supervisor.id
    db.session.expunge_all()
    with count_statements() as seen:
        person = queries.load_signed_in(person_id)
        assert person.roles == {Role.HR, Role.CHAMPION}
        assert person.is_supervisor
    assert len(seen) == 1


def test_a_supervisor_sees_the_own_tree_an_employee_only_themselves_and_a_role_everyone(app):
    top = make_person()
    middle = make_person(manager=top)
    leaf = make_person(manager=middle)
    stranger = make_person()
    hr = make_person(roles=("hr",))
    assert seen_by(top) == {top.id, middle.id, leaf.id}
    assert seen_by(middle) == {middle.id, leaf.id}
    assert seen_by(leaf) == {leaf.id}
    assert seen_by(hr) == {top.id, middle.id, leaf.id, stranger.id, hr.id}
    assert set(db.session.scalars(queries.everyone_below(top.id))) == {middle.id, leaf.id}
    assert queries.is_below(top.id, leaf.id)
    assert not queries.is_below(top.id, top.id)
    assert not queries.is_below(leaf.id, top.id)


def test_distinct_values_are_sorted_and_leave_out_the_empty_one(app, count_statements):
    for department in ("Sales", "Ärzte", "Support", "", "Sales"):
        make_person(department=department, location="", job_role="Agent")
    with count_statements() as seen:
        values = queries.distinct_values()
    assert values == {"department": ["Ärzte", "Sales", "Support"], "location": [], "job_role": ["Agent"]}
    assert len(seen) == 1


def test_roles_stay_known_after_a_rollback(app):
    hr = queries.load_signed_in(make_person(roles=("hr",)).id)
    db.session.rollback()
    assert hr.has_role(Role.HR)


def test_setting_roles_is_seen_at_once_and_after_loading_anew(app):
    person = make_person(roles=("hr", "champion"))
    operations.set_roles(person, [Role.CHAMPION, Role.EXECUTIVE], clock.now())
    assert person.roles == {Role.CHAMPION, Role.EXECUTIVE}
    db.session.commit()
    assert queries.load_signed_in(person.id).roles == {Role.CHAMPION, Role.EXECUTIVE}
