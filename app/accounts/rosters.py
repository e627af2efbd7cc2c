"""Roster files between upload and confirmation: kept in the instance folder, under a name nobody can guess.

The name begins with the id of whoever uploaded the file, so that nobody else can open or confirm it.
"""

import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Any

from flask import current_app

from app.accounts.operations import Plan
from app.accounts.rules.roster import Outcome

KEPT_SECONDS = 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
PREVIEW, RESULT = "preview.json", "result.json"


def put(person_id: int, data: bytes) -> str:
    """Keep a file for a day; the token names it. Files whose day is over go."""
    folder = _folder()
    for path in folder.iterdir():
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
    token = secrets.token_urlsafe(16)
    _write(_path(person_id, token, "csv"), data)
    return token


def data(person_id: int, token: str) -> bytes | None:
    """The file's bytes; None when there is none of that token for this person, or it was imported."""
    path = _path(person_id, token, "csv")
    return path.read_bytes() if path.exists() else None


def keep_report(person_id: int, token: str, name: str, plan: Plan) -> None:
    """Keep what was found (PREVIEW) or done (RESULT). After that the file itself is needed no more."""
    _write(_path(person_id, token, name), json.dumps(report_of(plan), ensure_ascii=False).encode())
    if name == RESULT:
        _path(person_id, token, "csv").unlink(missing_ok=True)


def report(person_id: int, token: str, name: str) -> dict[str, Any] | None:
    path = _path(person_id, token, name)
    return json.loads(path.read_bytes()) if path.exists() else None


def report_of(plan: Plan) -> dict[str, Any]:
    """A plan as plain values; the lines in the order in which people want to read them, refused ones first."""
    order = list(Outcome)
    rows = sorted(plan.judged, key=lambda row: (order.index(row.outcome), row.line.number))
    return {
        "counts": {str(outcome): count for outcome, count in plan.counts.items()},
        "leaving": plan.leaving,
        "digest": plan.digest,
        "lines": [
            {
                "number": row.line.number,
                "employee_id": row.line.employee_id,
                "name": row.line.name,
                "outcome": str(row.outcome),
                "changes": [[change.field, change.before, change.after] for change in row.changes],
                "reason": row.reason,
            }
            for row in rows
        ],
    }


def _folder() -> Path:
    folder = Path(current_app.instance_path) / "rosters"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(person_id: int, token: str, name: str) -> Path:
    # A token of another shape names a file that is never there.
    safe = token if _TOKEN.fullmatch(token) else "none"
    return _folder() / f"{person_id}-{safe}.{name}"


def _write(path: Path, content: bytes) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
