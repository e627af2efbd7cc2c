"""What is measured: served instances, people signed in to them, and the requests that each scenario repeats."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import event

from app import create_app
from app.demo.loading import PASSWORD
from tests.bench.client import Session
from tests.e2e.serving import ROOT, environment, free_port

CLIENTS = 4
LESSON = "/courses/where-nps-comes-from/a-counter-and-two-questions"
QUIZ = "where-nps-comes-from"
EXAM = "nps-foundations-exam"
HR = "hr@demo.uplift.example"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Request:
    """One request as one signed-in person sends it, over and over."""

    session: Session
    method: str
    path: str
    form: str = ""
    accept: str = "text/html"

    @property
    def raw(self) -> bytes:
        return self.session.request(self.method, self.path, self.form, self.accept)


@dataclass
class Site:
    """A server that is measured."""

    name: str
    folder: Path
    settings: dict[str, str]
    target: str = "wsgi:app"
    port: int = field(default_factory=free_port)

    @contextmanager
    def serve(self) -> Iterator["Site"]:
        env = {**environment(self.folder, self.port), "WEB_CONCURRENCY": "2", **self.settings}
        with (self.folder / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", self.target],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(process)
            yield self
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=30)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            try:
                Session(self.port).send("GET", "/healthz")
                return
            except OSError:
                if process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start:\n{(self.folder / 'server.log').read_text()[-3000:]}")


def make_uplift(folder: Path, people: int, *, answers: bool = True) -> float:
    """Prepare an instance with so many people; every one of them can sign in. Returns the seconds that it took."""
    begun = time.perf_counter()
    folder.mkdir(parents=True)
    env = environment(folder, 8000, UPLIFT_ENV="test", JOBS="immediate")
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    load = [*flask, "demo", "load", "--people", str(people), "--responses", "0", *([] if answers else ["--no-answers"])]
    for command in ([*flask, "prepare"], load):
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    with closing(sqlite3.connect(folder / "uplift.db")) as database:
        database.execute(
            "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE email = ?) WHERE active", (HR,)
        )
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return time.perf_counter() - begun


def employees(folder: Path, count: int) -> list[str]:
    """Addresses of people who manage nobody and never had an attempt open."""
    return _emails(
        folder,
        "SELECT email FROM person p WHERE password_hash IS NOT NULL AND active AND email NOT LIKE 'hr@%'"
        " AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.person_id = p.id AND a.submitted_at IS NULL)"
        " ORDER BY EXISTS (SELECT 1 FROM person r WHERE r.manager_id = p.id), id LIMIT ?",
        count,
    )


def candidates(folder: Path, count: int) -> list[str]:
    """Addresses of people who did all that the exam asks for, did not pass it and may try again today."""
    return _emails(
        folder,
        "SELECT p.email FROM person p JOIN attempt a ON a.person_id = p.id JOIN quiz q ON q.id = a.quiz_id"
        " WHERE p.active AND q.slug = ? GROUP BY p.id HAVING count(*) < 3 AND count(submitted_at) = count(*)"
        " AND sum(passed) = 0 AND max(submitted_at) < datetime('now', '-2 days') ORDER BY p.id LIMIT ?",
        EXAM,
        count,
    )


def supervisors(folder: Path, count: int) -> list[str]:
    """Addresses of people who have planned a coaching session with someone who reports to them."""
    return _emails(
        folder,
        "SELECT p.email FROM person p WHERE p.active AND EXISTS (SELECT 1 FROM coaching_session s"
        " JOIN reporting_line l ON l.ancestor_id = p.id AND l.descendant_id = s.person_id AND l.depth > 0"
        " WHERE s.supervisor_id = p.id AND s.state = 'planned') ORDER BY p.id LIMIT ?",
        count,
    )


def led_by(folder: Path, email: str) -> tuple[int, int]:
    """Id of a supervisor, and of a session that they planned."""
    with closing(sqlite3.connect(folder / "uplift.db")) as database:
        statement = (
            "SELECT p.id, min(s.id) FROM person p JOIN coaching_session s ON s.supervisor_id = p.id"
            " JOIN reporting_line l ON l.ancestor_id = p.id AND l.descendant_id = s.person_id AND l.depth > 0"
            " WHERE s.state = 'planned' AND p.email = ? GROUP BY p.id"
        )
        found: tuple[int, int] = database.execute(statement, (email,)).fetchone()
    return found


def with_story(folder: Path) -> int:
    """Id of the blocker of which most was said."""
    with closing(sqlite3.connect(folder / "uplift.db")) as database:
        statement = (
            "SELECT b.id FROM voice_blocker b LEFT JOIN voice_blocker_comment c ON c.blocker_id = b.id"
            " WHERE b.state <> 'draft' GROUP BY b.id ORDER BY count(c.id) DESC, b.id LIMIT 1"
        )
        found: tuple[int] = database.execute(statement).fetchone()
    return found[0]


def _emails(folder: Path, statement: str, *given: str | int) -> list[str]:
    """What the statement finds; the last of what it is given is how many there must be."""
    with closing(sqlite3.connect(folder / "uplift.db")) as database:
        rows = database.execute(statement, given).fetchall()
    if len(rows) != given[-1]:
        raise RuntimeError(f"{len(rows)} people instead of the {given[-1]} that the scenario needs")
    return [email for (email,) in rows]


def token_in(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise RuntimeError("no csrf_token in the page:\n" + page[:1000])
    return found.group(1)


def sign_in_request(port: int, email: str) -> Request:
    """The post of the sign-in page, ready to be sent."""
    session = Session(port)
    token = token_in(session.send("GET", "/login").text)
    form = f"csrf_token={quote(token)}&email={quote(email)}&password={quote(PASSWORD)}"
    return Request(session, "POST", "/login", form)


def signed_in(port: int, email: str) -> Session:
    request = sign_in_request(port, email)
    answer = request.session.send("POST", "/login", request.form)
    if answer.status not in {302, 303}:
        raise RuntimeError(f"{email} can't sign in: {answer.status}\n{answer.text[:1500]}")
    # The first page gives the session its form token. Without its cookie, every page measured would make a new one.
    request.session.send("GET", "/")
    return request.session


def open_attempt(session: Session, quiz: str) -> tuple[str, str]:
    """(address of an open attempt, token of its forms)."""
    token = token_in(session.send("GET", f"/quizzes/{quiz}").text)
    answer = session.send("POST", f"/quizzes/{quiz}/start", f"csrf_token={quote(token)}")
    found = re.search(rb"\r\nLocation: *(\S+)", answer.head, re.IGNORECASE)
    if answer.status not in {302, 303} or found is None:
        raise RuntimeError(f"no attempt could be started: {answer.status}\n{answer.text[:1500]}")
    path = found.group(1).decode().removeprefix(f"http://127.0.0.1:{session.connection.port}").split("?")[0]
    return path, token_in(session.send("GET", path).text)


def counter_of(site: Site) -> Callable[[Request, int], int]:
    """Counts the statements that a request sends, in a process of our own over the same instance."""
    app = create_app({"INSTANCE_PATH": site.folder, **site.settings, "JOBS": "immediate"})
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    with app.app_context():
        event.listen(app.extensions["sqlalchemy"].engine, "before_cursor_execute", note)

    def count(request: Request, expected: int) -> int:
        client = app.test_client(use_cookies=False)
        headers = {"Cookie": request.session.cookie, "Accept": request.accept}
        data = request.form or None
        kind = "application/x-www-form-urlencoded" if request.method == "POST" else None
        for _ in range(2):  # the first one fills what is kept in memory
            seen.clear()
            answer = client.open(request.path, method=request.method, data=data, headers=headers, content_type=kind)
            answer.close()
            assert answer.status_code == expected, (request.path, answer.status_code)
        return len(seen)

    return count
