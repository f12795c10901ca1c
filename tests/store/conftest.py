"""Stores to test with: a SQLite file, and a PostgreSQL database where RUSTA_TEST_POSTGRES_URL names one."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.connection import postgres_url
from engine.store.store import Store


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rusta.db'}"


@pytest.fixture
def postgres_schema_url() -> Iterator[str]:
    """A fresh PostgreSQL schema, so that tests share a server and nothing else."""
    server = os.environ.get("RUSTA_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("RUSTA_TEST_POSTGRES_URL is not set: no PostgreSQL to test against")
    psycopg = pytest.importorskip("psycopg")
    schema = f"rusta_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_url(server), autocommit=True) as admin:
        admin.execute(f'CREATE SCHEMA "{schema}"')
        try:
            yield f"{server}{'&' if '?' in server else '?'}options=-csearch_path%3D{schema}"
        finally:
            admin.execute(f'DROP SCHEMA "{schema}" CASCADE')


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param.replace('postgres', 'postgres_schema')}_url")
    return found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with Store.open(url) as opened:
        yield opened
