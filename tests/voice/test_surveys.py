"""Writing surveys: beginning, changing, two windows, the lock of what is being answered, processes."""

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotFound
from app.voice.models import Process, Survey, SurveyQuestion, Wave
from app.voice.operations import processes, questions, starting, surveys
from app.voice.operations.processes import Facts
from app.voice.operations.questions import Wording
from app.voice.operations.surveys import Details
from app.voice.templates_library import templates
from tests.factories import make_person
from tests.voice import build

SINGLE = Wording("single", "Which is it?", options=["Apples", "Bread", "Cheese"])


def texts_of(survey):
    return [one.text for one in questions.questions_of(survey)]


def test_a_survey_is_begun_once_and_copied_whole(app):
    champion, now = make_person(roles=("champion",)), clock.now()
    template = templates()["blocker-pulse"]
    details = Details(title=template.title, purpose=template.purpose)
    first, again = (
        starting.begin_survey(details, template.frozen(), "t" * 20, champion, now, template="blocker-pulse")
        for _ in range(2)
    )
    db.session.commit()
    assert first.id == again.id
    assert len(texts_of(first)) == len(template.questions)
    copy = starting.copy_survey(first, "c" * 20, champion, now)
    db.session.commit()
    assert copy.title == f"Copy of {first.title}"
    assert [(q.key, q.kind, q.content, q.show_if) for q in questions.questions_of(copy)] == [
        (q.key, q.kind, q.content, q.show_if) for q in questions.questions_of(first)
    ]
    with pytest.raises(Invalid):
        starting.begin_survey(Details(title=""), [], "b" * 20, champion, now)
    assert db.session.scalar(select(func.count()).select_from(Survey)) == 2


def test_details_are_changed_by_one_window_at_a_time(app):
    survey, now = build.survey(), clock.now()
    details = Details("New title", "Because", "confidential", ["department", "tenure"])
    assert surveys.change_survey(survey, details, 0, now) == []
    db.session.commit()
    assert (survey.title, survey.segments, survey.revision) == ("New title", "department,tenure", 1)
    surveys.change_survey(survey, details, 0, now)  # the same again, from a form that is out of date by now
    assert survey.revision == 1
    with pytest.raises(Conflict):
        surveys.change_survey(survey, Details("Another"), 0, now)
    with pytest.raises(Invalid) as refused:
        surveys.change_survey(survey, Details("Title", mode="confidential"), 1, now)
    assert set(refused.value.fields) == {"segments"}


def test_questions_are_added_moved_changed_and_taken_out(app):
    survey, now = build.survey(), clock.now()
    fruit, _ = questions.add_question(survey, "fruit", SINGLE, now)
    twice, _ = questions.add_question(survey, "fruit", Wording("text", "Other"), now)
    assert twice.id == fruit.id
    more = Wording("text", "Why that?", shown_by="fruit", shown_for=["bread"])
    why, _ = questions.add_question(survey, "why", more, now)
    mood, _ = questions.add_question(survey, "mood", Wording("rating", "How is it?", labels=["Bad", "Good"]), now)
    db.session.commit()
    assert mood.content["labels"] == {"1": "Bad", "5": "Good"}

    questions.move_question(survey, mood.id, 1, now)
    questions.move_question(survey, mood.id, 1, now)  # a double click
    assert texts_of(survey) == ["How is it?", "Which is it?", "Why that?"]
    with pytest.raises(Conflict):  # it would come before what decides about it
        questions.move_question(survey, why.id, 1, now)
    with pytest.raises(Conflict):
        questions.remove_question(survey, fruit.id, now)
    db.session.commit()

    reworded = Wording("single", "Which one?", options=["Fresh apples", "Cheese", "Bread"])
    questions.change_question(survey, fruit, reworded, survey.revision, now)
    assert [one["key"] for one in fruit.content["options"]] == ["apples", "cheese", "bread"]
    without = Wording("single", "Which one?", options=["Apples", "Cheese"])
    with pytest.raises(Invalid) as refused:  # the answer that another question waits for
        questions.change_question(survey, fruit, without, survey.revision, now)
    assert set(refused.value.fields) == {"options"}
    with pytest.raises(Conflict):
        questions.change_question(survey, mood, Wording("rating", "Other"), survey.revision - 1, now)
    questions.remove_question(survey, why.id, now)
    questions.remove_question(survey, why.id, now)
    with pytest.raises(NotFound):
        questions.move_question(survey, why.id, 1, now)
    db.session.commit()
    assert texts_of(survey) == ["How is it?", "Which one?"]
    with pytest.raises(Invalid) as refused:
        questions.add_question(survey, "bad", Wording("rating", "", labels=["one"]), now)
    assert set(refused.value.fields) == {"text", "labels"}


def test_forty_questions_are_the_most(app):
    survey = build.survey()
    db.session.add_all(
        SurveyQuestion(survey_id=survey.id, key=f"k{n}", position=n, kind="text", text="?") for n in range(1, 41)
    )
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        questions.add_question(survey, "one-more", Wording("text", "More?"), clock.now())
    assert "40" in refused.value.message


def test_an_open_wave_follows_until_the_first_ticket_and_its_promise_stays(app):
    people, now = [make_person() for _ in range(2)], clock.now()
    survey = build.survey()
    asked = build.question(survey, "rating", "How is it?", key="mood")
    wave = build.wave(survey, people)
    changed = surveys.change_survey(survey, Details("Renamed", mode="named"), survey.revision, now)
    questions.change_question(survey, asked, Wording("rating", "How is it now?"), survey.revision, now)
    db.session.commit()
    assert changed == []
    assert (wave.definition["title"], wave.definition["mode"]) == ("Renamed", "anonymous")
    assert wave.definition["questions"][0]["text"] == "How is it now?"

    build.answered(wave, [{"mood": 4}])
    assert [one.id for one in surveys.change_survey(survey, Details("Again"), survey.revision, now)] == [wave.id]
    questions.remove_question(survey, asked.id, now)
    db.session.commit()
    assert wave.definition["title"] == "Renamed"
    assert [one["text"] for one in wave.definition["questions"]] == ["How is it now?"]


def test_an_open_wave_is_never_left_with_nothing_that_can_be_answered(app):
    survey = build.survey()
    asked = build.question(survey, "text", key="words")
    wave, now = build.wave(survey, [make_person()]), clock.now()
    questions.add_question(survey, "process", Wording("process", "Which process?"), now)
    questions.remove_question(survey, asked.id, now)
    db.session.commit()
    assert [one["key"] for one in wave.definition["questions"]] == ["words"]
    refunds = build.process("Refunds")
    surveys.change_survey(survey, Details("Title"), survey.revision, now)
    db.session.commit()
    assert wave.definition["questions"][0]["content"]["options"] == [
        {"key": f"process-{refunds.id}", "text": "Refunds"}
    ]


def test_a_survey_under_way_is_not_put_away(app):
    survey, now = build.survey(), clock.now()
    build.question(survey)
    wave = build.wave(survey, [make_person()])
    with pytest.raises(Conflict):
        surveys.archive(survey, now)
    wave.state, wave.answers = "closed", 0
    assert surveys.archive(survey, now)
    assert not surveys.archive(survey, now)
    db.session.commit()
    assert surveys.take_out(survey)
    assert db.session.scalar(select(func.count()).select_from(Wave)) == 1


def test_a_process_is_one_by_its_name_and_is_never_deleted(app):
    now = clock.now()
    refunds = processes.add_process(Facts("Refunds", "Finance"))
    assert processes.add_process(Facts("Refunds", "Finance")).id == refunds.id
    for other in (Facts("Refunds", "Sales"), Facts("refunds"), Facts(""), Facts("x" * 121), Facts("Y", driver_id=-1)):
        with pytest.raises(Invalid):
            processes.add_process(other)
    stamp = processes.stamp_of(refunds)
    processes.change_process(refunds, Facts("Refunds by card", "Finance"), stamp)
    processes.change_process(refunds, Facts("Refunds by card", "Finance"), stamp)
    with pytest.raises(Conflict):
        processes.change_process(refunds, Facts("Something else"), stamp)
    assert processes.retire_process(refunds, now)
    assert not processes.retire_process(refunds, now)
    db.session.commit()
    with pytest.raises(Invalid) as refused:
        processes.add_process(Facts("Refunds by card", "Finance"))
    assert "retired" in refused.value.fields["name"]
    assert processes.restore_process(refunds)
    assert not processes.restore_process(refunds)
    assert db.session.scalar(select(func.count()).select_from(Process)) == 1
