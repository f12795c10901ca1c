"""One piece of work: some units of a source, read and taken through all steps, with the result kept under its address.

The address is a hash of all that decides the result: the source and its settings, the units, and every step with its
version and settings. A piece that is there and unharmed is not made again; one whose files are not what was written is.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Family, Origin, Source, Step, Verdict
from engine.corpus.ledger import row_of, unit_row, write_rows
from engine.corpus.shard import file_hash, read_origins, whole, write_documents, write_origins
from engine.errors import CorpusError

FORMAT = 1  # of the files of a piece; another one makes all of them anew
_RECORD = "piece.json"


@dataclass(frozen=True)
class Piece:
    """What to do. ``settings`` are the source's, as far as they decide these units; ``place`` is for results."""

    source: Source
    units: tuple[str, ...]
    settings: Mapping[str, Any]
    steps: tuple[Step, ...]
    place: Path

    @property
    def address(self) -> str:
        """Of the result, before it is known (32 hex digits)."""
        what = {
            "format": FORMAT,
            "source": [self.source.name, getattr(self.source, "version", 1), self.settings],
            "units": self.units,
            "steps": [[step.name, step.version, step.settings()] for step in self.steps],
        }
        text = json.dumps(what, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def pieces_of(source: Source, steps: tuple[Step, ...], place: Path, units_a_piece: int) -> Iterator[Piece]:
    """The work on a source, cut by units in their order. Raises `CorpusError` when the source cannot be had."""
    units, settings = source.units(), source.settings()
    for start in range(0, len(units), units_a_piece):
        some = units[start : start + units_a_piece]
        # What only other units hang on does not decide these.
        own = {unit: settings[unit] for unit in some} if all(unit in settings for unit in some) else settings
        yield Piece(source, some, own, steps, place)


@dataclass(frozen=True)
class Made:
    """A piece that was made: where it lies, what it holds, and how long each step took (seconds).

    ``families`` are the documents that were kept, by family; ``remade`` says why it was made though it had been there.
    """

    folder: Path
    families: dict[Family, int]
    files: int
    bytes_in: int
    seconds: dict[str, float] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    remade: str = ""
    fresh: bool = False

    def documents(self, family: Family) -> Path:
        """The shard of one family."""
        return self.folder / f"{family}.parquet"

    def signatures(self, family: Family) -> Path:
        """The signatures of that shard."""
        return self.folder / f"{family}.sig"

    @property
    def ledger(self) -> Path:
        """The rows of all documents that were read, whatever became of them."""
        return self.folder / "ledger.parquet"

    def origins(self) -> dict[str, Origin]:
        """The origins of its documents, by id."""
        return read_origins(self.folder / "origins.json")


def make(piece: Piece) -> Made:
    """Makes a piece, or finds it made. Raises `CorpusError` when there is no room for it."""
    folder = piece.place / piece.address[:2] / piece.address
    found, why = _found(folder)
    if found is not None:
        return found
    if why:
        _quarantine(folder, piece.place / "quarantine")
    made = _Work(piece).write(folder)
    record = json.dumps({**asdict(made), "folder": "", "remade": "", "fresh": False}, sort_keys=True)
    with whole(folder / _RECORD) as new:
        new.write_text(json.dumps({"record": record, "sha256": _digest(record)}), encoding="utf-8")
    return Made(**{**made.__dict__, "remade": why, "fresh": True})


def _found(folder: Path) -> tuple[Made | None, str]:
    """The piece that lies in a folder, if its files are what was written; else why it has to be made anew."""
    try:
        held = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
        if _digest(held["record"]) != held["sha256"]:
            return None, f"{folder.name}/{_RECORD} is not what was written"
        made = Made(**{**json.loads(held["record"]), "folder": folder})
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None, f"{folder.name}/{_RECORD} cannot be read"
    for name, expected in made.hashes.items():
        path = folder / name
        if not path.exists():
            return None, f"{folder.name}/{name} is gone"
        if file_hash(path) != expected:
            return None, f"{folder.name}/{name} is not what was written"
    return made, ""


def _quarantine(folder: Path, place: Path) -> None:
    """Puts a damaged piece aside, for whoever wants to know what happened to it; the latest of an address is kept."""
    place.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place / folder.name, ignore_errors=True)
    folder.rename(place / folder.name)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Work:
    """The units of a piece on their way through the steps."""

    def __init__(self, piece: Piece) -> None:
        self._piece = piece
        self._origins: dict[str, Origin] = {}
        self._rows: list[dict[str, Any]] = []
        self._kept: dict[Family, list[Document]] = {}
        self._seconds: dict[str, float] = {}
        self._bytes = 0

    def write(self, folder: Path) -> Made:
        """Does the work and writes it down."""
        for unit in self._piece.units:
            self._unit(unit)
        shutil.rmtree(folder, ignore_errors=True)  # what a killed build has left half written
        folder.mkdir(parents=True)
        write_rows(self._rows, folder / "ledger.parquet")
        write_origins(self._origins.values(), folder / "origins.json")
        for family, documents in self._kept.items():
            write_documents(documents, folder / f"{family}.parquet")
            self._timed("sign", lambda family=family, documents=documents: self._sign(folder, family, documents))
        names = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        return Made(
            folder,
            {family: len(documents) for family, documents in self._kept.items()},
            files=len(self._rows),
            bytes_in=self._bytes,
            seconds=self._seconds,
            hashes={name: file_hash(folder / name) for name in names},
        )

    def _sign(self, folder: Path, family: Family, documents: Sequence[Document]) -> None:
        from engine.corpus.dedup.signature_file import write_signatures

        pairs = ((document, self._origins[document.origin]) for document in documents)
        write_signatures(pairs, folder / f"{family}.sig")

    def _unit(self, unit: str) -> None:
        try:
            origin, documents = self._timed("read", lambda: _read(self._piece.source, unit))
        except CorpusError as error:
            self._rows.append(unit_row(self._piece.source.name, unit, error))
            return
        self._origins[origin.id] = origin
        self._bytes += sum(len(document.content) for document in documents)
        trails = [_Trail(document) for document in documents]
        for step in self._piece.steps:
            self._timed(step.name, lambda step=step: self._through(step, trails))
        for trail in trails:
            kept = trail.now is not None
            self._rows.append(row_of(trail.read, trail.now or trail.last, origin, trail.verdicts, kept=kept))
            if trail.now is not None:
                self._kept.setdefault(trail.now.family, []).append(trail.now)

    def _through(self, step: Step, trails: Sequence[_Trail]) -> None:
        going = [trail for trail in trails if trail.now is not None]
        documents = [trail.last for trail in going]
        for trail, outcome in zip(going, step.run(documents, self._origins), strict=True):
            trail.verdicts += outcome.verdicts
            trail.last = outcome.document or outcome.aside or trail.last
            trail.now = outcome.document

    def _timed(self, name: str, work: Any) -> Any:
        began = time.perf_counter()
        try:
            return work()
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + time.perf_counter() - began


class _Trail:
    """One document: as it was read, as it is ``now`` (None once it is left out), as it was ``last``."""

    def __init__(self, document: Document) -> None:
        self.read = self.last = document
        self.now: Document | None = document
        self.verdicts: list[Verdict] = []


def _read(source: Source, unit: str) -> tuple[Origin, list[Document]]:
    origin, documents = source.read(unit)
    return origin, list(_unlike(documents, unit))


def _unlike(documents: Iterator[Document], unit: str) -> Iterator[Document]:
    """The documents; `CorpusError` when a source names two of them alike, as the ledger could not tell them apart."""
    seen: set[str] = set()
    for document in documents:
        if document.id in seen:
            raise CorpusError(f"{unit} has two documents at {document.path}")
        seen.add(document.id)
        yield document
