"""Figures over the waves of a survey, and groups beside the rest: what is compared, and what is not."""

import pytest

from app.voice.queries import results, trends
from app.voice.queries.released import released
from app.voice.rules.questions import read_definition
from app.voice.rules.results import Measure, Near
from tests.factories import make_person
from tests.voice import build

LOW, HIGH = {"mood": 2, "enps": 3}, {"mood": 4, "enps": 9}


@pytest.fixture
def people(app):
    return [make_person(department=one) for one in ["Support"] * 20 + ["Sales"] * 20]


@pytest.fixture
def pulse(people):
    made = build.survey(mode="confidential", segments="department")
    build.question(made, "rating", key="mood")
    build.question(made, "rating", key="enps", content=build.ENPS)
    build.question(made, "text", key="why")
    return made


def asked(pulse, people, *groups):
    """A closed wave: so many people of a department gave these answers."""
    wave = build.wave(pulse, people)
    rows = [(given, {"department": department}) for n, department, given in groups for _ in range(n)]
    build.answered(wave, [given for given, _ in rows], [fields for _, fields in rows])
    return build.closed(wave)


def both(low, high):
    return [(n, one, given) for one in ("Support", "Sales") for n, given in ((low, LOW), (high, HIGH))]


def trends_of(wave, filters=None):
    definition = read_definition(wave.definition)
    past = trends.past_of(wave, released(wave, filters or {}), definition)
    return trends.trends(definition.questions, past)


def test_ratings_are_followed_over_the_waves(pulse, people, count_statements):
    assert trends_of(asked(pulse, people, *both(10, 10))) == []
    steady = trends_of(asked(pulse, people, *both(10, 10)))
    told = [(one.question.key, one.since, one.moved.value, one.certain, one.drawable) for one in steady]
    assert told == [("mood", 1, 0, False, True), ("enps", 1, 0, False, True)]

    few = trends_of(asked(pulse, people, *both(9, 11)), {"department": "Sales"})
    assert [(round(one.moved.value, 1), one.certain) for one in few] == [(0.1, False), (10, False)]

    last = asked(pulse, people, *both(3, 17))
    assert last.answers == 40
    with count_statements() as seen:
        found = trends_of(last)
    assert len(seen) == 1 + 2 * 4
    assert [(round(one.moved.value, 1), one.certain) for one in found] == [(0.6, True), (60, True)]
    assert [point.figure.value for point in found[1].points] == [0, 0, 10, 70]

    other = [dict(one) for one in last.definition["questions"]]
    other[0]["content"] = {**other[0]["content"], "high": 7}
    last.definition = {**last.definition, "questions": other}
    assert [one.question.key for one in trends_of(last)] == ["enps"]  # the other one has another scale now


def test_what_one_wave_keeps_back_is_compared_with_nothing(pulse, people):
    asked(pulse, people, (15, "Support", HIGH), (3, "Sales", LOW), (2, "Support", LOW))
    second = asked(pulse, people, *both(8, 12))
    support = {"department": "Support"}
    assert released(second, support).shown
    assert trends_of(second, support) == []  # the first wave would have given the three of the other group away
    assert len(trends_of(second)) == 2

    third = asked(pulse, people, (20, "Support", HIGH), (20, "Sales", HIGH))
    found = trends_of(third)
    assert [(one.moved, one.since, one.certain) for one in found] == [(None, 2, False)] * 2
    assert all(isinstance(one.points[-1].figure, Near) for one in found)


def test_groups_are_compared_with_the_rest_of_their_whole(pulse, people, count_statements):
    wave = asked(pulse, people, (14, "Support", LOW), (6, "Support", HIGH), (2, "Sales", LOW), (12, "Sales", HIGH))
    definition = read_definition(wave.definition)
    whole, question = released(wave, {}), definition.question("mood")
    with count_statements() as seen:
        [by] = results.compared(wave, definition, whole, question)
    assert len(seen) == 2
    assert (by.label, by.refused) == ("Department", [("Other", "few")])
    told = [(one.value, one.n, round(one.figure.value, 1), one.beside.value > 0, one.certain) for one in by.groups]
    assert told == [("Sales", 14, 3.7, True, True), ("Support", 20, 2.6, False, True)]
    assert all(isinstance(one.figure, Measure) for one in by.groups)
    assert results.compared(wave, definition, released(wave, {"department": "Sales"}), question) == []
