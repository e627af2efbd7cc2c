"""Gaps: they open only when it is likely, both sides see the same reasons, and the past stays as it was measured."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.coaching.models import Agreement, Calibration, Gap
from app.coaching.operations.gaps import look_for_everybodys_gaps, look_for_gaps
from app.coaching.queries.standing import standing_of, standings
from app.coaching.rules.gaps import LIKELY, REACHED, Judgement, judge
from app.core import clock
from app.core.db import db
from app.core.measures import Known
from tests.coaching.build import behaviour, benchmark, observe, today
from tests.nps.build import company_of, plant


def known(probability_mean, n=5, missing=0):
    return Known(n=n, missing=missing, value=probability_mean, estimate=probability_mean, variance=1.0)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        (None, Judgement.NOTHING),
        (Known(), Judgement.NOTHING),
        (known(0.0, n=2, missing=1), Judgement.FEW),
        (known(3.0 - 0.8416 - 0.001), Judgement.GAP),  # a normal of variance 1 is 0.8416 below with probability .8
        (known(3.0 - 0.8416 + 0.001), Judgement.DOUBT),
        (known(3.0 - 0.001), Judgement.DOUBT),
        (known(3.0), Judgement.REACHED),
        (Known(value=0.0), Judgement.GAP),  # a fact is so or not
        (Known(value=3.0), Judgement.REACHED),
    ],
)
def test_what_may_be_said(what, expected):
    assert (LIKELY, REACHED) == (0.8, 0.5)
    assert judge(what, 3.0) is expected


def test_nobody_is_judged_by_what_observers_do_not_agree_on():
    assert judge(known(1.0), 3.0, blocked=True) is Judgement.UNCALIBRATED


def gaps_of(person):
    return db.session.scalars(select(Gap).where(Gap.person_id == person.id).order_by(Gap.id)).all()


def look(*people):
    look_for_gaps([person.id for person in people], clock.now())
    db.session.commit()


def line_of(person, metric):
    fresh = db.session.get(Person, person.id)
    return next(line for line in standing_of(fresh, today()) if line.measure.key == metric)


def test_three_observations_open_a_gap_and_better_ones_close_it(app):
    lead, (one, other) = company_of(2)
    empathy = behaviour("Shows empathy", target=3.5)
    metric = f"behaviour:{empathy.id}"
    for day in range(2):
        observe(one, lead, {empathy.id: 1}, on=today() - timedelta(days=day))
    look(one)
    assert gaps_of(one) == []
    assert line_of(one, metric).judgement is Judgement.FEW
    assert line_of(one, metric).known.missing == 1
    observe(one, lead, {empathy.id: 2})
    look(one, other)
    look(one)  # twice is harmless
    (gap,) = gaps_of(one)
    assert (gap.metric, gap.target, gap.n, gap.closed_on) == (metric, 3.5, 3, None)
    assert gap.probability > LIKELY
    assert gap.within > 0
    assert gaps_of(other) == []
    for _ in range(12):
        observe(one, lead, {empathy.id: 5})
    look(one)
    db.session.refresh(gap)
    assert (gap.closing, gap.closed_on) == ("reached", clock.today_in("", clock.now()))


def test_a_raised_benchmark_leaves_what_was_measured_before(app):
    lead, (one, _) = company_of(2)
    empathy = behaviour(target=3.0)
    metric = f"behaviour:{empathy.id}"
    for _ in range(4):
        observe(one, lead, {empathy.id: 1})
    look(one)
    benchmark(metric, 4.5, starts_on=today())
    look(one)
    (gap,) = gaps_of(one)
    assert gap.target == 3.0
    assert line_of(one, metric).held.target == 4.5


def test_a_gap_without_benchmark_or_evidence_is_withdrawn(app):
    lead, (one, two) = company_of(2)
    empathy, patience = behaviour(target=3.0), behaviour(target=3.0)
    seen = [observe(one, lead, {empathy.id: 1, patience.id: 1}) for _ in range(3)]
    look(one)
    assert len(gaps_of(one)) == 2
    benchmark(f"behaviour:{patience.id}", None, starts_on=today())
    seen[0].state = "struck"
    look(one, two)
    assert {gap.closing for gap in gaps_of(one)} == {"withdrawn"}


def test_a_behaviour_below_the_floor_of_agreement_opens_none(app):
    lead, (one, _) = company_of(2)
    empathy = behaviour(target=3.0)
    for _ in range(4):
        observe(one, lead, {empathy.id: 1})
    calibration = Calibration(
        token="c", title="Calls", opened_by_id=lead.id, opened_at=clock.now(), closes_on=today(), closed_at=clock.now()
    )
    db.session.add(calibration)
    db.session.flush()
    db.session.add(
        Agreement(
            calibration_id=calibration.id,
            behaviour_id=empathy.id,
            items=4,
            raters=3,
            icc=0.2,
            reached=False,
            closed_at=clock.now(),
        )
    )
    look(one)
    assert gaps_of(one) == []
    assert line_of(one, f"behaviour:{empathy.id}").judgement is Judgement.UNCALIBRATED


def test_customers_scores_open_a_gap_from_the_shrunken_estimate(app):
    _, people = company_of(6)
    benchmark("nps", 30.0)
    for number, person in enumerate(people):
        plant(*((5, 5, 40) if number == 0 else (35, 10, 5)), day=today() - timedelta(days=5), person=person)
    look(*people)
    assert [len(gaps_of(person)) for person in people] == [1, 0, 0, 0, 0, 0]
    (gap,) = gaps_of(people[0])
    assert gap.value == pytest.approx(-70)
    assert gap.value < gap.estimate < 30


def test_too_few_responses_say_how_many_are_missing(app):
    _, people = company_of(3)
    benchmark("nps", 30.0)
    for person in people:
        plant(0, 0, 12, day=today(), person=person)
    look(*people)
    assert gaps_of(people[0]) == []
    assert line_of(people[0], "nps").known.missing == 18


def test_everybody_is_looked_at_in_batches(app, monkeypatch):
    lead, people = company_of(5)
    empathy = behaviour(target=3.0)
    for person in people:
        for _ in range(3):
            observe(person, lead, {empathy.id: 1})
    after, rounds = 0, 0
    while (last := look_for_everybodys_gaps(after, clock.now())) is not None:
        after, rounds = last, rounds + 1
    db.session.commit()
    assert rounds == 1
    assert [len(gaps_of(person)) for person in people] == [1] * 5


def test_many_people_cost_as_many_statements_as_one(app, count_statements):
    lead, people = company_of(12)
    empathy = behaviour(target=3.0)
    benchmark("nps", 30.0)
    for person in people:
        observe(person, lead, {empathy.id: 2})
    loaded = [db.session.get(Person, person.id) for person in people]
    seen = []
    for some in (loaded[:1], loaded):
        with count_statements() as statements:
            assert len(standings(some, today())) == len(some)
        seen.append(len(statements))
    assert seen[0] == seen[1] < 14
