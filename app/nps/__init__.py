"""Customers' NPS with its uncertainty, its drivers and its words."""

from flask import Flask

from app.core.measures import register_measures
from app.core.nav import add_menu_item, fill_slot
from app.core.permissions import Can, register_policy
from app.nps import api, cli, jobs, menu, policies, views  # noqa: F401 - views fill the blueprint
from app.nps.queries import measures
from app.nps.web import nps


def init_app(app: Flask) -> None:
    app.register_blueprint(nps)
    api.init_app(app)
    cli.init_app(app)
    jobs.init_app(app)
    register_policy(app, Can.SEE_NPS, policies.can_see_nps)
    register_policy(app, Can.SEE_COMPANY_NPS, policies.can_see_company_nps)
    register_policy(app, Can.SEE_NPS_OF, policies.can_see_nps_of)
    register_policy(app, Can.SEE_RESPONSE, policies.can_see_response)
    register_policy(app, Can.SEE_CUSTOMER, policies.can_see_customer)
    register_policy(app, Can.ERASE_CUSTOMER, policies.can_erase_customer)
    register_policy(app, Can.IMPORT_RESPONSES, policies.can_bring_in_responses)
    register_policy(app, Can.MANAGE_SOURCES, policies.can_bring_in_responses)
    add_menu_item(app, menu.SCORES)
    fill_slot(app, "person.sections", menu.person_section)
    register_measures(app, measures.NPS, measures.Score())
    register_measures(app, measures.DRIVER, measures.Drivers())
