"""An engine that speaks as `rusta curriculum` and `rusta eval` do.

With `FAKE_SCHOOL=hold` an exam waits for decisions.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from engine.schema.event import MeterEvent, ProgressEvent

AT = "2026-01-01T00:00:00.000Z"
STAGES = [
    {"name": "Fluency", "metric": "compile_ability", "bound": "rises", "threshold": None, "state": "open",
     "value": 0.61, "low": 0.58, "high": 0.64, "n": 400, "missing": [], "evidence": ["run-a"]},
    {"name": "Diagnostics", "metric": "explanation_accuracy", "bound": "at_least", "threshold": 0.8, "state": "closed",
     "value": 0.8, "low": 0.76, "high": 0.84, "n": 300, "missing": ["its interval reaches below 80 %"]},
    {"name": "Patching", "metric": "compile_fix", "bound": "at_least", "threshold": 0.7, "state": "locked",
     "missing": ["locked by stage 1 (Diagnostics)"]},
]  # fmt: skip
RUNS = [
    {"run": name, "at": AT, "task": "cases", "mode": "plain", "brain": "search", "total": 50, "results": 50,
     "finished": True}
    for name in ("run-b", "run-a")
]  # fmt: skip
FIGURE = {"group": "fixes", "name": "compile_fix", "title": "Compile-fix", "value": 0.72, "low": 0.6, "high": 0.8,
          "n": 45, "unit": "share", "note": ""}  # fmt: skip


def say(*records: object) -> int:
    for record in records:
        print(record.model_dump_json() if hasattr(record, "model_dump_json") else json.dumps(record), flush=True)
    return 0


def exam() -> int:
    for number in range(1, 4):
        say(
            ProgressEvent(
                seq=2 * number,
                at=AT,
                session="",
                job="eval",
                text=f"case {number}",
                done=number,
                total=12,
                elapsed=number,
            ),
            MeterEvent(seq=2 * number + 1, at=AT, session="", name="compile_fix", value=number / 4, step=number),
        )
    while os.environ.get("FAKE_SCHOOL") == "hold" and (line := sys.stdin.readline()):
        if json.loads(line)["kind"] == "stop":
            break
    return say(ProgressEvent(seq=9, at=AT, session="", job="eval", status="done", done=12, total=12, elapsed=5.0))


def main() -> int:
    arguments = sys.argv[1:]
    if path := os.environ.get("FAKE_SCHOOL_HEARD"):
        with Path(path).open("a") as log:
            log.write(" ".join(arguments) + "\n")
    match arguments:
        case ["curriculum", "status", *_]:
            return say(*({"kind": "stage", "stage": n, **stage} for n, stage in enumerate(STAGES)))
        case ["curriculum", "gate", *_] | ["eval", "run", *_]:
            return exam()
        case ["curriculum", "start", number, *_]:
            print(f"rusta: there is no trainer for stage {number} yet", file=sys.stderr)
            return 1
        case ["eval", "list", *_]:
            return say(*RUNS)
        case ["eval", "show", run, *_]:
            return say(
                {"run": run, "figures": [FIGURE]}, {"run": run, "reliability": [[0.7, 0.6, 20], [0.9, 0.95, 20]]}
            )
        case ["eval", "history", *_]:
            return say(*({**FIGURE, "run": run["run"], "at": AT} for run in RUNS))
        case ["eval", "drift", *_]:
            return say({"kind": "state", "brain": "search", "may_use": True, "good": None})
        case ["eval", "vote", *_] if "--choice" in arguments:
            return say({"subject": "case-one", "choice": "left", "left": "search@1", "right": "byte@2"})
        case ["eval", "vote", *_]:
            texts = {"left": "The borrow ends first.", "right": "It is a clone."}
            return say({"subject": "case-one", **texts, "left_to_vote": 3, "papers": 3})
    return 0


if __name__ == "__main__":
    sys.exit(main())
