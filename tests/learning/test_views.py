"""The pages of learning, as people and browsers meet them."""

import re

import pytest
from markupsafe import Markup
from sqlalchemy import func, select

from app.core.db import db
from app.learning import operations, queries
from app.learning.checks import set_check_renderer
from app.learning.models import Enrolment, LessonCompletion, LessonState
from tests.factories import make_person, make_supervisor, sign_in
from tests.learning.writing import NOW, load, write_course, write_figure

# Pages: what they read is asked of both engines by tests/demo/test_every_address.py and by the tests of operations.
pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def open_app(fresh_app):
    """An application whose forms need no token (the last tests here have theirs)."""
    built = fresh_app("migrated", WTF_CSRF_ENABLED=False)
    with built.app_context():
        yield built


def stored(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def words(response):
    """What the main part of a page says, without markup."""
    main = re.search(r"<main.*?</main>", response.text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


@pytest.fixture
def reader(open_app, tmp_path):
    """Someone signed in, with two courses of which the second waits for the first."""
    write_course(tmp_path, "basics", {"one": "## First part\n\nText <b>one</b>.", "two": "Text two."}, position=1)
    write_course(tmp_path, "more", position=2, prerequisites=["basics"], audience="supervisors", quizzes=["more"])
    load(tmp_path)
    person = make_person()
    client = sign_in(open_app.test_client(), person)
    client.person_id = person.id
    return client


@pytest.mark.parametrize(
    "address", ["/courses", "/courses/basics", "/courses/basics/one", "/content/0/bars.svg", "/courses/none"]
)
def test_signed_out_people_are_led_to_sign_in_and_back(open_app, address):
    response = open_app.test_client().get(address)
    assert response.status_code == 302
    assert response.location.endswith("/login?next=" + address.replace("/", "%2F")) or address in response.location


@pytest.mark.parametrize("verb", ["complete", "position", "note"])
def test_signed_out_people_change_nothing(open_app, verb):
    assert open_app.test_client().post(f"/courses/basics/one/{verb}").status_code == 302
    assert stored(LessonState) == stored(LessonCompletion) == 0


def test_the_catalogue_says_where_one_stands_in_words(reader):
    page = words(reader.get("/courses"))
    assert "Start with “One”" in page
    assert "1. Basics" in page
    assert "Next" in page
    assert "Locked Opens when you have completed Basics" in page
    reader.post("/courses/basics/one/complete")
    page = words(reader.get("/courses"))
    assert "Continue with “Two”" in page
    assert "In progress 1 of 2 lessons read" in page
    reader.post("/courses/basics/two/complete")
    page = words(reader.get("/courses"))
    assert "1 of 2 courses done" in page
    assert "Start with “More One”" in page


def test_filters_live_in_the_address(reader):
    assert "1. Basics" not in words(reader.get("/courses?state=locked"))
    assert "2. More" in words(reader.get("/courses?state=locked"))
    assert "2. More" not in words(reader.get("/courses?audience=frontline"))
    assert "No course is like that" in words(reader.get("/courses?state=done"))
    assert '<option value="locked" selected>' in reader.get("/courses?state=locked").text


def test_search_finds_lessons_and_courses_and_shows_where(reader):
    response = reader.get("/courses?q=part%20tex")
    assert "First <mark>part</mark> <mark>Text</mark>" in response.text
    assert "Lesson in “Basics”" in words(response)
    assert "Nothing holds all of these words" in words(reader.get("/courses?q=zebra"))
    assert "Nothing holds all" in words(reader.get("/courses?q=part&audience=supervisors&state=locked"))


def test_what_is_searched_for_comes_back_escaped(reader):
    response = reader.get("/courses?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)" in response.text


def test_a_course_page_lists_what_is_done_next_and_missing(reader):
    reader.post("/courses/basics/one/complete")
    page = words(reader.get("/courses/basics"))
    assert "Continue with “Two”" in page
    assert "Reading · 5 minutes · read" in page
    assert "Reading · 5 minutes · next" in page
    assert "What is missing Read Two (5 minutes)." in page
    locked = reader.get("/courses/more")
    assert locked.status_code == 200
    assert "It builds on Basics" in words(locked)
    assert "/courses/more/more-one" not in locked.text, "no link leads where one can't go"


def test_a_course_whose_lessons_are_read_leads_to_its_quiz(reader):
    for address in ("basics/one", "basics/two", "more/more-one", "more/more-two"):
        reader.post(f"/courses/{address}/complete")
    response = reader.get("/courses/more")
    assert "Take the quiz “More”" in words(response)
    assert "What is missing Pass the quiz More ." in words(response)
    assert 'href="/quizzes/more"' in response.text
    operations.note_quiz_pass(reader.person_id, "more", NOW)
    db.session.commit()
    assert "passed 2 March 2026" in words(reader.get("/courses/more"))
    assert "Nothing: you completed this course 2 March 2026." in words(reader.get("/courses/more"))


@pytest.mark.parametrize("address", ["/courses/none", "/courses/none/one", "/courses/basics/none", "/content/0/x.svg"])
def test_what_is_not_there_is_not_found(reader, address):
    assert reader.get(address).status_code == 404


def test_a_lesson_of_a_locked_course_says_what_comes_first(reader):
    response = reader.get("/courses/more/more-one")
    assert response.status_code == 403
    assert "“More One” is not open to you yet It builds on Basics" in words(response)
    assert "Text of one" not in response.text
    for verb in ("complete", "position", "note"):
        refused = reader.post(f"/courses/more/more-one/{verb}", data={"percent": 1, "note": "x"})
        assert refused.status_code == 403
        assert "opens when you have completed “Basics”" in words(refused)
    assert stored(Enrolment) == 0


def test_a_lesson_can_be_read_and_gone_on_from(reader):
    response = reader.get("/courses/basics/one")
    assert "Lesson 1 of 2, 5 minutes" in words(response)
    assert '<a href="#s-first-part">First part</a>' in response.text
    assert "Next: Two , 5 minutes" in words(response)
    assert stored(Enrolment) == 0, "reading alone writes nothing"
    for _ in range(2):
        gone_on = reader.post("/courses/basics/one/complete")
        assert (gone_on.status_code, gone_on.location) == (303, "/courses/basics/two")
    assert stored(LessonCompletion) == 1
    assert reader.post("/courses/basics/two/complete").location == "/courses/basics"
    assert "Next: Two, 5 minutes" in words(reader.get("/courses/basics/one"))


def test_one_can_go_to_where_one_stopped(reader):
    assert "You stopped" not in reader.get("/courses/basics/one").text
    assert reader.post("/courses/basics/one/position", data={"percent": "42"}).status_code == 204
    assert "You stopped about 42% of the way down." in words(reader.get("/courses/basics/one"))
    reader.post("/courses/basics/one/complete")
    assert "You stopped" not in reader.get("/courses/basics/one").text


@pytest.mark.parametrize("percent", ["", "-1", "101", "half", "1e9"])
def test_a_forged_position_is_refused(reader, percent):
    assert reader.post("/courses/basics/one/position", data={"percent": percent}).status_code == 422
    assert stored(LessonState) == 0


def test_a_note_is_kept_with_and_without_javascript(reader):
    saved = reader.post("/courses/basics/one/note", data={"note": "Mind\r\nthe <6s>.", "was": ""})
    assert (saved.status_code, saved.location) == (303, "/courses/basics/one#your-note")
    assert "Mind\nthe &lt;6s&gt;.</textarea>" in reader.get("/courses/basics/one").text
    answer = reader.post(
        "/courses/basics/one/note",
        data={"note": "Better.", "was": "Mind\r\nthe <6s>."},
        headers={"Accept": "application/json"},
    )
    assert re.fullmatch(r"\d\d:\d\d", answer.json["saved_at"])


def test_two_windows_lose_neither_note(reader):
    reader.post("/courses/basics/one/note", data={"note": "from the phone", "was": ""})
    late = {"note": "from the desk", "was": ""}
    page = reader.post("/courses/basics/one/note", data=late)
    assert page.status_code == 409
    assert "The saved note says: from the phone" in words(page)
    assert ">from the desk</textarea>" in page.text
    told = reader.post("/courses/basics/one/note", data=late, headers={"Accept": "application/json"})
    assert told.status_code == 409
    assert "another window" in told.json["detail"]
    seen = re.search(r'name="was" value="([^"]*)"', page.text)[1]
    assert reader.post("/courses/basics/one/note", data={"note": "both", "was": seen}).status_code == 303


def test_a_note_that_is_too_long_stays_in_the_field(reader):
    page = reader.post("/courses/basics/one/note", data={"note": "x" * 20_001, "was": ""})
    assert page.status_code == 422
    assert "A note has room for 20000 characters" in words(page)
    assert "x" * 20_001 in page.text


def test_a_figure_is_kept_by_browsers_and_runs_nothing(open_app, tmp_path):
    folder = write_course(tmp_path, "basics", {"one": "![Bars](figures/bars.svg)"})
    write_figure(folder)
    load(tmp_path)
    client = sign_in(open_app.test_client(), make_person())
    address = re.search(r'src="\.\./\.\.(/content/[^"]+)"', client.get("/courses/basics/one").text)[1]
    response = client.get(address)
    assert response.mimetype == "image/svg+xml"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(address.replace("bars", "lines")).status_code == 404


def test_a_persons_page_shows_their_courses_to_whoever_may_see_it(reader, open_app):
    reader.post("/courses/basics/one/complete")
    own = words(reader.get(f"/people/{reader.person_id}"))
    assert "0 of 2 courses completed" in own
    assert "Basics In progress 1 of 2 lessons read" in own
    stranger = sign_in(open_app.test_client(), make_supervisor())
    assert "courses completed" not in stranger.get(f"/people/{reader.person_id}").text


def test_the_catalogue_costs_the_same_with_1_and_with_50_courses(open_app, tmp_path, count_statements):
    person = make_person()
    numbers = []
    for many in (1, 50):
        for number in range(many):
            write_course(tmp_path, f"course-{number}", {f"l{number}": "Words."}, position=number + 1, quizzes=["q"])
        load(tmp_path)
        for lesson in queries.all_lessons():
            operations.complete_lesson(person.id, lesson, NOW)
        db.session.commit()
        client = sign_in(open_app.test_client(), person)
        for address in ("/courses", "/courses?q=words&state=in_progress"):
            db.session.rollback()
            with count_statements() as seen:
                assert client.get(address).status_code == 200
            numbers.append(len(seen))
    assert numbers[:2] == numbers[2:]
    assert max(numbers) <= 6


def test_a_lesson_costs_the_same_with_any_number_of_checks(open_app, tmp_path, count_statements):
    asked = []

    def renderer(refs, person_id, answered):
        asked.append(list(refs))
        db.session.execute(select(1))
        return {ref: Markup("<p>{}</p>").format(ref) for ref in refs if ref != "basics/k3"}

    set_check_renderer(open_app, renderer)
    checks = "\n\n".join(f"{{check: k{number}}}" for number in range(30))
    write_course(tmp_path, "start", position=1)
    write_course(tmp_path, "basics", {"one": "{check: k0}", "two": checks}, position=2, prerequisites=["start"])
    load(tmp_path)
    person = make_person()
    for lesson in queries.all_lessons():
        operations.complete_lesson(person.id, lesson, NOW)
    operations.save_note(person.id, queries.find_lesson("basics", "two"), "Note", "", NOW)
    db.session.commit()
    client = sign_in(open_app.test_client(), person)
    queries.lesson_content.cache_clear()
    numbers = []
    for address in ("/courses/basics/one", "/courses/basics/two", "/courses/basics/two"):
        db.session.rollback()
        with count_statements() as seen:
            page = client.get(address)
        numbers.append(len(seen))
    assert max(numbers) <= 6
    assert numbers[0] == numbers[1] > numbers[2], "the second time the text is in memory"
    assert asked[1] == [f"basics/k{number}" for number in range(30)]
    assert "<p>basics/k29</p>" in page.text
    assert "basics/k3<" not in page.text


def test_a_form_without_its_token_changes_nothing(app, tmp_path):
    write_course(tmp_path, "basics")
    load(tmp_path)
    client = sign_in(app.test_client(), make_person())
    assert client.post("/courses/basics/basics-one/complete").status_code == 400
    assert stored(LessonCompletion) == 0
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/courses/basics/basics-one").text)[1]
    assert client.post("/courses/basics/basics-one/complete", data={"csrf_token": token}).status_code == 303
    assert stored(LessonCompletion) == 1
