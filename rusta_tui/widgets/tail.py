"""The live tail of a running command."""

from __future__ import annotations

from rusta_tui.lines import Line, Role
from rusta_tui.view import Job
from rusta_tui.widgets.lines_view import LinesView

_WIDEST = 400


def role_of(text: str) -> Role:
    """How a line of cargo's output is meant: what failed, what warns, what went well, the rest."""
    head = text.lstrip()
    if head.startswith(("error", "failures:")) or text.endswith("FAILED") or "panicked at" in text:
        return "bad"
    if head.startswith("warning"):
        return "wait"
    if text.endswith(" ok") or head.startswith("test result: ok"):
        return "good"
    return "dim"


class Tail(LinesView):
    """Shows the last lines of one job; follows its end."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(follow=True, id=id)
        self._job: Job | None = None
        self._seen = -1

    def show(self, job: Job | None) -> None:
        """Takes a job, or the same one with more lines."""
        seen = job.seen if job else 0
        if job is self._job and seen == self._seen:
            return
        self._at_end = self._at_end or job is not self._job
        self._job, self._seen = job, seen
        self.update_lines()

    def count(self) -> int:
        """Lines kept."""
        return len(self._job.lines) if self._job else 0

    def widest(self) -> int:
        """A bound, so that long lines can be scrolled to without measuring every one."""
        lines = self._job.lines[-200:] if self._job else []
        return min(_WIDEST, max(map(len, lines), default=0))

    def line_at(self, index: int) -> Line:
        """A line, coloured by what it says."""
        text = self._job.lines[index] if self._job else ""
        return ((text, role_of(text)),)
