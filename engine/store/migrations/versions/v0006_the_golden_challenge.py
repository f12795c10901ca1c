"""The golden patch challenge: what a month asks, each time it was taken, her attempts, the mentor's rulings."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "golden_editions",
        *_texts("month", "at"),
        sa.Column("cases", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_golden_editions"),
    )
    op.create_table(
        "golden_exams",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("month", "run", "at", "brain"),
        sa.Column("weights", sa.String(), nullable=True),
        sa.Column("ended", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_golden_exams"),
        sa.ForeignKeyConstraint(["month"], ["golden_editions.month"], name="fk_golden_exams_month"),
        sa.UniqueConstraint("run", name="uq_golden_exams_run"),
    )
    op.create_table(
        "golden_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("run", "golden", "status"),
        sa.Column("total", sa.Float(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_golden_attempts"),
        sa.ForeignKeyConstraint(["run"], ["golden_exams.run"], name="fk_golden_attempts_run"),
        sa.UniqueConstraint("run", "golden", name="uq_golden_attempts_run_golden"),
    )
    op.create_table(
        "golden_rulings",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("golden", "ruling"),
        sa.Column("reason", sa.Text(), nullable=False),
        *_texts("at"),
        sa.PrimaryKeyConstraint("id", name="pk_golden_rulings"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for table in ("golden_rulings", "golden_attempts", "golden_exams", "golden_editions"):
        op.drop_table(table)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
