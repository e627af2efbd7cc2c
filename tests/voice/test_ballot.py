"""Answering in the browser: invited by name, answering without one."""

import re
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from sqlalchemy import select

from app.core.db import db
from app.voice.models import Participant, Reached, SealedAnswer
from app.voice.operations import sealing
from app.voice.rules.schedule import LONGEST_DAYS
from tests.factories import make_person, sign_in
from tests.voice.build import date_today, process, question, survey, wave

pytestmark = pytest.mark.sqlite_only
FULL = {
    "q-mood": "4",
    "q-pick": "a",
    "q-more": ["a", "c"],
    "q-rank:a": "2",
    "q-rank:b": "1",
    "q-rank:c": "3",
    "q-grid:speed": "low",
    "q-grid:tone": "high",
    "q-why": "<script>alert(1)</script>\r\nIt takes long.",
    "minutes": "2-5",
}


def full_wave(people, **values):
    """Every kind of question; "why" is asked when the mood is 4."""
    one = survey(**values)
    question(one, "rating", "How is it going?", key="mood", required=True, help="These days.")
    question(one, "single", key="pick")
    question(one, "multiple", key="more")
    question(one, "ranking", key="rank")
    question(one, "matrix", key="grid", required=True)
    question(one, "text", key="why", required=True, show_if={"question": "mood", "values": ["4"]})
    question(one, "process", key="block")
    return wave(one, people)


class Browser:
    """One browser, with somebody signed in."""

    def __init__(self, app, person=None):
        self.client = app.test_client()
        if person:
            sign_in(self.client, person)

    def press(self, wave, endpoint="ticket", **data):
        page = self.client.get(f"/voice/s/{wave.link}")
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        return self.client.post(f"/voice/answer/{wave.link}/{endpoint}", data={"csrf_token": token, **data})

    def send(self, wave, **changes):
        return self.client.post(f"/voice/answer/{wave.link}", data={**FULL, **changes})

    def held(self, wave):
        return self.client.get_cookie(f"voice-{wave.link}", path=f"/voice/answer/{wave.link}")


def sealed(of):
    found = db.session.scalars(select(SealedAnswer.content).where(SealedAnswer.wave_id == of.id))
    return [sealing.unseal(of.link, one) for one in found]


@pytest.fixture
def scene(app):
    process("Refunds")
    person = make_person(given_name="Zora", family_name="Quickstep")
    return person, full_wave([person]), Browser(app, person)


class Watched(SecureCookieSession):
    """A session that notes which of its values are read."""

    read = []  # noqa: RUF012 - of the test

    def get(self, key, default=None):
        self.read.append(key)
        return super().get(key, default)

    def __getitem__(self, key):
        self.read.append(key)
        return super().__getitem__(key)


def test_a_ballot_knows_nobody_and_carries_every_kind_of_answer(app, scene, count_statements):
    person, here, browser = scene
    browser.client.post("/theme", data={"theme": "dark"})
    assert browser.press(here).location == f"/voice/answer/{here.link}"
    cookie = browser.held(here)
    assert cookie.http_only
    assert (cookie.same_site, cookie.path) == ("Strict", f"/voice/answer/{here.link}")
    assert cookie.expires.date() >= here.opens_on + timedelta(days=LONGEST_DAYS + 60)  # it may be given more time

    interface = SecureCookieSessionInterface()
    interface.session_class = Watched
    app.session_interface = interface
    with count_statements() as seen:
        page = browser.client.get(f"/voice/answer/{here.link}")
        missing = browser.send(here, **{"q-why": ""})
        sent = browser.send(here)
        thanks = browser.client.get(sent.location)
        again = browser.client.get(f"/voice/answer/{here.link}")
        unknown = browser.client.get("/voice/answer/nothing")
    statuses = [one.status_code for one in (page, missing, sent, thanks, again, unknown)]
    assert statuses == [200, 422, 303, 200, 403, 404]
    assert set(Watched.read) <= {"_permanent"}  # all that Flask itself asks, of every session
    assert not [one for one in seen if re.search(r"\bperson\b|voice_participant", one)]  # no name was looked up either
    for one in (page, missing, sent, thanks, again, unknown):
        assert "Set-Cookie" not in one.headers or "uplift=" not in one.headers["Set-Cookie"]
        assert "Zora" not in one.text
        assert "csrf_token" not in one.text
    assert browser.held(here) is None

    [envelope] = sealed(here)
    assert envelope == {
        "answers": {
            "mood": 4,
            "pick": "a",
            "more": ["a", "c"],
            "rank": ["b", "a", "c"],
            "grid": {"speed": "low", "tone": "high"},
            "why": "<script>alert(1)</script>\nIt takes long.",
        },
        "segments": {},
        "minutes": "2-5",
    }
    assert 'data-sent="' + here.link in thanks.text
    took_part = db.session.get(Participant, (here.id, person.id)).took_part
    assert took_part


def test_wrong_answers_come_back_with_what_was_typed(app, scene):
    _, here, browser = scene
    browser.press(here)
    long = "x" * 100_000
    page = browser.send(
        here,
        **{"q-mood": "4", "q-why": long, "q-rank:b": "2", "q-grid:tone": "", "q-pick": "zzz", "q-forged": "1"},
    )
    assert page.status_code == 422
    assert "This survey was changed while you were answering" in page.text
    for number, words in {
        2: "Choose one of",
        4: "no place twice",
        5: "Each line",
        6: "it has 100,000 characters",
    }.items():
        assert f'<a href="#q{number}">Question {number}</a>: ' in page.text
        assert words in page.text
    assert long in page.text
    assert re.search(r'value="4" checked', page.text)
    assert len(re.findall(r'<option value="2" selected', page.text)) == 2
    assert page.text.count('id="q6-error"') == 1
    odd = {
        "q-mood": "4.5",
        "q-why": "a\x00b<b>",
        "q-more": ["a", "a"],
        "q-grid:speed": "\x00",
        "q-rank:a": "first",
        "minutes": "x" * 99,
    }
    page = browser.send(here, **odd)
    assert page.status_code == 422
    assert "ab&lt;b&gt;" in page.text
    assert "<b>" not in page.text
    for name in ("q-mood", "q-block", "q-rank:a", "q-grid:speed", "q-why", "s-why"):
        for value in ("", "\x00", "-1", "²", "9" * 5000):
            assert browser.send(here, **{"q-grid:tone": "", name: value}).status_code == 422, (name, value)
    app.config["MAX_FORM_MEMORY_SIZE"] = 10_000
    address, huge = f"/voice/answer/{here.link}", {"q-why": "x" * 20_000}
    page = browser.client.post(address, data=huge, content_type="multipart/form-data")
    assert page.status_code == 413
    assert "Nothing was sent. Go back" in page.text
    assert sealed(here) == []


def test_a_text_is_never_lost_to_a_missing_ticket_a_replay_or_a_closed_survey(app, scene):
    person, here, browser = scene
    mine = "q-why", "What nobody may lose"
    page = browser.send(here, **dict([mine]))
    assert page.status_code == 403
    assert mine[1] in page.text
    assert "collect it in a new tab" in page.text
    assert browser.client.get(f"/voice/answer/{here.link}").status_code == 403

    browser.press(here)
    cookie = browser.held(here)
    assert browser.send(here).status_code == 303
    browser.client.set_cookie(cookie.key, cookie.value, path=cookie.path)
    page = browser.send(here, **dict([mine]))
    assert page.status_code == 409
    assert "Your answers are here already" in page.text
    assert mine[1] in page.text
    assert len(sealed(here)) == 1
    assert browser.client.get(f"/voice/answer/{here.link}").status_code == 409

    there = full_wave([person])
    browser.press(there)
    browser.client.set_cookie(f"voice-{there.link}", cookie.value, path=f"/voice/answer/{there.link}")
    assert browser.send(there).status_code == 403  # a ticket of another wave
    there.state, there.answers = "closed", 0
    page = browser.send(there, **dict([mine]))
    assert page.status_code == 409
    assert "This survey is closed" in page.text
    assert mine[1] in page.text
    assert browser.client.get(f"/voice/answer/{there.link}").status_code == 409
    assert "This survey is closed" in browser.client.get(f"/voice/s/{there.link}").text
    assert sealed(there) == []


def test_what_points_at_somebody_is_asked_about_once(app, scene):
    _, here, browser = scene
    browser.press(here)
    text = "Zora Quickstep said: write to a@b.example."
    found = browser.client.post(f"/voice/answer/{here.link}/names", data={"text": text}).json["found"]
    assert [one["text"] for one in found] == ["Zora Quickstep", "a@b.example"]
    assert Browser(app).client.post(f"/voice/answer/{here.link}/names", data={"text": text}).status_code == 403

    page = browser.send(here, **{"q-why": text})
    assert page.status_code == 200
    assert sealed(here) == []
    replace, keep = re.findall(r'name="s-why" value="([^"]+)"', page.text)
    # A decision is about what was shown: another name asks again.
    other = browser.send(here, **{"q-why": text + " Zora!", "s-why": keep})
    assert other.status_code == 200
    # It stays while something else is put right.
    page = browser.send(here, **{"q-why": text, "s-why": keep, "q-mood": "9"})
    assert page.status_code == 422
    page = browser.send(here, **{"q-why": text, "s-why": keep, "q-grid:tone": ""})
    assert f'name="s-why" value="{keep}"' in page.text
    assert browser.send(here, **{"q-why": text, "s-why": replace}).status_code == 303
    assert sealed(here)[0]["answers"]["why"] == "[a colleague] said: write to [e-mail address]."


def test_the_invitation_promises_what_holds(app):
    people = [make_person(department="Support") for _ in range(10)] + [make_person(department="Legal")]
    modes = {}
    for mode in ("anonymous", "confidential", "named"):
        modes[mode] = full_wave(people, mode=mode, segments="department" if mode == "confidential" else "")
    many, few = Browser(app, people[0]), Browser(app, people[-1])
    assert "This survey is anonymous" in many.client.get(f"/voice/s/{modes['anonymous'].link}").text
    assert "<dd>Support</dd>" in many.client.get(f"/voice/s/{modes['confidential'].link}").text
    page = few.client.get(f"/voice/s/{modes['confidential'].link}").text
    assert "<dd>Other</dd>" in page
    assert "Legal" not in page

    named = modes["named"]
    assert "Your name goes with your answers" in many.client.get(f"/voice/s/{named.link}").text
    page = many.press(named)
    assert page.status_code == 422
    assert "Say that this is fine with you" in page.text
    assert many.press(named, consent="yes").status_code == 303
    assert many.send(named).status_code == 303
    assert sealed(named)[0]["person_id"] == people[0].id

    for state in ("planned", "cancelled"):
        modes["anonymous"].state = state
        assert few.client.get(f"/voice/s/{modes['anonymous'].link}").status_code == 404
        assert few.client.get(f"/voice/answer/{modes['anonymous'].link}").status_code == 404
    assert few.client.get("/voice/s/nothing").status_code == 404
    assert Browser(app, make_person()).client.get(f"/voice/s/{named.link}").status_code == 404
    assert Browser(app).client.get(f"/voice/s/{named.link}").location.startswith("/login?next=/voice/s/")
    by_link = wave(survey(), by_link=True, definition=named.definition | {"mode": "anonymous"})
    assert Browser(app).client.get(f"/voice/s/{by_link.link}").status_code == 302
    assert few.press(by_link).status_code == 303
    assert few.send(by_link).status_code == 303


def test_a_ticket_stays_in_its_browser_unless_it_is_given_back(app, scene):
    person, here, browser = scene
    other = Browser(app, person)
    assert browser.press(here).status_code == 303
    ticket = browser.held(here).value
    assert browser.press(here).status_code == 303  # a second click
    assert browser.held(here).value == ticket
    page = other.press(here)
    assert page.status_code == 409
    assert "Your ticket was given out already" in page.text
    assert other.press(here, "give-back").status_code == 403
    assert browser.press(here, "give-back").status_code == 303
    assert browser.held(here) is None
    assert other.press(here).status_code == 303
    assert other.send(here).status_code == 303
    assert len(sealed(here)) == 1
    assert other.client.post(f"/voice/answer/{here.link}/ticket").status_code == 400  # without a token

    # Two people in one browser: nobody takes over what the other has begun without a word.
    second = make_person()
    there = full_wave([person, second])
    browser.press(there)
    first = browser.held(there).value
    draft = re.search(r'data-draft="(\w+)"', browser.client.get(f"/voice/answer/{there.link}").text)[1]
    sign_in(browser.client, second)
    page = browser.press(there)
    assert page.status_code == 409
    assert "Somebody else began" in page.text
    assert browser.held(there).value == first
    assert browser.press(there, replace="yes").status_code == 303
    page = browser.client.get(f"/voice/answer/{there.link}").text
    assert re.search(r'data-draft="(\w+)"', page)[1] != draft


def test_nobody_is_led_to_a_ballot_that_goes_in_under_another_name(app, count_statements):
    first, second = make_person(), make_person(given_name="Bea", family_name="Example")
    here = full_wave([first, second], mode="named")
    elsewhere, shared = Browser(app, first), Browser(app, second)
    assert elsewhere.press(here, consent="yes").status_code == 303
    assert shared.press(here, consent="yes").status_code == 303
    address = f"/voice/answer/{here.link}"
    with count_statements() as seen:
        page = shared.client.get(address).text
    assert "These answers go in as Bea Example. Not you? Close this page." in page
    assert len([one for one in seen if re.search(r"\bperson\b", one)]) == 1
    assert "go in as Bea Example" in shared.send(here, **{"q-mood": "9"}).text
    assert shared.press(here).location == address  # "Go on"

    held = shared.held(here).value
    sign_in(shared.client, first)
    page = shared.client.get(f"/voice/s/{here.link}").text
    assert f'href="{address}"' not in page
    assert "Go on</button>" in page
    assert "let them finish first" not in page
    page = shared.press(here)
    assert page.status_code == 409
    assert "Your ticket was given out already" in page.text
    assert shared.held(here).value == held

    there = full_wave([first])
    elsewhere.press(there)
    page = elsewhere.client.get(f"/voice/s/{there.link}").text
    assert "If somebody else began in this browser, let them finish first." in page
    assert "go in as" not in elsewhere.client.get(f"/voice/answer/{there.link}").text


def test_a_double_click_or_a_lost_answer_costs_nobody_the_ticket(app, scene):
    person, here, browser = scene
    page = browser.client.get(f"/voice/s/{here.link}").text
    form = dict(re.findall(r'name="(csrf_token|form)" value="([^"]+)"', page))
    assert len(form["form"]) >= 22
    assert form["form"] not in browser.client.get(f"/voice/s/{here.link}").text
    address, got = f"/voice/answer/{here.link}/ticket", []
    for _ in range(2):  # the first one's answer never got here
        assert browser.client.post(address, data=form).status_code == 303
        got.append(browser.held(here).value)
        browser.client.delete_cookie(f"voice-{here.link}", path=f"/voice/answer/{here.link}")
    assert got[0] == got[1]
    assert browser.press(here).status_code == 409  # another form
    assert browser.client.post(address, data=form).status_code == 303
    assert browser.press(here, "give-back").status_code == 303
    page = browser.client.post(address, data=form)  # the page of before
    assert page.status_code == 409
    assert "now you get a new one" in page.text
    assert browser.press(here).status_code == 303
    assert browser.send(here).status_code == 303

    # Who begins in spite of somebody else’s ticket and clicks twice gets their own.
    second = make_person()
    there = full_wave([person, second])
    browser.press(there)
    theirs = browser.held(there)
    sign_in(browser.client, second)
    page = browser.press(there).text
    form = dict(re.findall(r'name="(csrf_token|form|replace)" value="([^"]+)"', page))
    address, got = f"/voice/answer/{there.link}/ticket", []
    for _ in range(2):
        browser.client.set_cookie(theirs.key, theirs.value, path=theirs.path)
        assert browser.client.post(address, data=form).status_code == 303
        got.append(browser.held(there).value)
    assert got[0] == got[1] != theirs.value


def test_after_the_last_day_one_can_send_until_it_is_closed_and_not_begin(app, scene):
    person, here, browser = scene
    browser.press(here)
    here.opens_on = here.closes_on = date_today() - timedelta(days=1)
    late = full_wave([person])
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.client.get(f"/voice/s/{late.link}").text)[1]
    late.opens_on = late.closes_on = here.closes_on
    assert browser.send(here).status_code == 303
    page = browser.client.get(f"/voice/s/{late.link}")
    assert "This survey is closed" in page.text
    assert browser.client.post(f"/voice/answer/{late.link}/ticket", data={"csrf_token": token}).status_code == 409


def test_how_far_one_got_is_counted(app, scene):
    _, here, browser = scene
    browser.press(here)
    address = f"/voice/answer/{here.link}/reached"
    assert (
        browser.client.post(address, data={"position": ["0", "1", "6", "x", "-1", "77", "9" * 50]}).status_code == 204
    )
    assert Browser(app).client.post(address, data={"position": "2"}).status_code == 403
    assert dict(db.session.execute(select(Reached.position, Reached.n)).all()) == {0: 1, 1: 1}
