"""Responses that are cheaper to add

A trigger on INSERT, even one that hardly ever fires, makes SQLite keep a journal for each row that is added, which took
half the time of an import. Comments are read, and so found, only after they were added: that trigger never fired.

Revises: 0004
"""

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


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER search_fts_comment_insert")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(ON_INSERT)
