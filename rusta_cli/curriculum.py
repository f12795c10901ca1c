"""The commands of the curriculum: status, gate, start and override."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.rows import Role, Row, row

if TYPE_CHECKING:
    from curriculum.gates import Standing
    from curriculum.stages import Experiment
    from engine.evals.figures import Figure
    from engine.evals.record import Run
    from engine.store.store import Store

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
StageArgument = Annotated[int, typer.Argument(help="Which stage, by its number.", metavar="N", min=0)]
BrainOption = Annotated[
    str, typer.Option(help="Whose schooling: a brain by name, or path/to/file.py:function.", metavar="NAME")
]
_ROLES: dict[str, Role] = {"open": "good", "overridden": "wait", "locked": "dim", "unmeasured": "dim"}
_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "<"}


def build() -> typer.Typer:
    """The command group `rusta curriculum`."""
    group = typer.Typer(name="curriculum", help="What she learns, and what she has shown.", no_args_is_help=True)
    for command in (status, gate, start, override):
        group.command()(command)
    return group


def status(brain: BrainOption = "search", as_json: JsonOption = False) -> None:
    """Show every stage: its figure with interval and n, its evidence, and what keeps its gate closed."""
    from curriculum.gates import standings
    from curriculum.stages import ladder
    from engine.evals.ballot import preference_figure
    from engine.evals.log import all_runs
    from engine.evals.metrics.card import figures_of
    from rusta_cli.rows import open_screen

    with _schooling(brain) as (store, brain_hash):
        found = standings(store, brain, brain_hash)
        run = next((one for one in reversed(all_runs()) if one.finished and one.head.brain == brain), None)
        measured = {one.name: one for one in (*(figures_of(run) if run else ()), preference_figure(store, brain))}
    rungs = [(experiment, measured.get(experiment.metric)) for experiment in ladder()]
    if as_json:
        for standing in found:
            print(json.dumps(_facts(standing, brain, brain_hash), ensure_ascii=False))
        for experiment, figure in rungs:
            print(json.dumps(_rung(experiment, figure, run), ensure_ascii=False))
        return
    screen = open_screen()
    for standing in found:
        for line in _rows(standing):
            screen.show(line)
    screen.show(row("", ("The ladder; shown, opens nothing", "dim")))
    for experiment, figure in rungs:
        screen.show(_rung_row(experiment, figure))
    screen.close()


def gate(
    number: StageArgument,
    brain: BrainOption = "search",
    cases: Annotated[Path | None, typer.Option(help="Another sealed set than the stage's own.", metavar="PATH")] = None,
    jobs: Annotated[int, typer.Option(help="Cases at a time.", min=1)] = 1,
    resume: Annotated[
        str | None, typer.Option(help="Go on with an exam that was cut off, by its run.", metavar="RUN")
    ] = None,
    events: Annotated[
        bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
    ] = False,
) -> None:
    """Sit a stage's exam: run its sealed set, put the figure on record, and say whether the gate opens."""
    from curriculum.gates import exam_plan, record_exam, seal_of, standings
    from curriculum.stages import stage_numbered
    from engine.errors import RustaError
    from rusta_cli.eval_runs import conduct, plan_of_run

    stage, path = stage_numbered(number), None
    with _schooling(brain) as (store, brain_hash):
        plan = exam_plan(stage, brain, store, cases=cases, parallel=jobs)
        if resume is not None:
            path, begun = plan_of_run(resume)
            same = (begun.cases.digest, begun.brain, begun.epochs, begun.memory, begun.limits, begun.chaos)
            if same != (plan.cases.digest, plan.brain, plan.epochs, plan.memory, plan.limits, None):
                raise RustaError(
                    f"run {path.stem} is no exam of stage {number}", fix="leave --resume out to sit a new one"
                )
            plan = begun
        seal = seal_of(plan.cases)

        def conclude(run: Run) -> str:
            record_exam(store, stage, run, seal, brain_hash)
            standing = standings(store, brain, brain_hash)[number]
            return f"stage {number} {stage.name}: {'; '.join((f'gate {standing.state}', *standing.missing))}"

        code = conduct(plan, events=events, go_on_with=path, conclude=conclude)
    raise typer.Exit(code)


def start(
    number: StageArgument,
    brain: BrainOption = "search",
    data: Annotated[
        Path | None, typer.Option(help="A corpus, or a folder of crates; stage 0 needs one.", metavar="DIR")
    ] = None,
    events: Annotated[
        bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
    ] = False,
) -> None:
    """Begin a stage's training, once every stage before it is open."""
    from curriculum.gates import standings
    from curriculum.stages import stage_numbered
    from curriculum.training import next_experiment, weights_for
    from engine.errors import RustaError
    from engine.resources import shipped
    from rusta_cli.train import missing, train

    stage = stage_numbered(number)
    with _schooling(brain) as (store, brain_hash):
        found = standings(store, brain, brain_hash)
    shut = [str(one) for one in stage.prerequisites if not found[one].open]
    if shut:
        raise RustaError(
            f"stage {number} is locked by stage{'s' * (len(shut) > 1)} {', '.join(shut)}",
            fix="`rusta curriculum status` says what is missing",
        )
    experiment = next_experiment(stage)
    if (lacks := missing()) is not None:
        raise RustaError(
            f"stage {number} cannot be trained: {lacks} is not installed",
            fix=f"pip install 'rusta-tui[train]'; her exam can be sat: `rusta curriculum gate {number}`",
        )
    if data is None and not experiment.prerequisites:
        raise RustaError(
            f"{experiment.id} learns from files, and nothing was named",
            fix=f"rusta curriculum start {number} --data DIR, with a corpus or a folder of crates",
        )
    config = shipped("configs", f"{experiment.id}.yaml")
    train(experiment.id, config=config, data=data, init=weights_for(experiment), events=events)


def override(
    number: StageArgument,
    reason: Annotated[str, typer.Option(help="Why the gate is opened; it is kept with it.")] = "",
    brain: BrainOption = "search",
    as_json: JsonOption = False,
) -> None:
    """Open a gate on the mentor's word, for the brain as it is now; only with a written reason."""
    from curriculum.stages import stage_numbered

    stage = stage_numbered(number)
    with _schooling(brain) as (store, brain_hash):
        made = store.override_gate(stage.number, brain, brain_hash, reason)
    if as_json:
        print(json.dumps({key: value for key, value in vars(made).items() if key != "id"}, ensure_ascii=False))
    else:
        print(f"stage {number} {stage.name} is open for {brain} as it is now: {made.reason}")


@contextmanager
def _schooling(brain: str) -> Iterator[tuple[Store, str]]:
    """The mentor's store and the hash of a brain."""
    from engine.evals.identity import brain_hash
    from engine.evals.plan import shipped_policy
    from engine.store.store import Store

    with Store.open() as store:
        yield store, brain_hash(brain, store, shipped_policy())


def _facts(standing: Standing, brain: str, brain_hash: str) -> dict[str, Any]:
    stage, result, override = standing.stage, standing.result, standing.override
    return {
        "kind": "stage",
        "stage": stage.number,
        "name": stage.name,
        "objective": stage.objective,
        "data": stage.data,
        "prerequisites": stage.prerequisites,
        "wanted": [one.what for one in stage.evidence],
        "metric": stage.gate.metric,
        "bound": stage.gate.bound,
        "threshold": stage.gate.threshold,
        "brain": brain,
        "brain_hash": brain_hash,
        "state": standing.state,
        "open": standing.open,
        "missing": standing.missing,
        "exams": standing.exams,
        "evidence": [one for one in (result.run, result.baseline) if one] if result else [],
        **{key: getattr(result, key, None) for key in ("value", "low", "high", "n", "rise", "rise_low", "at", "seal")},
        "current": result is not None and result.brain_hash == brain_hash,
        "override": {"reason": override.reason, "at": override.at} if override else None,
    }


def _rows(standing: Standing) -> list[Row]:
    stage, result = standing.stage, standing.result
    threshold = stage.gate.threshold
    wanted = "rising" if threshold is None else f"{_SIGNS[stage.gate.bound]} {100 * threshold:g} %"
    value = "–"
    if result is not None and result.value is not None:
        value = f"{100 * result.value:.0f} %"
        if result.low is not None and result.high is not None:
            value += f" ({100 * result.low:.0f}–{100 * result.high:.0f}, n {result.n})"
        if result.rise is not None and result.rise_low is not None:
            value += " ↑" if result.rise_low > 0 else " ·"
    metric = stage.gate.metric.replace("_", "-" if stage.number in (0, 3) else " ")
    state: Role = _ROLES.get(standing.state, "bad")
    lines = [
        row(
            f"Stage {stage.number}",
            (f"{stage.name:<19}", "strong"),
            f"{metric} {value}   {wanted}   ",
            (f"gate {standing.state}", state),
        )
    ]
    if standing.override is not None:
        lines.append(row(" ", (f"opened on your word: {standing.override.reason}", "wait")))
    lines += [row(" ", (f"missing: {line}", "dim")) for line in standing.missing]
    if result is not None:
        runs = ", ".join(one for one in (result.run, result.baseline) if one)
        lines.append(row(" ", (f"evidence: {runs}, set {result.seal}, exam {standing.exams} on it", "dim")))
    return lines


def _rung(experiment: Experiment, figure: Figure | None, run: Run | None) -> dict[str, Any]:
    shown = {key: getattr(figure, key, None) for key in ("value", "low", "high", "n", "unit", "note")}
    facts = experiment.model_dump(mode="json")
    return {"kind": "experiment", **facts, **shown, "run": run.head.run if run and figure else None}


def _rung_row(experiment: Experiment, figure: Figure | None) -> Row:
    from engine.evals.figures import interval_text, value_text

    bound = "rising" if experiment.threshold is None else f"{_SIGNS[experiment.bound]} {experiment.threshold:g}"
    said = "not measured"
    if figure is not None and figure.value is not None:
        reach = interval_text(figure)
        said = f"{value_text(figure.value, figure.unit)}{f' ({reach})' if reach else ''}, n {figure.n}"
    return row(experiment.id, (f"{experiment.name:<25}", "strong"), f"{experiment.metric} {said}   {bound}")
