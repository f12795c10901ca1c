"""Runs the migrations on the connection that the caller put into the configuration, inside its transaction.

Alembic's own command line gives none; then the store of this user is opened, so that
``alembic revision --autogenerate`` has something to compare the tables with.
"""

from alembic import context
from sqlalchemy import Connection

from engine.home import database_url
from engine.store.migration import make_engine
from engine.store.tables import METADATA, concerns


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        include_object=concerns(connection.dialect.name),
        transactional_ddl=True,  # SQLite has it too; without it a kill could leave half a schema
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    with make_engine(database_url()).begin() as opened:
        _run(opened)
