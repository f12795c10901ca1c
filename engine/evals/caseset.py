"""Case sets: cases from a folder of case folders, from one case folder or from JSONL, by content and by hash."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

import yaml
from pydantic import ValidationError

from engine.errors import RecordError
from engine.schema.base import check_version, first_problem
from engine.schema.case import Case

Files = Mapping[str, bytes]

_HEAD = "case.yaml"
_MANIFEST = "Cargo.toml"
_SINGLE = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n\n{target}\npath = "{path}"\n'
_LEFT_OUT = frozenset([".git", "target", "__pycache__"])


@dataclass(frozen=True)
class CaseFiles:
    """A case with its files by path: ``before`` is a package, ``checks`` and ``after`` may be empty.

    ``case`` is the head alone: its own three maps are None.
    """

    case: Case
    before: Files
    checks: Files
    after: Files

    @property
    def lines(self) -> int:
        """Lines of Rust in ``before``."""
        return sum(content.count(b"\n") for path, content in self.before.items() if path.endswith(".rs"))

    @property
    def asks_for_lints(self) -> bool:
        """Whether it is about a warning: one of its tags names a lint, such as `clippy::redundant_clone`."""
        return any(tag.startswith(("clippy::", "lint::")) for tag in self.case.tags)

    @property
    def digest(self) -> str:
        """SHA-256 over everything that decides what is asked and how it is judged."""
        head = self.case.model_dump_json(include={"id", "family", "expect", "rubric", "tags"})
        whole = hashlib.sha256(head.encode())
        for name, files in (("before", self.before), ("checks", self.checks), ("after", self.after)):
            for path in sorted(files):
                content = hashlib.sha256(files[path]).hexdigest()
                whole.update(f"\0{name}/{path}\0{content}".encode())
        return whole.hexdigest()


@dataclass(frozen=True)
class CaseSet:
    """Cases in the order of their ids. ``source``: where they came from, as it was given."""

    source: str
    cases: tuple[CaseFiles, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the cases; the order in which they were found makes no difference."""
        return hashlib.sha256("\n".join(sorted(case.digest for case in self.cases)).encode()).hexdigest()

    def only(self, wanted: Callable[[CaseFiles], bool]) -> CaseSet:
        """The cases that are ``wanted``. Raises `RecordError` when none is."""
        return _made(self.source, filter(wanted, self.cases))

    def sample(self, count: int, seed: int) -> CaseSet:
        """``count`` of the cases, drawn without replacement; all where there are no more."""
        drawn = random.Random(seed).sample(self.cases, min(count, len(self.cases)))
        return _made(self.source, drawn)


def load_cases(source: Path) -> CaseSet:
    """Reads a case folder, a folder of them (at any depth), or a JSONL file with one case a line.

    Raises `RecordError` with one line that names the case, when one is broken, an id is there twice or there is none;
    `UnknownVersionError` for a case of another version.
    """
    if source.is_file():
        return _made(str(source), _from_lines(source))
    if not source.is_dir():
        raise RecordError(f"no cases at {source}", fix="name a case folder, a folder of them, or a JSONL file")
    heads = [source / _HEAD] if (source / _HEAD).is_file() else _heads(source)
    return _made(str(source), map(_from_folder, heads))


def join(source: str, sets: Iterable[CaseSet]) -> CaseSet:
    """Several sets as one. Raises `RecordError` when they share an id."""
    return _made(source, (case for found in sets for case in found.cases))


def _heads(source: Path) -> list[Path]:
    """The heads below a folder; what lies inside a case is no case."""
    found = sorted(source.rglob(_HEAD), key=lambda path: len(path.parts))
    taken: set[Path] = set()
    for path in found:
        if not taken.intersection(path.parents):
            taken.add(path.parent)
    return [folder / _HEAD for folder in sorted(taken)]


def _made(source: str, cases: Iterable[CaseFiles]) -> CaseSet:
    ordered = sorted(cases, key=lambda found: found.case.id)
    for one, other in pairwise(ordered):
        if one.case.id == other.case.id:
            raise RecordError(f"{source}: two cases are called {one.case.id}", fix="give one of them another id")
    if not ordered:
        raise RecordError(f"{source} holds no case", fix="a case folder has a case.yaml; a JSONL file one case a line")
    return CaseSet(source, tuple(ordered))


def _from_lines(source: Path) -> Iterator[CaseFiles]:
    try:
        lines = source.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RecordError(f"{source} cannot be read: {error}", fix="one JSON object a line is expected") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                case = Case.read(line)
            except RecordError as error:
                raise RecordError(f"{source}, line {number}: {error}") from error
            parts = ({path: text.encode() for path, text in (files or {}).items()} for files in _maps(case))
            yield _checked(case, *parts)


def _maps(case: Case) -> tuple[Mapping[str, str] | None, ...]:
    return case.before, case.checks, case.after


def _from_folder(head: Path) -> CaseFiles:
    try:
        fields: Any = yaml.safe_load(head.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecordError(f"{head} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(fields, dict):
        raise RecordError(f"{head} is no mapping")
    check_version(fields, str(head))
    try:
        case = Case.model_validate(fields)
    except ValidationError as error:
        raise RecordError(f"{head}: {first_problem(error)}") from error
    return _checked(case, *(_below(head.parent / name) for name in ("before", "checks", "after")))


def _below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and not _LEFT_OUT.intersection(path.relative_to(folder).parts)
    }


def _checked(case: Case, before: Files, checks: Files, after: Files) -> CaseFiles:
    for path in (*before, *checks, *after):
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or ".git" in parts.parts or not parts.parts:
            raise RecordError(f"case {case.id}: {path} is no path inside a package")
    if not before:
        raise RecordError(f"case {case.id} has nothing in before/")
    head = case.model_copy(update={"before": None, "checks": None, "after": None})
    return _with_manifest(CaseFiles(head, dict(before), dict(checks), dict(after)))


def _with_manifest(found: CaseFiles) -> CaseFiles:
    """A single file becomes a package: a program when it has a ``main``, else a library."""
    if any(PurePosixPath(path).name == _MANIFEST for path in found.before):
        return found
    sources = [path for path in found.before if path.endswith(".rs")]
    if len(sources) != 1:
        raise RecordError(f"case {found.case.id}: before/ is neither a Cargo package nor a single file")
    target = '[[bin]]\nname = "single"' if b"fn main(" in found.before[sources[0]] else '[lib]\nname = "single"'
    manifest = _SINGLE.format(name="single", target=target, path=sources[0])
    return replace(found, before={**found.before, _MANIFEST: manifest.encode()})
