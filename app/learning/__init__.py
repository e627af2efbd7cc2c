"""Courses, lessons, progress and what is missing."""

from flask import Flask

from app.core import clock
from app.core.content import ContentKind, register_content
from app.core.measures import register_measures
from app.core.nav import MenuItem, add_menu_item, fill_slot
from app.core.permissions import Can, register_policy
from app.learning import content, listeners, operations, policies, references, views
from app.learning.queries import measures


def init_app(app: Flask) -> None:
    register_policy(app, Can.TAKE_COURSES, policies.can_take_courses)
    register_content(
        app, ContentKind("course", content.read, lambda items: operations.sync_courses(items, clock.now()), 10)
    )
    listeners.init_app(app)
    references.init_app(app)
    app.register_blueprint(views.learning)
    add_menu_item(app, MenuItem("Courses", "learning.index", Can.TAKE_COURSES, position=20))
    fill_slot(app, "person.sections", views.person_section)
    register_measures(app, measures.KEY, measures.Training())
