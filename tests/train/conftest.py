"""What self-play leaves, made by hand: three crates, each with a session, a fault and candidates that were tried."""

import json
from pathlib import Path

import pytest

from engine.schema.devlog import DevLog, Entry, Outcome, ProbeNote, ValidationNote
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.event import (
    BeliefEvent,
    CheckStep,
    DecisionEvent,
    DiagnosticEvent,
    Event,
    HypothesisEvent,
    LogEvent,
    PatchEvent,
    ProbeEvent,
    ValidationEvent,
)
from engine.schema.patch import Edit, FileImage, Patch
from engine.store.store import Store
from engine.train.selfplay import school

AT = "2026-11-23T10:00:00Z"
CRATES = ("barley", "clover", "dill")
SOUND, BROKEN = "fn total(count: u32) -> u32 {\n    count\n}\n", "fn total(count: u32) -> u32 {\n    coumt\n}\n"
DIFF = (
    "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,3 +1,3 @@\n fn total(count: u32) -> u32 {\n-    coumt\n+    count\n }\n"
)


def diagnostic() -> Diagnostic:
    """A misspelt name."""
    start = BROKEN.index("coumt")
    span = Span(
        file="src/lib.rs",
        byte_start=start,
        byte_end=start + 5,
        line_start=2,
        line_end=2,
        column_start=5,
        column_end=10,
        primary=True,
        label="not found",
        text=("    coumt",),
    )
    return Diagnostic(
        id="d1", tool=Tool.RUSTC, level=Level.ERROR, code="E0425", message="cannot find value `coumt`", spans=(span,)
    )


def patch() -> Patch:
    """What mends it."""
    start = BROKEN.index("coumt")
    edit = Edit(path="src/lib.rs", byte_start=start, byte_end=start + 5, before="coumt", after="count")
    back = Edit(path="src/lib.rs", byte_start=start, byte_end=start + 5, before="count", after="coumt")
    return Patch(
        id="p1",
        intent="Write `count`.",
        move="mend-the-name",
        edits=(edit,),
        inverse=(back,),
        files=(FileImage(path="src/lib.rs", before="0", after="1"),),
        diff=DIFF,
        inverse_diff="",
    )


def session(name: str, repository: str) -> list[Event]:
    """A session that tries two hypotheses; the trial of the first one changes the decision."""
    fields: list[tuple[type, dict]] = [
        (DiagnosticEvent, {"diagnostic": diagnostic()}),
        (BeliefEvent, {"task": "d1", "beliefs": {"a": 0.6, "b": 0.5}, "confidence": 0.6, "entropy": 1.0}),
        (ProbeEvent, {"id": "1", "task": "d1", "probe": "check", "command": "cargo check", "status": "running"}),
        (
            ProbeEvent,
            {"id": "1", "task": "d1", "probe": "check", "command": "", "status": "done", "verdict": "supports"},
        ),
        (BeliefEvent, {"task": "d1", "beliefs": {"a": 0.65, "b": 0.5}, "confidence": 0.65, "entropy": 1.0}),
        (ProbeEvent, {"id": "2", "task": "d1", "probe": "trial", "command": "", "status": "running"}),
        (
            ProbeEvent,
            {"id": "2", "task": "d1", "probe": "trial", "command": "", "status": "done", "verdict": "refutes"},
        ),
        (BeliefEvent, {"task": "d1", "beliefs": {"b": 0.5, "a": 0.01}, "confidence": 0.5, "entropy": 0.5}),
        (DecisionEvent, {"by": "rusta", "action": "apply", "task": "d1", "threshold": 0.7}),
        (
            HypothesisEvent,
            {"id": "b", "task": "d1", "statement": "", "move": "mend-the-name", "confidence": 0.9, "status": "chosen"},
        ),
        (PatchEvent, {"task": "d1", "hypothesis": "b", "patch": patch(), "status": "applied"}),
        (
            ValidationEvent,
            {
                "task": "d1",
                "patch": "p1",
                "steps": (CheckStep(command="cargo test", seconds=1.0, passed=True, summary="ok"),),
                "green": True,
                "progress": True,
            },
        ),
        (LogEvent, {"outcome": Outcome.FIXED, "devlog": devlog(name, repository)}),
    ]
    return [kind(seq=at, at=AT, session=name, **told) for at, (kind, told) in enumerate(fields, 1)]


def devlog(name: str, repository: str) -> DevLog:
    """Her diary of it."""
    entry = Entry(
        diagnostic="d1",
        code="E0425",
        message="cannot find value `coumt`",
        where="src/lib.rs:2",
        gear="quick",
        attempts=1,
        intent="Write `count`.",
        move="mend-the-name",
        confidence=0.9,
        probes=(ProbeNote(probe="trial", command="", seconds=0.1, verdict="supports", finding="no error"),),
        patch=patch(),
        validation=(ValidationNote(command="cargo test", seconds=1.0, passed=True, summary="ok"),),
        reflection="The name was misspelt.",
        explanation="A name must be declared before it is used.",
        outcome=Outcome.FIXED,
    )
    return DevLog(
        id=f"log-{name}",
        session=name,
        at=AT,
        repository=repository,
        base="0" * 40,
        brain="search",
        outcome=Outcome.FIXED,
        summary="One name mended.",
        entries=(entry,),
    )


@pytest.fixture(name="played")
def _played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rusta's home with a self-play in it."""
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUSTA_DATABASE_URL", raising=False)
    folder = tmp_path / "home" / "selfplay"
    folder.mkdir(parents=True)
    start = BROKEN.index("coumt")
    with Store.open(f"sqlite:///{folder / school.SESSIONS}") as store:
        for crate in CRATES:
            store.create_session(f"s-{crate}", repository=f"/somewhere/{crate}", path=".", at=AT, brain="search")
            for event in session(f"s-{crate}", f"/somewhere/{crate}"):
                store.append(event)
    faults, tried = [], []
    for crate in CRATES:
        fault = {"repository": crate, "finding": "E0425: cannot find value `coumt`", "content": BROKEN}
        faults.append(fault | {"start": start, "end": start + 5, "replacement": "count"})
        for number in range(8):
            edit = {"before": "{\n    ", "broken": "coumt", "after": "\n}\n", "replacement": "count" * (1 + number % 2)}
            said = {"repository": crate, "finding": "E0425: cannot find value `coumt`"}
            tried.append(said | edit | {"predicted": 0.5, "green": number % 2 == 0})
    for name, records in ((school.FAULTS, faults), (school.TRIED, tried)):
        (folder / name).write_text("".join(json.dumps(one) + "\n" for one in records))
    (folder / school.DONE).write_text("{}")
    return folder
