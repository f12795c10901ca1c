"""The folder that a run works in, and the store that its cases start with."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.errors import RustaError
from engine.evals.chaos import poison
from engine.evals.plan import Plan
from engine.evals.record import runs_folder
from engine.home import database_url
from engine.store.store import Store


@dataclass(frozen=True)
class Scratch:
    """The folder a run works in; ``memory`` is the store that the next case starts with."""

    folder: Path

    @classmethod
    def new(cls) -> Scratch:
        """A folder for a run that has no name yet."""
        work = runs_folder() / "work"
        work.mkdir(parents=True, exist_ok=True)
        return cls(Path(tempfile.mkdtemp(prefix="new-", dir=work)))

    @property
    def memory(self) -> Path:
        """The store."""
        return self.folder / "memory.db"

    def named(self, run: str) -> Scratch:
        """The same folder by the name of its run."""
        return Scratch(self.folder.rename(self.folder.with_name(run)))

    def prepare_memory(self, plan: Plan) -> str:
        """Makes the store that cases start with, and says what `RunHead.memory` is to say of it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        said: str = plan.memory
        if plan.memory == "own":
            said = f"own {_copy_own(self.memory)}"
        with closing(Store.open(f"sqlite:///{self.memory}")) as store:
            if plan.chaos == "poisoned":
                poison(store)
        _fold_in(self.memory)
        return said

    def clear(self, *, keep_memory: bool = False) -> None:
        """Removes it; with ``keep_memory`` all but the store, for the run to go on."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if keep_memory and path == self.memory:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        if not keep_memory:
            shutil.rmtree(self.folder, ignore_errors=True)


def _copy_own(to: Path) -> str:
    """Copies the mentor's store as it stands; SHA-256 of the copy."""
    url = database_url()
    if not url.startswith("sqlite:///"):
        raise RustaError("only a store in SQLite can be copied", fix="leave --memory out, or take `fresh`")
    path = Path(url.removeprefix("sqlite:///"))
    if not path.is_file():
        raise RustaError(f"there is no store at {path}", fix="leave --memory out: a new store is an empty one")
    copy_store(path, to)
    return hashlib.sha256(to.read_bytes()).hexdigest()


def copy_store(store: Path, to: Path) -> None:
    """A whole copy of a store in SQLite, what is in its write-ahead log included."""
    to.unlink(missing_ok=True)
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)


def _fold_in(store: Path) -> None:
    """Makes one file of a store, so that it can be copied as one."""
    with closing(sqlite3.connect(store)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
