"""The signatures of one shard, as a file: what `resolve` needs to know of each document, in 226 bytes.

A line of JSON says how many documents there are and how they were hashed; then follow the columns, one after the other,
so that a band can be read alone. The bytes depend on nothing but the documents and their order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.bands import BANDS, algorithm, band_keys, signatures
from engine.corpus.dedup.rank import rank
from engine.corpus.dedup.shingles import BLOCK, shingles
from engine.corpus.document import Document, Origin
from engine.errors import CorpusError

_HEAD = 4096  # bytes of the first line, filled up with blanks; the columns start behind it
_COLUMNS = (  # name, type, width
    ("id", "u1", 16),
    ("content", "u1", 32),
    ("rank", "<u4", 1),
    ("source", "<u2", 1),
    ("shingles", "<u4", 1),
    ("band", "<u8", 0),  # one column a band, see `band`
)
BYTES_PER_DOCUMENT = 16 + 32 + 4 + 2 + 4 + 8 * BANDS


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """The signatures of ``documents`` documents in the order of their shard; ``sources`` are the names of theirs."""

    path: Path
    documents: int
    sources: tuple[str, ...]
    algorithm: str

    @classmethod
    def open(cls, path: Path) -> SignatureFile:
        """Reads the first line. Raises `CorpusError` for a file that is none, is cut off, or was hashed otherwise."""
        try:
            with path.open("rb") as file:
                head: dict[str, Any] = json.loads(file.read(_HEAD))
            found = cls(path, int(head["documents"]), tuple(head["sources"]), str(head["algorithm"]))
            size = path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{path.name} holds no signatures", fix="remove it: it is then made again") from error
        if size != _HEAD + found.documents * BYTES_PER_DOCUMENT:
            raise CorpusError(f"the signatures in {path.name} are cut off", fix="remove it: it is then made again")
        if found.algorithm != algorithm():
            raise CorpusError(
                f"{path.name} was hashed by {found.algorithm}, not {algorithm()}",
                fix="remove it: it is then made again",
            )
        return found

    def ids(self) -> NDArray[np.uint8]:
        """The documents' ids as bytes, (documents, 16)."""
        return self._column("id").reshape(-1, 16)

    def contents(self) -> NDArray[np.uint8]:
        """The SHA-256 of each content as bytes, (documents, 32)."""
        return self._column("content").reshape(-1, 32)

    def ranks(self) -> NDArray[np.uint32]:
        """See `engine.corpus.dedup.rank.rank`."""
        return self._column("rank")

    def source_numbers(self) -> NDArray[np.uint16]:
        """The place of each document's source in ``sources``."""
        return self._column("source")

    def shingle_counts(self) -> NDArray[np.uint32]:
        """How many shingles each has, repeats counted; a document without any is no near copy of another."""
        return self._column("shingles")

    def band(self, band: int) -> NDArray[np.uint64]:
        """The keys of one band."""
        return self._column("band", band)

    def _column(self, wanted: str, number: int = 0) -> NDArray[Any]:
        at = _HEAD
        for name, kind, width in _COLUMNS:
            dtype = np.dtype(kind)
            if name == wanted:
                count = self.documents * max(width, 1)
                return np.fromfile(self.path, dtype, count, offset=at + number * count * dtype.itemsize)
            at += self.documents * width * dtype.itemsize
        raise KeyError(wanted)


def write_signatures(documents: Iterable[tuple[Document, Origin]], path: Path) -> SignatureFile:
    """Makes the file of one shard. The rows are in the order of ``documents``; it is there whole or not at all.

    Documents of one family only: a sample and the code it was made from are no copies of each other.
    """
    rows = list(_rows(documents))
    return write_columns(
        path,
        ids=b"".join(block.ids for block in rows),
        contents=b"".join(block.contents for block in rows),
        ranks=[one for block in rows for one in block.ranks],
        sources=[one for block in rows for one in block.sources],
        counts=np.concatenate([np.empty(0, np.int64), *(block.counts for block in rows)]),
        keys=np.concatenate([np.empty((0, BANDS), np.uint64), *(block.keys for block in rows)]),
    )


def write_columns(
    path: Path,
    *,
    ids: bytes,
    contents: bytes,
    ranks: Sequence[int],
    sources: Sequence[str],
    counts: NDArray[np.int64],
    keys: NDArray[np.uint64],
) -> SignatureFile:
    """The same from what is known of each document: ``keys`` are its bands', (documents, `BANDS`)."""
    names = tuple(sorted(set(sources)))
    place = {source: number for number, source in enumerate(names)}
    head = json.dumps({"documents": len(ranks), "sources": names, "algorithm": algorithm()}).encode()
    if len(head) > _HEAD:
        raise CorpusError("a shard has documents of too many sources", fix="make shards of fewer sources")
    new = path.with_name(path.name + ".new")
    with new.open("wb") as file:
        file.write(head.ljust(_HEAD) + ids + contents)
        file.write(np.array(ranks, "<u4").tobytes())
        file.write(np.array([place[one] for one in sources], "<u2").tobytes())
        file.write(counts.astype("<u4").tobytes())
        file.write(keys.T.astype("<u8").tobytes())
    new.replace(path)
    return SignatureFile(path, len(ranks), names, algorithm())


@dataclass(frozen=True, slots=True)
class _Block:
    ids: bytes
    contents: bytes
    ranks: tuple[int, ...]
    sources: tuple[str, ...]
    counts: NDArray[np.int64]
    keys: NDArray[np.uint64]


def _rows(documents: Iterable[tuple[Document, Origin]]) -> Iterator[_Block]:
    held: list[tuple[Document, Origin]] = []
    size = 0
    for document, origin in documents:
        held.append((document, origin))
        size += len(document.content)
        if size >= BLOCK:
            yield _block(held)
            held, size = [], 0
    if held:
        yield _block(held)


def _block(documents: Sequence[tuple[Document, Origin]]) -> _Block:
    texts = shingles([document.content for document, _ in documents])
    return _Block(
        ids=b"".join(bytes.fromhex(document.id) for document, _ in documents),
        contents=b"".join(hashlib.sha256(document.content).digest() for document, _ in documents),
        ranks=tuple(rank(document, origin) for document, origin in documents),
        sources=tuple(origin.source for _, origin in documents),
        counts=np.diff(texts.offsets),
        keys=band_keys(signatures(texts)),
    )
