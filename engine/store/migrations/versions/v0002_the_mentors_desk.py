"""The mentor's desk: comments and marks on DevLogs, and what a list of them shows without opening one."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_PAGE = 500


def upgrade() -> None:
    """Brings the schema to this revision."""
    op.create_table(
        "comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("devlog", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        sa.ForeignKeyConstraint(["devlog"], ["devlogs.id"], name="fk_comments_devlog"),
    )
    op.create_index("ix_comments_devlog", "comments", ["devlog"])
    op.create_table(
        "marks",
        sa.Column("devlog", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("devlog", "mark", name="pk_marks"),
        sa.ForeignKeyConstraint(["devlog"], ["devlogs.id"], name="fk_marks_devlog"),
    )
    op.create_index("ix_marks_mark", "marks", ["mark"])
    op.add_column("devlogs", sa.Column("summary", sa.Text(), nullable=False, server_default=""))
    op.add_column("devlogs", sa.Column("seconds", sa.Float(), nullable=False, server_default="0"))
    op.create_index("ix_outcomes_session", "outcomes", ["session"])
    _fill_from_the_records()


def _fill_from_the_records() -> None:
    """Writes the new columns of the DevLogs that are there, from the records they hold."""
    connection = op.get_bind()
    devlogs = sa.table("devlogs", *map(sa.column, ("id", "body", "summary", "seconds")))
    page = sa.select(devlogs.c.id, devlogs.c.body).order_by(devlogs.c.id).limit(_PAGE)
    rows = connection.execute(page).all()
    while rows:
        for id_, body in rows:
            record = json.loads(body)
            told = {"summary": record.get("summary", ""), "seconds": record.get("seconds", 0.0)}
            connection.execute(devlogs.update().where(devlogs.c.id == id_).values(told))
        rows = connection.execute(page.where(devlogs.c.id > rows[-1][0])).all()


def downgrade() -> None:
    """Takes the schema back to the revision before."""
    op.drop_index("ix_outcomes_session", "outcomes")
    for column in ("seconds", "summary"):
        op.drop_column("devlogs", column)
    for table in ("marks", "comments"):
        op.drop_table(table)
