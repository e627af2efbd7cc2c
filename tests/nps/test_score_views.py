"""What the pages of scores say, to whom, and at what cost."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps.models import SurveyInvitations
from app.nps.queries import subjects, trends
from app.nps.rules import compare, in_words
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.build import company_of, given, keep, plant

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only

DAY = date(2025, 3, 10)
Q1 = "period=2025-Q1"
NOTHING_SHOWN = {403, 404}


def words_of(response):
    """The words of a page, without its markup and with single spaces."""
    assert response.status_code == 200, response.status
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def label_id(name, dimension="touchpoint"):
    return next(one.id for one in subjects.labels_of(dimension) if one.name == name)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def champion(client):
    return sign_in(client, make_person(roles=("champion",)))


class TestHome:
    def test_before_the_first_response_it_says_what_will_be_here_and_who_acts(self, client):
        champion = words_of(sign_in(client, make_person(roles=("champion",))).get("/nps"))
        employee = words_of(sign_in(client, make_person()).get("/nps"))
        for page in (champion, employee):
            assert "No customer has answered yet" in page
        assert "nothing for you to do" in employee
        assert "Bring in a file of responses" in champion
        assert "Bring in" not in employee

    @pytest.mark.parametrize("role", ["champion", "executive"])
    def test_leads_champions_and_executives_to_the_company(self, client, role):
        plant(50, 30, 20)
        assert "How likely customers are to recommend the company" in words_of(
            sign_in(client, make_person(roles=(role,))).get("/nps")
        )

    def test_leads_a_supervisor_to_the_own_people_and_everyone_else_to_themselves(self, client):
        plant(1)
        boss, agent = make_supervisor(), make_person(roles=("hr", "administrator"))
        assert sign_in(client, boss).get("/nps").location == f"/nps/teams/{boss.id}"
        assert sign_in(client, agent).get("/nps").location == f"/nps/people/{agent.id}"

    def test_is_in_the_menu_of_everyone_and_active_on_its_pages(self, client):
        person = make_person()
        page = sign_in(client, person).get(f"/nps/people/{person.id}").text
        assert re.search(r'href="/nps" aria-current="page">Customers’ NPS<', page)


class TestFigures:
    def test_a_score_stands_with_its_interval_its_number_and_its_spread(self, champion):
        plant(50, 30, 20, day=DAY)
        page = words_of(champion.get(f"/nps?{Q1}"))
        assert "30 between 14 and 44 with 95% confidence" in page
        assert "From 100 responses, 1 January to 31 March 2025" in page
        assert "50% are promoters and 20% detractors" in page

    def test_few_responses_are_an_estimate_and_not_a_bare_score(self, client):
        _lead, people = company_of(4)
        cells = [(8, 4, 4), (60, 20, 20), (30, 40, 30), (70, 20, 10)]
        for person, cell in zip(people, cells, strict=True):
            plant(*cell, day=DAY, person=person)
        page = words_of(sign_in(client, people[0]).get(f"/nps/people/{people[0].id}?{Q1}"))
        assert "Not enough to judge: 14 more responses" in page
        found = re.search(r"about (\S+) between (\S+) and (\S+) with 95% confidence", page)
        estimate, low, high = (int(value.replace("−", "-")) for value in found.groups())
        assert estimate != 25
        assert low < estimate < high
        assert "16 responses are too few for a score of their own" in page
        assert re.search(r"made of \d+% of what 16 responses say and \d+% of the mean of all who serve customers", page)
        assert "25 between" not in page

    def test_one_response_more_or_less_than_enough_decides(self, client):
        lead, people = company_of(3)
        plant(20, 5, 4, day=DAY, person=people[0])
        plant(20, 5, 5, day=DAY, person=people[1])
        plant(40, 20, 20, day=DAY, person=people[2])
        sign_in(client, lead)
        below = words_of(client.get(f"/nps/people/{people[0].id}?{Q1}"))
        enough = words_of(client.get(f"/nps/people/{people[1].id}?{Q1}"))
        assert "Not enough to judge: 1 more response " in below
        assert " about " in below
        assert "50 between" in enough
        assert "Not enough to judge" not in enough

    def test_a_company_with_few_responses_has_a_range_and_no_score(self, champion):
        plant(5, day=DAY)
        page = words_of(champion.get(f"/nps?{Q1}"))
        assert "Somewhere between 17 and 100, with 95% confidence" in page
        assert "Not enough to judge: 25 more responses" in page
        assert "score-figure" not in champion.get(f"/nps?{Q1}").text

    def test_the_response_rate_stands_with_its_interval(self, champion):
        plant(20, 10, day=DAY, survey="Calls")
        with writing():
            survey_id = label_id("Calls", "survey")
            db.session.add(SurveyInvitations(survey_id=survey_id, month=date(2025, 3, 1), asked=200))
            db.session.commit()
        rate = (
            "15% of the 200 customers asked from 1 to 31 March 2025 answered (between 11% and 21% with 95% confidence)"
        )
        assert rate in words_of(champion.get("/nps?period=2025-03"))
        assert rate in words_of(champion.get(f"/nps/labels/{survey_id}?period=2025-03"))

    def test_a_period_without_responses_offers_the_months_around_it(self, champion):
        plant(1, day=date(2025, 1, 10))
        plant(1, day=date(2025, 5, 10))
        page = champion.get("/nps?period=2025-03")
        assert "No responses: March 2025" in words_of(page)
        offered = re.findall(r'href="(\?[^"]+)">(Show [^<]+)<', page.text)
        assert offered == [("?period=2025-01", "Show January 2025"), ("?period=2025-05", "Show May 2025")]

    def test_someone_without_any_response_is_told_what_will_be_here(self, client):
        person = make_person()
        plant(1)
        page = words_of(sign_in(client, person).get(f"/nps/people/{person.id}"))
        assert "No responses yet As soon as customers whom you served answer" in page

    def test_the_last_90_days_are_shown_unless_said(self, champion):
        today = clock.now().date()
        plant(40, day=today - timedelta(days=80))
        plant(60, day=today - timedelta(days=95))
        assert "From 40 responses" in words_of(champion.get("/nps"))


class TestComparedInWords:
    @pytest.mark.parametrize(
        ("now", "then", "said"),
        [
            ((50, 30, 20), (40, 30, 30), "Up 20 points; could well be chance (p = .083): you would need about"),
            ((40, 30, 30), (50, 30, 20), "Down 20 points; could well be chance (p = .083)"),
            ((70, 20, 10), (40, 30, 30), "Up 50 points; unlikely to be chance (p < .001)."),
            ((50, 30, 20), (50, 30, 20), "No different."),
        ],
    )
    def test_two_periods(self, champion, now, then, said):
        plant(*now, day=date(2025, 4, 10))
        plant(*then, day=DAY)
        page = words_of(champion.get("/nps?period=2025-Q2"))
        assert "With the period before, 1 January to 31 March 2025" in page
        assert said in page
        assert in_words(compare(now, then))[1:] in page  # whole, with how many responses it takes

    def test_a_year_before_another_period_or_nothing(self, champion):
        plant(50, 30, 20, day=DAY)
        plant(50, 20, 30, day=DAY.replace(year=2024))
        assert "With the same period a year before, 1 January to 31 March 2024" in words_of(
            champion.get(f"/nps?{Q1}&against=year")
        )
        assert "With 2024 Up 10 points" in words_of(champion.get(f"/nps?{Q1}&against=2024"))
        assert "Choose above what to compare" in words_of(champion.get(f"/nps?{Q1}&against=none"))

    @pytest.mark.parametrize(("n", "said"), [(29, "Not enough to compare: 1 more response in that one."), (30, "Up 0")])
    def test_one_response_too_few_is_not_compared(self, champion, n, said):
        plant(n, day=DAY)
        plant(40, day=date(2025, 4, 10))
        page = words_of(champion.get("/nps?period=2025-Q2"))
        assert (said in page) if n == 29 else ("No different." in page)

    def test_a_period_without_responses_then(self, champion):
        plant(40, day=DAY)
        assert "There were no responses then." in words_of(champion.get(f"/nps?{Q1}"))

    def test_periods_that_share_days_are_refused(self, champion):
        plant(40, day=DAY)
        assert "The two periods share days" in words_of(champion.get(f"/nps?{Q1}&against=2025-03"))

    def test_a_label_is_set_against_the_rest_of_the_company(self, champion):
        plant(50, 30, 20, day=DAY, touchpoint="Phone")
        plant(40, 30, 30, day=DAY, touchpoint="Chat")
        page = words_of(champion.get(f"/nps/labels/{label_id('Phone')}?{Q1}"))
        assert "With the rest of the company 20 points higher; could well be chance (p = .083)" in page
        assert "The company as a whole is at 20, between 9 and 31, from 200 responses" in page

    def test_two_groups_of_a_breakdown(self, champion):
        plant(70, 20, 10, day=DAY, touchpoint="Phone")
        plant(40, 30, 30, day=DAY, touchpoint="Chat")
        plant(5, day=DAY, touchpoint="Shop")
        phone, chat, shop = (label_id(name) for name in ("Phone", "Chat", "Shop"))
        place = f"/nps/by/touchpoint?{Q1}"
        page = words_of(champion.get(f"{place}&a={phone}&b={chat}"))
        assert "Phone is 50 points higher than Chat; unlikely to be chance (p < .001)." in page
        assert "Phone is at 60, between 45 and 71, from 100 responses; Chat at 10, between −6 and 26" in page
        assert "Chat is 50 points lower than Phone" in words_of(champion.get(f"{place}&a={chat}&b={phone}"))
        few = words_of(champion.get(f"{place}&a={phone}&b={shop}"))
        assert "Not enough to compare: 25 more responses for Shop." in few
        for pair in (f"&a={phone}&b={phone}", f"&a={phone}&b=999", "&a=x&b=-1"):
            assert "points higher than" not in words_of(champion.get(place + pair))


class TestTrend:
    def test_a_real_change_is_named_in_the_title(self, champion):
        for month in (1, 2, 3):
            plant(50, 30, 20, day=date(2025, month, 10))
        plant(10, 30, 60, day=date(2025, 4, 10))
        page = words_of(champion.get("/nps?period=2025-04&trend=months"))
        assert "A real change: down in Apr 2025" in page

    def test_chance_is_called_chance(self, champion):
        for month in (1, 2, 3):
            plant(50, 30 + month, 20 - month, day=date(2025, month, 10))
        page = words_of(champion.get("/nps?period=2025-03&trend=months"))
        assert "No month differs from the one before by more than chance explains" in page

    def test_the_address_holds_the_steps(self, champion):
        plant(50, 30, 20, day=DAY)
        for step, said in {"weeks": "each week", "months": "each month", "rolling": "the 90 days that end"}.items():
            page = champion.get(f"/nps?{Q1}&trend={step}")
            assert f"The score of {said}" in words_of(page)
            assert f'trend={step}#course" aria-current="true"' in page.text

    def test_a_large_tree_is_told_why_it_has_months_only(self, client, monkeypatch):
        monkeypatch.setattr(trends, "LARGE_TREE", 1)
        lead, people = company_of(2)
        plant(50, 30, 20, day=DAY, person=people[0])
        page = words_of(sign_in(client, lead).get(f"/nps/teams/{lead.id}?{Q1}&trend=weeks"))
        assert "More than 300 people are below, so whole months are counted" in page
        assert "The score of each month" in page
        assert "Weekly" not in page


class TestBreakdown:
    def test_shows_every_label_with_interval_number_share_and_where_it_stands(self, champion):
        for i in range(5):
            plant(50, 30, 20, day=DAY, touchpoint=f"Place {i}")
        plant(90, 5, 5, day=DAY, touchpoint="Good place")
        plant(14, 2, day=DAY, touchpoint="New place")
        page = words_of(champion.get(f"/nps/by/touchpoint?{Q1}"))
        assert "Above the rest of the company: Good place" in page
        assert re.search(r"Good place 85, between 73 and 92 100 16% Above the rest \+53 points \(39 to 63\)", page)
        assert "Place 0 30, between 14 and 44 100 16% No different" in page
        assert re.search(r"New place about \S+, between \S+ and \S+, pulled towards the others 16 3%", page)
        assert "not enough to judge: 14 more responses" in page
        assert "New place 88" not in page

    def test_of_a_segment_field_works_the_same(self, champion):
        plant(50, 30, 20, day=DAY, segments={"Region": "North"})
        plant(40, 30, 30, day=DAY, segments={"Region": "South"})
        page = words_of(champion.get(f"/nps/by/segment.region?{Q1}"))
        assert "North 30, between 14 and 44" in page
        assert "South 10, between −6 and 26" in page

    def test_teams_stand_in_a_funnel_that_names_those_outside(self, champion):
        for i in range(8):
            plant(50, 30, 20, day=DAY, team=f"Team {i}")
        plant(10, 20, 70, day=DAY, team="Planted team")
        plant(1, day=DAY, team="Lucky team")
        page = words_of(champion.get(f"/nps/by/team?{Q1}"))
        assert "Further from the company’s score than chance explains: Planted team (below)" in page
        assert "Lucky team (" not in page  # one promoter is no finding
        assert re.search(r"Planted team −60, between −71 and −45 100 \d+% Below the rest", page)

    def test_a_team_between_the_inner_and_the_outer_lines_is_not_named(self, champion):
        for i in range(8):
            plant(50, 30, 20, day=DAY, team=f"Team {i}")
        plant(60, 30, 10, day=DAY, team="Middling team")  # 50, at a company of 32 with 15 and 24 points to the lines
        page = words_of(champion.get(f"/nps/by/team?{Q1}"))
        assert "No team lies further from the company’s score than chance explains" in page
        assert re.search(r"Middling team 100 50 above, beyond 95%", page)

    def test_is_sorted_by_name_number_or_score_and_paged(self, champion):
        keep(*(given(10 if i % 2 else 8, day=DAY, channel=f"Channel {i:02}") for i in range(55)))
        plant(30, 5, 5, day=DAY, channel="Channel 77")
        plant(20, 15, 5, day=DAY, channel="Channel 66")

        def names(place):
            return re.findall(r'<th scope="row"><a[^>]*>(Channel \d\d)</a></th>\s*<td data-label="Score">', place.text)

        first = champion.get(f"/nps/by/channel?{Q1}")
        rest = champion.get(f"/nps/by/channel?{Q1}&after={label_id('Channel 49', 'channel')}")
        assert names(first) == [f"Channel {i:02}" for i in range(50)]
        assert names(rest)[-2:] == ["Channel 66", "Channel 77"]
        assert len(names(rest)) == 7
        assert names(champion.get(f"/nps/by/channel?{Q1}&sort=-score"))[:2] == ["Channel 77", "Channel 66"]
        assert names(champion.get(f"/nps/by/channel?{Q1}&sort=score"))[:2] == ["Channel 66", "Channel 77"]
        assert names(champion.get(f"/nps/by/channel?{Q1}&sort=-n&after=nonsense"))[0] in {"Channel 66", "Channel 77"}

    def test_of_anything_unknown_is_not_found(self, champion):
        plant(1, touchpoint="Phone")
        for key in ("nothing", "company", "segment.", "touchpoint/x", "%00", "x" * 500):
            assert champion.get(f"/nps/by/{key}").status_code == 404

    def test_a_period_without_responses_is_said(self, champion):
        plant(1, touchpoint="Phone")
        assert "No responses: January 2020" in words_of(champion.get("/nps/by/touchpoint?period=2020-01"))


class TestPeople:
    def test_below_a_supervisor_stand_in_order_of_name_and_never_of_score(self, client):
        lead, people = company_of(3)
        for person, cell in zip(people, [(10, 10, 20), (60, 20, 20), (30, 10, 10)], strict=True):
            plant(*cell, day=DAY, person=person)
        sign_in(client, lead)
        for sort in ("", "&sort=score", "&sort=-name", "&sort=-n"):
            page = client.get(f"/nps/teams/{lead.id}?{Q1}{sort}")
            assert re.findall(r'<th scope="row"><a[^>]*>(Agent\d\d Report)', page.text) == [
                "Agent01 Report",
                "Agent02 Report",
                "Agent03 Report",
            ]
        assert "Nobody is ranked" in words_of(page)

    def test_each_has_an_estimate_or_how_many_responses_it_takes(self, client):
        lead, people = company_of(3)
        plant(20, 5, 4, day=DAY, person=people[0])
        plant(60, 20, 20, day=DAY, person=people[1])
        page = words_of(sign_in(client, lead).get(f"/nps/teams/{lead.id}?{Q1}"))
        assert "Agent01 Report 29 not enough to judge: 1 more response too few" in page
        assert re.search(r"Agent02 Report 100 \d+, between \d+ and \d+ ", page)
        assert "Agent03 Report 0 no responses" in page

    def test_a_supervisor_below_is_one_row_with_the_whole_tree(self, client):
        lead, (middle, _other) = company_of(2)
        agent = make_person(manager=middle)
        plant(50, 30, 20, day=DAY, person=agent)
        plant(5, day=DAY, person=middle)
        page = words_of(sign_in(client, lead).get(f"/nps/teams/{lead.id}?{Q1}"))
        assert "Agent01 Report and team 105 33, between" in page
        assert agent.name not in page.split("Who reports to you")[1]

    def test_fifty_stand_on_a_page(self, client):
        lead, people = company_of(55)
        plant(1, day=DAY, person=people[0])
        sign_in(client, lead)
        first = client.get(f"/nps/teams/{lead.id}?{Q1}")
        after = re.search(r'href="(\?[^"]*after=[^"]+)"', first.text).group(1)
        second = client.get(f"/nps/teams/{lead.id}{unescape(after)}")
        assert [len(re.findall(r">Agent\d\d Report<", page.text)) for page in (first, second)] == [50, 5]

    def test_a_person_finds_the_own_responses_newest_first(self, client):
        _lead, (person, colleague) = company_of(2)
        start = date(2025, 3, 1)
        keep(
            *(
                given(9, day=start + timedelta(days=i), person=person, comment=f"Word {i}", touchpoint="Phone")
                for i in range(12)
            )
        )
        keep(given(0, day=start + timedelta(days=20), person=colleague, comment="About somebody else"))
        page = words_of(sign_in(client, person).get(f"/nps/people/{person.id}"))
        said = re.findall(r"Word (\d+) Promoter, 9 · (\d+) March 2025 · Phone", page)
        assert said == [(str(i), str(i + 1)) for i in range(11, 1, -1)]
        assert "About somebody else" not in page
        assert colleague.name not in page

    def test_a_page_of_a_person_has_a_section_for_those_who_may_see_it(self, client):
        lead, (person, _colleague) = company_of(2)
        plant(50, 30, 20, person=person)
        said = "In the last 90 days, from 100 responses: 30, between 14 and 44 with 95% confidence."
        for viewer in (lead, person, make_person(roles=("champion",))):
            assert said in words_of(sign_in(client, viewer).get(f"/people/{person.id}"))
        for role in ("hr", "administrator"):
            page = words_of(sign_in(client, make_person(roles=(role,))).get(f"/people/{person.id}"))
            assert "In the last 90 days" not in page


class TestComments:
    def test_the_newest_of_the_last_week_are_shown(self, champion):
        keep(
            given(10, day=DAY, comment="The newest", touchpoint="Phone"),
            given(3, day=DAY - timedelta(days=6), comment="Six days before"),
            given(3, day=DAY - timedelta(days=7), comment="Seven days before"),
        )
        page = words_of(champion.get(f"/nps?{Q1}"))
        assert "The newest Promoter, 10 · 10 March 2025 · Phone Six days before Detractor, 3" in page
        assert "Seven days before" not in page

    def test_of_people_who_moved_away_are_not_shown_with_their_old_team(self, client):
        """The team's score stays as it was; what was said of someone is for those who lead them today."""
        lead, (agent, moved) = company_of(2)
        plant(39, day=DAY - timedelta(days=9), person=moved)
        keep(
            given(10, day=DAY, person=agent, comment="About who stays"),
            given(10, day=DAY, person=moved, comment="About who went"),
        )
        team = next(one for one in subjects.labels_of("team") if one.lead_id == lead.id)
        sign_in(client, lead)
        assert "About who went" in words_of(client.get(f"/nps/labels/{team.id}?{Q1}"))
        with writing():
            set_manager(moved, make_supervisor(), clock.now())
            db.session.commit()
        page = words_of(client.get(f"/nps/labels/{team.id}?{Q1}"))
        assert "From 41 responses" in page
        assert "About who stays" in page
        assert "About who went" not in page

    def test_are_shown_as_text(self, champion):
        keep(given(10, day=DAY, comment="<script>alert(1)</script>"))
        assert "<script>alert" not in champion.get(f"/nps?{Q1}").text


class TestWhoMayOpenThem:
    @pytest.fixture
    def places(self, app):
        """A supervisor with two agents who have responses, and the addresses of all that there is to see."""
        lead, (agent, colleague) = company_of(2)
        for person in (agent, colleague):
            plant(40, 10, 10, person=person, touchpoint="Phone")
        outsider = make_person()
        plant(5, person=outsider)
        team = next(one for one in subjects.labels_of("team") if one.lead_id == lead.id)
        return {
            "lead": lead,
            "agent": agent,
            "own": f"/nps/people/{agent.id}",
            "colleague": f"/nps/people/{colleague.id}",
            "outsider": f"/nps/people/{outsider.id}",
            "people": f"/nps/teams/{lead.id}",
            "team": f"/nps/labels/{team.id}",
            "touchpoint": f"/nps/labels/{label_id('Phone')}",
            "breakdown": "/nps/by/touchpoint",
            "teams": "/nps/by/team",
        }

    def statuses(self, client, places):
        return {name: client.get(place).status_code for name, place in places.items() if isinstance(place, str)}

    def test_an_employee_the_own_page_only(self, client, places):
        found = self.statuses(sign_in(client, places["agent"]), places)
        assert found.pop("own") == 200
        assert set(found.values()) <= NOTHING_SHOWN

    def test_a_supervisor_the_tree_only(self, client, places):
        found = self.statuses(sign_in(client, places["lead"]), places)
        assert {name for name, status in found.items() if status == 200} == {"own", "colleague", "people", "team"}
        assert {found[name] for name in ("outsider", "touchpoint")} == {404}  # nor what there is beside it

    @pytest.mark.parametrize("role", ["hr", "administrator"])
    def test_hr_and_administrators_nothing_by_their_role(self, client, places, role):
        found = self.statuses(sign_in(client, make_person(roles=(role,))), places)
        assert set(found.values()) <= NOTHING_SHOWN

    @pytest.mark.parametrize("role", ["champion", "executive"])
    def test_champions_and_executives_everything(self, client, places, role):
        found = self.statuses(sign_in(client, make_person(roles=(role,))), places)
        assert set(found.values()) == {200}

    def test_another_supervisor_nothing_of_it(self, client, places):
        found = self.statuses(sign_in(client, make_supervisor()), places)
        assert set(found.values()) <= NOTHING_SHOWN

    def test_the_signed_out_are_led_to_sign_in(self, client, places):
        for place in [*(place for place in places.values() if isinstance(place, str)), "/nps"]:
            response = client.get(place)
            assert response.status_code == 302
            assert response.location.startswith("/login")

    def test_one_who_moved_away_is_lost_at_once_and_found_by_the_new_supervisor(self, client, places):
        lead, agent, boss = places["lead"], places["agent"], make_supervisor()
        sign_in(client, lead)
        assert "From 120 responses" in words_of(client.get(places["people"]))
        with writing():
            set_manager(agent, boss, clock.now())
            db.session.commit()
        assert client.get(places["own"]).status_code in NOTHING_SHOWN
        page = words_of(client.get(places["people"]))
        assert "From 60 responses" in page
        assert agent.name not in page
        assert sign_in(client, boss).get(places["own"]).status_code == 200

    def test_an_employee_is_not_led_to_pages_that_are_closed(self, client, places):
        page = sign_in(client, places["agent"]).get(places["own"]).text
        assert not re.search(r'href="/nps/(by|labels|teams|people)/', page)

    def test_there_is_no_page_for_the_people_of_someone_without_any(self, client, places):
        agent = places["agent"]
        assert sign_in(client, agent).get(f"/nps/teams/{agent.id}").status_code == 404


class TestAddresses:
    def test_two_dates_become_the_period_or_what_it_is_compared_with(self, champion):
        plant(40, day=DAY)
        dates = "first=2025-03-01&last=2025-03-15"
        moved = champion.get(f"/nps?trend=months&against=year&{dates}&use=period").location
        assert moved == "/nps?trend=months&against=year&period=2025-03-01..2025-03-15"
        assert "From 40 responses, 1 to 15 March 2025" in words_of(champion.get(moved))
        plant(40, day=date(2025, 4, 10))
        moved = champion.get(f"/nps?period=2025-Q2&{dates}&use=against").location
        assert "With 1 to 15 March 2025" in words_of(champion.get(moved))

    def test_dates_that_make_no_period_are_named(self, champion):
        plant(40, touchpoint="Phone")
        for dates, said in {
            "first=2025-03-02&last=2025-03-01": "Give a last day that is not before the first.",
            "first=&last=2025-03-01": "Give the first day.",
            "first=0001-01-01&last=2025-03-01": "Give a date between 1900 and 2999.",
            "first=1900-01-01&last=2999-03-01": "Give dates that lie at most a hundred years apart.",
        }.items():
            for place in ("/nps", "/nps/by/touchpoint"):
                assert said in words_of(champion.get(f"{place}?{dates}&use=period"))

    def test_what_names_no_period_is_said_and_the_usual_one_shown(self, champion):
        plant(40)
        for part in ("period", "against"):
            for rough in ("nonsense", "2025-13", "9999", "last-0-days", "x" * 5000, "<b>"):
                response = champion.get(f"/nps?{part}={rough}")
                assert "names no period, so the usual one is shown" in words_of(response), (part, rough)
                assert "From 40 responses" in words_of(response)
                assert "<b>" not in response.text
            assert "names no period" not in words_of(champion.get(f"/nps?{part}=%00"))  # which is dropped

    def test_far_away_periods_are_pages_too(self, champion):
        plant(40, touchpoint="Phone")
        for period in ("1900", "2999", "1900-01-01..1999-12-31", "2099-Q1", "last-30000-days"):
            for place in ("/nps", f"/nps/labels/{label_id('Phone')}", "/nps/by/touchpoint"):
                for against in ("before", "year", "2025"):
                    for step in ("weeks", "months", "rolling"):
                        address = f"{place}?period={period}&against={against}&trend={step}"
                        assert champion.get(address).status_code == 200, address

    def test_links_to_other_scores_carry_the_period(self, champion):
        plant(40, day=DAY, touchpoint="Phone")
        page = champion.get(f"/nps?{Q1}&against=year").text
        assert 'href="/nps/by/touchpoint?period=2025-Q1&amp;against=year"' in page


class TestCost:
    """Statements of each page, signing in included: the same for few and for many."""

    def cost(self, client, count_statements, place):
        client.get(place)
        with count_statements() as seen:
            assert client.get(place).status_code == 200
        return seen

    def few_and_many(self, client, count_statements, places, more):
        few = {place: len(self.cost(client, count_statements, place)) for place in places}
        more()
        many = {place: self.cost(client, count_statements, place) for place in places}
        assert few == {place: len(seen) for place, seen in many.items()}
        for seen in many.values():
            for statement in seen:  # responses are read where a few of them are shown, and nowhere counted
                assert "nps_response " not in statement.replace("\n", " ") or "LIMIT" in statement
        return few

    def test_of_the_company_its_labels_and_breakdowns(self, champion, count_statements):
        plant(31, day=DAY, touchpoint="Phone", survey="Calls", team="Team", segments={"Region": "North"}, comment="x")
        plant(31, day=DAY, touchpoint="Chat", team="Other team", segments={"Region": "South"})
        phone, survey = label_id("Phone"), label_id("Calls", "survey")
        places = [f"/nps/labels/{phone}", f"/nps/labels/{survey}"]
        places = [
            f"{p}?{Q1}" for p in ("/nps", *places, "/nps/by/touchpoint", "/nps/by/team", "/nps/by/segment.region")
        ]

        def more():
            keep(
                *(
                    given(i % 11, day=DAY + timedelta(days=i % 20), touchpoint=f"Place {i % 50}", team=f"Team {i % 50}")
                    for i in range(500)
                ),
                *(given(i % 11, day=DAY, touchpoint="Phone", survey="Calls", comment="y") for i in range(50)),
                *(given(9, day=DAY, segments={"Region": f"Region {i}"}, comment="z") for i in range(50)),
            )

        assert list(self.few_and_many(champion, count_statements, places, more).values()) == [8, 8, 9, 4, 4, 4]

    def test_of_people(self, client, count_statements):
        lead, (first, second) = company_of(2)
        plant(31, day=DAY, person=first, comment="x")
        plant(31, day=DAY, person=second)
        sign_in(client, lead)
        places = [f"/nps/teams/{lead.id}?{Q1}", f"/nps/people/{first.id}?{Q1}", f"/people/{first.id}"]

        def more():
            people = [make_person(manager=lead) for _ in range(48)]
            for person in people:
                plant(2, 1, 1, day=DAY, person=person, comment="y")
            plant(40, 40, 40, day=DAY, person=first, comment="z")

        counted = self.few_and_many(client, count_statements, places, more)
        assert list(counted.values())[:2] == [12, 9]
