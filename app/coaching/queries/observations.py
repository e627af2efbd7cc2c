"""Observations: which of them count, and what each person may see of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from typing import cast as cast_type

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person, Role
from app.accounts.queries import visible_people
from app.coaching.models import BehaviourVersion, Dispute, Observation, ObservedLevel
from app.coaching.queries.benchmarks import rubric_of
from app.coaching.queries.scope import records_seen_by
from app.core import tables
from app.core.db import db
from app.core.tables import Page, Sort
from app.nps.models import Response
from app.nps.queries.one_response import visible_response
from app.nps.queries.score_pages import newest_responses

ON_A_PAGE = 25
OFFERED_PEOPLE = 100
LOOKED_THROUGH = 40  # responses among which comments to quote are sought
OFFERED_COMMENTS = 6
_PERSON, _OBSERVER = aliased(Person), aliased(Person)
_READER, _DECIDER = aliased(Person), aliased(Person)
_OF_OBSERVATION = (
    Observation.id,
    Observation.token,
    Observation.person_id,
    Observation.observer_id,
    Observation.kind,
    Observation.channel,
    Observation.observed_on,
    Observation.state,
    Observation.note,
    Observation.link,
    Observation.response_id,
    Observation.saved_at,
    Observation.kept_at,
)
_OF_DISPUTE = (
    Dispute.raised_at,
    Dispute.decision,
    Dispute.decision_reason,
    Dispute.decided_by_id,
    Dispute.decided_at,
)
# Whoever has left decides nothing: what waited for them is any champion's.
_reads: ColumnElement[int | None] = case((or_(Dispute.decided_at.is_not(None), _READER.active), Dispute.reader_id))


def counting() -> ColumnElement[bool]:
    """Condition on Observation: kept, by a supervisor or peer, and not under an undecided dispute."""
    undecided = exists().where(Dispute.observation_id == Observation.id, Dispute.decided_at.is_(None))
    return and_(Observation.state == "kept", Observation.kind.in_(("supervisor", "peer")), ~undecided)


def _name(person: Any) -> Any:
    return person.given_name + " " + person.family_name


def _told(*conditions: Any) -> Select[Any]:
    """The columns of Observation, the names of all who have to do with it, and its dispute."""
    statement = (
        select(
            *_OF_OBSERVATION,
            *_OF_DISPUTE,
            Dispute.reason.label("dispute_reason"),
            Dispute.observation_id.is_not(None).label("disputed"),
            _reads.label("reader_id"),
            _name(_PERSON).label("person_name"),
            _name(_OBSERVER).label("observer_name"),
            _name(_READER).label("reader_name"),
            _name(_DECIDER).label("decider_name"),
        )
        .join(_PERSON, _PERSON.id == Observation.person_id)
        .join(_OBSERVER, _OBSERVER.id == Observation.observer_id)
        .outerjoin(Dispute, Dispute.observation_id == Observation.id)
        .outerjoin(_READER, _READER.id == Dispute.reader_id)
        .outerjoin(_DECIDER, _DECIDER.id == Dispute.decided_by_id)
        .where(*conditions)
    )
    return cast_type(Select[Any], statement)


def _decides(viewer: Person) -> ColumnElement[bool]:
    """Condition on what `_told` selects: disputes of which the viewer is the second reader."""
    between_others = and_(Observation.person_id != viewer.id, Observation.observer_id != viewer.id)
    reads = _reads == viewer.id
    if viewer.has_role(Role.CHAMPION):
        reads = or_(reads, and_(Dispute.observation_id.is_not(None), _reads.is_(None)))
    return and_(between_others, reads)


def _kept_visible(viewer: Person) -> ColumnElement[bool]:
    seen = records_seen_by(viewer, Observation.person_id, Observation.observer_id)
    return and_(Observation.state != "draft", or_(seen, _decides(viewer)))


def visible_observation(observation_id: int, viewer: Person) -> Any:
    """The observation, if the viewer may know of it: its observer, and once it is kept the one observed, those above
    and its second reader. One statement.

    Columns of Observation; person_name, observer_name, reader_name, decider_name; `disputed` (whether there is a
    dispute at all), dispute_reason, raised_at, reader_id (None: any champion), decision, decision_reason,
    decided_by_id, decided_at.
    """
    visible = or_(Observation.observer_id == viewer.id, _kept_visible(viewer))
    return db.session.execute(_told(Observation.id == observation_id, visible)).one_or_none()


def levels_of(observation_ids: Collection[int]) -> dict[int, list[Any]]:
    """By observation the levels in the wording that they were scored by, by name. One statement.

    Rows of observation_id, behaviour_id, version_id, level, name, description, levels, is_current.
    """
    statement = (
        select(
            ObservedLevel.observation_id,
            ObservedLevel.behaviour_id,
            ObservedLevel.version_id,
            ObservedLevel.level,
            BehaviourVersion.name,
            BehaviourVersion.description,
            BehaviourVersion.levels,
            BehaviourVersion.is_current,
        )
        .join(BehaviourVersion, BehaviourVersion.id == ObservedLevel.version_id)
        .where(ObservedLevel.observation_id.in_(observation_ids))
        .order_by(BehaviourVersion.name, ObservedLevel.behaviour_id)
    )
    found: dict[int, list[Any]] = {number: [] for number in observation_ids}
    for row in db.session.execute(statement):
        found[row.observation_id].append(row)
    return found


def observations_of(person_id: int, viewer: Person, limit: int = 10) -> Sequence[Any]:
    """The newest kept observations about a person that the viewer may see; rows as `visible_observation`.

    One statement.
    """
    statement = _told(Observation.person_id == person_id, _kept_visible(viewer))
    newest = statement.order_by(Observation.observed_on.desc(), Observation.id.desc())
    return db.session.execute(newest.limit(limit)).all()


def _lists(viewer: Person) -> dict[str, tuple[Sort, bool, Select[Any]]]:
    """What someone's own page lists: the order, whether it is the newest first, and the rows."""
    table: Any = Observation
    made = Sort("Made", (table.id,))
    about = Sort("Day", (table.observed_on, table.id))
    own, kept = Observation.observer_id == viewer.id, Observation.state != "draft"
    return {
        "disputes": (
            Sort("Raised", (cast_type(Any, Dispute).raised_at, table.id)),
            False,
            _told(_decides(viewer), Dispute.decided_at.is_(None)),
        ),
        "drafts": (made, True, _told(own, ~kept)),
        "about": (about, True, _told(Observation.person_id == viewer.id, kept)),
        "made": (made, True, _told(own, kept, Observation.person_id != viewer.id)),
    }


def listed(name: str, viewer: Person, args: Mapping[str, str], size: int = ON_A_PAGE) -> Page | None:
    """One page of a list by its name: "disputes" to decide, own "drafts", those "about" oneself, those "made".

    Rows as `visible_observation`; None for an unknown name. One statement.
    """
    found = _lists(viewer).get(name)
    if found is None:
        return None
    sort, newest_first, statement = found
    places = {key: args[key] for key in ("after", "before") if key in args}
    return tables.page(
        db.session(), statement, {"order": sort}, {"sort": "-order" if newest_first else "order", **places}, size
    )


def observable(person_id: int, viewer: Person) -> Person | None:
    """The person, if they are active and `viewer` may know of them: also colleagues with the same supervisor.

    One statement.
    """
    known = or_(visible_people(viewer), _colleagues(viewer))
    return db.session.scalar(select(Person).where(Person.id == person_id, Person.active, known))


def _colleagues(viewer: Person) -> ColumnElement[bool]:
    return Person.manager_id == viewer.manager_id if viewer.manager_id is not None else false()


def people_to_observe(viewer: Person) -> Sequence[Any]:
    """Those who report to the viewer and then their colleagues, by name: id, names, job_role, reports.

    At most a hundred; one statement.
    """
    reports = Person.manager_id == viewer.id
    statement = (
        select(Person.id, Person.given_name, Person.family_name, Person.job_role, reports.label("reports"))
        .where(Person.active, Person.id != viewer.id, or_(reports, _colleagues(viewer)))
        .order_by(case((reports, 0), else_=1), Person.family_name, Person.given_name, Person.id)
        .limit(OFFERED_PEOPLE)
    )
    return db.session.execute(statement).all()


def draft_about(person_id: int, observer: Person, draft_id: int | None = None) -> Any:
    """The observer's draft about a person: that one, or the newest. Columns of Observation. One statement."""
    statement = select(*_OF_OBSERVATION).where(
        Observation.observer_id == observer.id, Observation.person_id == person_id, Observation.state == "draft"
    )
    if draft_id is not None:
        statement = statement.where(Observation.id == draft_id)
    return db.session.execute(statement.order_by(Observation.id.desc()).limit(1)).one_or_none()


def scales(person: Person, today: date, shown: Collection[int] = ()) -> list[Any]:
    """The behaviours to score someone on. Rows of id, version_id, name, description and levels; by name.

    A wording that was shown before stays, whatever has become of the rubric since. Two statements, or three.
    """
    rubric = rubric_of(person, today)
    earlier = set(shown) - {row.version_id for row in rubric}
    if not earlier:
        return rubric
    statement = select(
        BehaviourVersion.behaviour_id.label("id"),
        BehaviourVersion.id.label("version_id"),
        BehaviourVersion.name,
        BehaviourVersion.description,
        BehaviourVersion.levels,
    ).where(BehaviourVersion.id.in_(earlier))
    chosen = {row.id: row for row in [*rubric, *db.session.execute(statement)]}
    return sorted(chosen.values(), key=lambda row: (row.name, row.id))


def quotable(person_id: int, viewer: Person, chosen: int | None = None) -> list[Any]:
    """The newest customers' comments about a person that the viewer may read, and the one chosen before.

    Rows of id, score, responded_at, comment. One statement, or two.
    """
    commented = [row for row in newest_responses(person_id, viewer, LOOKED_THROUGH) if row.comment]
    offered = commented[:OFFERED_COMMENTS]
    if chosen is not None and chosen not in {row.id for row in offered}:
        earlier = quoted(chosen, person_id, viewer)
        offered += [earlier] if earlier is not None and earlier.comment else []
    return offered


def quoted(response_id: int, person_id: int, viewer: Person) -> Response | None:
    """The response that an observation points to, if the viewer may read it and it is about this person still.

    Its comment is None when the customer asked to be forgotten. One statement.
    """
    found = visible_response(response_id, viewer)
    return found if found is not None and found.person_id == person_id else None
