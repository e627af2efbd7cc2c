"""Responses become rows: names become ids, and what isn't said follows from who served."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from app.nps.operations.vocabulary import Vocabulary
from app.nps.rules.folding import customer_keys
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


class Rows:
    """Makes rows of responses that nothing was known of, from one source and at one moment."""

    def __init__(self, source_id: int, vocabulary: Vocabulary, zone: ZoneInfo, now: datetime) -> None:
        self._source_id, self._vocabulary, self._now = source_id, vocabulary, now
        self._day: Remembered[str, date | None] = Remembered(lambda hour: _day_of_hour(hour, zone))
        self._zone = zone
        self._person = Remembered(self._person_named)
        self._department = Remembered(self._department_of)
        self._team = Remembered(self._team_of)

    def columns(self, sheet: Sheet, ids: Sequence[int], marks: Sequence[bytes]) -> Columns:
        """The columns of Row. All that the responses name was learned."""
        count, vocabulary = len(sheet), self._vocabulary
        return [
            sheet.score,
            self._days(sheet.responded_at),
            list(map(self._person.__getitem__, sheet.employee)),
            list(map(self._department.__getitem__, zip(sheet.department, sheet.employee, strict=True))),
            list(map(self._team.__getitem__, zip(sheet.team, sheet.employee, strict=True))),
            *(list(map(vocabulary.labels.by_text(name).__getitem__, getattr(sheet, name))) for name in _SAID),
            list(map(vocabulary.labels.of_fields.__getitem__, sheet.segments)),
            list(map(vocabulary.drivers.ids.__getitem__, sheet.drivers)),
            ids,
            [self._source_id] * count,
            sheet.external_id,
            [1] * count,
            marks,
            sheet.responded_at,
            sheet.osat,
            customer_keys(sheet.customer_key),
            [comment or None for comment in sheet.comment],
            [self._now] * count,
            [None] * count,
        ]

    def _days(self, moments: Sequence[str]) -> list[date]:
        """The days of moments; every hour has one, but those in which a day begins."""
        days = list(map(self._day.__getitem__, [moment[:_HOUR] for moment in moments]))
        if all(days):
            return cast("list[date]", days)
        found = zip(days, moments, strict=True)
        return [day or datetime.fromisoformat(moment).astimezone(self._zone).date() for day, moment in found]

    def _person_named(self, employee: str) -> int | None:
        server = self._vocabulary.staff.find(employee)
        return server.id if server else None

    def _department_of(self, said: tuple[str, str]) -> int | None:
        text, server = said[0], self._vocabulary.staff.find(said[1])
        return self._vocabulary.labels.find("department", text or (server.department if server else ""))

    def _team_of(self, said: tuple[str, str]) -> int | None:
        text, server = said[0], self._vocabulary.staff.find(said[1])
        if text or server is None or server.lead is None:
            return self._vocabulary.labels.find("team", text)
        return self._vocabulary.labels.team_of(server.lead)


def _day_of_hour(hour: str, zone: ZoneInfo) -> date | None:
    begins = datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(zone)
    ends = (begins.astimezone(UTC) + timedelta(minutes=59, seconds=59)).astimezone(zone)
    same = begins.date() == ends.date() and begins.utcoffset() == ends.utcoffset()
    return begins.date() if same else None


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
