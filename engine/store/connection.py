"""One connection to the database, SQLite's or PostgreSQL's, through the driver alone.

Statements are plain SQL that both databases read, with ``:name`` parameters. Nothing here imports SQLAlchemy:
this is the path every event takes, and the path that opening the store takes.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import StoreError, ToolMissingError

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 10.0
_SQLITE = re.compile(r"sqlite(\+pysqlite)?://")
_POSTGRES = re.compile(r"postgres(ql)?(\+psycopg)?://")
_NAME = re.compile(r":([a-z_]+)")


class Connection(Protocol):
    """What the store needs of a database. Every method raises `StoreError` for what the database refuses."""

    def read(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    def write(self, sql: str, /, **values: Any) -> int:
        """Runs a statement, durable on return unless inside `transaction`; the number of rows it touched."""

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside, or none of them; inside another one it is part of that."""

    def close(self) -> None:
        """Lets the database go."""


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL, or None for another database.

    Raises `StoreError` for a URL that names no database Rusta can use.
    """
    if match := _SQLITE.match(url):
        path = url[match.end() :].removeprefix("/")
        if path in ("", ":memory:"):
            raise StoreError("the store cannot live in memory", fix="use sqlite:////an/absolute/path.db")
        return Path(path)
    if _POSTGRES.match(url):
        return None
    raise StoreError(
        f"not a database URL Rusta can use: {url.partition('://')[0]}://…",
        fix="set RUSTA_DATABASE_URL to sqlite:////path/to/file.db or postgresql://user@host/name",
    )


def postgres_url(url: str, driver: str = "") -> str:
    """A PostgreSQL URL in one spelling: libpq's own, or SQLAlchemy's with ``driver`` such as "+psycopg"."""
    return _POSTGRES.sub(f"postgresql{driver}://", url, count=1)


def open_sqlite(path: Path) -> sqlite3.Connection:
    """A driver connection with WAL, foreign keys and a busy timeout; each statement commits itself.

    Raises `sqlite3.Error` when it cannot be opened.
    """
    # Threads share it under the lock of `SqliteConnection`.
    raw = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _turn_on_wal(raw)
        raw.execute("PRAGMA synchronous=NORMAL")
        raw.execute("PRAGMA foreign_keys=ON")
    except sqlite3.Error:
        raw.close()
        raise
    return raw


def _turn_on_wal(raw: sqlite3.Connection) -> None:
    """The mode is a property of the file, so only the first opening changes it.

    SQLite does not wait on its busy timeout for this one change, so two first openings have to take turns here.
    """
    patience = time.monotonic() + BUSY_SECONDS
    while raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            raw.execute("PRAGMA journal_mode=WAL")
            return  # a file system without shared memory keeps its own mode, which is correct too, only slower
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.01)


class SqliteConnection:
    """A connection to a SQLite file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        if not os.access(path, os.W_OK):
            raise StoreError(f"the store {path} cannot be written", fix="make the file writable, or set RUSTA_HOME")
        try:
            self._raw = open_sqlite(path)
        except sqlite3.Error as error:
            raise self._problem(error) from error

    def read(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """See `Connection`."""
        with self._lock:
            try:
                return self._raw.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise self._problem(error) from error

    def write(self, sql: str, /, **values: Any) -> int:
        """See `Connection`."""
        with self._lock:
            try:
                return self._raw.execute(sql, values).rowcount
            except sqlite3.Error as error:
                raise self._problem(error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Connection`."""
        with self._lock:
            if self._raw.in_transaction:
                yield
                return
            # Taking the write lock at once: a transaction that starts by reading could not wait for it later.
            self.write("BEGIN IMMEDIATE")
            try:
                yield
                self.write("COMMIT")
            except BaseException:
                if self._raw.in_transaction:
                    self._raw.rollback()
                raise

    def close(self) -> None:
        """See `Connection`."""
        with self._lock:
            self._raw.close()

    def _problem(self, error: sqlite3.Error) -> StoreError:
        return sqlite_problem(self._path, error)


def sqlite_problem(path: Path, error: Exception) -> StoreError:
    """What a SQLite error means to the person at the keyboard."""
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    if isinstance(error, sqlite3.IntegrityError):
        return StoreError(f"the store refused a row: {text}")
    if "locked" in text or "busy" in text:
        return StoreError(f"the store {path} is held by another program", fix="end the program that holds it")
    if type(error) is sqlite3.DatabaseError:  # its subclasses are about the use, it alone is about the file
        return StoreError(f"the store {path} is damaged: {text}", fix="move it away, or restore it from a backup")
    fix = "check the folder's permissions and free space, or set RUSTA_HOME to another folder"
    return StoreError(f"the store {path} cannot be used: {text}", fix=fix)


class PostgresConnection:
    """A connection to a PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self._raw, self._error = _connect_postgres(url)
        self._lock = threading.RLock()

    def read(self, sql: str, /, **values: Any) -> list[tuple[Any, ...]]:
        """See `Connection`."""
        with self._lock:
            try:
                return self._raw.execute(_percent(sql), _without_nul(values)).fetchall()
            except self._error as error:
                raise postgres_problem(error) from error

    def write(self, sql: str, /, **values: Any) -> int:
        """See `Connection`."""
        with self._lock:
            try:
                return self._raw.execute(_percent(sql), _without_nul(values)).rowcount
            except self._error as error:
                raise postgres_problem(error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Connection`."""
        with self._lock:
            try:
                with self._raw.transaction():
                    yield
            except self._error as error:
                raise postgres_problem(error) from error

    def close(self) -> None:
        """See `Connection`."""
        with self._lock:
            self._raw.close()


def _connect_postgres(url: str) -> tuple[psycopg.Connection[tuple[Any, ...]], type[Exception]]:
    try:
        import psycopg  # a large library that only a PostgreSQL store needs
    except ImportError as error:
        raise ToolMissingError(
            "psycopg is not installed, and the store is on PostgreSQL", fix="pip install 'rusta-tui[postgres]'"
        ) from error
    try:
        raw = psycopg.connect(
            postgres_url(url),
            autocommit=True,
            connect_timeout=int(BUSY_SECONDS),
            # Bound on this side: a parameter that a statement uses twice needs no type of its own.
            cursor_factory=psycopg.ClientCursor,
        )
        return raw, psycopg.Error
    except psycopg.Error as error:
        raise postgres_problem(error) from error


def postgres_problem(error: Exception) -> StoreError:
    """What a PostgreSQL error means to the person at the keyboard."""
    text = (str(error).splitlines() or [type(error).__name__])[0]
    return StoreError(f"PostgreSQL: {text}", fix="check RUSTA_DATABASE_URL and that the server answers")


@lru_cache(maxsize=256)
def _percent(sql: str) -> bytes:
    # Bytes, because psycopg types text statements as literals only.
    return _NAME.sub(r"%(\1)s", sql).encode()


def _without_nul(values: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL's text has no NUL. Records are JSON, which escapes it; only words for lists and search hold one."""
    return {name: value.replace("\0", "") if isinstance(value, str) else value for name, value in values.items()}


def connect(url: str) -> Connection:
    """Opens a connection to the database of ``url``; for SQLite its file has to exist.

    Raises `StoreError`, or `ToolMissingError` without PostgreSQL's driver.
    """
    path = sqlite_path(url)
    return PostgresConnection(url) if path is None else SqliteConnection(path)
