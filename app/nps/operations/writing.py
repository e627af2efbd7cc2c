"""The rows of responses that were judged: inserted, corrected, their versions and contacts kept."""

import functools
import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    select,
    text,
    true,
    update,
)
from sqlalchemy import cast as cast_to

from app.core import bulk
from app.core.db import db, insert_for
from app.nps.models import CustomerContact, Response, ResponseSegment, ResponseVersion
from app.nps.operations.rows import LABELS, Columns, Row
from app.nps.operations.vocabulary import chunks
from app.nps.rules.folding import customer_key
from app.nps.rules.sheets import Sheet

_RESPONSE = cast("Table", Response.__table__)
_CONTACT = cast("Table", CustomerContact.__table__)
_PERSONAL = ("name", "email", "phone")
_LABELS = tuple(f"{name}_id" for name in LABELS)
_VERSION = ("response_id", "version", "fingerprint", "score", "comment", "content", "recorded_at", "replaced_at")
_CONVERTED = frozenset({"segments", "drivers", "responded_at"})
_WITHOUT_ZONE = len("2026-01-31 14:05:00.000000")


def next_ids(count: int) -> list[int]:
    """Ids for new responses. The caller holds the lock under which responses are written."""
    if db.engine.dialect.name == "postgresql":
        sequence = "SELECT nextval(pg_get_serial_sequence('nps_response', 'id')) FROM generate_series(1, :count)"
        return sorted(db.session.scalars(text(sequence), {"count": count}))
    last = db.session.scalar(select(func.max(Response.id))) or 0
    return list(range(last + 1, last + 1 + count))


def add(columns: Columns) -> None:
    """Add responses."""
    by_name = dict(zip(Row._fields, columns, strict=True))
    if not by_name["id"]:
        return
    by_name["segments"] = list(map(_listed, by_name["segments"]))
    by_name["drivers"] = list(map(_rated, by_name["drivers"]))
    # PostgreSQL reads the text as it is; SQLite keeps moments without their zone, which is UTC.
    if db.engine.dialect.name == "sqlite":
        by_name["responded_at"] = [moment[:_WITHOUT_ZONE] for moment in by_name["responded_at"]]
    bulk.insert_columns(Response, Row._fields, list(by_name.values()), converted=_CONVERTED)
    # All between are new: ids are given one after the other, under the lock.
    _list_segments(_RESPONSE.c.id.between(min(by_name["id"]), max(by_name["id"])))


@functools.lru_cache(maxsize=100_000)
def _listed(segments: tuple[int, ...]) -> str | None:
    return json.dumps(segments) if segments else None


@functools.lru_cache(maxsize=100_000)
def _rated(drivers: tuple[tuple[int, int], ...]) -> str | None:
    return json.dumps(dict(drivers)) if drivers else None


def _list_segments(chosen: ColumnElement[bool]) -> None:
    """Make responses findable by the segment labels in their rows, without a way through Python."""
    if db.engine.dialect.name == "postgresql":
        listed = func.json_array_elements_text(_RESPONSE.c.segments).table_valued("value")
    else:
        listed = func.json_each(_RESPONSE.c.segments).table_valued("value")
    label = cast_to(listed.c.value, Integer)
    # In the order of the index, which is quicker.
    found = select(label, _RESPONSE.c.id).select_from(_RESPONSE.join(listed, true()))
    found = found.where(chosen).order_by(label, _RESPONSE.c.id)
    db.session.execute(insert(ResponseSegment).from_select(["label_id", "response_id"], found))


def correct(changes: Sequence[tuple[Row, Row]]) -> None:
    """Replace what responses said (first of each pair) by what they say (second)."""
    if not changes:
        return
    columns = [name for name in Row._fields if name not in {"id", "source_id", "external_id"}]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    # A comment that is another one has to be read anew.
    same = _RESPONSE.c.comment.is_not_distinct_from(bindparam("new_comment"))
    values["sentiment"] = case((same, _RESPONSE.c.sentiment), else_=null())
    statement = update(_RESPONSE).where(_RESPONSE.c.id == bindparam("response")).values(**values)
    db.session.execute(statement, [{**_values(row, columns), "response": row.id} for _, row in changes])
    moved = [row for before, row in changes if before.segments != row.segments]
    for chunk in chunks(row.id for row in moved):
        gone = delete(ResponseSegment).where(ResponseSegment.response_id.in_(chunk))
        db.session.execute(gone.execution_options(synchronize_session=False))
        _list_segments(_RESPONSE.c.id.in_(chunk))


def _values(row: Row, columns: Sequence[str]) -> dict[str, Any]:
    plain = {
        **row._asdict(),
        "segments": list(row.segments) or None,
        "drivers": {str(driver): rating for driver, rating in row.drivers} or None,
        "responded_at": datetime.fromisoformat(row.responded_at),
    }
    return {f"new_{name}": plain[name] for name in columns}


def keep_versions(rows: Sequence[Row], now: datetime) -> None:
    """Keep what responses said until now."""
    columns = [[getattr(row, name) for row in rows] for name in ("id", "version", "fingerprint", "score", "comment")]
    columns += [[_content(row) for row in rows], [row.recorded_at for row in rows], [now] * len(rows)]
    bulk.insert_columns(ResponseVersion, _VERSION, columns)


def _content(row: Row) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("responded_at", "person_id", *_LABELS, "osat", "customer_key")},
        "day": row.day.isoformat(),
        "segments": list(row.segments) or None,
        "drivers": dict(row.drivers) or None,
    }


def keep_contacts(sheet: Sheet, forgotten: Collection[int], now: datetime) -> None:
    """Keep customers' personal fields, but of rows that are to stay forgotten.

    What isn't given stays as it was, and the last one given wins.
    """
    contacts: dict[str, dict[str, Any]] = {}
    for place, (given, contact) in enumerate(zip(sheet.customer_key, sheet.contact, strict=True)):
        if contact and given and place not in forgotten:
            key = customer_key(given)
            empty = {"customer_key": key, "name": "", "email": "", "phone": "", "updated_at": now}
            told = {name: getattr(contact, name) for name in _PERSONAL if getattr(contact, name)}
            contacts.setdefault(key, empty).update(told)
    if contacts:
        statement = insert_for(CustomerContact)
        new, old = statement.excluded, _CONTACT.c
        changes = {name: case((new[name] != "", new[name]), else_=old[name]) for name in _PERSONAL}
        statement = statement.on_conflict_do_update(
            index_elements=["customer_key"], set_={**changes, "updated_at": new.updated_at}
        )
        db.session.execute(statement, [contacts[key] for key in sorted(contacts)])
