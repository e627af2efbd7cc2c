"""The closure table that keeps the reporting tree: who stands above whom, at which distance."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, insert, join, literal, select, text
from sqlalchemy.orm import aliased

from app.accounts.models import Person, ReportingLine
from app.core.db import db

# The key of the advisory lock under which the tree changes on PostgreSQL ("tree" in ASCII).
_TREE_LOCK = 0x74726565


def lock_tree() -> None:
    """Change the tree one transaction at a time. SQLite lets only one write anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TREE_LOCK})


def add_leaves(person_ids: Sequence[int]) -> None:
    """Rows for new people who have no supervisor as yet."""
    rows = [{"ancestor_id": i, "descendant_id": i, "depth": 0} for i in person_ids]
    if rows:
        db.session.execute(insert(ReportingLine), rows)


def detach(person_id: int) -> None:
    """Cut a person, with everyone below, out of the tree above them."""
    below = select(ReportingLine.descendant_id).where(ReportingLine.ancestor_id == person_id)
    above = select(ReportingLine.ancestor_id).where(ReportingLine.descendant_id == person_id, ReportingLine.depth > 0)
    db.session.execute(
        delete(ReportingLine)
        .where(ReportingLine.descendant_id.in_(below), ReportingLine.ancestor_id.in_(above))
        .execution_options(synchronize_session=False)
    )


def attach(person_id: int, manager_id: int) -> None:
    """Hang a person who has nobody above, with everyone below, under a manager from another tree."""
    upper, lower = aliased(ReportingLine), aliased(ReportingLine)
    # Every line that ends at the manager, joined with every line that begins at the person.
    both = join(upper, lower, and_(upper.descendant_id == manager_id, lower.ancestor_id == person_id))
    pairs = select(upper.ancestor_id, lower.descendant_id, upper.depth + lower.depth + literal(1)).select_from(both)
    columns = ["ancestor_id", "descendant_id", "depth"]
    db.session.execute(insert(ReportingLine).from_select(columns, pairs))


def rebuild() -> None:
    """Make the whole table anew from every person's supervisor, level by level."""
    db.session.execute(delete(ReportingLine).execution_options(synchronize_session=False))
    lines = select(Person.id.label("ancestor_id"), Person.id.label("descendant_id"), literal(0).label("depth")).cte(
        "lines", recursive=True
    )
    next_level = select(lines.c.ancestor_id, Person.id, lines.c.depth + 1).where(
        Person.manager_id == lines.c.descendant_id
    )
    lines = lines.union_all(next_level)
    rows = select(lines.c.ancestor_id, lines.c.descendant_id, lines.c.depth)
    columns = ["ancestor_id", "descendant_id", "depth"]
    db.session.execute(insert(ReportingLine).from_select(columns, rows.order_by("ancestor_id", "descendant_id")))
