"""Who may do what: every capability on one page. Slices register the policy that decides each."""

import enum
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from flask_login import current_user

from app.core.errors import NotAllowed, NotSignedIn

Policy = Callable[[Any, Any], bool]
_KEY = "uplift.policies"


class Can(enum.StrEnum):
    """The capabilities, in the words of the people who have them."""

    USE_UPLIFT = "use Uplift as a signed-in person"
    SEE_PEOPLE = "see the list of people in one's scope"
    SEE_PERSON = "see this person's page"
    EDIT_PEOPLE = "add people, change them and import a roster"
    TAKE_COURSES = "read courses and lessons"
    SEE_ATTEMPT = "see this attempt and its result"
    ANSWER_ATTEMPT = "answer this attempt and hand it in"
    GRANT_ATTEMPT = "allow this person one more attempt"
    SEE_CERTIFICATE = "see this certificate"
    SEE_CERTIFICATION_REPORT = "see the certification report for one's scope"
    SEE_NPS = "see customers' NPS in one's scope"
    SEE_COMPANY_NPS = "see customers' NPS of the whole company, in every breakdown"
    SEE_NPS_OF = "see customers' NPS of this label, person or team"
    SEE_RESPONSE = "read this customer's response"
    SEE_CUSTOMER = "see who the customer of this response is"
    ERASE_CUSTOMER = "forget a customer who asks for it"
    IMPORT_RESPONSES = "bring in customers' responses and say how files are read"
    MANAGE_SOURCES = "let other systems write responses"
    SEE_COACHING = "see the coaching pages: one's own, or those of one's people"
    SEE_COACHING_OF = "see this person's coaching record, private notes apart"
    COACH = "plan and hold sessions with this person and agree actions"
    OBSERVE = "observe this person's work and score it on the rubric"
    SEE_OBSERVATION = "see this observation"
    DISPUTE_OBSERVATION = "dispute this observation"
    DECIDE_DISPUTE = "decide about this disputed observation"
    SEE_SESSION = "see this coaching session"
    HOLD_SESSION = "write the record of this session, move it and cancel it"
    ANSWER_SESSION = "acknowledge this session or correct it, and rate it"
    CLOSE_ACTION = "say that this action is done or dropped"
    SEE_BENCHMARKS = "see the benchmarks that hold for oneself or one's team"
    SET_BENCHMARKS = "set the company's benchmarks and how often people are coached"
    SET_TEAM_BENCHMARKS = "set stricter benchmarks for this supervisor's team"
    WRITE_RUBRIC = "write the behaviours that are observed"
    RUN_CALIBRATION = "open calibrations and see what they found"
    CALIBRATE = "score the interactions of this calibration"
    SEE_COVERAGE = "see how far coaching reaches"
    SEE_EFFECTS = "see whether coaching helps, in the whole company"
    SEE_VOICE = "see the surveys that wait for oneself and the board of blockers"
    ANSWER_SURVEY = "take a ticket for this wave of a survey"
    BUILD_SURVEYS = "write surveys, open and close their waves, and keep the list of processes"
    SEE_SURVEY_RESULTS = "see what a survey found, where it points at nobody"
    REPORT_BLOCKER = "report a process blocker, vote and comment"
    SEE_BLOCKER = "see this blocker"
    EDIT_BLOCKER = "finish or withdraw one's own draft of a blocker"
    TRIAGE_BLOCKERS = "give blockers an owner, merge and split them"
    UPDATE_BLOCKER = "say how far this blocker is"
    SEE_UNANSWERED_BLOCKERS = "see the blockers that nobody answered"
    MANAGE_CONTENT = "see the state of the shipped and own content"


def register_policy(app: Flask, capability: Can, policy: Policy) -> None:
    """Let `policy(person, obj)` decide the capability. One policy a capability."""
    policies: dict[Can, Policy] = app.extensions.setdefault(_KEY, {})
    if capability in policies:
        raise ValueError(f"{capability.name} has a policy already")
    policies[capability] = policy


def may(capability: Can, obj: Any = None) -> bool:
    """Whether the signed-in person has the capability. A capability without a policy is refused to all."""
    return allows(current_user._get_current_object(), capability, obj)


def allows(person: Any, capability: Can, obj: Any = None) -> bool:
    """Whether this person, signed in or not, has the capability."""
    if not person.is_authenticated:
        return False
    policy = current_app.extensions.get(_KEY, {}).get(capability)
    return policy is not None and policy(person, obj)


def require(capability: Can, obj: Any = None) -> None:
    """Go on only with the capability. Raises NotSignedIn or NotAllowed."""
    person = current_user._get_current_object()
    if not person.is_authenticated:
        raise NotSignedIn("Sign in to open this page.")
    if not allows(person, capability, obj):
        raise NotAllowed("Your role does not include this. If it should, ask the person who runs the programme.")


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(can=may, Can=Can)
