"""An engine for tests of the app: a real child process that speaks the real wire format about a made-up crate.

`python fake_engine.py check|fix|resume|replay|undo|sessions …`, like `rusta`. What happens is chosen by
`FAKE_ENGINE` in the environment, some of these words: clean, broken (the check fails), crash (dies in Probe),
question (asks before it applies), hold (waits for a pause and a resume in Validate), flood (much output),
two (a patch of two files and three hunks), big (one of 200 hunks), open (lists an unfinished session), whole (the
replay is of a session with a patch), refusing (stores no grade), dying (stores a grade and dies before it answers).
`FAKE_ENGINE_AT` is the time of every event, for pictures that must not change.
`batch` is the real one, over the real store. Every decision it reads is
appended to the file that `FAKE_ENGINE_HEARD` names.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine.schema import event as wire
from engine.schema.devlog import DevLog, Outcome
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.patch import Edit, FileImage, Patch

SESSION = "41c0ffee"
MODES = set(os.environ.get("FAKE_ENGINE", "").split())
PARSE = """impl Parser {
    /// The next token; the lookahead is consumed.
    fn next(&mut self) -> Option<Token> {
        let t = &self.toks[self.pos];
        self.pos += 1;
        self.seen.push(t.kind);
        Some(t.clone())
    }
}
"""
DIFF = """--- a/src/parse.rs
+++ b/src/parse.rs
@@ -1,9 +1,9 @@ impl Parser {
 impl Parser {
     /// The next token; the lookahead is consumed.
     fn next(&mut self) -> Option<Token> {
-        let t = &self.toks[self.pos];
+        let t = self.toks[self.pos].clone();
         self.pos += 1;
         self.seen.push(t.kind);
-        Some(t.clone())
+        Some(t)
     }
 }
"""
MORE = """--- a/src/lex.rs
+++ b/src/lex.rs
@@ -10,4 +10,5 @@ pub fn lex(source: &str) -> Vec<Token> {
     let mut out = Vec::new();
+    let mut chars = source.chars().peekable();
     while let Some(c) = chars.next() {
         match c {
             ' ' => continue,
@@ -40,4 +41,3 @@ fn number(chars: &mut Chars<'_>) -> Token {
     let mut text = String::new();
-    let unused = 3; // never read
     while let Some(c) = chars.peek() {
         text.push(*c);
"""
RENDERED = """error[E0502]: cannot borrow `self.seen` as mutable because it is also borrowed as immutable
  --> src/parse.rs:88:9
   |
85 |         let t = &self.toks[self.pos];
   |                  --------- immutable borrow occurs here
86 |         self.pos += 1;
88 |         self.seen.push(t.kind);
   |         ^^^^^^^^^^^^^^^^^^^^^^ mutable borrow occurs here
89 |         Some(t.clone())
   |              - immutable borrow later used here
   |
   = help: consider cloning the token before the push
"""


def finding(key: str, code: str, message: str, file: str, line: int, level: Level = Level.ERROR) -> Diagnostic:
    span = Span(
        file=file, byte_start=0, byte_end=3, line_start=line, line_end=line, column_start=9, column_end=12, primary=True
    )
    rendered = RENDERED if code == "E0502" else f"{level}[{code}]: {message}\n  --> {file}:{line}:9\n"
    tool = Tool.CLIPPY if code.startswith("clippy") else Tool.RUSTC
    return Diagnostic(
        id=key, tool=tool, level=level, code=code, message=message, spans=(span,), package="inkwell", rendered=rendered
    )


FOUND = [
    finding(
        "d502",
        "E0502",
        "cannot borrow `self.seen` as mutable because it is also borrowed as immutable",
        "src/parse.rs",
        88,
    ),
    finding("d308", "E0308", "mismatched types: expected `Option<Token>`, found `Token`", "src/parse.rs", 91),
    finding("d425", "E0425", "cannot find value `chars` in this scope", "src/lex.rs", 12),
    finding(
        "dclip",
        "clippy::needless_borrow",
        "this expression creates a reference which is immediately dereferenced",
        "src/lex.rs",
        30,
        Level.WARNING,
    ),
]


class Engine:
    def __init__(self, session: str, seq: int = 0) -> None:
        self.session, self.seq = session, seq

    def emit(self, kind: type, **fields: Any) -> None:
        self.seq += 1
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        at = os.environ.get("FAKE_ENGINE_AT", now)
        record = kind(seq=self.seq, at=at, session=self.session, **fields)
        sys.stdout.write(record.model_dump_json() + "\n")
        sys.stdout.flush()

    def state(self, state: str, **fields: Any) -> None:
        self.emit(wire.StateEvent, state=state, **fields)


def heard() -> dict[str, Any]:
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    if path := os.environ.get("FAKE_ENGINE_HEARD"):
        with Path(path).open("a") as log:
            log.write(line)
    return json.loads(line)


def image(path: str, before: str, after: str) -> FileImage:
    return FileImage(
        path=path, before=hashlib.sha256(before.encode()).hexdigest(), after=hashlib.sha256(after.encode()).hexdigest()
    )


def patch() -> Patch:
    first = Edit(
        path="src/parse.rs",
        byte_start=PARSE.index("&self.toks"),
        byte_end=PARSE.index("&self.toks") + 20,
        before="&self.toks[self.pos]",
        after="self.toks[self.pos].clone()",
    )
    start = PARSE.index("t.clone()")
    second = Edit(path="src/parse.rs", byte_start=start, byte_end=start + 9, before="t.clone()", after="t")
    after = PARSE[: second.byte_start] + "t" + PARSE[second.byte_end :]
    after = after[: first.byte_start] + first.after + after[first.byte_end :]
    files = (image("src/parse.rs", PARSE, after),)
    diff = DIFF
    if "two" in MODES:
        files, diff = (*files, image("src/lex.rs", "", "")), DIFF + MORE
    if "big" in MODES:
        body = "".join(
            f"@@ -{n * 60 + 1},25 +{n * 60 + 1},25 @@ fn part_{n}()\n"
            + "".join(f" let kept_{n}_{m} = compute(&mut state, {m}); // context\n" for m in range(24))
            + f'-let old_{n}: usize = "text".len();\n+let new_{n}: usize = 4;\n'
            for n in range(200)
        )
        diff = "--- a/src/parse.rs\n+++ b/src/parse.rs\n" + body
    return Patch(
        id="p1",
        intent="Clone the token before the push, so that the borrow ends first",
        move="end-borrow",
        diagnostics=("d502",),
        edits=(first, second),
        inverse=(),
        files=files,
        diff=diff,
        inverse_diff="",
    )


def target(name: str, seconds: float, *runs: tuple[str, str]) -> wire.TestTarget:
    tests = tuple(wire.TestRun(name=test, outcome=outcome) for test, outcome in runs)
    return wire.TestTarget(name=name, seconds=seconds, tests=tests)


TOUCHED = (
    wire.TouchedSymbol(
        path="src/parse.rs",
        symbol="impl Parser::next",
        hunks=(0,),
        signature=True,
        uses=(
            wire.Use(path="src/lib.rs", line=12, text="while let Some(token) = parser.next() {"),
            wire.Use(path="tests/whole.rs", line=40, text="assert_eq!(parser.next(), None);"),
        ),
        total=25,
    ),
)


def check() -> int:
    engine = Engine("")
    if "broken" in MODES:
        engine.emit(
            wire.ErrorEvent,
            text="/tmp/nowhere is not in a git repository",
            fix="run git init, or name another path",
            fatal=True,
        )
        return 1
    engine.emit(wire.ProgressEvent, job="check", command="cargo check", lines=("    Checking inkwell v0.3.1",))
    if "clean" not in MODES:
        for record in FOUND:
            engine.emit(wire.DiagnosticEvent, diagnostic=record)
        queued()(engine)
    engine.emit(
        wire.ProgressEvent,
        job="check",
        command="cargo check",
        status="done",
        lines=("    Finished in 0.43s",),
        elapsed=0.43,
    )
    return 0


def watch() -> int:
    """Rounds of checks: a second one, with one more finding, once there is a file `saved`."""
    engine = Engine("")
    engine.emit(wire.ProgressEvent, job="watch", text="the first look")
    check()
    engine.emit(wire.ProgressEvent, job="watch", status="done", text="watching for saves")
    while not Path(sys.argv[2], "saved").exists():
        pass
    engine.emit(wire.ProgressEvent, job="watch", text="src/lex.rs")
    FOUND.append(finding("dnew", "E0384", "cannot assign twice to immutable variable `at`", "src/lex.rs", 7))
    check()
    engine.emit(wire.ProgressEvent, job="watch", status="done", text="watching for saves")
    signal.pause()
    return 0


def queued():
    def send(engine: Engine) -> None:
        for order, record in enumerate(FOUND, 1):
            follows = "d502" if record.id == "d308" else None
            engine.emit(wire.DiagnosticEvent, diagnostic=record, status="queued", order=order, follows=follows)

    return send


def think(engine: Engine) -> None:
    task = "d502"
    engine.emit(wire.DiagnosticEvent, diagnostic=FOUND[0], status="active", order=1)
    engine.state("think", task=task)
    for key, text, move, p in (
        ("h1", "the shared borrow of the token outlives its last read", "end-borrow", 0.78),
        ("h2", "the push wants a copy of the kind, not the borrow", "copy-field", 0.14),
        ("h3", "next() does two things and should be split", "split-fn", 0.05),
    ):
        engine.emit(wire.HypothesisEvent, id=key, task=task, statement=text, move=move, confidence=p)
    engine.emit(
        wire.BeliefEvent, task=task, beliefs={"h1": 0.78, "h2": 0.14, "h3": 0.05}, confidence=0.78, entropy=1.02
    )
    engine.state("think", status="done", task=task, seconds=0.04)
    engine.state("communicate", task=task)
    engine.emit(
        wire.SayEvent,
        task=task,
        tone="intent",
        text="The borrow of the token lives across the push. I end it first: same order of effects.",
        citations=("book/ch04-02-references-and-borrowing.html#mutable-references", "error_codes/E0502.html"),
    )
    engine.state("communicate", status="done", task=task, seconds=0.0)
    engine.state("probe", task=task)
    engine.emit(wire.ProbeEvent, id="b1", task=task, probe="check", command="cargo check -p inkwell", status="running")
    engine.emit(wire.MeterEvent, name="probes", value=1, limit=3)
    engine.emit(wire.MeterEvent, name="time", value=3.2, limit=8, unit="s")


def fix() -> int:
    engine = Engine(SESSION)
    engine.emit(
        wire.IntakeEvent,
        repository=str(Path.cwd()),
        path=sys.argv[2],
        head="a84a5afdeadbeef",
        branch="main",
        base=os.environ.get("FAKE_ENGINE_BASE", "a84a5afdeadbeef"),
        isolation="bubblewrap",
        include_dirty="--include-dirty" in sys.argv,
    )
    queued()(engine)
    think(engine)
    if "crash" in MODES:
        os.kill(os.getpid(), signal.SIGKILL)
    return go_on(engine)


def go_on(engine: Engine) -> int:
    task = "d502"
    engine.emit(
        wire.ProbeEvent,
        id="b1",
        task=task,
        probe="check",
        command="cargo check -p inkwell",
        status="done",
        seconds=0.21,
        verdict="supports",
        finding="1 error, same span",
    )
    engine.emit(
        wire.BeliefEvent,
        task=task,
        beliefs={"h1": 0.86, "h2": 0.09, "h3": 0.03},
        confidence=0.86,
        entropy=0.71,
        because="b1",
    )
    engine.emit(
        wire.HypothesisEvent,
        id="h2",
        task=task,
        statement="the push wants a copy of the kind, not the borrow",
        move="copy-field",
        confidence=0.09,
        status="refuted",
    )
    engine.emit(
        wire.HypothesisEvent,
        id="h1",
        task=task,
        statement="the shared borrow of the token outlives its last read",
        move="end-borrow",
        confidence=0.86,
        status="chosen",
    )
    engine.state("probe", status="done", task=task, seconds=0.22)
    engine.state("decide", task=task)
    if "question" in MODES:
        engine.emit(
            wire.AskEvent,
            id="a0",
            wants="answer",
            task=task,
            questions=("May next() clone the token?", "Is Parser part of the public API?"),
        )
        answer = heard()
        engine.emit(
            wire.DecisionEvent, by="mentor", action="answer", task=task, ask="a0", reason=answer.get("text", "")
        )
    engine.emit(wire.DecisionEvent, by="rusta", action="apply", task=task, confidence=0.86, threshold=0.72)
    engine.state("decide", status="done", task=task, seconds=0.0)
    engine.state("do", task=task)
    change = patch()
    blast = wire.BlastRadius(files=change.paths, symbols=("Parser::next",), references=2)
    engine.emit(wire.PatchEvent, task=task, hypothesis="h1", patch=change, status="applied", proven=True, blast=blast)
    engine.state("do", status="done", task=task, seconds=0.03)
    engine.state("validate", task=task)
    lines = tuple(f"test parse::case_{n} ... ok" for n in range(12))
    if "flood" in MODES:
        for n in range(400):
            batch = tuple(f"test flood::line_{n * 250 + m} ... ok" for m in range(250))
            engine.emit(wire.ProgressEvent, job="test", command="cargo test parse::", lines=batch, elapsed=n / 100)
    engine.emit(
        wire.ProgressEvent,
        job="test",
        command="cargo test parse::",
        lines=("running 31 tests", *lines),
        done=12,
        total=31,
        elapsed=1.4,
    )
    if "hold" in MODES:
        while (decision := heard())["kind"] != "resume":
            if decision["kind"] == "stop":
                return end(engine, Outcome.STOPPED, 3)
            if decision["kind"] == "pause":
                engine.emit(wire.DecisionEvent, by="mentor", action="pause")
        engine.emit(wire.DecisionEvent, by="mentor", action="resume")
    engine.emit(
        wire.ProgressEvent,
        job="test",
        command="cargo test parse::",
        status="done",
        lines=("test result: ok. 31 passed; 0 failed",),
        done=31,
        total=31,
        elapsed=1.9,
    )
    steps = (
        wire.CheckStep(command="cargo check", seconds=0.21, passed=True, summary="no errors"),
        wire.CheckStep(
            command="cargo test parse::",
            seconds=1.9,
            passed=True,
            summary="31 passed",
            tests=wire.TestTally(
                passed=31,
                targets=(
                    target("inkwell src/lib.rs", 1.25, *((f"parse::case_{n}", "ok") for n in range(30))),
                    target("inkwell tests/whole.rs", 0.5, ("reads_all", "failed"), ("slow", "ignored")),
                ),
            ),
        ),
    )
    engine.emit(wire.ValidationEvent, task=task, patch="p1", steps=steps, green=True, progress=True)
    engine.emit(wire.DiagnosticEvent, diagnostic=FOUND[0], status="gone", order=1)
    engine.emit(wire.DiagnosticEvent, diagnostic=FOUND[1], status="gone", order=2)
    engine.state("validate", status="done", task=task, seconds=2.13)
    engine.state("reflect", task=task)
    engine.emit(
        wire.ReflectionEvent,
        task=task,
        outcome="green",
        move="end-borrow",
        text="A shared borrow that outlives its last read. Ending it early kept the order of effects.",
    )
    engine.state("reflect", status="done", task=task, seconds=0.0)
    engine.state("review", task=task)
    while True:
        engine.emit(
            wire.AskEvent, id="a1", wants="verdict", task=task, patch="p1", questions=("Commit this?",), touched=TOUCHED
        )
        verdict = heard()
        if verdict["kind"] in ("verdict", "stop"):
            break
    if verdict["kind"] == "stop":
        engine.emit(wire.DecisionEvent, by="mentor", action="stop", ask="a1")
        return end(engine, Outcome.STOPPED, 3)
    engine.emit(
        wire.DecisionEvent,
        by="mentor",
        action=verdict["verdict"],
        task=task,
        patch="p1",
        ask="a1",
        hunks=verdict.get("hunks"),
        reason=verdict.get("reason") or "",
    )
    engine.state("review", status="done", task=task, seconds=12.0)
    if verdict["verdict"] == "veto":
        engine.emit(wire.UndoEvent, what="patch", how="inverse", patch="p1", task=task)
        return end(engine, Outcome.VETOED, 4)
    made = (wire.CommitMade(sha="5f3e9ad0c1", patch="p1", subject="Clone the token before the push"),)
    engine.state("commit", task=task)
    for status in ("intent", "done"):
        engine.emit(
            wire.CommitEvent,
            status=status,
            ref="refs/heads/rusta/e0502-parse",
            old=None,
            new="5f3e9ad0c1",
            commits=made,
        )
    return end(engine, Outcome.FIXED, 0, branch="rusta/e0502-parse", commit="5f3e9ad0c1")


def end(engine: Engine, outcome: Outcome, code: int, **made: str) -> int:
    engine.state("log")
    log = DevLog(
        id="log41",
        session=SESSION,
        at="2026-01-01T00:00:00Z",
        repository=str(Path.cwd()),
        base="a84a5af",
        brain="search",
        outcome=outcome,
        summary="E0502 in Parser::next: the borrow ends before the push.",
    )
    engine.emit(wire.LogEvent, outcome=outcome, devlog=log, exit_code=code, **made)
    return code


def replay() -> int:
    if "whole" in MODES:
        sys.stdin = io.StringIO('{"kind":"verdict","patch":"p1","verdict":"approve"}\n')
        return fix()
    engine = Engine(SESSION)
    engine.emit(
        wire.IntakeEvent,
        repository=str(Path.cwd()),
        path=str(Path.cwd()),
        head="a84a5afdeadbeef",
        branch="main",
        base="a84a5afdeadbeef",
        isolation="bubblewrap",
    )
    queued()(engine)
    think(engine)
    if "open" not in MODES:
        return end(engine, Outcome.ABSTAINED, 0)
    return 0


def resume() -> int:
    engine = Engine(SESSION, seq=100)
    return go_on(engine)


def undo() -> int:
    engine = Engine(SESSION, seq=1000)
    engine.emit(
        wire.UndoEvent, what="commit", how="restore-ref", ref="refs/heads/rusta/e0502-parse", old="5f3e9ad0c1", new=None
    )
    return 0


def sessions() -> int:
    here = os.environ.get("FAKE_ENGINE_REPOSITORY", str(Path.cwd()))
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    rows: list[dict[str, Any]] = [
        {
            "id": "40beef",
            "repository": here,
            "path": here,
            "at": "2026-01-02T10:00:00Z",
            "brain": "search",
            "outcome": "fixed",
            "summary": "E0277: derived Debug for Token",
            "branch": "rusta/e0277-token",
        },
        {
            "id": "39feed",
            "repository": here,
            "path": here,
            "at": "2026-01-01T10:00:00Z",
            "brain": "search",
            "outcome": "abstained",
            "summary": "E0599: no candidate was sure enough",
        },
    ]
    if "open" in MODES:
        rows.insert(0, {"id": SESSION, "repository": here, "path": here, "at": now, "brain": "search", "outcome": None})
    wanted = sys.argv[sys.argv.index("--text") + 1].lower() if "--text" in sys.argv else ""
    for row in rows:
        if wanted in json.dumps(row).lower():
            print(json.dumps(row))
    return 0


def batch() -> int:
    from rusta_cli.batch import _answer

    for line in sys.stdin:
        grading = json.loads(line)[:2] == ["devlogs", "grade"]
        if grading and "refusing" in MODES:
            print(
                json.dumps({"code": 1, "out": "", "err": "rusta: the store is held by another program\n"}), flush=True
            )
            continue
        answer = json.dumps(_answer(line))
        if grading and "dying" in MODES:
            os._exit(9)
        print(answer, flush=True)
    return 0


def export() -> int:
    print(f"# {sys.argv[2]}")
    return 0


if __name__ == "__main__":
    if "--watch" in sys.argv:
        sys.exit(watch())
    commands = {
        "export": export,
        "check": check,
        "fix": fix,
        "replay": replay,
        "resume": resume,
        "undo": undo,
        "sessions": sessions,
        "batch": batch,
    }
    sys.exit(commands[sys.argv[1]]())
