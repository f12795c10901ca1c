"""An index that holds all that a list of DevLogs shows: without it SQLite walks through every record for that."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LISTED = ["at", "id", "session", "repository", "brain", "outcome", "summary", "seconds"]


def upgrade() -> None:
    """Brings the schema to this revision."""
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_devlogs_listed", "devlogs", _LISTED)


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_devlogs_listed", "devlogs")
