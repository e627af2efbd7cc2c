"""Small quizzes for tests, published without files, and people who take them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.quizzing import operations, queries
from app.quizzing.content import QuizItem, quiz_model
from app.quizzing.models import Attempt, AttemptQuestion, QuestionVersion
from tests.factories import make_person, sign_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def single(key: str, *, tag: str = "module-01", right: int = 0, **values: Any) -> dict[str, Any]:
    options = [{"text": f"{key} option {n}", "feedback": f"SECRET feedback {n} of {key}"} for n in range(4)]
    options[right]["correct"] = True
    return _question(key, tag, "single_choice", options=options, **values)


def multiple(key: str, *, tag: str = "module-01", right: tuple[int, ...] = (0, 2), **values: Any) -> dict[str, Any]:
    options = [{"text": f"{key} option {n}", "feedback": f"SECRET feedback {n} of {key}"} for n in range(4)]
    for n in right:
        options[n]["correct"] = True
    return _question(key, tag, "multiple_choice", options=options, **values)


def true_false(key: str, *, tag: str = "module-01", answer: bool = True, **values: Any) -> dict[str, Any]:
    feedback = {"true_feedback": f"SECRET true of {key}", "false_feedback": f"SECRET false of {key}"}
    return _question(key, tag, "true_false", answer=answer, **feedback, **values)


def _question(key: str, tag: str, kind: str, **values: Any) -> dict[str, Any]:
    return {
        "id": key,
        "type": kind,
        "tags": [tag],
        "difficulty": "easy",
        "lesson": "the-formula/percent-minus-percent",
        "prompt": f"Prompt of {key}",
        "explanation": f"SECRET explanation of {key}",
        **values,
    }


def quiz(**values: Any) -> dict[str, Any]:
    questions = [single("one"), multiple("two"), true_false("three"), single("four", right=3), single("five", right=1)]
    given = {"title": "A quiz", "summary": "About something.", "kind": "quiz", "version": 1, "pass_mark": 80}
    return {**given, "questions": [*questions, single("check-one", practice=True)], **values}


def exam(questions: int = 5, **values: Any) -> dict[str, Any]:
    bank = [single(f"bank-{n}", right=n % 4) for n in range(questions)]
    limits = {"max_attempts": 3, "waits_minutes": [60, 1440], "time_limit_minutes": 75}
    return quiz(title="An exam", kind="exam", questions=bank, **{**limits, **values})


@pytest.fixture
def publish(app: Any) -> Callable[..., Any]:
    """publish(slug=quiz(...)) makes these the current quizzes and commits."""

    def make(now: datetime = NOW, **quizzes: dict[str, Any]) -> Any:
        model = quiz_model(app)
        items = []
        for name, written in quizzes.items():
            read = model.model_validate(written)
            items.append(QuizItem(name.replace("_", "-"), read, tuple(read.questions)))
        report = operations.publish_quizzes(items, now)
        db.session.commit()
        return report

    return make


@pytest.fixture
def person(app: Any) -> Any:
    return make_person()


@pytest.fixture
def client(app: Any, person: Any) -> Any:
    """A client signed in as `person`, whose forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), person)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """at(moment) stops the clock there."""

    def stop(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    return stop


def begin(person: Any, slug: str = "the-quiz", now: datetime = NOW, seed: int = 1) -> Attempt:
    version = queries.current_version(slug)
    assert version is not None
    attempt = operations.start_attempt(person.id, version, now, seed)
    db.session.commit()
    return attempt


def right_responses(attempt_id: int) -> dict[int, dict[str, Any]]:
    return {row.position: {"chosen": row.solution["right"]} for row in _solutions(attempt_id)}


def _solutions(attempt_id: int) -> Any:
    return db.session.execute(
        select(AttemptQuestion.position, QuestionVersion.solution)
        .join(QuestionVersion, QuestionVersion.id == AttemptQuestion.question_version_id)
        .where(AttemptQuestion.attempt_id == attempt_id)
    ).all()


def answer_all(attempt: Attempt, wrong: int = 0, now: datetime = NOW) -> None:
    """Right answers but for the first `wrong` questions, which stay empty."""
    responses = right_responses(attempt.id)
    changes = {position: (response, False) for position, response in responses.items() if position > wrong}
    operations.record_responses(attempt.id, changes, now)
    db.session.commit()


def take(person: Any, slug: str = "the-quiz", wrong: int = 0, now: datetime = NOW, minutes: int = 10) -> Attempt:
    """A whole attempt: started at `now`, handed in some minutes later."""
    attempt = begin(person, slug, now)
    answer_all(attempt, wrong, now)
    operations.submit_attempt(attempt, now + timedelta(minutes=minutes))
    db.session.commit()
    db.session.refresh(attempt)
    return attempt
