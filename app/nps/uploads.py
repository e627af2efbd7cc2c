"""Files that are handed in by page: kept in the instance folder under names nobody can guess, for a week."""

import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from typing import BinaryIO

from flask import current_app

KEPT_SECONDS = 7 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Upload:
    """A file that is kept: the token names it."""

    token: str
    size: int  # bytes


def keep(stream: BinaryIO) -> Upload:
    """Keep a file. Those whose week is over go."""
    forget_old()
    token = secrets.token_urlsafe(16)
    handle = os.open(path_of(token), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        copyfileobj(stream, file)
        return Upload(token, file.tell())


def path_of(token: str) -> Path:
    """Where the file is, as long as it is kept."""
    # A token of another shape names a file that is never there.
    return _folder() / f"{token if _TOKEN.fullmatch(token) else 'none'}.csv"


def rejects_of(token: str) -> Path:
    """Where its refused lines are, when there are any."""
    return path_of(token).with_suffix(".rejects.csv")


def forget_old() -> int:
    """Take away what was kept for a week. How many files."""
    old = [path for path in _folder().iterdir() if time.time() - path.stat().st_mtime > KEPT_SECONDS]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    folder = Path(current_app.instance_path) / "nps-imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
