"""`flask accounts …`: the first administrator, and rosters by the command line."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts import links, operations, queries
from app.accounts.models import LinkPurpose, Person, Role
from app.accounts.operations import Plan
from app.accounts.rules.roster import Outcome
from app.accounts.rules.roster_file import RosterError
from app.core import clock
from app.core.db import db
from app.core.errors import UpliftError

accounts_group = AppGroup("accounts", help="People: the first administrator, rosters.")


@accounts_group.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_context
def import_roster(context: click.Context, file: Path, dry_run: bool) -> None:
    """Bring the people here in line with a CSV file.

    Every line that is not refused is applied; refused ones change nothing and are told on the error
    stream, and then the exit code is 1. People who are not in the file are left as they are.
    """
    data = file.read_bytes()
    try:
        if dry_run:
            plan = operations.plan_roster(data, by_administrator=True)
        else:
            plan = operations.import_roster(data, clock.now(), by_administrator=True)
            db.session.commit()
    except RosterError as refusal:
        raise click.ClickException(f"{file.name}: {refusal} Nothing was changed.") from None
    _tell(plan, dry_run)
    if plan.counts[Outcome.REFUSED]:
        context.exit(1)


def _tell(plan: Plan, dry_run: bool) -> None:
    for row in plan.judged:
        if row.outcome is not Outcome.UNCHANGED:
            changes = ", ".join(f"{c.field} {c.before or '(empty)'} -> {c.after or '(empty)'}" for c in row.changes)
            told = row.reason or changes or row.line.name
            text = f"line {row.line.number}: {row.outcome} {row.line.employee_id}: {told}"
            click.echo(text, err=row.outcome is Outcome.REFUSED)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in plan.counts.items())
    what = "Nothing was changed (dry run)" if dry_run else "Applied every line that was not refused"
    click.echo(f"{what}: {counts}.")


@accounts_group.command("add-administrator")
@click.argument("email")
@click.option("--given-name", default="", help="Taken from the address when absent.")
@click.option("--family-name", default="Administrator", show_default=True)
@click.option("--employee-id", default="", help="Taken from the address when absent.")
def add_administrator(email: str, given_name: str, family_name: str, employee_id: str) -> None:
    """Make someone an administrator, adding them if need be, and print a link that sets their password once."""
    now = clock.now()
    local_part = email.partition("@")[0]
    try:
        person = queries.find_by_email(email) or operations.add_person(
            employee_id=employee_id or f"admin-{local_part}",
            email=email.strip(),
            given_name=given_name or local_part.capitalize(),
            family_name=family_name,
            now=now,
        )
        operations.set_roles(person, person.roles | {Role.ADMINISTRATOR}, now)
        operations.reactivate(person, now)
    except UpliftError as refusal:
        raise click.ClickException(refusal.message) from None
    link = operations.make_link(person, LinkPurpose.INVITATION, now)
    db.session.commit()
    click.echo(f"{_named(person)} is an administrator. This link sets their password, once:")
    click.echo(links.address(LinkPurpose.INVITATION, link.id))


def _named(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def init_app(app: Flask) -> None:
    app.cli.add_command(accounts_group)
