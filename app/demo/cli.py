"""Commands of the demo, and its step of `flask prepare`."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from app.core import clock
from app.core.cli import PrepareStep, add_prepare_step
from app.core.db import db, writing
from app.core.errors import Conflict
from app.demo import loading
from app.demo.company import SMALLEST

demo_group = AppGroup("demo", help="Try Uplift with a made-up company.")


@demo_group.command("load")
@click.option("--people", type=click.IntRange(min=SMALLEST), default=loading.PEOPLE, show_default=True)
@click.option("--seed", type=int, default=loading.SEED, show_default=True, help="The same seed gives the same company.")
@click.option(
    "--answers/--no-answers", default=True, help="Keep what was answered in each attempt, or only its result."
)
@with_appcontext
def load(people: int, seed: int, answers: bool) -> None:
    """Fill an empty database with the people of Larkspur and their histories."""
    if current_app.config["UPLIFT_ENV"] == "production":
        raise click.ClickException(
            "this installation is set up for production (UPLIFT_ENV), where demo people have no place"
        )
    try:
        with writing():
            loaded = loading.load(people, seed, clock.now(), answers)
            db.session.commit()
    except Conflict as refusal:
        db.session.rollback()
        raise click.ClickException(refusal.message) from None
    click.echo(f"demo: {loaded.people:,} people {'loaded' if loaded.fresh else 'are there already'}")


def prepare() -> None:
    """Load the demo into an empty database, then say who can sign in. Only where the settings say demo."""
    if current_app.config["UPLIFT_ENV"] != "demo":
        return
    with writing():
        if loading.is_empty():
            click.echo("demo: loading the company")
            loading.load(loading.PEOPLE, loading.SEED, clock.now())
        db.session.commit()
    sign_ins = loading.sign_ins()
    if sign_ins:
        click.echo("\nSign in as one of these, password " + loading.PASSWORD)
        for email, who in sign_ins:
            click.echo(f"  {email:<36}{who}")
    click.echo(f"\nUplift serves at http://127.0.0.1:{current_app.config['PORT']}\n")


def init_app(app: Flask) -> None:
    app.cli.add_command(demo_group)
    add_prepare_step(app, PrepareStep("demo", prepare, 90))
