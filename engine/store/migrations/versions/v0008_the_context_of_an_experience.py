"""The code around an experience, as a digest: a mistake is the same mistake only where the code is the same."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BEFORE = ("signature", "idea", "repository", "place", "verdict", "session")
_AFTER = ("signature", "idea", "repository", "context", "verdict", "session")


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.add_column("experiences", sa.Column("context", sa.String(), nullable=False, server_default=""))
    op.drop_index(f"ix_experiences_{'_'.join(_BEFORE)}", "experiences")
    op.create_index(f"ix_experiences_{'_'.join(_AFTER)}", "experiences", list(_AFTER))


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_index(f"ix_experiences_{'_'.join(_AFTER)}", "experiences")
    op.create_index(f"ix_experiences_{'_'.join(_BEFORE)}", "experiences", list(_BEFORE))
    op.drop_column("experiences", "context")
