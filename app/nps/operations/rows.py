"""Responses become rows: names become ids, and what isn't said follows from who served."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from app.nps.operations.vocabulary import Labels, Server, Vocabulary
from app.nps.rules.folding import customer_key
from app.nps.rules.sheets import Remembered, Sheet, stamp
from app.nps.rules.tallying import Counted

LABELS = ("department", "team", "touchpoint", "channel", "survey", "tier")
_HOUR = len("2026-01-31 14")
_SAID = ("touchpoint", "channel", "survey", "tier")  # the other two may follow from who served


class Row(NamedTuple):
    """A response's columns: first those that tallies count (tallying.Counted), then the others.

    What is JSON in the database is a tuple here, and the moment a text (sheets.stamps).
    """

    score: int
    day: date
    person_id: int | None
    department_id: int | None
    team_id: int | None
    touchpoint_id: int | None
    channel_id: int | None
    survey_id: int | None
    tier_id: int | None
    segments: tuple[int, ...]
    drivers: tuple[tuple[int, int], ...]
    id: int
    source_id: int
    external_id: str
    version: int
    fingerprint: bytes
    responded_at: str
    osat: int | None
    customer_key: str | None
    comment: str | None
    recorded_at: datetime
    erased_at: datetime | None


Columns = Sequence[Sequence[Any]]  # one for each field of Row
COUNTED = len(Counted._fields)  # as many of them are what tallies look at


def as_columns(rows: Sequence[tuple[Any, ...]]) -> Columns:
    """Rows turned."""
    return list(zip(*rows, strict=True)) if rows else [()] * len(Row._fields)


def row_of(found: Any) -> Row:
    """From a row of the database that has the fields of Row."""
    drivers = tuple((int(driver), rating) for driver, rating in (found.drivers or {}).items())
    segments, moment = tuple(found.segments or ()), stamp(found.responded_at)
    return Row(**{**found._mapping, "segments": segments, "drivers": drivers, "responded_at": moment})


def learn(sheet: Sheet, vocabulary: Vocabulary) -> None:
    """Find or add all that these responses name. Their people were met already."""
    labels = vocabulary.labels
    servers = {server for name in set(sheet.employee) if (server := vocabulary.staff.find(name))}
    for name in _SAID:
        labels.learn(name, set(getattr(sheet, name)))
    labels.learn("department", {*sheet.department, *(server.department for server in servers)})
    labels.learn("team", set(sheet.team), {server.lead for server in servers if server.lead})
    fields: dict[str, set[str]] = {}
    for values in set(sheet.segments):
        for field, value in values:
            fields.setdefault(field, set()).add(value)
    for field, texts in fields.items():
        labels.learn_field(field, texts)
    vocabulary.drivers.learn({name for ratings in set(sheet.drivers) for name, _ in ratings})


def new_columns(
    sheet: Sheet,
    ids: Sequence[int],
    marks: Sequence[bytes],
    *,
    source_id: int,
    vocabulary: Vocabulary,
    zone: ZoneInfo,
    now: datetime,
) -> Columns:
    """Responses that nothing was known of, as the columns of Row."""
    count, labels, staff = len(sheet), vocabulary.labels, vocabulary.staff
    departments: Remembered[tuple[str, str], int | None] = Remembered(
        lambda said: _department(said[0], staff.find(said[1]), labels)
    )
    teams: Remembered[tuple[str, str], int | None] = Remembered(
        lambda said: _team(said[0], staff.find(said[1]), labels)
    )
    people: Remembered[str, int | None] = Remembered(lambda name: server.id if (server := staff.find(name)) else None)
    return [
        sheet.score,
        _days(sheet.responded_at, zone),
        list(map(people.__getitem__, sheet.employee)),
        list(map(departments.__getitem__, zip(sheet.department, sheet.employee, strict=True))),
        list(map(teams.__getitem__, zip(sheet.team, sheet.employee, strict=True))),
        *(list(map(labels.by_text(name).__getitem__, getattr(sheet, name))) for name in _SAID),
        list(map(Remembered(labels.of_fields).__getitem__, sheet.segments)),
        list(map(Remembered(vocabulary.drivers.ids).__getitem__, sheet.drivers)),
        ids,
        [source_id] * count,
        sheet.external_id,
        [1] * count,
        marks,
        sheet.responded_at,
        sheet.osat,
        [customer_key(key) or None for key in sheet.customer_key],
        [comment or None for comment in sheet.comment],
        [now] * count,
        [None] * count,
    ]


def corrected(row: Row, before: Row, *, department: str, team: str) -> Row:
    """The row that replaces another one of the same response; the texts are those that were given.

    Where none was, and the same person served, it stays with the department and the team that it came with, whoever
    that person reports to by now. A customer who was forgotten is not brought back.
    """
    row = row._replace(id=before.id, version=before.version + 1, erased_at=before.erased_at)
    if row.person_id and row.person_id == before.person_id:
        row = row._replace(
            department_id=row.department_id if department else before.department_id,
            team_id=row.team_id if team else before.team_id,
        )
    return row._replace(customer_key=None, comment=None) if before.erased_at else row


def _department(text: str, server: Server | None, labels: Labels) -> int | None:
    return labels.find("department", text or (server.department if server else ""))


def _team(text: str, server: Server | None, labels: Labels) -> int | None:
    if text or server is None or server.lead is None:
        return labels.find("team", text)
    return labels.team_of(server.lead)


def _days(moments: Sequence[str], zone: ZoneInfo) -> list[date]:
    """The days of moments in a zone; every hour has one, but those in which a day begins."""
    by_hour: Remembered[str, date | None] = Remembered(lambda hour: _day_of_hour(hour, zone))
    days = list(map(by_hour.__getitem__, [moment[:_HOUR] for moment in moments]))
    return [
        day or datetime.fromisoformat(moment).astimezone(zone).date() for day, moment in zip(days, moments, strict=True)
    ]


def _day_of_hour(hour: str, zone: ZoneInfo) -> date | None:
    begins = datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(zone)
    ends = (begins.astimezone(UTC) + timedelta(minutes=59, seconds=59)).astimezone(zone)
    same = begins.date() == ends.date() and begins.utcoffset() == ends.utcoffset()
    return begins.date() if same else None
