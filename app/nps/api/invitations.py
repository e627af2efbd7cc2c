"""POST /api/nps/invitations: how many people each survey asked in a month."""

from collections.abc import Iterator, Sequence

from flask import Response

from app.nps.api import carrying_out, reading
from app.nps.api.access import require_token
from app.nps.api.shapes import Invitations, InvitationShape
from app.nps.api.web import api
from app.nps.operations.invitations import note_invitations
from app.nps.rules.folding import fold


@api.post("/nps/invitations")
def add_invitations() -> Response:
    caller = require_token()
    data = reading.body()
    given = reading.shaped(Invitations, reading.parsed(data)).invitations
    unclear = list(_said_twice(given))
    if unclear:
        raise reading.refused("a month of a survey comes with two numbers.", unclear)
    asked = {(one.survey, one.first_day): one.asked for one in given}
    return carrying_out.once(caller, data, lambda _: dict(note_invitations(asked)))


def _said_twice(given: Sequence[InvitationShape]) -> Iterator[reading.Wrong]:
    """Of two numbers for one month nobody knows which is meant."""
    said: dict[tuple[str, str], int] = {}
    for index, one in enumerate(given):
        if said.setdefault((fold(one.survey), one.month), one.asked) != one.asked:
            yield reading.Wrong(f"invitations[{index}]", "another number for this survey and month came before")
