from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts import operations as accounts
from app.accounts.models import Person, PersonRole, ReportingLine
from app.certification import operations as certification
from app.certification.models import Certificate, Programme, Requirement, Standing, StandingTally
from app.certification.rules import state
from app.core.db import db
from app.core.errors import Conflict
from app.demo import loading
from app.learning.models import (
    Course,
    CourseCompletion,
    CourseVersion,
    Enrolment,
    Lesson,
    LessonCompletion,
    LessonVersion,
    QuizPass,
)
from app.nps.models import Response, ResponseVersion
from app.quizzing import rules as quizzing_rules
from app.quizzing.models import Attempt, AttemptQuestion, QuestionVersion, Quiz, QuizVersion
from app.quizzing.types import type_named
from app.voice.models import Blocker
from tests.demo.conftest import NOW, PEOPLE

# Loading is the same on both engines; tests of what was loaded do it on PostgreSQL, too.
pytestmark = pytest.mark.sqlite_only


def rows(*columns: Any) -> list[Any]:
    return list(db.session.execute(select(*columns)))


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_everyone_is_there_once_with_the_tree_that_follows_from_their_managers(demo: Any) -> None:
    people = {p.id: p for p in rows(Person.id, Person.manager_id, Person.time_zone)}
    assert len(people) == PEOPLE
    lines = set()
    for person in people.values():
        above, depth = person, 0
        lines.add((person.id, person.id, 0))
        while above.manager_id is not None:
            above, depth = people[above.manager_id], depth + 1
            lines.add((above.id, person.id, depth))
    found = rows(ReportingLine.ancestor_id, ReportingLine.descendant_id, ReportingLine.depth)
    assert {tuple(line) for line in found} == lines
    assert Counter(role for (role,) in rows(PersonRole.role)) == {
        "hr": 1,
        "champion": 1,
        "executive": 1,
        "administrator": 1,
    }


def test_only_the_seven_can_sign_in(demo: Any) -> None:
    with_password = db.session.scalars(select(Person.email).where(Person.password_hash.is_not(None)))
    assert set(with_password) == {email for email, _ in loading.sign_ins()}
    assert len(loading.sign_ins()) == 7


def test_every_state_of_a_certificate_is_present(demo: Any) -> None:
    found = rows(Standing.stage, Standing.expires_on)
    states = Counter(state(stage, expires_on, NOW.date(), 60) for stage, expires_on in found)
    assert set(states) == {"not_started", "in_progress", "certified", "expiring", "expired"}
    assert db.session.scalar(select(func.max(Certificate.cycle))) == 2


def test_marks_are_what_grading_gives_and_results_what_the_marks_add_up_to(demo: Any) -> None:
    marks: dict[int, list[tuple[int | None, int]]] = {}
    statement = select(
        AttemptQuestion.attempt_id,
        AttemptQuestion.response,
        AttemptQuestion.mark,
        AttemptQuestion.max_mark,
        AttemptQuestion.option_order,
        QuestionVersion.type,
        QuestionVersion.body,
        QuestionVersion.solution,
    ).join(QuestionVersion, QuestionVersion.id == AttemptQuestion.question_version_id)
    answers = list(db.session.execute(statement))
    for answer in answers:
        assert sorted(answer.option_order) == list(range(len(answer.body["options"])))
        marks.setdefault(answer.attempt_id, []).append((answer.mark, answer.max_mark))
        if answer.mark is not None:
            graded = type_named(answer.type).grade(answer.solution, answer.response, answer.max_mark)
            assert answer.mark == graded
    attempts = db.session.execute(
        select(
            Attempt.id,
            Attempt.mark,
            Attempt.max_mark,
            Attempt.passed,
            Attempt.submitted_at,
            Attempt.started_at,
            Attempt.deadline,
            QuizVersion.pass_mark,
            QuizVersion.question_count,
        ).join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
    ).all()
    assert {attempt.id for attempt in attempts} == set(marks)
    for attempt in attempts:
        assert len(marks[attempt.id]) == attempt.question_count
        assert sum(of for _, of in marks[attempt.id]) == attempt.max_mark
        if attempt.submitted_at is None:
            assert (attempt.mark, attempt.passed) == (None, None)
            continue
        assert sum(mark or 0 for mark, _ in marks[attempt.id]) == attempt.mark
        assert attempt.passed == quizzing_rules.passed(attempt.mark, attempt.max_mark, attempt.pass_mark)
        assert attempt.started_at < attempt.submitted_at <= NOW
        assert attempt.deadline is None or attempt.submitted_at < attempt.deadline


def test_completions_follow_from_lessons_read_and_quizzes_passed(demo: Any) -> None:
    lessons = Counter(
        tuple(row)
        for row in db.session.execute(
            select(LessonCompletion.person_id, Lesson.course_id).join(Lesson, Lesson.id == LessonCompletion.lesson_id)
        )
    )
    needed = Counter(
        course_id
        for (course_id,) in db.session.execute(
            select(CourseVersion.course_id).join(LessonVersion, LessonVersion.course_version_id == CourseVersion.id)
        )
    )
    slugs = {row.id: row.slug for row in rows(Course.id, Course.slug)}
    passed = {tuple(row) for row in rows(QuizPass.person_id, QuizPass.quiz_slug)}
    begun = {tuple(row) for row in rows(Enrolment.person_id, Enrolment.course_id)}
    completed = {tuple(row) for row in rows(CourseCompletion.person_id, CourseCompletion.course_id)}
    expected = {
        (person, course)
        for (person, course), read in lessons.items()
        if read == needed[course] and (person, slugs[course]) in passed
    }
    assert completed == expected
    assert set(lessons) <= begun
    attempts = db.session.execute(
        select(Attempt.person_id, Quiz.slug).join(Quiz, Quiz.id == Attempt.quiz_id).where(Attempt.passed)
    )
    assert {tuple(row) for row in attempts} == passed


def test_the_evidence_of_every_certificate_exists(demo: Any) -> None:
    needs = {tuple(row) for row in rows(Requirement.kind, Requirement.slug)}
    slugs = {row.id: row.slug for row in rows(Course.id, Course.slug)}
    completed = {
        (row.person_id, slugs[row.course_id]): row.completed_at
        for row in rows(CourseCompletion.person_id, CourseCompletion.course_id, CourseCompletion.completed_at)
    }
    attempts = {row.id: row for row in rows(Attempt.id, Attempt.person_id, Attempt.submitted_at, Attempt.passed)}
    certificates = rows(
        Certificate.person_id, Certificate.evidence, Certificate.issued_at, Certificate.code, Certificate.cycle
    )
    assert certificates
    for certificate in certificates:
        assert {(piece["kind"], piece["slug"]) for piece in certificate.evidence} == needs
        assert len(certificate.code) >= 22
        for piece in certificate.evidence:
            at = datetime.fromisoformat(piece["completed_at"])
            if piece["kind"] == "course":
                assert at == completed[certificate.person_id, piece["slug"]]
            else:
                attempt = attempts[piece["attempt_id"]]
                assert (attempt.person_id, attempt.submitted_at, attempt.passed) == (certificate.person_id, at, True)
                assert certificate.issued_at == at


def test_nothing_more_is_earned_than_was_issued(demo: Any) -> None:
    before, standings = (
        count(Certificate),
        set(map(tuple, rows(Standing.person_id, Standing.stage, Standing.expires_on))),
    )
    for (person_id,) in rows(Person.id):
        certification.reconsider(person_id, NOW)
    assert count(Certificate) == before
    assert set(map(tuple, rows(Standing.person_id, Standing.stage, Standing.expires_on))) == standings
    active = db.session.scalar(select(func.count()).select_from(Person).where(Person.active))
    assert sum(row.people for row in rows(StandingTally.people)) == active


def test_the_new_hire_is_at_the_start_and_the_agent_half_way(demo: Any) -> None:
    standings = dict(
        db.session.execute(
            select(Person.email, Standing.courses_done).join(Standing, Standing.person_id == Person.id)
        ).all()
    )
    assert standings["newhire@demo.uplift.example"] == 0
    assert standings["agent@demo.uplift.example"] == 6


def test_what_comes_after_is_counted_on(demo: Any) -> None:
    someone = db.session.scalars(select(Person.id).where(Person.active)).first()
    quiz = db.session.execute(select(QuizVersion.quiz_id, QuizVersion.id, QuizVersion.question_count)).first()
    assert quiz is not None
    fresh = Attempt(
        person_id=someone,
        quiz_id=quiz.quiz_id,
        quiz_version_id=quiz.id,
        number=99,
        seed=1,
        started_at=NOW,
        submitted_at=NOW,
        max_mark=100,
    )
    db.session.add(fresh)
    db.session.flush()
    assert fresh.id == count(Attempt)


def test_loading_again_changes_nothing(demo: Any) -> None:
    before = count(Attempt), count(Response), count(ResponseVersion)
    again = loading.load(PEOPLE, 7, NOW + timedelta(days=3))
    assert (again.fresh, again.responses) == (False, 0)
    assert (count(Attempt), count(Response), count(ResponseVersion)) == before


def test_a_database_with_other_people_is_refused(shipped_app: Any) -> None:
    accounts.add_person(employee_id="1", email="a@b.example", given_name="A", family_name="B", now=NOW)
    with pytest.raises(Conflict, match="people who are not of this demo"):
        loading.load(PEOPLE, 7, NOW)
    assert count(Person) == 1


def test_another_seed_or_size_is_refused(demo: Any) -> None:
    for people, seed in ((PEOPLE, 8), (PEOPLE + 1, 7)):
        with pytest.raises(Conflict):
            loading.load(people, seed, NOW)


def test_without_content_there_are_people_and_no_histories(app: Any) -> None:
    loading.load(60, 7, NOW)
    assert count(Person) == 60
    assert count(Attempt) == 0
    assert count(Programme) == 0


def test_the_same_seed_and_day_give_the_same_rows(fresh_app: Any) -> None:
    shipped = ("search_", "course", "lesson_version", "quiz_version", "question", "asset", "programme")
    # Answers and blockers have random numbers; what is told of them is the same.
    answers = ("voice_answer", "voice_sealed_answer", "voice_spent_ticket")
    board = ("voice_blocker", "voice_vote", "voice_follower", "voice_attachment", "voice_merge")
    told = select(Blocker.token, Blocker.votes, Blocker.reporter_id, Blocker.owner_id, Blocker.state_on)
    dumps: list[dict[str, list[Any]]] = []
    for _ in range(2):
        with fresh_app("shipped").app_context():
            loading.load(60, 11, NOW)
            left_out = (*shipped, *answers, *board)
            tables = [table for table in db.metadata.sorted_tables if not table.name.startswith(left_out)]
            dumps.append({table.name: db.session.execute(select(table)).all() for table in tables})
            dumps[-1]["board"] = db.session.execute(told.order_by(Blocker.token)).all()
            db.session.rollback()
    assert dumps[0] == dumps[1]
    assert dumps[0]["certificate"]
    assert dumps[0]["nps_response"]
    assert dumps[0]["coaching_action"]
    assert dumps[0]["voice_tally"]
    assert dumps[0]["board"]
