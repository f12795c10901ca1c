"""A shard on disk: documents and the origins they hang on, as two Parquet files that a later run finds again.

The same documents in the same order give the same bytes (for one version of pyarrow). A file is written under another
name and renamed, so it is there whole or not at all; `Stored` remembers the hash of what was written.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.corpus.document import Document, Evidence, LicenceFile, Origin
from engine.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 512  # documents a row group: what is in memory at once when a shard is read
_TEXT = ("origin", "path", "family", "sample", "transform", "spdx", "id", "sha256")


def document_schema() -> pa.Schema:
    """The columns of a shard. ``id`` and ``sha256`` are there for queries; they follow from the others."""
    import pyarrow as pa

    return pa.schema(
        [
            *((name, pa.string()) for name in _TEXT),
            ("content", pa.binary()),
            ("weight", pa.float64()),
            ("parents", pa.list_(pa.string())),
            ("chosen", pa.list_(pa.string())),
            ("copyrights", pa.list_(pa.string())),
            ("evidence", pa.string()),
            ("notes", pa.string()),
        ]
    )


def write_documents(documents: Iterable[Document], path: Path) -> int:
    """Writes a shard; how many documents it holds."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, rows, count = document_schema(), [], 0
    with whole(path) as new, pq.ParquetWriter(new, schema, compression="zstd") as writer:
        for document in documents:
            rows.append(_row(document))
            count += 1
            if len(rows) == ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows = []
        if rows or not count:
            writer.write_table(pa.Table.from_pylist(rows, schema))
    return count


def read_documents(path: Path) -> Iterator[Document]:
    """The documents of a shard, in order. Raises `CorpusError` when the file is no shard."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=ROWS):
                yield from map(_document, batch.to_pylist())
    except (OSError, pa.ArrowException) as error:
        raise CorpusError(
            f"{path.name} is no shard: {_line(error)}", fix="build again: it is then made anew"
        ) from error


def write_origins(origins: Iterable[Origin], path: Path) -> None:
    """Writes the origins beside a shard, as JSON."""
    text = json.dumps([asdict(origin) for origin in origins], ensure_ascii=False, sort_keys=True)
    with whole(path) as new:
        new.write_text(text, encoding="utf-8")


def read_origins(path: Path) -> dict[str, Origin]:
    """The origins beside a shard, by id."""
    try:
        found = [_origin(fields) for fields in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CorpusError(
            f"{path.name} holds no origins: {_line(error)}", fix="build again: it is then made anew"
        ) from error
    return {origin.id: origin for origin in found}


@dataclass(frozen=True, slots=True)
class Contents:
    """Reads the contents of some rows of some shards again; pickles, for other processes."""

    paths: tuple[Path, ...]

    def __call__(self, shard: int, rows: Sequence[int]) -> Iterator[bytes]:
        """The contents of the rows of that shard; ``rows`` ascend."""
        import pyarrow.parquet as pq

        wanted = iter(rows)
        next_row = next(wanted, None)
        first = 0
        with pq.ParquetFile(self.paths[shard]) as file:
            for batch in file.iter_batches(batch_size=ROWS, columns=["content"]):
                column = batch.column(0)
                while next_row is not None and next_row < first + len(column):
                    yield column[next_row - first].as_py()
                    next_row = next(wanted, None)
                first += len(column)


class whole:  # noqa: N801 — a context manager, used like `open`
    """A path to write to that becomes ``path`` when the block ends well, and is gone when it does not."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new = path.with_name(f".{path.name}.{os.getpid()}.new")

    def __enter__(self) -> Path:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._new

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            self._new.replace(self._path)
            return
        self._new.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise CorpusError(
                f"there is no room to write {self._path.name}", fix="make room and run again: what is done is kept"
            ) from error


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _row(document: Document) -> dict[str, Any]:
    return {
        "origin": document.origin,
        "path": document.path,
        "family": document.family,
        "sample": document.sample,
        "transform": document.transform,
        "spdx": document.spdx,
        "id": document.id,
        "sha256": document.sha256,
        "content": document.content,
        "weight": document.weight,
        "parents": document.parents,
        "chosen": document.chosen,
        "copyrights": document.copyrights,
        "evidence": json.dumps([asdict(item) for item in document.evidence], ensure_ascii=False),
        "notes": json.dumps(dict(document.notes), ensure_ascii=False, sort_keys=True),
    }


def _document(row: dict[str, Any]) -> Document:
    return Document(
        origin=row["origin"],
        path=row["path"],
        content=row["content"],
        family=row["family"],
        sample=row["sample"],
        weight=row["weight"],
        parents=tuple(row["parents"]),
        transform=row["transform"],
        spdx=row["spdx"],
        chosen=tuple(row["chosen"]),
        copyrights=tuple(row["copyrights"]),
        evidence=tuple(Evidence(**item) for item in json.loads(row["evidence"])),
        notes=json.loads(row["notes"]),
    )


def _origin(fields: dict[str, Any]) -> Origin:
    files = tuple(LicenceFile(**file) for file in fields.pop("licence_files"))
    return Origin(**{**fields, "authors": tuple(fields["authors"])}, licence_files=files)


def _line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
