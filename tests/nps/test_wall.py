"""The board for a screen in the office: its words, whom it is open to, and what keeps it up to date."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps.models import Label
from app.nps.queries import subjects
from app.nps.sharing import whole
from tests.factories import make_person, sign_in
from tests.nps.build import given, keep, plant

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only

BOARD = "/nps/wall"
PRAISE = "Solved at once, thank you so much."


def days_ago(days):
    return clock.now().date() - timedelta(days=days)


def board_of(response):
    """The text of the part that renews itself."""
    assert response.status_code == 200
    html = re.search(r'<div class="wall-board".*?<div class="wall-foot', response.text, re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def praise(person=None, comment=PRAISE, days=2, **values):
    return given(10, day=days_ago(days), person=person, comment=comment, **values)


def label_id(name):
    return db.session.scalars(select(Label.id).where(Label.name == name)).one()


@pytest.fixture
def champion(app):
    return sign_in(app.test_client(), make_person(roles=("champion",)))


class TestBoard:
    def test_it_tells_the_score_its_range_and_the_change_from_afar(self, champion):
        plant(50, 30, 20, day=days_ago(5))
        plant(40, 20, 40, day=days_ago(120))
        board = board_of(champion.get(BOARD))
        assert "What our customers say 30 NPS®, between 14 and 44" in board
        assert "With 95% confidence, from 100 responses in the last 90 days" in board
        assert "Up 30 points against the 90 days before; unlikely to be chance." in board
        assert "p =" not in board

    def test_with_few_responses_there_is_no_figure(self, champion):
        plant(10, day=days_ago(5))
        page = champion.get(BOARD)
        assert "Not enough to judge: 20 more responses" in board_of(page)
        assert "wall-figure" not in page.text
        assert "Up" not in board_of(page)

    def test_without_responses_lately_it_says_so(self, champion):
        plant(40, day=days_ago(200))
        assert "No customer has answered in the last 90 days." in board_of(champion.get(BOARD))

    def test_before_the_first_response_it_says_what_will_be_here(self, champion):
        page = champion.get(BOARD)
        assert page.status_code == 200
        assert "data-wall" not in page.text

    def test_it_shows_the_two_newest_comments_of_promoters_without_names(self, champion):
        lead = make_person(given_name="Lena", family_name="Leadbetter")
        agent = make_person(manager=lead, given_name="Anna", family_name="Agentson")
        keep(
            praise(agent, "The oldest of these was kind too.", days=4),
            praise(agent, "Anna Agentson was a great help.", days=1, touchpoint="Phone"),
            praise(agent, "Better than what lena promised.", days=2),
            given(8, day=days_ago(0), person=agent, comment="Not a promoter, but friendly."),
        )
        board = board_of(champion.get(BOARD))
        assert "[name] was a great help. Phone" in board
        assert "Better than what [name] promised." in board
        assert "oldest" not in board
        assert "Not a promoter" not in board

    def test_the_course_of_the_score_is_drawn_and_named(self, champion):
        for weeks in range(6):
            plant(60, 20, 20 + weeks, day=days_ago(7 * weeks + 3))
        page = champion.get(BOARD)
        assert "Weekly, " in board_of(page)
        assert "<title>The score over time: from " in page.text

    def test_its_line_says_the_same_whole_points_as_its_words(self):
        assert [whole(value) for value in (-2.5, -0.4, 2.5, 33.49)] == [-3, 0, 3, 33]

    def test_of_a_label_it_is_named_after_it(self, champion):
        plant(40, day=days_ago(3), touchpoint="Store")
        plant(0, 0, 40, day=days_ago(3), touchpoint="Phone")
        board = board_of(champion.get(f"{BOARD}?of=label:{label_id('Store')}"))
        assert board.startswith("What customers say: Store 100 NPS®")

    def test_of_a_team_it_bears_nobodys_name(self, champion):
        lead = make_person(given_name="Lena", family_name="Leadbetter")
        agent = make_person(manager=lead)
        plant(40, day=days_ago(3), person=agent)
        of_today = champion.get(f"{BOARD}?of=people:{lead.id}")
        of_then = champion.get(f"{BOARD}?of=label:{label_id('Lena Leadbetter’s team')}")
        for page in (of_today, of_then):
            assert board_of(page).startswith("What our team’s customers say 100")
            assert "Leadbetter" not in page.text

    def test_it_works_without_a_script_and_says_when_it_was_drawn(self, champion):
        plant(40, day=days_ago(3))
        page = champion.get(BOARD)
        assert re.search(r"Last updated \d\d:\d\d", page.text)
        assert "http-equiv" not in page.text
        assert "aria-live" not in re.search(r"<main.*</main>", page.text, re.S)[0]
        assert re.search(r'<script type="module" src="/assets/\w+/uplift/wall.js"></script>', page.text)
        assert re.search(r'<button[^>]*class="[^"]*js-only[^>]*data-wall-pause>Pause updates', page.text)
        assert 'data-wall="60"' in page.text

    def test_words_of_customers_stay_text(self, champion):
        keep(praise(comment="<script>alert(1)</script> & thanks", touchpoint="<b>Phone</b>"))
        page = champion.get(BOARD)
        assert "<script>alert" not in page.text
        assert "<b>Phone" not in page.text


class TestScope:
    @pytest.fixture
    def tree(self, app):
        """Two supervisors and an agent of each."""
        leads = [make_person(), make_person()]
        agents = [make_person(manager=lead) for lead in leads]
        for agent, count in zip(agents, (40, 35), strict=True):
            plant(count, day=days_ago(3), person=agent, touchpoint="Phone")
        return leads, agents

    def seen(self, app, viewer, of=""):
        answer = sign_in(app.test_client(), viewer).get(f"{BOARD}{of}")
        if answer.status_code != 200:
            return answer.status_code
        found = re.search(r"([\d,]+) responses in the last 90 days", board_of(answer))
        return int(found[1]) if found else 0

    @pytest.mark.parametrize("role", ["champion", "executive"])
    def test_champions_and_executives_see_every_board(self, app, tree, role):
        (ada, bo), _ = tree
        viewer = make_person(roles=(role,))
        boards = ("", "?of=company", f"?of=people:{ada.id}", f"?of=people:{bo.id}", f"?of=label:{label_id('Phone')}")
        assert [self.seen(app, viewer, of) for of in boards] == [75, 75, 40, 35, 75]

    def test_a_supervisor_sees_the_own_people_and_teams_in_the_tree(self, app, tree):
        (ada, bo), _ = tree
        own, other = (label_id(f"{lead.name}’s team") for lead in (ada, bo))
        assert [self.seen(app, ada, of) for of in ("", f"?of=people:{ada.id}", f"?of=label:{own}")] == [40] * 3
        assert self.seen(app, ada, "?of=company") == 403
        for of in (f"?of=people:{bo.id}", f"?of=label:{other}", f"?of=label:{label_id('Phone')}"):
            assert self.seen(app, ada, of) == 404

    def test_an_employee_is_refused(self, app, tree):
        (ada, _), (agent, _) = tree
        assert [self.seen(app, agent, of) for of in ("", "?of=company")] == [403, 403]
        assert [self.seen(app, agent, f"?of=people:{person.id}") for person in (agent, ada)] == [404, 404]

    @pytest.mark.parametrize("role", ["hr", "administrator"])
    def test_hr_and_administrators_see_nothing_by_role(self, app, tree, role):
        (ada, _), _ = tree
        viewer = make_person(roles=(role,))
        assert [self.seen(app, viewer, of) for of in ("", "?of=company", f"?of=people:{ada.id}")] == [403] * 3
        assert self.seen(app, viewer, f"?of=label:{label_id('Phone')}") == 404

    def test_someone_who_moves_is_gone_from_the_board_at_once(self, app, tree):
        (ada, bo), (agent, _) = tree
        make_person(manager=ada)
        with writing():
            set_manager(db.session.get(Person, agent.id), db.session.get(Person, bo.id), clock.now())
            db.session.commit()
        assert [self.seen(app, lead) for lead in (ada, bo)] == [0, 75]

    def test_a_board_that_is_not_there_is_not_found(self, app, tree):
        for of in [
            "",
            "nobody",
            "label:",
            "label:0",
            "people:-1",
            "person:1",
            "label:1:2",
            "people:" + "9" * 400,
            "label:²",
            "\0",
        ]:
            client = sign_in(app.test_client(), make_person(roles=("champion",)))
            assert client.get(BOARD, query_string={"of": of}).status_code == 404

    def test_the_board_of_the_company_is_no_label(self, app, tree):
        client = sign_in(app.test_client(), make_person(roles=("champion",)))
        assert client.get(f"{BOARD}?of=label:{subjects.company().id}").status_code == 404

    def test_whoever_is_not_signed_in_is_led_to_sign_in(self, app):
        assert "/login" in app.test_client().get(BOARD).location


def test_it_costs_the_same_for_any_number_of_responses(champion, count_statements):
    def statements():
        champion.get(BOARD)
        with count_statements() as seen:
            assert champion.get(BOARD).status_code == 200
        return len(seen)

    agents = [make_person(manager=make_person()) for _ in range(10)]
    keep(*(praise(agents[0]) for _ in range(40)), *(praise(agents[0], days=120) for _ in range(40)))
    few = statements()
    keep(*(praise(agent, days=day) for agent in agents for day in range(1, 60)))
    assert statements() == few <= 9
