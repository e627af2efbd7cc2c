"""A call is carried out in one transaction, once a key, and answered."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, request

from app.core import clock
from app.core.db import db
from app.nps.api.reading import Row, Wrong, refused
from app.nps.api.web import Problem
from app.nps.models import Source
from app.nps.operations import calls
from app.nps.operations.recording import Judged, record
from app.nps.queries.sources import Caller
from app.nps.rules.responses import Outcome

KEY = re.compile(r"[!-~]{1,200}")
SCALES = {"1-5": (1, 5), "0-10": (0, 10)}
Answer = dict[str, Any]


def once(caller: Caller, data: bytes, work: Callable[[datetime], Answer]) -> Response:
    """Carry out the call, unless its Idempotency-Key says that it was carried out before: then answer the same.

    A call that is refused leaves nothing behind, so that it may come again, mended, under its key.
    """
    key, now = request.headers.get("Idempotency-Key"), clock.now()
    if key is not None:
        replayed = _replayed(caller, key, data, now)
        if replayed is not None:
            return replayed
    answer = work(now)
    if key is not None:
        calls.keep_answer(caller.token_id, key, HTTPStatus.OK, answer)
    db.session.commit()
    return jsonify(answer)


def _replayed(caller: Caller, key: str, data: bytes, now: datetime) -> Response | None:
    if not KEY.fullmatch(key):
        raise Problem(HTTPStatus.BAD_REQUEST, "An Idempotency-Key has 1 to 200 plain characters and no spaces.")
    digest = hashlib.sha256(request.path.encode() + b"\n" + data).hexdigest()
    before = calls.claim(caller.token_id, key, digest, now)
    if before is None:
        return None
    if before.digest != digest:
        raise Problem(
            HTTPStatus.CONFLICT,
            "This Idempotency-Key came with another body before. Nothing was changed. Use a new key for a new call.",
        )
    response = jsonify(before.answer)
    response.status_code = before.status
    response.headers["Idempotent-Replay"] = "true"
    db.session.rollback()
    return response


def record_rows(source_id: int, rows: Sequence[Row], scale: str | None, now: datetime, *, per_row: bool) -> Answer:
    """Record what could be read. Raises Problem (422) for a refused response, unless each is to stand by itself."""
    unread = [wrong.within(row.place) for row in rows for wrong in row.wrong]
    if unread and not per_row:
        raise refused("some responses can’t be read.", unread)
    readable = [row.given for row in rows if row.given is not None]
    names = {name for given in readable for name in given.drivers}
    scales = dict.fromkeys(names, SCALES[scale]) if scale else None
    source = db.session.get_one(Source, source_id)
    judged = iter(record(source, readable, now, scales=scales).outcomes)
    results = [_result(index, row, judged) for index, row in enumerate(rows)]
    if not per_row:
        wrong = [Wrong(row.place, one["reason"]) for row, one in zip(rows, results, strict=True) if one["reason"]]
        if wrong:
            raise refused("some responses are refused.", wrong)
    counts = {str(outcome): sum(result["outcome"] == outcome for result in results) for outcome in Outcome}
    return {**counts, "results": results}


def _result(index: int, row: Row, judged: Iterator[Judged]) -> Answer:
    """What became of a row: refused as it can't be read, else what the next judgement says."""
    one = next(judged) if row.given else Judged(Outcome.REFUSED, "; ".join(map(str, row.wrong)))
    return {"index": index, "external_id": row.external_id, "outcome": one.outcome, "reason": one.reason or None}
