"""What every state of the loop has in hand: the workbench, the brain, the mentor's inbox, the recorder."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from engine.brain.protocol import Brain, Context
from engine.brain.voice import Voice
from engine.loop.fold import SessionState
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.recorder import Recorder
from engine.loop.request import Request
from engine.loop.tail import Tail
from engine.loop.task import Task
from engine.loop.workbench import Workbench
from engine.process import child_seconds
from engine.rust.cargo import CheckResult, TestResult
from engine.schema.diagnostic import Diagnostic, Tool
from engine.schema.event import DecisionEvent, LoopState, PatchEvent, SayEvent, StateEvent, UndoEvent
from engine.schema.patch import Patch


class UndoRequestedError(Exception):
    """The mentor took back the last patch, ``item``; the loop thinks again about its task."""

    def __init__(self, item: PatchEvent) -> None:
        super().__init__(item.patch.id)
        self.item = item


@dataclass
class Note:
    """What a state has to say of itself when it is done, in one line."""

    text: str = ""


@dataclass
class Hands:
    """What running cargo in the sandbox and telling of it needs. A listing has no more than this."""

    request: Request
    policy: Policy
    bench: Workbench
    inbox: Inbox
    recorder: Recorder
    diagnostics: tuple[Diagnostic, ...] = ()
    _jobs: count[int] = field(default_factory=lambda: count(1))

    @property
    def state(self) -> SessionState:
        """The fold over the events so far."""
        return self.recorder.state

    @asynccontextmanager
    async def entering(self, state: LoopState, task: Task | None = None, text: str = "") -> AsyncIterator[Note]:
        """Marks a state's beginning and end. Pauses, stops and undos of the mentor take effect here."""
        await self.checkpoint()
        head = {
            "state": state,
            "task": task.id if task else None,
            "attempt": task.attempt if task else 1,
        }
        self.recorder.record(StateEvent, **head, status="enter", **_gear(task), text=text)
        began = time.monotonic()
        note = Note()
        yield note
        seconds = round(time.monotonic() - began, 3)
        self.recorder.record(StateEvent, **head, status="done", **_gear(task), text=note.text, seconds=seconds)

    async def checkpoint(self) -> None:
        """Holds while paused; unwinds when the mentor stops the session or takes a patch back."""
        await self.inbox.guard(self.inbox.until_resumed())
        if self.inbox.take_undo() and self.state.stacked:
            last = self.state.stacked[-1]
            self.recorder.record(DecisionEvent, by="mentor", action="undo", task=last.task, patch=last.patch.id)
            self.take_back(last.patch, last.task, note="the mentor took it back")
            raise UndoRequestedError(last)

    def take_back(self, patch: Patch, task: str, note: str = "") -> None:
        """Undoes a patch in the sandbox by its inverse and records it."""
        self.bench.undo(patch)
        self.recorder.record(UndoEvent, what="patch", how="inverse", patch=patch.id, task=task, note=note)

    async def check(
        self,
        packages: Sequence[str],
        *,
        clippy: bool = False,
        on_diagnostic: Callable[[Diagnostic], None] | None = None,
    ) -> CheckResult:
        """`Workbench.check` with its live tail, unless the mentor stops it."""
        tail = self._tail("cargo clippy" if clippy else "cargo check", packages)
        summary = "stopped"
        try:
            result = await self.inbox.guard(
                self.bench.check(packages, clippy=clippy, on_diagnostic=on_diagnostic, on_line=tail.line)
            )
            errors = sum(found.level.is_error for found in result.diagnostics)
            summary = result.failure or (f"{errors} error{'s' * (errors != 1)}" if errors else "ok")
        finally:
            tail.close(summary)
        return result

    async def test(self, packages: Sequence[str], *, names: Sequence[str] = ()) -> TestResult:
        """`Workbench.test` with its live tail, unless the mentor stops it."""
        tail = self._tail("cargo test", packages)
        summary = "stopped"
        try:
            result = await self.inbox.guard(self.bench.test(packages, names=names, on_line=tail.line))
            failed = len(result.failures)
            summary = "timed out" if result.timed_out else f"{failed} red of {len(result.outcomes)}"
        finally:
            tail.close(summary)
        return result

    def only(self, package: str) -> tuple[str, ...]:
        """The package as a selection for cargo; nothing where it is the only one, which is the same and cached."""
        members = self.bench.workspace.packages if self.bench.workspace else ()
        return (package,) if package and len(members) > 1 else ()

    def _tail(self, command: str, packages: Sequence[str]) -> Tail:
        shown = " ".join([command, *(f"-p {package}" for package in packages)])
        return Tail(self.recorder, f"job-{next(self._jobs)}", shown, root=str(self.bench.sandbox.path))


@dataclass(frozen=True)
class Furthest:
    """The patches that stood, oldest first, when the fewest errors were left, and how many commits had landed then."""

    patches: tuple[PatchEvent, ...]
    left: int
    landed: int


@dataclass
class Work(Hands):
    """One session's hands and head. States are functions over this; what they learn they record as events.

    ``red_tests`` are the failing tests of the tree as it stands, once it compiles and they were run; ``reopened``
    counts the choices that dead ends reopened. ``reds`` are the failing tests that a patch found when it came;
    ``trials_in_vain`` how many failing tests in a row no single change mended.
    """

    brain: Brain = field(kw_only=True)
    voice: Voice = field(kw_only=True)
    baselines: dict[str, TestResult] = field(default_factory=dict)
    red_tests: tuple[Diagnostic, ...] = ()
    reds: dict[str, tuple[Diagnostic, ...]] = field(default_factory=dict)
    reopened: int = 0
    trials_in_vain: int = 0
    furthest: Furthest | None = None
    started: float = field(default_factory=time.monotonic)
    children_before: float = field(default_factory=child_seconds)

    def take_back(self, patch: Patch, task: str, note: str = "") -> None:
        """Undoes a patch; the tests that were red before it are red again."""
        super().take_back(patch, task, note)
        if patch.id in self.reds:
            self.red_tests = self.reds.pop(patch.id)
            diagnostic = self.state.tasks[task].diagnostic
            if diagnostic.tool is not Tool.TEST:  # without it the package does not compile, so no test can be run
                self.baselines.pop(diagnostic.package, None)

    def say(self, text: str, tone: str = "note", task: Task | None = None, citations: Sequence[str] = ()) -> None:
        """Records a line in her voice; an empty line is not said."""
        if text:
            self.recorder.record(
                SayEvent, text=text, tone=tone, task=task.id if task else None, citations=tuple(citations)
            )

    def context(self, task: Task) -> Context:
        """What the brain sees of a task."""
        known = self.state.tasks[task.id]
        return Context(
            diagnostic=task.diagnostic,
            others=tuple(found for found in self.diagnostics if found.id != task.id),
            read=self.bench.sandbox.read,
            index=self.bench.index,
            workspace=self.bench.workspace,
            docs=self.bench.docs,
            evidence=tuple(self.state.evidence),
            reasons=tuple(self.state.reasons),
            refuted=frozenset(known.refuted | self.state.barred),
            repository=self.bench.repository.key,
        )


def _gear(task: Task | None) -> dict[str, object]:
    return {"gear": task.gear} if task else {}
