"""Rows that a trail leaves behind: what was read, answered, passed, completed and certified."""

import base64
import random
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.certification import rules as certification_rules
from app.certification.models import Certificate
from app.core.db import Base
from app.demo.company import Employee
from app.demo.curriculum import CourseItem, Curriculum, QuizItem
from app.demo.papers import Answered, Examiner
from app.demo.trails import Kind, Trail, at, moments
from app.learning.models import CourseCompletion, Enrolment, LessonCompletion, LessonState, QuizPass
from app.quizzing import rules as quizzing_rules
from app.quizzing.models import Attempt, AttemptQuestion

Rows = dict[type[Base], list[dict[str, Any]]]


class Historian:
    """Writes trails down as rows of every slice. Ids of attempts and certificates count on from the given ones.

    Without `answers` attempts have no questions.
    """

    def __init__(
        self, curriculum: Curriculum, rng: random.Random, first_attempt: int, first_certificate: int, answers: bool
    ) -> None:
        self.answers = answers
        self.curriculum = curriculum
        self.rng = rng
        self.next_attempt = first_attempt
        self.next_certificate = first_certificate
        self.examiners = {slug: Examiner(quiz, rng) for slug, quiz in curriculum.quizzes.items()}
        self.rows: Rows = defaultdict(list)

    def take_rows(self) -> Rows:
        """All rows since the last call, tables in an order in which they can be inserted."""
        order: tuple[type[Base], ...] = (
            Enrolment,
            LessonCompletion,
            LessonState,
            Attempt,
            AttemptQuestion,
            QuizPass,
            CourseCompletion,
            Certificate,
        )
        taken = {model: self.rows[model] for model in order if self.rows[model]}
        self.rows = defaultdict(list)
        return taken

    def record(self, person: Employee, trail: Trail, now: datetime) -> None:
        """Everything that one trail leaves behind, up to `now`."""
        _Biography(self, person, trail, now).write()


class _Biography:
    """One person's rows while they are written."""

    def __init__(self, historian: Historian, person: Employee, trail: Trail, now: datetime) -> None:
        self.historian = historian
        self.rng = historian.rng
        self.person = person
        self.trail = trail
        self.now = now
        self.zone = ZoneInfo(person.time_zone)
        self.tries: dict[str, int] = defaultdict(int)
        self.evidence: dict[tuple[str, str], dict[str, Any]] = {}
        self.cycle = 0

    def add(self, model: type[Base], **values: Any) -> None:
        self.historian.rows[model].append({"person_id": self.person.person_id, **values})

    def write(self) -> None:
        curriculum, exam = self.historian.curriculum, self.historian.curriculum.exam
        for step, local in moments(self.trail, self.zone):
            moment = local.astimezone(UTC)
            if step.kind is Kind.EXAM:
                if exam is not None:
                    self.sit_exam(exam, moment, step.passed)
                continue
            course = curriculum.courses[step.course]
            if step.kind is Kind.LESSON:
                self.read(course, step.lesson, moment)
            else:
                self.take_quiz(course, step.lesson, moment, step.passed)
        for day in self.trail.renewals:
            if exam is not None:
                self.sit_exam(exam, at(day, self.rng.randint(540, 960), self.zone).astimezone(UTC), True)
        if self.trail.open_lesson or self.trail.paused_quiz:
            self.leave_open()

    def read(self, course: CourseItem, number: int, moment: datetime) -> None:
        lesson = course.lessons[number]
        if number == 0:
            began = moment - timedelta(minutes=lesson.minutes)
            self.add(Enrolment, course_id=course.course_id, enrolled_at=began)
        self.add(LessonCompletion, lesson_id=lesson.lesson_id, lesson_version_id=lesson.version_id, completed_at=moment)
        if number == len(course.lessons) - 1 and not course.quizzes:
            self.complete(course, moment)

    def take_quiz(self, course: CourseItem, number: int, moment: datetime, passed: bool) -> None:
        quiz = self.historian.curriculum.quizzes[course.quizzes[number]]
        answered = self.attempt(quiz, moment, passed, timedelta(minutes=self.rng.randint(4, 8)))
        if not passed:
            return
        self.note_pass(quiz, answered, moment)
        if number == len(course.quizzes) - 1:
            self.complete(course, moment)

    def sit_exam(self, exam: QuizItem, moment: datetime, passed: bool) -> None:
        longest = min(exam.time_limit_minutes or 55, 55)
        answered = self.attempt(exam, moment, passed, timedelta(minutes=self.rng.randint(longest // 2, longest - 2)))
        if passed:
            self.note_pass(exam, answered, moment)
            self.certify(moment)

    def note_pass(self, quiz: QuizItem, answered: Answered, moment: datetime) -> None:
        if ("quiz", quiz.slug) not in self.evidence:
            self.add(QuizPass, quiz_slug=quiz.slug, passed_at=moment)
        percent = quizzing_rules.percent(answered.mark, answered.max_mark)
        self.evidence["quiz", quiz.slug] = {
            "version": quiz.version,
            "completed_at": moment.isoformat(),
            "attempt_id": self.historian.next_attempt - 1,
            "percent": percent,
        }

    def complete(self, course: CourseItem, moment: datetime) -> None:
        self.add(
            CourseCompletion,
            course_id=course.course_id,
            course_version_id=course.version_id,
            completed_at=moment,
        )
        self.evidence["course", course.slug] = {
            "version": course.version,
            "completed_at": moment.isoformat(),
        }

    def certify(self, moment: datetime) -> None:
        """A certificate, when everything that the programme asks for is there."""
        programme = self.historian.curriculum.programme
        if programme is None or any((kind, slug) not in self.evidence for kind, slug, _ in programme.requirements):
            return
        self.cycle += 1
        issued_on = moment.astimezone(self.zone).date()
        self.add(
            Certificate,
            id=self.historian.next_certificate,
            code=self.code(),
            programme_id=programme.programme_id,
            cycle=self.cycle,
            holder_name=self.person.name,
            programme_title=programme.title,
            issued_at=moment,
            issued_on=issued_on,
            expires_on=certification_rules.expiry(issued_on, programme.valid_months),
            evidence=[
                {"kind": kind, "slug": slug, "title": title, **self.evidence[kind, slug]}
                for kind, slug, title in programme.requirements
            ],
        )
        self.historian.next_certificate += 1

    def code(self) -> str:
        """As hard to guess as any: from the seed, so that the same demo has the same codes."""
        code = self.rng.randbytes(certification_rules.CODE_BYTES)
        return base64.urlsafe_b64encode(code).decode().rstrip("=")

    def attempt(self, quiz: QuizItem, submitted: datetime, passed: bool, took: timedelta) -> Answered:
        answered = self.historian.examiners[quiz.slug].answer(self.trail.ability, passed)
        started = submitted - took
        self._attempt_row(quiz, answered, started, submitted=submitted, passed=passed)
        count = len(answered.marks)
        saved = [started + took * (n + 1) / (count + 1) for n in range(count)]
        self._question_rows(answered, zip(saved, answered.responses, answered.marks, strict=True))
        return answered

    def leave_open(self) -> None:
        """The next lesson lies open, or the module's quiz with half of it answered."""
        last = self.trail.steps[-1]
        courses = self.historian.curriculum.courses
        opened = self._latest()
        if self.trail.paused_quiz:
            self._pause_quiz(courses[last.course], opened)
            return
        following = _next_lesson(courses, last.course, last.lesson if last.kind is Kind.LESSON else None)
        if following is None:
            return
        course, number = following
        lesson = course.lessons[number]
        if number == 0:
            self.add(Enrolment, course_id=course.course_id, enrolled_at=opened)
        self.add(
            LessonState,
            lesson_id=lesson.lesson_id,
            opened_at=opened,
            position_percent=self.rng.randint(15, 70),
            note="",
            note_saved_at=None,
        )

    def _pause_quiz(self, course: CourseItem, started: datetime) -> None:
        quiz = self.historian.curriculum.quizzes[course.quizzes[0]]
        if quiz.time_limit_minutes is not None:
            return
        answered = self.historian.examiners[quiz.slug].answer(self.trail.ability, True)
        self._attempt_row(quiz, answered, started, submitted=None, passed=None)
        half = len(answered.marks) // 2
        lines = [
            (started + timedelta(seconds=50 * (n + 1)), response, None) if n < half else (None, None, None)
            for n, response in enumerate(answered.responses)
        ]
        self._question_rows(answered, lines)

    def _latest(self) -> datetime:
        """Ten minutes after the last step: always in the past, for trails end yesterday at the latest."""
        *_, (_, local) = moments(self.trail, self.zone)
        return min(local.astimezone(UTC) + timedelta(minutes=10), self.now)

    def _attempt_row(
        self, quiz: QuizItem, answered: Answered, started: datetime, submitted: datetime | None, passed: bool | None
    ) -> None:
        self.tries[quiz.slug] += 1
        limit = quiz.time_limit_minutes
        self.add(
            Attempt,
            id=self.historian.next_attempt,
            quiz_id=quiz.quiz_id,
            quiz_version_id=quiz.version_id,
            number=self.tries[quiz.slug],
            seed=answered.paper.seed,
            started_at=started,
            deadline=None if limit is None else started + timedelta(minutes=limit),
            submitted_at=submitted,
            mark=None if submitted is None else answered.mark,
            max_mark=answered.max_mark,
            passed=passed,
        )

    def _question_rows(
        self, answered: Answered, lines: Iterable[tuple[datetime | None, dict[str, Any] | None, int | None]]
    ) -> None:
        attempt_id = self.historian.next_attempt
        self.historian.next_attempt += 1
        if not self.historian.answers:
            return
        rows = self.historian.rows[AttemptQuestion]
        for position, ((question, order), (saved_at, response, mark)) in enumerate(
            zip(answered.paper.questions, lines, strict=True), start=1
        ):
            rows.append(
                {
                    "attempt_id": attempt_id,
                    "position": position,
                    "question_version_id": question.version_id,
                    "option_order": order,
                    "response": response,
                    "saved_at": saved_at,
                    "flagged": False,
                    "mark": mark,
                    "max_mark": quizzing_rules.POINT,
                }
            )


def _next_lesson(courses: list[CourseItem], course: int, lesson: int | None) -> tuple[CourseItem, int] | None:
    """The lesson after this one, or after this course (`lesson` None)."""
    if lesson is not None and lesson + 1 < len(courses[course].lessons):
        return courses[course], lesson + 1
    if lesson is None and course + 1 < len(courses):
        return courses[course + 1], 0
    return None
