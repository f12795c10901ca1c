"""Brings a database to the schema this code speaks, and refuses one that is ahead of it, untouched."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import StoreError
from engine.store.connection import (
    Connection,
    connect,
    open_sqlite,
    postgres_problem,
    postgres_url,
    sqlite_path,
    sqlite_problem,
)

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

# Every revision in order, the last is current. Kept here so that opening a current store never loads Alembic;
# a test holds the list to the scripts.
REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
SCRIPTS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x5255535441  # "RUSTA"


def open_current(url: str) -> Connection:
    """A connection to a database whose schema is current, created or migrated first if need be.

    Raises `StoreError` for a database of a newer version, which is left without a byte changed, and for one that
    is not a store, damaged or not writable.
    """
    path = sqlite_path(url)
    if path is None:
        return _open_postgres(url)
    if _needs_migration(_sqlite_revision(path), str(path)):
        _migrate_sqlite(path)
    return connect(url)


def _needs_migration(revision: str | None, where: str) -> bool:
    if revision is None:
        return True
    if revision not in REVISIONS:
        raise StoreError(
            f"the store {where} has schema {revision}, newer than the {REVISIONS[-1]} of this Rusta",
            fix="upgrade Rusta, or set RUSTA_HOME to another folder",
        )
    return revision != REVISIONS[-1]


def _sqlite_revision(path: Path) -> str | None:
    """The revision of a SQLite file, None for one that does not exist or is empty. Never writes."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            return None
        log = path.with_name(path.name + "-wal")
        # Without a log to take into account, reading can leave even the lock files alone.
        settled = not log.exists() or log.stat().st_size == 0
        try:
            return _read_revision(path, "immutable=1" if settled else "mode=ro")
        except sqlite3.DatabaseError:
            if not settled:
                raise
            return _read_revision(path, "mode=ro")  # another process may have been writing just then
    except OSError as error:
        raise StoreError(f"the store {path} cannot be read: {error.strerror}", fix="set RUSTA_HOME") from error
    except sqlite3.Error as error:
        raise sqlite_problem(path, error) from error


def _read_revision(path: Path, mode: str) -> str | None:
    raw = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=10)
    try:
        names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if names and "alembic_version" not in names:
            raise StoreError(f"{path} is a database, but not a store of Rusta's", fix="set RUSTA_DATABASE_URL")
        row = raw.execute("SELECT version_num FROM alembic_version").fetchone() if names else None
        return str(row[0]) if row else None
    finally:
        raw.close()


def _migrate_sqlite(path: Path) -> None:
    from sqlalchemy import event

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        open_sqlite(path).close()  # a first failure reads better from the driver than through two libraries
    except OSError as error:
        fix = "set RUSTA_HOME to a folder you can write to"
        raise StoreError(f"the store {path} cannot be made: {error.strerror}", fix=fix) from error
    except sqlite3.Error as error:
        raise sqlite_problem(path, error) from error
    engine = make_engine(f"sqlite:///{path}")
    # One transaction that holds the write lock from its start: a second process waits, then finds the work done.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    _upgrade(engine, str(path))


def _open_postgres(url: str) -> Connection:
    connection = connect(url)
    try:
        (present,) = connection.read("SELECT to_regclass('alembic_version') IS NOT NULL")
        rows = connection.read("SELECT version_num FROM alembic_version") if present[0] else []
        if _needs_migration(str(rows[0][0]) if rows else None, "on PostgreSQL"):
            _upgrade(make_engine(url), "on PostgreSQL")
    except BaseException:
        connection.close()
        raise
    return connection


def _upgrade(engine: Engine, where: str) -> None:
    from alembic import command
    from alembic.util import CommandError
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
            command.upgrade(alembic_config(connection), "head")
    except DBAPIError as error:
        cause = error.orig if isinstance(error.orig, Exception) else error
        sqlite = engine.dialect.name == "sqlite"
        raise (sqlite_problem(Path(where), cause) if sqlite else postgres_problem(cause)) from error
    except CommandError as error:
        raise StoreError(f"the store {where} could not be migrated: {error}", fix="upgrade Rusta") from error
    finally:
        engine.dispose()


def alembic_config(connection: Any = None) -> Config:
    """Alembic's configuration for the shipped scripts, on an open SQLAlchemy connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")  # a module that tools can import
    config.attributes["connection"] = connection
    return config


def make_engine(url: str) -> Engine:
    """A SQLAlchemy engine whose connections are opened the way `connection` opens them."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    path = sqlite_path(url)
    if path is None:
        return create_engine(postgres_url(url, "+psycopg"), poolclass=NullPool)
    return create_engine("sqlite://", creator=lambda: open_sqlite(path), poolclass=NullPool)
