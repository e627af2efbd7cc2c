"""The pages of observations and disputes: who opens them, what they say, and that nothing typed is lost."""

import re
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Role
from app.accounts.operations import set_manager
from app.coaching.models import BehaviourVersion, Dispute, Observation, ObservedLevel
from app.core import clock
from app.core.db import db
from app.nps.operations.erasing import erase_customer
from tests.coaching.build import behaviour, observe, today
from tests.factories import make_person, sign_in
from tests.nps.build import company_of, given, keep

pytestmark = pytest.mark.sqlite_only
HERE = "/coaching/observations"
JSON = {"Accept": "application/json"}


@pytest.fixture
def line(app):
    """The one above, a supervisor, and two who report to them."""
    boss = make_person(given_name="Bea", family_name="Above")
    lead, (person, colleague) = company_of(2)
    set_manager(lead, boss, now=clock.now())
    db.session.commit()
    return boss, lead, person, colleague


@pytest.fixture
def empathy(app):
    return behaviour("Shows empathy", target=3.5)


class Signed:
    """A client signed in as someone; what it posts carries the token of their forms."""

    def __init__(self, app, person):
        self.client = sign_in(app.test_client(), person)
        self.get = self.client.get
        self.token = re.search(r'name="csrf_token" value="([^"]+)"', self.get(HERE).text)[1]

    def post(self, address, data=(), **values):
        return self.client.post(address, data={**dict(data), "csrf_token": self.token}, **values)


@pytest.fixture
def as_(app):
    return lambda person: Signed(app, person)


def version_of(made):
    return db.session.scalar(select(BehaviourVersion.id).where(BehaviourVersion.behaviour_id == made.id))


def form_page(person):
    return f"/coaching/people/{person.id}/observe"


def typed(page, version, **changes):
    """What the form of this page sends."""
    token = re.search(r'name="token"[^>]* value="([^"]+)"', page.text)[1]
    values = {"channel": "visit", "observed_on": today().isoformat(), "note": "Listened", "link": "", "response": ""}
    return {"token": token, f"level-{version}": "4", **values, **changes}


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.text).split())


class TestForm:
    def test_it_is_kept_and_its_page_tells_it_in_words(self, line, empathy, as_):
        _, lead, person, _ = line
        client = as_(lead)
        page = client.get(form_page(person))
        assert f'name="observed_on" required type="date" value="{today()}"' in page.text
        assert 'value="call" checked' in page.text
        assert "Not seen" in words(page)
        sent = typed(page, version_of(empathy))
        first, second = (client.post(form_page(person), data=sent) for _ in range(2))
        assert (first.status_code, first.location) == (303, second.location)
        assert db.session.scalar(select(func.count()).select_from(Observation)) == 1
        told = words(client.get(first.location))
        assert "Level 4 of 5: Well" in told
        assert "Observed by you" in told
        assert "Where Visit" in told
        assert "Do you see it otherwise?" not in told
        assert "Do you see it otherwise?" in words(as_(person).get(first.location))

    def test_a_draft_is_saved_as_one_types_and_found_again(self, line, empathy, as_):
        _, lead, person, colleague = line
        client, version = as_(lead), version_of(empathy)
        page = client.get(form_page(person))
        sent = typed(page, version, note="Half a", link="not yet")
        answer = client.post(form_page(person) + "/draft", data=sent, headers=JSON)
        assert re.fullmatch(r"\d\d:\d\d", answer.json["saved_at"])
        again = client.get(form_page(person))
        assert "Your draft of today at" in words(again)
        assert "Half a" in again.text
        assert f"saved {answer.json['saved_at']}" in words(again)
        assert f'name="level-{version}" value="4" checked' in again.text
        assert sent["token"] in again.text
        fresh = client.get(form_page(person) + "?draft=0")
        assert sent["token"] not in fresh.text
        assert "Half a" not in as_(colleague).get(form_page(person)).text
        assert "Your drafts" in words(client.get(HERE))

    def test_saved_by_hand_it_leads_to_the_list(self, line, empathy, as_):
        _, lead, person, _ = line
        client = as_(lead)
        sent = typed(client.get(form_page(person)), version_of(empathy))
        answer = client.post(form_page(person) + "/draft", data=sent)
        assert (answer.status_code, answer.location) == (303, HERE)

    def test_discarding_twice_is_harmless_and_what_is_kept_stays(self, line, empathy, as_):
        _, lead, person, _ = line
        client = as_(lead)
        client.post(form_page(person) + "/draft", data=typed(client.get(form_page(person)), version_of(empathy)))
        draft = db.session.scalar(select(Observation.id))
        assert "only you see it" in words(client.get(f"{HERE}/{draft}"))
        assert as_(person).get(f"{HERE}/{draft}").status_code == 404
        assert [client.post(f"{HERE}/{draft}/discard").status_code for _ in range(2)] == [303, 303]
        made = observe(person, lead, {empathy.id: 3})
        assert client.post(f"{HERE}/{made.id}/discard").status_code == 409
        assert db.session.scalars(select(Observation.id)).all() == [made.id]

    def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(self, line, empathy, as_):
        _, lead, person, _ = line
        client, version = as_(lead), version_of(empathy)
        sent = typed(client.get(form_page(person)), version, note="", link="calls/7")
        answer = client.post(form_page(person), data=sent)
        assert answer.status_code == 422
        assert 'id="link-error"' in answer.text
        assert 'value="calls/7"' in answer.text
        assert f'name="level-{version}" value="4" checked' in answer.text
        assert sent["token"] in answer.text
        answer = client.post(form_page(person), data={**sent, "link": "", f"level-{version}": "", "note": ""})
        assert 'id="note-error"' in answer.text
        assert "Choose a level for at least one behaviour" in words(answer)
        answer = client.post(form_page(person), data={**sent, "observed_on": "yesterday"})
        assert 'id="observed_on-error"' in answer.text

    def test_changed_content_after_keeping_is_a_conflict_that_shows_it(self, line, empathy, as_):
        _, lead, person, _ = line
        client = as_(lead)
        sent = typed(client.get(form_page(person)), version_of(empathy))
        client.post(form_page(person), data=sent)
        answer = client.post(form_page(person), data={**sent, "note": "Second thoughts"})
        assert answer.status_code == 409
        assert "Second thoughts" in answer.text
        saved = client.post(form_page(person) + "/draft", data=sent, headers=JSON)
        assert (saved.status_code, "kept this observation already" in saved.json["detail"]) == (409, True)

    def test_the_wording_on_the_page_is_the_one_it_is_kept_by(self, line, empathy, as_):
        _, lead, person, _ = line
        client, version = as_(lead), version_of(empathy)
        sent = typed(client.get(form_page(person)), version)
        db.session.get(BehaviourVersion, version).is_current = False
        db.session.flush()
        db.session.add(
            BehaviourVersion(
                behaviour_id=empathy.id, version=2, name="New words", levels=list("abcde"), written_at=clock.now()
            )
        )
        db.session.commit()
        refused = client.post(form_page(person), data={**sent, "note": ""})
        assert f'name="level-{version}"' in refused.text
        assert "New words" not in refused.text
        kept = client.post(form_page(person), data=sent)
        assert db.session.scalar(select(ObservedLevel.version_id)) == version
        assert "Level 4 of 5: Well The rubric was worded anew" in words(client.get(kept.location))

    def test_of_oneself_it_says_what_it_is_for(self, line, empathy, as_):
        person = line[2]
        client = as_(person)
        page = client.get(form_page(person))
        assert "How do you see it yourself?" in words(page)
        assert "opens no gap and closes none" in words(page)
        kept = client.post(form_page(person), data=typed(page, version_of(empathy)))
        told = words(client.get(kept.location))
        assert "How you see it yourself" in told
        assert "Do you see it otherwise?" not in told

    def test_without_a_rubric_it_leads_to_whoever_sets_one(self, line, as_):
        _, lead, person, _ = line
        page = words(as_(lead).get(form_page(person)))
        assert "No behaviour to look for yet" in page
        assert "HR and the champion of the programme set them" in page
        assert "Keep the observation" not in page

    def test_a_quoted_comment_shows_until_the_customer_is_forgotten(self, line, empathy, as_):
        _, lead, person, colleague = line
        keep(given(2, person=person, comment="Nobody listened", customer_key="C1"))
        client = as_(lead)
        page = client.get(form_page(person))
        number = re.search(r'name="response" value="(\d+)"', page.text)[1]
        sent = typed(page, version_of(empathy), note="", response=number)
        kept = client.post(form_page(person), data=sent)
        assert kept.status_code == 303
        assert "Nobody listened" in words(client.get(kept.location))
        assert "Nobody listened" in words(as_(person).get(kept.location))
        assert "Quote a customer" not in as_(colleague).get(form_page(person)).text
        set_manager(person, line[0], now=clock.now())
        db.session.commit()
        assert "not yours to read" in words(client.get(kept.location))
        erase_customer("C1", None, clock.now())
        db.session.commit()
        assert "The customer asked to be forgotten" in words(as_(person).get(kept.location))

    def test_it_is_open_to_those_above_to_peers_and_to_oneself(self, line, empathy, as_):
        boss, lead, person, colleague = line
        hr, stranger = make_person(roles=(Role.HR,)), make_person()
        statuses = [as_(one).get(form_page(person)).status_code for one in (boss, lead, person, colleague)]
        assert statuses == [200] * 4
        sent = typed(as_(lead).get(form_page(person)), version_of(empathy))
        for one, status in ((stranger, 404), (hr, 403)):
            client = as_(one)
            assert client.get(form_page(person)).status_code == status
            for address in (form_page(person), form_page(person) + "/draft"):
                assert client.post(address, data=sent).status_code == status
        assert db.session.scalar(select(Observation.id)) is None


class TestDispute:
    @pytest.fixture
    def made(self, line, empathy):
        _, lead, person, _ = line
        return observe(person, lead, {empathy.id: 1}, note="Cut the customer short")

    def test_from_dispute_to_decision(self, line, made, as_):
        boss, lead, person, _ = line
        page = f"{HERE}/{made.id}"
        mine, readers = as_(person), as_(boss)
        assert mine.post(page + "/dispute", data={"reason": ""}).status_code == 422
        assert mine.post(page + "/dispute", data={"reason": "I was asked to hurry"}).status_code == 303
        told = words(mine.get(page))
        assert "Disputed: counts for nothing until decided" in told
        assert "It waits for Bea Above" in told
        assert "Disputes for you to decide" in words(readers.get(HERE))
        shown = words(readers.get(page))
        assert "You are the second reader" in shown
        assert "I was asked to hurry" in shown
        refused = readers.post(page + "/decide", data={"decision": "struck", "reason": ""})
        assert (refused.status_code, 'id="reason-error"' in refused.text) == (422, True)
        decision = {"decision": "struck", "reason": "The recording shows the hurry"}
        assert [readers.post(page + "/decide", data=decision).status_code for _ in range(2)] == [303, 303]
        late = readers.post(page + "/decide", data={"decision": "stands", "reason": "On second thoughts"})
        assert (late.status_code, "On second thoughts" in late.text) == (409, True)
        assert "Disputes for you to decide" not in words(readers.get(HERE))
        for one in (lead, person):
            told = words(as_(one).get(page))
            assert "Struck: counts for nothing" in told
            assert "Bea Above decided: the observation is struck" in told

    def test_other_words_later_are_a_conflict_that_keeps_them(self, line, made, as_):
        client = as_(line[2])
        page = f"{HERE}/{made.id}/dispute"
        client.post(page, data={"reason": "I was asked to hurry"})
        late = client.post(page, data={"reason": "And more"})
        assert (late.status_code, "And more" in late.text) == (409, True)

    def test_strangers_find_nothing_and_others_may_not(self, line, made, as_):
        _, lead, person, colleague = line
        page = f"{HERE}/{made.id}"
        for one in (make_person(), colleague, make_person(roles=(Role.CHAMPION,))):
            client = as_(one)
            assert client.get(page).status_code == 404
            assert client.post(page + "/dispute", data={"reason": "No"}).status_code == 404
            assert client.post(page + "/decide", data={"decision": "struck", "reason": "No"}).status_code == 404
        assert as_(lead).post(page + "/dispute", data={"reason": "No"}).status_code == 403
        assert as_(person).post(page + "/decide", data={"decision": "stands", "reason": "No"}).status_code == 403
        assert db.session.scalar(select(Dispute.observation_id)) is None


class TestLists:
    def test_everyone_begins_with_what_to_do(self, line, as_):
        _, lead, person, _ = line
        page = words(as_(person).get(HERE))
        assert "Nobody has observed your work yet" in page
        assert "Observe a colleague" in page
        assert "Agent02 Report" in page
        assert "Observe someone in your team" not in page
        page = words(as_(lead).get(HERE))
        assert "Observe someone in your team" in page
        assert "You have observed nobody yet" in page

    def test_those_who_left_are_not_offered(self, line, as_):
        _, lead, _, colleague = line
        colleague.active = False
        db.session.commit()
        assert "Agent02" not in as_(lead).get(HERE).text
        assert as_(lead).get(form_page(colleague)).status_code == 404

    def test_a_long_list_pages_by_key_and_an_unknown_one_is_the_overview(self, line, empathy, as_):
        _, lead, person, _ = line
        for days in range(30):
            observe(person, lead, {empathy.id: 3}, on=today() - timedelta(days=days))
        client = as_(person)
        assert "All of them" in words(client.get(HERE))
        first = client.get(HERE + "?show=about")
        following = re.search(r'rel="next" href="\?([^"]+)"', first.text)[1].replace("&amp;", "&")
        second = client.get(f"{HERE}?{following}")
        links = re.compile(rf'href="{HERE}/(\d+)"')
        pages = [links.findall(page.text) for page in (first, second)]
        assert [len(page) for page in pages] == [25, 5]
        assert [int(one) for page in pages for one in page] == sorted(db.session.scalars(select(Observation.id)))
        assert len(links.findall(as_(lead).get(HERE + "?show=made").text)) == 25
        assert "Observe a colleague" in words(client.get(HERE + "?show=nonsense"))
        assert "Nothing here" in words(client.get(HERE + "?show=disputes"))

    def test_each_list_costs_the_same_at_1_and_at_50(self, line, empathy, as_, count_statements):
        boss, lead, person, _ = line
        client = as_(lead)

        def one_more(number):
            """One for each of the lists, and one more to observe."""
            rows = [
                added(lead, lead, kind="self"),
                added(lead, boss),
                added(person, lead, state="draft", kept_at=None),
                added(person, lead),
                disputed := added(person, line[3], kind="peer"),
            ]
            db.session.add_all(rows)
            db.session.flush()
            db.session.add(Dispute(observation_id=disputed.id, reason="No", raised_at=clock.now(), reader_id=lead.id))
            if number % 5 == 0:
                make_person(manager=lead, family_name=f"More{number}")

        def added(observed, observer, **values):
            kept = {"kind": "supervisor", "state": "kept", "kept_at": clock.now(), **values}
            who = {"person_id": observed.id, "observer_id": observer.id, "token": uuid.uuid4().hex}
            return Observation(observed_on=today(), saved_at=clock.now(), **who, **kept)

        def costs():
            for address in (HERE, *(f"{HERE}?show={name}" for name in ("disputes", "drafts", "about", "made"))):
                with count_statements() as seen:
                    assert client.get(address).status_code == 200
                yield len(seen)

        one_more(0)
        db.session.commit()
        at_one = list(costs())
        for number in range(1, 50):
            one_more(number)
        db.session.commit()
        assert list(costs()) == at_one
        assert at_one == [6, 2, 2, 2, 2]
