"""Small corpora with copies in them, and the plain way to tell what is alike."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.corpus.dedup.resolve import DedupSettings, Removal, Resolution, resolve
from engine.corpus.dedup.shingles import shingles
from engine.corpus.dedup.signature_file import write_signatures
from engine.corpus.document import Document, Origin

Row = tuple[Document, Origin]


def row(name: str, content: bytes, *, source: str = "crates", licence: tuple[str, ...] = ("MIT",)) -> Row:
    origin = Origin(id=f"crate:{name}", source=source, repository=name)
    return Document(origin=origin.id, path="src/lib.rs", content=content, chosen=licence), origin


def text(seed: int, words: int) -> list[bytes]:
    rng = random.Random(seed)
    return [f"w{rng.randrange(100_000)}".encode() for _ in range(words)]


def changed(words: Sequence[bytes], share: float, seed: int) -> list[bytes]:
    """The words with a share of them replaced."""
    rng = random.Random(seed)
    return [f"c{rng.randrange(100_000)}".encode() if rng.random() < share else word for word in words]


def family(seed: int, size: int, *, words: int = 200) -> list[bytes]:
    """Texts that were made from one, more and less alike."""
    base = text(seed, words)
    return [
        b" ".join([*changed(base, 0.008 * (member % 4), seed * 100 + member), b"end%d" % member])
        for member in range(size)
    ]


def similarity(one: bytes, other: bytes) -> float:
    first, second = (set(shingles([each]).of(0).tolist()) for each in (one, other))
    return len(first & second) / len(first | second) if first | second else 0.0


@dataclass(frozen=True)
class Reader:
    """Gives the contents of shards from memory; pickles."""

    shards: tuple[tuple[bytes, ...], ...]

    def __call__(self, shard: int, rows: Sequence[int]) -> Iterator[bytes]:
        for each in rows:
            yield self.shards[shard][each]


def shards_of(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def deduplicated(
    rows: Sequence[Row], folder: Path, *, shard: int = 7, settings: DedupSettings | None = None, **options: object
) -> tuple[Resolution, list[Removal]]:
    """All removals, with the shards made as large as asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    shards = shards_of(rows, shard)
    files = [write_signatures(part, folder / f"{at}.sig").path for at, part in enumerate(shards)]
    reader = Reader(tuple(tuple(document.content for document, _ in part) for part in shards))
    settings = settings or DedupSettings(most_lost=1)
    resolution = resolve(files, reader, folder / "work", settings, **options)  # type: ignore[arg-type]
    removals = [removal for at in range(len(shards)) for _, removal in resolution.removals(at)]
    return resolution, removals
