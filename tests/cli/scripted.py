"""A session without cargo: a scripted loop behind the real front of `rusta`.

    python scripted.py SCRIPT [--events]

Run as a child process, with pipes or in a terminal of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from pathlib import Path

from engine.errors import SandboxError
from engine.loop.fold import SessionState
from engine.loop.inbox import Inbox, NobodyAnswersError, StopRequestedError
from engine.loop.recorder import Emit, Recorder
from engine.loop.session import SessionSuspendedError
from engine.schema.decision import Answer, Verdict
from engine.schema.devlog import DevLog, Outcome
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.event import (
    AskEvent,
    CheckStep,
    DiagnosticEvent,
    ErrorEvent,
    IntakeEvent,
    LogEvent,
    LoopState,
    PatchEvent,
    ProgressEvent,
    SayEvent,
    StateEvent,
    TestRun,
    TestTally,
    TestTarget,
    TouchedSymbol,
    Use,
    ValidationEvent,
)
from engine.schema.patch import Edit, FileImage, Patch
from engine.store.store import Store
from rusta_cli.failures import run_guarded
from rusta_cli.session import run_session

BEFORE = 'fn main() {\n    let a = 1;\n    let b = 2;\n    println!("{a}{b}");\n}\n'
AFTER = 'fn main() {\n    let a = 3;\n    let b = 2;\n    println!("{a} {b}");\n}\n'
DIFF = (
    "--- a/src/main.rs\n+++ b/src/main.rs\n"
    "@@ -1,3 +1,3 @@\n fn main() {\n-    let a = 1;\n+    let a = 3;\n     let b = 2;\n"
    '@@ -4,2 +4,2 @@\n-    println!("{a}{b}");\n+    println!("{a} {b}");\n }\n'
)


def a_patch() -> Patch:
    def image(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    first, second = BEFORE.index("1;"), BEFORE.index("}{b}") + 1
    return Patch(
        id="p1",
        intent="Three it is.",
        move="replace-literal",
        edits=(
            Edit(path="src/main.rs", byte_start=first, byte_end=first + 1, before="1", after="3"),
            Edit(path="src/main.rs", byte_start=second, byte_end=second, before="", after=" "),
        ),
        inverse=(),
        files=(FileImage(path="src/main.rs", before=image(BEFORE), after=image(AFTER)),),
        diff=DIFF,
        inverse_diff="",
    )


def leave_a_trace() -> None:
    Path(os.environ["RUSTA_HOME"]).mkdir(exist_ok=True)
    Path(os.environ["RUSTA_HOME"], "cleaned-up").touch()


class Script:
    """One scripted session: what happens after its opening."""

    def __init__(self, inbox: Inbox, emit: Emit) -> None:
        self.inbox = inbox
        self.state = SessionState()
        self.recorder = Recorder("s1", store=None, emit=emit, state=self.state)

    def open(self) -> None:
        self.inbox.attach()
        self.recorder.record(
            IntakeEvent,
            repository=os.environ.get("SCRIPT_REPOSITORY", "/nowhere/ink"),
            path=".",
            head="a" * 40,
            branch="main",
            base=os.environ.get("SCRIPT_BASE", "a" * 40),
        )
        span = Span(
            file="src/main.rs",
            byte_start=0,
            byte_end=1,
            line_start=2,
            line_end=2,
            column_start=1,
            column_end=2,
            primary=True,
        )
        found = Diagnostic(
            id="d1", tool=Tool.RUSTC, level=Level.ERROR, code="E0308", message="mismatched \x1b[31mtypes", spans=(span,)
        )
        for status in ("found", "queued", "active"):
            self.recorder.record(DiagnosticEvent, diagnostic=found, status=status)
        self.recorder.record(StateEvent, state=LoopState.DO, task="d1")
        self.recorder.record(PatchEvent, task="d1", patch=a_patch(), status="applied", proven=True)

    def end(self, outcome: Outcome, code: int, summary: str) -> LogEvent:
        log = DevLog(
            id="l1",
            session="s1",
            at="2026-01-01T00:00:00.000Z",
            repository="ink-1",
            base="a" * 40,
            brain="search",
            outcome=outcome,
            summary=summary,
        )
        return self.recorder.record(LogEvent, outcome=outcome, devlog=log, exit_code=code)

    async def review(self) -> LogEvent:
        runs = (TestRun(name="slow", outcome="ignored"), TestRun(name="adds", outcome="ok"))
        target = TestTarget(name="ink src/main.rs", seconds=0.25, tests=runs, left_out=3)
        red = TestTarget(name="ink tests/all.rs", tests=(TestRun(name="reads", outcome="failed"),))
        tally = TestTally(passed=1, failed=1, ignored=1, targets=(target, red))
        steps = (
            CheckStep(command="cargo check", seconds=0.5, passed=True, summary="compiles"),
            CheckStep(command="cargo test", seconds=1.5, passed=True, summary="1 green", tests=tally),
        )
        self.recorder.record(ValidationEvent, task="d1", patch="p1", steps=steps, green=True, progress=False)
        use = Use(path="src/other.rs", line=7, text="main();")
        touched = TouchedSymbol(path="src/main.rs", symbol="main", hunks=(0, 1), uses=(use,), total=4, signature=True)
        only = TouchedSymbol(path="src/main.rs", symbol="helper", hunks=(1,))
        self.recorder.record(
            AskEvent,
            id="a1",
            wants="verdict",
            questions=("Do you take it?",),
            patch="p1",
            task="d1",
            touched=(touched, only),
        )
        try:
            reply = await self.inbox.reply(lambda found: isinstance(found, Verdict))
        except NobodyAnswersError:
            raise SessionSuspendedError("s1") from None
        except StopRequestedError:
            return self.end(Outcome.STOPPED, 3, "stopped")
        assert isinstance(reply, Verdict)
        said = f"{reply.verdict} hunks={reply.hunks} reason={reply.reason} files={reply.files} lines={reply.lines}"
        return self.end(Outcome.VETOED, 4, said) if reply.verdict == "veto" else self.end(Outcome.FIXED, 0, said)

    async def late(self) -> LogEvent:
        go_on = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, go_on.set)
        self.recorder.record(ProgressEvent, job="j", command="cargo check")
        await go_on.wait()
        return await self.review()

    async def question(self) -> LogEvent:
        self.recorder.record(AskEvent, id="a1", wants="answer", questions=("Which of the two?",), task="d1")
        reply = await self.inbox.reply(lambda found: isinstance(found, Answer))
        assert isinstance(reply, Answer)
        return self.end(Outcome.FIXED, 0, f"answered {reply.text}")

    async def long(self) -> LogEvent:
        self.recorder.record(ProgressEvent, job="j", command="cargo check")
        try:
            await asyncio.Event().wait()
        finally:
            leave_a_trace()
        raise AssertionError("nobody sets this event")

    async def chatter(self) -> LogEvent:
        while True:
            self.recorder.record(SayEvent, text="still here")
            await asyncio.sleep(0)

    async def error(self) -> LogEvent:
        raise SandboxError("the sandbox is locked by 42", fix="wait for it")

    async def fatal(self) -> LogEvent:
        self.recorder.record(ErrorEvent, text="the sandbox is locked by 42", fix="wait for it", fatal=True)
        raise SandboxError("the sandbox is locked by 42", fix="wait for it")

    async def crash(self) -> LogEvent:
        raise ValueError("odd")


def main() -> int:
    async def start(store: Store, inbox: Inbox, emit: Emit) -> LogEvent:
        script = Script(inbox, emit)
        script.open()
        ending = getattr(script, sys.argv[1])
        done = await ending()
        assert isinstance(done, LogEvent)
        return done

    return run_session(start, events="--events" in sys.argv)


if __name__ == "__main__":
    sys.exit(run_guarded(main, sys.argv[1:]))
