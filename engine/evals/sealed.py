"""Sealed case sets: what may be asked in an exam must not be learnt from, and an exam taken too often is worn out.

A seal keeps no text of the cases, only fingerprints; so it can be shipped, and asked by whoever gathers a corpus.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pydantic import ValidationError

from engine.errors import RecordError, RustaError
from engine.evals.caseset import CaseSet
from engine.evals.record import RunHead, runs_folder
from engine.resources import shipped
from engine.rust.known_texts import KnownTexts, Likeness
from engine.rust.likeness import Fingerprint, fingerprint
from engine.schema.base import Record, VersionedRecord, first_problem
from engine.schema.patch import Patch

WORN_AFTER = 12  # exams on one set; a year of monthly ones


class SealedText(Record):
    """One file of a sealed case: its fingerprint. ``part`` is before, checks or after."""

    case: str
    part: str
    path: str
    exact: str
    normal: str
    renamed: str
    sketch: tuple[int, ...]
    shingles: int

    @property
    def fingerprint(self) -> Fingerprint:
        """The same as `fingerprint` makes."""
        return Fingerprint(self.exact, self.normal, self.renamed, self.sketch, self.shingles)


class Seal(VersionedRecord):
    """A sealed set. ``cases``: SHA-256 of each case by id; ``at``: when it was sealed, UTC."""

    name: str
    at: str
    cases: dict[str, str]
    texts: tuple[SealedText, ...]


@dataclass(frozen=True)
class SealedMatch:
    """Why a text may not be learnt from. ``share`` is how much of the sealed text it holds, 1 for a whole copy."""

    seal: str
    case: str
    path: str
    likeness: Likeness
    share: float


class Exam(VersionedRecord):
    """One line of the book of exams: a run on cases that are sealed."""

    seal: str
    run: str
    at: str
    brain: str
    cases: int


def make_seal(name: str, cases: CaseSet) -> Seal:
    """Seals a set: every Rust file of it but what is too short to be anybody's, and every check and golden."""
    texts: list[SealedText] = []
    for found in cases.cases:
        for part, files in (("before", found.before), ("checks", found.checks), ("after", found.after)):
            for path, content in files.items():
                if path.endswith(".rs"):
                    known = fingerprint(content)
                    if known.shingles:
                        texts.append(SealedText(case=found.case.id, part=part, path=path, **vars(known)))
    at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Seal(name=name, at=at, cases={found.case.id: found.digest for found in cases.cases}, texts=tuple(texts))


class Sealed:
    """The seals there are, and what may not be learnt from because of them."""

    def __init__(self, seals: Iterable[Seal]) -> None:
        self.seals = tuple(seals)

    @classmethod
    def load(cls) -> Sealed:
        """The shipped seals and those of the mentor. Raises `RecordError` for one that cannot be read."""
        folders = [shipped("data") / "evals" / "seals", runs_folder() / "seals"]
        return cls(_read(path) for folder in folders for path in sorted(folder.glob("*.json")))

    def match(self, source: bytes) -> SealedMatch | None:
        """Whether a Rust text is a sealed one: the strictest likeness that holds, or None.

        "exact": the same bytes. "normalised": the same but for layout and comments. "renamed": the same but for names,
        too. "near": it holds most of a sealed text, names aside (`engine.rust.known_texts`).
        """
        found = self._known.match(source)
        return None if found is None else SealedMatch(*found.label, found.likeness, found.share)

    def bars(self, patch: Patch) -> bool:
        """Whether a patch was made on a sealed text, or makes one: then nothing may be learnt from it."""
        digests = {digest for image in patch.files for digest in (image.before, image.after) if digest}
        return any(self._known.exact(digest) is not None for digest in digests)

    def sealed_cases(self, cases: CaseSet) -> dict[str, int]:
        """How many of the cases are sealed, by seal; a case that was changed since is none."""
        held = {found.case.id: found.digest for found in cases.cases}
        counts = {
            seal.name: sum(held.get(case) == digest for case, digest in seal.cases.items()) for seal in self.seals
        }
        return {name: count for name, count in counts.items() if count}

    @cached_property
    def _known(self) -> KnownTexts[tuple[str, str, str]]:
        return KnownTexts(
            ((seal.name, text.case, f"{text.part}/{text.path}"), text.fingerprint)
            for seal in self.seals
            for text in seal.texts
        )


def keep_seal(seal: Seal) -> Path:
    """Keeps a seal of the mentor's. A seal is never replaced: `RustaError` when there is one of that name."""
    path = runs_folder() / "seals" / f"{seal.name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(seal.model_dump_json())
    except FileExistsError as error:
        raise RustaError(f"there is a seal {seal.name} already", fix="give this one another name") from error
    return path


def record_exams(head: RunHead, cases: CaseSet, sealed: Sealed) -> None:
    """Writes a run on sealed cases into the book of exams, one line a seal."""
    with _book().open("a", encoding="utf-8") as book:
        for name, count in sealed.sealed_cases(cases).items():
            exam = Exam(seal=name, run=head.run, at=head.at, brain=head.brain, cases=count)
            book.write(exam.model_dump_json() + "\n")


def exams(seal: str | None = None) -> tuple[Exam, ...]:
    """The exams that were taken, oldest first: on one seal, or on all. Half a last line is none."""
    try:
        lines = _book().read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return ()
    found = (Exam.read(json.loads(line)) for line in lines)
    return tuple(exam for exam in found if seal in (None, exam.seal))


def _book() -> Path:
    path = runs_folder() / "exams.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _read(path: Path) -> Seal:
    try:
        return Seal.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        problem = first_problem(error) if isinstance(error, ValidationError) else str(error)
        raise RecordError(f"the seal {path.name} cannot be read: {problem}", fix="restore it, or remove it") from error
