"""Training runs as `rusta runs … --json` tells them, and what a job under way adds to their curves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rusta_tui.evals import objects
from rusta_tui.job import Job

Curve = Sequence[tuple[float, float]]
LOSS, HELD_OUT, BITS, RATE = "loss", "held_out/loss", "held_out/bits_per_byte", "symbols_per_second"
MOST = 400  # points of a curve: more than a terminal has columns
_NATS = 1.4426950408889634  # bits in one: the trainer's meters speak of nats, `rusta runs` of bits


@dataclass(frozen=True)
class Chart:
    """A chart of the page: its title, its curves by the words they are drawn under, what it counts in."""

    title: str
    curves: Mapping[str, str]
    unit: str

    def of(self, curves: Mapping[str, Curve]) -> dict[str, Curve]:
        """Its curves among those of a run."""
        return {word: curves[name] for word, name in self.curves.items() if curves.get(name)}


GATE = Chart("gate", {}, "")
CHARTS = (
    Chart("loss", {"train": LOSS, "held out": HELD_OUT}, "bits a symbol"),
    Chart("bits per byte, held out", {"held out": BITS}, "bits"),
    Chart("throughput", {"train": RATE}, "bytes/s"),
    Chart(
        "right of what was asked, held out",
        {name: f"held_out/{name}_right" for name in ("lm", "action", "green")},
        "share",
    ),
    Chart("learning rate", {"rate": "rate"}, ""),
    Chart("norm of the gradient", {"norm": "norm"}, ""),
    GATE,
)


@dataclass(frozen=True)
class RunRow:
    """A run in the list. ``settings`` are what it was told, known once it was looked at."""

    name: str
    path: str
    state: str
    step: int
    steps: int | None
    stage: str
    data: str
    at: str
    last: Mapping[str, float]
    checkpoints: int
    can_go_on: bool
    trouble: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """True while somebody trains it."""
        return self.state == "running"


@dataclass(frozen=True)
class Kept:
    """A checkpoint; ``trouble`` says how it is damaged."""

    step: int
    size: int
    held_out: float | None
    commit: str
    trouble: str


@dataclass(frozen=True)
class Detail:
    """A run in full."""

    run: RunRow
    kept: tuple[Kept, ...]
    curves: Mapping[str, Curve]
    verified: bool


@dataclass(frozen=True)
class Stage:
    """A stage of the ladder and what its gate asks."""

    id: str
    name: str
    metric: str
    bound: str
    threshold: float | None


@dataclass(frozen=True)
class Place:
    """Where runs are kept, what can be trained, and the package that is not installed for it; empty when none lacks."""

    path: str = ""
    missing: str = ""
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True)
class Compared:
    """Two runs: ``differing`` and ``figures`` are a name and both values; the curves are by run's name."""

    left: RunRow
    right: RunRow
    differing: tuple[tuple[str, Any, Any], ...]
    figures: tuple[tuple[str, str, float | None, float | None], ...]
    curves: Mapping[str, Mapping[str, Curve]]


def parse_list(text: str) -> tuple[Place, list[RunRow]]:
    """The folder and the runs of `rusta runs list --json`."""
    place, runs = Place(), []
    for fields in objects(text):
        if fields.get("kind") == "folder":
            stages = tuple(
                Stage(str(one["id"]), str(one["name"]), str(one["metric"]), str(one["bound"]), one["threshold"])
                for one in fields.get("stages") or ()
            )
            place = Place(str(fields.get("path", "")), str(fields.get("missing") or ""), stages)
        elif fields.get("kind") == "run":
            runs.append(_run(fields))
    return place, runs


def parse_detail(text: str) -> Detail | None:
    """A run of `rusta runs show --json`; None when there is none."""
    run: RunRow | None = None
    kept: list[Kept] = []
    curves: dict[str, Curve] = {}
    verified = False
    for fields in objects(text):
        match fields.get("kind"):
            case "run":
                run, verified = _run(fields), bool(fields.get("verified"))
            case "checkpoint":
                names = ("step", "size", "held_out", "commit", "trouble")
                kept.append(Kept(**{name: fields.get(name) for name in names}))  # type: ignore[arg-type]
            case "curve":
                curves[str(fields["name"])] = _points(fields)
            case _:
                pass
    return Detail(run, tuple(kept), curves, verified) if run is not None else None


def parse_compared(text: str) -> Compared | None:
    """Two runs of `rusta runs compare --json`; None when there are none."""
    runs: dict[str, RunRow] = {}
    differing: list[tuple[str, Any, Any]] = []
    figures: list[tuple[str, str, float | None, float | None]] = []
    curves: dict[str, dict[str, Curve]] = {}
    for fields in objects(text):
        match fields.get("kind"):
            case "compared":
                runs = {side: _run(fields[side]) for side in ("left", "right")}
            case "difference":
                differing.append((str(fields["name"]), fields["left"], fields["right"]))
            case "figure":
                figures.append((str(fields["name"]), str(fields["unit"]), fields["left"], fields["right"]))
            case "curve" if fields.get("run") in runs:
                curves.setdefault(runs[str(fields["run"])].name, {})[str(fields["name"])] = _points(fields)
            case _:
                pass
    if not runs:
        return None
    return Compared(runs["left"], runs["right"], tuple(differing), tuple(figures), curves)


def together(compared: Compared, chart: Chart) -> dict[str, Curve]:
    """One curve a run, of what both have; of the losses that of what is held out."""
    for name in reversed(tuple(chart.curves.values())):
        found = {run: curves[name] for run, curves in compared.curves.items() if curves.get(name)}
        if len(found) == len({compared.left.name, compared.right.name}):
            return found
    return {}


def live(curves: Mapping[str, Curve], job: Job) -> dict[str, Curve]:
    """The curves of a run with what its job has told since they were read."""
    found = dict(curves)
    for meter, curve in job.curves.items():
        name = meter.removeprefix("train/")
        points = [(at, value * _NATS if name == LOSS else value) for at, value in curve.points]
        if points:
            before = [point for point in found.get(name, ()) if point[0] < points[0][0]]
            found[name] = [*before, *points[: -1 : 1 + len(points) // MOST], points[-1]]
    return found


def _points(fields: Mapping[str, Any]) -> Curve:
    return [(float(at), float(value)) for at, value in fields.get("points") or ()]


def _run(fields: Mapping[str, Any]) -> RunRow:
    return RunRow(
        name=str(fields.get("name", "")),
        path=str(fields.get("path", "")),
        state=str(fields.get("state", "")),
        step=int(fields.get("step") or 0),
        steps=fields.get("steps"),
        stage=str(fields.get("stage") or ""),
        data=str(fields.get("data") or ""),
        at=str(fields.get("at") or ""),
        last=dict(fields.get("last") or {}),
        checkpoints=int(fields.get("checkpoints") or 0),
        can_go_on=bool(fields.get("can_go_on")),
        trouble=str(fields.get("trouble") or ""),
        settings=dict(fields.get("settings") or {}),
    )
