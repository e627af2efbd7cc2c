"""Pages and files of results: what they show, what they keep back and how they say so, who may, and what they cost."""

import csv
import io
import re

import pytest

from app.core.db import db
from app.voice.models import Reached, Survey
from tests.factories import make_person, sign_in
from tests.voice import build

pytestmark = pytest.mark.sqlite_only

SUPPORT, SALES, LEGAL = "Support", "Sales <b>& more</b>", "Legal"
TEXTS = (
    "The refund tool is slow and terrible.",
    "I love how the refund tool looks, great.",
    "<script>alert(1)</script>",
)


@pytest.fixture
def client(app):
    return sign_in(app.test_client(), make_person(roles=("hr",), given_name="Hana"))


@pytest.fixture
def people(app):
    return [make_person(department=one) for one in [SUPPORT] * 16 + [SALES] * 14 + [LEGAL] * 10]


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def rows(answer):
    assert answer.status_code == 200, words(answer)
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def every_kind():
    """A confidential survey with a question of each kind."""
    made = build.survey(mode="confidential", segments="department", title="Pulse")
    build.question(made, "rating", "Would you recommend us?", key="enps", content=build.ENPS)
    build.question(made, "rating", "Is the tool there?", key="same")
    build.question(made, "process", "What blocks you?", key="process")
    build.question(made, "single", "What would help?", key="single")
    build.question(made, "multiple", "What do you use?", key="multiple")
    build.question(made, "ranking", "In which order?", key="order")
    build.question(made, "matrix", "How is it?", key="matrix")
    build.question(made, "text", "Why?", key="why")
    build.question(made, "text", "Anything else?", key="else")
    return made


def answer_of(at, options, *, high):
    """The answer of one person: all but the last say the same to the second question."""
    return {
        "enps": (9, 10, 8)[at % 3] if high else (9, 5, 7, 2)[at % 4],
        "same": 4 if at == 7 else 5,
        "process": [options[at % 2]],
        "single": "ab"[at % 2],
        "multiple": ["a", "b"] if at % 2 else ["a"],
        "order": ["a", "b", "c"] if at % 3 else ["b", "c", "a"],
        "matrix": {"speed": ("low", "high")[at % 2], "tone": "high"},
        **({"why": TEXTS[at % 3]} if at < 15 else {}),
        **({"else": f"Private {at}"} if at < 3 else {}),
    }


def closed_wave(survey, people, legal=3):
    """Sixteen answers of Support, fourteen of Sales, and so many of Legal."""
    wave = build.wave(survey, people)
    options = [one["key"] for one in wave.definition["questions"][2]["content"]["options"]]
    groups = [SUPPORT] * 16 + [SALES] * 14 + [LEGAL] * legal
    answers = [answer_of(at, options, high=one == SALES) for at, one in enumerate(groups)]
    build.answered(wave, answers, [{"department": one} for one in groups])
    for position, n in enumerate([36, 35, 34, 30]):
        db.session.add(Reached(wave_id=wave.id, position=position, n=n))
    return build.closed(wave)


@pytest.fixture
def scene(people):
    build.process("Refunds")
    build.process("Invoices")
    return closed_wave(every_kind(), people)


def test_a_wave_shows_each_question_with_how_sure_it_is(app, scene, client, people):
    page = client.get(f"/voice/results/{scene.id}")
    text = words(page)
    for told in (
        "33 answers to Pulse",
        "33 of the 40 people who were asked answered (83 %).",
        "A share may be up to 7 points off what all 40 would have said",
        "eNPS 15, and it may well lie between",
        "Mean about 5: nearly all are of one mind",
        "90 % or more",
        "Named most is “Apples”",
        "First on the whole, as far as can be told: “Apples” and “Bread”",
        "15 of 33 wrote something.",
        "About 85 % of those who opened the page got to question 3",
        "2 to 5 minutes: 90 % or more",
    ):
        assert told in text, told
    assert (
        f'href="/voice/blockers?of={scene.definition["questions"][2]["content"]["options"][0]["key"][8:]}"' in page.text
    )
    pictures = page.text.count('<svg class="chart-svg"')
    assert pictures == 8
    assert page.text.count('<details class="chart-table">') == page.text.count("<desc") == pictures
    # Nowhere on the page, in no tooltip and no table, is there a number that undoes a band.
    assert not re.search(
        r"\b(32|97) ?%|\b32\b|100 %", text.partition("Is the tool there?")[2].partition("What blocks")[0]
    )

    check_file(scene, client)
    check_texts(scene, client)
    check_who_may(app, scene)
    assert "No survey was asked" not in words(client.get("/voice/results"))
    second = closed_wave(db.session.get(Survey, scene.survey_id), people)
    page = client.get(f"/voice/results/{second.id}")
    assert "As in wave 1, as far as can be told." in words(page)
    assert f'href="/voice/results/{scene.id}"' in page.text


def check_who_may(app, scene):
    """Champions, HR and executives, all of them the same."""
    paths = ("", "/figures.csv", "/questions/enps", "/questions/why/texts.csv", "/people", "/people.csv")
    addresses = ["/voice/results", *(f"/voice/results/{scene.id}{one}" for one in paths)]
    pages = []
    for roles, allowed in ((("champion",), True), (("executive",), True), (("administrator",), False), ((), False)):
        client = sign_in(app.test_client(), make_person(roles=roles))
        for address in addresses:
            expected = {404 if "/people" in address else 200} if allowed else {403}
            assert client.get(address).status_code in expected, (roles, address)
        if allowed:
            pages.append(client.get(f"/voice/results/{scene.id}/figures.csv").text)
    assert pages[0] == pages[1]


def check_file(scene, client):
    """A file says what the page says."""
    told = rows(client.get(f"/voice/results/{scene.id}/figures.csv"))
    assert {len(one) for one in told} == {9}
    by_answer = {(one[1], one[2], one[3]): one for one in told}
    assert by_answer["Is the tool there?", "", "mean"][4:8] == ["about 5", "", "", "33"]
    assert by_answer["Is the tool there?", "", "5 (Always)"][4] == "90 % or more"
    assert by_answer["Is the tool there?", "", "4"][4] == "10 % or less"
    assert by_answer["Would you recommend us?", "", "eNPS"][4] == "15"
    assert by_answer["How is it?", "Tone", "High"][4] == "90 % or more"
    assert by_answer["In which order?", "", "Apples: put first by"][4] == "67 %"
    assert by_answer["Anything else?", "", ""][4:8] == ["not shown", "", "", ""]
    assert {one[8] for one in told[1:]} == {"everyone"}
    narrowed = rows(client.get(f"/voice/results/{scene.id}/figures.csv?department={SUPPORT}"))
    assert {one[8] for one in narrowed[1:]} == {"people in Support"}


def check_texts(scene, client):
    """They are quoted of everyone, from eight on."""
    here = f"/voice/results/{scene.id}/questions"
    page = client.get(f"{here}/why?department={LEGAL}")
    text = words(page)
    assert "15 texts" in text
    assert "refund tool 10 texts" in text
    assert "<script>alert" not in page.text
    assert page.text.count('class="said"') == 15
    told = rows(client.get(f"{here}/why/texts.csv"))
    assert told[0] == ["Text", "Tone"]
    assert sorted({one[0] for one in told[1:]}) == sorted(TEXTS)
    assert len(told) == 16

    few = client.get(f"{here}/else")
    assert "Too few texts to quote any" in words(few)
    assert "Private" not in few.text
    refused = client.get(f"{here}/else/texts.csv")
    assert refused.status_code == 403
    assert "Too few texts to quote any" in words(refused)
    assert client.get(f"{here}/single/texts.csv").status_code == 404


def test_groups_are_shown_and_compared_or_refused_with_the_reason(scene, client):
    here = f"/voice/results/{scene.id}"
    page = client.get(f"{here}?department={SUPPORT}")
    assert "What people in Support said (16 people)" in words(page)
    assert "How far people got" not in words(page)
    kept_back = [  # three of Legal: they stay back, and so does the smaller one of the others
        ({"department": LEGAL}, "Too few of them answered"),
        ({"department": SALES}, "Showing this group would give"),
        ({"department": "Nobody’s \x00 <i>" + "x" * 100_000}, "There is no such group"),
        ({"department": "department=Support|location=Berlin"}, "There is no such group"),
    ]
    for args, reason in kept_back:
        page = client.get(here, query_string=args)
        text = words(page)
        assert page.status_code == 200
        assert reason in text
        assert "eNPS" not in text.replace("eNPS is the share", "")
        assert '<svg class="chart-svg"' not in page.text
        assert f'<a class="btn btn-primary" href="{here}">Show everyone</a>' in page.text
        assert not re.search(r"\b3 (people|answers)|\b14\b", text)
        refused = client.get(f"{here}/figures.csv", query_string=args)
        assert (refused.status_code, refused.mimetype) == (403, "text/html")
        assert reason in words(refused)
    assert "<i>" not in client.get(here, query_string=kept_back[2][0]).text
    # A field that this survey does not compare by changes nothing.
    assert "What they said (33 people)" in words(client.get(f"{here}?location=Berlin"))

    page = client.get(f"/voice/results/{scene.id}/questions/enps")
    text = words(page)
    assert "Groups side by side" in text
    assert "not shown: too few answered" in text
    assert "can’t be compared" in text or "the rest;" in text
    assert client.get(f"/voice/results/{scene.id}/questions/forged").status_code == 404
    assert "What people in Support said" in words(
        client.get(f"/voice/results/{scene.id}/questions/single?department=Support")
    )


def test_an_open_wave_tells_nothing_but_at_least(app, client, people):
    assert "No survey was asked yet" in words(client.get("/voice/results"))
    survey = every_kind()
    wave = build.wave(survey, people)
    build.answered(wave, [{"enps": 9, "why": "Secret"}] * 13, {"department": SUPPORT})
    for address in (f"/voice/results/{wave.id}", "/voice/results"):
        page = client.get(address)
        assert "at least 10" in words(page)
        assert not re.search(r"\b13\b|Secret|eNPS", words(page))
    here = f"/voice/results/{wave.id}"
    assert "Secret" not in client.get(f"{here}/questions/why").text
    assert "Nobody sees any result" in words(client.get(f"{here}/questions/enps"))
    for address in ("figures.csv", "questions/why/texts.csv"):
        assert client.get(f"{here}/{address}").status_code == 409
    planned = build.wave(survey, people, state="planned", definition=None)
    for address in (planned.id, 2**31, 999):
        assert client.get(f"/voice/results/{address}").status_code == 404
    check_too_few(client, people)


def check_too_few(client, people):
    """Of four answers nothing is shown."""
    one = build.survey(title="Small")
    build.question(one, "rating", key="q")
    wave = build.wave(one, people)
    build.answered(wave, [{"q": 2}] * 4)
    page = client.get(f"/voice/results/{build.closed(wave).id}")
    assert "Results are shown from 5 answers on" in words(page)
    assert "Mean" not in words(page)
    assert client.get(f"/voice/results/{wave.id}/figures.csv").status_code == 403


def test_named_answers_are_there_for_named_surveys_only(scene, client, people):
    for address in ("people", "people.csv"):
        assert client.get(f"/voice/results/{scene.id}/{address}").status_code == 404
    one = build.survey(mode="named", title="By name")
    for kind in ("rating", "single", "multiple", "ranking", "matrix", "text"):
        build.question(one, kind, f"A {kind}", key=kind)
    wave = build.wave(one, people)
    given = {
        "rating": 5,
        "single": "a",
        "multiple": ["a", "c"],
        "ranking": ["b", "a", "c"],
        "matrix": {"speed": "low"},
        "text": TEXTS[2],
    }
    build.answered(wave, [given], people=[people[0]])
    assert "is being answered" in words(client.get(f"/voice/results/{wave.id}"))
    assert client.get(f"/voice/results/{wave.id}/people").status_code == 404
    build.closed(wave)
    page = client.get(f"/voice/results/{wave.id}/people")
    for told in (
        people[0].family_name,
        "5 (Always)",
        "Apples, Cheese",
        "1. Bread, 2. Apples",
        "Speed: Low",
        "&lt;script",
    ):
        assert told in page.text, told
    assert people[1].family_name not in page.text
    assert "One person answered" in words(client.get(f"/voice/results/{wave.id}"))
    told = rows(client.get(f"/voice/results/{wave.id}/people.csv"))
    assert told[1][2:5] == ["5 (Always)", "Apples", "Apples, Cheese"]


def test_pages_cost_the_same_however_much_was_asked_and_answered(client, people, count_statements):
    def cost(address):
        client.get(address)
        with count_statements() as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    def wave_with(questions, answers):
        one = build.survey(mode="confidential", segments="department")
        for at in range(questions):
            build.question(one, ("rating", "single", "text")[at % 3], key=f"q{at}")
        wave = build.wave(one, people, asked=answers)
        given = [
            {f"q{at}": (n % 4 + 1, "ab"[n % 2], "Some words")[at % 3] for at in range(questions)}
            for n in range(answers)
        ]
        build.answered(wave, given, [{"department": (SUPPORT, SALES)[n % 2]} for n in range(answers)])
        return build.closed(wave)

    waves = [wave_with(1, 20), wave_with(40, 20), wave_with(3, 400)]
    for address in ("", "?department=Support", "/questions/q0", "/figures.csv"):
        costs = [cost(f"/voice/results/{wave.id}{address}") for wave in waves]
        assert len(set(costs)) == 1, (address, costs)
        assert costs[0] <= 8
    assert cost(f"/voice/results/{waves[1].id}/questions/q2") == cost(f"/voice/results/{waves[2].id}/questions/q2")
    before = cost("/voice/results")
    for _ in range(5):
        build.wave(db.session.get(Survey, waves[0].survey_id), people)
    assert cost("/voice/results") == before
