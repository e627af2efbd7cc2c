"""Full-text search behind few functions: FTS5 on SQLite, tsvector on PostgreSQL.

Slices index documents by kind and reference. Where a table holds a million texts, it has a `TextIndex` of its own: the
beginning of a word is looked up in every text of an index, whatever kind it is of, so that in a shared one the many
would slow down finding the few. The index structures live in the migrations.
"""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    UniqueConstraint,
    column,
    delete,
    false,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from app.core.db import Base, db, insert_for

_FTS = table("search_fts", column("rowid"), column("search_fts"), column("rank"))
_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")
MOST_WORDS, LONGEST_WORD = 12, 100  # of a search; a text beyond that is nobody's question
_LONGEST = 2000  # characters of a search that are looked at


def _random_id() -> int:
    """Of the texts that lie here some are anonymous: their numbers are not to tell between which others they came."""
    return secrets.randbelow(2**31 - 1) + 1


class SearchDocument(Base):
    """A text that people can find, and what it belongs to."""

    __tablename__ = "search_document"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    id: Mapped[int] = mapped_column(init=False, insert_default=_random_id, primary_key=True)
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
    terms = _terms(words)
    if not terms:
        return select(SearchDocument.ref, literal_column("0.0").label("rank")).where(SearchDocument.id < 0)
    if _on_postgresql():
        query = func.to_tsquery(_SIMPLE, _beginnings_in_postgresql(terms))
        found: ColumnElement[bool] = _vector().bool_op("@@")(query)
        rank = (-func.ts_rank(_vector(), query)).label("rank")
        return select(SearchDocument.ref, rank).where(SearchDocument.kind == kind, found)
    rank = literal_column("bm25(search_fts, 8.0, 1.0)").label("rank")
    return (
        select(SearchDocument.ref, rank)
        .join(_FTS, _FTS.c.rowid == SearchDocument.id)
        .where(SearchDocument.kind == kind, _FTS.c.search_fts.op("MATCH")(_beginnings_in_sqlite(terms)))
    )


@dataclass(frozen=True)
class TextIndex:
    """The words of one column of a large table. Rows for which `indexed` does not hold are not found.

    `name` is the FTS5 table, whose rowid is the row's `id`, and the index on PostgreSQL.
    """

    name: str
    id: InstrumentedAttribute[int]
    text: InstrumentedAttribute[Any]
    indexed: ColumnElement[bool]

    def holds(self, words: str = "", phrase: str = "") -> ColumnElement[bool]:
        """Condition: the text holds every word or one beginning with it, and the words of the phrase one after another.

        Where they may be many, the statement had better find its rows by something else; `ids` lists them where few.
        """
        if not (_terms(words) or _terms(phrase)):
            return false()
        if _on_postgresql():
            return self._in_postgresql(words, phrase)
        return self.id.in_(self._in_sqlite(words, phrase))

    def ids(self, words: str = "", phrase: str = "", *, most: int) -> list[int] | None:
        """Ids of the rows that `holds` is true for; None where there are more than `most`. One statement."""
        if not (_terms(words) or _terms(phrase)):
            return []
        if _on_postgresql():
            statement = select(self.id).where(self._in_postgresql(words, phrase))
        else:
            statement = self._in_sqlite(words, phrase)
        found = list(db.session.scalars(statement.limit(most + 1)))
        return found if len(found) <= most else None

    def _in_sqlite(self, words: str, phrase: str) -> Select[Any]:
        fts = table(self.name, column("rowid"), column(self.name))
        wanted = [_beginnings_in_sqlite(_terms(words)), '"{}"'.format(" ".join(_terms(phrase)))]
        match = " AND ".join(part for part in wanted if part.strip('"'))
        return select(fts.c.rowid).where(fts.c[self.name].op("MATCH")(match))

    def _in_postgresql(self, words: str, phrase: str) -> ColumnElement[bool]:
        queries: list[ColumnElement[Any]] = []
        if terms := _terms(words):
            queries.append(func.to_tsquery(_SIMPLE, _beginnings_in_postgresql(terms)))
        if terms := _terms(phrase):
            queries.append(func.phraseto_tsquery(_SIMPLE, " ".join(terms)))
        vector = func.to_tsvector(
            _SIMPLE, func.translate(self.text, literal_column("'/.@-_'"), literal_column("'     '"))
        )
        return self.indexed & vector.bool_op("@@")(queries[0] if len(queries) == 1 else queries[0].op("&&")(queries[1]))


def _on_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def _terms(words: str) -> list[str]:
    return [term[:LONGEST_WORD] for term in re.findall(r"[^\W_]+", words[:_LONGEST].lower())[:MOST_WORDS]]


def _beginnings_in_sqlite(terms: list[str]) -> str:
    return " AND ".join(f'"{term}"*' for term in terms)


def _beginnings_in_postgresql(terms: list[str]) -> str:
    return " & ".join(f"{term}:*" for term in terms)


def _vector() -> ColumnElement[str]:
    """The indexed expression, spelled as in the migration, so that PostgreSQL uses the index."""
    return literal_column(
        "(setweight(to_tsvector('simple'::regconfig, search_document.title), 'A'::\"char\") || "
        "setweight(to_tsvector('simple'::regconfig, search_document.body), 'B'::\"char\"))"
    )
