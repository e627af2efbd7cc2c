"""Coaching against benchmarks: gaps, sessions, actions, and whether they helped."""

from flask import Flask

from app.coaching import (  # noqa: F401 - tables and pages
    jobs,
    listeners,
    mails,
    menu,
    models,
    policies,
    references,
    views,
)
from app.coaching.queries.benchmarks import BEHAVIOUR
from app.coaching.queries.sources import behaviours, follow_through
from app.coaching.web import coaching
from app.core.measures import register_measures
from app.core.nav import add_menu_item, fill_slot
from app.core.permissions import Can, Policy, register_policy

_POLICIES: dict[Can, Policy] = {
    Can.SEE_COACHING: policies.can_see_coaching,
    Can.SEE_COACHING_OF: policies.can_see_coaching_of,
    Can.COACH: policies.can_coach,
    Can.OBSERVE: policies.can_observe,
    Can.SEE_OBSERVATION: policies.can_see_observation,
    Can.DISPUTE_OBSERVATION: policies.can_dispute_observation,
    Can.DECIDE_DISPUTE: policies.can_decide_dispute,
    Can.SEE_SESSION: policies.can_see_session,
    Can.HOLD_SESSION: policies.can_hold_session,
    Can.ANSWER_SESSION: policies.can_answer_session,
    Can.CLOSE_ACTION: policies.can_close_action,
    Can.SEE_BENCHMARKS: policies.can_see_benchmarks,
    Can.SET_BENCHMARKS: policies.can_run_coaching,
    Can.SET_TEAM_BENCHMARKS: policies.can_set_team_benchmarks,
    Can.WRITE_RUBRIC: policies.can_run_coaching,
    Can.RUN_CALIBRATION: policies.can_run_coaching,
    Can.CALIBRATE: policies.can_calibrate,
    Can.SEE_COVERAGE: policies.can_see_coverage,
    Can.SEE_EFFECTS: policies.can_see_effects,
}


def init_app(app: Flask) -> None:
    app.register_blueprint(coaching)
    jobs.init_app(app)
    listeners.init_app(app)
    mails.init_app(app)
    references.init_app(app)
    for capability, policy in _POLICIES.items():
        register_policy(app, capability, policy)
    register_measures(app, BEHAVIOUR, behaviours.Behaviours())
    register_measures(app, follow_through.KEY, follow_through.FollowThrough())
    add_menu_item(app, menu.COACHING)
    fill_slot(app, "person.sections", menu.person_section)
    app.jinja_env.globals["coaching_parts"] = menu.parts
