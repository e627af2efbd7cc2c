"""Opening an attempt and keeping what is answered in it."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from app import events
from app.core import bus
from app.core.db import db, insert_for
from app.core.errors import Conflict, NotFound
from app.quizzing import queries, rules
from app.quizzing.models import Attempt, AttemptQuestion, QuestionVersion, QuizVersion, QuizVersionQuestion
from app.quizzing.types import type_named

REFUSALS = {
    rules.Refusal.PASSED: "You have passed this already. There is nothing more to do.",
    rules.Refusal.EXHAUSTED: "There are no tries left. Your supervisor or HR can allow one more.",
    rules.Refusal.WAITING: "The next try is not open yet. The page of the quiz says when it opens.",
}


# Built once, when the module is loaded: building a statement costs more than running it.
_asked: Any = AttemptQuestion.__table__
_RECORD = (
    update(_asked)
    .where(_asked.c.attempt_id == bindparam("attempt"), _asked.c.position == bindparam("at"))
    .values(response=bindparam("answer"), flagged=bindparam("flag"), saved_at=bindparam("now"))
)


@dataclass(frozen=True)
class Given:
    """What a form says about one question: the values of its inputs, and whether it is flagged to look at again."""

    values: Sequence[str]
    flagged: bool = False


def start_attempt(person_id: int, quiz_version: QuizVersion, now: datetime, seed: int) -> Attempt:
    """The person's open attempt at the quiz, or a new one drawn with the seed (0 to 2^31 - 1).

    Raises Conflict when no try is left, the wait is not over, or an exam is passed.
    """
    chances = queries.standing(person_id, quiz_version).chances
    if chances.open_id is not None:
        return db.session.get_one(Attempt, chances.open_id)
    refused = rules.refusal(quiz_version.kind, chances, now)
    if refused is not None:
        raise Conflict(REFUSALS[refused])
    rng = random.Random(seed)  # noqa: S311 - a draw that can be repeated, not a secret
    drawn = rules.draw(_candidates(quiz_version.id), quiz_version.blueprint, rng)
    attempt_id = _insert_attempt(person_id, quiz_version, now, seed, len(drawn))
    if attempt_id is None:  # another click was faster
        return _open_attempt(person_id, quiz_version.quiz_id)
    db.session.execute(insert(AttemptQuestion), _snapshot(attempt_id, drawn, rng))
    bus.publish(events.AttemptStarted(person_id, attempt_id, queries.slug_of(quiz_version), now))
    return db.session.get_one(Attempt, attempt_id)


def _candidates(quiz_version_id: int) -> list[rules.Candidate]:
    rows = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.tag)
        .join(QuizVersionQuestion, QuizVersionQuestion.question_version_id == QuestionVersion.id)
        .where(QuizVersionQuestion.quiz_version_id == quiz_version_id, QuizVersionQuestion.practice.is_(False))
        .order_by(QuizVersionQuestion.position)
    )
    return [rules.Candidate(question_version_id, tag) for question_version_id, tag in rows]


def _insert_attempt(person_id: int, version: QuizVersion, now: datetime, seed: int, questions: int) -> int | None:
    limit = version.time_limit_minutes
    number = (
        select(func.coalesce(func.max(Attempt.number), 0) + 1)
        .where(Attempt.person_id == person_id, Attempt.quiz_id == version.quiz_id)
        .scalar_subquery()
    )
    statement = insert_for(Attempt).values(
        person_id=person_id,
        quiz_id=version.quiz_id,
        quiz_version_id=version.id,
        number=number,
        seed=seed,
        started_at=now,
        deadline=None if limit is None else now + timedelta(minutes=limit),
        max_mark=questions * rules.POINT,
    )
    return db.session.execute(statement.on_conflict_do_nothing().returning(Attempt.id)).scalar_one_or_none()


def _open_attempt(person_id: int, quiz_id: int) -> Attempt:
    opened = select(Attempt).where(
        Attempt.person_id == person_id, Attempt.quiz_id == quiz_id, Attempt.submitted_at.is_(None)
    )
    attempt = db.session.execute(opened).scalar_one_or_none()
    if attempt is None:
        raise Conflict("This quiz was opened and handed in elsewhere at the same moment. Look at its page again.")
    return attempt


def _snapshot(attempt_id: int, drawn: Sequence[int], rng: random.Random) -> list[dict[str, Any]]:
    """Rows for the drawn questions, each with its own shuffled order of options."""
    rows = db.session.execute(
        select(QuestionVersion.id, QuestionVersion.type, QuestionVersion.body).where(QuestionVersion.id.in_(drawn))
    )
    shapes = {question_id: (type_name, body) for question_id, type_name, body in rows}
    return [
        {
            "attempt_id": attempt_id,
            "position": position,
            "question_version_id": question_id,
            "option_order": type_named(shapes[question_id][0]).order(shapes[question_id][1], rng),
            "max_mark": rules.POINT,
        }
        for position, question_id in enumerate(drawn, start=1)
    ]


def save_answers(questions: Sequence[Row[*tuple[Any, ...]]], given: Mapping[int, Given], now: datetime) -> None:
    """Keep what was given at these questions (rows of `queries.to_answer`): the last write wins, question by question.

    Raises NotFound for a question that the attempt does not have, Invalid for what can't be an answer to it, and
    Conflict once the attempt is handed in or its time is over.
    """
    rows = {question.position: question for question in questions}
    if not given.keys() <= rows.keys():
        raise NotFound("This attempt has no such question.")
    for question in questions[:1]:
        if question.submitted_at is not None:
            raise Conflict("This attempt is handed in already, so the answer was not changed. You can see its result.")
        if not rules.takes_answers(question.deadline, now):
            raise Conflict("The time is over, so this answer was not kept. Everything saved before counts.")
    changes = {}
    for position, told in given.items():
        question = rows[position]
        response = type_named(question.type).parse(told.values, question.option_order)
        changes[position] = (response, told.flagged)
    if questions:
        record_responses(questions[0].attempt_id, changes, now)


def record_responses(
    attempt_id: int, changes: Mapping[int, tuple[Mapping[str, Any] | None, bool]], now: datetime
) -> None:
    """Write responses, in the shape of their types, and flags by position; one statement."""
    rows = [
        {"attempt": attempt_id, "at": position, "answer": response, "flag": flagged, "now": now}
        for position, (response, flagged) in changes.items()
    ]
    if rows:
        db.session.connection().execute(_RECORD, rows)
