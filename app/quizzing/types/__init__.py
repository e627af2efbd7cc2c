"""Question types: one file each, found by name in the application's registry; plugins use `register_type`."""

from flask import Flask, current_app

from app.core.registry import Registry
from app.quizzing.types.base import QuestionContent, QuestionType, Response
from app.quizzing.types.multiple_choice import MULTIPLE_CHOICE
from app.quizzing.types.single_choice import SINGLE_CHOICE
from app.quizzing.types.true_false import TRUE_FALSE

__all__ = ["QuestionContent", "QuestionType", "Response", "register_type", "type_named", "types_of"]

_KEY = "uplift.question_types"


def register_type(app: Flask, question_type: QuestionType) -> None:
    """Let quizzes use a further type of question."""
    types_of(app).add(question_type.name, question_type)


def types_of(app: Flask) -> Registry[QuestionType]:
    """The types that this application knows, by name."""
    registry: Registry[QuestionType] = app.extensions[_KEY]
    return registry


def type_named(name: str) -> QuestionType:
    """The type of that name in the present application. Raises LookupError."""
    registry: Registry[QuestionType] = current_app.extensions[_KEY]
    return registry.get(name)


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Registry[QuestionType]("question type")
    for built_in in (SINGLE_CHOICE, MULTIPLE_CHOICE, TRUE_FALSE):
        register_type(app, built_in)
