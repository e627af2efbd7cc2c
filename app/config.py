"""Every setting: its type, its default, and one sentence on what it does.

Settings come from the environment (`DATABASE_URL=… make run`) and, in tests, from the mapping given to
`create_app`, which wins.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseModel):
    """Uplift's own settings. Any further key given to `create_app` is handed to Flask as it is."""

    model_config = ConfigDict(frozen=True, extra="allow")

    UPLIFT_ENV: Literal["production", "demo", "test"] = Field(
        "production",
        description="What this installation is for; `make run` says demo. Demo data is refused in production.",
    )
    INSTANCE_PATH: Path = Field(
        ROOT / "instance", description="Folder for the database, the job queue and the kept secret key."
    )
    DATABASE_URL: str = Field("", description="SQLAlchemy address; empty means SQLite in the instance folder.")
    SECRET_KEY: str = Field(
        "", description="Signs sessions and links; when empty, one is made and kept in the instance folder."
    )
    SECRET_KEY_FALLBACKS: str = Field(
        "",
        description="Earlier secret keys, separated by spaces: sessions, votes and sealed answers of theirs are known.",
    )
    PORT: int = Field(8000, description="Port that the server listens on, on 127.0.0.1.")
    BASE_URL: str = Field(
        "", description="Public address used in mails and on certificates; empty means http://127.0.0.1:PORT."
    )
    COMPANY_NAME: str = Field("Your company", description="Shown on certificates and in mails.")
    TIME_ZONE: str = Field("UTC", description="Zone for people who have none of their own.")
    CONTENT_PATH: Path = Field(ROOT, description="Folder that holds courses/ and quizzes/.")
    MIGRATIONS_PATH: Path = Field(ROOT / "migrations", description="Folder that holds the Alembic migrations.")
    SESSION_IDLE_MINUTES: int = Field(480, ge=5, description="A session ends after this long without a request.")
    SESSION_MAX_DAYS: int = Field(14, ge=1, description="A session ends this long after signing in, used or not.")
    SIGN_IN_LIMIT: str = Field(
        "10 per minute;60 per hour", description="Sign-in tries allowed per address and per account."
    )
    API_LIMIT: str = Field(
        "600 per minute", description="Calls of the API allowed per token, per webhook and per address of strangers."
    )
    INVITATION_DAYS: int = Field(7, ge=1, description="How long an invitation link works.")
    RESET_MINUTES: int = Field(60, ge=5, description="How long a password reset link works.")
    TRUSTED_PROXIES: int = Field(
        0, ge=0, description="Number of reverse proxies whose X-Forwarded headers are believed."
    )
    REDIS_URL: str = Field("", description="Moves the job queue and rate limits to Redis when given.")
    JOBS: Literal["embedded", "worker", "immediate"] = Field(
        "embedded",
        description="Where background work runs: in one server process, in `flask jobs work`, or at once (tests).",
    )
    MAIL_SERVER: str = Field(
        "", description="SMTP host; without one, mails wait in the outbox (demo prints them to the log)."
    )
    MAIL_PORT: int = Field(587, description="SMTP port.")
    MAIL_USERNAME: str = Field("", description="SMTP user, when the server asks for one.")
    MAIL_PASSWORD: str = Field("", description="SMTP password.")
    MAIL_USE_TLS: bool = Field(True, description="Start TLS on the SMTP connection.")
    MAIL_DEFAULT_SENDER: str = Field("uplift@localhost", description="Sender address of mails.")
    MAX_UPLOAD_MB: int = Field(16, ge=1, description="Largest request body that is read.")

    @property
    def database_url(self) -> str:
        """The engine's address, with a plain `postgresql://` read as psycopg 3."""
        if not self.DATABASE_URL:
            return f"sqlite:///{self.INSTANCE_PATH / 'uplift.db'}"
        for plain in ("postgres://", "postgresql://"):
            if self.DATABASE_URL.startswith(plain):
                return "postgresql+psycopg://" + self.DATABASE_URL.removeprefix(plain)
        return self.DATABASE_URL

    @property
    def base_url(self) -> str:
        """The public address without a slash at its end."""
        return (self.BASE_URL or f"http://127.0.0.1:{self.PORT}").rstrip("/")

    def kept_secret_key(self) -> str:
        """The signing key: the one given, else the one kept in the instance folder, made on first use."""
        if self.SECRET_KEY:
            return self.SECRET_KEY
        path = self.INSTANCE_PATH / "secret_key"
        if not path.exists():
            # Written aside (0600) and linked into place: a process starting beside this one never reads half a key.
            handle, draft = tempfile.mkstemp(dir=self.INSTANCE_PATH)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            Path(draft).unlink()
        return path.read_text()

    def for_flask(self) -> dict[str, Any]:
        """These settings under the names that Flask and its extensions read."""
        https = self.base_url.startswith("https://")
        return {
            **self.model_dump(),
            "SECRET_KEY": self.kept_secret_key(),
            "SECRET_KEY_FALLBACKS": self.SECRET_KEY_FALLBACKS.split(),
            "TESTING": self.UPLIFT_ENV == "test",
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # A failed statement is logged without its values: they may be what a customer wrote.
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "hide_parameters": True,
                **({} if self.database_url.startswith("sqlite") else {"pool_pre_ping": True}),
            },
            "PERMANENT_SESSION_LIFETIME": timedelta(minutes=self.SESSION_IDLE_MINUTES),
            "SESSION_COOKIE_NAME": "uplift",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": https,
            "SESSION_REFRESH_EACH_REQUEST": False,  # accounts.sessions renews the cookie now and then
            "MAX_CONTENT_LENGTH": self.MAX_UPLOAD_MB * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "BOOTSTRAP_SERVE_LOCAL": True,
            # The token lives as long as its session: a lesson left open overnight still saves.
            "WTF_CSRF_TIME_LIMIT": None,
            "RATELIMIT_STORAGE_URI": self.REDIS_URL or "memory://",
            **(self.model_extra or {}),
        }


def load(overrides: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, then from `overrides`.

    Raises pydantic.ValidationError naming each setting whose value does not fit.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {name: environ[name] for name in Settings.model_fields if environ.get(name)}
    settings = Settings(**{**values, **(overrides or {})})
    settings.INSTANCE_PATH.mkdir(parents=True, exist_ok=True)
    return settings
