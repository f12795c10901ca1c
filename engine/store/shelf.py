"""What every part of the store stands on: one driver connection, and SQLModel for the questions of a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.errors import StoreError
from engine.store.connection import Connection

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


class Shelf:
    """Holds the connection that is always open, and the engine that is made on the first search."""

    def __init__(self, url: str, connection: Connection) -> None:
        self.url = url
        self._db = connection
        self._engine: Engine | None = None

    @contextmanager
    def _ask(self) -> Iterator[Session]:
        """A SQLModel session for reading; `StoreError` for what the database refuses."""
        from sqlalchemy.exc import SQLAlchemyError
        from sqlmodel import Session

        from engine.store.migration import make_engine

        if self._engine is None:
            self._engine = make_engine(self.url)
        try:
            with Session(self._engine) as session:
                yield session
        except SQLAlchemyError as error:
            raise StoreError(f"the store could not be searched: {str(error).splitlines()[0]}") from error

    def transaction(self) -> AbstractContextManager[None]:
        """Everything that is written inside, or nothing of it; `StoreError` when the database refuses."""
        return self._db.transaction()

    def close(self) -> None:
        """Lets the database go. The store cannot be used afterwards."""
        self._db.close()
        if self._engine is not None:
            self._engine.dispose()


def now() -> str:
    """UTC, ISO 8601, milliseconds, with a final Z, as events write it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
