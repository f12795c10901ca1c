"""The store: everything Rusta keeps, behind one door."""

from __future__ import annotations

from typing import Self

from engine.home import database_url
from engine.store.alarms import Alarms
from engine.store.drills import Drills
from engine.store.experience import Experiences
from engine.store.gates import Gates
from engine.store.golden import Goldens
from engine.store.journal import Journal
from engine.store.memory import Memory
from engine.store.migration import open_current
from engine.store.votes import Votes


class Store(Journal, Memory, Drills, Gates, Votes, Alarms, Goldens, Experiences):
    """Sessions and events, DevLogs and grades, what she remembers and learns. Threads and processes may share it.

    Records that are read raise `UnknownVersionError` or `RecordError` when another version wrote them.
    """

    @classmethod
    def open(cls, url: str | None = None) -> Self:
        """Opens the database of ``url``, of `RUSTA_DATABASE_URL`, or the SQLite file in the home.

        The schema is created or migrated first if need be; where it is current, nothing but the driver is loaded.
        Raises `StoreError` for a database that a newer version wrote (which is left untouched), that is damaged,
        or that cannot be written; `ToolMissingError` when PostgreSQL's driver is not installed.
        """
        url = url or database_url()
        return cls(url, open_current(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()
