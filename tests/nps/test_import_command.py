"""`flask nps import`: what it takes, what it refuses and where that is found; it may be stopped at any moment."""

import csv
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.db import db
from app.nps import portions
from app.nps.models import LabelDay, Response, ResponseVersion, Source
from app.nps.rules.folding import customer_key, customer_keys
from tests.e2e.serving import ROOT, environment
from tests.factories import make_person

HEADER = "external_id,score,responded_at,comment,touchpoint,employee\n"


def plain(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def run(app, *arguments):
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["nps", "import", *map(str, arguments)])
    db.session.expire_all()
    return result


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_comes_in_and_the_same_file_again_changes_nothing(app, tmp_path):
    agent = make_person()
    file = plain(
        tmp_path / "a.csv",
        f"1,9,2026-03-01 10:00,Quick,Phone,{agent.employee_id}",
        f'2," 10 ",2026-03-01T11:00:00+02:00,"Two, even",Phone,{agent.email.upper()}',
        "3,6,2026-03-02,,Store,",
    )
    told = run(app, file, "--mapping", "plain")
    assert (told.exit_code, "3 added" in told.output) == (0, True), told.output
    scores = {row.external_id: (row.score, row.person_id) for row in db.session.scalars(select(Response))}
    assert scores == {"1": (9, agent.id), "2": (10, agent.id), "3": (6, None)}
    second = db.session.scalars(select(Response).where(Response.external_id == "2")).one()
    assert second.responded_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    again = run(app, file, "--mapping", "plain")
    assert "0 added, 0 corrected, 3 unchanged" in again.output
    assert (count(Response), count(ResponseVersion)) == (3, 0)


def test_a_correction_keeps_what_was_said_and_the_old_file_does_not_undo_it(app, tmp_path):
    first = plain(tmp_path / "first.csv", "1,3,2026-03-01,Slow,Phone,")
    second = plain(tmp_path / "second.csv", "1,9,2026-03-01,Quick after all,Phone,")
    run(app, first, "--mapping", "plain")
    assert "1 corrected" in run(app, second, "--mapping", "plain").output
    assert "1 superseded" in run(app, first, "--mapping", "plain").output
    now = db.session.scalars(select(Response)).one()
    before = db.session.scalars(select(ResponseVersion)).one()
    assert (now.version, now.score, now.comment) == (2, 9, "Quick after all")
    assert (before.version, before.score, before.comment) == (1, 3, "Slow")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("x,11,2026-03-01,,,", "score: “11” is not a whole number from 0 to 10"),
        ("x,-1,2026-03-01,,,", "score: “-1” is not"),
        ("x,7.5,2026-03-01,,,", "score: “7.5” is not"),
        ("x,,2026-03-01,,,", "score: is empty"),
        ("x,nine,2026-03-01,,,", "score: “nine” is not"),
        (",9,2026-03-01,,,", "external_id"),
        ("x,9,yesterday,,,", "responded_at"),
        ("x,9,2126-03-01,,,", "in the future"),
        ("x,9,1926-03-01,,,", "before 1990"),
        ("x,9,2026-03-01,,,E-nobody", "employee: nobody here"),
    ],
)
@pytest.mark.sqlite_only
def test_what_can_not_be_taken_is_refused_with_its_line_and_reason(app, tmp_path, line, reason):
    file = plain(tmp_path / "a.csv", "1,9,2026-03-01,,,", line)
    told = run(app, file, "--mapping", "plain")
    assert told.exit_code == 1
    assert "1 added" in told.output
    with (tmp_path / "a.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as rejects:
        rows = list(csv.DictReader(rejects))
    assert len(rows) == 1
    assert any(reason in str(value) for value in rows[0].values()), rows
    assert "3" in rows[0].values()
    assert count(Response) == 1


def test_a_dry_run_says_the_same_and_writes_nothing(app, tmp_path):
    file = plain(tmp_path / "a.csv", "1,9,2026-03-01,,Phone,", "2,99,2026-03-01,,,")
    told = run(app, file, "--mapping", "plain", "--dry-run")
    assert "1 added" in told.output
    assert "1 refused" in told.output
    assert (count(Response), count(LabelDay), count(Source)) == (0, 0, 0)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"external_id,responded_at\n1,2026-03-01\n", "There is no column “score”"),
        (b"", "empty"),
        (b"PK\x03\x04rest", "Excel"),
        (HEADER.encode() + b'1,9,2026-03-01,"never closed,,\n', "line 2"),
        (HEADER.encode() + b"1,9,2026-03-01,caf\xe9,,\n", "UTF-8"),
        (b"score,score,external_id,responded_at\n1,2,3,2026-01-01\n", "two columns"),
    ],
)
def test_a_file_that_can_not_be_read_changes_nothing_and_says_why(app, tmp_path, content, said):
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    told = run(app, file, "--mapping", "plain")
    assert told.exit_code == 1
    assert said in told.output
    assert count(Response) == 0


@pytest.mark.sqlite_only
def test_killed_half_way_and_started_again_every_row_is_there_once(tmp_path):
    """A real process, killed with no last word after some batches were committed."""
    rows, instance = 45_000, tmp_path / "instance"
    file = tmp_path / "many.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER)
        out.writelines(f"{n},{n % 11},2026-0{1 + n % 6}-1{n % 9} 10:00,,Phone,\n" for n in range(rows))
    env = environment(instance, 8000, UPLIFT_ENV="test", JOBS="immediate")
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=env, check=True, capture_output=True)
    importing = [*flask, "nps", "import", str(file), "--mapping", "plain"]

    def there() -> tuple[int, int, int]:
        done = subprocess.run(
            [sys.executable, "-c", COUNT, str(instance / "uplift.db")], capture_output=True, text=True, check=True
        )
        return tuple(map(int, done.stdout.split()))  # type: ignore[return-value]  # three numbers, as COUNT prints them

    process = subprocess.Popen(importing, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    while not there()[0]:
        assert process.poll() is None, "it ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    some, distinct, tallied = there()
    assert 0 < some < rows
    assert some == distinct == tallied
    done = subprocess.run(importing, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert f"{some:,} unchanged" in done.stdout
    assert there() == (rows, rows, rows)


def test_a_column_of_customers_keys_is_read_as_each_of_them_is():
    for texts in (["", " C-1 ", "C-1"], ["", " Ada@Customer.example ", "C-1", "  "]):
        assert customer_keys(texts) == [customer_key(text) or None for text in texts]


READING_KILLED = """
import os, signal, sys
from app.nps import portions
def killed():
    yield "the first"
    os.kill(os.getpid(), signal.SIGKILL)
with portions.ahead(killed) as found:
    print(next(found))
    try:
        next(found)
    except portions.Unreadable as error:
        print(error)
"""


def test_a_reading_process_that_is_killed_is_no_end_of_the_file():
    """In a process without threads, so that it is another one that reads."""
    told = subprocess.run([sys.executable, "-c", READING_KILLED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["the first", portions.KILLED]


@pytest.mark.sqlite_only
def test_a_command_that_has_another_process_read_tells_the_same(app, tmp_path):
    """Here there are threads, so that nothing is forked; a command by itself has none."""
    rows = [f"{n},{n % 12},2026-03-01,,Phone," for n in range(9_000)]
    file, broken = plain(tmp_path / "a.csv", *rows), plain(tmp_path / "b.csv", *rows, 'x,9,"2026-03-01')
    env = environment(tmp_path / "instance", 8000, UPLIFT_ENV="test", JOBS="immediate")
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=env, check=True, capture_output=True)
    for path, elevens in ((file, 750), (broken, 666)):  # two portions of the broken one can be read
        importing = [*flask, "nps", "import", str(path), "--mapping", "plain"]
        alone = subprocess.run(importing, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        refused = path.with_name(f"{path.name}.rejects.csv")
        kept = refused.read_text()
        refused.unlink()
        told = run(app, path, "--mapping", "plain")
        assert (alone.returncode, told.exit_code) == (1, 1)
        assert kept == refused.read_text()
        assert kept.count("score: “11”") == elevens
        assert (alone.stdout + alone.stderr).splitlines()[-2:] == told.output.splitlines()[-2:]


COUNT = """
import sqlite3, sys
d = sqlite3.connect(sys.argv[1], timeout=30)
print(*d.execute("SELECT (SELECT count(*) FROM nps_response), (SELECT count(DISTINCT external_id) FROM nps_response),"
  "  (SELECT coalesce(sum(promoters + passives + detractors), 0) FROM nps_label_day t"
  " JOIN nps_label l ON l.id = t.label_id"
  " JOIN nps_dimension m ON m.id = l.dimension_id WHERE m.key = 'company')").fetchone())
"""
