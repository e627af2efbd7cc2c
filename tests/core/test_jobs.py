from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import current_app

from app.core import jobs


def test_a_job_runs_inside_an_application_context(site: Any) -> None:
    jobs.jobs_of(site).add_periodic("name-me", lambda: current_app.name, minutes=5)
    assert jobs.jobs_of(site).run("name-me") == site.name


def test_a_second_job_of_the_same_name_is_refused(site: Any) -> None:
    with pytest.raises(ValueError, match="job 'send-outbox' is registered already"):
        jobs.jobs_of(site).add_periodic("send-outbox", lambda: None, minutes=5)


def test_the_outbox_is_swept_periodically(site: Any) -> None:
    assert "send-outbox" in jobs.jobs_of(site).by_name


def test_jobs_wait_in_a_file_of_the_instance_unless_told_otherwise(build: Callable[..., Any], tmp_path: Path) -> None:
    app = build(JOBS="worker")
    assert Path(jobs.jobs_of(app).huey.storage.filename) == Path(app.instance_path) / "jobs.db"
    assert jobs.jobs_of(build(JOBS="immediate")).huey.immediate


def test_only_embedded_jobs_start_in_the_server(build: Callable[..., Any]) -> None:
    assert jobs.start_embedded(build(JOBS="worker")) is False


def test_one_server_process_of_several_runs_the_jobs(
    build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []

    def note(consumer: Any) -> None:
        started.append(consumer)

    monkeypatch.setattr(jobs.EmbeddedConsumer, "start", note)
    first = build(JOBS="embedded")
    second = build(JOBS="embedded", INSTANCE_PATH=Path(first.instance_path))
    assert jobs.start_embedded(first) is True
    assert jobs.start_embedded(second) is False
    assert len(started) == 1
    first.extensions["uplift.jobs.lock"].close()


def test_a_job_that_is_woken_runs_at_once_where_jobs_are_immediate(build: Callable[..., Any]) -> None:
    app, done = build(JOBS="immediate"), []
    jobs.jobs_of(app).add_periodic("look", lambda: done.append(current_app.name), minutes=5)
    jobs.wake(app, "look")
    assert done == [app.name]


def test_a_job_that_is_woken_waits_in_the_queue_for_the_worker(build: Callable[..., Any]) -> None:
    app, done = build(JOBS="worker"), []
    jobs.jobs_of(app).add_periodic("look", lambda: done.append(1), minutes=5)
    jobs.wake(app, "look")
    assert not done
    huey = jobs.jobs_of(app).huey
    huey.execute(huey.dequeue())
    assert done == [1]


def test_a_job_that_is_not_there_can_not_be_woken(site: Any) -> None:
    with pytest.raises(KeyError, match="nothing"):
        jobs.wake(site, "nothing")


def test_a_queue_that_can_not_be_reached_costs_only_the_minute(
    build: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app = build(JOBS="worker")

    def refuse(_task: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(jobs.jobs_of(app).huey, "enqueue", refuse)
    jobs.wake(app, "send-outbox")
    assert "job send-outbox was not woken" in caplog.text


def test_a_job_does_not_begin_while_it_is_at_work(site: Any) -> None:
    tried = []

    def look() -> str:
        if not tried:
            tried.append("again")
            tried.append(jobs.jobs_of(site).run("look"))
        return "done"

    jobs.jobs_of(site).add_periodic("look", look, minutes=5)
    assert jobs.jobs_of(site).run("look") == "done"
    assert tried == ["again", None]
    assert jobs.jobs_of(site).run("look") == "done"
