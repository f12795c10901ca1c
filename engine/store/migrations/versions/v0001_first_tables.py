"""The first tables: sessions and events, DevLogs and grades, moves, mistakes and outcomes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("brain", sa.String(), nullable=False),
        sa.Column("outcome", sa.String()),
        sa.Column("ended", sa.String()),
        sa.Column("summary", sa.Text()),
        sa.Column("branch", sa.String()),
        sa.Column("commit_sha", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
    )
    op.create_index("ix_sessions_at", "sessions", ["at"])
    op.create_index("ix_sessions_repository", "sessions", ["repository"])
    op.create_table(
        "events",
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session", "seq", name="pk_events"),
        sa.ForeignKeyConstraint(["session"], ["sessions.id"], name="fk_events_session"),
    )
    op.create_table(
        "devlogs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("brain", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_devlogs"),
    )
    op.create_index("ix_devlogs_at", "devlogs", ["at"])
    op.create_index("ix_devlogs_session", "devlogs", ["session"])
    op.create_table(
        "devlog_tags",
        sa.Column("devlog", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("devlog", "tag", name="pk_devlog_tags"),
        sa.ForeignKeyConstraint(["devlog"], ["devlogs.id"], name="fk_devlog_tags_devlog"),
    )
    op.create_index("ix_devlog_tags_tag", "devlog_tags", ["tag"])
    op.create_table(
        "grades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("devlog", sa.String(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grades"),
        sa.ForeignKeyConstraint(["devlog"], ["devlogs.id"], name="fk_grades_devlog"),
    )
    op.create_index("ix_grades_devlog", "grades", ["devlog"])
    op.create_table(
        "moves",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("family", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_moves"),
    )
    op.create_table(
        "mistakes",
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("signature", "move", name="pk_mistakes"),
    )
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("repository", sa.String(), nullable=False),
        sa.Column("code", sa.String()),
        sa.Column("move", sa.String(), nullable=False),
        sa.Column("applicability", sa.String()),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("predicted", sa.Float(), nullable=False),
        sa.Column("green", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
    )
    op.create_index(
        "ix_outcomes_by_kind", "outcomes", ["repository", "code", "move", "applicability", "shape", "green"]
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for table in ("outcomes", "mistakes", "moves", "grades", "devlog_tags", "devlogs", "events", "sessions"):
        op.drop_table(table)
