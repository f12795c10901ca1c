"""Self-play: crates are broken on purpose and mended by the default brain in real sessions, for her to learn from.

What comes of it lies in one folder, so that every stage of the ladder reads the same: a store with the sessions, and
two files of JSON lines, the faults with their known answers and the candidates that were tried with how they ended.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from engine.brain.memory.recall import Recollection
from engine.brain.protocol import Candidate, Context
from engine.brain.registry import add_brain
from engine.brain.search import SearchBrain
from engine.errors import RustaError, TrainingError
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.request import Request
from engine.loop.run import fix
from engine.model.prompts import change, finding_of
from engine.resources import shipped
from engine.sandbox.git import git
from engine.sandbox.patches import apply_edits
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import DiagnosticEvent, Event
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store
from engine.train.data import repository_of
from engine.train.selfplay.fault import Fault, broken_files
from engine.train.selfplay.inject import inject
from engine.train.selfplay.operators import all_operators

FAULTS, TRIED, SESSIONS, DONE = "faults.jsonl", "tried.jsonl", "rusta.db", "done.json"
LARGEST = 64 * 1024  # bytes of a file that is kept with a fault
_INHERITED = re.compile(r"^(\S+?)\.workspace = true$", re.MULTILINE)
_NOBODY = {f"GIT_{who}_{what}": "selfplay" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}

Told = Callable[[int, int], None]
"""Sessions played, and how many there will be."""


@dataclass(frozen=True)
class Mended:
    """A fault and its answer: in ``content`` (the broken file), bytes ``start..end`` should be ``replacement``."""

    repository: str
    finding: str
    content: str
    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Tried:
    """A candidate that was put to the proof: what it changes, as `engine.model.prompts.change` has it, and the end."""

    repository: str
    finding: str
    before: str
    broken: str
    after: str
    replacement: str
    predicted: float
    green: bool


def practice_crates(folder: Path) -> list[Path]:
    """The shipped practice crates, each a package of its own below ``folder``."""
    source = shipped("data", "practice", "green")
    workspace = (source / "Cargo.toml").read_text(encoding="utf-8")
    common = dict(re.findall(r"^(\S+) = (.+)$", workspace.partition("[workspace.package]")[2], re.MULTILINE))
    found = []
    for package in sorted((source / "crates").iterdir()):
        place = folder / package.name
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(package, place)
        manifest = (place / "Cargo.toml").read_text(encoding="utf-8")
        alone = _INHERITED.sub(lambda line: f"{line[1]} = {common[line[1]]}", manifest)
        (place / "Cargo.toml").write_text(alone, encoding="utf-8")
        found.append(place)
    return found


def crates_below(data: Path) -> list[Path]:
    """The packages in a folder: itself, or the folders in it that have a manifest with a package."""
    manifests = [data / "Cargo.toml", *sorted(data.glob("*/Cargo.toml"))]
    return [one.parent for one in manifests if one.is_file() and "[package]" in one.read_text(errors="replace")]


def is_played(folder: Path) -> bool:
    """Whether self-play came to its end there."""
    return (folder / DONE).is_file()


def play(folder: Path, crates: Sequence[Path], *, count: int, seed: int, told: Told = lambda done, of: None) -> None:
    """Plays about ``count`` sessions on faults of the crates, an equal share each, and leaves them in ``folder``.

    A crate that is not green to begin with is left out. What an earlier call left is replaced. Raises `TrainingError`
    when no crate could be broken, `IsolationError` where there is no jail.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    share = -(-count // max(1, len(crates)))
    untested = [operator for operator in all_operators() if not operator.tested]
    drawn: list[tuple[int, Path, Fault]] = []
    why = "there is none"
    for crate in crates:
        try:
            found = inject(crate, seed=seed, count=share, operators=untested, scratch=folder / "scratch" / crate.name)
            drawn.extend((number, crate, fault) for number, fault in enumerate(found))
        except RustaError as error:
            why = str(error)
    if not drawn:
        raise TrainingError(f"no crate could be broken: {why}", fix="name a folder of crates whose tests pass")
    faults = sorted(drawn, key=lambda each: (each[0], each[1].name))  # crates in turn: she learns across them
    with (
        _home(folder / "home"),
        (folder / FAULTS).open("w", encoding="utf-8") as mended,
        (folder / TRIED).open("w", encoding="utf-8") as tried,
    ):
        store = Store.open(f"sqlite:///{folder / SESSIONS}")
        try:
            for done, (_, crate, fault) in enumerate(faults):
                told(done, len(faults))
                _session(folder / "work" / crate.name, crate, fault, store, mended, tried)
        finally:
            store.close()
    told(len(faults), len(faults))
    for rest in ("scratch", "work", "home"):
        shutil.rmtree(folder / rest, ignore_errors=True)
    (folder / DONE).write_text(json.dumps({"sessions": len(faults), "seed": seed}), encoding="utf-8")


def mended(folder: Path) -> Iterator[Mended]:
    """The faults of a self-play, with their answers."""
    return (Mended(**json.loads(line)) for line in _lines(folder / FAULTS))


def tried(folder: Path) -> Iterator[Tried]:
    """The candidates that were tried in a self-play."""
    return (Tried(**json.loads(line)) for line in _lines(folder / TRIED))


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines() if file.is_file() else []


def _session(place: Path, crate: Path, fault: Fault, store: Store, mended: IO[str], tried: IO[str]) -> None:
    """One session on one fault, in a repository that goes on from session to session, so that it stays built."""
    sound = {path: (crate / path).read_bytes() for path in fault.paths}
    broken = broken_files(fault.edits, sound.get)
    if not place.exists():
        shutil.copytree(crate, place, ignore=shutil.ignore_patterns("target", ".git"))
        git(place, "init", "--quiet", "--initial-branch=main")
    for path, content in broken.items():
        (place / path).write_bytes(content)
    git(place, "add", "--all", "--force")
    git(place, "commit", "--quiet", "--message=A fault", env=_NOBODY)
    events: list[Event] = []
    repository = repository_of(crate.name)
    pupil = _Pupil(store, repository, tried)
    add_brain(pupil.name, lambda _: pupil)
    inbox = Inbox()
    inbox.close()
    request = Request(place, brain=pupil.name, approve="auto", policy=Policy(fetch="never"))
    with suppress(RustaError):  # what was seen of the fault is an answer too
        asyncio.run(fix(request, store=store, inbox=inbox, emit=events.append))
    found = [event.diagnostic for event in events if isinstance(event, DiagnosticEvent)]
    answer = _answer(repository, fault, broken, found)
    if answer is not None:
        _write(mended, answer)
    for path, content in sound.items():
        (place / path).write_bytes(content)


def _answer(repository: str, fault: Fault, broken: dict[str, bytes], found: Sequence[Diagnostic]) -> Mended | None:
    """The fault as a place to mend: what the compiler points at, widened to what has to change."""
    edit = fault.edits[0]
    content = broken[edit.path]
    start, end = edit.byte_start, edit.byte_start + len(edit.after.encode())
    if len(content) > LARGEST:
        return None
    near = [
        (abs(span.byte_start - start), one, span)
        for one in found
        if one.level.is_error and (span := one.primary) is not None and span.file == edit.path
    ]
    if not near:
        return None
    _, seen, span = min(near, key=lambda each: each[0])
    first, last = min(start, span.byte_start), max(end, span.byte_end)
    mended = content[first:start] + edit.before.encode() + content[end:last]
    said = finding_of(seen).decode()
    return Mended(repository, said, content.decode(), first, last, mended.decode())


def _write(stream: IO[str], record: Mended | Tried) -> None:
    stream.write(json.dumps(asdict(record)) + "\n")
    stream.flush()


class _Pupil(SearchBrain):
    """The default brain, with all that it tries written down."""

    name = "pupil"

    def __init__(self, store: Store, repository: str, tried: IO[str]) -> None:
        super().__init__(store.outcome_counts(), (), keep=store.record_outcome, memory=Recollection(store, frozenset()))
        self._repository, self._tried = repository, tried
        self._shown: dict[str, Tried] = {}

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """As the default brain; every candidate is remembered with the code that it would change."""
        found = await super().think(context)
        for candidate in found:
            shown = _tried(self._repository, context, candidate)
            if shown is not None:
                self._shown[candidate.key] = shown
        return found

    def learn(self, outcome: OutcomeRecord) -> None:
        """As the default brain; what came of the candidate is written down."""
        super().learn(outcome)
        shown = self._shown.get(outcome.candidate)
        if shown is not None and outcome.verdict in ("green", "red", "refuted"):
            _write(self._tried, Tried(**asdict(shown) | {"green": outcome.green, "predicted": outcome.predicted}))


def _tried(repository: str, context: Context, candidate: Candidate) -> Tried | None:
    paths = {edit.path for edit in candidate.edits}
    content = context.read(candidate.edits[0].path) if len(paths) == 1 else None
    if content is None:
        return None
    here, replacement = change(content, apply_edits(content, candidate.edits))
    said = finding_of(context.diagnostic).decode()
    before, broken, after, new = (
        part.decode(errors="surrogateescape")  # an edit may begin inside a character
        for part in (here.before, here.broken, here.after, replacement)
    )
    return Tried(repository, said, before, broken, after, new, candidate.confidence, False)


@contextmanager
def _home(folder: Path) -> Iterator[None]:
    """Rusta's home for a while: sandboxes of self-play are not the mentor's."""
    kept = {name: os.environ.pop(name, None) for name in ("RUSTA_HOME", "RUSTA_DATABASE_URL")}
    os.environ["RUSTA_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("RUSTA_HOME")
        os.environ.update({name: value for name, value in kept.items() if value is not None})
