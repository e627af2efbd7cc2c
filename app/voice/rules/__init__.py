"""Pure decisions of the voice slice: what may be shown, what counts as an answer, what is alike."""

from app.voice.rules.confidentiality import (
    FLOOR,
    QUOTES,
    K,
    Refusal,
    in_batches,
    margin,
    rate_of,
    release_key,
    share_of,
    visible_groups,
)

__all__ = [
    "FLOOR",
    "QUOTES",
    "K",
    "Refusal",
    "in_batches",
    "margin",
    "rate_of",
    "release_key",
    "share_of",
    "visible_groups",
]
