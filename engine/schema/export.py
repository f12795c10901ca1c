"""Writes the JSON Schemas of the records to `data/schemas/`, or checks that what lies there is current.

python -m engine.schema.export            writes them
python -m engine.schema.export --check    exits 1, naming the first file that drifted
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from engine.resources import shipped
from engine.schema.case import Case
from engine.schema.decision import DECISION_ADAPTER
from engine.schema.devlog import DevLog
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import EVENT_ADAPTER
from engine.schema.patch import Patch
from engine.schema.provenance import Provenance
from engine.schema.samples import CanonTeach, DiagFix, ExplainDiff, PrPair, StyleGuide

DIALECT = "https://json-schema.org/draft/2020-12/schema"

RECORDS: dict[str, TypeAdapter[Any]] = {
    "diagnostic": TypeAdapter(Diagnostic),
    "patch": TypeAdapter(Patch),
    "devlog": TypeAdapter(DevLog),
    "event": EVENT_ADAPTER,
    "decision": DECISION_ADAPTER,
    "provenance": TypeAdapter(Provenance),
    "case": TypeAdapter(Case),
    "canon_teach": TypeAdapter(CanonTeach),
    "diag_fix": TypeAdapter(DiagFix),
    "pr_pair": TypeAdapter(PrPair),
    "explain_diff": TypeAdapter(ExplainDiff),
    "style_guide": TypeAdapter(StyleGuide),
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of the record ``name``, a key of `RECORDS`."""
    title = {"title": name.title().replace("_", "")} if name in ("event", "decision") else {}
    return {"$schema": DIALECT, **title, **RECORDS[name].json_schema()}


def schema_text(name: str) -> str:
    """The content of the record's file: stable, one change a line."""
    return json.dumps(schema(name), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path) -> None:
    """Writes one file a record."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in RECORDS:
        (folder / f"{name}.json").write_text(schema_text(name), encoding="utf-8", newline="\n")


def drift(folder: Path) -> str | None:
    """One line on the first file of ``folder`` that is not what `write` would write, None when all are."""
    for name in RECORDS:
        file = folder / f"{name}.json"
        if not file.is_file():
            return f"{file.name} is missing"
        if file.read_text(encoding="utf-8") != schema_text(name):
            return f"{file.name} is not what engine.schema says"
    strangers = sorted(file.name for file in folder.glob("*.json") if file.stem not in RECORDS)
    return f"{strangers[0]} belongs to no record" if strangers else None


def main(arguments: list[str], folder: Path | None = None) -> int:
    """The command; its exit status is 0, 1 for drift, 2 for arguments it does not know."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m engine.schema.export [--check]\n")
        return 2
    folder = folder or shipped("data") / "schemas"
    if not arguments:
        write(folder)
        return 0
    problem = drift(folder)
    if problem:
        sys.stderr.write(f"data/schemas/{problem}; run: python -m engine.schema.export\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
