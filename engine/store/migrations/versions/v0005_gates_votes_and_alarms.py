"""What her schooling keeps: exams and overrides of gates, blind votes on her voice, good states and drift alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "gate_results",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        *_texts("at", "brain", "brain_hash", "run", "seal", "case_set", "metric"),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("value", "low", "high")),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("baseline", sa.String(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True) for name in ("rise", "rise_low")),
        sa.PrimaryKeyConstraint("id", name="pk_gate_results"),
    )
    op.create_table(
        "gate_overrides",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        *_texts("at", "brain", "brain_hash"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gate_overrides"),
    )
    op.create_table(
        "voice_votes",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("at", "subject", "first", "second", "first_run", "second_run", "choice"),
        sa.PrimaryKeyConstraint("id", name="pk_voice_votes"),
    )
    op.create_table(
        "brain_states",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("at", "brain", "brain_hash"),
        sa.Column("weights", sa.String(), nullable=True),
        *_texts("run", "case_set"),
        sa.Column("memory", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_brain_states"),
    )
    op.create_table(
        "drift_alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("at", "brain", "brain_hash", "baseline", "run"),
        *(sa.Column(name, sa.Float(), nullable=False) for name in ("fall", "low", "high")),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("flipped", sa.Text(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=True),
        sa.Column("cleared", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drift_alarms"),
        sa.ForeignKeyConstraint(["restored"], ["brain_states.id"], name="fk_drift_alarms_restored"),
    )


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for table in ("drift_alarms", "brain_states", "voice_votes", "gate_overrides", "gate_results"):
        op.drop_table(table)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
