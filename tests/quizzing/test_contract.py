"""The right answers never reach the browser before submission.

The whole flow of an exam is driven as a browser would, every response is read, and nothing in any of them may tell a
right option from a wrong one.
"""

import json
import re
from typing import Any

import pytest

from app.core.db import db
from app.quizzing import queries
from app.quizzing.models import Attempt
from tests.factories import make_person, sign_in
from tests.quizzing.conftest import NOW, begin, exam, multiple, right_responses, single, take, true_false

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of queries.
pytestmark = pytest.mark.sqlite_only

WORDS = ("SECRET", "solution", "correct", "is-right", "is-wrong", "is-missed", "feedback", "explanation")
JSON = {"Accept": "application/json"}


@pytest.fixture
def exchanges(app: Any, publish: Any, at: Any) -> list[Any]:
    """Every response of an open attempt, over all that a person can do in it."""
    at(NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    bank = [
        *(single(f"s-{n}", right=n % 4) for n in range(20)),
        *(multiple(f"m-{n}", right=(n % 4, (n + 1) % 4)) for n in range(12)),
        *(true_false(f"t-{n}", answer=n % 2 == 0) for n in range(8)),
    ]
    practice = [single("check-one", practice=True)]
    publish(the_exam=exam(questions=1, waits_minutes=[], **{}) | {"questions": bank + practice})
    person = make_person()
    client, seen = sign_in(app.test_client(), person), []
    earlier = take(person, "the-exam", wrong=20)

    def keep(response: Any) -> Any:
        seen.append(response)
        return response

    keep(client.post("/quizzes/the-exam/start"))
    keep(client.get("/quizzes/the-exam"))
    attempt = db.session.query(Attempt).filter_by(submitted_at=None).one()
    path = f"/attempts/{attempt.id}"
    keep(client.get(f"{path}?view=all"))
    for row in queries.shown_questions(attempt.id):
        keep(client.get(f"{path}?q={row.position}"))
        for place in range(len(row.option_order)):
            data = {f"answer-{row.position}": str(place)}
            keep(client.post(f"{path}/answers/{row.position}", data=data, headers=JSON))
            keep(client.post(f"{path}/answers", data={**data, f"seen-{row.position}": "*", "go": str(row.position)}))
    keep(client.post(f"{path}/answers/1", data={"answer-1": "77"}, headers=JSON))
    keep(client.post(f"{path}/answers/1", data={"answer-1": "77"}))
    for page in (path, f"{path}/submit", f"{path}/result", f"/attempts/{earlier.id}/result", f"{path}?view=all"):
        keep(client.get(page))
    for key in [question["id"] for question in bank]:
        keep(client.post(f"/checks/the-exam/{key}", data={f"answer-the-exam-{key}": "0"}))
    assert db.session.get_one(Attempt, attempt.id).submitted_at is None
    return seen


def test_no_response_of_an_open_attempt_carries_anything_of_a_solution(exchanges):
    assert len(exchanges) > 300
    for response in exchanges:
        told = response.get_data(as_text=True) + str(response.headers)
        assert not [word for word in WORDS if word in told], response.request.path


def test_saving_a_right_and_a_wrong_answer_looks_the_same(exchanges):
    saved = {json.dumps(r.json) for r in exchanges if r.is_json and r.status_code == 200}
    assert saved == {'{"saved_at": "09:00"}'}
    lengths = {r.content_length for r in exchanges if r.is_json and r.status_code == 200}
    assert len(lengths) == 1


@pytest.mark.parametrize("view", ["q=1", "view=all"])
def test_right_and_wrong_options_are_made_alike(app, publish, at, view):
    """Take every option's markup, blank its text and its place: nothing is left that differs."""
    at(NOW)
    publish(the_exam=exam(40))
    person = make_person()
    attempt = begin(person, "the-exam")
    page = sign_in(app.test_client(), person).get(f"/attempts/{attempt.id}?{view}").get_data(as_text=True)
    options = re.findall(r'<label class="option">.*?</label>', page, re.DOTALL)
    assert len(options) == (4 if view == "q=1" else 160)
    blanked = {
        re.sub(r"bank-\d+ option \d+", "", re.sub(r'(answer-)\d+|(value=)"\d"', r"\1\2", option)) for option in options
    }
    assert len(blanked) == 1


def test_places_of_right_options_follow_no_pattern(app, publish):
    """Options are named by where they stand after shuffling: over many attempts every place is right equally often."""
    publish(the_exam=exam(40))
    places = [0, 0, 0, 0]
    for seed in range(20):
        attempt = begin(make_person(), "the-exam", seed=seed)
        right = right_responses(attempt.id)
        for row in queries.shown_questions(attempt.id):
            places[row.option_order.index(right[row.position]["chosen"][0])] += 1
    expected = sum(places) / 4
    assert sum((found - expected) ** 2 / expected for found in places) < 11.345  # 1% point, three degrees of freedom


def test_no_statement_of_an_open_attempt_reads_a_solution(app, publish, at, count_statements):
    at(NOW)
    app.config["WTF_CSRF_ENABLED"] = False
    publish(the_exam=exam(40))
    person = make_person()
    attempt_id = begin(person, "the-exam").id
    client = sign_in(app.test_client(), person)
    with count_statements() as seen:
        for page in ("", "?q=3", "?view=all", "/submit", "/result"):
            client.get(f"/attempts/{attempt_id}{page}")
        client.post(f"/attempts/{attempt_id}/answers/1", data={"answer-1": "0"})
        client.get("/quizzes/the-exam")
    assert len(seen) > 10
    assert not [statement for statement in seen if "solution" in statement]
