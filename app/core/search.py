"""Full-text search behind one function: FTS5 on SQLite, tsvector on PostgreSQL.

Slices index documents by kind and reference; the index structures live in the migrations.
"""

import re
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    UniqueConstraint,
    column,
    delete,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, db, insert_for

_FTS = table("search_fts", column("rowid"), column("search_fts"), column("rank"))


class SearchDocument(Base):
    """A text that people can find, and what it belongs to."""

    __tablename__ = "search_document"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    ref: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


def index(kind: str, ref: str, title: str, body: str) -> None:
    """Make a document findable, or replace what it said before."""
    statement = insert_for(SearchDocument).values(kind=kind, ref=ref, title=title, body=body)
    changes = {"title": statement.excluded.title, "body": statement.excluded.body}
    db.session.execute(statement.on_conflict_do_update(index_elements=["kind", "ref"], set_=changes))


def forget(kind: str, ref: str) -> None:
    """Take a document out of the index."""
    db.session.execute(delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.ref == ref))


def matching(kind: str, words: str) -> Select[*tuple[Any, ...]]:
    """A select of (ref, rank) of documents that hold every word or one beginning with it; lower ranks fit better."""
    terms = re.findall(r"\w+", words.lower())[:12]
    if not terms:
        return select(SearchDocument.ref, literal_column("0.0").label("rank")).where(SearchDocument.id < 0)
    if db.engine.dialect.name == "postgresql":
        query = func.to_tsquery(literal_column("'simple'"), " & ".join(f"{term}:*" for term in terms))
        found: ColumnElement[bool] = _vector().bool_op("@@")(query)
        rank = (-func.ts_rank(_vector(), query)).label("rank")
        return select(SearchDocument.ref, rank).where(SearchDocument.kind == kind, found)
    match = " ".join(f'"{term}"*' for term in terms)
    rank = literal_column("bm25(search_fts, 8.0, 1.0)").label("rank")
    return (
        select(SearchDocument.ref, rank)
        .join(_FTS, _FTS.c.rowid == SearchDocument.id)
        .where(SearchDocument.kind == kind, _FTS.c.search_fts.op("MATCH")(match))
    )


def _vector() -> ColumnElement[str]:
    """The indexed expression, spelled as in the migration, so that PostgreSQL uses the index."""
    return literal_column(
        "(setweight(to_tsvector('simple'::regconfig, search_document.title), 'A'::\"char\") || "
        "setweight(to_tsvector('simple'::regconfig, search_document.body), 'B'::\"char\"))"
    )
