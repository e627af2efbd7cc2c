"""The full-text index over customers' comments that were read

Revises: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Only ids are asked for, so neither the texts nor their lengths are kept a second time.
SQLITE = (
    "CREATE VIRTUAL TABLE search_fts_comment USING fts5(comment, content='', columnsize=0, "
    "tokenize=\"unicode61 remove_diacritics 2\")",
    "CREATE TRIGGER search_fts_comment_insert AFTER INSERT ON nps_response "
    "WHEN new.sentiment IS NOT NULL AND new.comment IS NOT NULL BEGIN "
    "INSERT INTO search_fts_comment(rowid, comment) VALUES (new.id, new.comment); END",
    "CREATE TRIGGER search_fts_comment_delete AFTER DELETE ON nps_response "
    "WHEN old.sentiment IS NOT NULL AND old.comment IS NOT NULL BEGIN "
    "INSERT INTO search_fts_comment(search_fts_comment, rowid, comment) VALUES ('delete', old.id, old.comment); END",
    "CREATE TRIGGER search_fts_comment_update AFTER UPDATE OF comment, sentiment ON nps_response "
    "WHEN old.comment IS NOT new.comment OR (old.sentiment IS NULL) <> (new.sentiment IS NULL) BEGIN "
    "INSERT INTO search_fts_comment(search_fts_comment, rowid, comment) SELECT 'delete', old.id, old.comment "
    "WHERE old.sentiment IS NOT NULL AND old.comment IS NOT NULL; "
    "INSERT INTO search_fts_comment(rowid, comment) SELECT new.id, new.comment "
    "WHERE new.sentiment IS NOT NULL AND new.comment IS NOT NULL; END",
    "INSERT INTO search_fts_comment(rowid, comment) "
    "SELECT id, comment FROM nps_response WHERE sentiment IS NOT NULL AND comment IS NOT NULL",
)
POSTGRESQL = (
    "CREATE INDEX search_fts_comment ON nps_response USING gin "
    "(to_tsvector('simple'::regconfig, translate(comment, '/.@-_', '     '))) WHERE sentiment IS NOT NULL",
)


def upgrade() -> None:
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER search_fts_comment_{trigger}")
        op.execute("DROP TABLE search_fts_comment")
    else:
        op.execute("DROP INDEX search_fts_comment")
