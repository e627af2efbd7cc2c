"""What counts as an answer to a question, and what it adds to the tallies."""

from app.voice.rules.questions import (
    check,
    reached,
    read_definition,
    tally_values,
)

OPTIONS = [{"key": "a", "text": "Phone"}, {"key": "b", "text": "Mail"}, {"key": "c", "text": "Chat"}]


def definition(*questions):
    return read_definition({"title": "Pulse", "mode": "anonymous", "questions": list(questions)})


def asked(key, kind, show_if=None, required=False, **content):
    return {
        "key": key,
        "kind": kind,
        "text": key.title(),
        "required": required,
        "content": content,
        "show_if": show_if,
    }


EVERY_KIND = definition(
    asked("rating", "rating", low=0, high=10),
    asked("single", "single", options=OPTIONS),
    asked("multiple", "multiple", options=OPTIONS, most=2),
    asked("ranking", "ranking", options=OPTIONS),
    asked("matrix", "matrix", rows=[{"key": "r", "text": "R"}, {"key": "s", "text": "S"}], options=OPTIONS),
    asked("text", "text", longest=10),
    asked("process", "process", options=[{"key": "process-1", "text": "Refunds"}]),
)
GOOD = {
    "rating": 0,
    "single": "b",
    "multiple": ["a", "c"],
    "ranking": ["c", "a", "b"],
    "matrix": {"r": "a"},
    "text": "ten letter",
    "process": ["process-1"],
}
BAD = {
    "rating": (11, -1, True, "7", 7.0, [7]),
    "single": ("d", 1, ["a"], {"a": "b"}),
    "multiple": (["a", "b", "c"], ["a", "a"], ["d"], "a", [["a"]]),
    "ranking": (["a", "b"], ["a", "b", "b"], ["a", "b", "d"]),
    "matrix": ({"t": "a"}, {"r": "d"}, ["r"], {"r": ["a"]}),
    "text": ("eleven char", 3, ["a"]),
    "process": (["process-2"], "process-1"),
}


def test_an_answer_of_each_kind_is_kept_as_it_is():
    assert check(EVERY_KIND, GOOD) == (GOOD, {})
    assert check(EVERY_KIND, {}) == ({}, {})


def test_what_is_no_answer_is_told_at_its_question_and_the_others_are_kept():
    for key, answers in BAD.items():
        for answer in answers:
            kept, wrong = check(EVERY_KIND, {**GOOD, key: answer})
            assert list(wrong) == [key], (key, answer)
            assert kept == {other: value for other, value in GOOD.items() if other != key}


def test_a_question_that_the_survey_does_not_have_is_told():
    kept, wrong = check(EVERY_KIND, {**GOOD, "forged": 1})
    assert list(wrong) == [""]
    assert kept == GOOD


def test_a_required_question_wants_an_answer_and_a_zero_is_one():
    strict = definition(
        asked("rating", "rating", low=0, high=10, required=True),
        asked(
            "matrix",
            "matrix",
            required=True,
            rows=[{"key": "r", "text": "R"}, {"key": "s", "text": "S"}],
            options=OPTIONS,
        ),
    )
    assert check(strict, {"rating": 0, "matrix": {"r": "a", "s": "b"}})[1] == {}
    assert set(check(strict, {})[1]) == {"rating", "matrix"}
    assert set(check(strict, {"rating": 0, "matrix": {"r": "a"}})[1]) == {"matrix"}


def test_branching_asks_only_what_follows_and_leaves_out_what_does_not():
    branched = definition(
        asked("first", "rating", low=1, high=5),
        asked("why", "single", {"question": "first", "values": ["1", "2"]}, options=OPTIONS, required=True),
        asked("more", "text", {"question": "why", "values": ["b"]}, required=True),
    )
    assert [one.key for one in reached(branched, {"first": 5})] == ["first"]
    assert check(branched, {"first": 5, "why": "b", "more": "left over"}) == ({"first": 5}, {})
    assert set(check(branched, {"first": 2})[1]) == {"why"}
    assert set(check(branched, {"first": 2, "why": "b"})[1]) == {"more"}
    assert check(branched, {"first": 2, "why": "b", "more": "x"})[1] == {}
    assert check(branched, {"first": 2, "why": "a"})[1] == {}


def test_each_answer_adds_one_to_what_it_says_and_one_to_having_been_answered():
    found = {one.key: tally_values(one, GOOD[one.key]) for one in EVERY_KIND.questions}
    assert found == {
        "rating": ["", "0"],
        "single": ["", "b"],
        "multiple": ["", "a", "c"],
        "ranking": ["", "c@1", "a@2", "b@3"],
        "matrix": ["", "r=a"],
        "text": [""],
        "process": ["", "process-1"],
    }
    assert [tally_values(one, None) for one in EVERY_KIND.questions] == [[]] * 7
