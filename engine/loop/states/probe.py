"""Probe: the smallest checks that move uncertainty, within the budget of the gear.

The micro loop: take the cheapest probe that could still change the decision, update the belief, stop when
the confidence is enough or the budget is spent. A quick gear that runs out escalates to the deep one.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from engine.brain.protocol import Candidate, Probing
from engine.errors import PatchError, ToolMissingError
from engine.loop.guardrails import compare, deletions, is_lint, threshold
from engine.loop.policy import Budget
from engine.loop.states.do import images, images_before, images_beside, make
from engine.loop.states.reflect import outcome_record
from engine.loop.states.think import record_belief, record_hypothesis
from engine.loop.states.trials import try_all
from engine.loop.task import Task, crosses, paths_of
from engine.loop.work import Work
from engine.rust.analyzer import Analyzer
from engine.schema.diagnostic import Tool
from engine.schema.event import Gear, LoopState, MeterEvent, ProbeEvent

_ALONE = 2  # trials of a task from which on others are checked beside them
_NO_FEWER = 3.0  # a patch that only puts other errors in the place of one speaks for itself that much less
Kind = Literal["check", "trial", "structure", "analyzer", "test", "clippy", "docs"]


@dataclass
class Finding:
    """What a probe found, filled in by the probe itself."""

    verdict: Literal["supports", "refutes", "neutral", "failed"] = "neutral"
    text: str = ""
    factor: float = 1.0
    keys: tuple[str, ...] | None = None
    deletions: tuple[str, ...] = ()


async def probe(work: Work, task: Task) -> None:
    """Probes until the confidence suffices or the budget of the deep gear is spent."""
    async with work.entering(LoopState.PROBE, task) as note:
        if task.diagnostic.tool is Tool.TEST:
            await _switches_probe(work, task)
            note.text = f"{task.probes_used} probes, confidence {task.belief.confidence:.2f}"
            return
        if not task.probed:
            await _check_probe(work, task)
            await _baseline_probe(work, task)
            task.probed = True
        try:
            await _probe_on(work, task)
        finally:
            await work.bench.ahead.drop()
        note.text = f"{task.probes_used} probes, confidence {task.belief.confidence:.2f}"


async def _probe_on(work: Work, task: Task) -> None:
    """One probe after the other, until the decision stands, the budget is spent or nothing is left to ask."""
    while not task.gone:
        best = task.best
        if best is None or _enough(work, task, best):
            return
        if _spent(task, _budget(work, task)):
            if task.gear is Gear.DEEP or _enough(work, task, best):
                return
            task.gear = Gear.DEEP
            work.say(work.voice.say("escalate"), task=task)
            continue
        if not await _next_probe(work, task, best):
            return


def _enough(work: Work, task: Task, best: Candidate) -> bool:
    """Sure enough, and nothing better is to be looked for: a patch that leaves other errors may not be the best."""
    left = task.left.get(best.key)
    if not _is_sure(work, task, best) or left is None:
        return False
    before = sum(found.level.is_error and found.package == task.diagnostic.package for found in work.diagnostics)
    least = work.policy.probes.quick.count * (1 if left < before else 2)
    return left == 0 or len(task.tried) >= least


def _is_sure(work: Work, task: Task, best: Candidate) -> bool:
    if crosses(task, best) and not task.structure_probed:
        return False
    return task.belief.confidence >= threshold(work.policy, paths_of(best))


def _budget(work: Work, task: Task) -> Budget:
    return work.policy.probes.quick if task.gear is Gear.QUICK else work.policy.probes.deep


def _spent(task: Task, budget: Budget) -> bool:
    return task.probes_used >= budget.count or task.probe_seconds >= budget.seconds


async def _next_probe(work: Work, task: Task, best: Candidate) -> bool:
    """Takes the cheapest probe that can still change something; False when there is none left.

    Which one it is says a brain that has learnt it, where there are several.
    """
    possible = _possible(work, task, best)
    if not possible:
        return False
    kind = next(iter(possible))
    if len(possible) > 1 and isinstance(work.brain, Probing):
        chosen = await work.inbox.guard(work.brain.choose(task.diagnostic, tuple(task.notes), tuple(possible)))
        kind = next((each for each in possible if each == chosen), kind)
    await possible[kind]()
    return True


def _possible(work: Work, task: Task, best: Candidate) -> dict[Kind, Callable[[], Awaitable[None]]]:
    """The probes that can still change something, the cheapest first.

    A trial comes first: one check rules most hypotheses out, and Validate asks for the same check, which is then
    known already. Who uses what the best one changes is looked up for one that the trial spoke for.
    """
    if best.key not in task.tried:
        return {"trial": lambda: _trial_probe(work, task, best)}
    possible: dict[Kind, Callable[[], Awaitable[None]]] = {}
    sure = _is_sure(work, task, best)
    if not task.structure_probed and best.key in task.left and not sure:
        possible["structure"] = lambda: _reach_probe(work, task)
    untested = best.key not in task.tested and task.left.get(best.key) == 0
    if untested and not sure and work.policy.tests.run and not is_lint(task.diagnostic):
        possible["test"] = lambda: _tests_probe(work, task, best)
    untried = next(iter(_untried(task)), None)
    if untried is not None:
        possible["trial"] = lambda: _trial_probe(work, task, untried)
    return possible


def _untried(task: Task) -> list[Candidate]:
    """The candidates without a trial, the likeliest first."""
    ranked = sorted(task.candidates, key=lambda candidate: -task.belief.probability(candidate.key))
    return [candidate for candidate in ranked if candidate.key not in task.tried]


async def _reach_probe(work: Work, task: Task) -> None:
    """Looks up what the best one reaches, by rust-analyzer where there is one and by structure, in the deep gear."""
    task.gear = Gear.DEEP
    if work.bench.toolchain.analyzer is not None:
        await _analyzer_probe(work, task)
    await _structure_probe(work, task)


async def _check_probe(work: Work, task: Task) -> None:
    """Asks cargo whether the diagnostic still stands where it stood."""
    package = task.diagnostic.package
    async with _probing(work, task, "check", "cargo clippy" if is_lint(task.diagnostic) else "cargo check") as finding:
        result = await work.check(work.only(package), clippy=is_lint(task.diagnostic))
        errors = [found for found in result.diagnostics if found.level.is_error]
        same = next((found for found in result.diagnostics if found.id == task.id), None)
        factors = work.policy.evidence.check
        if same is None:
            task.gone = True
            finding.verdict, finding.factor, finding.text = "refutes", factors.refutes, "the diagnostic is gone"
        else:
            finding.verdict, finding.factor = "supports", factors.supports
            finding.text = f"{len(errors)} error{'s' * (len(errors) != 1)}, same span"


async def _baseline_probe(work: Work, task: Task) -> None:
    """Runs the tests of a package that builds, before it is changed: only then can "newly red" be told."""
    package = task.diagnostic.package
    broken = any(found.level.is_error and found.package == package for found in work.diagnostics)
    if broken or package in work.baselines or not work.policy.tests.run:
        return
    async with _probing(work, task, "test", f"cargo test -p {package}") as finding:
        result = await work.test(work.only(package))
        work.baselines[package] = result
        finding.text = f"before any change {len(result.failures)} of {len(result.outcomes)} tests are red"


async def _analyzer_probe(work: Work, task: Task) -> None:
    """Asks rust-analyzer for the type at the place in question and for who refers to it."""
    best, span = task.best, task.diagnostic.primary
    if best is None or span is None:
        return
    factors = work.policy.evidence.analyzer
    async with _probing(work, task, "analyzer", f"rust-analyzer type, references at {span.file}") as finding:
        finding.keys = (best.key,)
        try:
            async with Analyzer.start(work.bench.toolchain, work.bench.sandbox.path, work.bench.wrap) as analyzer:
                known = await work.inbox.guard(analyzer.type_at(span.file, span.byte_start))
                places = await work.inbox.guard(analyzer.references(span.file, span.byte_start))
        except ToolMissingError as error:
            finding.verdict, finding.text = "failed", str(error)
            return
        files = {place.file for place in places}
        narrow = len(files) <= work.policy.blast.max_files
        finding.verdict = "supports" if narrow else "refutes"
        finding.factor = factors.supports if narrow else factors.refutes
        finding.text = f"{known or 'no type known'}, {len(places)} references in {len(files)} files"


async def _structure_probe(work: Work, task: Task) -> None:
    """Looks up who uses what the best hypothesis changes, before anything else is changed for it."""
    best = task.best
    if best is None:
        return
    span = task.diagnostic.primary
    async with _probing(work, task, "structure", f"references in {span.file if span else 'crate'}") as finding:
        blast = work.bench.index.blast_radius(best.edits)
        wide = len(blast.files) > work.policy.blast.max_files or blast.references > work.policy.blast.max_references
        factors = work.policy.evidence.structure
        finding.verdict = "refutes" if wide else "supports"
        finding.factor = factors.refutes if wide else factors.supports
        finding.keys = (best.key,)
        finding.text = (
            f"{len(blast.files)} file{'s' * (len(blast.files) != 1)}, {', '.join(blast.symbols) or 'no symbol'}, "
            f"{blast.references} reference{'s' * (blast.references != 1)}"
        )
        if work.bench.toolchain.analyzer is None:
            finding.text += " (by structure: rust-analyzer is not installed)"
        task.structure_probed = True


async def _trial_probe(work: Work, task: Task, candidate: Candidate) -> None:
    """Holds the candidate in the sandbox for one check, then takes it back."""
    task.tried.add(candidate.key)
    factors = work.policy.evidence.trial
    package = task.diagnostic.package
    async with _probing(work, task, "trial", f"cargo check with {candidate.move}") as finding:
        finding.keys = (candidate.key,)
        finding.verdict, finding.factor = "refutes", factors.refutes
        try:
            patch = await make(work, task, candidate)
        except PatchError as error:
            finding.text = str(error)
            return
        await _look_ahead(work, task)
        with work.bench.trying(patch):
            result = await work.check(work.only(package), clippy=is_lint(task.diagnostic))
            lost = deletions(work.policy, images_before(work, patch), images(work, patch), images_beside(work, patch))
        own = [found for found in work.diagnostics if found.package == package]
        outcome = compare(task.diagnostic, own, result.diagnostics)
        if lost:
            finding.text, finding.deletions = lost[0], lost
        elif not outcome.gone:
            finding.text = "the diagnostic stays"
        elif outcome.caused:
            finding.text = f"new {outcome.caused[0].label} at {outcome.caused[0].where}"
        else:
            left = task.left[candidate.key] = len(outcome.remaining)
            clean = work.policy.evidence.clean
            fewest = min(task.left.values())
            task.belief.update(clean.refutes, _outdone(task, candidate, left, fewest))
            finding.verdict = "supports"
            finding.factor = factors.supports * (clean.refutes if left > fewest else 1.0 if left else clean.supports)
            if left >= len([found for found in own if found.level.is_error]):
                finding.factor /= _NO_FEWER
            finding.text = f"the diagnostic is gone, {left} error{'s' * (left != 1)} left"
    if finding.verdict == "refutes":
        record_hypothesis(work, task, candidate.key, "refuted")
        work.brain.learn(outcome_record(work, task, candidate, green=False, verdict="refuted"))


async def _look_ahead(work: Work, task: Task) -> None:
    """Begins to check the next candidates beside this one's trial, from the second trial on: the first one often is
    the last.
    """
    left = _budget(work, task).count - task.probes_used if task.gear is Gear.DEEP else work.policy.probes.deep.count
    if len(task.tried) < _ALONE or left <= 0:
        return
    room = await work.inbox.guard(work.bench.room_ahead())
    for candidate in _untried(task)[: min(room, left)]:
        with suppress(PatchError):  # its own trial will say so
            patch = await make(work, task, candidate)
            work.bench.check_ahead(patch, work.only(task.diagnostic.package), clippy=is_lint(task.diagnostic))


def _outdone(task: Task, candidate: Candidate, left: int, fewest: int) -> tuple[str, ...]:
    """The candidates that a new one outdoes: they leave more errors, and nothing yet left so few."""
    others = {key: count for key, count in task.left.items() if key != candidate.key}
    was = min(others.values(), default=left)
    return tuple(key for key, count in others.items() if left == fewest < was and count == was)


async def _switches_probe(work: Work, task: Task) -> None:
    """Builds all that may mend a failing test at once, each change behind a switch, and runs the tests under each."""
    if task.probed or not task.candidates or work.trials_in_vain >= work.policy.attempts.quick:
        return
    task.probed = True
    await _baseline_probe(work, task)
    package = task.diagnostic.package
    async with _probing(
        work, task, "test", f"cargo test with {len(task.candidates)} changes, one at a time"
    ) as finding:
        finding.keys = tuple(candidate.key for candidate in task.candidates)
        finding.verdict, finding.factor = "refutes", work.policy.evidence.trial.refutes
        red = frozenset(found.id.removeprefix("test:") for found in work.red_tests) | {task.id.removeprefix("test:")}
        found = await try_all(work, task.candidates, task.id.removeprefix("test:"), red, package)
        finding.text = (
            f"{found.built} built, {found.reached} reached by the test, {found.ran} run, {len(found.green)} green"
        )
        if found.green:
            finding.verdict = "supports"
        elif found.note:  # nothing ran, so nothing is refuted
            finding.verdict, finding.factor, finding.text = "neutral", 1.0, found.note
    work.trials_in_vain = 0 if found.green else work.trials_in_vain + 1
    evidence = work.policy.evidence.mended
    for place, each in enumerate(found.green):
        sure = evidence.several if each.told_by > 1 else evidence.one
        task.belief.know(each.key, sure * 0.99**place)
        record_hypothesis(work, task, each.key, "open")
    record_belief(work, task)


async def _tests_probe(work: Work, task: Task, candidate: Candidate) -> None:
    """Holds a candidate with which everything compiles for one run of the tests, then takes it back."""
    factors = work.policy.evidence.tests
    package = task.diagnostic.package
    async with _probing(work, task, "test", f"cargo test with {candidate.move}") as finding:
        finding.keys = (candidate.key,)
        with work.bench.trying(await make(work, task, candidate)):
            result = await work.test(work.only(package))
        task.tested[candidate.key] = result
        red = set(result.failures) - set(work.baselines[package].failures if package in work.baselines else ())
        passed = sum(ending == "ok" for ending in result.outcomes.values())
        finding.text = f"{passed} tests green, {len(red)} red"
        if red or result.timed_out:
            finding.verdict, finding.factor = "refutes", factors.refutes
            work.brain.learn(outcome_record(work, task, candidate, green=False, verdict="refuted"))
        elif passed:
            finding.verdict, finding.factor = "supports", factors.supports


@asynccontextmanager
async def _probing(work: Work, task: Task, kind: Kind, command: str) -> AsyncIterator[Finding]:
    """Records a probe's start and end, charges the budget, and lets its finding move the belief."""
    task.probes_used += 1
    name = f"{task.id}/{task.attempt}/p{task.probes_used}"
    head = {"id": name, "task": task.id, "probe": kind, "command": command}
    work.recorder.record(ProbeEvent, **head, status="running")
    began = time.monotonic()
    finding = Finding()
    yield finding
    seconds = time.monotonic() - began
    task.probe_seconds += seconds
    work.recorder.record(
        ProbeEvent,
        **head,
        status="done",
        seconds=round(seconds, 3),
        verdict=finding.verdict,
        finding=finding.text,
        deletions=finding.deletions,
    )
    task.notes.append((kind, finding.verdict))
    task.belief.update(finding.factor, finding.keys)
    record_belief(work, task, because=name)
    budget = _budget(work, task)
    work.recorder.record(MeterEvent, name="probes", value=task.probes_used, limit=budget.count, unit="probes")
    work.recorder.record(
        MeterEvent, name="probe_seconds", value=round(task.probe_seconds, 3), limit=budget.seconds, unit="s"
    )
