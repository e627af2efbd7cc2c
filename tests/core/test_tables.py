import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Column, Date, Integer, MetaData, String, Table, create_engine, select
from sqlalchemy.orm import Session

from app.core import outbox, tables
from app.core.db import db
from app.core.tables import Page, Sort

things = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("day", Date, nullable=False),
)
SORTS = {
    "name": Sort("Name", (things.c.name, things.c.id)),
    "day": Sort("Day", (things.c.day, things.c.id)),
}
ALL = select(things.c.id, things.c.name)


@pytest.fixture
def session() -> Iterator[Session]:
    """Nine things: names come in threes, days go backwards."""
    engine = create_engine("sqlite://")
    things.metadata.create_all(engine)
    with Session(engine) as opened:
        rows = [{"id": n, "name": "abc"[n % 3], "day": date(2026, 3, 20 - n)} for n in range(9)]
        opened.execute(things.insert(), rows)
        yield opened
    engine.dispose()


def ids(page: Page) -> list[int]:
    return [row.id for row in page.rows]


def walk(session: Session, size: int, **args: str) -> list[list[int]]:
    """The ids of every page from the first to the last."""
    pages, cursor = [], None
    while True:
        page = tables.page(session, ALL, SORTS, {**args, **({"after": cursor} if cursor else {})}, size)
        pages.append(ids(page))
        cursor = page.next_cursor
        if cursor is None:
            return pages


def test_pages_hold_every_row_once_in_order(session: Session) -> None:
    assert walk(session, 4) == [[0, 3, 6, 1], [4, 7, 2, 5], [8]]


def test_a_minus_turns_the_order_around(session: Session) -> None:
    assert walk(session, 4, sort="-name") == [[8, 5, 2, 7], [4, 1, 6, 3], [0]]


def test_the_pages_before_a_page_are_the_ones_one_came_from(session: Session) -> None:
    for sort in ("name", "-name", "day", "-day"):
        first = tables.page(session, ALL, SORTS, {"sort": sort}, 3)
        second = tables.page(session, ALL, SORTS, {"sort": sort, "after": first.next_cursor or ""}, 3)
        back = tables.page(session, ALL, SORTS, {"sort": sort, "before": second.previous_cursor or ""}, 3)
        assert ids(back) == ids(first)
        assert back.previous_cursor is None
        assert back.next_cursor is not None


def test_there_are_no_cursors_where_all_fits_one_page(session: Session) -> None:
    page = tables.page(session, ALL, SORTS, {}, 9)
    assert (page.next_cursor, page.previous_cursor) == (None, None)


def test_a_page_of_nothing_has_no_cursors(session: Session) -> None:
    page = tables.page(session, ALL.where(things.c.id > 99), SORTS, {}, 3)
    assert (ids(page), page.next_cursor, page.previous_cursor) == ([], None, None)


@pytest.mark.parametrize("sort", ["", "-", "colour", "name;drop"])
def test_an_unknown_sort_falls_back_to_the_first(session: Session, sort: str) -> None:
    page = tables.page(session, ALL, SORTS, {"sort": sort}, 3)
    assert (page.sort, page.descending, ids(page)) == ("name", False, [0, 3, 6])


@pytest.mark.parametrize(
    "cursor", ["x", "!!!", "bnVsbA", "WzFd", "WyJhIiwgIngiXQ", "eyJhIjogMX0", "[1,2]", "é", "a" * 5000]
)
def test_a_cursor_that_cannot_be_read_leads_to_the_first_page(session: Session, cursor: str) -> None:
    assert ids(tables.page(session, ALL, SORTS, {"after": cursor}, 3)) == [0, 3, 6]
    assert ids(tables.page(session, ALL, SORTS, {"before": cursor}, 3))


def test_a_cursor_of_another_sort_is_not_read_as_this_one(session: Session) -> None:
    by_day = tables.page(session, ALL, SORTS, {"sort": "day"}, 3).next_cursor or ""
    by_name = tables.page(session, ALL, SORTS, {"sort": "name"}, 3).next_cursor or ""
    assert ids(tables.page(session, ALL, SORTS, {"sort": "day", "after": by_name}, 3)) == [8, 7, 6]
    assert tables.page(session, ALL, SORTS, {"sort": "name", "after": by_day}, 3).sort == "name"


def test_batches_read_everything_and_may_be_prepared(session: Session) -> None:
    sizes: list[int] = []

    def prepare(rows: Any) -> Any:
        sizes.append(len(rows))
        return [row.id for row in rows]

    read = list(tables.in_batches(session, ALL, SORTS["name"], 4, prepare))
    assert read == [0, 3, 6, 1, 4, 7, 2, 5, 8]
    assert sizes == [4, 4, 1]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_compute_becomes_text(text: str) -> None:
    assert tables.safe_cell(text) == "'" + text


def test_other_cells_stay_what_they_are() -> None:
    assert tables.safe_cell("Ana - Support") == "Ana - Support"
    assert tables.safe_cell(-3) == -3
    assert tables.safe_cell(None) is None
    assert tables.safe_cell(datetime(2026, 3, 3, 9, 0, 0, 5, tzinfo=UTC)) == "2026-03-03T09:00:00+00:00"


def test_a_csv_download_can_be_read_back_by_excel_and_python(site: Any) -> None:
    rows = [("Zoë, Ö", "=1+1"), *((f"n{n}", n) for n in range(450))]
    with site.test_request_context():
        response = tables.stream_csv("people.csv", ("Name", "Value"), rows)
        text = response.get_data(as_text=True)
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert read[0] == ["Name", "Value"]
    assert read[1] == ["Zoë, Ö", "'=1+1"]
    assert len(read) == 452
    assert response.headers["Content-Disposition"] == 'attachment; filename="people.csv"'


def test_a_csv_download_is_written_as_it_is_read(site: Any) -> None:
    taken: list[int] = []

    def rows() -> Iterator[tuple[int]]:
        for n in range(1000):
            taken.append(n)
            yield (n,)

    with site.test_request_context():
        next(iter(tables.stream_csv("n.csv", ("n",), rows()).response))
    assert len(taken) < 1000


def test_a_list_in_order_of_moments_shows_each_row_once_on_either_engine(app: Any) -> None:
    begun = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for number in range(7):
        outbox.enqueue("x", str(number), {}, begun + timedelta(microseconds=number // 2))
    db.session.commit()
    statement = select(outbox.OutboxMessage.key)
    sort = {"when": tables.Sort("When", (outbox.OutboxMessage.created_at, outbox.OutboxMessage.id))}
    found: list[str] = []
    args: dict[str, str] = {}
    while True:
        page = tables.page(db.session(), statement, sort, args, size=2)
        found += [row.key for row in page.rows]
        if page.next_cursor is None:
            break
        args = {"after": page.next_cursor}
    assert found == [str(number) for number in range(7)]
