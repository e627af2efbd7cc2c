from collections import Counter
from datetime import date

import pytest

from app.demo import company
from app.demo.names import plain

TODAY = date(2026, 3, 4)


def test_the_same_seed_gives_the_same_company() -> None:
    assert company.build(250, 7, TODAY) == company.build(250, 7, TODAY)


def test_another_seed_gives_other_people() -> None:
    first, second = company.build(250, 7, TODAY), company.build(250, 8, TODAY)
    assert [p.name for p in first] != [p.name for p in second]


@pytest.mark.parametrize("people", [40, 41, 100, 250, 1000])
def test_the_company_has_exactly_as_many_people_as_asked_for(people: int) -> None:
    built = company.build(people, 3, TODAY)
    assert [p.number for p in built] == list(range(1, people + 1))
    assert len({p.email for p in built}) == people


def test_fewer_people_than_a_company_needs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 40"):
        company.build(39, 7, TODAY)


def test_managers_come_before_their_reports_and_lead_up_to_one_chief() -> None:
    built = company.build(250, 7, TODAY)
    by_number = {p.number: p for p in built}
    assert [p.number for p in built if p.manager is None] == [1]
    for person in built[1:]:
        manager = by_number[person.manager or 0]
        assert manager.number < person.number
        assert person.above == (manager.number, *manager.above)
        assert manager.active


def test_the_tree_has_four_or_five_levels_and_spans_that_people_can_lead() -> None:
    built = company.build(250, 7, TODAY)
    assert max(len(p.above) for p in built) in {3, 4}
    assert max(Counter(p.manager for p in built).values()) <= company.SPAN + 3


def test_the_supervisor_leads_the_agent_and_the_new_hire_among_eight_to_twelve() -> None:
    built = company.build(250, 7, TODAY)
    parts = {p.part: p for p in built if p.part}
    assert set(parts) == set(company.PARTS)
    team = [p for p in built if p.manager == parts["supervisor"].number]
    assert 8 <= len(team) <= 12
    assert parts["agent"] in team
    assert parts["newhire"] in team


@pytest.mark.parametrize("seed", range(12))
def test_every_seed_casts_the_seven_as_different_people(seed: int) -> None:
    cast = [p for p in company.build(60, seed, TODAY) if p.part]
    assert sorted(p.part for p in cast) == sorted(company.PARTS)
    assert {p.part: p.roles for p in cast if p.roles} == {
        "hr": ("hr",),
        "champion": ("champion",),
        "executive": ("executive",),
        "admin": ("administrator",),
    }


def test_nobody_is_hired_in_the_future() -> None:
    assert max(p.hire_date for p in company.build(250, 7, TODAY)) < TODAY


def test_names_hold_what_pages_must_cope_with() -> None:
    names = [p.name for p in company.build(250, 7, TODAY)]
    assert max(map(len, names)) > 60
    assert min(map(len, names)) <= 5
    assert any("К" in name for name in names)
    assert any(plain(name) != name.replace(" ", "").lower() for name in names)


def test_addresses_are_plain_letters() -> None:
    assert plain("Łukasz Größer-O’Brien") == "lukaszgrosserobrien"
    assert all(p.email.isascii() and p.email == p.email.lower() for p in company.build(250, 7, TODAY))
