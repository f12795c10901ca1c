"""From the signatures of all shards to what has to go: numbers, bands, pairs, proof, survivors.

Every stage writes its result to the work folder under a name that says what it was made of, whole or not at all; so a
run that was killed goes on where it stood, with any number of workers, and comes to the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup import clusters
from engine.corpus.dedup.bands import BANDS, THRESHOLD, algorithm
from engine.corpus.dedup.candidates import band_pairs, merged
from engine.corpus.dedup.disk_array import gathered
from engine.corpus.dedup.numbering import Numbering, number
from engine.corpus.dedup.signature_file import SignatureFile
from engine.corpus.dedup.sorted_runs import MEMORY
from engine.corpus.dedup.verify import EDGE, RANGE, ShardReader, mark, place, store_shingles, verify
from engine.corpus.document import Verdict
from engine.errors import CorpusError

STEP = "dedup"
_BLOCK = 1 << 18  # documents asked about at once


class Each(Protocol):
    """How independent calls are made: `map`, or the ``map`` of a pool. The results come in the order of the items."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterable[Any]:
        """Calls the function with each item."""
        ...


@dataclass(frozen=True, slots=True)
class DedupSettings:
    """``threshold``: Jaccard similarity of the 5-gram sets from which two documents are one.

    ``most_lost``: the share of a source that may go before the run stops; 1 lets everything go. ``giant``: documents
    from which a cluster is reported. ``memory``: bytes that one sort may hold; it does not change the result.
    """

    threshold: float = THRESHOLD
    most_lost: float = 0.5
    giant: int = 100
    memory: int = MEMORY


@dataclass(frozen=True, slots=True)
class Removal:
    """A document that goes, and the one that stays for it: they share ``shared`` of the ``union`` of their 5-grams."""

    document: str
    survivor: str
    kind: Literal["exact", "near"]
    shared: int = 1
    union: int = 1

    @property
    def jaccard(self) -> float:
        """At least the threshold; 1 for the same bytes."""
        return self.shared / self.union

    @property
    def verdict(self) -> Verdict:
        """For the ledger."""
        if self.kind == "exact":
            return Verdict(self.document, STEP, "drop", "exact-duplicate", f"the same bytes as {self.survivor}")
        detail = f"Jaccard {self.jaccard:.4f} over 5-grams with {self.survivor}"
        return Verdict(self.document, STEP, "drop", "near-duplicate", detail)


@dataclass(frozen=True, slots=True)
class Giant:
    """A cluster as large as `DedupSettings.giant`; ``best`` is the id of its best document."""

    best: str
    documents: int
    stay: int


@dataclass(frozen=True, slots=True)
class DedupReport:
    """``sources``: documents and removals of each. ``candidates`` were looked at, ``verified`` held the threshold."""

    documents: int
    exact: int
    near: int
    candidates: int
    verified: int
    sources: dict[str, tuple[int, int]]
    giants: tuple[Giant, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What `resolve` found. The removals are read from its work folder, so ask before that is removed."""

    report: DedupReport
    _files: tuple[SignatureFile, ...]
    _numbering: Numbering

    def removals(self, shard: int) -> Iterator[tuple[int, Removal]]:
        """The rows of a shard that go, ascending, and why."""
        ids = [row.tobytes().hex() for row in self._files[shard].ids()]
        for rows, exact, fate in _fates(self._numbering, shard):
            names = self._numbering.ids(fate["survivor"])
            for row, copy, survivor, (_, shared, union) in zip(
                rows.tolist(), exact.tolist(), names, fate.tolist(), strict=True
            ):
                if copy:
                    yield row, Removal(ids[row], survivor, "exact")
                else:
                    yield row, Removal(ids[row], survivor, "near", shared, union)


def resolve(
    files: Sequence[Path],
    read: ShardReader,
    work: Path,
    settings: DedupSettings | None = None,
    *,
    each: Each = map,
    progress: Callable[[str, int, int], None] | None = None,
) -> Resolution:
    """Finds what has to go among the documents of all signature files.

    ``work`` is a folder for what lies between; it may be removed when the removals have been read. ``each`` makes the
    independent calls and ``progress`` is told a stage, how much of it is done, and how much there is. The removals do
    not hang on the order of the files or the number of workers. Raises `CorpusError` when a file is no good, and when a
    source would lose more than ``most_lost``.
    """
    settings = settings or DedupSettings()
    opened = tuple(SignatureFile.open(path) for path in files)
    folder = work / _address(opened, settings)
    folder.mkdir(parents=True, exist_ok=True)
    told = progress or (lambda stage, done, total: None)
    numbering = _numbered(opened, folder, settings)
    told("numbers", 1, 1)
    report = folder / "report.json"
    if not report.exists():
        pairs, candidates = _pairs(opened, numbering, settings, each, told)
        edges = _edges(opened, pairs, numbering, read, settings, each, told)
        clusters.settle((np.fromfile(path, EDGE) for path in edges), numbering.kept, folder)
        verified = sum(path.stat().st_size for path in edges) // EDGE.itemsize
        _write(report, asdict(_report(opened, numbering, settings, candidates, verified)))
        _tidy(folder)
    found = _read_report(report)
    _stop_at_losses(found, settings)
    return Resolution(found, opened, numbering)


def _address(files: Sequence[SignatureFile], settings: DedupSettings) -> str:
    """Of the inputs and what decides the result; the limits on losses and memory do not."""
    digest = hashlib.sha256(f"{algorithm()} {settings.threshold} {settings.giant}".encode())
    for file in files:
        with file.path.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:32]


def _numbered(files: Sequence[SignatureFile], folder: Path, settings: DedupSettings) -> Numbering:
    done = folder / "numbers.json"
    if not done.exists():
        for path in folder.glob("by-*"):
            path.unlink()
        numbering = number(files, folder, memory=settings.memory)
        _write(done, {"starts": numbering.starts, "kept": numbering.kept})
    held = json.loads(done.read_text())
    return Numbering(folder, tuple(held["starts"]), held["kept"])


def _pairs(
    files: Sequence[SignatureFile],
    numbering: Numbering,
    settings: DedupSettings,
    each: Each,
    told: Callable[[str, int, int], None],
) -> tuple[Path, int]:
    pairs = numbering.folder / "pairs.u64"
    if not pairs.exists():
        parts = {band: numbering.folder / f"band-{band:02d}.u64" for band in range(BANDS)}
        missing = [band for band, part in parts.items() if not part.exists()]
        work = partial(_band, files=files, numbering=numbering, memory=settings.memory)
        for done, _ in enumerate(each(work, missing), BANDS - len(missing) + 1):
            told("bands", done, BANDS)
        merged(list(parts.values()), pairs, memory=settings.memory)
    return pairs, pairs.stat().st_size // 8


def _band(band: int, files: Sequence[SignatureFile], numbering: Numbering, memory: int) -> None:
    band_pairs(files, numbering, band, numbering.folder / f"band-{band:02d}.u64", memory=memory)


def _edges(
    files: Sequence[SignatureFile],
    pairs: Path,
    numbering: Numbering,
    read: ShardReader,
    settings: DedupSettings,
    each: Each,
    told: Callable[[str, int, int], None],
) -> list[Path]:
    folder, count = numbering.folder, pairs.stat().st_size // 8
    stored = folder / "stored"
    if not stored.exists():
        mark(pairs, numbering)
        store = partial(store_shingles, read=read, numbering=numbering)
        for done, shard in enumerate(each(store, enumerate(files)), 1):
            place(shard, numbering)
            told("shingles", done, len(files))
        stored.touch()
    starts = range(0, count, RANGE)
    compare = partial(verify, pairs=pairs, folder=folder, kept=numbering.kept, threshold=settings.threshold)
    edges: list[Path] = []
    for path in each(compare, starts):
        edges.append(path)
        told("pairs", min(len(edges) * RANGE, count), count)
    return edges


def _report(
    files: Sequence[SignatureFile], numbering: Numbering, settings: DedupSettings, candidates: int, verified: int
) -> DedupReport:
    exact = near = 0
    sources: dict[str, list[int]] = {}
    for shard, file in enumerate(files):
        numbers = file.source_numbers()
        totals, lost = np.bincount(numbers, minlength=len(file.sources)), np.zeros(len(file.sources), np.int64)
        for rows, copy, _ in _fates(numbering, shard):
            exact += int(copy.sum())
            near += int((~copy).sum())
            lost += np.bincount(numbers[rows], minlength=len(file.sources))
        for source, total, gone in zip(file.sources, totals.tolist(), lost.tolist(), strict=True):
            entry = sources.setdefault(source, [0, 0])
            entry[0] += total
            entry[1] += gone
    found = list(clusters.giants(numbering.folder, numbering.kept, settings.giant))
    names = numbering.ids(np.array([one.best for one in found], np.int64))
    giants = tuple(Giant(name, one.documents, one.stay) for name, one in zip(names, found, strict=True))
    losses = {source: (total, gone) for source, (total, gone) in sorted(sources.items())}
    return DedupReport(numbering.documents, exact, near, candidates, verified, losses, giants)


def _fates(numbering: Numbering, shard: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.void]]]:
    """The rows of a shard that go, whether each is an exact copy of its survivor, and its fate, in blocks."""
    decided = clusters.fates(numbering.folder, numbering.kept)
    first, end = numbering.starts[shard], numbering.starts[shard + 1]
    for start in range(first, end, _BLOCK):
        numbers, copy = numbering.of_range(start, min(start + _BLOCK, end))
        fate = gathered(decided, numbers)
        stays = fate["all"] == 0  # the document that has this number
        fate["survivor"][stays] = numbers[stays]
        rows = np.flatnonzero(copy | ~stays)
        yield rows + (start - first), (copy & stays)[rows], fate[rows]


def _stop_at_losses(report: DedupReport, settings: DedupSettings) -> None:
    for source, (documents, lost) in report.sources.items():
        if lost > settings.most_lost * documents:
            raise CorpusError(
                f"{source} would lose {lost} of its {documents} documents as duplicates",
                fix="look whether it was read twice; if it is right so, allow it and run again",
            )


def _tidy(folder: Path) -> None:
    """Removes what is not needed once it is known who goes."""
    keep = {"by-ordinal.u32", "by-number.rec", "fates.rec", "numbers.json", "report.json"}
    for path in folder.iterdir():
        if path.name not in keep:
            path.unlink()


def _write(path: Path, content: dict[str, Any]) -> None:
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(content))
    new.replace(path)


def _read_report(path: Path) -> DedupReport:
    held = DedupReport(**json.loads(path.read_text()))
    return replace(
        held,
        sources={name: (counts[0], counts[1]) for name, counts in held.sources.items()},
        giants=tuple(Giant(**one) for one in held.giants),  # type: ignore[arg-type]
    )
