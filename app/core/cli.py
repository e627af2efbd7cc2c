"""Commands of the core: prepare an installation, check and load content, run background jobs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from app.core import content, jobs, outbox
from app.core.db import db, writing

_KEY = "uplift.prepare"
content_group = AppGroup("content", help="Check and load courses and quizzes.")
jobs_group = AppGroup("jobs", help="Run background work.")


@dataclass(frozen=True)
class PrepareStep:
    """Something that must be done before the first request; harmless when it was done already."""

    name: str
    run: Callable[[], None]
    position: int


def add_prepare_step(app: Flask, step: PrepareStep) -> None:
    app.extensions[_KEY].append(step)
    app.extensions[_KEY].sort(key=lambda s: s.position)


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Migrate the database, load the content and whatever else this installation needs to serve."""
    for step in current_app.extensions[_KEY]:
        step.run()


@content_group.command("check")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with courses/ and quizzes/.",
)
def check(root: Path | None) -> None:
    """Say everything that is wrong with the content files. Changes nothing."""
    try:
        readings = content.read_all(current_app, root or current_app.config["CONTENT_PATH"])
    except content.ContentError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{len(error.problems)} problem(s); nothing was changed") from None
    for name, reading in readings.items():
        click.echo(f"{name}: {len(reading.items)} fine")


@content_group.command("sync")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with courses/ and quizzes/.",
)
def sync(root: Path | None) -> None:
    """Load the content files into the database. Older versions that someone used are kept."""
    _sync(root or current_app.config["CONTENT_PATH"])


def _sync(root: Path) -> None:
    try:
        with writing():
            reports = content.sync_all(current_app, root)
            db.session.commit()
    except content.ContentError as error:
        db.session.rollback()
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(f"{len(error.problems)} problem(s); nothing was changed") from None
    for name, report in reports.items():
        click.echo(
            f"{name}: {report.added} added, {report.changed} changed, "
            f"{report.unchanged} unchanged, {report.retired} retired"
        )


@jobs_group.command("work")
def work() -> None:
    """Run background jobs until stopped (with JOBS=worker for the servers)."""
    jobs.jobs_of(current_app._get_current_object()).huey.create_consumer(workers=2, periodic=True).run()  # type: ignore[attr-defined]


@jobs_group.command("run")
@click.argument("name")
def run(name: str) -> None:
    """Run one job now."""
    known = jobs.jobs_of(current_app._get_current_object()).by_name  # type: ignore[attr-defined]
    if name not in known:
        raise click.BadParameter(f"there is no job {name!r}; there are: {', '.join(sorted(known))}")
    click.echo(f"{name}: {known[name]()}")


@jobs_group.command("drain")
def drain() -> None:
    """Send what waits in the outbox."""
    click.echo(f"{outbox.drain(limit=10_000)} sent")


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = []
    add_prepare_step(app, PrepareStep("migrate", lambda: upgrade(directory=str(app.config["MIGRATIONS_PATH"])), 0))
    add_prepare_step(app, PrepareStep("content", lambda: _sync(app.config["CONTENT_PATH"]), 10))
    app.cli.add_command(prepare)
    app.cli.add_command(content_group)
    app.cli.add_command(jobs_group)
