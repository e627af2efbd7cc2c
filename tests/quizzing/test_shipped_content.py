"""The shipped quizzes and exam: fair, complete, and not to be guessed."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.config import ROOT
from app.quizzing import content

pytestmark = pytest.mark.sqlite_only
EXAM = "nps-foundations-exam"
SLUGS = sorted(path.stem for path in (ROOT / "quizzes").glob("*.yaml"))
COURSES = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(Path(ROOT / "courses").glob("*/course.yaml"))
}


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    files = {slug: (ROOT / "quizzes" / f"{slug}.yaml").read_text(encoding="utf-8") for slug in SLUGS}
    return {slug: yaml.load(text, Loader=yaml.CSafeLoader) for slug, text in files.items()}


def graded(quiz: dict[str, Any]) -> list[dict[str, Any]]:
    return [question for question in quiz["questions"] if not question.get("practice")]


def choices(questions: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    return [question["options"] for question in questions if question["type"] == "single_choice"]


def right_place(options: list[dict[str, Any]]) -> int:
    return next(place for place, option in enumerate(options) if option.get("correct"))


def test_every_file_is_accepted(app):
    assert content.read(app, ROOT).problems == []


def test_every_module_has_its_quiz_and_the_exam_asks_for_every_module(written):
    assert len(COURSES) == 12
    assert {slug for course in COURSES.values() for slug in course["quizzes"]} == set(SLUGS) - {EXAM}
    in_order = sorted(COURSES, key=lambda slug: COURSES[slug]["position"])
    assert written[EXAM]["prerequisites"] == in_order


def test_the_exam_is_set_as_promised(written):
    exam = written[EXAM]
    assert (exam["kind"], exam["pass_mark"], exam["max_attempts"]) == ("exam", 80, 3)
    assert (exam["waits_minutes"], exam["time_limit_minutes"]) == ([60, 1440], 75)
    assert sum(line["count"] for line in exam["blueprint"]) == 40
    assert {line["tag"] for line in exam["blueprint"]} == {f"module-{n:02}" for n in range(1, 13)}


def test_the_bank_holds_enough_for_two_exams_without_a_question_in_common(written):
    bank = Counter(question["tags"][0] for question in graded(written[EXAM]))
    assert sum(bank.values()) >= 120
    for line in written[EXAM]["blueprint"]:
        assert bank[line["tag"]] >= 2 * line["count"], line["tag"]


def test_every_module_of_the_bank_has_questions_of_every_difficulty(written):
    levels = Counter((question["tags"][0], question["difficulty"]) for question in written[EXAM]["questions"])
    assert all(levels[f"module-{n:02}", level] >= 1 for n in range(1, 13) for level in ("easy", "medium", "hard"))


def test_exam_questions_explain_themselves_and_none_is_taken_from_a_quiz(written):
    prompts = {question["prompt"] for slug in SLUGS if slug != EXAM for question in written[slug]["questions"]}
    for question in written[EXAM]["questions"]:
        assert question.get("explanation"), question["id"]
        assert question["prompt"] not in prompts, question["id"]


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if slug != EXAM])
def test_a_module_quiz_has_six_to_ten_questions_and_feedback_for_every_option(written, slug):
    assert 6 <= len(graded(written[slug])) <= 10
    for question in written[slug]["questions"]:
        told = [option.get("feedback") for option in question.get("options", [])]
        if question["type"] == "true_false":
            told = [question.get("true_feedback"), question.get("false_feedback")]
        assert all(told), question["id"]


@pytest.mark.parametrize("slug", SLUGS)
def test_tags_and_lessons_belong_together(written, slug):
    for question in written[slug]["questions"]:
        course, lesson = question["lesson"].split("/")
        assert question["tags"] == [f"module-{COURSES[course]['position']:02}"], question["id"]
        assert lesson in {entry["slug"] for entry in COURSES[course]["lessons"]}, question["id"]


def test_the_right_answer_is_seldom_the_longest(written):
    for questions in (graded(written[EXAM]), [q for slug in SLUGS for q in graded(written[slug])]):
        found = choices(questions)
        longest = sum(
            len(options[right_place(options)]["text"]) == max(len(option["text"]) for option in options)
            for options in found
        )
        assert longest / len(found) <= 0.35


def test_the_right_answer_stands_in_every_place_equally_often(written):
    for questions in (graded(written[EXAM]), [q for slug in SLUGS for q in graded(written[slug])]):
        found = choices(questions)
        places = Counter(right_place(options) for options in found)
        expected = len(found) / 4
        chi_square = sum((places[place] - expected) ** 2 / expected for place in range(4))
        assert chi_square < 7.815, places  # 5% point at three degrees of freedom


def test_about_half_of_the_statements_are_true(written):
    answers = Counter(q["answer"] for slug in SLUGS for q in graded(written[slug]) if q["type"] == "true_false")
    assert 0.35 <= answers[True] / sum(answers.values()) <= 0.65
