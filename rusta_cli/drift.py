"""The drift alarm: `rusta eval drift pin`, `check`, `status` and `clear`."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from rusta_cli.rows import row

if TYPE_CHECKING:
    from engine.evals.plan import Plan
    from engine.evals.record import Run
    from engine.store.store import Store

    Conclude = Callable[[Store, Run], str]

JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
BrainOption = Annotated[str, typer.Option(help="Which brain, by name or as path/to/file.py:function.", metavar="NAME")]
RunOption = Annotated[
    str | None, typer.Option("--run", help="A run of canaries on record; a new one is made when left out.")
]
TaskOption = Annotated[str, typer.Option(help="The task whose cases are the canaries.", metavar="NAME")]
EventsOption = Annotated[
    bool, typer.Option("--events", help="Print one JSON event a line; read decisions on stdin (docs/protocol.md).")
]


def build() -> typer.Typer:
    """The command group `rusta eval drift`."""
    group = typer.Typer(name="drift", help="Does she still mend what she mended.", no_args_is_help=True)
    for command in (pin, check, status, clear):
        group.command()(command)
    return group


def pin(
    brain: BrainOption = "search", run: RunOption = None, task: TaskOption = "canaries", events: EventsOption = False
) -> None:
    """Run the canaries and keep the brain as it is now as a good state, to be held to and gone back to."""
    from engine.evals.drift import pin_state, refuse_drifted
    from engine.store.store import Store

    def conclude(store: Store, done: Run) -> str:
        state = pin_state(store, done, _hash(done.head.brain, store))
        return f"state {state.id} of {state.brain} is pinned as good, with run {state.run} as its baseline"

    with closing(Store.open()) as store:
        refuse_drifted(store, brain)
        _with_canaries(store, brain, run, task, events, conclude)


def check(
    brain: BrainOption = "search", run: RunOption = None, task: TaskOption = "canaries", events: EventsOption = False
) -> None:
    """Run the canaries and hold them to the pinned baseline; a drop stops her and puts her back (exit code 1)."""
    from engine.evals.drift import DriftError, check_drift, good_state
    from engine.store.store import Store

    def conclude(store: Store, done: Run) -> str:
        reading, alarm = check_drift(store, done, _hash(done.head.brain, store))
        if alarm is None:
            return f"no alarm: {reading.line}"
        flipped = ", ".join(alarm.flipped)
        raise DriftError(
            f"alarm {alarm.id}: {reading.line}; mended no more: {flipped}",
            fix=f"{brain} is stopped, its memory put back to state {alarm.restored}; "
            f"`rusta eval drift clear {alarm.id} --reason …` ends the alarm",
        )

    with closing(Store.open()) as store:
        good_state(store, brain)
        _with_canaries(store, brain, run, task, events, conclude)


def status(brain: BrainOption = "search", as_json: JsonOption = False) -> None:
    """Show the good state of a brain and its alarms; exit code 1 while one stands."""
    from engine.evals.drift import may_use
    from engine.store.store import Store
    from rusta_cli.rows import open_screen

    with closing(Store.open()) as store:
        state, alarms, free = store.good_state(brain), store.alarms(brain), may_use(store, brain)
    if as_json:
        print(json.dumps({"kind": "state", "brain": brain, "may_use": free, "good": vars(state) if state else None}))
        for alarm in alarms:
            print(json.dumps({"kind": "alarm", **vars(alarm)}))
        raise typer.Exit(0 if free else 1)
    screen = open_screen()
    pinned = f"state {state.id}, {state.at[:16]}, baseline {state.run}" if state else "none; `rusta eval drift pin`"
    screen.show(row("good state", pinned))
    for alarm in alarms:
        drop = f"{100 * alarm.drop:.1f} points ({100 * alarm.low:.1f} to {100 * alarm.high:.1f}, n {alarm.n})"
        screen.show(row(f"alarm {alarm.id}", f"{alarm.at[:16]}  {drop}  run {alarm.run} after {alarm.baseline}"))
        screen.show(row(" ", f"mended no more: {', '.join(alarm.flipped)}"))
        if alarm.cleared:
            screen.show(row(" ", (f"ended {alarm.cleared[:16]}: {alarm.reason}", "dim")))
        else:
            screen.show(row(" ", ("stands", "bad")))
    screen.show(row("use", ("may be trained and adapted", "good") if free else ("stopped", "bad")))
    screen.close()
    raise typer.Exit(0 if free else 1)


def clear(
    number: Annotated[int, typer.Argument(help="Which alarm.", metavar="N")],
    reason: Annotated[str, typer.Option(help="Why she may go on; it is kept with the alarm.")] = "",
) -> None:
    """End an alarm; only with a written reason."""
    from engine.store.store import Store

    with closing(Store.open()) as store:
        done = store.clear_alarm(number, reason)
    print(f"alarm {done.id} of {done.brain} is ended: {done.reason}")


def _with_canaries(store: Store, brain: str, run: str | None, task: str, events: bool, conclude: Conclude) -> None:
    """Makes of a run of canaries, on record or new, what ``conclude`` says; ends the command."""
    from engine.errors import RustaError
    from engine.evals.log import find_run
    from engine.evals.record import read_run
    from rusta_cli.eval_runs import conduct

    if run is None:
        raise typer.Exit(conduct(_plan(brain, task), events=events, conclude=lambda done: conclude(store, done)))
    done = read_run(find_run(run))
    if done.head.brain != brain:
        raise RustaError(f"run {done.head.run} is one of {done.head.brain}", fix=f"--brain {done.head.brain}")
    print(conclude(store, done))


def _plan(brain: str, task: str) -> Plan:
    """Canaries with what she remembers now: what she learnt is what may have drifted."""
    from engine.evals.plan import Plan
    from engine.evals.tasks import task_named

    chosen = task_named(task)
    return Plan(chosen.name, chosen.load(), brain=brain, limits=chosen.limits, memory="own", scorers=chosen.scorers)


def _hash(brain: str, store: Store) -> str:
    from engine.evals.identity import brain_hash
    from engine.evals.plan import shipped_policy

    return brain_hash(brain, store, shipped_policy())


def refuse_stopped(brain: str) -> None:
    """Raises `DriftError` while an alarm stands against a brain: it is not trained, and what it was trained to is not
    used. The default brain goes on, put back to its last good state.
    """
    from engine.evals.drift import refuse_drifted
    from engine.store.store import Store

    with closing(Store.open()) as store:
        refuse_drifted(store, brain)
