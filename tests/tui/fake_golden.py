"""An engine for tests of the golden challenge: `golden run --events` scores two made-up goldens in the real store, and
`golden …` in a batch is the real one over goldens of its own; the rest is as in `fake_engine.py`.

`FAKE_GOLDEN` chooses what happens: clean (both goldens are scored), broken (it says why and ends), hold (scores one
and waits until it is ended), refusing (every ruling fails).
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curriculum.golden.edition import this_month
from engine.evals.caseset import CaseFiles, CaseSet
from engine.schema.case import Case, Expectation
from engine.schema.event import ErrorEvent, MeterEvent, ProgressEvent
from engine.schema.provenance import Provenance
from engine.store.golden import GoldenAttempt
from engine.store.store import Store

MODE = os.environ.get("FAKE_GOLDEN", "clean")
FREE = "MIT OR Apache-2.0"
BEFORE = "pub fn total(prices: &[u32]) -> u32 {\n    let sum = prices.iter().sum();\n    sun\n}\n"
AFTER = BEFORE.replace("sun", "sum")
HERS = """--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,4 +1,3 @@
 pub fn total(prices: &[u32]) -> u32 {
-    let sum = prices.iter().sum();
-    sun
+    prices.iter().sum()
 }
"""
GOLDEN = """--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,4 +1,4 @@
 pub fn total(prices: &[u32]) -> u32 {
     let sum = prices.iter().sum();
-    sun
+    sum
 }
"""
PARTS = {"compiles": 1.0, "tests": 1.0, "hidden": 1.0, "minimal": 0.5, "style": 1.0, "exact": 0.0}
SIZES = {"own_size": {"lines": 3, "nodes": 9}, "golden_size": {"lines": 2, "nodes": 4}}
BODY: dict[str, Any] = {
    "parts": {**PARTS, **SIZES, "clippy": [], "rustfmt": True, "naming": None},
    "diff": HERS,
    "golden": GOLDEN,
    "explanation": "The name was misspelt.",
    "reason": "",
    "seconds": 1.25,
}
NOTHING: dict[str, Any] = {
    **BODY,
    "parts": {**dict.fromkeys(PARTS), "clippy": None},
    "diff": "",
    "explanation": "",
    "reason": "I have no move for this.",
}


def golden(name: str) -> CaseFiles:
    head = Case(
        id=name,
        family="names",
        expect=Expectation.FIXED,
        license=FREE,
        provenance=Provenance(source="test", license=FREE, spdx=("MIT", "Apache-2.0"), attribution="nobody"),
        tags=("E0425", "golden"),
    )
    return CaseFiles(head, {"src/lib.rs": BEFORE.encode()}, {}, {"src/lib.rs": AFTER.encode()})


GOLDENS = CaseSet("golden", (golden("lamp"), golden("moon")))
EDITION = tuple((found.case.id, found.digest, False) for found in GOLDENS.cases)


def take(store: Store, month: str, run: str, *scores: float) -> None:
    """A finished exam on both goldens."""
    store.open_golden_exam(EDITION, month, run, "search", None)
    for (name, _, _), score in zip(EDITION, scores, strict=True):
        store.save_golden_attempt(attempt(run, name, score))
    store.end_golden_exam(run)


def attempt(run: str, name: str, score: float) -> GoldenAttempt:
    return GoldenAttempt(run, name, "fixed" if score else "abstained", score, BODY if score else NOTHING)


def emit(seq: int, kind: Any, **fields: Any) -> None:
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(kind(seq=seq, at=at, session="", **fields).model_dump_json(), flush=True)


def run() -> int:
    if MODE == "broken":
        emit(0, ErrorEvent, text="the jail cannot be set up", fix="install bubblewrap", fatal=True)
        return 1
    store, month = Store.open(), this_month()
    name = f"run-{len(store.golden_exams()) + 1}"
    store.open_golden_exam(EDITION, month, name, "search", None)
    told = {"job": "golden", "total": 2}
    emit(1, ProgressEvent, **told, done=0, elapsed=0.0, text=f"2 goldens of {month}")
    for number, (id_, _, _) in enumerate(EDITION, 1):
        score = 90.0 if number == 1 else 0.0
        store.save_golden_attempt(attempt(name, id_, score))
        emit(2 * number, ProgressEvent, **told, done=number, elapsed=float(number), text=f"{id_}: {score:.0f} of 100")
        emit(2 * number + 1, MeterEvent, name="golden/score", value=0.9 / number, unit="share")
        if MODE == "hold":
            signal.pause()
    store.end_golden_exam(name)
    emit(99, ProgressEvent, **told, status="done", done=2, elapsed=2.0, text=f"{month}: finished")
    return 0


def batch() -> int:
    import rusta_cli.golden as commands
    from engine.evals.sealed import Sealed, make_seal
    from rusta_cli.batch import _answer

    sealed = Sealed([make_seal("test", GOLDENS)])
    commands._ground = lambda: (Store.open(), GOLDENS, sealed)
    for line in sys.stdin:
        ruling = json.loads(line)[1:2] in (["pin"], ["unpin"], ["retire"], ["restore"])
        refused = {"code": 1, "out": "", "err": "rusta: the store is held by another program\n"}
        print(json.dumps(refused if ruling and MODE == "refusing" else _answer(line)), flush=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "golden":
        sys.exit(run())
    if sys.argv[1] == "batch":
        sys.exit(batch())
    runpy.run_path(str(Path(__file__).with_name("fake_engine.py")), run_name="__main__")
