"""The Stack v2 as a source: its rows (Parquet, with the columns its card documents) and the blobs they name.

Only Rust is read. The data set's known flaws are handled here: what it calls `no_license` never ships; a blob that is
seen anywhere under terms that are not permissive is barred everywhere; what it marks as vendored or generated is left
out with that reason. Contents come from a local mirror, or from Software Heritage's bucket by fsspec where somebody has
credentials for it. One unit is one repository, so that splits can keep it together.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.corpus.document import Document, Evidence, Origin
from engine.corpus.licences.expressions import normalise
from engine.corpus.licences.policy import rule
from engine.corpus.sources.tree import repository_name
from engine.errors import CorpusError

COLUMNS = (
    *(
        "blob_id",
        "path",
        "detected_licenses",
        "license_type",
        "repo_name",
        "snapshot_id",
        "revision_id",
        "src_encoding",
    ),
    *("language", "is_vendor", "is_generated", "length_bytes"),
)
BUCKET = "s3://softwareheritage/content"
TOOL = "The Stack v2, detected_licenses"
BATCH = 8192


@dataclass(frozen=True, slots=True)
class Blob:
    """A row, as far as it matters."""

    blob: str
    path: str
    licences: tuple[str, ...]
    licence_type: str
    revision: str
    encoding: str
    vendored: bool
    generated: bool


@dataclass
class _Index:
    repositories: dict[str, list[Blob]] = field(default_factory=dict)
    barred: dict[str, str] = field(default_factory=dict)


class StackV2:
    """Rows in the Parquet files of ``rows``; ``contents`` is a folder of blobs (plain or `.gz`) or a URL for fsspec."""

    name = "stack-v2"

    def __init__(self, rows: Path, contents: str = BUCKET, options: Mapping[str, Any] | None = None) -> None:
        self._rows = rows
        self._contents = contents.rstrip("/")
        self._options = dict(options or {})

    def settings(self) -> Mapping[str, Any]:
        """The files of rows by size and name, and every repository with what its rows say."""
        return {name: _digest(blobs, self._index.barred) for name, blobs in self._index.repositories.items()}

    def units(self) -> tuple[str, ...]:
        """The repositories by name. Raises `CorpusError` when the rows cannot be read."""
        return tuple(sorted(self._index.repositories))

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One repository."""
        blobs = self._index.repositories[unit]
        origin = Origin(
            id=f"stack-v2:{unit}@{blobs[0].revision[:12]}",
            source=self.name,
            repository=repository_name(f"https://github.com/{unit}") or unit,
            url=f"https://github.com/{unit}",
            commit=blobs[0].revision or None,
        )
        return origin, iter([self._document(origin, blob) for blob in blobs])

    def _document(self, origin: Origin, blob: Blob) -> Document:
        content = self._content(blob)
        notes = {"swh": f"swh:1:cnt:{blob.blob}"}
        if blob.blob in self._index.barred:
            notes["barred"] = self._index.barred[blob.blob]
        if blob.vendored:
            notes["vendored"] = "the data set marks it so"
        if blob.generated:
            notes["generated"] = "the data set marks it so"
        try:
            spdx = normalise(" AND ".join(blob.licences)) if blob.licences else None
        except CorpusError:
            spdx = " AND ".join(blob.licences)
        digest = hashlib.sha256(content).hexdigest()
        evidence = (Evidence("file", spdx, blob.path, digest, 0, 0, TOOL),) if spdx else ()
        return Document(origin.id, blob.path.lstrip("/"), content, spdx=spdx, evidence=evidence, notes=notes)

    def _content(self, blob: Blob) -> bytes:
        if "://" in self._contents:
            data = _unpacked(self._remote(blob.blob), blob.blob)
        else:
            folder = Path(self._contents)
            found = next((folder / name for name in (blob.blob, f"{blob.blob}.gz") if (folder / name).is_file()), None)
            if found is None:
                raise CorpusError(f"the mirror has no blob {blob.blob}", fix="fetch it, or give another mirror")
            data = found.read_bytes()
            data = _unpacked(data, blob.blob) if found.suffix == ".gz" else data
        if blob.encoding.lower() in ("utf-8", "ascii", ""):
            return data
        try:
            return data.decode(blob.encoding).encode()
        except (LookupError, UnicodeDecodeError):
            return data  # the step that judges encodings says what is wrong with it

    def _remote(self, blob: str) -> bytes:
        import fsspec

        try:
            with fsspec.open(f"{self._contents}/{blob}", "rb", **self._options) as file:
                return bytes(file.read())
        except (OSError, ImportError, ValueError) as error:
            raise CorpusError(
                f"blob {blob} cannot be read: {error}", fix="set the credentials of the bucket, or give a local mirror"
            ) from error

    @cached_property
    def _index(self) -> _Index:
        """All Rust rows by repository, and the blobs that are under other terms somewhere."""
        import pyarrow as arrow
        import pyarrow.dataset as datasets

        index = _Index()
        try:
            rows = datasets.dataset(sorted(map(str, self._files())), format="parquet")
            missing = set(COLUMNS) - set(rows.schema.names)
            if missing:
                raise CorpusError(f"the rows have no column {min(missing)}", fix="give rows of The Stack v2")
            chosen = datasets.field("language") == "Rust"
            for batch in rows.to_batches(columns=list(COLUMNS), filter=chosen, batch_size=BATCH):
                for row in batch.to_pylist():
                    _take(index, row)
        except arrow.ArrowException as error:
            raise CorpusError(f"the rows cannot be read: {str(error).splitlines()[0]}") from error
        for blobs in index.repositories.values():
            blobs.sort(key=lambda blob: blob.path)
        return index

    def _files(self) -> list[Path]:
        files = [self._rows] if self._rows.is_file() else sorted(self._rows.rglob("*.parquet"))
        if not files:
            raise CorpusError(f"{self._rows} holds no Parquet files", fix="give the folder with the rows")
        return files


def _take(index: _Index, row: Mapping[str, Any]) -> None:
    blob = Blob(
        blob=str(row["blob_id"]),
        path=str(row["path"]),
        licences=tuple(sorted(row["detected_licenses"] or ())),
        licence_type=str(row["license_type"] or "no_license"),
        revision=str(row["revision_id"] or ""),
        encoding=str(row["src_encoding"] or ""),
        vendored=bool(row["is_vendor"]),
        generated=bool(row["is_generated"]),
    )
    repository = str(row["repo_name"])
    index.repositories.setdefault(repository, []).append(blob)
    reason = _unfit(blob)
    if reason:
        index.barred.setdefault(blob.blob, f"in {repository} it is {reason}")


def _unfit(blob: Blob) -> str:
    """Why a row's terms do not do, "" when they do."""
    if blob.licence_type != "permissive" or not blob.licences:
        return "without a licence" if blob.licence_type == "no_license" else f"under {blob.licence_type} terms"
    for licence in blob.licences:
        try:
            if rule(licence).terms != "permissive":
                return f"under {licence}"
        except CorpusError:
            return f"under `{licence}`, which SPDX does not know"
    return ""


def _unpacked(data: bytes, blob: str) -> bytes:
    try:
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError) as error:
        raise CorpusError(f"blob {blob} is damaged: {error}", fix="fetch it again") from error


def _digest(blobs: Sequence[Blob], barred: Mapping[str, str]) -> str:
    said = "\n".join(f"{blob!r}{barred.get(blob.blob, '')}" for blob in blobs)
    return hashlib.sha256(said.encode()).hexdigest()
