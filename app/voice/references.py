"""What other slices may point at here: a blocker by its number."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, has_request_context, url_for

from app.core.pages import has_page
from app.core.references import Reference, register_references
from app.voice.queries.links import BLOCKER, blockers_by_ref


def blockers(refs: Sequence[str], viewer: Any) -> list[Reference]:
    """Blockers of the board; drafts only for whom they are."""
    found = blockers_by_ref(refs, viewer)
    return [Reference(BLOCKER, str(row.id), row.title, _address(row.id)) for row in found]


def _address(blocker_id: int) -> str:
    shown = has_request_context() and has_page("voice.blocker")
    return url_for("voice.blocker", blocker_id=blocker_id) if shown else ""


def init_app(app: Flask) -> None:
    register_references(app, BLOCKER, blockers)
