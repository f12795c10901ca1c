"""What an experience did to its item, whatever the error: a veto is of that, and holds for every error."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INDEXES = (
    ("repository", "verdict", "deed"),
    ("signature", "repository", "verdict"),
    ("signature", "verdict"),
    ("code", "verdict"),
)


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("experiences", sa.Column("deed", sa.String(), nullable=False, server_default=""))
    for columns in _INDEXES:
        op.create_index(f"ix_experiences_{'_'.join(columns)}", "experiences", list(columns))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    for columns in _INDEXES:
        op.drop_index(f"ix_experiences_{'_'.join(columns)}", "experiences")
    op.drop_column("experiences", "deed")
