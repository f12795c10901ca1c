"""An engine for tests of the drill: `drill start --events` answers made-up cards in the real store, the rest is as
in `fake_engine.py`, where `batch` is the real one.

`FAKE_DRILL` chooses what happens: clean (two more answers), broken (it says why and ends), hold (answers one card and
waits until it is ended), refusing (every grade fails).
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.schema.event import ErrorEvent, MeterEvent, ProgressEvent
from engine.store.drills import DrillCard, DrillSession
from engine.store.store import Store

MODE = os.environ.get("FAKE_DRILL", "clean")
CARDS = [
    DrillCard(f"{name}", "explain", "Ownership", "E0382", "error_codes/none.html", 0, "x")
    for name in ("new-1", "new-2")
]


def emit(seq: int, kind: Any, **fields: Any) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(kind(seq=seq, at=at, session="", **fields).model_dump_json(), flush=True)


def start() -> int:
    began = time.monotonic()
    if MODE == "broken":
        emit(0, ErrorEvent, text="the Rust docs are not installed", fix="rustup component add rust-docs", fatal=True)
        return 1
    store = Store.open()
    store.deal_in(CARDS, "fake")
    now = datetime.now(UTC)
    name = f"{now:%G-W%V}"
    store.open_drill(
        DrillSession(f"{name}.9", now.isoformat(), name, "s", "search", "fake"), [card.id for card in CARDS]
    )
    for number, card in enumerate(CARDS, 1):
        told = {"job": "drill", "total": len(CARDS), "elapsed": time.monotonic() - began}
        emit(3 * number, ProgressEvent, **told, done=number - 1, text=f"{card.id} explain E0382")
        store.save_drill_answer(f"{name}.9.{number:02}", {"text": f"Answer {number}."})
        emit(3 * number + 1, ProgressEvent, **told, done=number, text=f"{card.id} explain E0382: unmarked")
        emit(3 * number + 2, MeterEvent, name="drill/predict right", value=0.5, unit="share")
        if MODE == "hold":
            signal.pause()
    store.end_drill(f"{name}.9")
    emit(99, ProgressEvent, job="drill", status="done", done=2, total=2, elapsed=1.0, text="finished")
    return 0


def refusing_batch() -> int:
    from rusta_cli.batch import _answer

    for line in sys.stdin:
        grading = json.loads(line)[:2] == ["drill", "grade"]
        refused = {"code": 1, "out": "", "err": "rusta: the store is held by another program\n"}
        print(json.dumps(refused if grading else _answer(line)), flush=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "drill":
        sys.exit(start())
    if sys.argv[1] == "batch" and MODE == "refusing":
        sys.exit(refusing_batch())
    runpy.run_path(str(Path(__file__).with_name("fake_engine.py")), run_name="__main__")
