"""What waits for a person, on the home page and on the first page of this slice."""

from datetime import timedelta

import pytest

from app.voice.queries.home import waiting_for
from tests.factories import make_person, sign_in
from tests.voice import build
from tests.voice.board_build import blocker


def test_each_hears_what_waits_for_them(app):
    today = build.date_today()
    agent, owner = make_person(), make_person()
    champion, executive = make_person(roles=("champion",)), make_person(roles=("executive",))
    survey = build.survey(title="How are you")
    build.question(survey, "rating")
    wave = build.wave(survey, [agent, champion])
    build.wave(survey, [agent], closes_on=today + timedelta(days=2))
    blocker("Late", state="planned", owner_id=owner.id, target_on=today - timedelta(days=3))
    blocker("In time", state="planned", owner_id=owner.id, target_on=today)
    blocker("Old", reported_on=today - timedelta(days=15))
    blocker("Just in time", reported_on=today - timedelta(days=14))
    draft = blocker("A draft", state="draft", reporter_id=agent.id)

    found = waiting_for(agent, today)
    assert (found.survey.text, found.survey.number, found.draft.id) == ("How are you", 2, draft.id)
    assert found.survey.day == today + timedelta(days=2)  # what closes first
    assert (found.overdue, found.untriaged, found.unanswered) == (None, None, None)
    assert (waiting_for(owner, today).overdue.text, waiting_for(owner, today).overdue.number) == ("Late", 1)
    found = waiting_for(champion, today)
    assert (found.survey.link, found.untriaged.number, found.unanswered.text) == (wave.link, 2, "Old")
    found = waiting_for(executive, today)
    assert (found.survey, found.untriaged, found.unanswered.number) == (None, None, 1)


@pytest.mark.sqlite_only
def test_the_first_page_tells_everything_in_as_many_statements_for_one_as_for_many(app, count_statements):
    person = make_person(roles=("hr",))
    survey = build.survey(title="How are you")
    build.question(survey, "rating")
    client = sign_in(app.test_client(), person)
    assert "None at present" in client.get("/voice").text
    counts = []
    for n in (1, 8):
        for _ in range(n):
            build.wave(survey, [person])
            blocker(reporter_id=person.id)
            blocker(state="fixed")
        with count_statements() as seen:
            page = client.get("/voice").text
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert page.count("Waits for you") == 9
    assert "of 9" in page
    assert page.count("The form takes the customer’s name now.") == 3
