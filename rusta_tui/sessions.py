"""Past sessions as `rusta sessions --json` lists them: one JSON object a line, newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath

from rusta_tui.children import output_of
from rusta_tui.lines import Line, Role, Span, fit

LIMIT = 500
# How a session ended, by name: a list has no need of the records that would know it.
OUTCOMES: dict[str, tuple[str, Role]] = {
    "fixed": ("✓", "good"),
    "clean": ("✓", "good"),
    "abstained": ("–", "wait"),
    "vetoed": ("✗", "wait"),
    "stopped": ("■", "wait"),
    "undone": ("↩", "wait"),
    "error": ("!", "bad"),
}


@dataclass(frozen=True)
class PastSession:
    """A session in the list; ``outcome`` is empty while it is open."""

    id: str
    path: str
    repository: str
    at: str
    outcome: str = ""
    summary: str = ""
    branch: str = ""

    @property
    def open(self) -> bool:
        """True when it was left before its end, and can be resumed."""
        return not self.outcome

    def about(self, path: Path) -> bool:
        """True when it worked on the repository that ``path`` lies in."""
        roots = [PurePath(text) for text in (self.path, self.repository) if text]
        return any(path == root or root in path.parents for root in roots)


def parse_sessions(text: str) -> list[PastSession]:
    """Reads the list; a line that is no session is left out."""
    found = []
    for line in text.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict) and isinstance(fields.get("id"), str):
            names = ("id", "path", "repository", "at", "outcome", "summary", "branch")
            found.append(PastSession(**{name: str(fields.get(name) or "") for name in names}))
    return found


def conditions(wanted: str) -> tuple[str, ...]:
    """What `rusta sessions` is asked for: ``code:E0502 move:clone outcome:fixed``, and words that all must occur."""
    named: dict[str, str] = {}
    words: list[str] = []
    for part in wanted.split():
        name, colon, value = part.partition(":")
        if colon and value and name in ("code", "move", "outcome"):
            named[name] = value
        elif not (colon and name in ("code", "move", "outcome")):
            words.append(part)
    asked = [text for name, value in named.items() for text in (f"--{name}", value)]
    return (*asked, *(("--text", " ".join(words)) if words else ()))


async def read_sessions(
    engine: Sequence[str], limit: int = LIMIT, *, wanted: str = ""
) -> tuple[list[PastSession], str]:
    """Asks the engine for past sessions, those that are ``wanted`` (see `conditions`), newest first.

    Returns them, and one line on what went wrong (empty when nothing did).
    """
    try:
        found = await output_of((*engine, "sessions", "--json", "--limit", str(limit), *conditions(wanted)))
    except OSError as error:
        return [], f"{engine[0]} does not start: {error.strerror or error}"
    if found.returncode != 0:
        lines = found.stderr.decode(errors="replace").strip().splitlines()
        return [], lines[-1] if lines else f"the engine ended with code {found.returncode}"
    return parse_sessions(found.stdout.decode(errors="replace")), ""


def ago(at: str, now: datetime | None = None) -> str:
    """How long ago a moment was, in words: `just now`, `12 min ago`, `3 h ago`, `5 d ago`."""
    try:
        passed = ((now or datetime.now(UTC)) - datetime.fromisoformat(at)).total_seconds()
    except (ValueError, TypeError):
        return at
    if passed < 60:
        return "just now"
    if passed < 3600:
        return f"{int(passed // 60)} min ago"
    if passed < 86_400:
        return f"{int(passed // 3600)} h ago"
    return f"{int(passed // 86_400)} d ago"


def session_row(past: PastSession, width: int, now: datetime | None = None) -> Line:
    """One session: how it ended, its id, where, what came of it, when."""
    mark, role = OUTCOMES.get(past.outcome, ("◆", "wait"))
    name = PurePath(past.path or past.repository).name
    left: list[Span] = [
        (f" {mark} ", role),
        (f"{past.outcome or 'unfinished':<11}", role),
        (f"{past.id:<19}", "dim"),
        (f"{name:<18.18} ", "strong"),
        (past.summary or ("r resumes it" if past.open else ""), "text"),
    ]
    right = f"{past.branch}  {ago(past.at, now)} "
    room = width - len(right) - 1
    cut = fit(tuple(left), max(20, room))
    gap = max(1, width - sum(len(text) for text, _ in cut) - len(right))
    return fit((*cut, (" " * gap, "text"), (right, "dim")), width)
