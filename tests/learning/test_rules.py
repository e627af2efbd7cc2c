"""What follows from a person's facts."""

from datetime import UTC, datetime

import pytest

from app.learning.rules import (
    CourseProgress,
    LessonStep,
    State,
    along_the_path,
    choose,
    find_circle,
    is_complete,
    snippet,
    state_of,
)

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def a_course(done=0, total=2, **values):
    lessons = tuple(LessonStep(f"l{i}", f"L{i}", "reading", 5, i < done) for i in range(total))
    return CourseProgress(
        **{
            "slug": "c",
            "title": "C",
            "summary": "",
            "audience": "everyone",
            "position": 1,
            "lessons": lessons,
            "quizzes": ("c",),
            "passes": {},
            "prerequisites_missing": (),
            **values,
        }
    )


@pytest.mark.parametrize(
    ("course", "state"),
    [
        (a_course(), State.OPEN),
        (a_course(begun=True), State.IN_PROGRESS),
        (a_course(done=1), State.IN_PROGRESS),
        (a_course(done=2), State.IN_PROGRESS),
        (a_course(passes={"c": WHEN}), State.IN_PROGRESS),
        (a_course(done=2, passes={"c": WHEN}), State.DONE),
        (a_course(done=2, quizzes=()), State.DONE),
        (a_course(prerequisites_missing=(("b", "B"),)), State.LOCKED),
        (a_course(done=1, prerequisites_missing=(("b", "B"),)), State.LOCKED),
        (a_course(completed_at=WHEN), State.DONE),
        (a_course(done=1, completed_at=WHEN, prerequisites_missing=(("b", "B"),)), State.DONE),
    ],
)
def test_the_state_of_a_course_follows_from_facts(course, state):
    assert state_of(course) is state


def test_the_first_course_that_can_be_begun_is_the_next_and_only_it():
    locked = a_course(prerequisites_missing=(("b", "B"),))
    states = [course.state for course in along_the_path([a_course(begun=True), locked, a_course(), a_course()])]
    assert states == [State.IN_PROGRESS, State.LOCKED, State.NEXT, State.OPEN]


def test_what_is_missing_is_counted_from_the_lessons():
    course = a_course(done=1, total=3)
    assert (course.lessons_done, course.lessons_total, course.minutes, course.minutes_left) == (1, 3, 15, 10)
    assert course.next_lesson.slug == "l1"
    assert course.quizzes_missing == ("c",)
    assert a_course(done=2).next_lesson is None


@pytest.mark.parametrize(
    ("missing", "quizzes", "passed", "complete"),
    [
        (0, [], [], True),
        (1, [], [], False),
        (0, ["a"], [], False),
        (0, ["a"], ["b"], False),
        (0, ["a"], ["b", "a"], True),
    ],
)
def test_a_course_is_complete_when_all_is_read_and_passed(missing, quizzes, passed, complete):
    assert is_complete(missing, quizzes, passed) is complete


def test_filters_choose_by_audience_and_state():
    path = [
        a_course(slug="a", state=State.NEXT),
        a_course(slug="b", state=State.DONE, audience="supervisors"),
        a_course(slug="c", state=State.LOCKED, audience="frontline"),
    ]
    assert [c.slug for c in choose(path, "supervisors")] == ["a", "b"]
    assert [c.slug for c in choose(path, "", "todo")] == ["a"]
    assert [c.slug for c in choose(path, "frontline", "locked")] == ["c"]
    assert len(choose(path, "nobody", "nowhere")) == 3


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({"a": [], "b": ["a"], "c": ["a", "b"]}, []),
        ({"a": ["a"]}, ["a", "a"]),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, ["a", "b", "c", "a"]),
        ({"x": ["a"], "a": ["b"], "b": ["a"]}, ["a", "b", "a"]),
        ({"a": ["unknown"]}, []),
    ],
)
def test_courses_that_wait_for_each_other_are_found(needs, circle):
    assert find_circle(needs) == circle


def test_a_snippet_shows_where_the_words_are_and_marks_them():
    text = "Start. " + "Filler text here. " * 30 + "The détracteur called twice. " + "More filler. " * 30
    passages = snippet(text, "detracteur CALL")
    shown = "".join(passage.text for passage in passages)
    assert [passage.text for passage in passages if passage.matched] == ["détracteur", "called"]
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < 350


def test_a_snippet_without_a_match_is_the_beginning():
    assert "".join(p.text for p in snippet("Short text.", "absent")) == "Short text."
    assert "".join(p.text for p in snippet("", "absent")) == ""
    assert "".join(p.text for p in snippet("x" * 1000, "?!")).startswith("xxx")
