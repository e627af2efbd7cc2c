"""The closure table says the same as the supervisors do, whatever was moved."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts import operations
from app.accounts.models import Person, ReportingLine
from app.accounts.operations import closure
from app.accounts.rules import tree
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from tests.factories import make_person


def kept():
    columns = (ReportingLine.ancestor_id, ReportingLine.descendant_id, ReportingLine.depth)
    return {tuple(row) for row in db.session.execute(select(*columns))}


def recomputed():
    rows = db.session.execute(select(Person.id, Person.manager_id))
    return tree.closure({row.id: row.manager_id for row in rows})


def plant(parents):
    """People, each below an earlier one (or at the top where the number is its own)."""
    people = []
    for number, parent in enumerate(parents):
        manager = people[parent % number] if number and parent % (number + 1) != number else None
        people.append(make_person(manager=manager))
    return people


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parents=st.lists(st.integers(0, 100), min_size=2, max_size=12),
    moves=st.lists(st.tuples(st.integers(0, 11), st.integers(-1, 11)), max_size=10),
)
def test_any_moves_leave_the_closure_as_if_made_anew(app, parents, moves):
    people = plant(parents)
    for who, under in moves:
        person = people[who % len(people)]
        manager = None if under < 0 else people[under % len(people)]
        circle = manager is not None and (person.id, manager.id) in {row[:2] for row in kept()}
        if circle:
            with pytest.raises(Invalid):
                operations.set_manager(person, manager, clock.now())
        else:
            operations.set_manager(person, manager, clock.now())
        assert kept() == recomputed()
    closure.rebuild()
    assert kept() == recomputed()


def test_moving_a_whole_subtree_takes_a_handful_of_statements(app, count_statements):
    top, other = make_person(), make_person()
    middle = make_person(manager=top)
    for _ in range(20):
        make_person(manager=middle)
    assert middle.id
    assert other.name
    with count_statements() as seen:
        operations.set_manager(middle, other, clock.now())
    assert len(seen) <= 10  # listeners ask too; what counts is that twenty people below cost nothing
    assert kept() == recomputed()


def test_a_circle_is_refused_at_the_field_and_changes_nothing(app):
    top = make_person(given_name="Ada", family_name="Top")
    middle = make_person(given_name="Ben", family_name="Middle", manager=top)
    leaf = make_person(given_name="Cy", family_name="Leaf", manager=middle)
    before = kept()
    with pytest.raises(Invalid) as refusal:
        operations.set_manager(top, leaf, clock.now())
    assert "Cy Leaf" in refusal.value.fields["manager"]
    with pytest.raises(Invalid):
        operations.set_manager(top, top, clock.now())
    assert kept() == before


@pytest.mark.parametrize(
    ("managers", "found"),
    [
        ({}, []),
        ({1: None, 2: 1, 3: 2}, []),
        ({1: 1}, [{1}]),
        ({1: 2, 2: 1, 3: 1}, [{1, 2}]),
        ({1: 2, 2: 3, 3: 1, 4: 5, 5: 4, 6: None}, [{1, 2, 3}, {4, 5}]),
        ({1: 99}, []),
    ],
)
def test_every_circle_is_found_once(managers, found):
    assert sorted(map(set, tree.cycles(managers)), key=min) == found


def test_levels_count_those_above_and_leave_circles_out():
    assert tree.levels({1: None, 2: 1, 3: 2, 4: 1, 8: 9, 9: 8, 10: 9}) == {1: 0, 2: 1, 3: 2, 4: 1}
