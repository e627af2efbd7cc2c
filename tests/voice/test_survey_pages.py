"""The pages on which surveys are built and asked: the way through, wrong input, two windows, who may, how many rows."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.db import db
from app.nps.models import Driver
from app.voice.models import Process, Survey, SurveyQuestion, Wave
from app.voice.operations import questions as operations
from tests.factories import make_person, sign_in
from tests.voice import build

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def client(app):
    app.config["WTF_CSRF_ENABLED"] = False
    return sign_in(app.test_client(), make_person(roles=("champion",), given_name="Cleo"))


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def hidden(page, name):
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1]


def where(answer):
    assert answer.status_code == 303, words(answer)
    return answer.location


def test_a_survey_is_built_from_a_template_and_asked(app, client):
    assert "No survey yet" in words(client.get("/voice/surveys"))
    page = client.get("/voice/surveys/new")
    assert "Blocker pulse" in words(page)
    start = {"token": hidden(page, "token"), "start": "template:blocker-pulse"}
    address = where(client.post("/voice/surveys/new", data=start))
    assert where(client.post("/voice/surveys/new", data=start)) == address
    page = client.get(address)
    assert "Anonymous" in words(page)
    assert "Only if question 3" in words(page)
    assert page.text.count('<li id="question-') == 8

    build.process("Refunds")
    preview = client.get(f"{address}/preview")
    assert "nothing is sent" in words(preview)
    assert "Refunds" in words(preview)
    assert 'action="/voice' not in preview.text.partition("survey-preview")[2]

    page = client.get(f"{address}/waves/new")
    form = {
        "token": hidden(page, "token"),
        "who": "everyone",
        "opens_on": hidden(page, "opens_on"),
        "closes_on": hidden(page, "closes_on"),
        "remind_on": "2",
    }
    counted = client.post(f"{address}/waves/new", data=form | {"count": "1"})
    assert "This finds 1 person today" in words(counted)
    assert "Nothing is ever shown of fewer than 5" in words(counted)
    assert db.session.scalar(select(Wave.id)) is None
    wave = where(client.post(f"{address}/waves/new", data=form))
    assert where(client.post(f"{address}/waves/new", data=form)) == wave
    assert "Everyone who works here 1 person as things are now" in words(client.get(wave))

    assert where(client.post(f"{wave}/open")) == wave
    assert "answers at least 0" in words(client.get(wave))
    assert "nobody has begun to answer" in words(client.get(address))
    assert "What it asks" in words(client.get(wave))
    assert "This is what wave 1 asks" in words(client.get(f"{wave}/preview"))
    later = build.date_today() + timedelta(days=21)
    where(client.post(f"{wave}/extend", data={"closes_on": later.isoformat()}))
    assert client.post(f"{wave}/extend", data={"closes_on": "2020-01-01"}).status_code == 422
    assert client.post(f"{wave}/cancel").status_code == 409
    where(client.post(f"{wave}/close"))
    where(client.post(f"{wave}/close"))
    assert "Closed, 0 answers" in words(client.get(wave))
    assert "Wave 1" in words(client.get("/voice/surveys"))


KINDS = {
    "rating": {"scale": "0-10", "labels": "Low\nHigh", "enps": "y"},
    "single": {"options": "One\n\nTwo\n Three "},
    "multiple": {"options": "One\nTwo", "most": "1"},
    "ranking": {"options": "One\nTwo"},
    "matrix": {"rows": "Speed\nTone", "options": "Low\nHigh"},
    "text": {"longest": "500"},
    "process": {"most": ""},
}


def test_a_question_of_each_kind_is_written_and_changed(app, client):
    survey = build.survey()
    address = f"/voice/surveys/{survey.id}"
    for kind, values in KINDS.items():
        page = client.get(f"{address}/questions/new?kind={kind}")
        data = {"key": hidden(page, "key"), "text": f"What about {kind}?", "help": "Say it", **values}
        for _ in range(2):  # a double click
            where(client.post(f"{address}/questions/new?kind={kind}", data=data))
    made = db.session.scalars(select(SurveyQuestion).order_by(SurveyQuestion.position)).all()
    assert [one.kind for one in made] == list(KINDS)
    assert made[0].content == {"low": 0, "high": 10, "labels": {"0": "Low", "10": "High"}, "enps": True}
    assert [one["text"] for one in made[1].content["options"]] == ["One", "Two", "Three"]
    for one in made:
        page = client.get(f"{address}/questions/{one.id}")
        assert f"What about {one.kind}?" in page.text
    single, text = made[1], made[5]
    changed = {"revision": str(db.session.get(Survey, survey.id).revision), "text": "Why?", "longest": "2000"}
    when = [f"{single.key}:two", f"{single.key}:three"]
    where(client.post(f"{address}/questions/{text.id}", data=changed | {"when": when}))
    db.session.expire_all()
    assert text.show_if == {"question": single.key, "values": ["two", "three"]}
    assert "is answered by “Two” or “Three”" in words(client.get(address))
    assert client.post(f"{address}/questions/{single.id}/remove").status_code == 409
    assert client.post(f"{address}/questions/{text.id}/move", data={"to": "1"}).status_code == 409
    where(client.post(f"{address}/questions/{text.id}/move", data={"to": "3"}))
    remove = f"{address}/questions/{text.id}/remove"
    assert where(client.post(remove)) == where(client.post(remove))
    assert 'value="Extremely likely"' not in client.get(address).text
    assert "Extremely likely" in client.get(f"{address}/questions/new?kind=rating&preset=enps").text


def test_wrong_input_is_told_at_its_field_and_kept(app, client):
    survey = build.survey()
    first = build.question(survey, "single", key="first")
    second = build.question(survey, "single", key="second")
    address = f"/voice/surveys/{survey.id}"
    new = f"{address}/questions/new?kind=single"
    key = "q" + "0" * 12
    script = "<script>alert(1)</script>"
    cases = [
        {"key": key, "text": "", "options": "One\nTwo"},
        {"key": key, "text": script, "options": "Only"},
        {"key": key, "text": "x" * 100_000, "options": "\n".join(["y" * 50_000, "z\x00"])},
        {"key": "'; drop", "text": "Hello", "options": "One\nTwo"},
        {"key": key, "text": "Hello", "options": "One\nTwo", "when": ["first:a", "second:a"]},
        {"key": key, "text": "Hello", "options": "One\nTwo", "when": ["first:nothing"]},
        {"key": key, "text": "Hello", "options": "One\nTwo", "when": ["\x00", "🙂:x"]},
        {},
    ]
    for data in cases:
        answer = client.post(new, data=data)
        assert answer.status_code == 422, data
        assert "Please change this" in words(answer)
        assert script not in answer.text
    assert "&lt;script&gt;" in client.post(new, data=cases[1]).text
    many = {"key": key, "text": "Hello", "options": "One\nTwo", "most": "9" * 5000}
    assert client.post(f"{address}/questions/new?kind=multiple", data=many).status_code == 422
    assert client.post(f"{address}/questions/new?kind=dance", data=many).status_code == 404
    assert client.get(f"/voice/surveys/{build.survey().id}/questions/{first.id}").status_code == 404
    assert client.get("/voice/surveys/99999").status_code == 404
    assert client.get("/voice/waves/99999").status_code == 404
    assert client.post(f"{address}/questions/{second.id}/move", data={"to": "x"}).status_code in {303, 409}

    wrong = {"title": "", "purpose": "p" * 3000, "mode": "open", "segments": ["shoe"], "revision": "x"}
    answer = client.post(address, data=wrong)
    assert answer.status_code == 422
    assert all(f'id="{name}-error"' in answer.text for name in ("title", "purpose", "mode", "segments")) or (
        words(answer).count(":") >= 4
    )
    assert client.post("/voice/surveys/new", data={"token": "t" * 20, "start": "blank"}).status_code == 422
    for start in ({"start": "template:nothing"}, {"start": "copy", "copy": "99999"}, {"start": "copy:x"}):
        assert client.post("/voice/surveys/new", data={"token": "t" * 20, **start}).status_code == 422
    assert client.post("/voice/surveys/new", data={"start": "blank", "title": "T"}).status_code == 422


def test_wrong_waves_are_told_at_their_fields(app, client):
    survey, today = build.survey(), build.date_today()
    address = f"/voice/surveys/{survey.id}/waves/new"
    good = {
        "token": "t" * 20,
        "who": "rule",
        "department": ["Support"],
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=14)).isoformat(),
        "remind_on": "2",
    }
    assert client.post(address, data=good).status_code == 422  # no question yet
    build.question(survey)
    cases = [
        {"who": "nobody"},
        {"department": ["Nowhere"]},
        {"department": []},
        {"hired_from": "30"},
        {"hired_from": "30", "hired_to": "20"},
        {"hired_to": "x"},
        {"opens_on": "yesterday"},
        {"opens_on": "2020-01-01"},
        {"closes_on": "9999-12-31"},
        {"remind_on": "always"},
        {"remind_on": "days", "day_1": "2020-01-01"},
        {"token": "t"},
    ]
    for change in cases:
        answer = client.post(address, data=good | change)
        assert answer.status_code == 422, change
        assert "Please change this" in words(answer) or "no longer valid" in words(answer)
    planned = where(client.post(address, data=good | {"hired_from": "0", "hired_to": "9", "who": "rule"}))
    assert "People in Support, who began 0 to 9 days before" in words(client.get(planned))
    assert "Nobody who works here fits" in words(client.get(planned))
    assert client.post(f"{planned}/open").status_code == 409
    where(client.post(f"{planned}/cancel"))
    assert "Called off" in words(client.get(planned))


def test_two_windows_do_not_overwrite_each_other(app, client):
    survey = build.survey(title="Before")
    question = build.question(survey, "text", "Before?")
    address = f"/voice/surveys/{survey.id}"
    mine = {"revision": "0", "title": "Mine", "purpose": "", "mode": "anonymous"}
    where(client.post(address, data=mine))
    answer = client.post(address, data=mine | {"title": "Theirs, typed at length"})
    assert answer.status_code == 409
    assert "Theirs, typed at length" in answer.text
    assert hidden(answer, "revision") == "1"
    where(client.post(address, data=mine | {"title": "Theirs", "revision": "1"}))
    typed = {"revision": "1", "text": "Typed?", "longest": "500"}
    answer = client.post(f"{address}/questions/{question.id}", data=typed)
    assert answer.status_code == 409
    assert "Typed?" in answer.text
    where(client.post(f"{address}/questions/{question.id}", data=typed | {"revision": "2"}))
    build.answered(build.wave(survey, [make_person()]), [{"q1": "words"}])
    saved = client.post(address, data=mine | {"revision": "3"}, follow_redirects=True)
    assert "Wave 1 is being answered: changes count from the next wave." in words(saved)
    assert operations.questions_of(survey)[0].text == "Typed?"


def test_processes_are_kept_in_a_list(app, client):
    db.session.add(Driver(key="speed", name="Speed", low=1, high=5))
    db.session.commit()
    driver = db.session.scalars(select(Driver.id)).one()
    assert "No process yet" in words(client.get("/voice/processes"))
    data = {"name": " Refunds  by card ", "silo": "Finance", "driver": str(driver)}
    where(client.post("/voice/processes/new", data=data))
    where(client.post("/voice/processes/new", data=data))
    refunds = db.session.scalars(select(Process)).one()
    assert (refunds.name, refunds.silo, refunds.driver_id) == ("Refunds by card", "Finance", driver)
    address = f"/voice/processes/{refunds.id}"
    seen = hidden(client.get(address), "seen")
    where(client.post(address, data={"name": "Refunds", "seen": seen}))
    answer = client.post(address, data={"name": "Something else", "seen": seen})
    assert answer.status_code == 409
    assert "Something else" in answer.text
    for wrong in ({"name": ""}, {"name": "refunds"}, {"name": "X" * 200}, {"name": "X", "driver": "9e9"}):
        assert client.post("/voice/processes/new", data=wrong).status_code == 422
    where(client.post(f"{address}/retire"))
    where(client.post(f"{address}/retire"))
    assert "No process yet" in words(client.get("/voice/processes"))
    assert "Bring back" in words(client.get("/voice/processes?show=retired"))
    where(client.post(f"{address}/retire", data={"back": "1"}))
    assert "Refunds" in words(client.get("/voice/processes"))
    assert client.get("/voice/processes/99999").status_code == 404


def test_only_champions_and_hr_build(app, client):
    survey = build.survey()
    question = build.question(survey)
    wave, process = build.wave(survey, [make_person()]), build.process()
    addresses = [
        "/voice/surveys",
        "/voice/surveys/new",
        f"/voice/surveys/{survey.id}",
        f"/voice/surveys/{survey.id}/preview",
        f"/voice/surveys/{survey.id}/questions/new?kind=text",
        f"/voice/surveys/{survey.id}/questions/{question.id}",
        f"/voice/surveys/{survey.id}/waves/new",
        f"/voice/waves/{wave.id}",
        f"/voice/waves/{wave.id}/preview",
        "/voice/processes",
        "/voice/processes/new",
        f"/voice/processes/{process.id}",
    ]
    posts = [
        "/voice/surveys/new",
        f"/voice/surveys/{survey.id}",
        f"/voice/surveys/{survey.id}/away",
        f"/voice/surveys/{survey.id}/questions/new?kind=text",
        f"/voice/surveys/{survey.id}/questions/{question.id}",
        f"/voice/surveys/{survey.id}/questions/{question.id}/move",
        f"/voice/surveys/{survey.id}/questions/{question.id}/remove",
        f"/voice/surveys/{survey.id}/waves/new",
        *(f"/voice/waves/{wave.id}/{act}" for act in ("open", "close", "extend", "cancel")),
        "/voice/processes/new",
        f"/voice/processes/{process.id}",
        f"/voice/processes/{process.id}/retire",
    ]
    assert [client.get(one).status_code for one in addresses] == [200] * len(addresses)
    for roles in ((), ("executive",), ("administrator",)):
        stranger = sign_in(app.test_client(), make_person(roles=roles))
        assert [stranger.get(one).status_code for one in addresses] == [403] * len(addresses)
        assert [stranger.post(one).status_code for one in posts] == [403] * len(posts)
    hr = sign_in(app.test_client(), make_person(roles=("hr",)))
    assert hr.get("/voice/surveys").status_code == 200


def test_lists_cost_the_same_for_one_row_and_for_fifty(app, client, count_statements):
    survey = build.survey()
    build.question(survey)
    build.wave(survey, [make_person()])
    build.process()
    pages = ["/voice/surveys", "/voice/processes", f"/voice/surveys/{survey.id}"]

    def statements():
        found = []
        for page in pages:
            with count_statements() as seen:
                assert client.get(page).status_code == 200
            found.append(len(seen))
        return found

    few = statements()
    for number in range(55):
        one = build.survey(title=f"Survey {number:02}")
        build.question(one)
        build.wave(one, [])
        build.process()
    for _ in range(20):
        build.question(survey, "single")
    assert statements() == few
    page = client.get("/voice/surveys")
    assert "Survey 54" in page.text
    assert "Survey 00" not in page.text
    following = re.search(r'rel="next" href="([^"]+)"', page.text)[1].replace("&amp;", "&")
    assert "Survey 00" in client.get(f"/voice/surveys{following}").text


def test_a_survey_put_away_is_out_of_the_list_and_comes_back(app, client):
    survey = build.survey(title="Old one")
    address = f"/voice/surveys/{survey.id}"
    where(client.post(f"{address}/away"))
    assert "Old one" not in words(client.get("/voice/surveys"))
    assert "Old one" in words(client.get("/voice/surveys?show=away"))
    assert "put away" in words(client.get(address))
    where(client.post(f"{address}/away", data={"back": "1"}))
    assert "Old one" in words(client.get("/voice/surveys"))
