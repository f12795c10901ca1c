"""Who mends: cargo's own fix, a search over the compiler's suggestions, and Rusta's real loop."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arena import Arena, Files
from traces import Watched, write_trace

import engine.rust.cargo as cargo_module
from engine.brain.judge_weights import Learnt
from engine.brain.memory.recall import Recollection
from engine.brain.protocol import Brain
from engine.brain.registry import add_brain, get_brain
from engine.brain.search import SearchBrain
from engine.errors import PatchError, RustaError
from engine.home import sandboxes
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.request import Request
from engine.loop.run import fix
from engine.resources import shipped
from engine.rust.suggestions import to_edits
from engine.sandbox.patches import apply_edits
from engine.sandbox.repository import open_repository
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import BeliefEvent, DecisionEvent, Event, PatchEvent
from engine.store.store import Store
from engine.train.selfplay.fault import Fault

ROUNDS = 5
CALLS = 40
STEPS = 6
PATIENCE = 180.0
_RANKS = {"MachineApplicable": 0, "MaybeIncorrect": 1, "Unspecified": 2, "HasPlaceholders": 3}


@dataclass
class Attempt:
    """What a contestant left (files that differ from the published crate) and what it cost.

    ``calls``: builds by cargo, the first look at the fault included; ``seconds``: wall clock.
    """

    files: Files
    calls: int
    seconds: float
    notes: dict[str, Any] = field(default_factory=dict)


Contestant = Callable[[Arena, Fault], Awaitable[Attempt]]


@contextmanager
def counted_builds() -> Iterator[list[str]]:
    """The builds that cargo is asked for meanwhile, by their verb, whoever asks."""
    seen: list[str] = []
    real = cargo_module.run

    async def run(argv: Any, **settings: Any) -> Any:
        seen.extend(itertools.islice((word for word in argv if word in ("check", "clippy", "test")), 1))
        return await real(argv, **settings)

    cargo_module.run = run
    try:
        yield seen
    finally:
        cargo_module.run = real


async def cargo_fix(arena: Arena, fault: Fault) -> Attempt:
    """`cargo fix --broken-code`, up to five rounds, as long as it changes something."""
    began = time.perf_counter()
    files: Files = arena.broken(fault)
    arena.put(files)
    calls = 0
    for _ in range(ROUNDS):
        calls += 1
        done = await arena.fix_by_cargo()
        now = arena.taken()
        if done or now == files:
            files = now
            break
        files = now
    return Attempt(files, calls, time.perf_counter() - began)


async def suggestions(arena: Arena, fault: Fault) -> Attempt:
    """Best-first over the compiler's suggestions alone: the tree with the fewest errors before it comes next."""
    began = time.perf_counter()
    first: Files = arena.broken(fault)
    order = itertools.count()
    waiting: list[tuple[int, int, int, Files, int]] = [(0, 0, next(order), first, 0)]
    seen = {_key(first)}
    calls = 0
    while waiting and calls < CALLS:
        _, _, _, files, steps = heapq.heappop(waiting)
        calls += 1
        result = await arena.check(files)
        errors = [found for found in result.diagnostics if found.level.is_error]
        if result.ok:
            return Attempt(files, calls, time.perf_counter() - began, {"steps": steps})
        if steps == STEPS:
            continue
        for rank, after in _advised(arena, files, errors):
            if _key(after) not in seen:
                seen.add(_key(after))
                heapq.heappush(waiting, (len(errors), rank, next(order), after, steps + 1))
    return Attempt(first, calls, time.perf_counter() - began)


def _advised(arena: Arena, files: Files, errors: list[Diagnostic]) -> Iterator[tuple[int, Files]]:
    """What each suggestion would make of the tree as it lies there."""
    for diagnostic in errors:
        for suggestion in diagnostic.suggestions:
            try:
                edits = to_edits(suggestion, arena.read)
            except PatchError:
                continue
            after = dict(files)
            for path in {edit.path for edit in edits}:
                after[path] = apply_edits(arena.read(path) or b"", [edit for edit in edits if edit.path == path])
            yield _RANKS.get(suggestion.applicability, 2), after


def _key(files: Files) -> tuple[tuple[str, bytes], ...]:
    return tuple(sorted(files.items()))


async def rusta(arena: Arena, fault: Fault) -> Attempt:
    """Rusta as she is shipped."""
    return await _session(arena, fault, lambda store: get_brain("search", store))


async def rusta_byte(arena: Arena, fault: Fault) -> Attempt:
    """Rusta with a byte-level model beside her: the `byte:` part of `home/brains.yaml` in ``--place`` names it."""
    return await _session(arena, fault, lambda store: get_brain("byte", store))


async def unfitted(arena: Arena, fault: Fault) -> Attempt:
    """Rusta with the judge that she has before anything is fitted: what it says is what fitting starts from."""
    return await _session(
        arena, fault, lambda store: SearchBrain(memory=Recollection(store, frozenset()), learnt=Learnt({}))
    )


async def _session(arena: Arena, fault: Fault, make: Callable[[Store], Brain]) -> Attempt:
    """A session with `--approve auto` on a repository of the broken crate, with no memory of any other session."""
    repository = arena.folder / "repository"
    _commit(repository, arena, fault)
    _warm(repository, arena)
    home = Path(os.environ["RUSTA_HOME"])
    events: list[Event] = []
    store = _new_store(home)
    inbox = Inbox()
    inbox.close()
    brain = Watched(make(store))
    add_brain("watched", lambda _: brain)
    request = Request(repository, brain="watched", approve="auto", policy=Policy.load(shipped("data", "policy.yaml")))
    began = time.perf_counter()
    outcome, branch = "error", None
    with counted_builds() as builds:
        try:
            log = await asyncio.wait_for(fix(request, store=store, inbox=inbox, emit=events.append), PATIENCE)
            outcome, branch = log.outcome.value, log.branch
        except TimeoutError:
            outcome = "out of patience"
        except RustaError as error:
            outcome = f"error: {error}"
    seconds = time.perf_counter() - began
    store.close()
    write_trace(home / "trace.json.gz", brain.thoughts, events)
    files = dict(arena.broken(fault))
    if branch:
        names = _git(repository, "diff", "--name-only", "main", branch).decode().split()
        files |= {name: _git(repository, "show", f"{branch}:{name}") for name in names}
    files = {path: content for path, content in files.items() if content != arena.sound(path)}
    spent = {meter.name: meter.value for meter in brain.take_meters()}
    return Attempt(files, len(builds), seconds, {"outcome": outcome, **_beliefs(events), "spent": spent})


def _beliefs(events: list[Event]) -> dict[str, Any]:
    """Her confidence before any probe and when she first decided to apply, and whether those candidates stood."""
    stood = {event.hypothesis for event in events if isinstance(event, PatchEvent) and event.status != "applied"}
    notes: dict[str, Any] = {
        "moves": [event.patch.move for event in events if isinstance(event, PatchEvent) and event.status != "applied"]
    }
    first = next((event for event in events if isinstance(event, BeliefEvent) and event.beliefs), None)
    if first is not None:
        best = max(first.beliefs, key=lambda key: first.beliefs[key])
        notes |= {"first": first.beliefs[best], "first_stood": best in stood}
    decided = next((event for event in events if isinstance(event, DecisionEvent) and event.by == "rusta"), None)
    if decided is not None:
        notes |= {"decided": decided.confidence, "action": decided.action, "reason": decided.reason}
    applied = next((event for event in events if isinstance(event, PatchEvent) and event.status == "applied"), None)
    if applied is not None:
        notes["decided_stood"] = applied.hypothesis in stood
    return notes


def _new_store(home: Path) -> Store:
    """An empty store: a copy of one, since making its tables takes longer than a session's first check."""
    model, mine = home / "empty.db", home / "session.db"
    if not model.exists():
        Store.open(f"sqlite:///{model}").close()
    for rest in home.glob("session.db*"):
        rest.unlink()
    shutil.copy(model, mine)
    return Store.open(f"sqlite:///{mine}")


def _git(repository: Path, *words: str) -> bytes:
    settings = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgSign=false"]
    return subprocess.run(["git", *settings, *words], cwd=repository, capture_output=True, check=True).stdout


def _commit(repository: Path, arena: Arena, fault: Fault) -> None:
    """Makes the broken crate the only commit of the repository, so that no history holds the answer."""
    if not (repository / ".git").exists():
        shutil.copytree(arena.crate.folder, repository, ignore=shutil.ignore_patterns("target", ".git"))
        _git(repository, "init", "-q", "-b", "main")
    for branch in _git(repository, "for-each-ref", "--format=%(refname)", "refs/heads/rusta").decode().split():
        _git(repository, "update-ref", "-d", branch)
    broken = arena.broken(fault)
    for file in repository.rglob("*.rs"):
        path = file.relative_to(repository).as_posix()
        content = broken.get(path, arena.sound(path))
        if content is not None and content != file.read_bytes():
            file.write_bytes(content)
    _git(repository, "add", "-A", "-f")
    tree = _git(repository, "write-tree").decode().strip()
    commit = _git(repository, "commit-tree", tree, "-m", "as it is").decode().strip()
    _git(repository, "update-ref", "refs/heads/main", commit)


def _warm(repository: Path, arena: Arena) -> None:
    """Gives a sandbox that does not exist yet the dependencies that the arena has built already."""
    target = sandboxes() / open_repository(repository).key / "target"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(arena.target, target, symlinks=True)
