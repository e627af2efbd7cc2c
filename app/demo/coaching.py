"""Puts a year of coaching into a database that holds the demo company. What is true of it is in coaching_truth.py."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.accounts.queries import find_by_email
from app.coaching.models import Behaviour, Benchmark, Cadence, Session
from app.core import measures
from app.core.db import db
from app.demo import coaching_calibration as calibrating
from app.demo import coaching_scenes as scenes
from app.demo import coaching_truth as truth
from app.demo import customers
from app.demo.coaching_agenda import events
from app.demo.coaching_book import Book
from app.demo.coaching_gaps import count_from_the_start, look_for_todays_gaps
from app.demo.coaching_rubric import NPS, Asked, Setting, write_benchmarks, write_cadence, write_rubric
from app.demo.coaching_staff import Coached, staff
from app.demo.coaching_talks import Module, Talker
from app.demo.coaching_year import Year
from app.demo.company import DOMAIN, Employee
from app.learning.models import Assignment, Course, CourseCompletion, CourseVersion

SUPERVISORS = "supervisors"  # the audience of courses that the front line is not sent to


def load(employees: Sequence[Employee], seed: int, now: datetime) -> int:
    """A year of coaching up to yesterday, for a database without any; how many sessions were written down.

    `employees` are the company's people as they are in the database. Nothing changes where there are none, or where
    there is anything of coaching already. The caller commits.
    """
    if not employees or not there_is_nothing():
        return 0
    today = now.astimezone(UTC).date()
    champion = find_by_email(f"champion@{DOMAIN}")
    by_id = champion.id if champion else employees[0].person_id
    setting = Setting(Book(), write_rubric(champion, today), by_id, today)
    coached = staff(employees, len(setting.rubric), seed, today)
    roles = {person.job_role for person in customers.front_line(employees)}
    supervisor = next((one.lead for one in coached if one.lead.person.part == "supervisor"), None)
    asked = write_benchmarks(setting, roles, supervisor)
    write_cadence(setting, roles)
    closed = _let_a_year_happen(setting, coached, asked, seed)
    held: int = sum(session["state"] == "held" for session in setting.book.found(Session))
    setting.book.write()
    if closed is not None:
        calibrating.close(closed, today)
    count_from_the_start([person.person_id for person in employees], today)
    look_for_todays_gaps([one.id for one in coached], now)
    return held


def _let_a_year_happen(setting: Setting, coached: Sequence[Coached], asked: Asked, seed: int) -> int | None:
    """Everything into the book; the id of the calibration that is to be closed, where there is one."""
    book, rubric, today = setting.book, setting.rubric, setting.today
    rng = random.Random(f"{seed}/coaching")  # noqa: S311 - a made-up year, not a secret
    talker = Talker({item.metric: item for item in rubric}, _modules(), book, rng, today)
    talker.assigned |= _assigned()
    raters = calibrating.raters(coached)
    blocked = calibrating.blocked(setting, raters)
    found = scenes.cast(coached)
    heard = _what_customers_said(coached, today)
    year = Year(coached, rubric, asked, heard, talker, book, rng, blocked)
    year.happen(events(coached, scenes.scripts(found, rubric, today), seed, today), today)
    scenes.write(book, found, rubric, today)
    scenes.write_decided(book, coached, today)
    if blocked is None:
        return None
    closed = calibrating.write_closed(setting, raters)
    calibrating.write_open(setting, raters)
    return closed


def there_is_nothing() -> bool:
    """Whether nobody has begun with coaching in any way. One statement for each of its beginnings."""
    beginnings = (Behaviour.id, Benchmark.id, Session.id, Cadence.job_role)
    return all(db.session.execute(select(column).limit(1)).first() is None for column in beginnings)


def _modules() -> list[Module]:
    """The courses of the front line in their order, and who completed them when. Two statements."""
    done: dict[int, dict[int, date]] = {}
    completions = select(CourseCompletion.course_id, CourseCompletion.person_id, CourseCompletion.completed_at)
    for course_id, person_id, completed_at in db.session.execute(completions):
        done.setdefault(course_id, {})[person_id] = completed_at.date()
    courses = (
        select(CourseVersion.course_id, Course.slug, CourseVersion.title)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.is_current, CourseVersion.audience != SUPERVISORS)
        .order_by(CourseVersion.position, CourseVersion.id)
    )
    return [Module(*row, done.get(row.course_id, {})) for row in db.session.execute(courses)]


def _assigned() -> set[tuple[int, int]]:
    rows = db.session.execute(select(Assignment.person_id, Assignment.course_id))
    return {(person_id, course_id) for person_id, course_id in rows}


def _what_customers_said(coached: Sequence[Coached], today: date) -> dict[date, Mapping[measures.Cell, measures.Known]]:
    """What was known of the front line's NPS on some days of the year. Two statements a day."""
    ids = [one.id for one in coached if one.frontline]
    days = [today - timedelta(days=ago) for ago in truth.CUSTOMERS_DAYS_AGO]
    return {day: measures.known([NPS], ids, day) for day in days}
