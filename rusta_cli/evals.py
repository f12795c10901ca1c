"""The commands of evaluation that do something: run, list, chaos, seal and pin; reading runs is next door."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rusta_cli.rows import Role, Row, row

if TYPE_CHECKING:
    from engine.evals.caseset import CaseSet
    from engine.evals.chaos import Chaos
    from engine.evals.record import Run
    from engine.evals.tasks import Task

EventsOption = Annotated[
    bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
]
TaskOption = Annotated[str, typer.Option(help="A task of the registry: cases, golden or canaries.", metavar="NAME")]
CasesOption = Annotated[
    Path | None,
    typer.Option(help="Cases from anywhere: a case folder, a folder of them, or a JSONL file.", metavar="PATH"),
]
BrainOption = Annotated[
    str | None,
    typer.Option(help="Who thinks: a brain by name, or path/to/file.py:function.", metavar="NAME"),
]
RunArgument = Annotated[
    str | None,
    typer.Argument(help="Which run: its id, the start of it, or its log; the newest when left out.", metavar="RUN"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


class Memory(StrEnum):
    """What a case starts with in her memory."""

    FRESH = "fresh"
    CARRIED = "carried"
    OWN = "own"


def build() -> typer.Typer:
    """The command group `rusta eval`."""
    from rusta_cli import drift, eval_reports, votes

    group = typer.Typer(name="eval", help="Put her to the test, and see how she did.", no_args_is_help=True)
    for name, command in (
        ("run", run),
        ("list", list_),
        ("show", eval_reports.show),
        ("history", eval_reports.history),
        ("compare", eval_reports.compare),
        ("report", eval_reports.report),
        ("calibrate", eval_reports.calibrate),
        ("chaos", chaos),
        ("seal", seal),
        ("pin", pin),
        ("vote", votes.vote),
        ("voices", votes.voices),
    ):
        group.command(name)(command)
    group.add_typer(drift.build())
    return group


def run(
    task: TaskOption = "cases",
    cases: CasesOption = None,
    brain: BrainOption = None,
    only: Annotated[list[str] | None, typer.Option(help="Only this case; may be repeated.", metavar="ID")] = None,
    tag: Annotated[str | None, typer.Option(help="Only cases with this tag or of this family.")] = None,
    sample: Annotated[int | None, typer.Option(help="Only so many, drawn by the seed.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Of whatever is drawn by chance.", min=0)] = 0,
    epochs: Annotated[int | None, typer.Option(help="How often each case is taken.", min=1)] = None,
    jobs: Annotated[int | None, typer.Option(help="Cases at a time; one a core, at most four.", min=1)] = None,
    seconds: Annotated[float | None, typer.Option(help="Wall clock a case may use.", min=1)] = None,
    calls: Annotated[int | None, typer.Option(help="Compiler calls a case may use.", min=1)] = None,
    attempts: Annotated[int, typer.Option(help="Tries a case where the harness itself fails.", min=1)] = 3,
    memory: Annotated[
        Memory, typer.Option(help="fresh: none. carried: from case to case, one at a time. own: a copy of yours.")
    ] = Memory.FRESH,
    policy: Annotated[Path | None, typer.Option(help="A policy file; the shipped one otherwise.")] = None,
    chaos_: Annotated[
        str | None,
        typer.Option("--chaos", help="Let the tools misbehave: killed, disk, flaky, truncated, …", metavar="KIND"),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(help="Go on with this run (or `last`); what is on record is not done again.", metavar="RUN"),
    ] = None,
    events: EventsOption = False,
) -> None:
    """Run cases through the real loop and put on record what came of each."""
    from engine.evals.plan import Plan, shipped_policy
    from engine.evals.record import CaseLimits
    from engine.loop.policy import Policy
    from rusta_cli.eval_runs import conduct, plan_of_run

    if resume is not None:
        path, plan = plan_of_run(None if resume == "last" else resume)
        raise typer.Exit(conduct(plan, events=events, go_on_with=path))
    chosen = _task(task, cases)
    found = _chosen(chosen, only or [], tag)
    plan = Plan(
        task=chosen.name,
        cases=found.sample(sample, seed) if sample else found,
        brain=_brain(brain) or chosen.brain,
        policy=Policy.load(policy) if policy else shipped_policy(),
        limits=CaseLimits(
            wall_seconds=seconds or chosen.limits.wall_seconds, compiler_calls=calls or chosen.limits.compiler_calls
        ),
        epochs=epochs or chosen.epochs,
        seed=seed,
        attempts=attempts,
        parallel=jobs or _cores(),
        chaos=_kind(chaos_) if chaos_ else None,
        memory=memory.value,
        scorers=chosen.scorers,
    )
    raise typer.Exit(conduct(plan, events=events))


def list_(
    exams: Annotated[bool, typer.Option("--exams", help="The exams instead: runs on sealed cases.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the runs on record, newest first."""
    from engine.evals.log import all_runs
    from engine.evals.sealed import WORN_AFTER
    from engine.evals.sealed import exams as book
    from rusta_cli.rows import open_screen

    screen = open_screen()
    if exams:
        taken = book()
        for exam in reversed(taken):
            nth = [one.run for one in taken if one.seal == exam.seal].index(exam.run) + 1
            worn = f", worn out (more than {WORN_AFTER})" if nth > WORN_AFTER else ""
            if as_json:
                print(exam.model_dump_json())
            else:
                screen.show(row(exam.seal, f"{exam.at[:16]}  {exam.run}  {exam.cases} cases, exam {nth}{worn}"))
        if not taken and not as_json:
            print("no exam was taken yet; `rusta eval seal` makes a set of cases one")
    else:
        runs = list(reversed(all_runs()))
        for item in runs:
            print(_as_json(item)) if as_json else screen.show(_line(item))
        if not runs and not as_json:
            print("nothing was evaluated yet; `rusta eval run` does it")
    screen.close()


def chaos(
    task: TaskOption = "canaries",
    cases: CasesOption = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; may be repeated.", metavar="KIND")] = None,
    brain: BrainOption = None,
    jobs: Annotated[int | None, typer.Option(help="Cases at a time.", min=1)] = None,
    events: EventsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run cases without and then with each kind of chaos, and show both: no case may be lost, no green be false."""
    from engine.evals.chaos import KINDS, WHAT
    from engine.evals.log import find_run
    from engine.evals.plan import Plan
    from engine.evals.record import read_run
    from rusta_cli.eval_runs import conduct
    from rusta_cli.eval_tables import chaos_rows
    from rusta_cli.rows import open_screen

    chosen = _task(task, cases)
    found = chosen.load()
    done: list[Run] = []
    for name in (None, *(_kind(one) for one in kind or KINDS)):
        plan = Plan(
            task=chosen.name,
            cases=found,
            brain=_brain(brain) or chosen.brain,
            limits=chosen.limits,
            attempts=1,  # what goes wrong is what is looked at
            parallel=jobs or _cores(),
            chaos=name,
            scorers=chosen.scorers,
        )
        code = conduct(plan, events=events)
        if code:
            raise typer.Exit(code)
        done.append(read_run(find_run(None)))
    if as_json:
        for item in done:
            print(_as_json(item))
        return
    screen = open_screen()
    for line in chaos_rows(done, WHAT):
        screen.show(line)
    screen.close()


def seal(
    name: Annotated[str, typer.Argument(help="What the seal is called.")],
    task: TaskOption = "golden",
    cases: CasesOption = None,
) -> None:
    """Seal cases: a corpus refuses them and their copies from now on, and every run on them counts as an exam."""
    from engine.evals.sealed import keep_seal, make_seal

    made = make_seal(name, _task(task, cases).load())
    keep_seal(made)
    print(f"sealed {len(made.cases)} cases, {len(made.texts)} texts, as {name}")


def pin(
    only: Annotated[list[str], typer.Argument(help="The cases, by id.", metavar="ID...")],
    file: Annotated[Path, typer.Option(help="Where the pins go.", dir_okay=False)] = Path("canaries.yaml"),
) -> None:
    """Pin canaries: write down which cases they are, and what each of them is now."""
    from engine.evals.tasks import TASKS
    from engine.evals.tasks import pin as pinned

    found = _chosen(TASKS["cases"], only, None)
    file.write_text(pinned(found), encoding="utf-8")
    print(f"{len(found.cases)} canaries pinned in {file}")


def _task(name: str, cases: Path | None) -> Task:
    from engine.evals.tasks import task_named, task_of

    return task_of(cases.absolute()) if cases is not None else task_named(name)


def _chosen(task: Task, only: list[str], tag: str | None) -> CaseSet:
    from engine.errors import RustaError

    found = task.load()
    known = {one.case.id for one in found.cases}
    for name in only:
        if name not in known:
            raise RustaError(f"{task.name} has no case {name}", fix="ids are the names of the case folders")
    if only:
        found = found.only(lambda one: one.case.id in only)
    if tag:
        found = found.only(lambda one: tag in (*one.case.tags, one.case.family))
    return found


def _brain(name: str | None) -> str | None:
    """A brain from a file by its absolute path: the case's process stands in another folder."""
    path, colon, function = (name or "").rpartition(":")
    return f"{Path(path).absolute()}:{function}" if colon else name


def _kind(name: str) -> Chaos:
    from engine.errors import RustaError
    from engine.evals.chaos import KINDS

    for kind in KINDS:
        if kind == name:
            return kind
    raise RustaError(f"there is no chaos {name}", fix=f"take one of {', '.join(KINDS)}")


def _cores() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def _as_json(run: Run) -> str:
    from engine.evals.slices import tally

    head = run.head.model_dump(mode="json", exclude={"settings", "ids"})
    counts = {str(status): count for status, count in tally(run.results).counts.items()}
    return json.dumps({**head, "results": len(run.results), "finished": run.finished, "counts": counts})


def _line(run: Run) -> Row:
    from engine.evals.record import Status
    from engine.evals.slices import tally

    head, counts = run.head, tally(run.results)
    state: tuple[str, Role] = (
        ("", "plain") if run.finished else (f"  {len(run.results)} of {head.total}, unfinished", "wait")
    )
    parts = [f"{head.at[:16].replace('T', ' ')}  {head.task}  {head.mode}  {head.brain}  "]
    parts.append(f"{counts.correct}/{counts.n} right")
    wrong: tuple[str, Role] = (f"  {counts.counts.get(Status.WRONG, 0)} wrong", "bad")
    errors: tuple[str, Role] = (f"  {counts.errors} errors of the harness", "wait")
    shown = [wrong] * bool(counts.counts.get(Status.WRONG)) + [errors] * bool(counts.errors) + [state]
    exam: tuple[str, Role] = ("  exam", "strong")
    return row(head.run, *parts, *shown, *([exam] if head.sealed else []))
