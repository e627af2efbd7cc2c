"""The contract that every question type keeps, and what is particular to each."""

import json
import random

import pytest

from app.core.errors import Invalid
from app.quizzing.types import register_type, type_named, types_of
from tests.quizzing.conftest import multiple, single, true_false

pytestmark = pytest.mark.sqlite_only
WRITTEN = {"single_choice": single("q", right=2), "multiple_choice": multiple("q"), "true_false": true_false("q")}


@pytest.fixture(params=sorted(WRITTEN))
def built(request, app):
    kind = type_named(request.param)
    body, solution = kind.build(kind.content_model.model_validate(WRITTEN[request.param]))
    return kind, body, solution


def test_every_registered_type_is_in_this_contract(app):
    assert set(types_of(app)) == set(WRITTEN)


def test_a_body_says_nothing_of_the_solution(built):
    _, body, _ = built
    assert "SECRET" not in json.dumps(body)
    assert not {"right", "correct", "answer", "feedback", "explanation"} & set(body)


def test_body_and_solution_are_plain_json(built):
    _, body, solution = built
    assert json.loads(json.dumps([body, solution])) == [body, solution]


def test_what_is_shown_while_open_says_nothing_of_the_solution(built):
    kind, body, _ = built
    assert "SECRET" not in str(kind.show(body, kind.order(body, random.Random(1)), None))


def test_the_right_response_earns_everything_and_none_earns_nothing(built):
    kind, _, solution = built
    assert kind.grade(solution, {"chosen": solution["right"]}, 100) == 100
    assert kind.grade(solution, None, 100) == 0


def test_a_form_means_the_same_however_options_were_shuffled(built):
    kind, body, solution = built
    for seed in range(20):
        order = kind.order(body, random.Random(seed))
        places = [str(order.index(right)) for right in solution["right"]]
        response = kind.parse(places, order)
        assert response is not None
        assert kind.grade(solution, response, 100) == 100
        assert sorted(kind.show(body, order, response)["values"]) == sorted(places)


def test_an_empty_form_is_no_response(built):
    kind, body, _ = built
    assert kind.parse([], kind.order(body, random.Random(1))) is None


@pytest.mark.parametrize("forged", ["-1", "99", "4", "one", "", "0x1", "１", "1.0", "9" * 5000])
def test_what_is_no_option_is_refused(built, forged):
    kind, body, _ = built
    order = kind.order(body, random.Random(1))
    with pytest.raises(Invalid, match="does not belong to this question"):
        kind.parse([forged], order)


def test_a_review_before_the_end_marks_no_option_as_right(built):
    kind, body, solution = built
    order = kind.order(body, random.Random(1))
    review = kind.review(body, order, None, solution, False)
    assert "SECRET" not in str(review)
    assert {option["right"] for option in review["options"]} == {None}


def test_a_review_before_the_end_explains_only_what_was_answered(built):
    kind, body, solution = built
    review = kind.review(body, kind.order(body, random.Random(1)), {"chosen": [1]}, solution, False)
    assert "SECRET explanation" in review["explanation"]
    assert "feedback" not in str(review["options"]).replace("'feedback': ''", "")


def test_a_full_review_tells_everything(built):
    kind, body, solution = built
    review = kind.review(body, kind.order(body, random.Random(1)), None, solution, True)
    assert sum(option["right"] for option in review["options"]) == len(solution["right"])
    assert all("SECRET" in option["feedback"] for option in review["options"])


@pytest.mark.parametrize("name", ["single_choice", "true_false"])
def test_two_answers_to_a_question_with_one_are_refused(app, name):
    with pytest.raises(Invalid):
        type_named(name).parse(["0", "1"], [0, 1])


def test_true_and_false_keep_their_order(app):
    kind = type_named("true_false")
    assert {tuple(kind.order({"options": ["True", "False"]}, random.Random(seed))) for seed in range(9)} == {(0, 1)}


def test_options_are_shuffled(app):
    kind = type_named("single_choice")
    orders = {tuple(kind.order({"options": list("abcd")}, random.Random(seed))) for seed in range(50)}
    assert len(orders) > 15


def test_multiple_choice_can_ask_for_all_or_nothing(app):
    kind = type_named("multiple_choice")
    _, solution = kind.build(kind.content_model.model_validate(multiple("q", scoring="all_or_nothing")))
    assert kind.grade(solution, {"chosen": [0]}, 100) == 0
    assert kind.grade(solution, {"chosen": [0, 2]}, 100) == 100


def test_markdown_in_a_question_is_rendered_and_made_safe(app):
    kind = type_named("single_choice")
    written = single("q", prompt="A **bold** <script>alert(1)</script> prompt")
    written["options"][0]["text"] = "`code` <img src=x onerror=alert(1)>"
    body, _ = kind.build(kind.content_model.model_validate(written))
    assert "<strong>bold</strong>" in body["prompt"]
    assert "<code>code</code>" in body["options"][0]
    assert "<script" not in body["prompt"]
    assert "<img" not in body["options"][0]


def test_a_plugin_adds_a_type_and_two_applications_do_not_share_it(fresh_app):
    first, second = fresh_app(), fresh_app()
    kind = types_of(first).get("true_false")

    class Essay(type(kind)):  # type: ignore[misc]
        name = "essay"

    register_type(first, Essay())
    assert "essay" in types_of(first)
    assert "essay" not in types_of(second)
    with pytest.raises(ValueError, match="registered already"):
        register_type(first, Essay())
