"""`flask nps …`: responses from files, tallies made anew, customers forgotten."""

from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.core import clock
from app.core.bulk import many_objects
from app.core.content import ContentError
from app.core.db import db, writing
from app.nps import operations
from app.nps.content import ResponseMapping, load_mapping
from app.nps.files import Unreadable
from app.nps.importing import LEFT_OUT, Progress, import_file
from app.nps.layouts import Misfit
from app.nps.operations.tallies import number_of_responses
from app.nps.queries.mappings import find_mapping, names_of_mappings
from app.nps.rules.responses import Outcome

nps_group = AppGroup("nps", help="Customers' responses: import, tallies, erasure.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@nps_group.command("import")
@click.argument("file", type=FILE)
@click.option("--mapping", "name", required=True, help="A saved or ready mapping, or a file that ends in .yaml.")
@click.option("--dry-run", is_flag=True, help="Compare and count, and change nothing.")
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="Default: FILE.rejects.csv")
@click.pass_context
def import_responses(context: click.Context, file: Path, name: str, dry_run: bool, rejects: Path | None) -> None:
    """Record the responses in a CSV file.

    The same file again changes nothing. Lines that can't be taken go to a file of rejects, with the reason; then the
    exit code is 1. Correct them there and import that file.
    """
    mapping, rejects = _mapping(name), rejects or file.with_name(f"{file.name}.rejects.csv")
    done = Progress(0, Counter())
    importing = closing(import_file(file, mapping, clock.now(), rejects=rejects, dry_run=dry_run, forks=True))
    bar_of_bytes = click.progressbar(length=file.stat().st_size, label=file.name)
    try:
        with nullcontext() if dry_run else writing(), many_objects(), bar_of_bytes as bar, importing as batches:
            for progress in batches:
                db.session.commit()
                bar.update(progress.bytes_read - done.bytes_read)
                done = progress
    except (Unreadable, Misfit) as refusal:
        db.session.rollback()
        said = f"What was read before stays: {_counted(done)}." if done.counts else "Nothing was changed."
        raise click.ClickException(f"{file.name}: {refusal} {said}") from None
    click.echo(f"{'Nothing was changed (dry run): ' if dry_run else ''}{_counted(done)}.")
    if done.counts[Outcome.REFUSED]:
        click.echo(f"Refused lines are in {rejects}", err=True)
        context.exit(1)


def _mapping(name: str) -> ResponseMapping:
    try:
        found = load_mapping(Path(name)) if name.endswith(".yaml") else find_mapping(name)
    except ContentError as error:
        raise click.ClickException(str(error)) from None
    if found is None:
        raise click.ClickException(f"There is no mapping {name!r}. There are: {', '.join(names_of_mappings())}.")
    return found


def _counted(progress: Progress) -> str:
    names = [*map(str, Outcome), LEFT_OUT]
    return ", ".join(f"{progress.counts.get(name, 0):,} {name.replace('_', ' ')}" for name in names)


@nps_group.command("rebuild-tallies")
def rebuild_tallies() -> None:
    """Count all responses anew, for the tallies that pages read."""
    with writing(), click.progressbar(length=number_of_responses(), label="responses") as bar:
        operations.rebuild_tallies(bar.update)
        db.session.commit()


@nps_group.command("erase-customer")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Don't ask.")
def erase_customer(key: str, yes: bool) -> None:
    """Forget a customer who asks for it: name, contact, comments. Scores stay counted, without the customer."""
    if not yes:
        click.confirm(f"Forget the customer {key}? This can't be undone", abort=True)
    with writing():
        count = operations.erase_customer(key, None, clock.now())
        db.session.commit()
    click.echo(f"Forgotten, with {count:,} response(s)." if count else "There was nothing of this customer.")


def init_app(app: Flask) -> None:
    app.cli.add_command(nps_group)
