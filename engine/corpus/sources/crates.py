"""Crates as a source: one unit a crate, read from the archives that cargo has fetched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.corpus.document import Document, Origin
from engine.corpus.sources.crate_archive import read_crate
from engine.corpus.sources.crate_lock import CrateLock, archive_of
from engine.errors import CorpusError


class Crates:
    """The crates of a lock (see `engine.corpus.sources.crate_lock.lock_crates`)."""

    name = "crates"

    def __init__(self, lock: CrateLock) -> None:
        self._crates = {f"{crate.name}@{crate.version}": crate for crate in lock.crates}

    def settings(self) -> Mapping[str, Any]:
        """Every crate with its checksum."""
        return {unit: crate.checksum or crate.problem for unit, crate in self._crates.items()}

    def units(self) -> tuple[str, ...]:
        """``name@version``, by name."""
        return tuple(sorted(self._crates))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One crate. `CorpusError` when cargo could not fetch it or its archive is damaged."""
        crate = self._crates[unit]
        if crate.problem:
            raise CorpusError(f"cargo cannot fetch {crate.name}: {crate.problem}")
        return read_crate(archive_of(crate), crate.name, crate.version, crate.checksum)
