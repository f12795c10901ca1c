"""What the stages beside E0 learn from: a packaged corpus, the sessions on record, and what self-play left."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from engine.corpus.sources.devlogs import LOWEST_CORRECTNESS, devlog_samples
from engine.errors import RecordError, TrainingError
from engine.schema.devlog import DevLog
from engine.schema.event import Event, PatchEvent
from engine.schema.patch import Patch
from engine.schema.samples import CanonTeach, DiagFix, ExplainDiff, PrPair, StyleGuide
from engine.schema.samples import read_sample as read
from engine.store.store import Store
from engine.train.data import repository_of
from engine.train.selfplay import school

FAMILIES = ("teach", "diag_fix", "explain_diff", "style_guide")


@dataclass(frozen=True)
class Sampled:
    """A sample, the repository it comes from, its split ("" for one of the store's), and how often it is learnt."""

    repository: str
    split: str
    times: int
    sample: CanonTeach | DiagFix | PrPair | ExplainDiff | StyleGuide


@dataclass(frozen=True)
class Material:
    """Where lessons are gathered from.

    ``data`` is a packaged corpus or None, ``stores`` hold sessions, ``played`` are folders that self-play left, and
    ``schools`` their stores.
    ``barred`` says which patches are on a text that is sealed for an exam. ``moves`` are the names that the weights
    which are gone on from already have a place for.
    """

    data: Path | None = None
    stores: Sequence[Store] = ()
    played: Sequence[Path] = ()
    schools: Sequence[Store] = ()
    barred: Callable[[Patch], bool] = lambda patch: False
    moves: tuple[str, ...] = ()

    def samples(self) -> Iterator[Sampled]:
        """The samples of the corpus, its test split left out, then those of the DevLogs. Raises `TrainingError`."""
        for family in FAMILIES if self.data is not None else ():
            for shard in sorted((self.data or Path()).rglob(f"{family}/*.jsonl.zst")):
                yield from _shard(shard)
        for store in (*self.stores, *self.schools):
            for weighed in devlog_samples(store, barred=self.barred):
                times = max(1, round(weighed.weight))
                repository = repository_of(weighed.sample.provenance.repo or "devlogs")
                yield Sampled(repository, "", times, weighed.sample)

    def sessions(self, *, played: bool = True) -> Iterator[tuple[str, list[Event]]]:
        """Repository and events of every session that ended, the oldest first, those on sealed texts left out.

        Without ``played``, those of self-play too.
        """
        for store in (*self.stores, *(self.schools if played else ())):
            for row in reversed(store.sessions(None)):
                events = list(store.events(row.id)) if row.ended else []
                if events and not any(isinstance(one, PatchEvent) and self.barred(one.patch) for one in events):
                    yield repository_of(PurePath(row.repository).name), events

    def devlogs(self) -> Iterator[tuple[str, DevLog]]:
        """Repository and DevLog of what the mentor did not grade as wrong, the oldest first."""
        for store in (*self.stores, *self.schools):
            for row in reversed(store.devlog_rows(None)):
                devlog = store.devlog(row.id)
                sealed = any(entry.patch is not None and self.barred(entry.patch) for entry in devlog.entries)
                if row.grades.get("correctness", LOWEST_CORRECTNESS) >= LOWEST_CORRECTNESS and not sealed:
                    yield repository_of(PurePath(row.repository).name), devlog

    def faults(self) -> Iterator[school.Mended]:
        """What self-play broke, with the answers."""
        for folder in self.played:
            yield from school.mended(folder)

    def tried(self) -> Iterator[school.Tried]:
        """What was tried in self-play, with how it ended."""
        for folder in self.played:
            yield from school.tried(folder)


def _shard(shard: Path) -> Iterator[Sampled]:
    import zstandard

    if shard.name.startswith("test-"):
        return
    try:
        with shard.open("rb") as stream, zstandard.ZstdDecompressor().stream_reader(stream) as lines:
            for line in io.BufferedReader(lines):
                fields = json.loads(line)
                if fields["split"] != "test":
                    times = max(1, round(fields.get("weight", 1.0)))
                    yield Sampled(fields["repository"], fields["split"], times, read(fields))
    except (OSError, ValueError, KeyError, RecordError, zstandard.ZstdError) as error:
        raise TrainingError(f"{shard.name} is no shard of a corpus: {error}", fix="build it again") from error
