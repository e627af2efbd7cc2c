import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import deactivate, set_manager
from app.certification import queries
from app.certification.models import Certificate
from app.certification.rules import State
from app.core import clock
from app.core.db import db, writing
from tests.certification.build import COURSES, attempt, certify, complete, make_programme, read_lesson
from tests.factories import make_person, make_supervisor, sign_in

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only

DAY = timedelta(days=1)
REPORT = "/reports/certification"


@pytest.fixture
def terms(app):
    with writing():
        yield make_programme()


@pytest.fixture
def client(app, terms):
    return app.test_client()


def certified(days_ago=1, **values):
    """Someone with a certificate, and that certificate."""
    person = make_person(**values)
    certify(person.id, clock.now() - days_ago * DAY)
    db.session.commit()
    return person, db.session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))


def people_in(response):
    """Names in the table, in order."""
    return re.findall(r'<th scope="row"><a href="/people/\d+">([^<]+)</a>', response.text)


def file_of(response):
    return list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))


class TestMine:
    def test_signed_out_one_is_led_to_sign_in(self, client):
        response = client.get("/certificates")
        assert response.status_code == 302
        assert "/login?next=/certificates" in response.location

    def test_what_is_missing_is_listed_with_links(self, client):
        person = make_person()
        complete(person.id, "first")
        db.session.commit()
        page = sign_in(client, person).get("/certificates")
        assert "What is missing: 2 modules and the exam" in page.text
        assert 'href="/courses/second"' in page.text
        assert 'href="/quizzes/final"' in page.text
        assert 'href="/courses/first"' not in page.text
        assert "1 of 4 requirements fulfilled" in page.text

    def test_a_holder_finds_the_certificate_and_when_to_renew(self, client):
        person, held = certified()
        page = sign_in(client, person).get("/certificates")
        assert f'href="/certificates/{held.id}"' in page.text
        assert "You can renew it from" in page.text
        assert "What is missing" not in page.text

    def test_near_the_end_the_exam_is_missing(self, client):
        person, _ = certified(days_ago=340)
        page = sign_in(client, person).get("/certificates")
        assert "What is missing: the exam" in page.text

    def test_the_history_keeps_every_certificate(self, client):
        person, _ = certified(days_ago=340)
        attempt(person.id, clock.now() - 2 * DAY)
        db.session.commit()
        page = sign_in(client, person).get("/certificates")
        assert "renewal 1" in page.text
        assert len(re.findall(r'class="timeline".*?</ol>', page.text, re.S)[0].split("<li>")) == 3


class TestOne:
    def test_the_page_shows_the_certificate_its_code_and_its_evidence(self, client):
        person, held = certified(given_name="Zoë", family_name="Ångström")
        page = sign_in(client, person).get(f"/certificates/{held.id}")
        assert page.status_code == 200
        for words in ("Zoë Ångström", "Small programme", f"/verify/{held.code}", "Uplift programme certificate", "87%"):
            assert words in page.text
        assert "not the official Net Promoter" in page.text
        assert 'class="qr"' in page.text
        assert "style=" not in page.text

    def test_the_address_of_verification_comes_from_the_settings(self, client):
        person, held = certified()
        page = sign_in(client, person).get(f"/certificates/{held.id}", headers={"Host": "evil.example"})
        assert "evil.example/verify" not in page.text

    @pytest.mark.parametrize("suffix", ["", ".pdf"])
    def test_a_stranger_learns_nothing_of_it(self, client, suffix):
        _, held = certified()
        assert client.get(f"/certificates/{held.id}{suffix}").status_code == 302
        sign_in(client, make_person())
        assert client.get(f"/certificates/{held.id}{suffix}").status_code == 404
        assert client.get(f"/certificates/{held.id + 99}{suffix}").status_code == 404

    @pytest.mark.parametrize("role", ["hr", "champion", "executive", "administrator"])
    def test_those_who_answer_for_the_programme_may_see_it(self, client, role):
        _, held = certified()
        assert sign_in(client, make_person(roles=(role,))).get(f"/certificates/{held.id}").status_code == 200

    def test_a_supervisor_sees_those_of_the_own_tree_only(self, client):
        boss = make_person()
        _, below = certified(manager=make_person(manager=boss))
        _, beside = certified(manager=make_person())
        sign_in(client, boss)
        assert client.get(f"/certificates/{below.id}").status_code == 200
        assert client.get(f"/certificates/{beside.id}").status_code == 404

    def test_an_id_beyond_the_database_is_not_found(self, client):
        sign_in(client, make_person())
        assert client.get(f"/certificates/{10**30}").status_code == 404


class TestVerify:
    def test_anyone_with_the_code_sees_name_programme_dates_and_state_only(self, client):
        person, held = certified(department="Secret Department", location="Hidden City", job_role="Quiet Role")
        page = client.get(f"/verify/{held.code}")
        assert page.status_code == 200
        for shown in (person.name, "Small programme", "This certificate is valid"):
            assert shown in page.text
        for hidden in (person.email, person.employee_id, "Secret Department", "Hidden City", "Quiet Role", "87%"):
            assert hidden not in page.text
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert f"/certificates/{held.id}" not in page.text

    def test_an_expired_one_says_so(self, client):
        _, held = certified(days_ago=400)
        assert "This certificate has expired" in client.get(f"/verify/{held.code}").text

    @pytest.mark.parametrize("code", ["A" * 22, "nothing", "%00", "A" * 21 + "%00", "%F0%9F%98%80", "a" * 5000])
    def test_an_unknown_code_is_a_kind_404(self, client, code):
        page = client.get(f"/verify/{code}")
        assert page.status_code == 404
        assert "No certificate has this code" in page.text
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"

    def test_a_known_and_an_unknown_code_cost_the_same(self, client, count_statements):
        _, held = certified()
        for code in (held.code, "A" * 22, "short"):
            with count_statements() as seen:
                client.get(f"/verify/{code}")
            assert len(seen) == 1


class TestReportRights:
    def test_an_employee_is_refused(self, client):
        sign_in(client, make_person())
        assert client.get(REPORT).status_code == 403
        assert client.get(REPORT + ".csv").status_code == 403

    def test_signed_out_one_is_led_to_sign_in_and_back(self, client):
        response = client.get(REPORT + "?state=expired")
        assert response.status_code == 302
        assert "next=" in response.location

    @pytest.mark.parametrize("role", ["hr", "champion", "executive", "administrator"])
    def test_those_who_answer_for_the_programme_see_everyone(self, client, role):
        viewer = make_person(roles=(role,))
        other = make_person()
        assert set(people_in(sign_in(client, viewer).get(REPORT))) == {viewer.name, other.name}

    def test_a_supervisor_sees_the_own_tree_whatever_the_address_says(self, client):
        boss = make_person(family_name="Boss")
        team = make_person(manager=boss, family_name="Team")
        agent = make_person(manager=team, family_name="Agent")
        other = make_supervisor(family_name="Other")
        own = {"Robin Team", "Robin Agent"}
        sign_in(client, boss)
        assert set(people_in(client.get(REPORT))) == own
        for forged in (other.employee_id, other.email, other.name, str(other.id), "0", "-1", "1 OR 1=1", "%"):
            shown = people_in(client.get(REPORT, query_string={"supervisor": forged}))
            assert set(shown) <= own
            rows = file_of(client.get(REPORT + ".csv", query_string={"supervisor": forged}))
            assert {f"{row['given_name']} {row['family_name']}" for row in rows} <= own
        for key in ("manager_id", "scope", "viewer", "everyone", "supervisor_id"):
            assert set(people_in(client.get(REPORT, query_string={key: str(other.id)}))) == own
        assert set(people_in(client.get(REPORT, query_string={"supervisor": team.employee_id}))) == {agent.name}
        assert other.name not in client.get(REPORT, query_string={"supervisor": "Robin"}).text

    def test_a_branch_that_moves_is_closed_to_the_old_supervisor_and_open_to_the_new_at_once(self, client):
        old, new = make_supervisor(), make_supervisor()
        lead = make_person(manager=old)
        agent, held = certified(manager=lead)
        held_at = f"/certificates/{held.id}"
        pages = (f"/people/{lead.id}", f"/people/{agent.id}", held_at, f"{held_at}.pdf")
        moved = {lead.name, agent.name}

        def seen_by(visitor):
            """The pages that open, and those of the branch whom the report, its file and the list of people name."""
            opened = [page for page in pages if visitor.get(page).status_code == 200]
            rows = file_of(visitor.get(REPORT + ".csv"))
            listed = visitor.get("/people").text
            return (
                opened,
                moved & set(people_in(visitor.get(REPORT))),
                moved & {f"{row['given_name']} {row['family_name']}" for row in rows},
                {name for name in moved if name.split()[1] in listed},
            )

        everything, nothing = (list(pages), moved, moved, moved), ([], set(), set(), set())
        before, after = sign_in(client, old), sign_in(client.application.test_client(), new)
        assert (seen_by(before), seen_by(after)) == (everything, nothing)
        set_manager(db.session.get(Person, lead.id), db.session.get(Person, new.id), clock.now())
        db.session.commit()
        assert (seen_by(before), seen_by(after)) == (nothing, everything)

    def test_the_totals_of_a_supervisor_count_the_own_tree(self, client):
        boss = make_supervisor(reports=2)
        certified(manager=boss)
        certified()
        text = text_of(sign_in(client, boss).get(REPORT))
        assert "1 of 3 people are certified (33%)" in text
        assert "all active people who work below you" in text


@pytest.fixture
def company(client):
    """One person in each state, in two departments, signed in as HR (who has left the counts alone: inactive)."""
    viewer = make_person(roles=("hr",), family_name="Zimmer", department="HR", location="Oslo", job_role="Manager")
    boss = make_person(family_name="Boss", department="Sales", location="Rome", job_role="Lead")
    certified(1, family_name="Abel", department="Sales", location="Rome")
    certified(330, family_name="Baker", department="Sales", location="Lyon", manager=boss)
    certified(400, family_name="Cole", department="Care", location="Lyon", job_role="Nurse")
    person = make_person(family_name="Dunn", department="Care", manager=boss)
    read_lesson(person.id, "first")
    gone = make_person(family_name="Gone", department="Care")
    deactivate(gone, clock.now())
    db.session.commit()
    sign_in(client, viewer)
    return client


def shown(client, **query):
    return [name.split()[-1] for name in people_in(client.get(REPORT, query_string=query))]


class TestReport:
    def test_everyone_active_is_listed_with_state_and_what_is_missing(self, company):
        page = company.get(REPORT)
        assert page.status_code == 200
        assert shown(company) == ["Abel", "Baker", "Boss", "Cole", "Dunn", "Zimmer"]
        text = text_of(page)
        assert "2 of 6 people are certified (33%)" in text
        assert "all active people" in text
        assert "3 modules and the exam" in text

    def test_each_filter_narrows_the_page_and_the_file_alike(self, company):
        for query, expected in [
            ({"state": "certified"}, ["Abel"]),
            ({"state": "expiring"}, ["Baker"]),
            ({"state": "expired"}, ["Cole"]),
            ({"state": "in_progress"}, ["Dunn"]),
            ({"state": "not_started"}, ["Boss", "Zimmer"]),
            ({"department": "Care"}, ["Cole", "Dunn"]),
            ({"location": "Lyon"}, ["Baker", "Cole"]),
            ({"job_role": "Nurse"}, ["Cole"]),
            ({"within": "60"}, ["Baker"]),
            ({"within": "365"}, ["Abel", "Baker"]),
            ({"supervisor": "Boss"}, ["Baker", "Dunn"]),
            ({"supervisor": "Boss", "state": "expiring", "location": "Lyon", "department": "Sales"}, ["Baker"]),
            ({"department": "Nowhere"}, []),
            ({"department": "Care\x00"}, ["Cole", "Dunn"]),
            ({"supervisor": "nobody"}, []),
        ]:
            assert shown(company, **query) == expected
            rows = file_of(company.get(REPORT + ".csv", query_string=query))
            assert [row["family_name"] for row in rows] == expected

    def test_the_columns_sort(self, company):
        for sort, expected in [
            ("-name", ["Zimmer", "Dunn", "Cole", "Boss", "Baker", "Abel"]),
            ("department", ["Cole", "Dunn", "Zimmer", "Abel", "Baker", "Boss"]),
            ("state", ["Cole", "Baker", "Abel", "Dunn"]),
            ("expires", ["Cole", "Baker", "Abel"]),
        ]:
            assert shown(company, sort=sort)[: len(expected)] == expected

    def test_the_totals_stay_when_a_state_is_chosen(self, company):
        assert "2 of 6 people are certified" in text_of(company.get(REPORT, query_string={"state": "expired"}))

    def test_every_number_opens_its_people(self, company):
        for query in [{}, {"department": "Sales"}, {"location": "Lyon"}, {"supervisor": "Boss"}, {"within": "400"}]:
            page = company.get(REPORT, query_string=query).text
            block = re.search(r'<dl class="totals">.*?</dl>', page, re.S).group()
            numbers = re.findall(r'<a href="([^"]+)"[^>]*>([\d,]+)</a>', block)
            assert len(numbers) == 5
            for href, number in numbers:
                rows = file_of(company.get(REPORT + ".csv" + href.replace("&amp;", "&")))
                assert len(rows) == int(number), href

    def test_several_supervisors_of_a_name_are_offered(self, company):
        make_supervisor(family_name="Boss", given_name="Ann")
        page = company.get(REPORT, query_string={"supervisor": "Boss"})
        assert people_in(page) == []
        assert "Whom do you mean" in page.text

    @pytest.mark.parametrize("query", [{"state": "bogus"}, {"within": "soon"}, {"within": "-1"}, {"within": "9" * 40}])
    def test_a_filter_that_makes_no_sense_is_named_and_no_file_is_made(self, company, query):
        page = company.get(REPORT, query_string=query)
        assert page.status_code == 200
        assert "Please change this" in page.text
        assert company.get(REPORT + ".csv", query_string=query).status_code == 422

    def test_a_forged_place_in_the_list_shows_a_page(self, company):
        for after in ["x", "bnVsbA", "WyJcdTAwMDAiLCAiIiwgMV0", "WyJhIiwgImIiLCA5OTk5OTk5OTk5OTk5OTk5OTk5OTld"]:
            assert company.get(REPORT, query_string={"after": after}).status_code == 200

    def test_no_one_fitting_is_said_in_words(self, company):
        assert "No one fits" in company.get(REPORT, query_string={"department": "Nowhere"}).text
        assert "No one fits" in company.get(REPORT, query_string={"state": "expired", "department": "HR"}).text

    def test_the_file_lists_all_that_is_missing_and_disarms_formulas(self, company):
        make_person(family_name="=cmd()", department="Zoo")
        rows = file_of(company.get(REPORT + ".csv", query_string={"department": "Zoo"}))
        assert rows[0]["family_name"] == "'=cmd()"
        assert rows[0]["missing"] == "First; Second; Third; The final exam"
        response = company.get(REPORT + ".csv")
        assert response.headers["Content-Disposition"].startswith('attachment; filename="certification-small-')

    def test_nothing_is_styled_or_scripted_inline(self, company):
        page = company.get(REPORT).text
        assert "style=" not in page
        assert "<script>" not in page


class TestManyPeople:
    def test_pages_follow_one_another_without_gap_or_repeat(self, client):
        viewer = make_person(roles=("hr",), family_name="A")
        with writing():
            names = [make_person(family_name=f"P{number:03}").family_name for number in range(103)]
        sign_in(client, viewer)
        seen, query = [], ""
        while True:
            page = client.get(REPORT + query).text
            seen += [
                name.split()[-1] for name in re.findall(r'<th scope="row"><a href="/people/\d+">([^<]+)</a>', page)
            ]
            following = re.search(r'rel="next" href="([^"]+)"', page)
            if not following:
                break
            query = following.group(1).replace("&amp;", "&")
        assert seen == ["A", *names]

    @pytest.mark.sqlite_only  # as many on either engine, and a hundred histories take their time
    @pytest.mark.parametrize(
        "query", ["", "?supervisor=Zz&location=Berlin&state=in_progress", "?sort=expires&within=90"]
    )
    def test_a_page_takes_as_many_statements_for_ten_as_for_a_hundred(self, client, count_statements, query):
        viewer = make_person(roles=("hr",))
        boss = make_person(family_name="Zz")
        counts = []
        for more in (10, 90):
            for number in range(more):
                person = make_person(manager=boss, department=f"D{number % 7}")
                if number % 3 == 0:
                    certify(person.id, clock.now() - ((300 + number * 5) % 400) * DAY)
                elif number % 3 == 1:
                    read_lesson(person.id, COURSES[0])
            db.session.commit()
            sign_in(client, viewer)
            with count_statements() as seen:
                assert client.get(REPORT + query).status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 8


class TestElsewhere:
    def test_a_persons_page_tells_the_standing_and_the_certificates(self, client):
        viewer = make_person(roles=("hr",))
        person, held = certified()
        page = sign_in(client, viewer).get(f"/people/{person.id}")
        assert page.status_code == 200
        assert "Certification" in page.text
        assert f'href="/certificates/{held.id}"' in page.text

    def test_the_menu_shows_the_report_to_those_who_may_open_it(self, client):
        viewer, employee = make_person(roles=("hr",)), make_person()
        assert 'href="/reports/certification"' in sign_in(client, viewer).get("/certificates").text
        page = sign_in(client, employee).get("/certificates").text
        assert 'href="/reports/certification"' not in page
        assert 'href="/certificates" aria-current="page"' in page

    def test_a_supervisor_is_told_how_many_certificates_below_end_soon(self, terms):
        boss = make_person()
        certified(330, manager=boss)
        certified(1, manager=boss)
        certified(330)
        today = clock.now().date()
        assert queries.expiring_below(boss.id, terms, today) == 1
        assert queries.tally_totals(terms, today)[State.EXPIRING] == 2
