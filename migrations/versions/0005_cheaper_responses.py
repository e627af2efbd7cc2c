"""Responses that are cheaper to add

- On SQLite a trigger on INSERT, even one that hardly ever fires, keeps a journal for each row that is added, which took
  half the time of an import. Comments are read, and so found, only after they were added: that trigger never fired.
- Comments are looked for from the newest on, which the index over all responses does about as well as one over those
  with a comment, since two of five have one.

Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ON_INSERT = (
    "CREATE TRIGGER search_fts_comment_insert AFTER INSERT ON nps_response "
    "WHEN new.sentiment IS NOT NULL AND new.comment IS NOT NULL BEGIN "
    "INSERT INTO search_fts_comment(rowid, comment) VALUES (new.id, new.comment); END"
)
COMMENTED = sa.text("comment IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_nps_response_commented", table_name="nps_response")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_fts_comment_insert")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(ON_INSERT)
    op.create_index(
        "ix_nps_response_commented",
        "nps_response",
        ["responded_at", "id"],
        sqlite_where=COMMENTED,
        postgresql_where=COMMENTED,
    )
