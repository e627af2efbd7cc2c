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
