"""The folder of one training run: what it was started with, who holds it, and how it ended. Needs no torch.

`run.json` says what a run was told, so that it can go on by its folder alone. `run.lock` is locked by the kernel for as
long as the process lives that trains: a run is under way exactly while somebody holds it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from engine import home
from engine.errors import TrainingError

STARTED: Final = "run.json"
LOCK: Final = "run.lock"
EVENTS: Final = "events.jsonl"
CHECKPOINTS: Final = "checkpoints"
_TRIES, _PAUSE = 20, 0.05  # seconds: somebody who looks whether the lock is free holds it for a moment


@dataclass(frozen=True)
class Started:
    """What a run was told. ``ended`` is empty while it is under way or after it was cut off."""

    stage: str
    settings: dict[str, Any]
    data: str
    at: str
    ended: str = ""  # "finished" or "stopped"


def runs_folder() -> Path:
    """Where runs are kept that were given no place of their own."""
    return home.home() / "runs"


def new_run(stage: str) -> Path:
    """A folder that is not there yet, named after the stage and the moment."""
    name = f"{stage}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    place, number = runs_folder() / name, 1
    while place.exists():
        number += 1
        place = runs_folder() / f"{name}-{number}"
    return place


def last_run(stage: str) -> Path:
    """The newest run of a stage among those in Rusta's home. Raises `TrainingError` when there is none."""
    found = [path for path in runs_folder().glob("*") if (told := started(path)) is not None and told.stage == stage]
    if not found:
        raise TrainingError(f"there is no run of {stage} to go on with", fix="start without --resume, or name --out")
    return max(found, key=lambda path: (path / STARTED).stat().st_mtime)


def started(out: Path) -> Started | None:
    """What the run in ``out`` was told; None when nothing there says it."""
    try:
        told = json.loads((out / STARTED).read_text(encoding="utf-8"))
        return Started(
            str(told["stage"]), dict(told["settings"]), str(told["data"]), str(told["at"]), str(told.get("ended", ""))
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def under_way(out: Path) -> bool:
    """Whether a process trains in ``out`` right now."""
    try:
        with (out / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def held(out: Path, told: Started, *, resume: bool) -> Iterator[Callable[[bool], None]]:
    """Holds the folder of a run while it is trained; yields what takes whether it was finished.

    A run that goes on keeps what it was told. Of several processes only the first one holds it. Raises
    `TrainingError` when another process trains there, when a new run would be written over one that is there, or when
    the folder cannot be written.
    """
    if os.environ.get("RANK", "0") != "0":
        yield lambda finished: None
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / LOCK).open("ab")
    except OSError as error:
        raise TrainingError(f"{out} cannot be written: {error.strerror}", fix="name another --out") from error
    with lock:
        for tries in range(_TRIES):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if tries == _TRIES - 1:
                    raise TrainingError(
                        f"a run is under way in {out}", fix="wait for it or stop it, or name another --out"
                    ) from error
                time.sleep(_PAUSE)
        if not resume and (out / EVENTS).exists():
            raise TrainingError(f"{out} holds a run already", fix="go on with it by --resume, or name another --out")
        kept = (started(out) if resume else None) or told
        _write(out, replace(kept, ended=""))
        yield lambda finished: _write(out, replace(kept, ended="finished" if finished else "stopped"))


def forget(out: Path) -> None:
    """Removes what `held` wrote for a run that never began; a folder with anything else in it stays."""
    for name in (STARTED, LOCK):
        (out / name).unlink(missing_ok=True)
    with suppress(OSError):
        out.rmdir()


def _write(out: Path, told: Started) -> None:
    new = out / f".{STARTED}"
    new.write_text(json.dumps(asdict(told), indent=1, sort_keys=True), encoding="utf-8")
    new.replace(out / STARTED)
