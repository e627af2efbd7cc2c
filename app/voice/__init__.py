"""Listening: employee surveys that point at nobody, and the board of process blockers."""

from flask import Flask

from app.core.nav import add_menu_item
from app.core.permissions import Can, Policy, register_policy
from app.voice import (  # noqa: F401 - tables and pages
    jobs,
    listeners,
    mails_board,
    mails_surveys,
    menu,
    models,
    policies,
    references,
    triage_parts,
    views,
)
from app.voice.web import ballot, voice

_POLICIES: dict[Can, Policy] = {
    Can.SEE_VOICE: policies.can_see_voice,
    Can.ANSWER_SURVEY: policies.can_answer_survey,
    Can.BUILD_SURVEYS: policies.can_build_surveys,
    Can.SEE_SURVEY_RESULTS: policies.can_see_survey_results,
    Can.REPORT_BLOCKER: policies.can_report_blocker,
    Can.SEE_BLOCKER: policies.can_see_blocker,
    Can.EDIT_BLOCKER: policies.can_edit_blocker,
    Can.TRIAGE_BLOCKERS: policies.can_triage_blockers,
    Can.UPDATE_BLOCKER: policies.can_update_blocker,
    Can.SEE_UNANSWERED_BLOCKERS: policies.can_see_unanswered,
}


def init_app(app: Flask) -> None:
    app.register_blueprint(voice)
    app.register_blueprint(ballot)
    app.extensions["csrf"].exempt(ballot)  # a ticket is its own proof; a token would open the session
    for part in (jobs, listeners, mails_board, mails_surveys, references, triage_parts):
        part.init_app(app)
    for capability, policy in _POLICIES.items():
        register_policy(app, capability, policy)
    add_menu_item(app, menu.VOICE)
    app.jinja_env.globals["voice_parts"] = menu.parts
