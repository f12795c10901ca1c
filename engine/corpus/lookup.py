"""Questions to a corpus's ledger: where one sample comes from and why it may be used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from engine.corpus.ledger import parts_of, read_rows
from engine.corpus.package.samples import FOLDER
from engine.errors import CorpusError

_LISTED = ("id", "origin", "path", "source", "family", "action", "reason", "detail", "spdx", "split", "bytes")
LEAST = 6  # characters of an id that are enough to look for


@dataclass(frozen=True)
class Chain:
    """The row of a document, and the rows of what it was derived from, nearest first."""

    row: dict[str, Any]
    parents: tuple[dict[str, Any], ...]


def chain_of(corpus: Path, name: str) -> Chain:
    """The chain of the document with this id, the beginning of one, its content's SHA-256, or "origin path".

    Raises `CorpusError` when the ledger has none, or more than one.
    """
    found = _rows(corpus, lambda row: _is(row, name))
    if not found:
        raise CorpusError(
            f"the ledger of {corpus} has nothing called {name}", fix="take an id of a sample, or its path"
        )
    if len({row["id"] for row in found}) > 1:
        some = ", ".join(row["id"] for row in found[:4])
        raise CorpusError(f"{name} may be any of {len(found)} documents: {some}", fix="give more of the id")
    parents: list[dict[str, Any]] = []
    wanted, known = set(found[0]["parents"]), {found[0]["sha256"]}
    while wanted - known:
        known |= wanted
        above = _rows(corpus, lambda row, wanted=wanted: row["sha256"] in wanted)
        parents += above
        wanted = {parent for row in above for parent in row["parents"]}
    return Chain(found[0], tuple(parents))


def evidence_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The readings that a row's licence rests on; the fields are those of `engine.corpus.document.Evidence`."""
    found: list[dict[str, Any]] = json.loads(row["evidence"])
    return found


def verdicts_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """What each step said; the fields are those of `engine.corpus.document.Verdict`."""
    found: list[dict[str, Any]] = json.loads(row["verdicts"])
    return found


def _rows(corpus: Path, wanted: Any) -> list[dict[str, Any]]:
    return [row for part in parts_of(corpus) for row in read_rows(part) if wanted(row)]


def _is(row: dict[str, Any], name: str) -> bool:
    if len(name) >= LEAST and (row["id"].startswith(name) or (row["sha256"] or "").startswith(name)):
        return True
    return name in (row["path"], f"{row['origin']} {row['path']}")


def figures_of(corpus: Path) -> dict[str, Any]:
    """The statistics of a corpus, and the seconds that each step of its last build took. `CorpusError` without one."""
    try:
        figures: dict[str, Any] = json.loads((corpus / "statistics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorpusError(f"{corpus} is no finished corpus", fix="build one: rusta corpus build --out DIR") from error
    files = sorted(path for path in (corpus / FOLDER).rglob("*.zst"))
    figures["files, in bytes"] = {path.relative_to(corpus).as_posix(): path.stat().st_size for path in files}
    seconds = corpus / ".work" / "seconds.json"
    if seconds.exists():
        figures["seconds, by step"] = json.loads(seconds.read_text(encoding="utf-8"))
    return figures


def documents_of(
    corpus: Path, *, reason: str | None = None, source: str | None = None, family: str | None = None, most: int = 100
) -> Iterator[dict[str, Any]]:
    """The first rows that were decided so, from that source, of that family; `CorpusError` without a ledger."""
    rows = (row for part in parts_of(corpus) for row in read_rows(part, _LISTED))
    wanted = (
        row
        for row in rows
        if reason in (None, row["reason"] or "kept")
        and source in (None, row["source"])
        and family in (None, row["family"])
    )
    yield from islice(wanted, most)
