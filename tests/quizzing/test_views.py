"""The pages of quizzes and attempts, as a browser meets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import g

from app.accounts.models import Role
from app.core.db import db
from app.quizzing import queries
from app.quizzing.models import Attempt
from tests.factories import make_person, make_supervisor, sign_in
from tests.quizzing.conftest import NOW, answer_all, begin, exam, quiz, single, take

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _stopped(at: Any) -> None:
    at(NOW)


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)).split())


def form_of(client: Any, attempt_id: int, **args: Any) -> dict[str, str]:
    """The hidden fields of an attempt's page, as a browser without JavaScript would send them."""
    page = client.get(f"/attempts/{attempt_id}", query_string=args).get_data(as_text=True)
    return dict(re.findall(r'<input type="hidden" name="(seen-\d+)" value="([^"]*)"', page))


class TestQuizPage:
    def test_it_says_what_it_is_and_starts(self, publish, client):
        publish(the_exam=exam(blueprint=[{"tag": "module-01", "count": 4}]))
        page = text(client.get("/quizzes/the-exam"))
        for words in (
            "An exam",
            "4, drawn anew",
            "80% of the points",
            "75 minutes",
            "3 in all, 3 left",
            "Start the exam",
        ):
            assert words in page
        assert "1 hour after the first try, 24 hours after later ones" in page

    def test_an_unknown_or_withdrawn_quiz_is_not_found(self, publish, client):
        publish(the_quiz=quiz())
        publish()
        assert client.get("/quizzes/the-quiz").status_code == 404
        assert client.post("/quizzes/the-quiz/start").status_code == 404

    def test_signed_out_it_leads_to_signing_in(self, app, publish):
        publish(the_quiz=quiz())
        answer = app.test_client().get("/quizzes/the-quiz")
        assert answer.status_code == 302
        assert "/login" in answer.location

    def test_starting_opens_an_attempt_and_a_second_click_the_same_one(self, publish, client):
        publish(the_quiz=quiz())
        first, second = client.post("/quizzes/the-quiz/start"), client.post("/quizzes/the-quiz/start")
        assert first.status_code == 303
        assert first.location == second.location
        assert "Continue" in text(client.get("/quizzes/the-quiz"))

    def test_after_a_try_it_says_when_the_next_one_opens(self, publish, client, person, at):
        publish(the_exam=exam())
        take(person, "the-exam", wrong=5)
        at(NOW + timedelta(minutes=20))
        page = text(client.get("/quizzes/the-exam"))
        assert "Not passed yet; the next try opens today at 10:10" in page
        assert "Start" not in page.replace("Started", "")
        assert client.post("/quizzes/the-exam/start").status_code == 409

    def test_with_no_tries_left_it_says_whom_to_ask(self, publish, client, person):
        publish(the_exam=exam(max_attempts=1))
        take(person, "the-exam", wrong=5)
        page = text(client.get("/quizzes/the-exam"))
        assert "no tries are left" in page
        assert "none left" in page

    def test_a_passed_exam_shows_its_result_and_no_start(self, publish, client, person):
        publish(the_exam=exam())
        take(person, "the-exam")
        page = client.get("/quizzes/the-exam").get_data(as_text=True)
        assert "See your result" in page
        assert "/start" not in page

    def test_a_passed_quiz_can_be_taken_again(self, publish, client, person):
        publish(the_quiz=quiz())
        take(person)
        page = text(client.get("/quizzes/the-quiz"))
        assert "See your result" in page
        assert "Take it again" in page

    def test_what_comes_first_is_listed_and_enforced(self, shipped_app):
        shipped_app.config["WTF_CSRF_ENABLED"] = False
        client = sign_in(shipped_app.test_client(), make_person())
        page = client.get("/quizzes/nps-foundations-exam").get_data(as_text=True)
        assert page.count('<li><a href="/courses/') >= 12
        assert "/start" not in page
        refused = client.post("/quizzes/nps-foundations-exam/start")
        assert refused.status_code == 403
        assert "Complete them first" in text(refused)
        assert client.post("/quizzes/where-nps-comes-from/start").status_code == 303

    def test_the_courses_that_need_a_quiz_hand_down_their_prerequisites(self, shipped_app):
        shipped_app.config["WTF_CSRF_ENABLED"] = False
        client = sign_in(shipped_app.test_client(), make_person())
        assert client.post("/quizzes/the-formula/start").status_code == 403
        assert "The question and the bands" in text(client.get("/quizzes/the-formula"))


class TestAnswering:
    def test_one_question_at_a_time_or_all(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        one = client.get(f"/attempts/{attempt.id}?q=2").get_data(as_text=True)
        assert re.findall(r'id="q(\d+)"', one) == ["2"]
        whole = client.get(f"/attempts/{attempt.id}?view=all").get_data(as_text=True)
        assert re.findall(r'id="q(\d+)"', whole) == ["1", "2", "3", "4", "5"]

    @pytest.mark.parametrize(("asked", "shown"), [("0", "1"), ("99", "5"), ("x", "1"), ("", "1"), ("３", "1")])
    def test_a_strange_number_shows_the_nearest_question(self, publish, client, person, asked, shown):
        publish(the_quiz=quiz())
        page = client.get(f"/attempts/{begin(person).id}?q={asked}").get_data(as_text=True)
        assert re.findall(r'id="q(\d+)"', page) == [shown]

    def test_coming_back_leads_to_the_first_question_without_an_answer(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        for position in (1, 2):
            client.post(f"/attempts/{attempt.id}/answers/{position}", data={f"answer-{position}": "0"})
        page = client.get(f"/attempts/{attempt.id}").get_data(as_text=True)
        assert re.findall(r'id="q(\d+)"', page) == ["3"]
        assert "saved 09:00" in page

    def test_saving_by_script_answers_with_the_time_only(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        answer = client.post(f"/attempts/{attempt.id}/answers/1", data={"answer-1": "0"}, headers=JSON)
        assert (answer.status_code, answer.json) == (200, {"saved_at": "09:00"})

    def test_what_was_saved_is_there_in_another_browser(self, app, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        client.post(f"/attempts/{attempt.id}/answers/1", data={"answer-1": "1", "flag-1": "1"})
        page = sign_in(app.test_client(), person).get(f"/attempts/{attempt.id}?q=1").get_data(as_text=True)
        assert 'name="answer-1" value="1" checked' in page
        assert "Question 1, answered, flagged" in page

    def test_without_javascript_next_saves_and_goes_on(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        data = {**form_of(client, attempt.id, q=1), "answer-1": "0", "go": "2"}
        answer = client.post(f"/attempts/{attempt.id}/answers", data=data)
        assert answer.status_code == 303
        assert answer.location.endswith(f"/attempts/{attempt.id}?q=2")
        assert queries.question_map(attempt.id)[0].answered

    def test_an_old_page_leaves_alone_what_it_did_not_touch(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        old = form_of(client, attempt.id, view="all")
        assert len(old) == 5
        client.post(f"/attempts/{attempt.id}/answers/3", data={"answer-3": "1"})
        client.post(f"/attempts/{attempt.id}/answers", data={**old, "answer-1": "0", "go": "all"})
        assert [entry.answered for entry in queries.question_map(attempt.id)] == [True, False, True, False, False]

    def test_unticking_everything_is_saved_from_a_page_without_javascript(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        client.post(f"/attempts/{attempt.id}/answers/1", data={"answer-1": "0"})
        client.post(f"/attempts/{attempt.id}/answers", data={**form_of(client, attempt.id, q=1), "go": "hand-in"})
        assert not queries.question_map(attempt.id)[0].answered

    @pytest.mark.parametrize("value", ["4", "-1", "x"])
    def test_forged_values_are_refused_in_words(self, publish, client, person, value):
        publish(the_quiz=quiz(questions=[single("one")]))
        attempt = begin(person)
        refused = client.post(f"/attempts/{attempt.id}/answers/1", data={"answer-1": value}, headers=JSON)
        assert refused.status_code == 422
        assert "does not belong to this question" in refused.json["detail"]
        assert not queries.question_map(attempt.id)[0].answered

    def test_forged_fields_change_neither_marks_nor_others(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        forged = {"answer-1": "0", "answer-2": "0", "mark": "100", "passed": "1", "submitted_at": "now"}
        client.post(f"/attempts/{attempt.id}/answers/1", data=forged)
        assert [entry.answered for entry in queries.question_map(attempt.id)] == [True, False, False, False, False]
        assert client.post(f"/attempts/{attempt.id}/answers", data={"seen-99": "*"}).status_code == 404
        assert client.post(f"/attempts/{attempt.id}/answers/99").status_code == 404

    def test_a_post_without_a_token_is_refused(self, app, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        app.config["WTF_CSRF_ENABLED"] = True
        for path in (f"/attempts/{attempt.id}/answers/1", f"/attempts/{attempt.id}/submit", "/quizzes/the-quiz/start"):
            assert client.post(path).status_code == 400


class TestHandingIn:
    def test_what_is_empty_or_flagged_is_named_first(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        answer_all(attempt, wrong=2)
        client.post(f"/attempts/{attempt.id}/answers/4", data={"answer-4": "0", "flag-4": "1"})
        page = client.get(f"/attempts/{attempt.id}/submit")
        assert re.findall(r"\?q=(\d)", page.get_data(as_text=True)) == ["1", "2", "4"]
        assert "You have answered 3 of 5 questions" in text(page)

    def test_a_double_click_is_harmless(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        answer_all(attempt)
        for _ in range(2):
            answer = client.post(f"/attempts/{attempt.id}/submit")
            assert answer.status_code == 303
            assert answer.location.endswith("/result")
        assert "5 of 5 points: 100%" in text(client.get(answer.location))

    def test_another_tab_is_told_that_it_came_too_late(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        tab = form_of(client, attempt.id, q=1)
        client.post(f"/attempts/{attempt.id}/submit")
        late = client.post(f"/attempts/{attempt.id}/answers/1", data={"answer-1": "0"}, headers=JSON)
        assert late.status_code == 409
        assert "handed in already" in late.json["detail"]
        refused = client.post(f"/attempts/{attempt.id}/answers", data={**tab, "answer-1": "0", "go": "2"})
        assert refused.status_code == 409
        assert "handed in already" in text(refused)
        assert client.get(f"/attempts/{attempt.id}").location.endswith("/result")

    def test_after_the_time_nothing_is_taken_and_the_result_is_offered(self, publish, client, person, at):
        publish(the_quiz=quiz(time_limit_minutes=10))
        attempt = begin(person)
        answer_all(attempt)
        assert "10 minutes left , until 09:10" in text(client.get(f"/attempts/{attempt.id}"))
        at(NOW + timedelta(minutes=10, seconds=31))
        late = client.post(f"/attempts/{attempt.id}/answers/1", data={"answer-1": "0"}, headers=JSON)
        assert late.status_code == 409
        assert "The time is over" in late.json["detail"]
        for path in (f"/attempts/{attempt.id}", f"/attempts/{attempt.id}/submit"):
            page = client.get(path)
            assert "See your result" in text(page)
            assert "<fieldset class=" not in page.get_data(as_text=True)
        client.post(f"/attempts/{attempt.id}/submit")
        assert "100%" in text(client.get(f"/attempts/{attempt.id}/result"))


class TestResult:
    def test_it_shows_score_strengths_and_what_to_reread(self, shipped_app):
        person = make_person()
        client = sign_in(shipped_app.test_client(), person)
        attempt = take(person, "the-formula", wrong=3)
        page = text(client.get(f"/attempts/{attempt.id}/result"))
        assert "5 of 8 points: 62%" in page
        assert "Not passed yet" in page
        assert "The formula: 5 of 8" in page
        assert "What to reread first" in page

    def test_a_quiz_shows_right_answers_and_feedback_at_once(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = take(person, wrong=5)
        page = client.get(f"/attempts/{attempt.id}/result").get_data(as_text=True)
        assert page.count("SECRET feedback") + page.count("SECRET true") + page.count("SECRET false") == 18
        assert page.count("is-missed") == 6

    def test_an_exam_keeps_its_right_answers_while_tries_are_left(self, publish, client, person):
        publish(the_exam=exam(max_attempts=2, waits_minutes=[]))
        attempt = take(person, "the-exam", wrong=2)
        page = client.get(f"/attempts/{attempt.id}/result").get_data(as_text=True)
        assert page.count("SECRET explanation") == 3
        assert "SECRET feedback" not in page
        assert "is-right" not in page
        assert "is-missed" not in page
        take(person, "the-exam", 5, NOW + timedelta(hours=1))
        page = client.get(f"/attempts/{attempt.id}/result").get_data(as_text=True)
        assert page.count("SECRET explanation") == 5
        assert page.count("is-missed") == 2

    def test_while_another_try_is_open_an_earlier_one_shows_its_score_only(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = take(person, wrong=5)
        begin(person)
        page = client.get(f"/attempts/{attempt.id}/result").get_data(as_text=True)
        assert "0 of 5 points: 0%" in page
        assert "SECRET" not in page

    def test_an_open_attempt_has_no_result(self, publish, client, person):
        publish(the_quiz=quiz())
        attempt = begin(person)
        assert client.get(f"/attempts/{attempt.id}/result").location.endswith(f"/attempts/{attempt.id}")


class TestStrangers:
    @pytest.fixture
    def attempt(self, publish):
        publish(the_quiz=quiz())
        boss = make_person(given_name="Top")
        middle = make_person(manager=boss)
        self.boss, self.middle = boss, middle
        self.owner = make_person(manager=middle)
        return begin(self.owner)

    def test_someone_elses_attempt_does_not_exist(self, app, attempt, client):
        path = f"/attempts/{attempt.id}"
        for page in (path, f"{path}/submit", f"{path}/result"):
            assert client.get(page).status_code == 404
        for page in (f"{path}/answers", f"{path}/answers/1", f"{path}/submit"):
            assert client.post(page, data={"answer-1": "0"}).status_code == 404
        assert db.session.get_one(Attempt, attempt.id).submitted_at is None

    def test_an_open_attempt_is_its_owners_alone(self, app, attempt, client):
        for who in (self.boss, self.middle, make_person(roles=(Role.HR,)), make_person(roles=(Role.CHAMPION,))):
            assert sign_in(app.test_client(), who).get(f"/attempts/{attempt.id}/result").status_code == 404

    def test_those_responsible_see_the_score_of_a_submitted_one_and_no_answers(self, app, attempt, client):
        sign_in(app.test_client(), self.owner).post(f"/attempts/{attempt.id}/submit")
        for who in (self.boss, self.middle, make_person(roles=(Role.HR,)), make_person(roles=(Role.CHAMPION,))):
            page = sign_in(app.test_client(), who).get(f"/attempts/{attempt.id}/result")
            assert page.status_code == 200
            assert "0 of 5 points" in page.get_data(as_text=True)
            assert "SECRET" not in page.get_data(as_text=True)
            assert "Prompt of" not in page.get_data(as_text=True)
        for who in (make_supervisor(), make_person(roles=(Role.EXECUTIVE,)), make_person()):
            assert sign_in(app.test_client(), who).get(f"/attempts/{attempt.id}/result").status_code == 404

    def test_signed_out_every_address_leads_to_signing_in(self, app, attempt):
        app.config["WTF_CSRF_ENABLED"] = False
        client, path = app.test_client(), f"/attempts/{attempt.id}"
        gets = [client.get(page) for page in (path, f"{path}/submit", f"{path}/result")]
        posts = [client.post(page) for page in (f"{path}/answers", f"{path}/answers/1", f"{path}/submit")]
        assert {answer.status_code for answer in gets + posts} == {302}
        assert client.post(f"{path}/answers/1", headers=JSON).status_code == 401


class TestGranting:
    @pytest.fixture
    def stuck(self, publish, app):
        app.config["WTF_CSRF_ENABLED"] = False
        publish(the_exam=exam(max_attempts=1))
        self.boss = make_person()
        person = make_person(manager=make_person(manager=self.boss))
        take(person, "the-exam", wrong=5)
        return person

    def test_those_responsible_allow_one_more_with_a_reason(self, app, stuck):
        people = [self.boss, *(make_person(roles=(role,)) for role in (Role.HR, Role.CHAMPION, Role.ADMINISTRATOR))]
        path = f"/people/{stuck.id}/tries/the-exam"
        for who in people:
            assert sign_in(app.test_client(), who).get(path).status_code == 200
        client = sign_in(app.test_client(), self.boss)
        assert client.get(f"/people/{stuck.id}").get_data(as_text=True).count(path) == 1
        empty = client.post(path, data={"reason": " "})
        assert empty.status_code == 422
        assert "Say why" in text(empty)
        assert client.post(path, data={"reason": "The power went out."}).status_code == 303
        assert client.post(path, data={"reason": "The power went out."}).status_code == 409
        assert sign_in(app.test_client(), stuck).post("/quizzes/the-exam/start").status_code == 303

    def test_others_may_not(self, app, stuck):
        path = f"/people/{stuck.id}/tries/the-exam"
        assert sign_in(app.test_client(), make_person()).post(path, data={"reason": "x"}).status_code == 404
        assert sign_in(app.test_client(), make_supervisor()).post(path, data={"reason": "x"}).status_code == 404
        assert sign_in(app.test_client(), stuck).post(path, data={"reason": "x"}).status_code == 403
        executive = make_person(roles=(Role.EXECUTIVE,))
        assert sign_in(app.test_client(), executive).post(path, data={"reason": "x"}).status_code == 403

    def test_nobody_allows_it_to_themselves(self, app, publish):
        app.config["WTF_CSRF_ENABLED"] = False
        publish(the_exam=exam(max_attempts=1))
        hr = make_person(roles=(Role.HR,))
        take(hr, "the-exam", wrong=5)
        client = sign_in(app.test_client(), hr)
        assert client.post(f"/people/{hr.id}/tries/the-exam", data={"reason": "x"}).status_code == 403


class TestChecks:
    def test_it_answers_at_once_and_writes_nothing(self, publish, client, person):
        publish(the_quiz=quiz())
        path, name = "/checks/the-quiz/check-one", "answer-the-quiz-check-one"
        answers = [text(client.post(path, data={name: str(place)})) for place in range(4)]
        assert sum("Right." in answer for answer in answers) == 1
        assert sum("Not this one." in answer for answer in answers) == 3
        assert all(answer.count("SECRET feedback") == 1 for answer in answers)
        assert "Choose an answer first." in text(client.post(path))
        assert db.session.query(Attempt).count() == 0

    def test_it_leads_back_to_its_place_in_the_lesson(self, publish, client):
        publish(the_quiz=quiz())
        page = client.post("/checks/the-quiz/check-one").get_data(as_text=True)
        assert "/courses/the-formula/percent-minus-percent#check-the-quiz-check-one" in page

    def test_only_practice_questions_are_answered_there(self, publish, client):
        publish(the_quiz=quiz())
        for path in ("/checks/the-quiz/one", "/checks/the-quiz/nothing", "/checks/other/check-one"):
            assert client.post(path, data={"answer-the-quiz-one": "0"}).status_code == 404

    def test_forged_values_are_refused(self, publish, client):
        publish(the_quiz=quiz())
        forged = client.post("/checks/the-quiz/check-one", data={"answer-the-quiz-check-one": "7"})
        assert forged.status_code == 422

    def test_all_checks_of_a_page_cost_one_statement_once_they_are_kept_and_tell_nothing(
        self, app, publish, person, count_statements
    ):
        many = quiz(questions=[single("one"), *(single(f"c-{n}", practice=True) for n in range(9))])
        publish(the_quiz=many, other=many)
        refs = [f"{slug}/c-{n}" for slug in ("the-quiz", "other") for n in range(9)]
        render = app.extensions["uplift.learning.checks"]
        person_id = person.id
        for statements in (2, 1):
            with app.test_request_context(), count_statements() as seen:
                shown = render([*refs, "the-quiz/one", "no/thing"], person_id, None)
            assert list(shown) == refs
            assert len(seen) == statements
        assert "SECRET" not in "".join(shown.values())

    def test_options_stand_in_the_same_order_before_and_after_the_answer(self, app, publish, client, person):
        publish(the_quiz=quiz())
        with app.test_request_context():
            before = app.extensions["uplift.learning.checks"](["the-quiz/check-one"], person.id, None)
        after = client.post("/checks/the-quiz/check-one").get_data(as_text=True)
        options = r"check-one option \d"
        assert re.findall(options, "".join(before.values())) == re.findall(options, after)

    def test_a_check_whose_words_changed_is_drawn_anew(self, app, publish, person):
        publish(the_quiz=quiz())
        render, person_id = app.extensions["uplift.learning.checks"], person.id
        with app.test_request_context():
            assert "changed" not in render(["the-quiz/check-one"], person_id, None)["the-quiz/check-one"]
        publish(the_quiz=quiz(questions=[single("one"), single("check-one", practice=True, prompt="It changed.")]))
        with app.test_request_context():
            assert "It changed." in render(["the-quiz/check-one"], person_id, None)["the-quiz/check-one"]

    def test_a_kept_check_carries_the_token_of_its_reader(self, app, publish, person):
        publish(the_quiz=quiz())
        render, person_id = app.extensions["uplift.learning.checks"], person.id
        for token in ("first", "second"):
            with app.test_request_context():
                g.csrf_token = token
                shown = render(["the-quiz/check-one"], person_id, None)["the-quiz/check-one"]
            assert re.findall(r'name="csrf_token" value="([^"]+)"', shown) == [token]


class TestStatements:
    @pytest.mark.parametrize("questions", [5, 40])
    def test_an_open_attempt_and_saving_cost_the_same_with_five_and_with_forty_questions(
        self, publish, client, person, count_statements, questions
    ):
        publish(the_exam=exam(questions))
        attempt_id = begin(person, "the-exam").id
        paths = [f"/attempts/{attempt_id}", f"/attempts/{attempt_id}?q=2", f"/attempts/{attempt_id}?view=all"]
        client.get(paths[0])
        for path in paths:
            db.session.remove()
            with count_statements() as seen:
                assert client.get(path).status_code == 200
            assert len(seen) == 4, seen
        db.session.remove()
        with count_statements() as seen:
            client.post(f"/attempts/{attempt_id}/answers/1", data={"answer-1": "0"}, headers=JSON)
        assert len(seen) == 3, seen
        db.session.remove()
        everything = {f"seen-{n}": "*" for n in range(1, questions + 1)}
        with count_statements() as seen:
            client.post(f"/attempts/{attempt_id}/answers", data={**everything, "go": "1"})
        assert len(seen) == 4, seen

    def test_the_result_costs_the_same_with_five_and_with_forty_questions(
        self, publish, app, client, person, count_statements
    ):
        counts = []
        for number in (5, 40):
            publish(the_exam=exam(number))
            who = make_person()
            attempt_id = take(who, "the-exam", wrong=number).id
            client = sign_in(app.test_client(), who)
            db.session.remove()
            with count_statements() as seen:
                assert client.get(f"/attempts/{attempt_id}/result").status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]
        assert counts[0] <= 10
