"""How far coaching reaches: what is counted, who sees it, and that no rating can be told."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from app.accounts.models import Person
from app.coaching.models import Cadence, SessionRating
from app.coaching.queries import coverage
from app.coaching.rules.coverage import Figures, last_days
from app.core import clock
from app.core.db import db
from tests.coaching.build import session_of
from tests.factories import make_person, sign_in
from tests.nps.build import company_of


def now():
    return clock.now()


def period(days=90):
    return last_days(days, clock.today_in("", now()), clock.zone_of(""))


def held(person, lead, days=1, *, answered=False, rating=None):
    at = now() - timedelta(days=days)
    answer = {"answer": "agrees", "answered_at": at} if answered or rating else {}
    session = session_of(person, lead, at=at, state="held", held_at=at, **answer)
    if rating:
        db.session.add(SessionRating(session_id=session.id, supervisor_id=lead.id, rating=rating))
        db.session.commit()
    return session


def here_since(days, *people):
    for one in people:
        one.created_at = now() - timedelta(days=days)
    db.session.commit()


def figures(lead, days=90):
    lines = coverage.all_lines(lead, period(days), now(), everyone=False)
    return next(line.figures for line in lines if line.supervisor.id == lead.id)


class TestFigures:
    def test_sessions_are_counted_by_what_became_of_them(self, app):
        lead, (anna, bert, *_) = company_of(3)
        session_of(anna, lead, at=now() - timedelta(days=5))  # its day went by
        session_of(anna, lead, at=now() + timedelta(days=5))  # not of the period
        session_of(anna, lead, at=now() - timedelta(days=5), state="cancelled")
        held(anna, lead, 6)
        held(anna, lead, 8)
        held(bert, lead, 20, answered=True)
        held(bert, lead, 100)
        found = figures(lead)
        assert (found.people, found.planned, found.held, found.attested, found.unanswered) == (3, 4, 3, 1, 1)
        assert figures(lead, 365).held == 4
        assert figures(lead, 30).held == 3

    def test_coverage_is_the_share_of_people_met_as_often_as_the_cadence_asks(self, app):
        lead, (anna, bert, cleo, dora, ed) = company_of(5)
        here_since(400, anna, bert, cleo)
        here_since(60, dora)  # two whole cadences of four weeks
        here_since(20, ed)  # not one
        for days in (1, 30, 60):
            held(anna, lead, days)  # three in twelve weeks
        for days in (1, 30, 86):
            held(bert, lead, days)  # two: the last lies before them
        for days in (1, 40):
            held(dora, lead, days)
        held(ed, lead)
        found = figures(lead)
        assert (found.people, found.due, found.covered) == (5, 4, 2)  # Anna and Dora
        db.session.add(Cadence(job_role="Agent", weeks=12, set_at=now()))
        db.session.add(Cadence(job_role="", weeks=1, set_at=now()))
        db.session.commit()
        found = figures(lead, 30)  # shorter than the cadence: one within it
        assert (found.due, found.covered) == (3, 2)

    def test_who_was_hired_later_than_added_is_new_from_then(self, app):
        lead, (anna,) = company_of(1)
        here_since(400, anna)
        assert figures(lead).due == 1
        anna.hire_date = clock.today_in("", now()) - timedelta(days=10)
        db.session.commit()
        assert figures(lead).due == 0
        anna.hire_date = date(1999, 1, 1)
        db.session.commit()
        assert figures(lead).due == 1

    def test_totals_are_the_sum_of_the_rows(self, app):
        top = make_person(roles=("hr",))
        for size in (1, 3):
            lead, people = company_of(size, manager=top)
            here_since(100, *people)
            for one in people:
                held(one, lead, answered=True)
        found = coverage.totals(top, period(), now(), everyone=True)
        lines = list(coverage.all_lines(top, period(), now(), everyone=True))
        assert len(lines) == 3
        for name in ("people", "due", "covered", "planned", "held", "attested", "unanswered", "ratings"):
            assert getattr(found, name) == sum(getattr(line.figures, name) for line in lines)
        assert (found.held, found.attested, found.mean) == (4, 4, None)

    def test_nothing_at_all_is_nothing(self, app):
        viewer = make_person(roles=("executive",))
        assert coverage.totals(viewer, period(), now(), everyone=True) == Figures()


class TestRatings:
    def test_fewer_than_five_are_not_shown(self, app):
        lead, (anna,) = company_of(1)
        for day in range(1, 5):
            held(anna, lead, day, rating=1)
        assert (figures(lead).ratings, figures(lead).mean) == (0, None)
        assert coverage.totals(lead, period(), now(), everyone=False).mean is None
        held(anna, lead, 5, rating=5)
        assert (figures(lead).ratings, figures(lead).mean) == (5, 1.8)
        assert coverage.totals(lead, period(), now(), everyone=False).mean == 1.8

    def test_a_sixth_changes_nothing_until_there_are_ten(self, app):
        lead, (anna,) = company_of(1)
        for day in range(10, 5, -1):
            held(anna, lead, day, rating=2)
        for day in range(5, 1, -1):
            held(anna, lead, day, rating=5)
            assert (figures(lead).ratings, figures(lead).mean) == (5, 2.0)
        held(anna, lead, 1, rating=5)
        assert (figures(lead).ratings, figures(lead).mean) == (10, 3.5)

    def test_neither_the_total_nor_the_period_gives_away_what_a_row_hides(self, app):
        top = make_person(roles=("hr",))
        (first, (anna,)), (second, (bert,)) = company_of(1, manager=top), company_of(1, manager=top)
        for day in range(1, 6):
            held(anna, first, 20 * day, rating=4)
        for day in range(1, 5):
            held(bert, second, day, rating=1)
        found = coverage.totals(top, period(), now(), everyone=True)
        assert (found.ratings, found.mean) == (5, 4.0)
        assert figures(first, 30).mean == figures(first, 365).mean == 4.0

    def test_the_mean_is_of_the_newest_twenty(self, app):
        lead, (anna,) = company_of(1)
        sessions = [held(anna, lead, 40 - n, answered=True) for n in range(25)]
        for n, session in enumerate(sessions):
            db.session.add(SessionRating(session_id=session.id, supervisor_id=lead.id, rating=1 if n < 5 else 4))
        db.session.commit()
        assert (figures(lead).ratings, figures(lead).mean) == (20, 4.0)


@pytest.mark.sqlite_only
class TestPages:
    def page(self, app, viewer, query=""):
        client = sign_in(app.test_client(), db.session.get(Person, viewer.id))
        return client.get(f"/coaching/coverage{query}")

    def rows(self, text):
        return re.findall(r'<th scope="row">([^<]+)<', text)

    def test_a_supervisor_sees_those_below_and_roles_see_all(self, app):
        top = make_person(given_name="Tara", family_name="Top")
        lead, (anna,) = company_of(1, manager=top)
        other, _ = company_of(1)
        other.family_name = "Other"
        db.session.commit()
        text = self.page(app, top).text
        assert self.rows(text) == ["Lena Lead", "Tara Top"]
        assert self.rows(self.page(app, lead).text) == ["Lena Lead"]
        for role in ("hr", "champion", "executive"):
            text = self.page(app, make_person(roles=(role,))).text
            assert self.rows(text) == ["Lena Lead", "Lena Other", "Tara Top"]
        assert self.page(app, anna).status_code == 403
        assert self.page(app, make_person(roles=("administrator",))).status_code == 403

    def test_it_names_nobody_who_is_coached(self, app):
        lead, (anna,) = company_of(1)
        session_of(anna, lead, at=now() - timedelta(days=9), goal="Secret", state="held", held_at=now())
        for path in ("", ".csv"):
            text = self.page(app, lead, path).text
            assert anna.family_name not in text
            assert "Secret" not in text
        assert "shown from five ratings on" in self.page(app, lead).text

    def test_the_file_holds_the_same_figures(self, app):
        lead, (anna,) = company_of(1)
        here_since(400, anna)
        for day in (1, 30, 60):
            held(anna, lead, day, rating=3)
        for day in (70, 71):
            held(anna, lead, day, rating=4)
        answer = self.page(app, lead, ".csv?days=90")
        header, row = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        assert header[0] == "Supervisor"
        assert row[:3] == ["Lena Lead", lead.employee_id, "Support"]
        assert row[3:] == ["1", "1", "1", "5", "5", "5", "0", "5", "3.4"]
        shown = self.page(app, lead, "?days=90").text
        assert "1 of 1 person was met as often" in shown
        assert "3.4" in shown

    def test_empty_and_odd_addresses(self, app):
        hr = make_person(roles=("hr",))
        assert "No supervisor to show" in self.page(app, hr).text
        assert self.page(app, hr, ".csv").text.count("\n") == 1
        company_of(1)
        text = self.page(app, hr, "?days=1000000000000&sort=x&after=%00").text
        assert '<option selected value="90">' in text
        assert "Nobody has been here for a whole cadence yet" in text

    def test_it_costs_the_same_for_one_and_for_fifty_supervisors(self, app, count_statements):
        found = []
        viewer = make_person(roles=("hr",))
        client = sign_in(app.test_client(), db.session.get(Person, viewer.id))
        for size in (1, 49):
            for _ in range(size):
                lead, people = company_of(1)
                held(people[0], lead, answered=True)
            client.get("/coaching/coverage")
            with count_statements() as seen:
                assert client.get("/coaching/coverage").status_code == 200
            found.append(len(seen))
        assert found[0] == found[1]
