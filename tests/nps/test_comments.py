"""The list of comments: who reads which, how it is narrowed, what is found in it, and what it costs."""

import csv
import io
import random
import re
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.accounts.operations import set_manager
from app.core import clock
from app.core.db import db, writing
from app.nps.models import Dimension, EmergingTopic, Label, Response
from app.nps.operations import reading
from app.nps.rules.responses import Contact
from tests.factories import make_person, make_supervisor, sign_in
from tests.nps.build import company_of, given, keep

DAY = date(2025, 3, 10)
Q1 = "period=2025-Q1"
NOTHING_SHOWN = {403, 404}


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def champion(client):
    return sign_in(client, make_person(roles=("champion",)))


def read_all():
    with writing():
        while reading.read_comments(1000):
            db.session.commit()


def label_id(name: str) -> int:
    return db.session.scalars(select(Label.id).where(Label.name == name)).one()


def page_of(client, query: str = "") -> str:
    answer = client.get(f"/nps/comments?{Q1}&{query}")
    assert answer.status_code == 200, answer.status
    return answer.text


def listed(page: str) -> list[str]:
    """The comments of the list, in order."""
    return [unescape(text) for text in re.findall(r'<p class="said">([^<]+)</p>', page)]


def comments(client, query: str = "") -> set[str]:
    return set(listed(page_of(client, query)))


class TestWhoReadsWhich:
    @pytest.fixture
    def people(self, app):
        """Two teams with a comment about each person, and one about nobody."""
        lead, (ann, bob) = company_of(2)
        other = make_supervisor()
        cat = db.session.scalars(select(type(lead)).where(type(lead).manager_id == other.id)).one()
        for name, person in {"ann": ann, "bob": bob, "cat": cat, "lead": lead, "nobody": None}.items():
            keep(given(day=DAY, person=person, comment=f"About {name}"))
        return {"lead": lead, "ann": ann, "bob": bob, "cat": cat, "other": other}

    @pytest.mark.parametrize(
        ("who", "seen"), [("ann", {"About ann"}), ("bob", {"About bob"}), ("lead", {"About ann", "About bob"})]
    )
    def test_an_employee_reads_the_own_and_a_supervisor_those_of_the_people_below(self, client, people, who, seen):
        assert comments(sign_in(client, people[who])) == seen

    def test_a_supervisor_reads_the_own_when_asked(self, client, people):
        sign_in(client, people["lead"])
        assert comments(client, f"of=person:{people['lead'].id}") == {"About lead"}
        assert comments(client, f"of=person:{people['ann'].id}") == {"About ann"}

    @pytest.mark.parametrize("role", ["champion", "executive"])
    def test_champions_and_executives_read_all(self, client, people, role):
        everything = {"About ann", "About bob", "About cat", "About lead", "About nobody"}
        assert comments(sign_in(client, make_person(roles=(role,)))) == everything

    @pytest.mark.parametrize("role", ["hr", "administrator"])
    def test_other_roles_read_nothing_that_is_not_about_themselves(self, client, people, role):
        sign_in(client, make_person(roles=(role,)))
        assert comments(client) == set()
        references = ["company", f"person:{people['ann'].id}", f"people:{people['lead'].id}"]
        for reference in references:
            assert client.get(f"/nps/comments?of={reference}").status_code in NOTHING_SHOWN
            assert client.get(f"/nps/comments.csv?of={reference}").status_code in NOTHING_SHOWN

    def test_nobody_reads_what_is_about_others_by_asking_for_it(self, client, people):
        sign_in(client, people["ann"])
        team = label_id(f"{people['lead'].name}’s team")
        strangers = [f"person:{people['bob'].id}", f"people:{people['lead'].id}", f"label:{team}", "company"]
        for reference in strangers:
            assert client.get(f"/nps/comments?of={reference}").status_code in NOTHING_SHOWN, reference

    def test_who_moves_to_another_team_takes_the_responses_along(self, client, people):
        with writing():
            set_manager(people["ann"], people["other"], clock.now())
            db.session.commit()
        assert comments(sign_in(client, people["lead"])) == {"About bob"}
        assert comments(sign_in(client, people["other"])) == {"About cat", "About ann"}

    def test_a_former_team_shows_its_lead_only_those_who_are_still_below(self, client, people):
        team = label_id(f"{people['lead'].name}’s team")
        with writing():
            set_manager(people["ann"], people["other"], clock.now())
            db.session.commit()
        assert comments(sign_in(client, people["lead"]), f"of=label:{team}") == {"About bob"}

    def test_an_address_that_names_nothing_is_not_found_or_the_usual(self, champion, people):
        for reference in [
            "",
            "x",
            "person:",
            "person:0",
            "person:99999999999",
            "label:1e3",
            "company:1",
            "people:-1",
            "\x00",
        ]:
            status = champion.get("/nps/comments", query_string={"of": reference}).status_code
            assert status == (404 if reference else 200)

    def test_a_label_narrows_only_by_what_the_viewer_may_know(self, client, people):
        keep(given(day=DAY, person=people["ann"], comment="By chat", channel="Chat"))
        keep(given(day=DAY, person=people["cat"], comment="By fax", channel="Fax"))
        sign_in(client, people["lead"])
        assert comments(client, f"second=label:{label_id('Chat')}") == {"By chat"}
        assert client.get(f"/nps/comments?second=label:{label_id('Fax')}").status_code == 404

    def test_before_the_first_response_the_page_says_what_will_be_here(self, champion):
        page = champion.get("/nps/comments")
        assert page.status_code == 200
        assert "No customer has answered yet" in page.text
        assert champion.get("/nps/comments.csv").status_code == 404


class TestNarrowing:
    @pytest.fixture(autouse=True)
    def planted(self, app):
        keep(
            given(10, day=DAY, comment="Great help, great people", touchpoint="Phone", channel="SMS"),
            given(8, day=DAY, comment="It was a call", touchpoint="Phone", channel="E-mail"),
            given(3, day=DAY, comment="Horrible waiting time", touchpoint="Shop", channel="SMS"),
            given(6, day=DAY, touchpoint="Shop", channel="SMS"),
            given(9, day=DAY - timedelta(days=100), comment="Long ago, great"),
            given(10, day=DAY, comment="North it is", segments={"Region": "North"}),
        )
        read_all()

    def test_by_band_tone_words_and_topic(self, champion):
        for query, expected in [
            ("band=promoter", {"Great help, great people", "North it is"}),
            ("band=passive", {"It was a call"}),
            ("band=detractor", {"Horrible waiting time"}),
            ("tone=positive", {"Great help, great people"}),
            ("tone=neutral", {"It was a call", "North it is"}),
            ("tone=negative", {"Horrible waiting time"}),
            ("q=great", {"Great help, great people"}),
            ("q=wait+horr", {"Horrible waiting time"}),
            ("q=wait+great", set()),
            ("topic=waiting+time", {"Horrible waiting time"}),
            ("topic=wait", set()),
            ("band=promoter&tone=negative", set()),
        ]:
            assert comments(champion, query) == expected

    def test_by_label_and_by_two_of_them(self, champion):
        phone, sms, north = (f"label:{label_id(name)}" for name in ("Phone", "SMS", "North"))
        assert comments(champion, f"of={phone}") == {"Great help, great people", "It was a call"}
        assert comments(champion, f"of={phone}&second={sms}") == {"Great help, great people"}
        assert comments(champion, f"of={sms}&second={phone}") == {"Great help, great people"}
        assert comments(champion, f"of={north}") == {"North it is"}
        assert comments(champion, f"second={north}&second={phone}") == set()

    @pytest.mark.parametrize("query", ["q=great", "topic=waiting+time", "band=promoter", "tone=negative"])
    def test_many_are_found_in_another_way_and_are_the_same(self, champion, monkeypatch, query):
        north = f"of=label:{label_id('North')}"
        few = [comments(champion, query), comments(champion, f"{north}&{query}"), comments(champion, north)]
        monkeypatch.setattr("app.nps.queries.comments.FEW", 0)
        monkeypatch.setattr("app.nps.queries.narrowing.MANY", -1)
        assert [comments(champion, query), comments(champion, f"{north}&{query}"), comments(champion, north)] == few

    def test_by_period(self, champion):
        assert "Long ago, great" not in comments(champion)
        assert listed(champion.get("/nps/comments?period=2024").text) == ["Long ago, great"]

    def test_responses_without_a_comment_are_listed_when_asked(self, champion):
        assert "Detractor, 6" not in page_of(champion)
        assert "Detractor, 6" in page_of(champion, "comments=all")
        assert "Detractor, 6" in page_of(champion, "comments=all&band=detractor")
        assert "Detractor, 6" not in page_of(champion, "comments=all&q=horrible")

    def test_what_a_filter_does_not_know_counts_as_any(self, champion):
        assert len(comments(champion, "band=genius&tone=shrill&comments=none&period2=x")) == 4

    def test_an_unread_comment_is_listed_and_said_to_be_unread(self, champion):
        keep(given(10, day=DAY, comment="Great and new"))
        page = page_of(champion)
        assert "Great and new" in listed(page)
        assert "Tone not judged yet" in page
        assert "still being read" not in page
        narrowed = page_of(champion, "q=great")
        assert "Great and new" not in listed(narrowed)
        assert "still being read" in narrowed

    def test_any_words_can_be_asked_for(self, champion):
        for field in ["q", "topic"]:
            for words in [
                "'",
                '"',
                "%",
                "_",
                "\\",
                "NOT",
                "a AND",
                "*",
                "(((",
                "<script>",
                "\x00",
                "é" * 500,
                "x" * 100_000,
                "🙂",
            ]:
                answer = champion.get("/nps/comments", query_string={"period": "2025-Q1", field: words})
                assert answer.status_code == 200
                assert "<script>" not in answer.text.split("<main", 1)[1]

    def test_a_tone_is_a_word_with_a_shape(self, champion):
        page = page_of(champion)
        assert re.search(r'class="tag tag-good"><svg[^>]*>.*?</svg>Sounds positive', page, re.S)
        assert re.search(r'class="tag tag-bad"><svg[^>]*>.*?</svg>Sounds negative', page, re.S)
        assert "list of English words" in page


@pytest.mark.sqlite_only  # what pages show; what they read is asked of both engines above and below
class TestPaging:
    def test_goes_from_the_newest_to_the_oldest_and_back(self, champion):
        keep(*(given(day=DAY - timedelta(days=i // 2), comment=f"Number {i:03}") for i in range(120)))
        first = champion.get("/nps/comments?period=2025").text
        next_page = re.search(r'rel="next" href="([^"]+)"', first)
        second = champion.get("/nps/comments" + unescape(next_page[1])).text
        days = [listed(first), listed(second)]
        assert [len(one) for one in days] == [50, 50]
        assert set(days[0]) & set(days[1]) == set()
        back = re.search(r'rel="prev" href="([^"]+)"', second)
        assert listed(champion.get("/nps/comments" + unescape(back[1])).text) == days[0]

    def test_a_place_that_leads_nowhere_is_the_first_page(self, champion):
        for place in ["x", "", "bnVsbA", "WzEsMl0", "é", "W10"]:
            keep(given(day=DAY, comment="Here"))
            assert comments(champion, f"after={place}") == {"Here"}

    @pytest.mark.parametrize("words", ["", "q=great"])
    def test_costs_as_many_statements_for_fifty_as_for_one(self, client, count_statements, words):
        lead, people = company_of(3)
        sign_in(client, lead)

        def cost() -> int:
            with count_statements() as seen:
                page_of(client, words)
            return len(seen)

        keep(given(day=DAY, comment="great", person=people[0], touchpoint="Phone"))
        read_all()
        one = cost()
        keep(*(given(day=DAY, comment=f"great {i}", person=people[i % 3], touchpoint=f"T{i}") for i in range(70)))
        read_all()
        assert cost() == one <= 9


class TestTopics:
    @pytest.fixture(autouse=True)
    def planted(self, app):
        rng = random.Random(4)
        filler = ["my order", "the invoice", "a parcel", "this contract", "the website", "an appointment"]

        def text(planted: str, chance: float) -> str:
            return f"About {rng.choice(filler)}. {planted if rng.random() < chance else 'All the same to me.'}"

        keep(*(given(10, day=DAY, comment=text("Patient explanation.", 0.3)) for _ in range(200)))
        keep(*(given(8, day=DAY, comment=text("Patient explanation.", 0.1)) for _ in range(60)))
        keep(*(given(2, day=DAY, comment=text("Endless queue.", 0.3)) for _ in range(150)))
        read_all()

    @staticmethod
    def sides(page: str) -> dict[str, list[str]]:
        found = {}
        for side in ("promoters", "detractors"):
            part = page.split(f'<h3 id="{side}">', 1)[1].split("</section>", 1)[0]
            found[side] = re.findall(r'href="\?[^"]*topic=[^"]*"[^>]*>([^<]+)</a>', part)
        return found

    def test_those_that_were_planted_are_found_on_their_side_and_no_others(self, champion):
        assert self.sides(page_of(champion)) == {
            "promoters": ["patient explanation"],
            "detractors": ["endless queue"],
        }

    def test_each_leads_to_its_comments(self, champion):
        page = page_of(champion)
        link = re.search(r'href="(\?[^"]*topic=endless[^"]*)"', page)
        narrowed = champion.get("/nps/comments" + unescape(link[1])).text
        assert listed(narrowed)
        assert all("Endless queue" in text for text in listed(narrowed))
        assert self.sides(narrowed) == self.sides(page)  # the lists stay while one goes from topic to topic

    def test_are_counted_on_both_sides(self, champion):
        page = unescape(page_of(champion))
        held = sum("queue" in text for text in db.session.scalars(select(Response.comment).where(Response.score == 2)))
        assert f"{held} of 150 detractors’, 0 of 200 promoters’" in page
        assert "In all 410 comments of this time" in page

    def test_only_the_newest_are_looked_at_and_the_page_says_so(self, champion, monkeypatch):
        monkeypatch.setattr("app.nps.queries.comments.SAMPLE", 300)
        monkeypatch.setattr("app.nps.comment_phrases.SAMPLE", 300)
        assert "the newest 300 comments" in page_of(champion)

    def test_too_few_comments_are_said_to_be_too_few(self, champion):
        keep(given(10, day=DAY, comment="Nice", touchpoint="Kiosk"))
        assert "Too few detractors left a comment here" in page_of(champion, f"of=label:{label_id('Kiosk')}")


@pytest.mark.sqlite_only  # what pages show; what they read is asked of both engines above and below
class TestTopicsThatComeUp:
    @pytest.fixture(autouse=True)
    def noted(self, app):
        lead, (agent, *_) = company_of(1)
        today = clock.now().date()
        keep(given(1, day=today, comment="The app crashed.", person=agent))
        read_all()
        with writing():
            db.session.add(EmergingTopic(term="app crashed", since=today, recent=45, before=3, z=6.0))
            db.session.commit()
        self.lead = lead

    def test_stand_on_top_for_those_who_see_all_and_lead_to_their_comments(self, champion):
        page = champion.get("/nps/comments").text
        assert "45 comments of the last 14 days, where about 3 would be usual" in page
        link = re.search(r'href="([^"]*topic=app[^"]*)"', page)
        assert listed(champion.get(unescape(link[1])).text) == ["The app crashed."]

    def test_are_not_shown_to_those_who_see_a_part(self, client):
        assert "Coming up lately" not in sign_in(client, self.lead).get("/nps/comments").text


@pytest.mark.sqlite_only  # what pages show; what they read is asked of both engines above and below
class TestExport:
    @staticmethod
    def rows(client, query: str = "") -> list[dict[str, str]]:
        answer = client.get(f"/nps/comments.csv?{Q1}&{query}")
        assert answer.status_code == 200
        assert answer.mimetype == "text/csv"
        return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    def test_holds_every_row_of_the_list_and_nothing_about_the_customer(self, champion):
        person = make_person(given_name="Ann", family_name="Lee")
        contact = Contact("Jo Doe", "jo@mail.example", "+49 30 12345")
        keep(
            given(10, day=DAY, comment="Great", person=person, customer_key="key-77", contact=contact, tier="Gold"),
            given(3, day=DAY, comment="Bad"),
            given(5, day=DAY),
        )
        read_all()
        rows = self.rows(champion, "band=promoter")
        assert [(row["score"], row["band"], row["comment"], row["tone"]) for row in rows] == [
            ("10", "promoter", "Great", "positive")
        ]
        assert (rows[0]["served_by"], rows[0]["tier"]) == ("Ann Lee", "Gold")
        assert len(self.rows(champion, "comments=all")) == 3
        everything = champion.get(f"/nps/comments.csv?{Q1}&comments=all").text
        assert not [secret for secret in ("key-77", "Jo Doe", "jo@mail", "12345") if secret in everything]

    @pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")'])
    def test_no_comment_is_a_formula(self, champion, formula):
        keep(given(10, day=DAY, comment=formula))
        assert [row["comment"][0] for row in self.rows(champion)] == ["'"]

    def test_goes_beyond_one_batch(self, champion, count_statements):
        keep(*(given(day=DAY, comment=f"Number {i}") for i in range(1005)))
        assert len({row["response"] for row in self.rows(champion)}) == 1005

    def test_keeps_the_scope(self, client):
        _lead, (agent, other) = company_of(2)
        keep(given(day=DAY, comment="Mine", person=agent), given(day=DAY, comment="Theirs", person=other))
        assert [row["comment"] for row in self.rows(sign_in(client, agent))] == ["Mine"]


def test_the_choice_of_whom_the_list_is_about_holds_what_one_may_see(client):
    lead, people = company_of(1)
    keep(given(day=DAY, person=people[0], comment="x", touchpoint="Phone"))
    assert 'name="of"' in sign_in(client, people[0]).get("/nps/comments").text
    assert "<select" in sign_in(client, lead).get("/nps/comments").text
    choices = re.findall(r'<option[^>]* value="([^"]+)"', client.get("/nps/comments").text)
    assert {one for one in choices if ":" in one} == {f"people:{lead.id}", f"person:{lead.id}"}
    sign_in(client, make_person(roles=("champion",)))
    choices = set(re.findall(r'<option[^>]* value="([^"]+)"', client.get("/nps/comments").text))
    touchpoints = select(Label.id).join(Dimension, Dimension.id == Label.dimension_id)
    phone = db.session.scalars(touchpoints.where(Dimension.key == "touchpoint")).one()
    assert {"company", f"label:{phone}"} <= choices
