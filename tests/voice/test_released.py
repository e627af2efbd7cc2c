"""The one door to figures: what it lets through of each kind of question, and what it keeps back."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.voice.models import Release
from app.voice.operations.closing import close_wave
from app.voice.queries.released import groups, participation, quotes, released
from app.voice.rules.confidentiality import Refusal
from tests.nps.build import company_of
from tests.voice import build

pytestmark = pytest.mark.sqlite_only  # what is stored on both engines is tested with closing

APP = Path(__file__).resolve().parents[2] / "app"
# Where the model of single answers may be mentioned: written by closing, listed with their names in a named survey.
ANSWERS_ARE_KNOWN = {
    "voice/models/__init__.py",
    "voice/models/answering.py",
    "voice/operations/closing.py",
    "voice/queries/named.py",
}


def mentions_answers(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return "Answer" in names | imported | attributes or any("voice_answer " in f"{text} " for text in texts)


def test_nothing_but_closing_and_the_named_list_knows_single_answers(tmp_path):
    voice = [path for path in APP.rglob("*.py") if "voice" in path.read_text(encoding="utf-8")]
    known = {path.relative_to(APP).as_posix() for path in voice if mentions_answers(path)}
    known = {one for one in known if one.split("/")[0] in {"voice", "demo", "insights", "core"}}
    assert known - ANSWERS_ARE_KNOWN == set()
    assert "voice/operations/closing.py" in known
    for breach in (
        "from app.voice.models import Answer\n",
        "x = models.Answer\n",
        'q = "SELECT * FROM voice_answer"\n',
    ):
        (tmp_path / "breach.py").write_text(breach)
        assert mentions_answers(tmp_path / "breach.py")


def anonymous(*kinds, **values):
    survey = build.survey(**values)
    for kind in kinds:
        build.question(survey, kind, key=kind)
    return build.wave(survey, by_link=True)


def confidential(segments, values, questions):
    """An open wave that compares groups; `questions` are (kind, key, further values)."""
    survey = build.survey(mode="confidential", segments=segments)
    for kind, key, more in questions:
        build.question(survey, kind, key=key, **more)
    wave = build.wave(survey, by_link=True)
    wave.definition = {**wave.definition, "values": values}
    db.session.commit()
    return wave


def keys(found):
    return [(one.filters, one.shown) for one in found]


def test_every_kind_of_question_has_its_figures(app):
    wave = anonymous("rating", "single", "multiple", "ranking", "matrix", "text")
    given = [
        {
            "rating": 2 if at < 12 else 5,
            "single": "a" if at < 11 else "b",
            "multiple": ["a", "b"] if at < 9 else ["b"],
            "ranking": ["a", "b", "c"] if at < 10 else ["c", "a", "b"],
            "matrix": {"speed": "low" if at < 8 else "high", **({"tone": "high"} if at < 6 else {})},
            "text": f"Text {at}",
        }
        for at in range(20)
    ]
    build.answered(wave, given)
    assert not released(wave, {}).shown  # open: nobody sees anything
    assert not quotes(wave, "text", {}).shown
    build.closed(wave)
    here = released(wave, {})
    assert (here.shown, here.n, here.reason) == (True, 20, None)
    assert here.tally("rating") == {"2": 12, "5": 8}
    assert here.tally("single") == {"a": 11, "b": 9}
    assert [str(here.share("single", value)) for value in "abc"] == ["55 %", "45 %", "10 % or less"]
    average = here.average("rating")
    assert (average.value, average.n, average.about) == (3.2, 20, False)
    assert average.deviation == pytest.approx(1.47, abs=0.01)
    # All chose b: it is the least that nearly all can be.
    assert here.tally("multiple") == {"a": 9, "b": 18}
    assert str(here.share("multiple", "b")) == "90 % or more"
    assert here.tally("ranking") == {"a@1": 10, "b@2": 10, "c@3": 10, "c@1": 10, "a@2": 10, "b@3": 10}
    # Of a matrix each row is a question of its own.
    assert here.tally("matrix") == {"speed=low": 8, "speed=high": 12, "tone=high": 5}
    assert (here.answered("matrix"), here.answered("matrix", "speed"), here.answered("matrix", "tone")) == (20, 20, 6)
    assert str(here.share("matrix", "speed=low")) == "40 %"
    assert str(here.share("matrix", "tone=high")) == "80 % or more"
    assert here.answered("text") == 20
    assert (here.tally("nothing"), here.answered("nothing"), here.share("nothing", "1")) == ({}, 0, None)
    assert (here.average("nothing"), here.why_not("nothing"), here.why_not("text")) == (None, Refusal.FEW, None)


def test_who_agrees_is_shown_as_a_band_and_a_ranking_not_at_all(app):
    wave = anonymous("rating", "ranking", "matrix")
    given = [{"rating": 4, "ranking": ["a", "b", "c"], "matrix": {"speed": "low"}} for _ in range(11)]
    build.answered(wave, [*given, {"rating": 1, "ranking": ["b", "a", "c"], "matrix": {"tone": "low"}}])
    build.closed(wave)
    here = released(wave, {})
    assert here.tally("rating") == {"4": 11}  # that one said otherwise is not kept, nor that all of them did
    average = here.average("rating")
    assert (average.value, average.n, average.about, average.deviation) == (4.0, 12, True, 0.0)
    assert [str(here.share("rating", value)) for value in "14"] == ["10 % or less", "90 % or more"]
    assert here.why_not("ranking") == Refusal.FEW
    assert here.tally("ranking") == {}
    assert here.share("matrix", "tone=low") is None  # one person answered this row
    assert "tone=" not in here.tallies["matrix"]


def test_groups_are_shown_with_their_reasons_and_three_fields_never(app, count_statements):
    values = {"department": ["Sales", "Support"], "location": ["Berlin", "Paris"]}
    wave = confidential("department,location", values, [("rating", "mood", {})])
    cells = {("Support", "Berlin"): 12, ("Support", "Paris"): 9, ("Sales", "Berlin"): 10, ("Sales", "Paris"): 8}
    cells["Sales", "Oslo"] = 3
    segments = [{"department": d, "location": place} for (d, place), n in cells.items() for _ in range(n)]
    build.answered(wave, [{"mood": at % 3 + 1} for at in range(len(segments))], segments)
    build.closed(wave)
    assert keys(groups(wave, "department")) == [
        ({"department": "Sales"}, True),
        ({"department": "Support"}, True),
        ({"department": "Other"}, False),
    ]
    places = {one.filters["location"]: one for one in groups(wave, "location")}
    # Oslo became "Other" and has three people; Paris, the smallest, is hidden with them.
    assert {name: one.reason for name, one in places.items()} == {
        "Berlin": None,
        "Paris": Refusal.SIBLING,
        "Other": Refusal.FEW,
    }
    assert places["Berlin"].n == 22
    within = {one.filters["location"]: one.reason for one in groups(wave, "location", {"department": "Support"})}
    assert within == {"Berlin": None, "Paris": None, "Other": Refusal.FEW}
    within = {one.filters["location"]: one.reason for one in groups(wave, "location", {"department": "Sales"})}
    assert within == {"Berlin": None, "Paris": Refusal.SIBLING, "Other": Refusal.FEW}
    few = released(wave, {"department": "Sales", "location": "Other"})
    assert (few.shown, few.n, few.tally("mood"), few.reason) == (False, None, {}, Refusal.FEW)
    # Whether somebody is there or nobody is not told.
    assert released(wave, {"department": "Other"}).reason == few.reason
    assert {key for key in db.session.scalars(select(Release.key)) if "Other" in key} == set()
    unknown = [{"department": "Legal"}, {"shoe": "43"}, {"department": "Sales", "location": "Berlin", "tenure": "1"}]
    assert [released(wave, one).reason for one in unknown] == [Refusal.UNKNOWN] * 3
    with count_statements() as one_value:
        released(wave, {"department": "Sales"})
    with count_statements() as many:
        groups(wave, "location", {"department": "Sales"})
    assert len(one_value) == len(many) == 2
    assert not released(anonymous("rating"), {"department": "Sales"}).shown


def test_a_question_that_few_answered_is_not_shown_nor_derived(app):
    """In Sales all but three left it out; what the others say would be everyone less Support."""
    values = {"department": ["Sales", "Support"]}
    wave = confidential("department", values, [("rating", "mood", {}), ("rating", "boss", {})])
    segments = [{"department": "Support"}] * 12 + [{"department": "Sales"}] * 10
    answers = [{"mood": at % 4 + 1, **({"boss": at % 5 + 1} if at < 15 else {})} for at in range(22)]
    build.answered(wave, answers, segments)
    build.closed(wave)
    everyone, (sales, support, _) = released(wave, {}), groups(wave, "department")
    assert [one.answered("mood") for one in (everyone, sales, support)] == [22, 10, 12]
    assert [one.answered("boss") for one in (everyone, sales, support)] == [15, 0, 0]
    assert (support.why_not("boss"), support.tally("boss")) == (Refusal.FEW, {})
    assert sum(everyone.tally("boss").values()) == 15


def test_what_one_group_agrees_on_cannot_be_worked_out_from_the_others(app):
    """All of Sales say 1. Everyone and Support together would tell, so Support’s figure is kept back, too."""
    values = {"department": ["Sales", "Support"]}
    wave = confidential("department", values, [("rating", "mood", {}), ("rating", "pay", {})])
    segments = [{"department": "Support"}] * 12 + [{"department": "Sales"}] * 10
    answers = [{"mood": at % 5 + 1 if at < 12 else 1, "pay": at % 5 + 1} for at in range(22)]
    build.answered(wave, answers, segments)
    build.closed(wave)
    everyone, (sales, support, _) = released(wave, {}), groups(wave, "department")
    assert sum(everyone.tally("mood").values()) == 22
    assert str(sales.share("mood", "1")) == "90 % or more"
    assert sales.tally("mood") == {"1": 9}
    assert support.tally("mood") == {}
    assert all(one.answered("pay") for one in (everyone, sales, support))


def test_how_many_came_to_a_later_question_does_not_tell_what_all_said_before(app):
    """Nineteen of twenty said yes and were asked why: that question is kept back as long as the first is a band."""
    why = {"show_if": {"question": "ok", "values": ["a"]}}
    for yes in (19, 13):
        wave = confidential("department", {"department": []}, [("single", "ok", {}), ("single", "why", why)])
        answers = [{"ok": "a", "why": "abc"[at % 3]} if at < yes else {"ok": "b"} for at in range(20)]
        build.answered(wave, answers, {"department": "x"})
        build.closed(wave)
        here = released(wave, {})
        assert (here.answered("ok"), here.answered("why")) == (20, yes if yes == 13 else 0)


def test_texts_are_quoted_from_eight_on_in_pages_that_mean_nothing(app, count_statements):
    few, many = anonymous("text"), anonymous("text")
    build.answered(few, [{"text": "Few"}] * 7)
    build.answered(many, [{"text": f"Text {at:02}"} for at in range(12)])
    build.closed(few)
    build.closed(many)
    assert (quotes(few, "text", {}).shown, quotes(few, "text", {}).reason) == (False, Refusal.FEW)
    assert many.state == "closed"  # read anew after the commit
    with count_statements() as seen:
        first = quotes(many, "text", {"sort": "-id"}, size=7)
    assert (first.shown, first.n, len(seen)) == (True, 12, 2)
    second = quotes(many, "text", {"after": first.page.next_cursor}, size=7)
    rows = [*first.page.rows, *second.page.rows]
    assert sorted(row.text for row in rows) == [f"Text {at:02}" for at in range(12)]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert all(-1 <= row.sentiment <= 1 for row in rows)
    assert second.page.next_cursor is None
    assert not quotes(many, "mood", {}).shown


def test_while_a_wave_is_open_participation_moves_in_steps(app, count_statements):
    _, people = company_of(14)
    survey = build.survey()
    build.question(survey, "rating", key="mood")
    wave = build.wave(survey, people)
    seen = []
    for n in (4, 5, 3):
        build.answered(wave, [{"mood": 3}] * n)
        seen.append(participation(wave))
    assert [one.answers_at_least for one in seen] == [0, 5, 10]
    assert [str(one.rate) for one in seen] == ["0 %", "36 %", "71 %"]
    assert not any(one.exact or one.margin is not None for one in seen)
    build.closed(wave)
    assert wave.asked == 14
    with count_statements() as statements:
        closed = participation(wave)
    assert (closed.asked, closed.answers_at_least, closed.exact, len(statements)) == (14, 12, True, 0)
    assert str(closed.rate) == "86 %"
    assert 0.1 < closed.margin < 0.2
    by_link = participation(anonymous("rating"))
    assert (by_link.asked, by_link.rate, by_link.answers_at_least) == (None, None, 0)


def test_what_was_released_never_changes(app):
    """Closing is once and for all: answers that somehow come late change no figure."""
    wave = anonymous("rating")
    build.answered(wave, [{"rating": at % 5 + 1} for at in range(9)])
    build.closed(wave)
    before = released(wave, {})
    build.answered(wave, [{"rating": 5}] * 3)
    assert not close_wave(wave, clock.now())
    assert released(wave, {}) == before
