import random
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from app.demo import company
from app.demo.trails import (
    LAUNCHED_DAYS_AGO,
    CourseShape,
    Kind,
    Story,
    Trail,
    moments,
    plan,
    weekday,
    workdays_before,
)

TODAY = date(2026, 3, 4)
COURSES = [CourseShape((6, 6, 7), 1)] * 12
BERLIN = ZoneInfo("Europe/Berlin")


def all_plans(seed: int) -> list[tuple[company.Employee, Trail]]:
    rng = random.Random(seed)
    return [(p, plan(p, COURSES, TODAY, rng)) for p in company.build(400, seed, TODAY)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_story_is_told(seed: int) -> None:
    assert {trail.story for _, trail in all_plans(seed)} == set(Story)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_happens_before_the_hire_or_the_launch_or_after_yesterday(seed: int) -> None:
    for person, trail in all_plans(seed):
        days = [moment.date() for _, moment in moments(trail, BERLIN)] + trail.renewals
        if days:
            assert min(days) > person.hire_date, person
            assert min(days) > TODAY - timedelta(days=LAUNCHED_DAYS_AGO)
            assert max(days) < TODAY


def test_steps_happen_in_order_on_working_days() -> None:
    for _, trail in all_plans(4):
        told = list(moments(trail, BERLIN))
        assert [m for _, m in told] == sorted(m for _, m in told)
        assert all(moment.weekday() < 5 for _, moment in told)


def test_tries_at_the_exam_keep_a_day_and_a_half_between_them_and_stop_at_three() -> None:
    for _, trail in all_plans(5):
        tries = [moment for step, moment in moments(trail, BERLIN) if step.kind is Kind.EXAM]
        assert len(tries) <= 3
        assert all(later - earlier > timedelta(hours=36) for earlier, later in pairwise(tries))


def test_every_lesson_of_a_module_is_read_before_its_quiz() -> None:
    for _, trail in all_plans(6):
        read: set[tuple[int, int]] = set()
        for step in trail.steps:
            if step.kind is Kind.LESSON:
                read.add((step.course, step.lesson))
            elif step.kind is Kind.QUIZ:
                assert {(step.course, n) for n in range(3)} <= read


def test_the_new_hire_has_done_nothing_and_the_agent_six_modules() -> None:
    stories = {person.part: trail for person, trail in all_plans(7) if person.part}
    assert stories["newhire"].steps == []
    agent = stories["agent"]
    assert {step.course for step in agent.steps} == set(range(6))
    assert agent.steps[-1].kind is Kind.QUIZ
    assert agent.steps[-1].passed
    assert agent.open_lesson


@pytest.mark.parametrize("count", range(13))
def test_working_days_are_counted_back_over_weekends(count: int) -> None:
    day = date(2026, 3, 4)
    expected = day
    for _ in range(count):
        expected -= timedelta(days=1)
        while expected.weekday() > 4:
            expected -= timedelta(days=1)
    assert workdays_before(day, count) == expected


def test_a_weekend_becomes_the_friday_before() -> None:
    assert weekday(date(2026, 3, 7)) == weekday(date(2026, 3, 8)) == date(2026, 3, 6)
    assert weekday(date(2026, 3, 9)) == date(2026, 3, 9)
