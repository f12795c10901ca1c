"""Checks a corpus against itself: nothing changed, nothing unaccounted for, nothing that may not be there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.corpus.ledger import parts_of, read_rows
from engine.corpus.licences.policy import Pack, rule
from engine.corpus.package import bundle
from engine.corpus.package.manifest import NAME, Manifest, hidden, read_manifest
from engine.corpus.package.samples import FOLDER
from engine.corpus.shard import file_hash
from engine.errors import CorpusError

_TAUGHT = ("text", "code_before", "code_after", "context", "before_tree", "after_tree")
MOST_SHOWN = 20  # findings of one check; the rest are counted

SealedIn = Callable[[str], str | None]


@dataclass(frozen=True)
class Check:
    """One thing that has to hold: how much was looked at, and what does not hold."""

    name: str
    looked_at: int
    findings: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """True when nothing was found."""
        return not self.findings


def verify(corpus: Path, sealed: SealedIn = lambda _: None) -> Iterator[Check]:
    """All checks, one after the other. ``sealed`` names the sealed case that a text is, or None.

    Raises `CorpusError` when there is no corpus.
    """
    manifest = read_manifest(corpus)
    yield _files(corpus, manifest)
    rows = {row["id"]: row for part in parts_of(corpus) for row in _read(part) if row["action"] == "keep"}
    yield _licences(rows, manifest.pack)
    yield _bundle(corpus)
    yield from _samples(corpus, rows, sealed)


def samples_of(corpus: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every sample of a corpus with the file that it stands in. Raises `CorpusError` for a file that is broken."""
    import pyarrow as pa

    for path in sorted((corpus / FOLDER).rglob("*.jsonl.zst")):
        name = path.relative_to(corpus).as_posix()
        try:
            with pa.CompressedInputStream(str(path), "zstd") as stream:
                for line in _lines(stream):
                    yield name, json.loads(line)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise CorpusError(f"{name} is broken: {str(error).splitlines()[0]}", fix="build again") from error


def _lines(stream: Any) -> Iterator[bytes]:
    rest = b""
    while block := stream.read(1 << 20):
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
    if rest:
        yield rest


def _read(part: Path) -> Iterator[dict[str, Any]]:
    return read_rows(part, ("id", "action", "split", "shipped_sha256", "spdx", "chosen", "repository", "family"))


def _files(corpus: Path, manifest: Manifest) -> Check:
    found = []
    for name, expected in manifest.files.items():
        path = corpus / name
        if not path.is_file():
            found.append(f"{name} is gone")
        elif file_hash(path) != expected:
            found.append(f"{name} is not what was written")
    there = {
        path.relative_to(corpus).as_posix()
        for path in corpus.rglob("*")
        if path.is_file() and not hidden(path.relative_to(corpus))
    }
    found += [f"{name} is not in the manifest" for name in sorted(there - set(manifest.files) - {NAME})]
    return _check("every file is what the manifest says", len(manifest.files), found)


def _licences(rows: dict[str, dict[str, Any]], pack: Pack) -> Check:
    found = []
    for name, row in rows.items():
        ruling = rule(row["spdx"]) if row["spdx"] else None
        if ruling is None or ruling.terms != pack or not set(row["chosen"]) <= set(ruling.chosen):
            found.append(f"{name} ships under {row['spdx'] or 'no licence'}")
    return _check(f"everything that ships is under {pack} terms", len(rows), found)


def _bundle(corpus: Path) -> Check:
    lacks = [f"{name} is not" for name in bundle.missing(corpus)]
    return _check("every licence and attribution is in the bundle", 1, lacks)


def _samples(corpus: Path, rows: dict[str, dict[str, Any]], sealed: SealedIn) -> Iterator[Check]:
    strays: list[str] = []
    split: dict[str, str] = {}
    mixed: list[str] = []
    taught: list[str] = []
    seen: set[str] = set()
    try:
        for name, sample in samples_of(corpus):
            row = rows.get(sample["id"])
            if sample["id"] in seen or row is None or row["shipped_sha256"] != sample["provenance"]["sha256"]:
                strays.append(f"{sample['id']} in {name} is not what the ledger says")
            seen.add(sample["id"])
            if (
                split.setdefault(sample["repository"], sample["split"]) != sample["split"]
                or sample["split"] not in name
            ):
                mixed.append(f"{sample['repository']} is in {split[sample['repository']]} and {sample['split']}")
            for case in {case for text in _texts(sample) if (case := sealed(text)) is not None}:
                taught.append(f"{sample['id']} is the sealed case {case}")
    except CorpusError as error:
        strays.append(str(error))
    strays += [f"{name} is in the ledger and in no file" for name in rows if name not in seen]
    yield _check("ledger and samples are one to one", len(rows), strays)
    yield _check("no repository is in two splits", len(split), mixed)
    yield _check("no sealed case is taught", len(seen), taught)


def _texts(sample: dict[str, Any]) -> Iterator[str]:
    """Every text of a sample that code may stand in."""
    target = sample.get("target")
    for fields in (sample, *([target] if isinstance(target, dict) else [])):
        for name in _TAUGHT:
            if isinstance(fields.get(name), str):
                yield fields[name]


def _check(name: str, looked_at: int, findings: list[str]) -> Check:
    more = len(findings) - MOST_SHOWN
    shown = findings[:MOST_SHOWN] + ([f"… and {more} more"] if more > 0 else [])
    return Check(name, looked_at, tuple(shown))
