"""What facts of other slices mean for the board."""

from flask import Flask

from app.core.bus import subscribe
from app.events import BlockerNamed
from app.voice.operations.drafting import draft_from_action


def on_blocker_named(fact: BlockerNamed) -> None:
    draft_from_action(fact.person_id, fact.action_id, fact.at)


def init_app(app: Flask) -> None:
    subscribe(app, BlockerNamed, on_blocker_named)
