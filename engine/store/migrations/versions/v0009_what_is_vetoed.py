"""What an experience did to its item, whatever the error: a veto is of that, and holds for every error."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("experiences", sa.Column("deed", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_experiences_repository_verdict_deed", "experiences", ["repository", "verdict", "deed"])


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_index("ix_experiences_repository_verdict_deed", "experiences")
    op.drop_column("experiences", "deed")
