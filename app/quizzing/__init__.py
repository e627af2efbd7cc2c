"""Quizzes, attempts and grading."""

from pathlib import Path

from flask import Flask

from app.core import clock
from app.core.content import ContentKind, Reading, register_content
from app.core.nav import fill_slot
from app.learning.checks import set_check_renderer
from app.quizzing import content, jobs, operations, policies, types
from app.quizzing.views import quizzing
from app.quizzing.views.checks import render_checks
from app.quizzing.views.grants import person_section


def init_app(app: Flask) -> None:
    types.init_app(app)
    policies.init_app(app)
    jobs.init_app(app)

    def read(root: Path) -> Reading:
        return content.read(app, root)

    kind = ContentKind("quizzes", read, lambda items: operations.publish_quizzes(items, clock.now()), position=20)
    register_content(app, kind)
    set_check_renderer(app, render_checks)
    fill_slot(app, "person.sections", person_section)
    app.register_blueprint(quizzing)
