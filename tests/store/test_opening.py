"""Opening the store: made on the first day, cheap on every other, and never at the cost of what it holds."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from engine.errors import StoreError
from engine.schema.devlog import DevLog, Outcome
from engine.store.connection import connect
from engine.store.migration import REVISIONS, SCRIPTS, alembic_config, make_engine
from engine.store.store import Store
from engine.store.tables import METADATA, concerns

AT = "2026-01-02T03:04:05.678Z"
FIRST = DevLog(
    id="d",
    session="s",
    at=AT,
    repository="crab",
    base="0",
    brain="search",
    outcome=Outcome.FIXED,
    summary="E0502 mended",
)


def images(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def python(code: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


def test_the_home_is_made_on_the_first_opening(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "new" / "100% home?#"
    monkeypatch.setenv("RUSTA_HOME", str(home))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    Store.open().close()
    assert (home / "rusta.db").is_file()


def test_the_url_in_the_environment_moves_the_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RUSTA_DATABASE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    Store.open().close()
    assert (tmp_path / "elsewhere.db").is_file()
    assert not (tmp_path / "home").exists()


def test_sqlite_is_opened_with_a_log_foreign_keys_and_patience(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store:
        settings = {name: store._db.read(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "foreign_keys")}
        assert settings == {"journal_mode": "wal", "foreign_keys": 1}
        assert store._db.read("PRAGMA busy_timeout")[0][0] >= 5000


def test_a_current_store_is_opened_and_written_with_nothing_but_the_driver(sqlite_url: str) -> None:
    Store.open(sqlite_url).close()
    done = python(
        "import sys\n"
        "from engine.store.store import Store\n"
        "from engine.schema.event import SayEvent\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    store.create_session('s', repository='r', path='p', at='t', brain='search')\n"
        "    store.append(SayEvent(seq=1, at='t', session='s', text='hi'))\n"
        "    store.outcome_counts(); store.mistakes('x'); store.session(); list(store.events('s'))\n"
        "print(sorted({'sqlalchemy', 'sqlmodel', 'alembic', 'psycopg', 'textual', 'torch'} & set(sys.modules)))",
        sqlite_url,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_migrations_lead_to_the_tables_as_they_are_declared(url: str) -> None:
    Store.open(url).close()
    engine = make_engine(url)
    with engine.connect() as connection:
        compared = {"compare_type": True, "include_object": concerns(connection.dialect.name)}
        context = MigrationContext.configure(connection, opts=compared)
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_migration_command_compares_the_store_of_this_user(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("RUSTA_DATABASE_URL", url)
    Store.open().close()
    command.check(alembic_config())


def test_the_list_of_revisions_is_that_of_the_scripts() -> None:
    scripts = [script.revision for script in ScriptDirectory(SCRIPTS).walk_revisions()]
    assert tuple(reversed(scripts)) == REVISIONS


def test_a_store_of_the_first_revision_is_brought_up_to_date_with_all_it_holds(url: str) -> None:
    with Store.open(url) as store:
        for number in range(3):
            store.save_devlog(FIRST.model_copy(update={"id": f"d{number}", "seconds": number + 0.5}))
        store.add_grade("d1", "clarity", 3, at=AT)
    engine = make_engine(url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0001")
        names = {column["name"] for column in inspect(connection).get_columns("devlogs")}
        assert not names & {"summary", "seconds"}
        assert not {"comments", "marks"} & set(inspect(connection).get_table_names())
    engine.dispose()
    with Store.open(url) as store:
        rows = {row.id: row for row in store.devlog_rows()}
        assert {id_: (row.summary, row.seconds) for id_, row in rows.items()} == {
            "d0": ("E0502 mended", 0.5),
            "d1": ("E0502 mended", 1.5),
            "d2": ("E0502 mended", 2.5),
        }
        assert rows["d1"].grades == {"clarity": 3}
        assert store.devlog("d2") == FIRST.model_copy(update={"id": "d2", "seconds": 2.5})
        store.add_comment("d0", "Well kept.")
        assert store.add_mark("d0", "golden")


def test_a_database_that_the_first_release_made_is_brought_up_to_date(tmp_path: Path, sqlite_url: str) -> None:
    raw = sqlite3.connect(tmp_path / "rusta.db")
    raw.executescript((Path(__file__).parent / "first_revision.sql").read_text())
    raw.close()
    with Store.open(sqlite_url) as store:
        (row,) = store.devlog_rows()
        assert (row.id, row.summary, row.seconds) == ("devlog-260102-aa", "1 fixed (E0502)", 1.25)
        assert (row.codes, row.moves, row.grades) == (("E0502",), ("hoist-read",), {"correctness": 2})
        assert store.devlog(row.id).model_dump(mode="json")["summary"] == "1 fixed (E0502)"
        (count,) = store.outcome_counts()
        assert (count.green, count.total) == (0, 1)
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_a_store_that_was_taken_back_to_nothing_is_migrated_again(url: str) -> None:
    Store.open(url).close()
    engine = make_engine(url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    engine.dispose()
    with Store.open(url) as store:
        assert store.sessions() == []


def test_a_migration_that_breaks_off_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("alembic.op.create_index", power_cut)
        with pytest.raises(KeyboardInterrupt):
            Store.open(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert engine.dialect.get_table_names(connection) == []
    engine.dispose()
    Store.open(url).close()


def test_a_store_of_a_newer_version_is_refused_without_a_byte_changed(tmp_path: Path, sqlite_url: str) -> None:
    Store.open(sqlite_url).close()
    with sqlite3.connect(tmp_path / "rusta.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    before = images(tmp_path)
    with pytest.raises(StoreError, match="schema 9999, newer than") as caught:
        Store.open(sqlite_url)
    assert "upgrade Rusta" in caught.value.fix
    assert images(tmp_path) == before


def test_a_newer_store_whose_writer_was_killed_is_refused_without_a_byte_changed(
    tmp_path: Path, sqlite_url: str
) -> None:
    Store.open(sqlite_url).close()
    # The new version stands in the write-ahead log alone: its writer ends without closing the database.
    python(
        "import os, sqlite3, sys\n"
        "raw = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "raw.execute(\"UPDATE alembic_version SET version_num = '9999'\")\n"
        "os._exit(9)",
        str(tmp_path / "rusta.db"),
    )
    before = images(tmp_path)
    assert before["rusta.db-wal"]
    with pytest.raises(StoreError, match="schema 9999, newer than"):
        Store.open(sqlite_url)
    after = images(tmp_path)
    assert {name: after[name] for name in ("rusta.db", "rusta.db-wal")} == {
        name: before[name] for name in ("rusta.db", "rusta.db-wal")
    }


def test_a_newer_postgresql_store_is_refused_as_it_is(postgres_schema_url: str) -> None:
    Store.open(postgres_schema_url).close()
    raw = connect(postgres_schema_url)
    raw.write("UPDATE alembic_version SET version_num = '9999'")
    raw.write("DROP TABLE mistakes")
    with pytest.raises(StoreError, match="schema 9999, newer than"):
        Store.open(postgres_schema_url)
    assert raw.read("SELECT version_num FROM alembic_version") == [("9999",)]
    assert raw.read("SELECT to_regclass('mistakes')") == [(None,)]
    raw.close()


def test_a_database_that_is_not_a_store_is_refused_as_it_is(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "photos.db") as raw:
        raw.execute("CREATE TABLE photos (id INTEGER)")
    raw.close()
    before = images(tmp_path)
    with pytest.raises(StoreError, match="not a store"):
        Store.open(f"sqlite:///{tmp_path / 'photos.db'}")
    assert images(tmp_path) == before


def test_a_damaged_store_is_refused_as_it_is(tmp_path: Path, sqlite_url: str) -> None:
    (tmp_path / "rusta.db").write_bytes(b"not a database" * 1000)
    before = images(tmp_path)
    with pytest.raises(StoreError, match="damaged") as caught:
        Store.open(sqlite_url)
    assert "move it away" in caught.value.fix
    assert images(tmp_path) == before


def test_a_home_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file" / "rusta.db", tmp_path):
        with pytest.raises(StoreError) as caught:
            Store.open(f"sqlite:///{place}")
        assert caught.value.fix
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written_is_a_clear_error(tmp_path: Path, sqlite_url: str) -> None:
    Store.open(sqlite_url).close()
    (tmp_path / "rusta.db").chmod(0o400)
    with pytest.raises(StoreError, match="cannot be written"):
        Store.open(sqlite_url)


def test_a_closed_store_says_that_it_cannot_be_used(sqlite_url: str) -> None:
    store = Store.open(sqlite_url)
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.session("s")


@pytest.mark.parametrize("bad", ["mysql://root:secret@db/rusta", "rusta.db", "sqlite://", "sqlite:///:memory:"])
def test_a_url_of_no_database_is_a_clear_error_that_tells_no_password(bad: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(bad)
    assert caught.value.fix
    assert "secret" not in str(caught.value)


def test_a_postgresql_server_that_does_not_answer_is_a_clear_error() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="PostgreSQL") as caught:
        Store.open("postgresql://nobody:secret@127.0.0.1:1/nothing")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
