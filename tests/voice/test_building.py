"""Rules of building: what makes a question that can be asked, keys that stay, days that fit, templates that hold."""

from datetime import date, timedelta

import pytest

from app.core.content import ContentError
from app.voice.rules import building, schedule, segments
from app.voice.rules.questions import Choice, read_question
from app.voice.templates_library import FOLDER, read_template, templates

OPTIONS = [{"key": "a", "text": "Apples"}, {"key": "b", "text": "Bread"}]


def question(kind="single", key="one", show_if=None, **content):
    given = {"options": OPTIONS} if kind in building.MOST_OPTIONS else {}
    if kind == "matrix":
        given["rows"] = [{"key": "r", "text": "Row"}]
    if kind == "rating":
        given = {"low": 1, "high": 5}
    return read_question(
        {"key": key, "kind": kind, "text": "What?", "content": {**given, **content}, "show_if": show_if}
    )


def texts(*words):
    return [{"key": f"k{at}", "text": word} for at, word in enumerate(words)]


def test_a_plain_question_of_each_kind_can_be_asked():
    kinds = ("rating", "single", "multiple", "ranking", "matrix", "text", "process")
    assert [building.faults(question(kind), []) for kind in kinds] == [{}] * len(kinds)


FAULTS = [
    ("options", question(options=[])),
    ("options", question(options=texts("Only one"))),
    ("options", question(options=texts("Same", "same"))),
    ("options", question(options=texts(*(f"Option {n}" for n in range(21))))),
    ("options", question("ranking", options=texts(*(f"Option {n}" for n in range(11))))),
    ("options", question(options=texts("Short", "x" * 201))),
    ("options", question(options=[*OPTIONS, {"key": "a", "text": "Another"}])),
    ("rows", question("matrix", rows=[])),
    ("most", question("multiple", most=3)),
    ("most", question("multiple", most=0)),
    ("most", question("process", most=21)),
    ("scale", question("rating", low=5, high=5)),
    ("scale", question("rating", low=0, high=11)),
    ("scale", question("rating", low=1, high=5, enps=True)),
    ("labels", question("rating", labels={"6": "Beyond"})),
    ("labels", question("rating", labels={"1": "x" * 61})),
    ("longest", question("text", longest=-1)),
    ("when", question(show_if={"question": "missing", "values": ["a"]})),
]


def test_each_fault_is_told_at_its_field():
    assert [set(building.faults(one, [])) for _, one in FAULTS] == [{field} for field, _ in FAULTS]
    assert set(building.faults(read_question({"key": "k", "kind": "text", "text": ""}), [])) == {"text"}
    long = read_question({"key": "k", "kind": "text", "text": "x" * 501, "help": "y" * 501})
    assert set(building.faults(long, [])) == {"text", "help"}
    assert set(building.faults(read_question({"key": "k", "kind": "dance", "text": "x"}), [])) == {"kind"}


def test_only_answers_that_exist_of_earlier_ratings_and_choices_decide_what_is_asked():
    before = [question(key="fruit"), question("rating", key="mood"), question("text", key="words")]

    def fault(of, *values):
        return building.faults(question(key="last", show_if={"question": of, "values": list(values)}), before)

    assert [fault("fruit", "a"), fault("mood", "1", "5")] == [{}, {}]
    refused = [fault("fruit", "z"), fault("mood", "0"), fault("words", "hello"), fault("fruit"), fault("last", "a")]
    assert [set(one) for one in refused] == [{"when"}] * 5


def test_an_order_keeps_what_branching_needs():
    first, second = question(key="fruit"), question(key="more", show_if={"question": "fruit", "values": ["a"]})
    assert building.order_fault([first, second]) == ""
    assert "comes later" in building.order_fault([second, first])
    assert "Change that first" in building.order_fault([second])
    assert "takes away" in building.order_fault([question(key="fruit", options=texts("Pears", "Plums")), second])


def test_options_keep_their_keys_by_text_then_by_place():
    before = [Choice("a", "Apples"), Choice("b", "Bread"), Choice("c", "Cheese")]

    def keys(*lines):
        return [one["key"] for one in building.keyed(lines, before)]

    assert keys("Apples", "Bread", "Cheese") == ["a", "b", "c"]
    assert keys("Cheese", "Apples", "Bread") == ["c", "a", "b"]  # another order
    assert keys("Apples", "Fresh bread", "Cheese") == ["a", "b", "c"]  # another wording
    assert keys("Bread", "Cheese") == ["b", "c"]  # one less
    assert keys("Apples", "Bread", "Cheese", "Too slow") == ["a", "b", "c", "too-slow"]
    assert [one["key"] for one in building.keyed(["Zu spät", "zu spat", "???", "!!!"])] == [
        "zu-spat", "zu-spat-2", "option", "option-2"
    ]  # fmt: skip


def test_words_on_a_scale_are_for_its_ends_or_for_every_step():
    assert building.labels_of([], 1, 5) == {}
    assert building.labels_of(["Low", "High"], 0, 10) == {"0": "Low", "10": "High"}
    assert building.labels_of(list("abcde"), 1, 5) == dict(zip("12345", "abcde", strict=True))
    assert building.labels_of(list("abc"), 1, 5) is None


def test_a_survey_promises_one_of_three_things_and_compares_groups_in_confidence_only():
    def faults(mode, *names, title="Pulse"):
        return set(building.survey_faults({"title": title, "purpose": "", "mode": mode, "segments": names}))

    assert faults("anonymous") == faults("named") == faults("confidential", "department", "tenure") == set()
    assert faults("confidential") == faults("anonymous", "location") == faults("confidential", "shoe") == {"segments"}
    assert faults("secret") == {"mode"}
    assert faults("named", title="") == faults("named", title="x" * 201) == {"title"}


def test_reminders_are_spread_evenly_between_the_first_day_and_the_last():
    start = date(2026, 3, 2)
    assert schedule.evenly(2, start, start + timedelta(days=14)) == [date(2026, 3, 7), date(2026, 3, 11)]
    assert schedule.evenly(1, start, start + timedelta(days=1)) == []
    assert schedule.evenly(3, start, start) == schedule.evenly(0, start, start + timedelta(days=9)) == []


def test_days_of_a_wave_are_checked_at_their_bounds():
    today, day = date(2026, 3, 2), timedelta(days=1)

    def wrong(opens, closes, *remind):
        return set(
            schedule.what_is_wrong(today + opens * day, today + closes * day, [today + n * day for n in remind], today)
        )

    assert wrong(0, 0) == wrong(0, 14, 1, 14) == wrong(366, 370) == wrong(0, 180) == set()
    assert wrong(-1, 14) == wrong(367, 370) == {"opens_on"}
    assert wrong(3, 2) == wrong(0, 181) == {"closes_on"}
    assert wrong(0, 14, 0) == wrong(0, 14, 15) == {"remind_on"}


def test_coarse_values_need_ten_people_and_tenure_its_anniversaries():
    assert segments.kept_values({"Support": 10, "Sales": 9, "": 40, "Other": 12}) == ["Support"]
    today = date(2024, 2, 29)
    days = [date(2023, 3, 1), date(2023, 2, 28), date(2021, 3, 1), date(2021, 2, 28), None]
    assert [segments.tenure_of(one, today) for one in days] == [*segments.TENURES[:1], *segments.TENURES[1:2] * 2, segments.TENURES[2], ""]  # fmt: skip  # noqa: E501


def test_the_shipped_templates_hold():
    found = templates()
    assert sorted(found) == ["blocker-pulse", "enps-pulse", "onboarding-day-30", "programme-health"]
    assert all(4 <= len(one.questions) <= 12 for one in found.values())
    assert all(one.purpose.strip() and one.mode == "anonymous" for one in found.values())


def test_a_wrong_template_says_file_line_and_key(tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(
        "title: Bad\nabout: x\npurpose: y\nquestions:\n"
        "  - {key: one, kind: single, text: What, options: {a: A}}\n"
        "  - {key: one, kind: text, text: '', show_if: {question: one, values: [z]}}\n"
    )
    with pytest.raises(ContentError) as refused:
        read_template(path, tmp_path)
    told = [(one.file, one.line, one.key) for one in refused.value.problems]
    assert told == [
        ("bad.yaml", 5, "questions[0].options"),
        ("bad.yaml", 6, "questions[1].key"),
        ("bad.yaml", 6, "questions[1].show_if"),
        ("bad.yaml", 6, "questions[1].text"),
    ]
    path.write_text("title: Bad\ncolour: red\n")
    with pytest.raises(ContentError) as refused:
        read_template(path, tmp_path)
    assert ("bad.yaml", 2, "colour") in [(one.file, one.line, one.key) for one in refused.value.problems]
    assert FOLDER.is_dir()
