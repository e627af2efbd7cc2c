"""What the tallies add up to, against a count of the responses themselves."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import ReportingLine
from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps.models import Response, SurveyInvitations
from app.nps.queries import breakdowns, counts, people_below, score_pages, subjects, trends
from app.nps.queries.trends import Step
from app.nps.rules import Counts, Period, compare, count_bands, month_of, named, score, shrink
from tests.factories import make_person
from tests.nps.build import company_of, given, keep, plant

DAY = date(2025, 3, 10)
QUARTER = named("2025-Q1", DAY)
PERIODS = ("2025-Q1", "2025-03", "2025", "2025-03-10..2025-03-10", "2025-02-20..2025-03-09", "2025-01-15..2025-03-20")
SCORES = (0, 6, 7, 8, 9, 10, 10)


def the_period(key):
    return named(key, DAY)


def recount(period, people=None):
    """Bands of the responses of a period, one by one."""
    rows = db.session.execute(select(Response.score, Response.person_id, Response.day))
    return count_bands(row.score for row in rows if row.day in period and (people is None or row.person_id in people))


@pytest.fixture
def scene(app):
    """A lead with a team lead and two agents below; 90 days of answers about each of them, and some about nobody."""
    lead, (first, second) = company_of(2)
    with writing():
        set_manager(second, first, clock.now())
        db.session.commit()
    outsider = make_person()
    served = [first, second, outsider, None]
    start = date(2024, 12, 20)
    keep(
        *(
            given(
                SCORES[i % 7], day=start + timedelta(days=i), person=served[i % 4], touchpoint=("Phone", "Chat")[i % 2]
            )
            for i in range(100)
        )
    )
    return lead, first, second, outsider


class TestTotals:
    def test_of_every_kind_agree_with_a_recount(self, scene):
        lead, first, second, _ = scene
        tree = {first.id, second.id}
        for period in map(the_period, PERIODS):
            assert counts.total(subjects.company(), period) == counts.of_company(period) == recount(period)
            assert counts.total(subjects.person(second), period) == recount(period, {second.id})
            assert counts.total(subjects.people_below(lead), period) == recount(period, tree)
            assert counts.by_report([first.id, second.id], period) == {
                first.id: recount(period, tree),
                second.id: recount(period, {second.id}),
            }

    def test_labels_add_up_to_the_company(self, scene):
        dimension = next(one for one in subjects.dimensions() if one.key == "touchpoint")
        found = counts.by_label(dimension.id, QUARTER)
        assert {row.name for row, _ in found} == {"Phone", "Chat"}
        assert found[0][1] + found[1][1] == recount(QUARTER)

    def test_a_period_without_responses_is_empty(self, scene):
        lead, *_ = scene
        period = the_period("2020")
        assert counts.total(subjects.company(), period) == Counts()
        assert counts.total(subjects.people_below(lead), period) == Counts()

    def test_a_month_is_counted_from_the_tally_of_months_and_its_ends_by_days(self, scene, count_statements):
        tree = subjects.people_below(scene[0])
        with count_statements() as seen:
            counts.total(tree, the_period("2025-01-15..2025-03-20"))
        assert len(seen) == 1
        assert "nps_person_month" in seen[0]
        assert "nps_person_day" in seen[0]
        assert "nps_response" not in seen[0]


class TestOverTime:
    def test_days_and_months_agree_with_a_recount(self, scene):
        lead, first, second, _ = scene
        tree = subjects.people_below(lead)
        days = counts.by_day(tree, QUARTER)
        assert all(cell == recount(Period(day, day), {first.id, second.id}) for day, cell in days.items())
        months = counts.by_month(tree, QUARTER)
        assert months == {
            part.first: recount(part, {first.id, second.id}) for part in (month_of(day) for day in months)
        }
        assert counts.months_by_report([first.id], QUARTER)[first.id] == months

    @pytest.mark.parametrize("step", list(Step))
    def test_a_trend_ends_with_the_period_and_holds_its_responses(self, scene, step):
        period = the_period("2025-01-06..2025-03-23")  # from a Monday to a Sunday
        trend = trends.trend_of(subjects.company(), period, date(2025, 6, 1), step)
        if step is Step.ROLLING:
            assert trend.points[-1].counts == recount(Period(period.last - timedelta(days=89), period.last))
        elif step is Step.WEEKS:
            assert trend.points[-1].start == date(2025, 3, 17)
            assert trend.points[-1].counts == recount(Period(date(2025, 3, 17), period.last))
        else:
            assert trend.points[-1].counts == recount(month_of(date(2025, 2, 1)))  # of March too little was told
        assert trend.last == period.last

    def test_a_month_that_is_cut_is_left_out_until_it_has_enough(self, app):
        today = date(2025, 4, 10)
        plant(40, day=date(2025, 3, 5))
        plant(29, day=date(2025, 4, 5))
        company = subjects.company()
        assert [p.label for p in trends.trend_of(company, the_period("2025"), today, Step.MONTHS).points] == [
            "Mar 2025"
        ]
        plant(1, day=date(2025, 4, 5))
        shown = trends.trend_of(company, the_period("2025"), today, Step.MONTHS).points
        assert [p.label for p in shown] == ["Mar 2025", "Apr 2025"]

    def test_a_large_tree_has_months_only(self, scene, monkeypatch):
        lead, first, second, _ = scene
        monkeypatch.setattr(trends, "LARGE_TREE", 1)
        trend = trends.trend_of(subjects.people_below(lead), QUARTER, date(2025, 6, 1), Step.WEEKS)
        assert trend.step is Step.MONTHS
        assert trend.large_tree
        assert trend.steps == (Step.MONTHS,)
        assert trend.points[-1].counts == recount(month_of(QUARTER.last), {first.id, second.id})

    def test_the_usual_step_is_the_finest_that_can_be_judged(self):
        found = [trends.usual_step(*pair) for pair in ((30, 7), (29, 7), (90, 90), (89, 90), (0, 90))]
        assert found == [Step.WEEKS, Step.MONTHS, Step.MONTHS, Step.ROLLING, Step.ROLLING]

    def test_a_real_change_is_marked_where_it_happened(self, app):
        for month in (1, 2, 3):
            plant(50, 30, 20, day=date(2025, month, 10))
        plant(10, 30, 60, day=date(2025, 4, 10))
        points = trends.trend_of(subjects.company(), the_period("2025-04"), date(2025, 6, 1), Step.MONTHS).points
        assert [(point.label, point.changed) for point in points if point.changed] == [("Apr 2025", True)]


class TestEstimates:
    def test_a_few_responses_are_pulled_towards_those_of_all_people(self, app):
        people = [make_person() for _ in range(4)]
        cells = [(5, 3, 2), (40, 10, 10), (20, 10, 30), (30, 20, 10)]
        for person, cell in zip(people, cells, strict=True):
            plant(*cell, day=DAY, person=person)
        found = score_pages.scored(subjects.person(people[0]), QUARTER, None)
        ids = sorted(person.id for person in people)
        expected = dict(zip(ids, shrink([score(*cells[[p.id for p in people].index(i)]) for i in ids]), strict=True))
        assert found.shrunk.estimate == pytest.approx(expected[people[0].id].estimate)
        assert not found.enough
        assert found.score.missing_to_judge == 20

    def test_nobody_to_be_set_against_means_no_estimate(self, app):
        person = make_person()
        plant(5, 3, 2, day=DAY, person=person)
        assert score_pages.scored(subjects.person(person), QUARTER, None).shrunk is None

    def test_a_label_with_enough_responses_stands_for_itself(self, app):
        plant(20, 5, 5, day=DAY, touchpoint="Phone")
        plant(10, 10, 9, day=DAY, touchpoint="Chat")
        phone, chat = (
            next(one for one in subjects.labels_of("touchpoint") if one.name == n) for n in ("Phone", "Chat")
        )
        assert score_pages.scored(phone, QUARTER, None).shrunk is None
        assert score_pages.scored(chat, QUARTER, None).shrunk is not None

    def test_the_sample_of_many_is_bounded_and_the_same_each_time(self, app, monkeypatch):
        monkeypatch.setattr(counts, "SAMPLE", 3)
        people = [make_person() for _ in range(6)]
        for person in people:
            plant(1, day=DAY, person=person, touchpoint=f"Place {person.id}")
        chosen = counts.some_people(QUARTER)
        assert len(chosen) == 3
        assert chosen == counts.some_people(QUARTER)
        assert len(counts.some_labels("touchpoint", QUARTER)) == 3

    def test_the_list_of_a_team_says_what_the_page_of_each_says(self, app):
        lead, people = company_of(5)
        for i, person in enumerate(people):
            plant(20 + 3 * i, 10, 10, day=DAY, person=person)
        page = people_below.direct_reports(lead.id, {})
        listed = {line.person.id: line.estimate.estimate for line in people_below.lines(page, QUARTER)}
        alone = {p.id: score_pages.scored(subjects.person(p), QUARTER, None).shrunk.estimate for p in people}
        assert listed == pytest.approx(alone)


class TestComparisons:
    @pytest.mark.parametrize(("n", "compared"), [(29, False), (30, True), (31, True)])
    def test_two_periods_are_compared_from_30_responses_in_each(self, app, n, compared):
        plant(n, day=date(2025, 1, 10))
        plant(20, 10, 10, day=DAY)
        january, march = the_period("2025-01"), the_period("2025-03")
        for now, then in ((january, march), (march, january)):
            against = score_pages.scored(subjects.company(), now, then).against
            assert (against.comparison is not None) is compared

    def test_periods_that_share_days_are_not_compared(self, app):
        plant(40, day=DAY)
        against = score_pages.scored(subjects.company(), QUARTER, the_period("2025-03")).against
        assert against.overlaps
        assert against.comparison is None

    def test_the_rest_of_the_company_shares_no_answers_with_the_part(self, app):
        plant(50, 30, 20, day=DAY, touchpoint="Phone")
        plant(40, 30, 30, day=DAY, touchpoint="Chat")
        phone = next(one for one in subjects.labels_of("touchpoint") if one.name == "Phone")
        rest = score_pages.scored(phone, QUARTER, None).rest
        assert rest == compare((50, 30, 20), (40, 30, 30))
        assert rest.p == pytest.approx(0.0832, abs=1e-4)

    def test_a_rest_below_zero_is_not_compared(self):
        """As when part and whole are counted a moment apart."""
        assert score_pages.comparison(Counts(50, 30, 20), Counts(-1, 40, 40)) is None
        assert score_pages.comparison(Counts(50, 30, 20), Counts(0, 40, 40)) is not None

    def test_an_empty_period_knows_the_months_around_it(self, app):
        person = make_person()
        plant(1, day=date(2025, 1, 10), person=person)
        plant(1, day=date(2025, 5, 10), person=person)
        for subject in (subjects.company(), subjects.person(person)):
            around = score_pages.scored(subject, the_period("2025-03"), None).around
            assert [month.key for month in around] == ["2025-01", "2025-05"]
            assert [month.key for month in score_pages.scored(subject, the_period("2024"), None).around] == ["2025-01"]


class TestBreakdown:
    def touchpoints(self):
        return next(one for one in subjects.dimensions() if one.key == "touchpoint")

    def test_many_tests_at_once_raise_few_false_alarms(self, app):
        """One of twenty is beyond .05 on its own; with all twenty looked at, that is what chance does."""
        for i in range(19):
            plant(50, 30, 20, day=DAY, touchpoint=f"Place {i:02}")
        plant(61, 28, 11, day=DAY, touchpoint="Place 19")
        found = breakdowns.breakdown(self.touchpoints(), QUARTER)
        last = found.rows[-1]
        assert last.name == "Place 19"
        assert 0.0025 < last.rest.p < 0.05
        assert last.stands is breakdowns.Stands.LIKE

    def test_what_differs_is_called_above_or_below_the_rest(self, app):
        for i in range(5):
            plant(50, 30, 20, day=DAY, touchpoint=f"Place {i}")
        plant(90, 5, 5, day=DAY, touchpoint="Good place")
        plant(10, 30, 60, day=DAY, touchpoint="Bad place")
        plant(5, day=DAY, touchpoint="New place")
        found = breakdowns.breakdown(self.touchpoints(), QUARTER)
        stands = {row.name: row.stands.value for row in found.rows}
        assert stands["Good place"] == "above the rest"
        assert stands["Bad place"] == "below the rest"
        assert stands["New place"] == "not enough to judge"
        assert found.tested == 7
        assert found.row(found.rows[0].id).share == pytest.approx(100 / 705)

    def test_a_label_that_is_everything_has_nothing_to_be_compared_with(self, app):
        plant(50, 30, 20, day=DAY, touchpoint="Phone")
        found = breakdowns.breakdown(self.touchpoints(), QUARTER)
        assert [row.stands.value for row in found.rows] == ["nothing to compare with"]

    def test_pages_of_labels_hold_each_once_in_every_order(self, app):
        for i in range(7):
            plant(30 + i, i, 10 - i, day=DAY, touchpoint=f"Place {i}")
        plant(1, day=DAY, touchpoint="New place")
        rows = breakdowns.breakdown(self.touchpoints(), QUARTER).rows
        for sort in ("name", "-name", "n", "-n", "score", "-score"):
            seen, after = [], {}
            while True:
                page = breakdowns.sorted_page(rows, {"sort": sort, **after}, size=3)
                seen += [row.name for row in page.rows]
                if page.next_cursor is None:
                    break
                back = breakdowns.sorted_page(rows, {"sort": sort, "after": page.next_cursor}, size=3)
                assert breakdowns.sorted_page(rows, {"sort": sort, "before": back.previous_cursor}, size=3) == page
                after = {"after": page.next_cursor}
            assert sorted(seen) == sorted(row.name for row in rows)
            if "score" in sort:
                assert seen[-1] == "New place"  # no rank for what can't be judged


class TestResponseRate:
    def asked(self, survey, month, number):
        with writing():
            label = next(one for one in subjects.labels_of("survey") if one.name == survey)
            db.session.add(SurveyInvitations(survey_id=label.id, month=month, asked=number))
            db.session.commit()

    def test_is_known_for_a_survey_and_the_company_when_all_months_say_how_many_were_asked(self, app):
        plant(10, day=date(2025, 1, 10), survey="Calls")
        plant(20, day=date(2025, 2, 10), survey="Calls")
        company, quarter = subjects.company(), the_period("2025-01-01..2025-02-28")
        survey = subjects.labels_of("survey")[0]
        assert score_pages.rate_of(company, quarter) is None
        self.asked("Calls", date(2025, 1, 1), 100)
        assert score_pages.rate_of(survey, quarter) is None
        self.asked("Calls", date(2025, 2, 1), 100)
        for subject in (company, survey):
            known = score_pages.rate_of(subject, quarter)
            assert (known.rate.answered, known.rate.asked) == (30, 200)
        assert known.rate.low == pytest.approx(10.71, abs=0.01)
        assert known.rate.high == pytest.approx(20.6, abs=0.01)

    def test_counts_whole_months_only(self, app):
        plant(10, day=date(2025, 1, 10), survey="Calls")
        plant(20, day=date(2025, 2, 10), survey="Calls")
        self.asked("Calls", date(2025, 1, 1), 100)
        survey = subjects.labels_of("survey")[0]
        known = score_pages.rate_of(survey, the_period("2025-01-01..2025-02-20"))
        assert (known.rate.answered, known.months.key) == (10, "2025-01-01..2025-01-31")
        assert score_pages.rate_of(survey, the_period("2025-02-02..2025-02-20")) is None

    def test_of_the_company_is_unknown_while_some_responses_came_by_no_survey(self, app):
        plant(10, day=date(2025, 1, 10), survey="Calls")
        plant(1, day=date(2025, 1, 10))
        self.asked("Calls", date(2025, 1, 1), 100)
        assert score_pages.rate_of(subjects.company(), the_period("2025-01")) is None
        assert score_pages.rate_of(subjects.labels_of("survey")[0], the_period("2025-01")) is not None

    def test_more_answers_than_questions_are_no_rate(self, app):
        plant(10, day=date(2025, 1, 10), survey="Calls")
        self.asked("Calls", date(2025, 1, 1), 9)
        assert score_pages.rate_of(subjects.labels_of("survey")[0], the_period("2025-01")) is None


def test_the_number_below_counts_the_whole_tree(scene):
    lead, first, second, outsider = scene
    assert [counts.number_below(one.id) for one in (lead, first, second, outsider)] == [2, 1, 0, 0]
    assert db.session.scalar(select(ReportingLine.depth).where(ReportingLine.ancestor_id == lead.id).limit(1)) == 0
