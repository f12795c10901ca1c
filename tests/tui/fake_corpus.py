"""An engine that speaks as `rusta corpus` does, from figures of a real build."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from engine.schema.event import MeterEvent, ProgressEvent

AT = "2026-01-01T00:00:00.000Z"
STATS = {
    "files in, by source": {"canon": 312, "crates": 6728, "tools": 902},
    "left out, by reason and source": {
        "drop: near-duplicate": {"canon": 4, "crates": 162},
        "isolate: weak-copyleft": {"crates": 14},
        "quarantine: unreadable": {"crates": 1},
    },
    "kept, by family": {
        "code": {"bytes": 72503477, "documents": 6502, "test documents": 290, "train documents": 6212},
        "teach": {"bytes": 812333, "documents": 1210, "train documents": 1210},
    },
    "licences of documents kept": {"MIT OR Apache-2.0": 4647, "MIT": 2209},
    "repositories, by split": {"train": 173, "test": 7},
    "files, in bytes": {"data/code/train-00000.jsonl.zst": 15001112, "data/teach/train-00000.jsonl.zst": 200112},
    "seconds, by step": {"licence": 60.2, "read": 8.2},
}
ROWS = [
    {"id": "914ebee70000", "origin": "crate:colored@3.1.1", "path": "src/lib.rs", "detail": "MPL-2.0: the manifest"},
    {"id": "66daf46d0000", "origin": "crate:colored@3.1.1", "path": "src/style.rs", "detail": "MPL-2.0: the manifest"},
]


def main(arguments: list[str]) -> int:
    with Path(os.environ["FAKE_CORPUS_HEARD"]).open("a") as heard:
        heard.write(" ".join(arguments) + "\n")
    match arguments[:2]:
        case ["corpus", "stats"]:
            if os.environ.get("FAKE_CORPUS") == "none":
                print("rusta: there is no finished corpus", file=sys.stderr)
                return 1
            print(json.dumps(STATS))
        case ["corpus", "list"]:
            wanted = arguments[arguments.index("--reason") + 1] if "--reason" in arguments else ""
            for row in ROWS if wanted == "weak-copyleft" else ROWS[:1]:
                print(json.dumps(row))
        case ["corpus", "verify"]:
            print("✓ every file is what the manifest says  261 looked at")
        case ["corpus", "why"]:
            print(f"{arguments[2]}\ndeclared     MIT OR Apache-2.0\ndecision     keep")
        case ["corpus", "build"]:
            for done in range(1, 5):
                head = {"seq": done, "at": AT, "session": ""}
                fields = {"job": "corpus", "command": "rusta corpus build", "done": done, "total": 4, "elapsed": 1.0}
                print(ProgressEvent(**head, **fields, text=f"gather: {done} of 4").model_dump_json(), flush=True)
                meter = MeterEvent(**head, name="corpus/rate", value=2.5, unit="MB/s", step=done)
                print(meter.model_dump_json(), flush=True)
                if done == 2 and os.environ.get("FAKE_CORPUS") == "hold":
                    sys.stdin.readline()
                    return 130
        case _:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
