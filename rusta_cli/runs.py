"""`rusta runs`: training runs, one of them in full, two of them compared. Needs no torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rusta_cli.rows import Role, Row, Screen, open_screen, row

if TYPE_CHECKING:
    from engine.train.runs import Kept, Run

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Within = Annotated[
    Path | None, typer.Option("--in", help="A folder of runs; by default the one in Rusta's home.", metavar="DIR")
]
Named = Annotated[str, typer.Argument(help="A run, by its name or the start of it, or its folder.", metavar="RUN")]
Points = Annotated[int, typer.Option(min=2, help="The most points of a curve.")]
_STATES: dict[str, Role] = {"running": "voice", "finished": "good", "stopped": "wait", "cut off": "bad"}
_SHOWN = ("loss", "held_out/loss", "held_out/bits_per_byte", "symbols_per_second", "memory_mb", "rate", "norm")


def build() -> typer.Typer:
    """The command group `rusta runs`."""
    group = typer.Typer(name="runs", help="Training runs, their curves and checkpoints.", no_args_is_help=True)
    group.command("list")(list_)
    for command in (show, compare):
        group.command()(command)
    return group


def list_(within: Within = None, as_json: AsJson = False) -> None:
    """List the runs, the one that wrote last first, and with --json the stages, too."""
    from engine.train import runs

    folder = _folder(within)
    found = runs.runs(folder)
    if as_json:
        _say("folder", **_place(folder))
        for run in found:
            _say("run", **_facts(run))
        return
    screen = open_screen()
    if not found:
        screen.show(row("", f"no runs in {folder}; `rusta train E0 --data DIR` starts one"))
    for run in found:
        screen.show(_row(run))
    screen.close()


def show(
    run: Named,
    within: Within = None,
    verify: Annotated[bool, typer.Option("--verify", help="Read every byte of the checkpoints, too.")] = False,
    points: Points = 200,
    as_json: AsJson = False,
) -> None:
    """Show a run: its newest figures, its checkpoints with what is wrong with them, what it was told; its curves."""
    from engine.train import runs

    path = runs.find(run, _folder(within))
    found, kept = runs.look(path), runs.checkpoints(path, verify=verify)
    if as_json:
        _say("run", **_facts(found), settings=runs.settings_of(path), verified=verify)
        for one in kept:
            _say("checkpoint", **_checkpoint(one))
        for name, curve in runs.curves(path, points).items():
            _say("curve", name=name, unit=runs.UNITS.get(name, ""), points=curve)
    else:
        screen = open_screen()
        screen.show(_row(found))
        screen.show(row("folder", str(path)))
        if found.trouble:
            screen.show(row("trouble", (found.trouble, "bad")))
        for name in _ordered(found.last):
            screen.show(row("", f"{name:<24}", (_amount(found.last[name], runs.UNITS.get(name, "")), "strong")))
        for one in kept:
            screen.show(_kept_row(one, best=min((k.held_out for k in kept if k.held_out is not None), default=None)))
        screen.close()
    if any(one.trouble for one in kept):
        raise typer.Exit(1)


def compare(left: Named, right: Named, within: Within = None, points: Points = 200, as_json: AsJson = False) -> None:
    """Compare two runs: the settings and facts in which they differ, their newest figures, their curves."""
    from engine.train import runs

    paths = [runs.find(name, _folder(within)) for name in (left, right)]
    one, other = map(runs.look, paths)
    differing = runs.differences(*paths)
    names = _ordered({**one.last, **other.last})
    if as_json:
        _say("compared", left=_facts(one), right=_facts(other))
        for found in differing:
            _say("difference", name=found.name, left=found.left, right=found.right)
        for name in names:
            unit = runs.UNITS.get(name, "")
            _say("figure", name=name, unit=unit, left=one.last.get(name), right=other.last.get(name))
        for side, path in zip(("left", "right"), paths, strict=True):
            for name, curve in runs.curves(path, points).items():
                _say("curve", run=side, name=name, unit=runs.UNITS.get(name, ""), points=curve)
        return
    screen = open_screen()
    _table(screen, "", one.name, other.name)
    _table(screen, "step", str(one.step), str(other.step))
    for name in names:
        unit = runs.UNITS.get(name, "")
        _table(screen, name, _amount(one.last.get(name), unit), _amount(other.last.get(name), unit))
    for found in differing:
        _table(screen, found.name, _short(found.left), _short(found.right), "wait")
    screen.close()


def _folder(within: Path | None) -> Path:
    from engine.train.folder import runs_folder

    return (within or runs_folder()).absolute()


def _place(folder: Path) -> dict[str, Any]:
    """The stages of the ladder, and what is not installed to train them."""
    from curriculum.stages import ladder
    from rusta_cli.train import missing

    stages = [
        {
            "id": one.id,
            "name": one.name,
            "metric": one.metric,
            "bound": one.bound,
            "threshold": one.threshold,
        }
        for one in ladder()
    ]
    return {"path": str(folder), "missing": missing(), "stages": stages}


def _facts(run: Run) -> dict[str, Any]:
    told = run.started
    return {
        "name": run.name,
        "path": str(run.path),
        "state": run.state,
        "step": run.step,
        "steps": run.steps,
        "stage": told.stage if told else "",
        "data": told.data if told else "",
        "began": told.at if told else "",
        "at": run.at,
        "last": run.last,
        "checkpoints": run.checkpoints,
        "can_go_on": run.can_go_on,
        "trouble": run.trouble,
    }


def _checkpoint(kept: Kept) -> dict[str, Any]:
    return {**vars(kept), "path": str(kept.path)}


def _say(kind: str, **fields: Any) -> None:
    print(json.dumps({"kind": kind, **fields}, ensure_ascii=False))


def _row(run: Run) -> Row:
    of = f" of {run.steps}" if run.steps else ""
    held_out = run.last.get("held_out/loss")
    said = f"{run.name:<24} step {run.step}{of}, held out {_amount(held_out, 'bits')}   "
    more = f"   {run.trouble}" if run.trouble else ""
    return row("", said, (run.state, _STATES.get(run.state, "plain")), (more, "bad"))


def _kept_row(kept: Kept, best: float | None) -> Row:
    mark = "best" if best is not None and kept.held_out == best else ""
    said = f"step {kept.step:<9} {kept.size / 1e6:8.1f} MB  held out {_amount(kept.held_out, 'bits'):<12}"
    return row(
        "checkpoint",
        said,
        (f"{kept.commit[:10]:<12}", "dim"),
        (mark, "good"),
        (kept.trouble and "✗ " + kept.trouble, "bad"),
    )


def _table(screen: Screen, name: str, left: str, right: str, role: Role = "plain") -> None:
    screen.show(row("", (f"{name:<26.26} ", "dim"), (f"{left:<28.28} ", role), (right, role)))


def _ordered(figures: dict[str, float]) -> list[str]:
    return [*(name for name in _SHOWN if name in figures), *sorted(set(figures) - set(_SHOWN))]


def _amount(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f} {unit}" if abs(value) >= 1000 else f"{value:.4g} {unit}".rstrip()


def _short(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value)
