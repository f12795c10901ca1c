"""A stage of the ladder from its data to its account: what is learnt, what is held out, what is measured at the end.

E0 reads files. The other stages gather lessons when a run begins and keep them beside it: from a packaged corpus, from
the sessions on record and, where these come from too few repositories, from self-play. A folder of crates is what
self-play breaks; without one it breaks the practice crates, once for all runs.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import home
from engine.errors import TrainingError
from engine.model.manifest import read_manifest
from engine.schema.patch import Patch
from engine.store.store import Store
from engine.train import data as files
from engine.train.checkpoint import to_start_from
from engine.train.lessons import FILE, Gathered, Parts, keep, kept, parted
from engine.train.material import Material
from engine.train.objectives import OBJECTIVES, byte_lm, check_stage
from engine.train.packing import Rows, Text
from engine.train.selfplay import school
from engine.train.settings import Settings
from engine.train.trainer import Result, Sources

if TYPE_CHECKING:
    from engine.model.transformer import ByteModel

SESSIONS = 24  # of self-play, where nobody asks for another number
RESULT = "result.json"
_HEADS = ("moves", "taken", "temperature", "balance")  # what a manifest says of the Action and Confidence heads
_WAIT, _PAUSE = 3600.0, 0.5  # seconds that other processes wait for the first one's lessons


@dataclass(frozen=True)
class Wish:
    """Where a stage may look. ``stores`` are the mentor's; ``barred`` says which patches are on a sealed text.

    ``sessions`` of self-play are played where it is needed; ``told`` is given a line on what takes long.
    """

    data: Path | None = None
    stores: Sequence[Store] = ()
    barred: Callable[[Patch], bool] = lambda patch: False
    sessions: int = SESSIONS
    told: Callable[[str], None] = lambda line: None


@dataclass(frozen=True)
class Prepared:
    """A stage that is ready to be trained. ``measured`` are texts that nothing but the account at the end sees."""

    sources: Sources
    told: dict[str, Any]
    at_end: Callable[[ByteModel], dict[str, float]] | None = None
    fit: list[Text] = field(default_factory=list)
    measured: list[Text] = field(default_factory=list)


def prepare(settings: Settings, out: Path, wish: Wish, *, resume: bool = False) -> Prepared:
    """Reads or gathers what a run in ``out`` learns from. Raises `TrainingError` with one line on what is missing."""
    check_stage(settings.stage)
    told = _told(settings, out, resume=resume)
    length = settings.shape.context
    if settings.stage == "E0":
        learn, out_rows = files.read(byte_lm.texts, wish.data or Path(), length)
        at_end = None
        if settings.completions:
            from engine.train.completions import Completions

            at_end = Completions(settings.completions).measure
        return Prepared(Sources({"E0": learn}, out_rows), told, at_end)
    parts = kept(out) if resume else _begun(settings, out, wish, tuple(told.get("moves", ())))
    packed = [Rows.pack(texts, length) for texts in (parts.learn, parts.held_out[0])]
    for rows, what in zip(packed, ("to learn from", "held out"), strict=True):
        if not len(rows):
            raise TrainingError(f"there is nothing {what}", fix="name data of more repositories")
    sources = Sources({settings.stage: packed[0]}, packed[1])
    return Prepared(sources, told | parts.facts, None, parts.held_out[0], parts.held_out[-1])


def account(settings: Settings, out: Path, prepared: Prepared, result: Result) -> dict[str, Any]:
    """What came of a run that was finished, written to ``out/result.json``; for E4 its temperature is fitted first."""
    made: dict[str, Any] = {"stage": settings.stage, "steps": result.step, "held_out_bits": round(result.best, 4)}
    if settings.stage == "E4" and result.checkpoint is not None:
        from engine.train.calibration import calibrate

        balance = {name: prepared.told[name] for name in ("balance",) if name in prepared.told}
        made["calibration"] = calibrate(result.checkpoint, prepared.fit, prepared.measured, balance)
    made["measured"] = _last_measured(out / "events.jsonl")
    (out / RESULT).write_text(json.dumps(made, indent=1, sort_keys=True), encoding="utf-8")
    return made


def _told(settings: Settings, out: Path, *, resume: bool) -> dict[str, Any]:
    """What the manifest is to say of the stages that the weights went through, this one included, and of their heads.

    It comes from the weights that are begun with or, on a resume, from the run's own checkpoint.
    """
    place = out if resume else Path(settings.start_from) if settings.start_from else None
    if place is None:
        return {"objectives": [settings.stage]}
    manifest = read_manifest(to_start_from(place, settings.shape).path, only=())
    stages = manifest.get("objectives") or [manifest.get("settings", {}).get("stage", "")]
    more = [] if resume else [settings.stage]
    return {"objectives": [*filter(None, stages), *more]} | {
        name: manifest[name] for name in _HEADS if name in manifest
    }


def _begun(settings: Settings, out: Path, wish: Wish, moves: tuple[str, ...]) -> Parts:
    """The lessons of a run that begins: gathered by the first of its processes, read by the others."""
    if os.environ.get("RANK", "0") == "0":
        parts = _gathered(settings, out, wish, moves)
        keep(parts, out)
        return parts
    until = time.monotonic() + _WAIT
    while not (out / FILE).exists():
        if time.monotonic() > until:
            raise TrainingError("the first process has gathered nothing", fix="look at what it says")
        time.sleep(_PAUSE)
    return kept(out)


def _gathered(settings: Settings, out: Path, wish: Wish, moves: tuple[str, ...]) -> Parts:
    objective = OBJECTIVES[settings.stage]
    with ExitStack() as stack:
        corpus, crates = _looked_at(wish.data)
        material = Material(corpus, wish.stores, barred=wish.barred, moves=moves)
        found = Gathered([])
        if not crates:
            found = objective.gather(material, settings.shape.context)
        if crates or not objective.enough(found):
            folder = _played(out / "selfplay" if crates else home.home() / "selfplay", crates, wish)
            learnt = stack.enter_context(Store.open(f"sqlite:///{folder / school.SESSIONS}"))
            material = Material(corpus, wish.stores, (folder,), (learnt,), wish.barred, moves)
            found = objective.gather(material, settings.shape.context)
        made = parted(found, objective.parts)
        if not objective.enough(found):
            raise TrainingError(
                f"all {len(found.lessons)} outcomes there are ended alike: nothing can be told apart",
                fix="work with her until some differ, or name a folder of crates to play on",
            )
        return made


def _looked_at(data: Path | None) -> tuple[Path | None, list[Path]]:
    """A folder as a packaged corpus, or as crates to break. Raises `TrainingError` when it is neither."""
    if data is None:
        return None, []
    if next(data.rglob("*.jsonl.zst"), None) is not None:
        return data, []
    crates = school.crates_below(data) if data.is_dir() else []
    if not crates:
        raise TrainingError(
            f"{data} is neither a corpus nor a folder of crates",
            fix="build one by `rusta corpus build`, or leave --data out to learn from sessions and the practice crates",
        )
    return None, crates


def _played(folder: Path, crates: list[Path], wish: Wish) -> Path:
    """The folder of a self-play on crates (none: the practice crates), played now if it was not before."""
    if not school.is_played(folder):
        wish.told(f"playing {wish.sessions} sessions on {'your' if crates else 'the practice'} crates, to learn from")
        began = time.monotonic()

        def told(done: int, of: int) -> None:
            wish.told(f"self-play: {done} of {of} sessions, {time.monotonic() - began:.0f} s")

        crates = crates or school.practice_crates(folder.with_name(f"{folder.name}-crates"))
        school.play(folder, crates, count=wish.sessions, seed=0, told=told)
    return folder


def _last_measured(events: Path) -> dict[str, float]:
    """The figures of the last evaluation."""
    lines = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    last: dict[str, float] = next((line for line in reversed(lines) if line["kind"] == "held_out"), {})
    return {name: value for name, value in last.items() if name not in ("step", "kind")}
