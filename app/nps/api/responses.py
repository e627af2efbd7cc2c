"""POST /api/nps/responses: what customers answered, up to 1,000 at a time."""

from flask import Response

from app.nps.api import carrying_out, reading
from app.nps.api.access import require_token
from app.nps.api.shapes import BatchEnvelope
from app.nps.api.web import api


@api.post("/nps/responses")
def add_responses() -> Response:
    caller = require_token()
    data = reading.body()
    batch = reading.shaped(BatchEnvelope, reading.parsed(data))
    rows = reading.rows(batch.responses)
    return carrying_out.once(
        caller,
        data,
        lambda now: carrying_out.record_rows(
            caller.source_id, rows, batch.driver_scale, now, per_row=batch.mode == "per_row"
        ),
    )
