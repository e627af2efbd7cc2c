"""Two facts at the same moment, on both engines: nothing is issued twice, nobody is counted twice."""

import threading

from sqlalchemy import func, select

from app.certification import operations
from app.certification.models import Certificate
from app.core import clock
from app.core.db import db, writing
from tests.certification.build import COURSES, attempt, complete, make_programme, tally
from tests.factories import make_person


def together(app, works):
    """Run each work in a transaction of its own, started at the same time."""
    ready, errors = threading.Barrier(len(works)), []

    def run(work):
        with app.app_context(), writing():
            ready.wait()
            try:
                work()
                db.session.commit()
            except Exception as error:  # shown by the assertion below
                errors.append(error)
                db.session.rollback()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_the_last_course_and_the_exam_at_once_issue_one_certificate(app):
    with writing():
        terms = make_programme()
        ids = [make_person().id for _ in range(4)]
        for person_id in ids:
            for slug in COURSES[:-1]:
                complete(person_id, slug)
        db.session.commit()
    now = clock.now()
    works = [
        work
        for person_id in ids
        for work in (
            lambda person_id=person_id: complete(person_id, COURSES[-1], now),
            lambda person_id=person_id: attempt(person_id, now),
        )
    ]
    together(app, works)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == len(ids)
    kept = tally()
    assert sum(kept.values()) == len(ids)
    with writing():
        operations.recount(terms, now)
        assert tally() == kept
        db.session.commit()


def test_the_same_fact_twice_at_once_issues_one_certificate(app):
    with writing():
        make_programme()
        person_id = make_person().id
        for slug in COURSES:
            complete(person_id, slug, tell=False)
        attempt(person_id, tell=False)
        db.session.commit()
    together(app, [lambda: operations.reconsider(person_id, clock.now())] * 3)
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 1
    assert sum(tally().values()) == 1


def test_a_recount_and_new_facts_at_once_agree(app):
    with writing():
        terms = make_programme()
        ids = [make_person().id for _ in range(6)]
        db.session.commit()
    now = clock.now()
    works = [lambda person_id=person_id: complete(person_id, COURSES[0], now) for person_id in ids]
    together(app, [*works, lambda: operations.recount(terms, now)])
    assert {key[1]: people for key, people in tally().items()} == {"in_progress": len(ids)}
