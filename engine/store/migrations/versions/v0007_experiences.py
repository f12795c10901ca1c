"""What she went through, by the signature of the situation, and the moves mined from it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "experiences",
        sa.Column("id", sa.Integer(), nullable=False),
        *_texts("session", "at", "repository", "code", "message", "types", "item", "place", "signature", "idea"),
        *_texts("verdict", "move"),
        sa.Column("intent", sa.Text(), nullable=False),
        *_texts("candidate"),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_experiences"),
    )
    for columns in (
        ("session", "candidate"),
        ("signature", "idea", "repository", "place", "verdict", "session"),
        ("code", "repository", "verdict"),
    ):
        op.create_index(f"ix_experiences_{'_'.join(columns)}", "experiences", list(columns))
    op.create_table(
        "mined_moves",
        *_texts("name", "code", "at"),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("prior", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("template", "sessions", "evidence")),
        sa.PrimaryKeyConstraint("name", name="pk_mined_moves"),
    )
    op.create_index("ix_mined_moves_code", "mined_moves", ["code"])


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for table in ("mined_moves", "experiences"):
        op.drop_table(table)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]
