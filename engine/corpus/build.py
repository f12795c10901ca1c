"""Builds a corpus: pieces of work, then duplicates over all of them, then packages, ledger, card and bundle.

What lies between is kept in the corpus's ``.work`` folder under addresses of its content. A build that was killed goes
on from there, with any number of workers, and ends with the same bytes.
"""

from __future__ import annotations

import errno
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.corpus.dedup.resolve import DedupReport, DedupSettings, Resolution, resolve
from engine.corpus.document import Family, Source, Step, Verdict
from engine.corpus.ledger import read_rows, write_rows
from engine.corpus.licences.policy import Pack
from engine.corpus.package.bundle import write_bundle
from engine.corpus.package.card import write_card
from engine.corpus.package.manifest import NAME, Manifest, read_manifest, write_manifest
from engine.corpus.package.samples import PackageWriter, sample_line
from engine.corpus.package.spdx_document import write_spdx
from engine.corpus.package.splits import Splits
from engine.corpus.package.statistics import Statistics
from engine.corpus.piece import Made, Piece, make, pieces_of
from engine.corpus.shard import Contents, read_documents
from engine.corpus.workers import Workers
from engine.errors import CorpusError

UNITS_A_PIECE = 4
FAMILIES: tuple[Family, ...] = ("teach", "diag_fix", "pr_pair", "explain_diff", "style_guide", "code")


@dataclass(frozen=True)
class Progress:
    """How far a stage is: pieces ``done`` of ``total``, ``bytes`` taken in so far, and a line if there is one."""

    stage: str
    done: int
    total: int
    bytes: int = 0
    note: str = ""


@dataclass(frozen=True)
class Recipe:
    """What a corpus is made of. ``name`` stands on its card, ``sealed`` names the case sets that it keeps clear of.

    ``pack`` is the one kind of terms that its documents are under; the steps see to that.
    """

    sources: tuple[Source, ...]
    steps: tuple[Step, ...]
    splits: Splits = field(default_factory=Splits)
    dedup: DedupSettings = field(default_factory=DedupSettings)
    sealed: tuple[str, ...] = ()
    name: str = "rusta-corpus"
    pack: Pack = "permissive"


def build(recipe: Recipe, out: Path, workers: Workers, told: Callable[[Progress], None] = lambda _: None) -> Manifest:
    """Builds the corpus in ``out``; the manifest of what is there now.

    Raises `CorpusError` with one line when a source loses too much to duplicates, when there is no room, or when a
    corpus under other terms lies there; what was done is kept and found again.
    """
    if (out / NAME).exists() and (there := read_manifest(out).pack) != recipe.pack:
        raise CorpusError(
            f"{out} is a {there} corpus, which {recipe.pack} works may not join", fix="give another --out"
        )
    try:
        return _Build(recipe, out, workers, told).run()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise CorpusError(
            f"there is no room to write to {out}", fix="make room and run again: what is done is kept"
        ) from error


class _Build:
    def __init__(self, recipe: Recipe, out: Path, workers: Workers, told: Callable[[Progress], None]) -> None:
        self._recipe = recipe
        self._out = out
        self._work = out / ".work"
        self._workers = workers
        self._told = told
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def run(self) -> Manifest:
        self._work.mkdir(parents=True, exist_ok=True)
        made = self._pieces()
        resolutions = {family: found for family in FAMILIES if (found := self._resolved(family, made))}
        statistics = Statistics()
        began = time.perf_counter()
        files = self._packaged(made, resolutions, statistics)
        self._seconds["package"] += time.perf_counter() - began
        for piece in made:
            for step, seconds in piece.seconds.items():
                self._seconds[step] += seconds
        reports: dict[str, DedupReport] = {family: found.report for family, (_, found) in resolutions.items()}
        return self._finish(files, statistics, reports)

    def _pieces(self) -> list[Made]:
        pieces = list(self._cut())
        made: list[Made] = []
        taken = 0
        for piece in self._workers.map(make, pieces):
            made.append(piece)
            taken += piece.bytes_in * piece.fresh  # what is found made is no work
            self._told(Progress("gather", len(made), len(pieces), taken, piece.remade))
        return made

    def _cut(self) -> Iterator[Piece]:
        for source in self._recipe.sources:
            yield from pieces_of(source, self._recipe.steps, self._work / "pieces", UNITS_A_PIECE)

    def _resolved(self, family: Family, made: Sequence[Made]) -> tuple[dict[Path, int], Resolution] | None:
        holding = [piece for piece in made if piece.families.get(family)]
        if not holding:
            return None
        began = time.perf_counter()
        found = resolve(
            [piece.signatures(family) for piece in holding],
            Contents(tuple(piece.documents(family) for piece in holding)),
            self._work / "dedup" / family,
            self._recipe.dedup,
            each=self._workers.map,
            progress=lambda stage, done, total: self._told(Progress(f"duplicates: {family}, {stage}", done, total)),
        )
        self._seconds["dedup"] += time.perf_counter() - began
        return {piece.folder: number for number, piece in enumerate(holding)}, found

    def _packaged(
        self,
        made: Sequence[Made],
        resolutions: Mapping[Family, tuple[dict[Path, int], Resolution]],
        statistics: Statistics,
    ) -> dict[str, str]:
        writer = PackageWriter(self._out, FAMILIES)
        ledger = self._out / "ledger"
        names: set[str] = set()
        for number, piece in enumerate(made):
            origins = piece.origins()
            gone: dict[str, Verdict] = {}
            shipped: dict[str, tuple[str, str]] = {}
            for family in piece.families:
                places, resolution = resolutions[family]
                removed = {row: removal.verdict for row, removal in resolution.removals(places[piece.folder])}
                for row, document in enumerate(read_documents(piece.documents(family))):
                    if row in removed:
                        gone[document.id] = removed[row]
                        continue
                    origin = origins[document.origin]
                    split = self._recipe.splits.of(origin.repository)
                    writer.add(family, split, sample_line(document, origin, split))
                    shipped[document.id] = (split, document.sha256)
                    statistics.kept(document, origin, split)
            names.add(name := f"{number:05d}.parquet")
            write_rows(_settled(read_rows(piece.ledger), gone, shipped, statistics), ledger / name)
            self._told(Progress("package", number + 1, len(made)))
        for stale in set(ledger.glob("*")) - {ledger / name for name in names}:
            stale.unlink()
        return writer.close()

    def _finish(self, files: Mapping[str, str], statistics: Statistics, reports: Mapping[str, DedupReport]) -> Manifest:
        self._told(Progress("bundle", 0, 1))
        manifest = Manifest.of(
            self._out,
            files,
            name=self._recipe.name,
            sources={source.name: source.settings() for source in self._recipe.sources},
            steps=[[step.name, step.version, step.settings()] for step in self._recipe.steps],
            splits=self._recipe.splits,
            dedup=self._recipe.dedup,
            reports=reports,
            sealed=self._recipe.sealed,
            pack=self._recipe.pack,
        )
        statistics.write(self._out / "statistics.json")
        write_bundle(self._out)
        write_spdx(self._out, manifest)
        write_card(self._out, manifest, statistics)
        (self._work / "seconds.json").write_text(_as_json(self._seconds), encoding="utf-8")
        write_manifest(self._out, manifest)
        self._told(Progress("bundle", 1, 1))
        return manifest


def _settled(
    rows: Iterator[dict[str, Any]],
    gone: Mapping[str, Verdict],
    shipped: Mapping[str, tuple[str, str]],
    statistics: Statistics,
) -> Iterator[dict[str, Any]]:
    """The rows of a piece with what the last steps decided."""
    for row in rows:
        verdict = gone.get(row["id"])
        if verdict is not None:
            verdicts = [*json.loads(row["verdicts"]), asdict(verdict)]
            row |= {
                "action": verdict.action,
                "step": verdict.step,
                "reason": verdict.reason,
                "detail": verdict.detail,
                "shipped_sha256": None,
                "verdicts": json.dumps(verdicts, ensure_ascii=False),
            }
        elif row["id"] in shipped:
            row["split"], row["shipped_sha256"] = shipped[row["id"]]
        statistics.seen(row)
        yield row


def _as_json(seconds: Mapping[str, float]) -> str:
    return json.dumps({name: round(value, 3) for name, value in sorted(seconds.items())}, indent=1)
