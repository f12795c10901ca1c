"""Validate: the targeted check and tests first, then what is built upon the package. No green, no commit, ever."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.loop.guardrails import Comparison, compare, deletions, is_lint
from engine.loop.states.do import images, images_before, images_beside
from engine.loop.tally import targets_of
from engine.loop.task import Task
from engine.loop.work import Work
from engine.rust.cargo import TestResult
from engine.schema.diagnostic import Tool
from engine.schema.event import CheckStep, LoopState, PatchEvent, TestTally, ValidationEvent
from engine.schema.patch import Patch


@dataclass
class Judgement:
    """What validation came to. ``holds``: the patch stays, as green or as progress. ``reason`` is one line.

    ``undecidable``: the tests cannot tell (they flicker or never end), so no other patch would fare better.
    ``unjudged`` are the tests of a patch that compiles while some are red that could not be run before it.
    """

    holds: bool
    green: bool = False
    flaky: tuple[str, ...] = ()
    reason: str = ""
    undecidable: bool = False
    unjudged: TestResult | None = None
    tests: TestResult | None = None


async def validate(work: Work, task: Task, patch: Patch) -> Judgement:
    """Judges a patch that is applied in the sandbox.

    A patch that holds is recorded as "green" (its package compiles and its tests pass) or "stacked" (its
    diagnostic is gone, nothing is new, other errors remain), with its inverse proven.
    """
    async with work.entering(LoopState.VALIDATE, task) as note:
        steps: list[CheckStep] = []
        lost = deletions(work.policy, images_before(work, patch), images(work, patch), images_beside(work, patch))
        outcome = await _check(work, task, steps)
        judgement = _judge_check(task, outcome, lost)
        if judgement.holds and not outcome.remaining:
            judgement = await _judge_tests(work, task, steps)
        green = judgement.holds and not outcome.remaining
        if judgement.holds and task.diagnostic.tool is Tool.TEST:
            green = _keep_red(work, task, patch, judgement)
        if judgement.holds and not work.bench.sandbox.prove(patch):
            judgement = Judgement(False, reason="the way back is not byte-exact")
            green = False
        work.recorder.record(
            ValidationEvent,
            task=task.id,
            patch=patch.id,
            steps=tuple(steps),
            green=green,
            progress=judgement.holds and not green,
            deletions=lost,
            new_diagnostics=tuple(found.id for found in outcome.caused),
            remaining=len(outcome.remaining),
        )
        if judgement.holds:
            work.recorder.record(
                PatchEvent,
                task=task.id,
                hypothesis=task.belief.best,
                patch=patch,
                status="green" if green else "stacked",
                proven=True,
                blast=work.bench.index.blast_radius(patch.edits),
            )
        note.text = judgement.reason
    return replace(judgement, green=green)


def _keep_red(work: Work, task: Task, patch: Patch, judgement: Judgement) -> bool:
    """Keeps what is still red with a patch that mends a test. True when the package may be committed with it.

    Tests that were red before anything was changed hold nothing up; those that a patch of this session brought to
    light, by making the package compile, do.
    """
    package = task.diagnostic.package
    still = set(judgement.tests.failures) if judgement.tests is not None else set()
    work.reds[patch.id] = work.red_tests
    work.red_tests = tuple(found for found in work.red_tests if found.id.removeprefix("test:") in still)
    below = [item for item in work.state.stacked if work.state.tasks[item.task].diagnostic.package == package]
    return not work.red_tests or all(item.patch.id == patch.id or item.status == "green" for item in below)


async def _check(work: Work, task: Task, steps: list[CheckStep]) -> Comparison:
    package = task.diagnostic.package
    result = await work.check(work.only(package), clippy=is_lint(task.diagnostic))
    errors = sum(found.level.is_error for found in result.diagnostics)
    summary = result.failure or ("compiles" if not errors else f"{errors} error{'s' * (errors != 1)} left")
    steps.append(CheckStep(command=result.command, seconds=round(result.seconds, 3), passed=result.ok, summary=summary))
    known = [found for found in work.diagnostics if not work.only(package) or found.package == package]
    return compare(task.diagnostic, known, result.diagnostics)


def _judge_check(task: Task, outcome: Comparison, lost: tuple[str, ...]) -> Judgement:
    if lost:
        return Judgement(False, reason=f"bought by deletion: {lost[0]}")
    if not outcome.gone:
        return Judgement(False, reason=f"{task.diagnostic.label} stays where it was")
    if outcome.caused:
        first = outcome.caused[0]
        return Judgement(False, reason=f"it brings a new {first.label} at {first.where}: {first.message}")
    if outcome.remaining:
        left = len(outcome.remaining)
        return Judgement(True, reason=f"progress: {left} other error{'s' * (left != 1)} in the package")
    return Judgement(True, reason="compiles")


async def _judge_tests(work: Work, task: Task, steps: list[CheckStep]) -> Judgement:
    """Runs the package's tests, then those of the members built upon it."""
    if not work.policy.tests.run:
        return Judgement(True, reason="compiles; the policy runs no tests")
    package = task.diagnostic.package
    known = task.tested.get(task.belief.best or "")
    judgement = await _run_tests(work, package, work.only(package), steps, known)
    if judgement.holds and task.diagnostic.tool is Tool.TEST:
        judgement = _judge_mended(work, task, judgement)
    for dependent in work.bench.dependents_of(package) if judgement.holds else ():
        if any(found.level.is_error and found.package == dependent for found in work.diagnostics):
            continue
        check = await work.check((dependent,))
        steps.append(
            CheckStep(
                command=check.command,
                seconds=round(check.seconds, 3),
                passed=check.ok,
                summary="compiles" if check.ok else "does not compile",
            )
        )
        if check.ok:
            judgement = await _run_tests(work, dependent, (dependent,), steps)
        if not judgement.holds:
            break
    return judgement


def _judge_mended(work: Work, task: Task, judgement: Judgement) -> Judgement:
    """Whether the failing test that was worked on is green now."""
    failed = judgement.tests.failures if judgement.tests is not None else ()
    name = task.id.removeprefix("test:")
    return Judgement(False, reason=f"test {name} is still red") if name in failed else judgement


async def _run_tests(
    work: Work, package: str, selection: tuple[str, ...], steps: list[CheckStep], known: TestResult | None = None
) -> Judgement:
    result = known or await work.test(selection)
    red_before = set(work.baselines[package].failures) if package in work.baselines else set()
    newly_red = tuple(name for name in result.failures if name not in red_before)
    flaky: tuple[str, ...] = ()
    if newly_red and not result.timed_out and work.policy.tests.rerun_red_once:
        again = await work.test(selection)
        flaky = tuple(name for name in newly_red if again.outcomes.get(name) == "ok")
    # A test that flickered once proves nothing by being green later.
    flaky += tuple(name for name in result.outcomes if name in work.state.flaky and name not in flaky)
    steps.append(_step(result, newly_red, flaky))
    if result.timed_out:
        reason = f"the tests did not end within {work.policy.limits.test_seconds:.0f} s"
        return Judgement(False, reason=reason, undecidable=True)
    if flaky:
        reason = f"{flaky[0]} flickers: red, then green on the same tree"
        return Judgement(False, flaky=flaky, reason=reason, undecidable=True)
    if newly_red:
        more = f" and {len(newly_red) - 1} more" if len(newly_red) > 1 else ""
        unjudged = None if package in work.baselines else result
        return Judgement(False, reason=f"test {newly_red[0]} is red{more}", unjudged=unjudged)
    if not result.ok and not result.failures:
        return Judgement(False, reason="cargo test failed before any test ran")
    passed = _passed(result)
    reason = f"{passed} test{'s' * (passed != 1)} green" if passed else "compiles; no test covers it"
    return Judgement(True, reason=reason, tests=result)


def _step(result: TestResult, newly_red: tuple[str, ...], flaky: tuple[str, ...]) -> CheckStep:
    failures = tuple(result.failures)
    tally = TestTally(
        passed=_passed(result),
        failed=len(failures),
        ignored=sum(outcome == "ignored" for outcome in result.outcomes.values()),
        failures=failures,
        newly_red=newly_red,
        flaky=flaky,
        targets=targets_of(result),
    )
    summary = "timed out" if result.timed_out else f"{tally.passed} green, {tally.failed} red, {tally.ignored} ignored"
    return CheckStep(
        command=result.command,
        seconds=round(result.seconds, 3),
        passed=not newly_red and not result.timed_out and (result.ok or bool(failures)),
        summary=summary,
        tests=tally,
    )


def _passed(result: TestResult) -> int:
    return sum(outcome == "ok" for outcome in result.outcomes.values())
