"""Opening and closing gaps: what follows from what is known of a person."""

from collections.abc import Sequence
from datetime import datetime


def look_for_gaps(person_ids: Sequence[int], now: datetime) -> None:
    """Open the gaps that are likely now and close those that were reached, of these people."""
