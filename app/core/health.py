"""/healthz: the process answers. /readyz: it can serve, with its database at the expected migration."""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.core.db import db

health = Blueprint("health", __name__)


@health.get("/healthz")
def healthz() -> ResponseReturnValue:
    return {"status": "ok"}


@health.get("/readyz")
def readyz() -> ResponseReturnValue:
    expected = set(ScriptDirectory(current_app.config["MIGRATIONS_PATH"]).get_heads())
    try:
        found = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    except SQLAlchemyError:
        return {"status": "unavailable", "reason": "the database does not answer"}, 503
    if found != expected:
        return {
            "status": "unavailable",
            "reason": "the database is not migrated: run `flask db upgrade`",
        }, 503
    return {"status": "ok"}


def init_app(app: Flask) -> None:
    app.register_blueprint(health)
