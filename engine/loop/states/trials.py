"""Trials by the hundred: what may mend a failing test is built once, with a switch for each change, and run one by one.

A change that tests alone can judge is cheap to judge that way: one build, then milliseconds a change
(`engine.rust.switches`). A first run with no switch on tells which of them the failing tests reach at all. Those that
turn the failing tests green are run against all tests of the package.
"""

from __future__ import annotations

import asyncio
import math
import re
import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.brain.protocol import Candidate
from engine.loop.work import Work
from engine.rust.cargo import TestBuild
from engine.rust.switches import CHOICE, REACHED, TRACE, Switch, Switched, switch_for, switched
from engine.sandbox.patches import patch_to

_BUILDS = 8
_BATCH = 24
_SIDE_BY_SIDE = 2
_ENOUGH = 6
_TOLD = 2
_TIMED = 4
_CHUNK_SECONDS = 4.0
_SIBLINGS = 6
_SLOWEST = 10
_ENDED = re.compile(r"^rusta-ended (\d+)$")
_TOLD_LINE = "^(running [0-9]+ tests?$|test result: |test .* FAILED$)"
_RED = re.compile(r"^test (.+?)(?: - should panic)? \.\.\. FAILED$")


@dataclass(frozen=True)
class Green:
    """A candidate that turns the failing test green and none red. ``left`` are the other tests that failed before and
    still do; ``told_by`` is how many tests tell it from the code as it is, or from other changes of the same place."""

    key: str
    left: int
    told_by: int


@dataclass
class Trials:
    """What became of the changes: how many could be built, how many of them the failing test reaches, how many were
    run, and those that mend it, best first."""

    built: int = 0
    reached: int = 0
    ran: int = 0
    green: tuple[Green, ...] = ()
    note: str = ""


async def try_all(work: Work, candidates: Sequence[Candidate], test: str, red: frozenset[str], package: str) -> Trials:
    """Tries candidates of one file each against a failing test; ``red`` are all tests that fail, this one too."""
    read = work.bench.sandbox.read
    sources = {edit.path: read(edit.path) or b"" for each in candidates for edit in each.edits}
    switches: dict[int, Switch] = {}
    for number, candidate in enumerate(candidates):
        if len({edit.path for edit in candidate.edits}) == 1:
            switch = switch_for(number, sources[candidate.edits[0].path], candidate.edits)
            if switch is not None:
                switches[number] = switch
    outcome = Trials()
    owner = (
        next((each for each in work.bench.workspace.packages if each.name == package), None)
        if work.bench.workspace
        else None
    )
    roots = tuple(root for root in (owner.roots if owner else ()) if read(root) is not None)
    if not switches or not roots:
        outcome.note = "nothing that can be switched"
        return outcome
    for root in roots:
        sources.setdefault(root, read(root) or b"")
    build = None
    for left in reversed(range(_BUILDS)):
        made = switched(sources, list(switches.values()), roots)
        files: Mapping[str, bytes | None] = made.files
        with work.bench.trying(patch_to(read, files, intent="switches", move="")):
            build = await work.inbox.guard(work.bench.cargo.build_tests(work.only(package)))
        if build.ok:
            break
        if not _without_broken(switches, made, build, hurried=left < _BUILDS // 2):
            # An error that points at none of them may still be one's doing: the likelier half goes on alone.
            switches = dict(list(switches.items())[: len(switches) // 2])
            if not switches:
                build = None
                break
    if build is None or not build.ok:
        outcome.note = "the switches do not compile"
        return outcome
    outcome.built = len(switches)
    await _run(work, build, switches, candidates, test, red, outcome)
    return outcome


def _without_broken(switches: dict[int, Switch], made: Switched, build: TestBuild, hurried: bool) -> bool:
    """Drops the switches that errors are about, else those that stand beside errors; False where none is left.

    ``hurried`` drops all of a function, for errors that show one at a time.
    """
    errors = [
        sorted(found.spans, key=lambda span: not span.primary) for found in build.diagnostics if found.level.is_error
    ]
    for blamed in (made.blamed, lambda spans: made.beside(spans, whole=hurried)):
        dropped = set[int]().union(*(blamed(spans) for spans in errors)) & switches.keys()
        for number in dropped:
            del switches[number]
        if dropped:
            return bool(switches)
    return False


async def _run(
    work: Work,
    build: TestBuild,
    switches: Mapping[int, Switch],
    candidates: Sequence[Candidate],
    test: str,
    red: frozenset[str],
    outcome: Trials,
) -> None:
    # A test of the documentation is in no program: then the others that fail tell.
    held = [each for each in dict.fromkeys((test, *sorted(red))) if _program_of(build, each)[0]]
    if not held:
        outcome.note = "no test program that holds it"
        return
    until = time.monotonic() + work.policy.probes.deep.seconds
    timed = [each for other in held[: 1 + _TIMED] if (each := await _timed(work, build, other))]
    own = timed[0]
    quick = min(timed, key=lambda each: each.seconds)
    names = {each.partition("::")[2] for each in red}  # those of the documentation too: Validate asks them
    found: list[tuple[int, int, frozenset[str]]] = []
    for run in dict.fromkeys((quick, own)):
        reached = [number for number in switches if number in run.reached]
        outcome.reached = max(outcome.reached, len(reached))
        late = math.ceil(min(_SLOWEST, 2 + 5 * run.seconds))
        every = " ; ".join(f"timeout {3 * late} {shlex.quote(path)}" for path in build.binaries.values())
        size = max(_SIDE_BY_SIDE, min(_BATCH, int(_CHUNK_SECONDS / run.seconds))) * _SIDE_BY_SIDE
        for start in range(0, len(reached), size):
            chunk = reached[start : start + size]
            outcome.ran += len(chunk)
            ended = await _run_each(work, f"timeout {late} {run.command}", chunk, late)
            mended = [number for number in chunk if number in ended and ended[number].ok]
            for number, whole in (await _run_each(work, every, mended, 3 * late)).items():
                if not whole.late and not whole.failed - names and own.name not in whole.failed:
                    found.append((len(whole.failed), number, whole.failed))
            if len(found) >= _ENOUGH or time.monotonic() > until:
                break
        if found or time.monotonic() > until:
            break
    green = []
    for left, number, failed in sorted(found, key=lambda each: each[:2]):
        mine = names - failed
        others = await _siblings(work, every, switches, number, 3 * late) if len(mine) < _TOLD else frozenset()
        green.append(Green(candidates[number].key, left, len(mine | (others - names))))
    outcome.green = tuple(green)


def _program_of(build: TestBuild, test: str) -> tuple[str, str]:
    """The program that holds a test, and the test's name in it; empty for one that is in no program of its own."""
    target, _, name = test.partition("::")
    source = target.partition(" ")[2]
    if source and name:
        for path, program in build.binaries.items():
            if path == source or path.endswith(f"/{source}"):
                return program, name
    return "", ""


async def _siblings(work: Work, every: str, switches: Mapping[int, Switch], number: int, late: int) -> frozenset[str]:
    """The tests that are red under other changes of the same place: they hold it where it is."""
    place = switches[number]
    near = [
        other
        for other, each in switches.items()
        if other != number
        and (each.path, each.byte_start, each.byte_end) == (place.path, place.byte_start, place.byte_end)
    ]
    ended = await _run_each(work, every, near[:_SIBLINGS], late)
    return frozenset().union(*(run.failed for run in ended.values()))


@dataclass(frozen=True)
class _Ended:
    """How a run of test programs ended under one switch. ``late``: not every program came to its end."""

    ok: bool
    late: bool
    failed: frozenset[str]


@dataclass(frozen=True)
class _Timed:
    """A failing test: the command that runs it, the switches that it reaches, and how long it takes."""

    name: str
    command: str
    reached: frozenset[int]
    seconds: float


async def _timed(work: Work, build: TestBuild, test: str) -> _Timed | None:
    program, name = _program_of(build, test)
    if not program:
        return None
    command = f"{shlex.quote(program)} --exact {shlex.quote(name)}"
    began = time.monotonic()
    script = f"export {TRACE}=1; timeout {_SLOWEST} {command} 2>&1"
    lines = await work.inbox.guard(work.bench.cargo.run_script(script, seconds=2 * _SLOWEST))
    reached = {int(found) for line in lines for found in re.findall(rf"{REACHED}(\d+)", line)}
    return _Timed(name, command, frozenset(reached), max(time.monotonic() - began, 0.01))


async def _run_each(work: Work, command: str, numbers: Sequence[int], seconds: int) -> dict[int, _Ended]:
    """Runs a command under each switch, some side by side."""

    async def batch(own: Sequence[int]) -> dict[int, _Ended]:
        each = f"export {CHOICE}=$n; ({command}) 2>&1 | grep -E '{_TOLD_LINE}'; echo rusta-ended $n"
        script = f"for n in {' '.join(map(str, own))}; do {each}; done"
        return _read(await work.bench.cargo.run_script(script, seconds=seconds * len(own) + 10))

    async def all_of(parts: Sequence[Sequence[int]]) -> list[dict[int, _Ended]]:
        return list(await asyncio.gather(*(batch(part) for part in parts)))

    parts = [part for part in (numbers[i::_SIDE_BY_SIDE] for i in range(_SIDE_BY_SIDE)) if part]
    merged: dict[int, _Ended] = {}
    for each in await work.inbox.guard(all_of(parts)) if parts else ():
        merged |= each
    return merged


def _read(lines: Sequence[str]) -> dict[int, _Ended]:
    found: dict[int, _Ended] = {}
    failed: set[str] = set()
    started = ended = 0
    for line in lines:
        if told := _ENDED.match(line):
            ok = not failed and 0 < started == ended
            found[int(told[1])] = _Ended(ok, started != ended, frozenset(failed))
            failed, started, ended = set(), 0, 0
        elif line.startswith("running "):
            started += 1
        elif line.startswith("test result: "):
            ended += 1
        elif red := _RED.match(line):
            failed.add(red[1])
    return found
