"""The pages' analyses find in the loaded responses what was planted there (app/demo/truth.py)."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.queries import find_by_email
from app.core.db import db
from app.core.sentiment import Tone, tone_of
from app.demo import company, customers, loading, responses, truth
from app.demo.truth import DRIVERS
from app.nps.models import (
    CustomerContact,
    Dimension,
    Driver,
    EmergingTopic,
    Label,
    Response,
    ResponseSegment,
    ResponseVersion,
    Source,
    SurveyInvitations,
)
from app.nps.queries import breakdowns, comments, counts, drivers, subjects
from app.nps.queries.headline import emerging_terms
from app.nps.queries.score_pages import rate_of
from app.nps.queries.trends import Step, trend_of
from app.nps.rules import (
    ENOUGH,
    Period,
    band,
    compare,
    funnel_limits,
    last_days,
    last_months,
    score,
    shrink,
    topics,
)
from tests.demo.conftest import NOW, PEOPLE, RESPONSES
from tests.factories import make_person

TODAY = NOW.date()
YEAR = last_months(12, TODAY)
NAMES = [driver.name for driver in DRIVERS]


def dimension(key: str) -> Any:
    return next(row for row in subjects.dimensions() if row.key == key)


def label(key: str, name: str) -> subjects.Subject:
    return next(found for found in subjects.labels_of(key) if found.name == name)


def team_labels(staff: list[company.Employee]) -> dict[str, str]:
    """Names of the planted teams' labels."""
    by_number = {person.number: person for person in staff}
    planted = customers.planted(staff)
    return {
        "strong": f"{by_number[planted.strong or 0].name}’s team",
        "weak": f"{by_number[planted.weak or 0].name}’s team",
    }


@pytest.fixture(scope="module")
def planted() -> dict[str, str]:
    return team_labels(company.build(PEOPLE, 7, TODAY))


def whole() -> subjects.Subject:
    found = subjects.company()
    assert found is not None
    return found


@pytest.mark.sqlite_only  # what was planted is the same on either engine
@pytest.mark.parametrize("period", [last_days(90, TODAY), YEAR])
def test_the_importance_of_the_drivers_comes_out_in_order(demo: Any, period: Period) -> None:
    analysis = drivers.analysis(whole(), period)
    found = analysis.found
    assert found is not None
    shares = dict(zip(found.names, found.shares, strict=True))
    assert sorted(NAMES, key=lambda name: -shares[name])[:2] == [
        "Solved at the first contact",
        "Reached someone quickly",
    ]
    assert shares["Kind and attentive"] < 0.1
    means = {rated.driver.name: rated.mean.mean for rated in analysis.rated}
    assert max(means, key=means.get) == "Kind and attentive"
    assert min(means, key=means.get) == "Reached someone quickly"
    assert not found.warnings
    assert not analysis.left_out


def test_being_reached_is_what_moved_support(demo: Any) -> None:
    since = TODAY - timedelta(days=truth.IMPROVED_DAYS_AGO)
    analysis = drivers.analysis(label("department", "Support"), Period(since, TODAY))
    moved = drivers.what_moved(analysis, Period(since - timedelta(days=300), since - timedelta(days=1)))
    assert moved is not None
    first, *others = moved.contributions
    assert first.name == "Reached someone quickly"
    assert first.certain
    assert first.points > 10
    assert all(abs(other.points) < first.points / 2 for other in others)


def test_knowing_the_trade_and_solving_are_what_moved_stores(demo: Any) -> None:
    lately = last_days(90, TODAY)
    analysis = drivers.analysis(label("department", "Stores"), lately)
    moved = drivers.what_moved(analysis, Period(lately.first - timedelta(days=365), lately.first - timedelta(days=1)))
    assert moved is not None
    down = {one.name for one in moved.contributions if one.certain and one.points < 0}
    assert {"Staff knew their trade", "Solved at the first contact"} & down
    assert "Kind and attentive" not in down


@pytest.mark.parametrize(("period", "others"), [(last_days(90, TODAY), 1), (YEAR, 0), (last_days(729, TODAY), 0)])
def test_the_planted_teams_are_the_ones_outside_the_funnel(
    demo: Any, planted: dict[str, str], period: Period, others: int
) -> None:
    company_counts = counts.of_company(period)
    outside = {}
    for row, cells in counts.by_label(dimension("team").id, period):
        limits = funnel_limits(company_counts.share("promoter"), company_counts.share("detractor"), cells.n)
        if limits.outside(score(*cells).nps):
            outside[row.name] = "above" if score(*cells).nps > limits.target else "below"
    assert outside.pop(planted["strong"]) == "above"
    assert outside.pop(planted["weak"]) == "below"
    assert len(outside) <= others


def test_pulled_towards_each_other_the_planted_teams_are_still_first_and_last(
    demo: Any, planted: dict[str, str]
) -> None:
    found = counts.by_label(dimension("team").id, YEAR)
    estimates = shrink([score(*cells) for _, cells in found])
    ranked = sorted(zip(estimates, found, strict=True), key=lambda pair: pair[0].estimate)
    names = [row.name for _, (row, _) in ranked]
    assert (names[0], names[-1]) == (planted["weak"], planted["strong"])


def test_the_page_of_teams_says_so_in_words(demo: Any, planted: dict[str, str]) -> None:
    found = breakdowns.breakdown(dimension("team"), YEAR)
    assert planted["strong"] in [row.name for row in found.standing(breakdowns.Stands.ABOVE)]
    assert planted["weak"] in [row.name for row in found.standing(breakdowns.Stands.BELOW)]


def test_the_trend_of_support_marks_the_better_rota(demo: Any) -> None:
    support = label("department", "Support")
    changed = [point for point in trend_of(support, last_days(700, TODAY), TODAY, Step.ROLLING).points if point.changed]
    since = TODAY - timedelta(days=truth.IMPROVED_DAYS_AGO)
    ups = [point for point in changed if point.before and point.before.difference > 0]
    assert [point for point in ups if since <= point.start <= since + timedelta(days=100)]
    assert not [point for point in changed if point.start < since - timedelta(days=30)]


def test_a_comparison_sees_support_up_and_stores_down_and_others_as_they_were(demo: Any) -> None:
    def change(department: str, days: int) -> Any:
        first = TODAY - timedelta(days=days)
        subject = label("department", department)
        after = counts.total(subject, Period(first, TODAY))
        return compare(after, counts.total(subject, Period(date(2024, 3, 1), first - timedelta(days=1))))

    up, down = change("Support", truth.IMPROVED_DAYS_AGO), change("Stores", truth.DIPPED_DAYS_AGO)
    assert up.significant
    assert up.difference > 10
    assert down.significant
    assert down.difference < -8
    assert not change("Sales", truth.IMPROVED_DAYS_AGO).significant


def champion() -> Person:
    found = find_by_email(f"champion@{company.DOMAIN}")
    assert found is not None
    return found


def wanted(**narrowed: Any) -> comments.Wanted:
    return comments.Wanted((whole(),), YEAR, **narrowed)


def test_the_trouble_with_the_app_is_an_emerging_topic(demo: Any) -> None:
    found = {topic.term: topic for topic in db.session.scalars(select(EmergingTopic))}
    assert "pairing" in found
    assert any("app" in term.split() for term in found)
    assert found["pairing"].before == 0
    assert len(found) <= 5
    assert set(emerging_terms(3)) & {"pairing", "app", "new app", "app update"}


def test_every_comment_was_read_and_sounds_like_its_score(demo: Any) -> None:
    read = db.session.execute(select(Response.score, Response.sentiment).where(Response.comment.is_not(None))).all()
    assert len(read) > 0.4 * RESPONSES
    tones = {low: [tone_of(row.sentiment) for row in read if low <= row.score < low + 2] for low in (9, 5)}
    assert tones[9].count(Tone.POSITIVE) > 0.7 * len(tones[9])
    assert tones[5].count(Tone.NEGATIVE) > 0.7 * len(tones[5])


def test_what_promoters_and_detractors_write_is_told_apart(demo: Any) -> None:
    said = [(band(row.score), row.comment) for row in comments.said_lately(wanted(), champion())]
    found = topics(said, most=20)
    liked, disliked = ({topic.term for topic in side} for side in (found.promoters, found.detractors))
    assert {"great", "thank", "friendly"} & liked
    assert {"annoying", "hour", "weeks", "lost", "queue"} & disliked
    assert not liked & disliked


def test_a_search_finds_the_app(demo: Any) -> None:
    page = comments.newest(wanted(words="pairing"), champion(), {})
    assert len(page.rows) >= 5
    assert all("pairing" in row.comment.lower() for row in page.rows)


def test_the_sign_ins_see_plausible_numbers(demo: Any) -> None:
    people = {
        row.email.split("@")[0]: row.id
        for row in db.session.execute(select(Person.id, Person.email).where(Person.email.in_(responses._PARTS)))
    }
    supervisor = db.session.get_one(Person, people["supervisor"])
    agent = db.session.get_one(Person, people["agent"])
    whole = Period(date(2024, 3, 1), TODAY)
    assert counts.total(subjects.people_below(supervisor), whole).n >= 300
    assert 20 <= counts.total(subjects.person(agent), whole).n < ENOUGH
    newhire = db.session.get_one(Person, people["newhire"])
    assert counts.total(subjects.person(newhire), whole).n == 0


def test_the_response_rate_is_known_for_surveys_and_the_company(demo: Any) -> None:
    for subject in (whole(), label("survey", truth.AFTER_CONTACT), label("survey", truth.RELATIONSHIP)):
        known = rate_of(subject, YEAR)
        assert known is not None
        assert 18 < known.rate.percent < 31
    months = db.session.scalars(select(SurveyInvitations.month)).all()
    assert min(months) >= date(2024, 3, 1)


def test_everything_asked_for_is_there(demo: Any) -> None:
    number = db.session.scalar(select(func.count()).select_from(Response)) or 0
    assert number == pytest.approx(RESPONSES, rel=0.03)
    assert counts.of_company(Period(date(2024, 1, 1), TODAY)).n == number
    assert 25 <= score(*counts.of_company(Period(date(2024, 1, 1), TODAY))).nps <= 35
    dimensions = {row.key for row in subjects.dimensions()}
    segments = {"segment.region", "segment.product"}
    assert dimensions == {"department", "team", "touchpoint", "channel", "survey", "tier"} | segments
    assert set(db.session.scalars(select(Source.slug))) == {"after-contact", "relationship"}
    assert set(db.session.scalars(select(Driver.name))) == set(NAMES)
    assert set(db.session.execute(select(Driver.low, Driver.high))) == {(1, 5)}
    for model in (ResponseVersion, ResponseSegment, CustomerContact):
        assert db.session.scalar(select(func.count()).select_from(model))
    versions = Counter(db.session.scalars(select(Response.version)))
    assert set(versions) == {1, 2}
    assert 5 <= versions[2] <= 60
    assert db.session.scalar(select(func.max(Response.responded_at))) < NOW


def test_departments_are_those_of_the_company(demo: Any) -> None:
    served = {name for name, _ in truth.TRADES.items()}
    assert {found.name for found in subjects.labels_of("department")} == served
    led = db.session.execute(
        select(Label.name, Person.given_name, Person.family_name)
        .join(Person, Person.id == Label.lead_id)
        .join(Dimension, Dimension.id == Label.dimension_id)
        .where(Dimension.key == "team")
    ).all()
    assert len(led) == 11
    assert all(row.name == f"{row.given_name} {row.family_name}’s team" for row in led)


def test_a_demo_without_responses_gets_them_and_only_once(app: Any) -> None:
    loading.load(60, 7, NOW - timedelta(days=30), count=0)
    assert responses.there_are_none()
    hired = {row.id: row.hire_date for row in db.session.execute(select(Person.id, Person.hire_date))}
    assert loading.add_responses(7, NOW, 400) == pytest.approx(400, abs=20)
    assert loading.add_responses(7, NOW, 400) == 0
    served = db.session.execute(select(Response.person_id, Response.day).where(Response.person_id.is_not(None))).all()
    assert served
    assert all(row.day >= hired[row.person_id] + timedelta(days=truth.IN_TRAINING) for row in served)


def test_a_database_of_other_people_gets_none(app: Any) -> None:
    for number in range(5):
        make_person(employee_id=f"LK00000{number}", manager=None)
    assert loading.add_responses(7, NOW) == 0
    assert responses.there_are_none()


@pytest.mark.sqlite_only
def test_people_who_came_or_moved_since_do_not_stand_in_the_way(app: Any) -> None:
    loading.load(60, 7, NOW, count=0)
    moved = db.session.scalars(select(Person).where(Person.job_role == "Support agent")).all()
    moved[0].location, moved[1].department, moved[2].hire_date = "Elsewhere", "Technology", None
    make_person(email=f"someone@{company.DOMAIN}")
    assert loading.add_responses(7, NOW, 200) == pytest.approx(200, abs=20)
    rated_people = set(db.session.scalars(select(Response.person_id)))
    assert not {person.id for person in moved[:3]} & rated_people


def test_what_was_asked_for_can_be_nothing(app: Any) -> None:
    assert loading.load(60, 7, NOW, count=0).responses == 0
    assert responses.there_are_none()
