"""An engine that speaks as `rusta runs` and `rusta train` do: the runs are real folders, read by the real command.

`FAKE_TRAINER` says what it plays: `hold` waits for decisions, `bare` has no torch, `broken` fails.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from engine.schema.event import MeterEvent, ProgressEvent

AT = "2026-01-01T00:00:00.000Z"
MODES = os.environ.get("FAKE_TRAINER", "").split()
EXAMS = [{"run": f"run-{number}", "at": AT, "value": 0.2 * number} for number in (1, 2, 3)]


def say(*events: object) -> None:
    for event in events:
        print(event.model_dump_json() if hasattr(event, "model_dump_json") else json.dumps(event), flush=True)


def train(arguments: list[str]) -> int:
    from math import log

    from tests.runs_on_disk import write_run

    out = Path(arguments[arguments.index("--out") + 1])
    first = 20 if "--resume" in arguments else 0
    if not first:
        write_run(out, steps=1, of=30)
    for step in range(first + 1, first + 6):
        figures = {"loss": 4.0 * log(2), "symbols_per_second": 1234.0} | ({"held_out/loss": 4.5} if step % 2 else {})
        for name, value in figures.items():
            say(MeterEvent(seq=0, at=AT, session="", name=f"train/{name}", value=value, step=step))
        say(
            ProgressEvent(seq=0, at=AT, session="", job="train", text=f"step {step}", done=step, total=30, elapsed=step)
        )
    while "hold" in MODES and (line := sys.stdin.readline()):
        kind = json.loads(line)["kind"]
        heard(f"decision {kind}")
        if kind == "stop":
            say(ProgressEvent(seq=0, at=AT, session="", job="train", status="done", text="5 of 30 steps", elapsed=9.0))
            return 130
    return 0


def heard(line: str) -> None:
    if path := os.environ.get("FAKE_TRAINER_HEARD"):
        with Path(path).open("a") as log:
            log.write(line + "\n")


def main() -> int:
    arguments = sys.argv[1:]
    heard(" ".join(arguments))
    match arguments:
        case ["runs", *_] if "broken" in MODES:
            print("rusta: the disk is on fire", file=sys.stderr)
            return 1
        case ["runs", *_]:
            import rusta_cli.train
            from rusta_cli.runs import build

            rusta_cli.train.missing = lambda: "torch" if "bare" in MODES else None
            build()(arguments[1:])
        case ["train", *_]:
            return train(arguments)
        case ["eval", "history", *_]:
            say(*EXAMS)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    sys.exit(main())
