"""The ledger: a row for every file and sample that was looked at, what was decided about it, and on what evidence.

Rows of documents that ship carry where they ship (``family``, ``split``); rows of those that do not carry the step and
the reason that ended them. The three licence readings (manifest, file header, nearest licence file) stand apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.corpus.document import Document, Origin, Verdict
from engine.corpus.shard import whole
from engine.errors import CorpusError

if TYPE_CHECKING:
    import pyarrow as pa

_TEXT = (
    "id", "sha256", "swhid", "shipped_sha256", "family", "split", "source", "origin", "repository", "url", "commit",
    "crate", "version", "checksum", "path", "declared", "header", "nearest", "spdx", "attribution", "transform",
    "action", "step", "reason", "detail", "evidence", "verdicts",
)  # fmt: skip
_LISTS = ("chosen", "copyrights", "parents", "licence_files")
_ROWS = 4096


def ledger_schema() -> pa.Schema:
    """The columns. ``evidence`` and ``verdicts`` are JSON; ``licence_files`` are "path sha256" of the origin's."""
    import pyarrow as pa

    return pa.schema(
        [
            *((name, pa.string()) for name in _TEXT),
            ("bytes", pa.int64()),
            *((name, pa.list_(pa.string())) for name in _LISTS),
        ]
    )


def swhid(content: bytes) -> str:
    """The Software Heritage identifier of a content (https://www.swhid.org), which is its git blob hash."""
    blob = b"blob %d\0" % len(content) + content
    return f"swh:1:cnt:{hashlib.sha1(blob, usedforsecurity=False).hexdigest()}"


def row_of(
    read: Document, last: Document, origin: Origin, verdicts: Sequence[Verdict], *, kept: bool
) -> dict[str, Any]:
    """One row: the document as it was ``read`` and as the ``last`` step left it, and every verdict on it."""
    ended = verdicts[-1] if verdicts and not kept else None
    return {
        "id": read.id,
        "sha256": read.sha256,
        "swhid": swhid(read.content),
        "shipped_sha256": last.sha256 if kept else None,
        "bytes": len(read.content),
        "family": read.family,
        "split": None,
        "source": origin.source,
        "origin": origin.id,
        "repository": origin.repository,
        "url": origin.url,
        "commit": origin.commit,
        "crate": origin.crate,
        "version": origin.version,
        "checksum": origin.checksum,
        "path": read.path,
        "declared": origin.declared,
        "header": _said(last, "header"),
        "nearest": _said(last, "file"),
        "spdx": last.spdx,
        "chosen": last.chosen,
        "copyrights": last.copyrights,
        "attribution": attribution(origin),
        "parents": read.parents,
        "transform": read.transform,
        "licence_files": [f"{file.path} {file.sha256}" for file in origin.licence_files],
        "action": ended.action if ended else "keep",
        "step": ended.step if ended else None,
        "reason": ended.reason if ended else None,
        "detail": ended.detail if ended else None,
        "evidence": json.dumps([asdict(item) for item in last.evidence], ensure_ascii=False),
        "verdicts": json.dumps([asdict(item) for item in verdicts], ensure_ascii=False),
    }


def unit_row(source: str, unit: str, error: CorpusError) -> dict[str, Any]:
    """The row of a unit that could not be read: quarantined, with the line that says why."""
    verdict = Verdict(hashlib.sha256(f"{source}\0{unit}".encode()).hexdigest()[:32], "read", "quarantine", "unreadable")
    return {
        **dict.fromkeys(_TEXT),
        **{name: [] for name in _LISTS},
        "id": verdict.document,
        "source": source,
        "origin": unit,
        "repository": unit,
        "path": "",
        "bytes": 0,
        "action": "quarantine",
        "step": "read",
        "reason": "unreadable",
        "detail": str(error),
        "evidence": "[]",
        "verdicts": json.dumps([asdict(verdict)]),
    }


def attribution(origin: Origin) -> str:
    """Whom to name for what came from there, and where it is."""
    what = f"{origin.crate} {origin.version}" if origin.crate else origin.id
    by = f" by {', '.join(origin.authors)}" if origin.authors else ""
    return f"{what}{by}" + (f", {origin.url}" if origin.url else "")


def write_rows(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Writes a part of a ledger, whole or not at all; how many rows it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, waiting, count = ledger_schema(), [], 0
    with whole(path) as new, pq.ParquetWriter(new, schema, compression="zstd") as writer:
        for row in rows:
            waiting.append(row)
            count += 1
            if len(waiting) == _ROWS:
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                waiting = []
        if waiting or not count:
            writer.write_table(pa.Table.from_pylist(waiting, schema))
    return count


def read_rows(path: Path, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a part, in order. Raises `CorpusError` when it cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_ROWS, columns=list(columns) if columns else None):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise CorpusError(f"{path.name} is no part of a ledger: {str(error).splitlines()[0]}") from error


def parts_of(corpus: Path) -> tuple[Path, ...]:
    """The parts of a corpus's ledger, in order. `CorpusError` where there are none."""
    parts = tuple(sorted((corpus / "ledger").glob("*.parquet")))
    if not parts:
        raise CorpusError(f"{corpus} holds no ledger", fix="build one: rusta corpus build --out DIR")
    return parts


def _said(document: Document, kind: str) -> str | None:
    """What the readings of one kind say, each once."""
    return ", ".join(dict.fromkeys(item.expression for item in document.evidence if item.kind == kind)) or None
