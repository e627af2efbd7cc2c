"""What this slice does in the background."""

import logging
import time
from contextlib import closing

from flask import Flask

from app.core import clock
from app.core.db import db
from app.core.jobs import jobs_of
from app.nps import uploads
from app.nps.content import ResponseMapping
from app.nps.files import Unreadable
from app.nps.importing import import_file
from app.nps.layouts import Misfit
from app.nps.models import ImportRun
from app.nps.operations import reading, runs

logger = logging.getLogger(__name__)
IMPORTS = "nps-imports"
AT_ONCE = 500  # comments read in one transaction, so that nobody waits long to write
SECONDS = 10  # of reading before other jobs have their turn; what is left waits for the next minute
NIGHT = 2  # the hour, in the installation's time zone, in which topics are looked for
_HALF_AN_HOUR = 30


def read_new_comments() -> int:
    """Read what came in since the last time, or as much of it as there is time for."""
    end, done = time.monotonic() + SECONDS, 0
    while True:
        found = reading.read_comments(AT_ONCE)
        db.session.commit()
        done += found
        if found < AT_ONCE or time.monotonic() > end:
            return done


def find_topics_at_night() -> int:
    """Once a night: the job runs every half hour."""
    local = clock.now().astimezone(clock.zone_of(""))
    if local.hour != NIGHT or local.minute >= _HALF_AN_HOUR:
        return 0
    found = reading.find_emerging_topics(local.date())
    db.session.commit()
    return found


def carry_out_imports() -> int:
    """Import the files that wait, one after the other; woken when one is confirmed. How many."""
    done = 0
    while run := runs.lease_run(clock.now()):
        db.session.commit()
        _carry_out(run)
        done += 1
    db.session.rollback()
    uploads.forget_old()
    return done


def _carry_out(run: ImportRun) -> None:
    message = ""
    try:
        _import(run)
    except (Unreadable, Misfit) as refusal:
        message = str(refusal)
    except runs.LeaseLost:
        db.session.rollback()
        return
    except Exception:
        logger.exception("import run %s failed", run.id)
        message = "Something went wrong on our side. What was read before stays; the same file can be handed in again."
    if message:
        db.session.rollback()
    token = run.token
    runs.finish_run(run, clock.now(), failed=bool(message), message=message)
    db.session.commit()
    if not message:  # it holds what customers said, and is needed no more
        uploads.path_of(token).unlink(missing_ok=True)


def _import(run: ImportRun) -> None:
    path, rejects, lease = uploads.path_of(run.token), uploads.rejects_of(run.token), run.leased_until
    if not path.exists():
        raise Unreadable("The file was kept for a week and is gone. Hand it in again.")
    mapping = ResponseMapping.model_validate(run.mapping)
    with closing(import_file(path, mapping, clock.now(), rejects=rejects)) as batches:
        for done in batches:
            lease = runs.note_progress(run, lease, done.bytes_read, done.counts, clock.now())
            db.session.commit()


def init_app(app: Flask) -> None:
    jobs = jobs_of(app)
    jobs.add_periodic(IMPORTS, carry_out_imports, minutes=1)
    jobs.add_periodic("nps-read-comments", read_new_comments, minutes=1)
    jobs.add_periodic("nps-emerging-topics", find_topics_at_night, minutes=_HALF_AN_HOUR)
