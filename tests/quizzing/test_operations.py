"""Attempts from start to grade, and what happens when things happen twice."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app import events
from app.core import bus
from app.core.db import db, writing
from app.core.errors import Conflict, Invalid, NotFound
from app.quizzing import operations, queries
from app.quizzing.cycles import set_cycle_start
from app.quizzing.models import Attempt, AttemptGrant, AttemptQuestion, QuestionVersion, QuizVersionQuestion
from app.quizzing.operations import Given
from tests.factories import make_person, make_supervisor
from tests.quizzing.conftest import NOW, answer_all, begin, exam, quiz, right_responses, single, take


@pytest.fixture
def heard(app: Any) -> list[Any]:
    """What was published, in order."""
    seen: list[Any] = []
    for kind in (events.AttemptStarted, events.AttemptSubmitted, events.QuizPassed):
        bus.subscribe(app, kind, seen.append)
    return seen


def save(attempt: Attempt, person: Any, given: dict[int, Given], now: Any = NOW) -> None:
    operations.save_answers(queries.to_answer(attempt.id, person.id, given.keys()), given, now)
    db.session.commit()


class TestStarting:
    def test_an_attempt_keeps_what_was_drawn(self, publish, person, heard):
        publish(the_exam=exam(20, blueprint=[{"tag": "module-01", "count": 5}]))
        attempt = begin(person, "the-exam")
        rows = queries.shown_questions(attempt.id)
        assert [row.position for row in rows] == [1, 2, 3, 4, 5]
        assert all(sorted(row.option_order) == [0, 1, 2, 3] for row in rows)
        assert attempt.max_mark == 500
        assert attempt.deadline == NOW + timedelta(minutes=75)
        assert heard == [events.AttemptStarted(person.id, attempt.id, "the-exam", NOW)]

    def test_practice_questions_are_never_drawn(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        practice = select(QuizVersionQuestion.question_version_id).where(QuizVersionQuestion.practice)
        drawn = select(AttemptQuestion.question_version_id).where(AttemptQuestion.attempt_id == attempt.id)
        assert db.session.scalar(practice) is not None
        assert not set(db.session.scalars(drawn)) & set(db.session.scalars(practice))

    def test_the_same_seed_gives_the_same_attempt(self, publish, person):
        publish(the_exam=exam(20, blueprint=[{"tag": "module-01", "count": 5}]))
        other = make_person()
        rows = [
            [(row.option_order, row.body) for row in queries.shown_questions(begin(who, "the-exam", seed=9).id)]
            for who in (person, other)
        ]
        assert rows[0] == rows[1]

    def test_starting_again_continues_the_open_attempt(self, publish, person, heard):
        publish(the_quiz=quiz())
        assert begin(person).id == begin(person, seed=2).id
        assert len(heard) == 1

    def test_the_database_keeps_two_open_attempts_apart(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        again = {c.name: getattr(attempt, c.name) for c in Attempt.__table__.columns if c.name != "id"}
        with pytest.raises(IntegrityError):
            db.session.execute(Attempt.__table__.insert().values({**again, "number": 2}))

    def test_a_new_version_does_not_touch_an_attempt_that_is_open(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        before = [row.body for row in queries.shown_questions(attempt.id)]
        publish(the_quiz=quiz(questions=[single("other")]))
        assert [row.body for row in queries.shown_questions(attempt.id)] == before


class TestSaving:
    def test_an_answer_is_kept_as_given_and_the_last_write_wins(self, publish, person):
        publish(the_quiz=quiz(questions=[single("one")]))
        attempt = begin(person)
        save(attempt, person, {1: Given(["2"])})
        save(attempt, person, {1: Given(["0"], flagged=True)}, NOW + timedelta(minutes=1))
        row = queries.shown_questions(attempt.id)[0]
        assert row.response == {"chosen": [row.option_order[0]]}
        entry = queries.question_map(attempt.id)[0]
        assert (entry.answered, entry.flagged, entry.saved_at) == (True, True, NOW + timedelta(minutes=1))

    def test_an_answer_can_be_taken_back(self, publish, person):
        publish(the_quiz=quiz(questions=[single("one")]))
        attempt = begin(person)
        save(attempt, person, {1: Given(["2"])})
        save(attempt, person, {1: Given([])})
        assert queries.question_map(attempt.id)[0].answered is False

    def test_nothing_is_kept_after_handing_in(self, publish, person):
        publish(the_quiz=quiz(questions=[single("one")]))
        attempt = begin(person)
        operations.submit_attempt(attempt, NOW)
        with pytest.raises(Conflict, match="handed in already"):
            save(attempt, person, {1: Given(["2"])})

    def test_answers_are_taken_until_thirty_seconds_after_the_deadline(self, publish, person):
        publish(the_quiz=quiz(time_limit_minutes=10))
        attempt = begin(person)
        end = NOW + timedelta(minutes=10)
        save(attempt, person, {1: Given(["0"])}, end + timedelta(seconds=30))
        with pytest.raises(Conflict, match="The time is over"):
            save(attempt, person, {2: Given(["0"])}, end + timedelta(seconds=31))
        db.session.rollback()
        assert [entry.answered for entry in queries.question_map(attempt.id)][:2] == [True, False]

    def test_a_question_that_the_attempt_does_not_have_is_not_found(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        with pytest.raises(NotFound):
            save(attempt, person, {1: Given(["0"]), 6: Given(["0"])})

    def test_a_forged_value_is_refused_and_changes_nothing(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        with pytest.raises(Invalid):
            save(attempt, person, {1: Given(["0"]), 2: Given(["17"])})
        db.session.rollback()
        assert not any(entry.answered for entry in queries.question_map(attempt.id))

    def test_someone_elses_questions_are_not_found(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        assert queries.to_answer(attempt.id, make_person().id, {1}) == []


class TestSubmitting:
    @pytest.mark.parametrize(("wrong", "passed"), [(0, True), (1, True), (2, False)])
    def test_four_of_five_is_eighty_percent_and_passes(self, publish, person, heard, wrong, passed):
        publish(the_quiz=quiz())
        attempt = take(person, wrong=wrong)
        assert (attempt.mark, attempt.max_mark, attempt.passed) == (500 - 100 * wrong, 500, passed)
        told = [type(event) for event in heard]
        assert told == [events.AttemptStarted, events.AttemptSubmitted] + [events.QuizPassed] * passed

    def test_marks_are_kept_by_question(self, publish, person):
        publish(the_quiz=quiz())
        attempt = take(person, wrong=2)
        assert [row.mark for row in queries.review_rows(attempt.id)] == [0, 0, 100, 100, 100]

    def test_handing_in_twice_grades_once(self, publish, person, heard):
        publish(the_quiz=quiz())
        attempt = begin(person)
        answer_all(attempt)
        assert operations.submit_attempt(attempt, NOW) is True
        assert operations.submit_attempt(attempt, NOW + timedelta(minutes=1)) is False
        db.session.commit()
        assert attempt.submitted_at == NOW
        assert [type(event) for event in heard].count(events.QuizPassed) == 1

    def test_ten_clicks_at_once_grade_once(self, app, publish, person):
        publish(the_quiz=quiz())
        attempt_id, told, results = begin(person).id, [], []
        answer_all(db.session.get_one(Attempt, attempt_id))
        db.session.remove()
        bus.subscribe(app, events.AttemptSubmitted, told.append)
        gate = threading.Barrier(10)

        def click() -> None:
            with app.app_context(), writing():
                gate.wait()
                results.append(operations.submit_attempt(db.session.get_one(Attempt, attempt_id), NOW))
                db.session.commit()
                db.session.remove()

        clicks = [threading.Thread(target=click) for _ in range(10)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        assert sorted(results) == [False] * 9 + [True]
        assert len(told) == 1

    def test_ten_clicks_on_start_open_one_attempt(self, app, publish, person):
        publish(the_exam=exam())
        person_id, opened = person.id, []
        db.session.remove()
        gate = threading.Barrier(10)

        def click() -> None:
            with app.app_context(), writing():
                gate.wait()
                version = queries.current_version("the-exam")
                assert version is not None
                opened.append(operations.start_attempt(person_id, version, NOW, 1).id)
                db.session.commit()
                db.session.remove()

        clicks = [threading.Thread(target=click) for _ in range(10)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        assert len(opened) == 10
        assert len(set(opened)) == 1
        assert db.session.scalar(select(func.count()).select_from(AttemptQuestion)) == 5

    def test_a_listener_that_raises_undoes_the_grade(self, app, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)

        def break_down(_event: Any) -> None:
            raise RuntimeError

        bus.subscribe(app, events.AttemptSubmitted, break_down)
        with pytest.raises(RuntimeError):
            operations.submit_attempt(attempt, NOW)
        db.session.rollback()
        assert db.session.get_one(Attempt, attempt.id).submitted_at is None


class TestClosing:
    def test_what_lies_open_after_its_time_is_handed_in_with_what_was_saved(self, publish, person):
        publish(the_quiz=quiz(time_limit_minutes=10))
        attempt = begin(person)
        answer_all(attempt)
        end = NOW + timedelta(minutes=10)
        assert operations.close_overdue(end + timedelta(seconds=30)) == 0
        assert operations.close_overdue(end + timedelta(seconds=31)) == 1
        assert operations.close_overdue(end + timedelta(seconds=32)) == 0
        db.session.commit()
        db.session.refresh(attempt)
        assert attempt.passed is True

    def test_an_attempt_without_a_limit_stays_open(self, publish, person):
        publish(the_quiz=quiz())
        begin(person)
        assert operations.close_overdue(NOW + timedelta(days=365)) == 0

    def test_one_that_can_not_be_graded_does_not_hold_up_the_others(self, publish, person, caplog):
        publish(the_quiz=quiz(time_limit_minutes=10))
        broken, fine = begin(person), begin(make_person())
        mine = select(AttemptQuestion.question_version_id).where(AttemptQuestion.attempt_id == broken.id)
        db.session.execute(update(QuestionVersion).where(QuestionVersion.id.in_(mine)).values(type="gone"))
        publish(the_quiz=quiz(time_limit_minutes=10, questions=[single("other")]))
        other = begin(make_person())
        assert operations.close_overdue(NOW + timedelta(hours=1)) == 1
        db.session.commit()
        assert db.session.get_one(Attempt, other.id).submitted_at is not None
        assert {db.session.get_one(Attempt, a.id).submitted_at for a in (broken, fine)} == {None}
        assert "could not be closed" in caplog.text

    def test_the_job_closes_and_keeps(self, app, publish, person, at):
        publish(the_quiz=quiz(time_limit_minutes=10))
        attempt = begin(person)
        at(NOW + timedelta(hours=1))
        assert app.extensions["uplift.jobs"].run("close-overdue-attempts") == 1
        db.session.rollback()
        db.session.refresh(attempt)
        assert attempt.submitted_at == NOW + timedelta(hours=1)


class TestLimits:
    def test_waits_and_tries_are_enforced(self, publish, person):
        publish(the_exam=exam())
        first = take(person, "the-exam", wrong=5)
        end = NOW + timedelta(minutes=10)
        with pytest.raises(Conflict, match="not open yet"):
            begin(person, "the-exam", end + timedelta(minutes=59))
        second = take(person, "the-exam", 5, end + timedelta(minutes=60))
        later = end + timedelta(minutes=70)
        with pytest.raises(Conflict, match="not open yet"):
            begin(person, "the-exam", later + timedelta(hours=23))
        third = take(person, "the-exam", 5, later + timedelta(hours=24))
        with pytest.raises(Conflict, match="no tries left"):
            begin(person, "the-exam", later + timedelta(days=90))
        assert [first.number, second.number, third.number] == [1, 2, 3]

    def test_the_wait_of_an_attempt_closed_late_counts_from_its_deadline(self, publish, person):
        publish(the_exam=exam())
        attempt = begin(person, "the-exam")
        operations.submit_attempt(attempt, NOW + timedelta(hours=9))
        db.session.commit()
        assert begin(person, "the-exam", NOW + timedelta(minutes=75 + 60)).number == 2

    def test_a_passed_exam_is_not_taken_again(self, publish, person):
        publish(the_exam=exam())
        take(person, "the-exam")
        with pytest.raises(Conflict, match="passed this already"):
            begin(person, "the-exam", NOW + timedelta(days=9))

    def test_a_passed_quiz_may_be_taken_again(self, publish, person):
        publish(the_quiz=quiz())
        take(person)
        assert begin(person).number == 2

    def test_a_new_cycle_gives_new_tries(self, app, publish, person):
        publish(the_exam=exam())
        take(person, "the-exam")
        set_cycle_start(app, lambda _person_id, _slug: NOW + timedelta(days=300))
        version = queries.current_version("the-exam")
        assert version is not None
        assert queries.standing(person.id, version).chances.left == 3
        assert begin(person, "the-exam", NOW + timedelta(days=301)).number == 2


class TestGrants:
    @pytest.fixture
    def stuck(self, publish, person):
        publish(the_exam=exam(max_attempts=1))
        take(person, "the-exam", wrong=5)
        return queries.current_version("the-exam")

    def test_one_more_try_can_start_at_once(self, stuck, person):
        boss = make_supervisor()
        operations.grant_attempt(person.id, stuck, boss.id, "The power went out.", NOW + timedelta(minutes=11))
        assert begin(person, "the-exam", NOW + timedelta(minutes=12)).number == 2

    def test_a_grant_gives_one_try_and_not_two(self, stuck, person):
        boss = make_supervisor()
        operations.grant_attempt(person.id, stuck, boss.id, "The power went out.", NOW + timedelta(minutes=11))
        with pytest.raises(Conflict, match="can start a try now"):
            operations.grant_attempt(person.id, stuck, boss.id, "Again.", NOW + timedelta(minutes=11))
        take(person, "the-exam", 5, NOW + timedelta(minutes=12))
        with pytest.raises(Conflict, match="no tries left"):
            begin(person, "the-exam", NOW + timedelta(days=30))

    def test_a_reason_is_required(self, stuck, person):
        with pytest.raises(Invalid) as caught:
            operations.grant_attempt(person.id, stuck, make_supervisor().id, "  ", NOW)
        assert "reason" in caught.value.fields

    def test_the_database_keeps_one_grant_between_two_attempts(self, stuck, person):
        operations.grant_attempt(person.id, stuck, make_supervisor().id, "Why.", NOW)
        db.session.commit()
        grant = db.session.scalars(select(AttemptGrant)).one()
        again = {c.name: getattr(grant, c.name) for c in AttemptGrant.__table__.columns if c.name != "id"}
        with pytest.raises(IntegrityError):
            db.session.execute(AttemptGrant.__table__.insert().values(again))

    def test_whoever_passed_or_has_an_attempt_open_needs_no_grant(self, publish, person):
        publish(the_exam=exam())
        begin(person, "the-exam")
        version = queries.current_version("the-exam")
        with pytest.raises(Conflict, match="open attempt"):
            operations.grant_attempt(person.id, version, 1, "Why.", NOW)
        other = make_person()
        take(other, "the-exam")
        version = queries.current_version("the-exam")
        with pytest.raises(Conflict, match="passed"):
            operations.grant_attempt(other.id, version, 1, "Why.", NOW)


class TestReading:
    def test_the_best_pass_is_the_earliest_at_or_after_the_moment_asked_for(self, publish, person):
        publish(the_quiz=quiz())
        take(person, wrong=3)
        first = take(person, wrong=1, now=NOW + timedelta(days=1))
        second = take(person, now=NOW + timedelta(days=2))
        assert queries.best_pass(make_person().id, "the-quiz", None) is None
        found = queries.best_pass(person.id, "the-quiz", None)
        assert found is not None
        assert (found.attempt_id, found.percent, found.version) == (first.id, 80, 1)
        later = queries.best_pass(person.id, "the-quiz", first.submitted_at + timedelta(seconds=1))
        assert later is not None
        assert (later.attempt_id, later.percent) == (second.id, 100)
        at_once = queries.best_pass(person.id, "the-quiz", first.submitted_at)
        assert at_once is not None
        assert at_once.attempt_id == first.id

    def test_solutions_are_not_loaded_with_their_question(self, publish):
        publish(the_quiz=quiz())
        question = db.session.scalars(select(QuestionVersion)).first()
        assert "solution" not in question.__dict__

    def test_right_responses_of_the_tests_are_right(self, publish, person):
        publish(the_quiz=quiz())
        assert len(right_responses(begin(person).id)) == 5
