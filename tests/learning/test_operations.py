"""Progress is made of facts: each is written once, and what follows from it follows once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import bus
from app.core.db import db
from app.core.errors import Conflict, Invalid
from app.events import CourseCompleted, LessonCompleted, QuizPassed
from app.learning import operations, queries
from app.learning.models import (
    Asset,
    CourseCompletion,
    CourseVersion,
    Enrolment,
    LessonCompletion,
    LessonState,
    LessonVersion,
    QuizPass,
)
from app.learning.operations.progress import complete_course
from app.learning.rules import State
from tests.factories import make_person
from tests.learning.writing import NOW, load, write_course, write_figure

LATER = NOW + timedelta(days=1)


@pytest.fixture
def facts(app):
    """Everything that learning publishes."""
    heard = []
    for event in (LessonCompleted, CourseCompleted):
        bus.subscribe(app, event, heard.append)
    return heard


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def read_all(person, course, now=NOW):
    for lesson in queries.all_lessons():
        if lesson.course_slug == course:
            operations.complete_lesson(person.id, lesson, now)
    db.session.commit()


def test_a_lesson_is_completed_once_however_often_it_is_sent(app, tmp_path, facts):
    write_course(tmp_path, "basics")
    load(tmp_path)
    person, lesson = make_person(), queries.find_lesson("basics", "basics-one")
    assert operations.complete_lesson(person.id, lesson, NOW) is True
    assert operations.complete_lesson(person.id, lesson, LATER) is False
    assert facts == [LessonCompleted(person.id, lesson.course_id, lesson.lesson_id, NOW)]
    assert (count(LessonCompletion), count(Enrolment)) == (1, 1)


def test_a_course_without_quizzes_is_completed_by_its_last_lesson(app, tmp_path, facts):
    write_course(tmp_path, "basics")
    load(tmp_path)
    person = make_person()
    read_all(person, "basics")
    assert [fact for fact in facts if isinstance(fact, CourseCompleted)] == [
        CourseCompleted(person.id, queries.find_lesson("basics", "basics-one").course_id, "basics", NOW)
    ]
    assert complete_course(person.id, facts[-1].course_id, LATER) is False
    assert queries.completed_courses([person.id, 0]) == {person.id: {"basics"}, 0: set()}


def test_a_course_whose_last_fact_is_a_quiz_pass_is_completed_by_it(app, tmp_path, facts):
    write_course(tmp_path, "basics", quizzes=["basics"])
    write_course(tmp_path, "other")
    load(tmp_path)
    person = make_person()
    read_all(person, "basics")
    assert queries.missing_in_course(person.id, "basics") == ([], ["basics"])
    assert not any(isinstance(fact, CourseCompleted) for fact in facts)
    for _ in range(2):
        bus.publish(QuizPassed(person.id, 1, "basics", LATER))
    assert [fact.at for fact in facts if isinstance(fact, CourseCompleted)] == [LATER]
    assert count(QuizPass) == count(CourseCompletion) == 1


def test_a_quiz_passed_first_counts_when_the_lessons_are_read(app, tmp_path):
    write_course(tmp_path, "basics", quizzes=["basics"])
    load(tmp_path)
    person = make_person()
    operations.note_quiz_pass(person.id, "basics", NOW)
    assert queries.course_progress(person.id, "basics").state is State.IN_PROGRESS
    read_all(person, "basics")
    assert queries.course_progress(person.id, "basics").state is State.DONE


def test_positions_and_notes_are_kept_beside_each_other(app, tmp_path):
    write_course(tmp_path, "basics")
    load(tmp_path)
    person, lesson = make_person(), queries.find_lesson("basics", "basics-one")
    operations.save_position(person.id, lesson, 40, NOW)
    operations.save_note(person.id, lesson, "Mind the 6s.", "", LATER)
    operations.save_position(person.id, lesson, 60, LATER)
    state = db.session.get(LessonState, (person.id, lesson.lesson_id))
    assert (state.position_percent, state.note, state.note_saved_at, state.opened_at) == (
        60,
        "Mind the 6s.",
        LATER,
        LATER,
    )
    assert queries.recent_lesson(person.id).position_percent == 60
    assert count(Enrolment) == 1


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_position_outside_the_lesson_is_refused(app, tmp_path, percent):
    write_course(tmp_path, "basics")
    load(tmp_path)
    with pytest.raises(Invalid):
        operations.save_position(1, queries.find_lesson("basics", "basics-one"), percent, NOW)


def test_a_note_changed_elsewhere_is_not_overwritten(app, tmp_path):
    write_course(tmp_path, "basics")
    load(tmp_path)
    person, lesson = make_person(), queries.find_lesson("basics", "basics-one")
    operations.save_note(person.id, lesson, "from the phone", "", NOW)
    with pytest.raises(Conflict):
        operations.save_note(person.id, lesson, "from the desk", "", LATER)
    operations.save_note(person.id, lesson, "from the phone", "", LATER)  # the same text twice is no conflict
    operations.save_note(person.id, lesson, "both", "from the phone", LATER)
    with pytest.raises(Invalid, match="20,000"):
        operations.save_note(person.id, lesson, "x" * 20_001, "both", LATER)
    assert db.session.get(LessonState, (person.id, lesson.lesson_id)).note == "both"


def test_a_sync_of_the_same_files_changes_nothing(app, tmp_path, count_statements):
    folder = write_course(tmp_path, "basics", {"one": "![Bars](figures/bars.svg)", "two": "Text."})
    write_figure(folder)
    assert load(tmp_path).added == 1
    with count_statements() as seen:
        report = load(tmp_path, LATER)
    assert (report.unchanged, len(seen)) == (1, 1)
    assert (count(CourseVersion), count(LessonVersion), count(Asset)) == (1, 2, 1)


def test_a_change_makes_a_new_version_and_the_old_one_stays(app, tmp_path):
    write_course(tmp_path, "basics", {"one": "First text.", "two": "Text."})
    load(tmp_path)
    person = make_person()
    operations.complete_lesson(person.id, queries.find_lesson("basics", "one"), NOW)
    write_course(tmp_path, "basics", {"one": "Better text.", "two": "Text."}, position=1)
    assert load(tmp_path, LATER).changed == 1
    versions = db.session.execute(select(CourseVersion.is_current).order_by(CourseVersion.id)).all()
    assert [row.is_current for row in versions] == [False, True]
    course = queries.course_progress(person.id, "basics")
    assert [lesson.done for lesson in course.lessons] == [True, False], "what was read stays read"
    texts = db.session.scalars(select(LessonVersion.parts).order_by(LessonVersion.id)).all()
    assert ["First" in texts[0][0]["html"], "Better" in texts[2][0]["html"]] == [True, True]


def test_a_withdrawn_course_is_gone_and_comes_back_as_it_was(app, tmp_path):
    write_course(tmp_path, "basics", position=1)
    write_course(tmp_path, "more", position=2, prerequisites=["basics"])
    load(tmp_path)
    kept = (tmp_path / "courses" / "basics").rename(tmp_path / "basics")
    write_course(tmp_path, "more", position=2, prerequisites=["basics"])
    assert load(tmp_path).retired == 1
    person = make_person()
    assert queries.course_titles() == {"more": "More"}
    assert queries.find_lesson("basics", "basics-one") is None
    assert queries.course_progress(person.id, "more").state is State.NEXT, "a withdrawn course holds nobody up"
    assert queries.find_hits("text", ["basics", "more"]) != []
    assert {hit.course for hit in queries.find_hits("text", ["basics", "more"])} == {"more"}
    kept.rename(tmp_path / "courses" / "basics")
    assert load(tmp_path, LATER).added == 1
    assert count(CourseVersion) == 2, "it came back in the version that was there"
    assert queries.unmet_prerequisites(person.id, ["basics", "gone"]) == [("basics", "Basics")]
    assert {hit.course for hit in queries.find_hits("text", ["basics", "more"])} == {"basics", "more"}


def test_a_new_version_with_a_lesson_less_completes_for_those_who_lack_nothing_more(app, tmp_path, facts):
    write_course(tmp_path, "basics", {"one": "1", "two": "2", "three": "3"}, quizzes=["q"])
    load(tmp_path)
    ready, behind, unproven = make_person(), make_person(), make_person()
    for person, slugs in ((ready, ("one", "two")), (behind, ("one",)), (unproven, ("one", "two"))):
        for slug in slugs:
            operations.complete_lesson(person.id, queries.find_lesson("basics", slug), NOW)
    operations.note_quiz_pass(ready.id, "q", NOW)
    db.session.commit()
    (tmp_path / "courses" / "basics" / "three.md").unlink()
    write_course(tmp_path, "basics", {"one": "1", "two": "2"}, quizzes=["q"], position=1)
    load(tmp_path, LATER)
    assert [(fact.person_id, fact.at) for fact in facts if isinstance(fact, CourseCompleted)] == [(ready.id, LATER)]


def test_a_completed_course_stays_completed_when_it_grows(app, tmp_path):
    write_course(tmp_path, "basics", {"one": "1"})
    load(tmp_path)
    person = make_person()
    read_all(person, "basics")
    write_course(tmp_path, "basics", {"one": "1", "two": "2"}, position=1)
    load(tmp_path, LATER)
    course = queries.course_progress(person.id, "basics")
    assert (course.state, course.completed_at) == (State.DONE, NOW)
    assert [lesson.slug for lesson in course.lessons_missing] == ["two"]
    assert queries.missing_in_course(person.id, "basics") == ([], [])


def test_other_slices_can_ask_who_needs_a_quiz_and_what_is_ahead(app, tmp_path):
    write_course(tmp_path, "start", position=1)
    write_course(tmp_path, "basics", position=2, prerequisites=["start"], quizzes=["exam"])
    load(tmp_path)
    person = make_person()
    assert queries.courses_needing_quiz("exam") == [("basics", "Basics", ["start"])]
    assert queries.courses_needing_quiz("none") == []
    assert [course.state for course in queries.path_progress(person.id)] == [State.NEXT, State.LOCKED]
    assert queries.recent_lesson(person.id) is None
    assert [lesson.slug for lesson in queries.all_lessons()] == ["start-one", "start-two", "basics-one", "basics-two"]


def test_links_and_figures_are_addressed_from_the_lesson_page(app, tmp_path):
    text = "[a](two.md#part) [b](../basics/one.md)\n\n![Bars](figures/bars.svg)\n\n{check: k}"
    folder = write_course(tmp_path, "basics", {"one": text, "two": "## Part"})
    write_figure(folder)
    load(tmp_path)
    parts = db.session.scalars(select(LessonVersion.parts).order_by(LessonVersion.position)).first()
    digest = db.session.scalars(select(Asset.digest)).one()
    assert 'href="two#s-part"' in parts[0]["html"]
    assert 'href="../basics/one"' in parts[0]["html"]
    assert f'src="../../content/{digest}/bars.svg"' in parts[0]["html"]
    assert parts[1] == {"check": "basics/k"}
