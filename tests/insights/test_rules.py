from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from app.insights.rules import (
    Card,
    Group,
    Holding,
    Urgency,
    achieved,
    first_cards,
    group_card,
    holding_cards,
    path_cards,
    share,
)


def card(kind: str, urgency: Urgency, due: date | None = None) -> Card:
    return Card(kind, urgency, None, due)


def test_at_most_three_cards_are_shown_and_the_most_urgent_come_first():
    cards = [
        card("calm", Urgency.CALM),
        card("next", Urgency.NEXT),
        card("overdue", Urgency.OVERDUE),
        card("running", Urgency.RUNNING),
    ]
    assert [c.kind for c in first_cards(cards)] == ["running", "overdue", "next"]


def test_among_equally_urgent_cards_the_earlier_due_date_comes_first_and_no_date_last():
    cards = [
        card("none", Urgency.SOON),
        card("later", Urgency.SOON, date(2026, 5, 2)),
        card("sooner", Urgency.SOON, date(2026, 5, 1)),
    ]
    assert [c.kind for c in first_cards(cards)] == ["sooner", "later", "none"]


@dataclass
class Course:
    state: str
    next_lesson: str | None = "lesson"


def holding(state: str, exam: str | None = "exam") -> Holding:
    return Holding("Foundations", state, date(2026, 5, 1), exam)


def test_a_course_already_begun_comes_before_the_one_that_is_next():
    path = [Course("done"), Course("next"), Course("in_progress")]
    [found] = path_cards(path, [])
    assert found.kind == "next_lesson"
    assert found.about["course"] is path[2]
    assert (found.about["done"], found.about["total"]) == (1, 3)


def test_a_course_whose_lessons_are_read_sends_to_its_quiz():
    assert [c.kind for c in path_cards([Course("in_progress", None)], [])] == ["next_quiz"]


@pytest.mark.parametrize(
    ("state", "exam", "kinds"),
    [
        ("in_progress", "exam", ["exam"]),
        ("certified", "exam", []),
        ("expired", "exam", []),
        ("in_progress", None, []),
    ],
)
def test_the_exam_is_offered_once_every_course_is_done_and_no_certificate_was_held(state, exam, kinds):
    assert [c.kind for c in path_cards([Course("done")], [holding(state, exam)])] == kinds
    assert path_cards([Course("done"), Course("locked")], [holding(state, exam)]) == path_cards(
        [Course("done")], [holding(state, exam)]
    )


@pytest.mark.parametrize(
    ("state", "urgency"),
    [("expired", Urgency.OVERDUE), ("expiring", Urgency.SOON), ("certified", Urgency.CALM), ("in_progress", None)],
)
def test_a_certificate_asks_for_as_much_as_its_state_says(state, urgency):
    assert [c.urgency for c in holding_cards([holding(state)])] == ([] if urgency is None else [urgency])


def test_a_team_is_urgent_only_while_a_certificate_needs_renewing():
    assert group_card(Group({"certified": 3, "not_started": 2}, True)).urgency is Urgency.CALM
    assert group_card(Group({"certified": 3, "expiring": 1}, True)).urgency is Urgency.SOON
    assert group_card(Group({"expired": 1}, False)).urgency is Urgency.SOON


def test_expiring_certificates_count_as_valid_and_expired_ones_do_not():
    group = Group({"certified": 2, "expiring": 1, "expired": 4, "in_progress": 1}, False)
    assert (group.people, group.valid, group.share) == (8, 3, "38%")


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "0%"),
        (0, 10, "0%"),
        (1, 1000, "less than 1%"),
        (1, 3, "33%"),
        (999, 1000, "99%"),
        (1000, 1000, "100%"),
    ],
)
def test_a_share_never_rounds_to_none_or_all(part: int, whole: int, words: str):
    assert share(part, whole) == words


def test_what_was_achieved_last_comes_first_and_at_most_five_things_are_told():
    @dataclass
    class Completed:
        title: str
        completed_at: datetime | None

    at = [datetime(2026, 5, day, tzinfo=UTC) for day in range(1, 9)]
    path = [*(Completed(f"c{n}", at[n]) for n in range(6)), Completed("open", None)]
    held = Holding("Foundations", "certified", date(2027, 5, 8), "exam", at[7])
    told = achieved(path, [held, holding("in_progress")])
    assert [(t.kind, t.title) for t in told] == [
        ("certificate", "Foundations"),
        *(("course", f"c{n}") for n in (5, 4, 3, 2)),
    ]
