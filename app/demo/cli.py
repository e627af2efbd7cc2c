"""Commands of the demo, and its step of `flask prepare`."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.core import clock
from app.core.cli import PrepareStep, add_prepare_step
from app.core.db import db, writing
from app.core.errors import Conflict
from app.demo import loading, responses
from app.demo.company import SMALLEST
from app.demo.truth import A_PERSON, MOST

demo_group = AppGroup("demo", help="Try Uplift with a made-up company.")


@demo_group.command("load")
@click.option("--people", type=click.IntRange(min=SMALLEST), default=loading.PEOPLE, show_default=True)
@click.option("--seed", type=int, default=loading.SEED, show_default=True, help="The same seed gives the same company.")
@click.option(
    "--answers/--no-answers", default=True, help="Keep what was answered in each attempt, or only its result."
)
@click.option(
    "--responses",
    "count",
    type=click.IntRange(min=0),
    help=f"How many customers' responses, about. By default {A_PERSON} for each person and at most {MOST:,}.",
)
@with_appcontext
def load(people: int, seed: int, answers: bool, count: int | None) -> None:
    """Fill an empty database with the people of Larkspur, what customers say, their coaching and surveys."""
    if current_app.config["UPLIFT_ENV"] == "production":
        raise click.ClickException(
            "this installation is set up for production (UPLIFT_ENV), where demo people have no place"
        )
    try:
        with writing():
            loaded = loading.load(people, seed, clock.now(), answers, count)
            db.session.commit()
            if loaded.responses:
                _read_comments()
    except Conflict as refusal:
        db.session.rollback()
        raise click.ClickException(refusal.message) from None
    counts = {"responses": loaded.responses, "coaching sessions": loaded.sessions, "blockers": loaded.blockers}
    added = "".join(f", {count:,} {what} loaded" for what, count in counts.items() if count)
    click.echo(f"demo: {loaded.people:,} people {'loaded' if loaded.fresh else 'are there already'}{added}")


def prepare() -> None:
    """Load the demo into an empty database, then say who can sign in. Only where the settings say demo."""
    if current_app.config["UPLIFT_ENV"] != "demo":
        return
    with writing():
        if loading.is_empty():
            click.echo("demo: loading the company")
            added = loading.load(loading.PEOPLE, loading.SEED, clock.now()).responses
        else:  # one that was filled before there were responses, coaching or surveys gets them now
            added = loading.add_responses(loading.SEED, clock.now())
            loading.add_coaching(loading.SEED, clock.now())
            loading.add_voice(loading.SEED, clock.now())
        db.session.commit()
        if added:
            _read_comments()
    sign_ins = loading.sign_ins()
    if sign_ins:
        click.echo("\nSign in as one of these, password " + loading.PASSWORD)
        for email, who in sign_ins:
            click.echo(f"  {email:<36}{who}")
    click.echo(f"\nUplift serves at http://127.0.0.1:{current_app.config['PORT']}\n")


def _read_comments() -> None:
    click.echo("demo: reading what customers wrote")
    responses.read(clock.now())
    db.session.commit()


def init_app(app: Flask) -> None:
    app.cli.add_command(demo_group)
    add_prepare_step(app, PrepareStep("demo", prepare, 90))
