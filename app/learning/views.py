"""The catalogue, a course, a lesson, and what one does while reading it."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.models import Person
from app.core import clock, pages
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, wants_json
from app.core.permissions import Can, require
from app.learning import operations, queries, rules
from app.learning.checks import render_checks
from app.learning.forms import NoteForm, PositionForm
from app.learning.queries import LessonPage

learning = Blueprint("learning", __name__, template_folder="templates")
NO_COURSE = "There is no course at this address. It may have been withdrawn."
NO_LESSON = "There is no lesson at this address. Its course may have changed."


@learning.get("/courses")
def index() -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    path = queries.path_progress(current_user.id)
    words = request.args.get("q", "").strip()[:200]
    audience, state = request.args.get("audience", ""), request.args.get("state", "")
    shown = rules.choose(path, audience, state)
    hits = queries.find_hits(words, [course.slug for course in shown]) if words else []
    return render_template(
        "learning/index.html",
        path=path,
        assigned=queries.open_assignments(current_user.id),
        shown=shown,
        by_slug={course.slug: course for course in shown},
        hits=hits,
        words=words,
        audience=audience,
        state=state,
    )


@learning.get("/courses/<slug>")
def course(slug: str) -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    return _show_course(slug)


@learning.get("/courses/<slug>/<lesson>")
def lesson(slug: str, lesson: str) -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    page = _find(slug, lesson)
    if page.prerequisites_missing:
        return _show_course(slug, asked_for=page.here.title), 403
    return _show_lesson(page)


@learning.post("/courses/<slug>/<lesson>/complete")
def complete(slug: str, lesson: str) -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    page = _find_open(slug, lesson)
    operations.complete_lesson(current_user.id, page.ref, clock.now())
    db.session.commit()
    if page.following is None:
        return redirect(url_for(".course", slug=slug), 303)
    return redirect(url_for(".lesson", slug=slug, lesson=page.following.slug), 303)


@learning.post("/courses/<slug>/<lesson>/position")
def position(slug: str, lesson: str) -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    page = _find_open(slug, lesson)
    form = PositionForm()
    if not form.validate():
        raise Invalid("The position in a lesson is a number from 0 to 100.")
    operations.save_position(current_user.id, page.ref, form.percent.data, clock.now())
    db.session.commit()
    return "", 204


@learning.post("/courses/<slug>/<lesson>/note")
def note(slug: str, lesson: str) -> ResponseReturnValue:
    require(Can.TAKE_COURSES)
    page = _find_open(slug, lesson)
    form, now = NoteForm(), clock.now()
    try:
        if not form.validate():
            raise Invalid(" ".join(form.note.errors))
        operations.save_note(current_user.id, page.ref, form.note.data, form.was.data, now)
    except (Conflict, Invalid) as refusal:
        if wants_json():
            raise
        return _show_lesson(page, typed=form.note.data, refusal=refusal), int(refusal.status)
    db.session.commit()
    if wants_json():
        return {"saved_at": pages.clock_time(now)}
    return redirect(url_for(".lesson", slug=slug, lesson=lesson, _anchor="your-note"), 303)


@learning.get("/content/<digest>/<name>")
def figure(digest: str, name: str) -> ResponseReturnValue:
    """A figure of a lesson. Its address holds its digest, so a browser may keep it for good."""
    require(Can.TAKE_COURSES)
    found = queries.figure(digest, name)
    if found is None:
        raise NotFound("There is no figure at this address.")
    response = make_response(found[0])
    response.headers["Content-Type"] = found[1]
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def person_section(person: Person) -> str:
    """The courses of a person, for whoever may see their page."""
    return render_template("learning/_person.html", path=queries.path_progress(person.id), person=person)


def _find(course_slug: str, lesson_slug: str) -> LessonPage:
    page = queries.lesson_page(current_user.id, course_slug, lesson_slug)
    if page is None:
        raise NotFound(NO_LESSON)
    return page


def _find_open(course_slug: str, lesson_slug: str) -> LessonPage:
    page = _find(course_slug, lesson_slug)
    if page.prerequisites_missing:
        titles = ", ".join(f"“{title}”" for _slug, title in page.prerequisites_missing)
        raise NotAllowed(f"This course opens when you have completed {titles}.")
    return page


def _show_course(course_slug: str, asked_for: str = "") -> str:
    found = queries.course_progress(current_user.id, course_slug)
    if found is None:
        raise NotFound(NO_COURSE)
    return render_template("learning/course.html", course=found, asked_for=asked_for)


def _show_lesson(page: LessonPage, **more: Any) -> str:
    content = queries.lesson_content(page.here.content_hash, page.here.slug)
    checks = render_checks(content.checks, current_user.id, request.args or None)
    return render_template("learning/lesson.html", page=page, here=page.here, content=content, checks=checks, **more)
