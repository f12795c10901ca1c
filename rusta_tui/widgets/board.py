"""The desk on screen: queue, timeline or finding, her voice, the running command."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input

from rusta_tui import panes, states
from rusta_tui.desk import Desk
from rusta_tui.lines import BLANK, Line, seconds
from rusta_tui.view import Finding
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.tail import Tail
from rusta_tui.widgets.text_view import Fitted, TextView

if TYPE_CHECKING:
    from rusta_tui.story import Story


class Board(Vertical):
    """Draws a desk into four panes. ``short`` folds the timeline, ``inspecting`` shows the finding instead of it."""

    PANES: ClassVar[dict[str, str]] = {"queue": "Queue", "timeline": "Timeline", "tail": "Output"}

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.short = False
        self.inspecting = False
        self.wanted = ""
        self.front = "queue"
        self.since = time.time()
        self._story: Story | None = None
        self._listed: tuple[list[Finding], frozenset[str]] = ([], frozenset())

    def compose(self) -> ComposeResult:
        """The panes; on a narrow terminal one of three shows, and tabs say which."""
        yield PaneTabs(self.PANES)
        with Horizontal(id="work"):
            with Vertical(id="left"):
                yield RowList(id="queue")
                yield Input(placeholder="filter", id="filter", compact=True)
            yield TextView(follow=True, id="timeline")
        yield Fitted(id="voice")
        yield Tail(id="tail")

    def on_mount(self) -> None:
        """Connects the panes to the desk."""
        self.query_one("#filter").display = False
        voice = self.query_one("#voice", TextView)
        voice.can_focus = False
        voice.show(lambda width: panes.voice(self.desk.view.says, width))
        self.query_one("#timeline", TextView).show(self._timeline)
        self.bring("queue")

    @property
    def selected(self) -> Finding | None:
        """The finding under the cursor."""
        key = self.query_one("#queue", RowList).key
        return next((finding for finding in self.desk.findings() if finding.diagnostic.id == key), None)

    @property
    def shows_session(self) -> bool:
        """True when the large pane holds the timeline, not a finding."""
        return not self.inspecting and (self.desk.busy or bool(self.desk.view.steps))

    @property
    def narrow(self) -> bool:
        """True when the panes are tabs."""
        return self.screen.has_class("-narrow")

    def bring(self, pane: str) -> None:
        """Brings a pane to the front of the tabs and gives it the keys."""
        self.front = pane
        for name in self.PANES:
            self.set_class(name == pane, f"-front-{name}")
        self.query_one(PaneTabs).show(pane)
        self.query_one(f"#{pane}").focus()

    def turn(self, by: int) -> None:
        """Goes to the next pane (1) or the previous one (-1)."""
        names = [name for name in self.PANES if self.narrow or self.query_one(f"#{name}").display]
        here = next((name for name in names if self.query_one(f"#{name}").has_focus), self.front)
        place = names.index(here) if here in names else 0
        self.bring(names[(place + by) % len(names)])

    def draw(self) -> None:
        """Draws what the desk holds now."""
        view = self.desk.view
        self._draw_queue()
        self.draw_timeline()
        voice = self.query_one("#voice", TextView)
        voice.display = bool(view.says)
        voice.lay_out()
        self._draw_tail()

    def draw_timeline(self) -> None:
        """Draws the large pane."""
        timeline = self.query_one("#timeline", TextView)
        session = self.shows_session
        timeline.border_title = _literal(
            panes.headline(self.desk.view) if session else "Finding" if self.selected else "Repository"
        )
        timeline.follow = session
        timeline.lay_out()

    def _draw_queue(self) -> None:
        queue = self.query_one("#queue", RowList)
        findings = [finding for finding in self.desk.findings() if self._matches(finding)]
        left = sum(finding.status != "gone" for finding in findings)
        fresh = sum(finding.diagnostic.id in self.desk.fresh for finding in findings)
        new = f" · {fresh} new" if fresh else ""
        queue.border_title = _literal(f"Queue · {left}{new}" + (f" · /{self.wanted}" if self.wanted else ""))
        checking = self.desk.check_runs
        resting = "watching" if self.desk.watching is not None else ""
        queue.border_subtitle = f"checking {seconds(time.time() - self.since)}" if checking else resting
        if not findings:
            queue.say(*states.empty_queue(self.desk, filtered=bool(self.wanted)))
        if (findings, self.desk.fresh) != self._listed or not findings:
            self._listed = (findings, self.desk.fresh)
            rows = {finding.diagnostic.id: finding for finding in findings}
            fresh_ones = self.desk.fresh
            queue.show_keys(list(rows), lambda key, width: panes.queue_row(rows[key], width, new=key in fresh_ones))

    def _draw_tail(self) -> None:
        tail = self.query_one("#tail", Tail)
        checking = self.desk.check_runs and not self.desk.busy
        job = (self.desk.found if checking or not self.desk.view.steps else self.desk.view).job
        tail.set_class(job is None, "-empty")
        tail.show(job)
        if job is not None:
            mark = " ▌" if job.running and self.desk.alive else ""
            count = f" · {job.done}/{job.total}" if job.done is not None and job.total else ""
            tail.border_title = _literal(f"{job.command or job.text or 'output'} · {seconds(job.elapsed)}{count}{mark}")
            tail.border_subtitle = f"{job.dropped} earlier lines dropped" if job.dropped else ""

    def _timeline(self, width: int) -> list[Line]:
        desk = self.desk
        if self.shows_session:
            if not desk.view.steps:
                return states.starting(desk)
            lines = self._short_lines(width) if self.short else self._story_lines(width)
            return lines + states.ending(desk, width)
        if desk.trouble or desk.found.errors:
            return states.trouble(desk, width)
        offer = states.unfinished(desk, width)
        finding = self.selected
        if finding is None:
            return offer + states.idle(desk, width, time.time() - self.since)
        root = desk.found.findings.get(finding.follows) if finding.follows else None
        return offer + panes.diagnostic(finding, width, root) + [BLANK, *states.start_hint(desk)]

    def _story_lines(self, width: int) -> list[Line]:
        from rusta_tui.story import Story

        if self._story is None or self._story.view is not self.desk.view:
            self._story = Story(self.desk.view)
        return self._story.lines(width, time.time(), moving=self.desk.busy)

    def _short_lines(self, width: int) -> list[Line]:
        from rusta_tui.short_form import short_lines

        return short_lines(self.desk.view, width)

    def _matches(self, finding: Finding) -> bool:
        return panes.matches(finding, self.wanted)


def _literal(text: str) -> str:
    """Text for a border title, where square brackets would be markup."""
    return text.replace("[", "\\[")
