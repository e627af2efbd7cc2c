"""The tallies equal a plain recount of the responses, whatever came in, was corrected or was forgotten."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from app.core.db import Base, db
from app.nps import operations
from app.nps.models import (
    CustomerContact,
    CustomerErasure,
    Dimension,
    Driver,
    DriverMonth,
    Label,
    LabelDay,
    PairMonth,
    PersonDay,
    PersonMonth,
    Response,
    ResponseSegment,
    ResponseVersion,
)
from app.nps.rules import band
from app.nps.rules.dimensions import FIXED
from app.nps.rules.responses import Contact, Given, Outcome
from tests.factories import make_person

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
BANDS = ("promoter", "passive", "detractor")
IDS = tuple(f"r{number}" for number in range(6))
WRITTEN = (
    *(PairMonth, DriverMonth, LabelDay, PersonDay, PersonMonth, ResponseSegment, ResponseVersion, Response),
    *(CustomerErasure, CustomerContact),
)

few = st.sampled_from
responses = st.builds(
    lambda ref, employees, **facts: (ref, employees, facts),
    few(IDS),
    few((0, 1, None)),
    score=st.integers(0, 10),
    responded_at=few([NOW - timedelta(days=days) for days in (0, 1, 31, 62)]),
    comment=few(("", "Fine", "Slow")),
    touchpoint=few(("", "Phone", "Store")),
    channel=few(("", "Call", "Chat")),
    tier=few(("", "Gold")),
    customer_key=few(("", "C1", "C2")),
    drivers=few(({}, {"Speed": 2}, {"Speed": 5, "Care": 1})),
    segments=few(({}, {"Region": "North"}, {"Region": "South", "Product": "Radio"})),
)
steps = st.lists(st.one_of(st.lists(responses, min_size=1, max_size=4), few(("erase C1", "again"))), max_size=6)


def recount() -> dict[str, Counter[Any]]:
    """Every tally, reckoned by hand from the responses."""
    company = db.session.execute(
        select(Label.id).join(Dimension, Dimension.id == Label.dimension_id).where(Dimension.key == "company")
    ).scalar_one_or_none()
    dimension = {row.id: row.dimension_id for row in db.session.execute(select(Label.id, Label.dimension_id))}
    found: dict[str, Counter[Any]] = {name: Counter() for name in ("label", "day", "month", "pair", "driver")}
    for row in db.session.scalars(select(Response)):
        which, month = band(row.score), row.day.replace(day=1)
        own = [getattr(row, one.column) for one in FIXED.values() if one.column]
        labels = [label for label in own if label] + (row.segments or [])
        for label in (company, *labels):
            found["label"][label, row.day, which] += 1
            for driver, rating in (row.drivers or {}).items():
                for name, amount in (("n", 1), ("total", rating), ("squares", rating * rating)):
                    found["driver"][label, month, int(driver), name] += amount
        if row.person_id:
            found["day"][row.person_id, row.day, which] += 1
            found["month"][row.person_id, month, which] += 1
        for one, other in combinations(sorted(labels, key=dimension.__getitem__), 2):
            found["pair"][one, dimension[other], month, other, which] += 1
    return found


def kept() -> dict[str, Counter[Any]]:
    """The same from the tables."""
    tables = {
        "label": (LabelDay, ("label_id", "day")),
        "day": (PersonDay, ("person_id", "day")),
        "month": (PersonMonth, ("person_id", "month")),
        "pair": (PairMonth, ("first_id", "second_dimension_id", "month", "second_id")),
        "driver": (DriverMonth, ("label_id", "month", "driver_id")),
    }
    found = {}
    for name, (model, keys) in tables.items():
        sums = {"n": "n", "total": "total", "squares": "squares"} if name == "driver" else {b: f"{b}s" for b in BANDS}
        rows = list(db.session.scalars(select(model)))
        assert all(any(getattr(row, column) for column in sums.values()) for row in rows), f"an empty row in {name}"
        found[name] = Counter(
            {
                (*(getattr(row, key) for key in keys), said): getattr(row, column)
                for row in rows
                for said, column in sums.items()
                if getattr(row, column)
            }
        )
    return found


def check() -> None:
    db.session.expire_all()
    assert kept() == {name: +counter for name, counter in recount().items()}


def empty() -> None:
    for model in WRITTEN:
        db.session.execute(delete(model))
    db.session.commit()


def said_of(response: Response) -> tuple[Any, ...]:
    return response.external_id, response.version, response.score


def test_tallies_equal_a_recount_after_any_history(app):
    people = [make_person(manager=make_person()), make_person()]

    def run(history: list[Any]) -> None:
        empty()
        source, batch = operations.source_named("test", now=NOW), []
        versions: dict[str, int] = {}
        for number, step in enumerate(history):
            if step == "erase C1":
                operations.erase_customer("C1", None, NOW)
            elif step == "again":
                again = operations.record(source, batch, NOW)
                assert {judged.outcome for judged in again.outcomes} <= {Outcome.UNCHANGED, Outcome.SUPERSEDED}
            else:
                batch = [
                    Given(
                        external_id=ref,
                        employee="" if who is None else people[who].employee_id,
                        contact=Contact(name="Someone") if facts["customer_key"] else None,
                        **facts,
                    )
                    for ref, who, facts in step
                ]
                told = operations.record(source, batch, NOW + timedelta(minutes=number))
                for one, judged in zip(batch, told.outcomes, strict=True):
                    if judged.outcome in {Outcome.ADDED, Outcome.CORRECTED}:
                        versions[one.external_id] = versions.get(one.external_id, 0) + 1
            db.session.commit()
            check()
        present = {row.external_id: row.version for row in db.session.scalars(select(Response))}
        assert present == versions
        older = db.session.scalar(select(func.count()).select_from(ResponseVersion))
        assert older == sum(versions.values()) - len(versions)  # every earlier version is there
        before = kept()
        operations.rebuild_tallies()
        db.session.commit()
        assert kept() == before

    settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)(
        given(steps)(run)
    )()


def test_a_tally_that_went_wrong_is_put_right_by_counting_anew(app):
    person = make_person()
    operations.record(
        operations.source_named("test", now=NOW),
        [Given(external_id="1", score=9, responded_at=NOW, employee=person.employee_id, drivers={"Speed": 4})],
        NOW,
    )
    db.session.execute(delete(LabelDay))
    db.session.add(PersonDay(person_id=person.id, day=NOW.date() - timedelta(days=9), promoters=7))
    db.session.commit()
    assert operations.rebuild_tallies() == 1
    db.session.commit()
    check()


def test_the_recount_by_hand_can_tell_a_difference(app):
    operations.record(
        operations.source_named("test", now=NOW), [Given(external_id="1", score=9, responded_at=NOW)], NOW
    )
    db.session.commit()
    check()
    db.session.scalars(select(LabelDay)).one().promoters = 2
    db.session.commit()
    assert kept() != {name: +counter for name, counter in recount().items()}


def test_every_table_that_responses_fill_is_emptied_between_histories():
    """A new table of responses has to be named above, or one history would meet what another left."""
    unwritten = {Dimension, Driver, Label}
    prefix = {"nps_source", "nps_mapping", "nps_import_run", "nps_api_token", "nps_api_call", "nps_webhook_delivery"}
    prefix |= {"nps_survey_invitations", "nps_emerging_topic"}
    tables = {name for name in Base.metadata.tables if name.startswith("nps_")} - prefix
    assert tables == {model.__tablename__ for model in (*WRITTEN, *unwritten)}
