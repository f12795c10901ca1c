"""Real crates in real repositories, and a way to run sessions on them."""

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.request import Request
from engine.loop.run import fix, resume
from engine.schema.decision import Decision
from engine.schema.event import Event, LogEvent, Scope
from engine.store.store import Store

MANIFEST = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{dependencies}'


def git(folder: Path, *words: str) -> str:
    """Runs git in a folder as somebody with a name."""
    who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@b"}
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **who}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@dataclass
class Mentor:
    """Answers asks by a script: called with each event, it may return a decision to send."""

    inbox: Inbox
    decide: Callable[[Event], Decision | None]
    events: list[Event] = field(default_factory=list)

    def emit(self, event: Event) -> None:
        self.events.append(event)
        decision = self.decide(event)
        if decision is not None:
            self.inbox.put(decision)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def of(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.kind == kind]


@dataclass
class Desk:
    """A repository with a crate, a store, and sessions on it."""

    root: Path
    store: Store

    def git(self, *words: str) -> str:
        return git(self.root, *words)

    def write(self, path: str, text: str | bytes) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, message: str = "change") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")

    def photograph(self) -> dict[str, Any]:
        """Everything of the user's that a session may not touch: files, index, refs, HEAD, stash."""
        files = {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.root).parts
        }
        index = self.root / ".git" / "index"
        return {
            "files": files,
            "index": index.read_bytes() if index.exists() else None,
            "refs": self.git("for-each-ref"),
            "head": (self.root / ".git" / "HEAD").read_text(),
        }

    async def fix(
        self,
        decide: Callable[[Event], Decision | None] = lambda _: None,
        *,
        scope: Scope | None = None,
        approve: str = "auto",
        policy: Policy | None = None,
        include_dirty: bool = False,
        closed: bool = False,
        brain: str = "search",
    ) -> tuple[LogEvent, Mentor]:
        inbox = Inbox()
        if closed:
            inbox.close()
        mentor = Mentor(inbox, decide)
        request = Request(
            self.root,
            scope or Scope(),
            brain=brain,
            approve=approve,  # type: ignore[arg-type]
            policy=policy,
            include_dirty=include_dirty,
        )
        return await fix(request, store=self.store, inbox=inbox, emit=mentor.emit), mentor

    async def resume(
        self, session: str | None = None, decide: Callable[[Event], Decision | None] = lambda _: None
    ) -> tuple[LogEvent, Mentor]:
        mentor = Mentor(Inbox(), decide)
        return await resume(session, store=self.store, inbox=mentor.inbox, emit=mentor.emit), mentor


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Desk]]:
    """Makes a committed crate from its files; `src/lib.rs` and friends, with a manifest unless one is given."""
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path / "home"))
    stores: list[Store] = []

    def make(files: dict[str, str], *, name: str = "subject", dependencies: str = "", commit: bool = True) -> Desk:
        root = tmp_path / name
        root.mkdir()
        git(root, "init", "-q", "-b", "main")
        git(root, "config", "user.name", "A Mentor")
        git(root, "config", "user.email", "mentor@localhost")
        store = Store.open()
        stores.append(store)
        made = Desk(root, store)
        if "Cargo.toml" not in files:
            made.write("Cargo.toml", MANIFEST.format(name=name, dependencies=dependencies))
        made.write(".gitignore", "target/\n")
        for path, text in files.items():
            made.write(path, text)
        if commit:
            made.commit("start")
        return made

    yield make
    for store in stores:
        store.close()
