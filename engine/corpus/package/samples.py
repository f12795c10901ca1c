"""Samples as files: JSON Lines compressed by zstd, one folder a family, one name a split, cut at a size.

`datasets.load_dataset("json", data_files=…)` reads them. The same samples in the same order give the same bytes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Family, Origin
from engine.corpus.package.splits import Split
from engine.corpus.shard import file_hash

LARGEST = 256 * 1024**2  # bytes of JSON in one file, before compression
FOLDER = "data"


def sample_line(document: Document, origin: Origin, split: Split) -> bytes:
    """A document as one line of JSON: its text, or the record of its family, and what it is traced by."""
    fields: dict[str, Any] = {
        "id": document.id,
        "split": split,
        "repository": origin.repository,
        "weight": document.weight,
        "license": document.spdx,
        "spdx": document.chosen,
        "provenance": {
            "source": origin.source,
            "url": origin.url,
            "repo": origin.repository,
            "commit": origin.commit,
            "path": document.path,
            "crate": origin.crate,
            "version": origin.version,
            "sha256": document.sha256,
            "parents": document.parents,
            "transform": document.transform,
        },
    }
    if document.sample is None:
        fields["text"] = document.content.decode("utf-8")
    else:
        # The ledger's licence and provenance hold: they are the ones that were checked.
        fields = {**json.loads(document.sample), **fields}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True).encode() + b"\n"


@dataclass
class _Open:
    """A file that is being written."""

    stream: Any
    written: int = 0


class PackageWriter:
    """Takes lines and makes the files of a corpus of them; old ones go when the new ones are all there."""

    def __init__(self, out: Path, families: Sequence[Family]) -> None:
        self._folder = out / FOLDER
        self._new = out / f".{FOLDER}.new"
        self._open: dict[tuple[Family, Split], _Open] = {}
        self._count: dict[tuple[Family, Split], int] = {}
        _remove(self._new)
        for family in families:
            (self._new / family).mkdir(parents=True)

    def add(self, family: Family, split: Split, line: bytes) -> None:
        """Writes a line to the newest file of its family and split."""
        key = (family, split)
        file = self._open.get(key)
        if file is None or (file.written and file.written + len(line) > LARGEST):
            file = self._next(key)
        file.stream.write(line)
        file.written += len(line)

    def close(self) -> dict[str, str]:
        """Puts the files in place: their hashes (SHA-256, hex) by path from the corpus's root."""
        for file in self._open.values():
            file.stream.close()
        for folder in self._new.iterdir():
            if not any(folder.iterdir()):
                folder.rmdir()
        _remove(self._folder)
        self._new.replace(self._folder)
        found = sorted(path for path in self._folder.rglob("*") if path.is_file())
        return {path.relative_to(self._folder.parent).as_posix(): file_hash(path) for path in found}

    def _next(self, key: tuple[Family, Split]) -> _Open:
        import pyarrow as pa

        if key in self._open:
            self._open[key].stream.close()
        number = self._count[key] = self._count.get(key, -1) + 1
        family, split = key
        path = self._new / family / f"{split}-{number:05d}.jsonl.zst"
        self._open[key] = _Open(pa.CompressedOutputStream(str(path), "zstd"))
        return self._open[key]


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
