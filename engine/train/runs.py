"""Training runs as they stand on disk: how far, what was measured, their checkpoints, and two of them compared.

Everything is read from what the trainer writes and nothing is loaded that needs torch, so a run is looked at while it
goes on, and on a machine that cannot train.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite, log
from pathlib import Path
from typing import Any, Final

from engine.errors import TrainingError
from engine.model.manifest import FORMAT, MANIFEST, VERSION, read_manifest
from engine.train.folder import CHECKPOINTS, EVENTS, STARTED, Started, started, under_way

POINTS: Final = 200  # of a curve, where nobody asks for more
_TAIL: Final = 1 << 18  # bytes: about a thousand steps
_QUIET_SECONDS: Final = 60.0  # a run without a lock of its own that wrote since then is taken to be under way
_HEADER: Final = 1 << 26  # bytes: no header of a safetensors file is longer
_LEFT_OUT: Final = frozenset({"step", "kind", "batch"})
UNITS: Final = {
    "loss": "bits",
    "held_out/loss": "bits",
    "held_out/bits_per_byte": "bits",
    "symbols_per_second": "bytes/s",
    "memory_mb": "MB",
}


@dataclass(frozen=True)
class Run:
    """A run at a glance. ``last`` are the newest figures by name, ``loss`` among them in bits a symbol.

    ``state`` is running, finished, stopped, or cut off: it ended and nobody said so. ``trouble`` is one line on what
    is wrong with it. ``steps`` and ``started`` are None where nothing says them.
    """

    path: Path
    state: str
    step: int
    steps: int | None
    started: Started | None
    last: dict[str, float]
    at: str  # when it last wrote
    checkpoints: int
    trouble: str

    @property
    def name(self) -> str:
        """Its folder's name."""
        return self.path.name

    @property
    def can_go_on(self) -> bool:
        """Whether there is something to go on from, and left to do."""
        return self.state in ("stopped", "cut off") and self.checkpoints > 0


@dataclass(frozen=True)
class Kept:
    """A checkpoint. ``held_out`` is its loss in bits, None if not measured; ``trouble``: why it is damaged."""

    path: Path
    step: int
    size: int  # bytes of all its files
    held_out: float | None
    commit: str
    at: str
    trouble: str


@dataclass(frozen=True)
class Difference:
    """A setting or a fact in which two runs differ."""

    name: str
    left: Any
    right: Any


Curve = list[tuple[int, float]]


def is_run(path: Path) -> bool:
    """Whether a folder is one of a training run."""
    return any((path / name).exists() for name in (EVENTS, STARTED, CHECKPOINTS))


def runs(folder: Path) -> list[Run]:
    """The runs in a folder, or the folder itself where it is one; what wrote last comes first."""
    found = [folder] if is_run(folder) else sorted(path for path in folder.glob("*") if path.is_dir() and is_run(path))
    return sorted((look(path) for path in found), key=lambda run: run.at, reverse=True)


def find(name: str, folder: Path) -> Path:
    """The run of that name, or the one name in ``folder`` that begins so, or a path. Raises `TrainingError`."""
    for path in (folder / name, Path(name)):
        if name and is_run(path):
            return path
    found = [path for path in folder.glob("*") if name and path.name.startswith(name) and is_run(path)]
    if len(found) == 1:
        return found[0]
    what = f"{len(found)} runs begin with {name}" if found else f"there is no run {name} in {folder}"
    raise TrainingError(what, fix="`rusta runs list` names them")


def look(path: Path) -> Run:
    """A run at a glance: of a long journal only the end is read, unless nothing held out stands there."""
    events, told = path / EVENTS, started(path)
    lines = list(_lines(events, _TAIL))
    if not any(line["kind"] != "step" for line in lines) and _size(events) > _TAIL:
        lines = list(_lines(events))
    last, step, broken = _last(lines)
    kept = _checkpoints(path)
    settings = settings_of(path)
    steps = settings.get("steps")
    ended = told.ended if told is not None else ""
    if (path / STARTED).exists() and told is None:
        broken = broken or f"{STARTED} cannot be read"
    return Run(
        path=path,
        state=_state(path, ended, step, steps),
        step=step or max((_step(place) for place in kept), default=0),
        steps=steps if isinstance(steps, int) else None,
        started=told,
        last=last,
        at=_when(events if events.exists() else path),
        checkpoints=len(kept),
        trouble=broken,
    )


def _state(path: Path, ended: str, step: int, steps: Any) -> str:
    if under_way(path):
        return "running"
    if ended or (isinstance(steps, int) and step >= steps):
        return ended or "finished"
    quiet = datetime.now(UTC).timestamp() - _seconds(path / EVENTS)
    alone = not (path / STARTED).exists()  # written by a trainer that was not started by the command
    return "running" if alone and quiet < _QUIET_SECONDS else "cut off"


def curves(path: Path, points: int = POINTS) -> dict[str, Curve]:
    """What was measured, by name: ``loss``, ``held_out/loss``, …, each as (step, value), step by step.

    Losses are in bits a symbol. After a resume the steps that were done again count once. Of a step curve with more
    than ``points``, as many means of neighbours are left; values that are no number are left out.
    """
    kinds: dict[str, dict[str, Curve]] = {}
    for line in _lines(path / EVENTS):
        found = kinds.setdefault(str(line["kind"]), {})
        for name, value in _figures(line):
            curve = found.setdefault(name, [])
            while curve and curve[-1][0] >= line["step"]:
                curve.pop()
            if isfinite(value):
                curve.append((line["step"], value))
    return {name: _thin(curve, points) for found in kinds.values() for name, curve in found.items() if curve}


def _thin(curve: Curve, points: int) -> Curve:
    if len(curve) <= points:
        return curve
    edges = [round(number * len(curve) / points) for number in range(points + 1)]
    parts = [curve[begin:end] for begin, end in pairwise(edges)]
    return [(part[-1][0], sum(value for _, value in part) / len(part)) for part in parts]


def checkpoints(path: Path, *, verify: bool = False) -> list[Kept]:
    """The checkpoints of a run, oldest first. One that is cut short shows at once; ``verify`` reads every byte."""
    held_out = {
        line["step"]: value
        for line in _lines(path / EVENTS)
        for name, value in _figures(line)
        if name == "held_out/loss"
    }
    return [_kept(place, held_out, verify) for place in _checkpoints(path)]


def _kept(place: Path, held_out: dict[int, float], verify: bool) -> Kept:
    manifest, trouble = _manifest(place)
    if not trouble:
        trouble = next(
            (f"{name} is cut short" for name in manifest["files"] if not _whole(place / name)),
            "",
        )
    if not trouble and verify:
        try:
            read_manifest(place)
        except TrainingError as error:
            trouble = str(error).partition(": ")[2] or str(error)
    files = [file for file in place.glob("*") if file.is_file()]
    return Kept(
        path=place,
        step=_step(place),
        size=sum(_size(file) for file in files),
        held_out=held_out.get(_step(place)),
        commit=str(manifest.get("commit") or ""),
        at=_when(place),
        trouble=trouble,
    )


def _manifest(place: Path) -> tuple[dict[str, Any], str]:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, "it has no manifest"
    ours = isinstance(manifest, dict) and (manifest.get("format"), manifest.get("version")) == (FORMAT, VERSION)
    if not ours or not isinstance(manifest.get("files"), dict):
        return {}, "it is a checkpoint of something else"
    return manifest, ""


def _whole(file: Path) -> bool:
    """Whether a safetensors file is as long as its header says (https://huggingface.co/docs/safetensors)."""
    if file.suffix != ".safetensors":
        return file.is_file()
    try:
        with file.open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            header = json.loads(stream.read(length)) if length <= _HEADER else {}
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        return file.stat().st_size == 8 + length + max(ends, default=0)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError):
        return False


def settings_of(path: Path) -> dict[str, Any]:
    """What a run was told: by itself, or else by its newest checkpoint; empty where neither says it."""
    told = started(path)
    if told is not None:
        return told.settings
    return dict(facts_of(path).get("settings") or {})


def facts_of(path: Path) -> dict[str, Any]:
    """The manifest of the newest checkpoint that has one; empty without any."""
    for place in reversed(_checkpoints(path)):
        manifest, trouble = _manifest(place)
        if not trouble:
            return manifest
    return {}


def differences(left: Path, right: Path) -> list[Difference]:
    """In what two runs differ: their settings, and the data, the commit and the versions of their checkpoints."""
    found = [*_differing(settings_of(left), settings_of(right))]
    one, other = facts_of(left), facts_of(right)
    for name in ("data", "versions"):
        found += _differing(one.get(name) or {}, other.get(name) or {}, f"{name}: ")
    names = ("commit", "processes")
    return found + _differing({name: one.get(name) for name in names}, {name: other.get(name) for name in names})


def _differing(one: dict[str, Any], other: dict[str, Any], before: str = "") -> list[Difference]:
    names = sorted(set(one) | set(other))
    return [
        Difference(before + name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)
    ]


def _last(lines: list[dict[str, Any]]) -> tuple[dict[str, float], int, str]:
    """The newest figures, the step reached, and the first step of the last stretch whose loss is no number."""
    last: dict[str, float] = {}
    step, broken = 0, ""
    for line in lines:
        step = int(line["step"])
        for name, value in _figures(line):
            if isfinite(value):
                last[name] = value
                broken = "" if name == "loss" else broken
            elif name == "loss":
                broken = broken or f"its loss is no number since step {step}"
    return last, step, broken


def _figures(line: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for key, value in line.items():
        if key not in _LEFT_OUT and isinstance(value, int | float):
            name = key if line["kind"] == "step" else f"{line['kind']}/{key}"
            yield name, float(value) / log(2) if name == "loss" else float(value)


def _lines(file: Path, tail: int = 0) -> Iterator[dict[str, Any]]:
    """The lines of a journal; half a line, which a killed run leaves, is none."""
    try:
        with file.open("rb") as stream:
            if tail and _size(file) > tail:
                stream.seek(-tail, 2)
                stream.readline()
            for text in stream:
                try:
                    line = json.loads(text)
                except ValueError:
                    continue
                if isinstance(line, dict) and isinstance(line.get("step"), int) and "kind" in line:
                    yield line
    except OSError:
        return


def _checkpoints(path: Path) -> list[Path]:
    return sorted((path / CHECKPOINTS).glob("step-*"))


def _step(place: Path) -> int:
    number = place.name.removeprefix("step-")
    return int(number) if number.isdecimal() else 0


def _stat(path: Path, what: Callable[[Path], float]) -> float:
    try:
        return what(path)
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    return int(_stat(path, lambda it: it.stat().st_size))


def _seconds(path: Path) -> float:
    return _stat(path, lambda it: it.stat().st_mtime)


def _when(path: Path) -> str:
    return datetime.fromtimestamp(_seconds(path), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
