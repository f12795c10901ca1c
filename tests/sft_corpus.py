"""A packaged corpus of a few samples of every family that is asked in words, from two repositories."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

BEFORE = "fn total(count: u32) -> u32 {\n    coumt\n}\n"
AFTER = "fn total(count: u32) -> u32 {\n    count\n}\n"
DIFF = (
    "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,3 +1,3 @@\n fn total(count: u32) -> u32 {\n-    coumt\n+    count\n }\n"
)


def sample(kind: str) -> dict[str, Any]:
    """A sample of a family, as it stands in a shard."""
    own: dict[str, dict[str, Any]] = {
        "canon_teach": {
            "source": "a book",
            "topic": "moves",
            "prompt": "Who owns it?",
            "context": "",
            "target": {"explanation": "The last binding.", "citations": ["ch04"]},
        },
        "diag_fix": {
            "crate": "barley",
            "version": "1.0.0",
            "error": {"v": 1, "id": "d1", "tool": "rustc", "level": "error", "code": "E0425", "message": "no `coumt`"},
            "code_before": BEFORE,
            "patch_diff": DIFF,
            "code_after": AFTER,
            "tests": {"before": "none", "after": "green"},
            "explanation": "The name is misspelt. Spell it as it was declared.",
        },
        "explain_diff": {"patch_diff": DIFF, "context": "E0425", "explanation": "It spells the name right."},
        "style_guide": {"rule": "clippy::x", "code_before": "a;", "code_after": "b;", "rationale": "It reads well."},
    }
    origin = {"license": "MIT", "provenance": {"v": 1, "source": "test"}}
    return {"v": 1, "type": kind, **origin, **own[kind]}


def sft_corpus(place: Path) -> Path:
    """Writes it: three lines a family to learn, one held out."""
    import zstandard

    for family, kind in (("teach", "canon_teach"), *((name, name) for name in ("diag_fix", "explain_diff"))):
        folder = place / "data" / family
        folder.mkdir(parents=True)
        for number, (split, count) in enumerate((("train", 3), ("validation", 1))):
            told = {**sample(kind), "split": split, "repository": f"r{number}"}
            lines = (json.dumps(told).encode() + b"\n") * count
            (folder / f"{split}-00000.jsonl.zst").write_bytes(zstandard.ZstdCompressor().compress(lines))
    return place
