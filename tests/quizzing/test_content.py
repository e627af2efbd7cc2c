"""Quiz files: what is refused and where, and what loading them keeps."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.content import ContentError, read_all
from app.core.db import db
from app.quizzing import content, operations, queries
from app.quizzing.models import AttemptQuestion, QuestionVersion, QuizVersion
from tests.quizzing.conftest import begin, quiz, single

HEAD = """title: A quiz
summary: About something.
kind: quiz
version: 1
pass_mark: 80
"""
GOOD = """- id: {id}
  type: single_choice
  tags: [module-01]
  difficulty: easy
  lesson: a-course/a-lesson
  prompt: Which one?
  options:
  - text: This
    correct: true
  - text: That
"""


@pytest.fixture
def problems(app: Any, tmp_path: Path) -> Any:
    """problems(yaml) -> "line key message" of everything that is wrong with the file."""

    def read(text: str, name: str = "a-quiz.yaml") -> list[str]:
        folder = tmp_path / "quizzes"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
        found = content.read(app, tmp_path).problems
        assert {problem.file for problem in found} <= {f"quizzes/{name}"}
        return [f"{problem.line} {problem.key} {problem.message}" for problem in sorted(found)]

    return read


@pytest.mark.sqlite_only
class TestReading:
    def test_a_good_file_has_no_problems(self, problems):
        assert problems(HEAD + "questions:\n" + GOOD.format(id="one")) == []

    @pytest.mark.parametrize(
        ("change", "expected"),
        [
            (("pass_mark: 80", "pass_mark: 101"), "5 pass_mark "),
            (("pass_mark: 80", "pass_mark: '80'"), "5 pass_mark "),
            (("kind: quiz", "kind: test"), "3 kind "),
            (("kind: quiz", "knd: quiz"), "3 knd this key is not known here"),
            (("kind: quiz\n", ""), "1 kind this key is missing"),
            (("kind: quiz", "kind: quiz\nkind: quiz"), "4 kind this key is given twice"),
            (("kind: quiz", "kind: quiz\nmax_attempts: 0"), "4 max_attempts "),
            (("kind: quiz", "kind: quiz\nwaits_minutes: [-1]"), "4 waits_minutes[0] "),
            (("type: single_choice", "type: essay"), "7 questions[0] give a question with one of these types"),
            (("  type: single_choice\n", ""), "7 questions[0] give a question with one of these types"),
            (("tags: [module-01]", "tags: []"), "9 questions[0].tags give exactly one tag"),
            (("tags: [module-01]", "tags: [a, b]"), "9 questions[0].tags give exactly one tag"),
            (("difficulty: easy", "difficulty: simple"), "10 questions[0].difficulty "),
            (("lesson: a-course/a-lesson", "lesson: a-lesson"), "11 questions[0].lesson "),
            (("prompt: Which one?", "prompt: ' '"), "12 questions[0].prompt "),
            (("prompt: Which one?", "promt: Which one?"), "12 questions[0].promt this key is not known here"),
            (("prompt: Which one?", "promt: Which one?"), "7 questions[0].prompt this key is missing"),
            (("id: one", "id: Not kebab"), "7 questions[0].id "),
            (("    correct: true\n", ""), "13 questions[0].options no option is right"),
            (("- text: That", "- text: That\n    correct: true"), "13 questions[0].options 2 options are right"),
            (("- text: That", "- text: ' this '"), "13 questions[0].options the same option is given twice: this"),
            (("  - text: That\n", ""), "13 questions[0].options give at least two options"),
            (
                ("- text: That", "- text: That\n    right: true"),
                "17 questions[0].options[1].right this key is not known",
            ),
            (("- text: That", "- text: 4"), "16 questions[0].options[1].text "),
            (("- text: That", "- text: ''"), "16 questions[0].options[1].text "),
        ],
    )
    def test_what_is_wrong_is_named_with_line_and_key(self, problems, change, expected):
        text = HEAD + "questions:\n" + GOOD.format(id="one")
        assert change[0] in text
        found = problems(text.replace(*change, 1))
        assert any(line.startswith(expected) for line in found), found

    def test_an_id_given_twice_is_named_even_when_another_question_is_malformed(self, problems):
        broken = GOOD.format(id="two").replace("difficulty: easy", "difficulty: simple")
        found = problems(HEAD + "questions:\n" + GOOD.format(id="one") + broken + GOOD.format(id="one"))
        assert [line.split(" ")[1] for line in found] == ["questions[1].difficulty", "questions[2].id"]

    def test_a_multiple_choice_with_nothing_wrong_in_it_is_refused(self, problems):
        text = GOOD.format(id="one").replace("single_choice", "multiple_choice")
        found = problems(HEAD + "questions:\n" + text.replace("- text: That", "- text: That\n    correct: true"))
        assert found == ["13 questions[0].options every option is right: there is nothing to choose"]

    def test_a_blueprint_that_the_questions_can_not_fill_is_refused(self, problems):
        blueprint = "blueprint:\n- tag: module-01\n  count: 1\n- tag: module-02\n  count: 1\n"
        practice = GOOD.format(id="two").replace("module-01", "module-02") + "  practice: true\n"
        found = problems(HEAD + blueprint + "questions:\n" + GOOD.format(id="one") + practice)
        assert found == ["10 blueprint[1].count 1 questions tagged 'module-02' are needed and there are 0"]

    def test_the_same_tag_twice_in_a_blueprint_is_refused(self, problems):
        blueprint = "blueprint:\n- tag: module-01\n  count: 1\n- tag: module-01\n  count: 1\n"
        assert "the same tag is given twice" in problems(HEAD + blueprint + "questions:\n" + GOOD.format(id="one"))[0]

    def test_a_quiz_of_practice_alone_is_refused(self, problems):
        found = problems(HEAD + "questions:\n" + GOOD.format(id="one") + "  practice: true\n")
        assert found == ["6 questions every question is practice: there is nothing to grade"]

    @pytest.mark.parametrize("text", ["", "- a\n", "title: [", "questions: 7\n", "questions: [7]\n", "\x00"])
    def test_what_is_no_quiz_at_all_is_refused_without_a_crash(self, problems, text):
        assert problems(text) != []

    def test_a_file_with_a_bad_name_is_refused(self, problems):
        assert problems(HEAD + "questions:\n" + GOOD.format(id="one"), "A Quiz.yaml") != []

    def test_unknown_lessons_and_courses_are_found_across_all_content(self, app, tmp_path):
        (tmp_path / "quizzes").mkdir()
        text = HEAD + "prerequisites: [no-course]\nquestions:\n" + GOOD.format(id="one")
        (tmp_path / "quizzes" / "a-quiz.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(ContentError) as caught:
            read_all(app, tmp_path)
        found = [str(problem) for problem in caught.value.problems if problem.file == "quizzes/a-quiz.yaml"]
        assert found == [
            "quizzes/a-quiz.yaml:6: prerequisites[0]: there is no course 'no-course'",
            "quizzes/a-quiz.yaml:12: questions[0].lesson: there is no lesson 'a-course/a-lesson'",
        ]

    def test_it_defines_its_quiz_and_its_practice_questions(self, app, tmp_path):
        (tmp_path / "quizzes").mkdir()
        text = HEAD + "questions:\n" + GOOD.format(id="one") + GOOD.format(id="two") + "  practice: true\n"
        (tmp_path / "quizzes" / "a-quiz.yaml").write_text(text, encoding="utf-8")
        assert content.read(app, tmp_path).names == {"quiz": {"a-quiz"}, "practice": {"a-quiz/two"}}


class TestPublishing:
    def test_publishing_the_same_twice_changes_nothing(self, publish):
        first = publish(the_quiz=quiz())
        again = publish(the_quiz=quiz())
        assert (first.added, first.unchanged) == (1, 0)
        assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
        assert db.session.scalar(select(func.count()).select_from(QuizVersion)) == 1
        assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 6

    def test_a_changed_question_makes_one_new_version_and_keeps_the_old(self, publish, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        changed = quiz()
        changed["questions"][0]["prompt"] = "Another prompt"
        assert publish(the_quiz=changed).changed == 1
        assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 7
        kept = select(QuestionVersion.body).join(AttemptQuestion).where(AttemptQuestion.attempt_id == attempt.id)
        assert "Another prompt" not in str(db.session.execute(kept).all())
        version = queries.current_version("the-quiz")
        assert version is not None
        assert version.id != attempt.quiz_version_id

    def test_going_back_to_an_older_text_uses_the_older_version_again(self, publish):
        publish(the_quiz=quiz())
        first = queries.current_version("the-quiz")
        publish(the_quiz=quiz(pass_mark=90))
        publish(the_quiz=quiz())
        again = queries.current_version("the-quiz")
        assert first is not None
        assert again is not None
        assert again.id == first.id
        assert db.session.scalar(select(func.count()).select_from(QuizVersion)) == 2

    def test_a_quiz_whose_file_is_gone_is_withdrawn_and_kept(self, publish, person):
        publish(the_quiz=quiz(), other=quiz())
        begin(person, "other")
        assert publish(the_quiz=quiz()).retired == 1
        assert queries.current_version("other") is None
        assert db.session.scalar(select(func.count()).select_from(QuizVersion)) == 2

    def test_a_practice_question_that_becomes_graded_keeps_its_version(self, publish):
        publish(the_quiz=quiz())
        changed = quiz()
        changed["questions"][-1]["practice"] = False
        publish(the_quiz=changed)
        version = queries.current_version("the-quiz")
        assert version is not None
        assert version.question_count == 6
        assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 6

    def test_the_number_of_questions_follows_the_blueprint(self, publish):
        publish(the_quiz=quiz(blueprint=[{"tag": "module-01", "count": 3}]))
        version = queries.current_version("the-quiz")
        assert version is not None
        assert version.question_count == 3

    def test_the_hash_covers_everything_in_the_file(self, app):
        model = content.quiz_model(app)
        item = lambda written: content.QuizItem("q", read := model.model_validate(written), tuple(read.questions))  # noqa: E731
        hashes = {
            operations.publishing.quiz_hash(item(written))
            for written in (quiz(), quiz(title="T"), quiz(waits_minutes=[1]), quiz(questions=[single("one")]))
        }
        assert len(hashes) == 4
