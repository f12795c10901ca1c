"""Gates: what opens a stage, what still keeps it closed, and the exam that decides.

A gate is decided by the unfavourable end of its figure's 95 % interval, on a sealed set, and for one brain: when the
brain changes the exam is void. The mentor may overrule it with a written reason, for that brain alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from curriculum.stages import Bound, Gate, Stage, stages
from engine.errors import RustaError
from engine.evals.brains import weights_of
from engine.evals.caseset import CaseSet
from engine.evals.compare import SCORES, compare
from engine.evals.figures import value_text
from engine.evals.metrics.calibration import LEAST_TO_GATE
from engine.evals.metrics.card import figure_of
from engine.evals.plan import Plan
from engine.evals.record import CaseLimits, Run, log_file, read_run
from engine.evals.sealed import WORN_AFTER, Sealed, exams
from engine.evals.tasks import CLIPPY, SCORERS, task_named, task_of
from engine.loop.recorder import now
from engine.store.gates import GateOverride, GateResult
from engine.store.store import Store

State = Literal["open", "closed", "overridden", "expired", "unmeasured", "locked"]


@dataclass(frozen=True)
class Standing:
    """Where a stage stands for one brain.

    ``result`` is the newest exam, of whichever brain; ``override`` one for this brain. ``missing`` says in lines what
    keeps the gate closed, and is empty where it is open. ``exams`` is how often its sealed set was sat.
    """

    stage: Stage
    state: State
    result: GateResult | None
    override: GateOverride | None
    missing: tuple[str, ...]
    exams: int = 0

    @property
    def open(self) -> bool:
        """Whether the stage after it may be begun."""
        return self.state in ("open", "overridden")


def standings(store: Store, brain: str, brain_hash: str) -> tuple[Standing, ...]:
    """Every stage as it stands for the brain of that name and hash."""
    found: dict[int, Standing] = {}
    for stage in stages():
        found[stage.number] = _standing(store, stage, brain, brain_hash, found)
    return tuple(found.values())


def exam_plan(stage: Stage, brain: str, store: Store, *, cases: Path | None = None, parallel: int = 1) -> Plan:
    """The exam of a stage: its sealed set, or other sealed ``cases``, on the terms of its gate.

    Raises `RustaError` where the set is not sealed whole or is worn out, and for a brain that is not there.
    """
    task = task_of(cases.absolute()) if cases is not None else task_named(stage.gate.task)
    found = task.load()
    seal = seal_of(found)
    if len(exams(seal)) >= WORN_AFTER:
        raise RustaError(
            f"the set {seal} is worn out: {WORN_AFTER} exams were taken on it",
            fix="seal another set (`rusta eval seal NAME --cases PATH`) and name it: --cases PATH",
        )
    weights_of(brain, store)  # a brain that is not there is said so before an exam is counted
    return Plan(
        task=task.name,
        cases=found,
        brain=brain,
        limits=CaseLimits(),
        epochs=stage.gate.epochs,
        memory=stage.gate.memory,
        parallel=parallel,
        scorers=(*SCORERS, CLIPPY) if stage.gate.metric == "conformity" else SCORERS,
    )


def seal_of(cases: CaseSet) -> str:
    """The seal that holds every one of the cases. `RustaError` when none does: a gate is decided on a sealed set."""
    held = Sealed.load().sealed_cases(cases)
    for name, count in held.items():
        if count == len(cases.cases):
            return name
    raise RustaError(
        f"{cases.source} is not sealed: {max(held.values(), default=0)} of its {len(cases.cases)} cases are",
        fix="a gate is decided on a sealed set: `rusta eval seal NAME --cases PATH`",
    )


def record_exam(store: Store, stage: Stage, run: Run, seal: str, brain_hash: str) -> None:
    """Keeps what a finished exam found: of its stage, and of every other one whose exam is on the same terms.

    A sealed set wears with every exam, so none is sat for what another has shown already. Raises as `result_of` does.
    """
    store.record_gate(result_of(stage, run, seal, brain_hash, store))
    for other in stages():
        if other != stage and _terms(other) == _terms(stage):
            result = result_of(other, run, seal, brain_hash, store)
            if result.value is not None:
                store.record_gate(result)


def result_of(stage: Stage, run: Run, seal: str, brain_hash: str, store: Store) -> GateResult:
    """What a finished exam found; where the metric has to rise, against the newest exam of another brain.

    `RustaError` for an exam of which the harness lost a case: what is left is a choice nobody made.
    """
    if lost := sum(not one.counts for one in run.results):
        raise RustaError(
            f"the harness failed on {lost} of {len(run.results)} cases, so the exam decides nothing",
            fix=f"`rusta eval show {run.head.run}` says how; then sit it again",
        )
    figure = figure_of(run, stage.gate.metric)
    baseline, rise, rise_low = None, None, None
    if stage.gate.bound == "rises":
        earlier = _earlier(store.gate_results(stage.number), run, brain_hash)
        if earlier is not None:
            told = compare(earlier, run, SCORES[stage.gate.metric])
            baseline, rise, rise_low = earlier.head.run, told.value, told.low
    return GateResult(
        stage=stage.number,
        at=now(),
        brain=run.head.brain,
        brain_hash=brain_hash,
        run=run.head.run,
        seal=seal,
        case_set=run.head.case_set,
        metric=figure.name,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        n=figure.n,
        baseline=baseline,
        rise=rise,
        rise_low=rise_low,
    )


def shortfall(gate: Gate, result: GateResult) -> str | None:
    """What a figure lacks to open a gate, in one line; None where it opens it."""
    if result.value is None:
        return "the exam allowed no figure: no case of it told anything"
    if gate.bound == "rises":
        if result.rise is None or result.rise_low is None:
            return "nothing to rise from: no earlier brain sat this exam"
        if result.rise_low > 0:
            return None
        return f"it is not shown to rise: {100 * result.rise:+.1f} points, lower end {100 * result.rise_low:+.1f}"
    if result.metric == "ece" and result.n < LEAST_TO_GATE:
        return f"n = {result.n}: an ECE is shown below n = {LEAST_TO_GATE}, and decides nothing"
    assert gate.threshold is not None
    low, high = result.low, result.high
    if low is None or high is None:
        return "the exam is too small for an interval"
    end, name = (low, "lower") if gate.bound == "at_least" else (high, "upper")
    if _holds(end, gate.bound, gate.threshold):
        return None
    wanted = value_text(gate.threshold, "share")
    if _holds(result.value, gate.bound, gate.threshold):
        return f"interval reaches beyond {wanted}: {name} end {value_text(end, 'share')}, n {result.n}"
    return f"{value_text(result.value, 'share')} misses {wanted}; {name} end {value_text(end, 'share')}, n {result.n}"


def _terms(stage: Stage) -> tuple[object, ...]:
    gate = stage.gate
    return gate.task, gate.memory, gate.epochs, gate.metric == "conformity"


def _standing(store: Store, stage: Stage, brain: str, brain_hash: str, before: Mapping[int, Standing]) -> Standing:
    own = [one for one in store.gate_results(stage.number) if one.brain == brain]
    valid = [one for one in own if one.brain_hash == brain_hash]
    overrides = [one for one in store.gate_overrides(stage.number) if one.brain_hash == brain_hash]
    result = (valid or own)[-1] if own else None
    sat = len(exams(result.seal)) if result is not None else 0
    if overrides:
        return Standing(stage, "overridden", result, overrides[-1], (), sat)
    locks = tuple(
        f"locked by stage {number} ({before[number].stage.name})"
        for number in stage.prerequisites
        if not before[number].open
    )
    missing = [*locks, *_ungraded(store, stage)]
    state: State = "locked" if locks else "closed" if missing else "open"
    if result is None:
        missing.append(f"no exam yet: `rusta curriculum gate {stage.number}`")
        state = "locked" if locks else "unmeasured"
    elif not valid:
        missing.append(f"the exam was another {brain}'s: she changed since; `rusta curriculum gate {stage.number}`")
        state = "locked" if locks else "expired"
    elif short := shortfall(stage.gate, result):
        missing.append(short)
        state = "locked" if locks else "closed"
    return Standing(stage, state, result, None, tuple(missing), sat)


def _ungraded(store: Store, stage: Stage) -> list[str]:
    lines: list[str] = []
    for evidence in stage.evidence:
        if evidence.graded is not None:
            wanted, given = evidence.graded.count, store.graded_devlogs(evidence.graded.axis)
            if given < wanted:
                axis = evidence.graded.axis
                lines.append(f"needs {wanted} DevLogs graded on {axis} ({wanted - given} to go)")
    return lines


def _earlier(results: list[GateResult], run: Run, brain_hash: str) -> Run | None:
    for result in reversed(results):
        if result.case_set == run.head.case_set and result.brain_hash != brain_hash and result.run != run.head.run:
            try:
                return read_run(log_file(result.run))
            except RustaError:
                continue  # its log is gone, so nothing can be paired with it
    return None


def _holds(value: float, bound: Bound, threshold: float) -> bool:
    if bound == "at_least":
        return value >= threshold
    return value < threshold if bound == "below" else value <= threshold
