"""Programmes, certificates and the report that HR stands behind."""

from flask import Flask

from app.certification import content, listeners, menu, policies, views  # noqa: F401 - views fill the blueprint
from app.certification.queries.measures import KEY, Certified, matters
from app.certification.web import certification
from app.core.content import register_content
from app.core.matters import register_matters
from app.core.measures import register_measures
from app.core.nav import add_menu_item, fill_slot
from app.core.permissions import Can, register_policy


def init_app(app: Flask) -> None:
    app.register_blueprint(certification)
    listeners.init_app(app)
    register_content(app, content.KIND)
    register_policy(app, Can.SEE_CERTIFICATE, policies.can_see_certificate)
    register_policy(app, Can.SEE_CERTIFICATION_REPORT, policies.can_see_report)
    add_menu_item(app, menu.CERTIFICATES)
    add_menu_item(app, menu.REPORT)
    fill_slot(app, "person.sections", menu.person_section)
    register_measures(app, KEY, Certified())
    register_matters(app, KEY, matters)
