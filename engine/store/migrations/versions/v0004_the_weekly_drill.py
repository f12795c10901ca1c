"""The weekly drill: its cards, its sessions, her answers, and the log of how they were graded."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "drill_cards",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "kind", "topic", "code", "page")),
        sa.Column("block", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("digest", "origin", "ref", "edition", "docs")),
        sa.Column("aside", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drill_cards"),
    )
    op.create_table(
        "drill_sessions",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("id", "at", "week", "seed", "brain", "docs")),
        sa.Column("ended", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_drill_sessions"),
    )
    op.create_table(
        "drill_answers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("session", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drill_answers"),
        sa.ForeignKeyConstraint(["session"], ["drill_sessions.id"], name="fk_drill_answers_session"),
        sa.ForeignKeyConstraint(["card"], ["drill_cards.id"], name="fk_drill_answers_card"),
    )
    op.create_index("ix_drill_answers_session", "drill_answers", ["session"])
    op.create_table(
        "drill_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("marker", sa.String(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("revokes", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_drill_reviews"),
        sa.ForeignKeyConstraint(["answer"], ["drill_answers.id"], name="fk_drill_reviews_answer"),
        sa.ForeignKeyConstraint(["revokes"], ["drill_reviews.id"], name="fk_drill_reviews_revokes"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for table in ("drill_reviews", "drill_answers", "drill_sessions", "drill_cards"):
        op.drop_table(table)
