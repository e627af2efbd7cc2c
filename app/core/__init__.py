"""What every slice stands on; it knows no slice."""

from flask import Flask

from app.core import (  # noqa: F401 - search brings its table
    cli,
    db,
    errors,
    forms,
    headers,
    health,
    jobs,
    mail,
    matters,
    measures,
    nav,
    outbox,
    pages,
    permissions,
    references,
    search,
)


def init_app(app: Flask) -> None:
    for part in (
        db,
        permissions,
        errors,
        forms,
        headers,
        pages,
        nav,
        outbox,
        jobs,
        mail,
        measures,
        matters,
        references,
        health,
        cli,
    ):
        part.init_app(app)
