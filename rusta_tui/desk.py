"""What one repository's desk holds: its findings, its session, the child processes behind both. No screen here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rusta_tui.git import TreeState, read_tree
from rusta_tui.run import Purpose, Run, Watch
from rusta_tui.sessions import PastSession, read_sessions
from rusta_tui.view import Finding, View

if TYPE_CHECKING:
    from engine.schema.decision import Decision

Phase = Literal["idle", "running", "paused", "waiting", "over", "broken"]


class Desk:
    """Starts the engine's commands for one path and keeps what they say.

    ``include_dirty`` is None until the mentor has said whether uncommitted work goes along. ``trouble`` is one
    line on what went wrong with the last command, empty when nothing did.
    """

    def __init__(self, path: Path, engine: Sequence[str]) -> None:
        self.path = path
        self.engine = tuple(engine)
        self.tree: TreeState | None = None
        self.include_dirty: bool | None = None
        self.found = View()
        self.view = View()
        self.checking: Run | None = None
        self.running: Run | None = None
        self.watching: Watch | None = None
        self.wants_watch = False
        self.past: list[PastSession] = []
        self.trouble = ""
        self._then_resume = False
        self._overlay = False

    @property
    def busy(self) -> bool:
        """True while a session's command runs."""
        return self.running is not None and not self.running.closed

    @property
    def reading(self) -> bool:
        """True while a stored session is being read: what it looks like half-way is of no interest."""
        return self.running is not None and self.running.purpose == "replay" and not self.running.closed

    @property
    def check_runs(self) -> bool:
        """True while the findings are still coming."""
        if self.watching is not None:
            return self.watching.looking and not self.watching.closed
        return self.checking is not None and not self.checking.closed

    @property
    def alive(self) -> bool:
        """True while any child runs or has lines to take."""
        return self.busy or self.check_runs or self.watching is not None

    @property
    def fresh(self) -> frozenset[str]:
        """The findings, by id, that the last save brought."""
        return frozenset(self.watching.fresh) if self.watching is not None else frozenset()

    @property
    def name(self) -> str:
        """The repository's name, as short as it can be."""
        return (self.tree.root if self.tree else self.path).name

    @property
    def phase(self) -> Phase:
        """Where the session stands, as the keys on offer depend on it."""
        if self.busy and self.running is not None:
            if self.running.purpose in ("replay", "undo"):
                return "running"
            return "waiting" if self.view.ask else "paused" if self.view.paused else "running"
        if not self.view.steps:
            return "idle"
        return "over" if self.view.over else "broken"

    @property
    def unfinished(self) -> PastSession | None:
        """The newest session on this repository that was left before its end, unless it is the one on the desk."""
        root = self.tree.root if self.tree else self.path
        for past in self.past:
            if past.open and past.id != self.view.session and (past.about(self.path) or past.about(root)):
                return past
        return None

    @property
    def place(self) -> str:
        """Path and branch for the header; a star marks uncommitted work."""
        try:
            shown = "~/" + str(self.path.relative_to(Path.home()))
        except ValueError:
            shown = str(self.path)
        if self.tree is None:
            return shown
        return f"{shown} ({self.tree.branch}{'*' if self.tree.dirty else ''})"

    def findings(self) -> list[Finding]:
        """The queue: what the check found, with what the session says of each."""
        merged = View(findings=dict(self.found.findings))
        if not self._overlay:
            return merged.queue()
        for key, finding in self.view.findings.items():
            known = merged.findings.get(key)
            if known is None or finding.status != "found":
                order = finding.order or (known.order if known else 0)
                follows = finding.follows or (known.follows if known else None)
                merged.findings[key] = Finding(finding.diagnostic, finding.status, order, follows)
        return merged.queue()

    async def look(self) -> None:
        """Reads the tree's state and the past sessions."""
        self.tree = await read_tree(self.path)
        self.past, _ = await read_sessions(self.engine)

    async def check(self) -> None:
        """Lists the findings, uncommitted work included: what the mentor sees is what is checked."""
        if self.watching is not None:
            await self._end_watch()
        elif self.check_runs:
            return
        self.found = View()
        self._overlay = False
        self.trouble = ""
        command = (*self.engine, "check", str(self.path), "--events", "--include-dirty")
        if self.wants_watch and not self.busy:
            self.checking, self.watching = None, Watch((*command, "--watch"))
            self.found = self.watching.view
            self.trouble = await self.watching.start()
        else:
            self.checking = Run("check", command, self.found)
            self.trouble = await self.checking.start()

    async def turn_watch(self) -> None:
        """Begins to check at each save, or leaves that be."""
        self.wants_watch = not self.wants_watch
        if self.wants_watch:
            await self.end_check()
            self.checking = None
            await self.check()
        else:
            await self._end_watch()

    async def _end_watch(self) -> None:
        """Ends the watching child: it checks in the sandbox that a session needs."""
        if self.watching is not None:
            watching, self.watching = self.watching, None
            await watching.client.end()

    async def fix(self, *, only: str | None = None, everything: bool = False) -> None:
        """Starts a session on one finding, on every error, or on everything (warnings and clippy, too)."""
        scope = ("--only", only) if only else ("--all",) if everything else ()
        dirty = ("--include-dirty",) if self.include_dirty else ()
        await self._run("fix", (str(self.path), "--events", *scope, *dirty), View())

    async def resume(self, session: str) -> None:
        """Shows what a session has been so far, then goes on with it."""
        self._then_resume = True
        await self._run("replay", (session, "--events"), View())

    async def open(self, session: str) -> None:
        """Shows a past session as it was."""
        self._then_resume = False
        await self._run("replay", (session, "--events"), View())

    async def undo(self) -> None:
        """Takes back what the session on the desk has committed."""
        if self.view.session:
            await self._run("undo", (self.view.session, "--events"), self.view)

    def send(self, decision: Decision) -> bool:
        """Sends a decision to the running session; False when none takes it."""
        return self.running is not None and self.running.client.send(decision)

    def pump(self) -> bool:
        """Takes in what the children have said; True when something changed."""
        changed = False
        for run in (self.checking, self.running, self.watching):
            if run is not None and not run.closed:
                changed = run.pump() or changed
        if self.watching is not None:
            self.found = self.watching.view
        return changed

    async def settle(self) -> list[Run]:
        """Closes the runs whose child has ended, and starts what was to follow. Returns those it closed."""
        ended = [run for run in (self.checking, self.running) if run and not run.closed and run.client.finished]
        for run in ended:
            run.closed = True
            self.trouble = run.trouble or self.trouble
            if run.purpose == "replay" and self._then_resume and run.view.session and not run.view.log:
                self._then_resume = False
                run.view.asks.clear()  # what was open is asked again
                await self._run("resume", (run.view.session, "--events"), run.view)
        if self.watching is not None and self.watching.client.finished:
            self.trouble, self.watching = self.watching.trouble or "the watch has ended", None
            self.wants_watch = False
        return ended

    async def end(self) -> None:
        """Ends every child. Sessions stay stored and can be resumed."""
        for run in (self.checking, self.running, self.watching):
            if run is not None:
                await run.client.end()

    async def end_check(self) -> None:
        """Ends a check that takes too long."""
        if self.checking is not None:
            self.checking.cancelled = True
            await self.checking.client.end()

    async def _run(self, purpose: Purpose, arguments: Sequence[str], view: View) -> None:
        if self.busy:
            return
        await self._end_watch()
        self.view, self.trouble = view, ""
        self._overlay = purpose in ("fix", "resume") or (self._overlay and purpose == "undo")
        self.running = Run(purpose, (*self.engine, purpose, *arguments), view)
        self.trouble = await self.running.start()
