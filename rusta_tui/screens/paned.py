"""What screens of several panes share: one in front, which on a narrow terminal is the only one; and a job's life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer

from rusta_tui.client import FLUSHES_PER_SECOND
from rusta_tui.job import Job
from rusta_tui.lines import Line
from rusta_tui.screens.base import RustaScreen
from rusta_tui.widgets.curves import Curves
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

WIDTHS = [(0, "-narrow"), (100, "-wide")]


class PanedScreen(RustaScreen):
    """A screen whose ``PANES`` (id and name) are tabs on a narrow terminal; ``front`` is the one that has the keys."""

    PANES: ClassVar[dict[str, str]] = {}
    HORIZONTAL_BREAKPOINTS = WIDTHS

    def __init__(self) -> None:
        super().__init__()
        self.front = next(iter(self.PANES))

    def bring(self, pane: str) -> None:
        """Brings a pane to the front and gives it the keys."""
        self.front = pane
        for name in self.PANES:
            self.set_class(name == pane, f"-front-{name}")
        self.query_one(PaneTabs).show(pane)
        self.query_one(f"#{pane}").focus()

    def action_pane(self, pane: str = "") -> None:
        """Turns to the next pane that can be seen, or to the one named."""
        names = [name for name in self.PANES if self.has_class("-narrow") or self.query_one(f"#{name}").display]
        here = next((name for name in names if self.query_one(f"#{name}").has_focus), self.front)
        place = names.index(here) if here in names else -1
        self.bring(pane or names[(place + 1) % len(names)])

    @on(PaneTabs.Wanted)
    def _wanted(self, event: PaneTabs.Wanted) -> None:
        self.bring(event.pane)


class JobScreen(PanedScreen):
    """A screen that runs one long command at a time.

    Subclasses draw it in `draw_job`; `job_moved` follows when more of its work is done, `job_ended` when it is over.
    """

    def __init__(self) -> None:
        super().__init__()
        self.job: Job | None = None
        self._flush: Timer | None = None

    def on_mount(self) -> None:
        """The flush that a job is drawn by; it rests while there is none."""
        self._flush = self.set_interval(1 / FLUSHES_PER_SECOND, self._on_flush, pause=True)

    async def on_unmount(self) -> None:
        """No child outlives the screen; what it has done is on record."""
        if self.job is not None:
            await self.job.client.end()

    @property
    def running(self) -> bool:
        """True while a job runs."""
        return self.job is not None and not self.job.closed

    def draw_job(self) -> None:
        """Draws what the job has told."""
        raise NotImplementedError

    def job_moved(self) -> None:
        """What follows when a job has done more: nothing, where nobody reads what it leaves."""

    def job_ended(self) -> None:
        """What follows when a job has ended."""
        raise NotImplementedError

    @work(group="job", exclusive=True)
    async def run_job(self, name: str, *arguments: str) -> None:
        """Starts a command of the engine as the screen's job."""
        self.job = Job(name, (*cast("RustaApp", self.app).engine, *arguments))
        await self.job.start()
        if self._flush is not None:
            self._flush.resume()
        self.draw_job()

    def action_pause(self) -> None:
        """Holds the job, or lets it go on."""
        if self.job is not None:
            self.job.turn_pause()
            self.draw_job()

    @work(group="stop")
    async def action_stop(self) -> None:
        """Ends the job."""
        if self.job is not None:
            await self.job.stop()

    def _on_flush(self) -> None:
        job = self.job
        if job is None or not (job.pump() or job.closed):
            return
        self.draw_job()
        if job.moved:
            job.moved = False
            self.job_moved()
        if job.closed:
            if self._flush is not None:
                self._flush.pause()
            if job.trouble:
                self.notify(job.trouble, title=job.name, severity="warning", timeout=12)
            self.job_ended()


class ListedJobScreen(JobScreen):
    """Rows on top (``ROWS`` is their id), below the page of the one under the cursor, and the job's curves and log.

    ``PLACE`` is the tab's mode, ``TITLE_OF_ROWS`` and ``READING`` stand on the rows and in them until there are any,
    ``TITLE_OF_LOG`` and ``NO_JOB`` on the log and in it until a job has run.
    """

    PLACE: ClassVar[str]
    ROWS: ClassVar[str]
    TITLE_OF_ROWS: ClassVar[str]
    READING: ClassVar[str]
    TITLE_OF_LOG: ClassVar[str] = "Log"
    NO_JOB: ClassVar[str]

    def compose(self) -> ComposeResult:
        """The rows, the page, the curves and the log."""
        yield TopBar(self.PLACE)
        yield PaneTabs(self.PANES)
        yield RowList(id=self.ROWS, empty=[((f" {self.READING}", "dim"),)])
        with Horizontal(id="below"):
            yield TextView(id="page")
            with Vertical(id="work"):
                yield Curves(id="curves")
                yield TextView(follow=True, id="log")
        yield KeyLine()

    def on_mount(self) -> None:
        """Titles, and what fills the panes."""
        self.query_one(f"#{self.ROWS}").border_title = self.TITLE_OF_ROWS
        self.query_one("#page", TextView).show(self.page_lines)
        log = self.query_one("#log", TextView)
        log.border_title = self.TITLE_OF_LOG
        log.show(self.log_lines)
        self.query_one("#curves", Curves).display = False
        self.bring(self.ROWS)

    def page_lines(self, width: int) -> Sequence[Line]:
        """The page of the row under the cursor."""
        raise NotImplementedError

    def log_lines(self, width: int) -> Sequence[Line]:
        """The job's own words."""
        if self.job is None or not self.job.lines:
            return [((self.NO_JOB, "dim"),)]
        return [((line, "text"),) for line in self.job.lines]

    def curves_of(self, job: Job) -> Mapping[str, Sequence[tuple[float, float]]]:
        """What is drawn of a job's meters, by name."""
        return {name: curve.points for name, curve in job.curves.items()}

    def draw_job(self) -> None:
        """Draws the job, its curves and its log."""
        self.query_one("#page", TextView).lay_out()
        self.query_one("#log", TextView).lay_out()
        curves = self.query_one("#curves", Curves)
        drawn = self.curves_of(self.job) if self.job is not None else {}
        curves.display = any(len(points) > 1 for points in drawn.values())
        if curves.display:
            curves.show(drawn)
        self.refresh_bindings()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.bring("page")
