"""What the demo's histories are made of: the courses, quizzes and programmes that this installation holds."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.certification.models import Programme, Requirement
from app.core.db import db
from app.demo.trails import CourseShape
from app.learning.models import Course as CourseRow
from app.learning.models import CourseVersion, LessonVersion
from app.quizzing.models import Question, QuestionVersion, Quiz, QuizVersion, QuizVersionQuestion


@dataclass(frozen=True)
class LessonItem:
    lesson_id: int
    version_id: int
    minutes: int


@dataclass
class CourseItem:
    course_id: int
    version_id: int
    version: int
    slug: str
    title: str
    quizzes: list[str]
    lessons: list[LessonItem] = field(default_factory=list)


@dataclass(frozen=True)
class QuestionItem:
    version_id: int
    key: str
    type: str
    body: dict[str, Any]
    solution: dict[str, Any]
    tag: str
    difficulty: str


@dataclass
class QuizItem:
    quiz_id: int
    version_id: int
    slug: str
    title: str
    kind: str
    version: int
    pass_mark: int
    time_limit_minutes: int | None
    max_attempts: int | None
    blueprint: list[dict[str, Any]]
    questions: list[QuestionItem] = field(default_factory=list)


@dataclass
class ProgrammeItem:
    programme_id: int
    slug: str
    title: str
    valid_months: int
    renewal_days: int
    requirements: list[tuple[str, str, str]]  # kind, slug, title


@dataclass
class Curriculum:
    courses: list[CourseItem]
    quizzes: dict[str, QuizItem]
    programme: ProgrammeItem | None

    @property
    def exam(self) -> QuizItem | None:
        return next((quiz for quiz in self.quizzes.values() if quiz.kind == "exam"), None)

    @property
    def shapes(self) -> list[CourseShape]:
        return [CourseShape(tuple(lesson.minutes for lesson in c.lessons), len(c.quizzes)) for c in self.courses]


def read() -> Curriculum:
    """The current versions of everything, in five statements."""
    return Curriculum(_courses(), _quizzes(), _programme())


def _courses() -> list[CourseItem]:
    rows = db.session.execute(
        select(CourseVersion, CourseRow.slug)
        .join(CourseRow, CourseRow.id == CourseVersion.course_id)
        .where(CourseVersion.is_current)
        .order_by(CourseVersion.position, CourseVersion.id)
    )
    found = {v.id: CourseItem(v.course_id, v.id, v.version, slug, v.title, quizzes=list(v.quizzes)) for v, slug in rows}
    lessons = db.session.execute(
        select(LessonVersion.course_version_id, LessonVersion.lesson_id, LessonVersion.id, LessonVersion.minutes)
        .where(LessonVersion.course_version_id.in_(found))
        .order_by(LessonVersion.position)
    )
    for course_version_id, lesson_id, version_id, minutes in lessons:
        found[course_version_id].lessons.append(LessonItem(lesson_id, version_id, minutes))
    return list(found.values())


def _quizzes() -> dict[str, QuizItem]:
    rows = db.session.execute(
        select(QuizVersion, Quiz.slug).join(Quiz, Quiz.id == QuizVersion.quiz_id).where(QuizVersion.is_current)
    )
    found = {
        v.id: QuizItem(
            quiz_id=v.quiz_id,
            version_id=v.id,
            slug=slug,
            title=v.title,
            kind=v.kind,
            version=v.version,
            pass_mark=v.pass_mark,
            time_limit_minutes=v.time_limit_minutes,
            max_attempts=v.max_attempts,
            blueprint=list(v.blueprint),
        )
        for v, slug in rows
    }
    questions = db.session.execute(
        select(
            QuizVersionQuestion.quiz_version_id,
            QuestionVersion.id,
            Question.key,
            QuestionVersion.type,
            QuestionVersion.body,
            QuestionVersion.solution,
            QuestionVersion.tag,
            QuestionVersion.difficulty,
        )
        .join(QuestionVersion, QuestionVersion.id == QuizVersionQuestion.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuizVersionQuestion.quiz_version_id.in_(found), QuizVersionQuestion.practice.is_(False))
        .order_by(QuizVersionQuestion.quiz_version_id, QuizVersionQuestion.position)
    )
    for quiz_version_id, *values in questions:
        found[quiz_version_id].questions.append(QuestionItem(*values))
    return {quiz.slug: quiz for quiz in found.values()}


def _programme() -> ProgrammeItem | None:
    programme = db.session.scalar(select(Programme).where(Programme.active).order_by(Programme.id).limit(1))
    if programme is None:
        return None
    asked: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    rows = db.session.execute(
        select(Requirement.programme_id, Requirement.kind, Requirement.slug, Requirement.title)
        .where(Requirement.programme_id == programme.id)
        .order_by(Requirement.position)
    )
    for programme_id, *values in rows:
        asked[programme_id].append((values[0], values[1], values[2]))
    return ProgrammeItem(
        programme.id,
        programme.slug,
        programme.title,
        programme.valid_months,
        programme.renewal_days,
        asked[programme.id],
    )
