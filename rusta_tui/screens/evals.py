"""Evaluation: the runs on record, one run's figures and reliability, a figure's history, drift, and the voices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from rusta_tui import evals
from rusta_tui import job as jobs
from rusta_tui.children import output_of
from rusta_tui.evals import Card, RunRow
from rusta_tui.lines import BLANK, Line, wrap
from rusta_tui.screens.paned import JobScreen
from rusta_tui.widgets.curves import Curves
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

FOLLOWED = ("compile_fix", "explanation_accuracy", "ece", "brier", "abstention", "probe_success", "conformity")


class EvalsScreen(JobScreen):
    """Draws what `rusta eval` says of the runs; new runs and votes go through it, too."""

    CSS_PATH = "evals.tcss"
    AUTO_FOCUS = "#runs"
    PANES: ClassVar[dict[str, str]] = {"runs": "Runs", "page": "Figures", "chart": "Chart"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Figures", id="evals.open", tooltip="The figures of the run under the cursor"),
        Binding("h", "history", "History", id="evals.history", tooltip="A figure through all runs"),
        Binding("r", "reliability", "Reliability", id="evals.reliability", tooltip="As sure as right? Bin by bin"),
        Binding("n", "run", "New run", id="evals.run", tooltip="Run the curated cases"),
        Binding("space", "mark", "Mark", id="evals.mark", tooltip="Mark a run, to vote between it and another"),
        Binding("b", "vote", "Blind vote", id="evals.vote", tooltip="Two tellings of a case, sources hidden: which?"),
        Binding("p", "pause", "Pause", show=False, id="evals.pause", tooltip="Hold the run, or let it go on"),
        Binding("x", "stop", "Stop", id="evals.stop", tooltip="End the run; it can be resumed by rusta eval run"),
        Binding("c", "read", "Read again", show=False, id="evals.read", tooltip="Read the list again"),
        Binding("tab", "pane", "Pane", show=False, priority=True, id="evals.pane", tooltip="The next pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.runs: dict[str, RunRow] = {}
        self.cards: dict[str, Card] = {}
        self.marked = ""
        self.followed = -1
        self._drift: str = ""
        self._voices: str = ""
        self._history: list[dict[str, float]] = []
        self._trouble = ""
        self._reading = ""
        self._read_once = False

    def compose(self) -> ComposeResult:
        """Runs, the figures of one, a chart."""
        yield TopBar("evals")
        yield PaneTabs(self.PANES)
        yield RowList(id="runs", empty=[((" Reading the runs…", "dim"),)])
        with Horizontal(id="below"):
            yield TextView(id="page")
            with Vertical(id="side"):
                yield Curves(id="chart")
                yield TextView(id="standing")
        yield KeyLine()

    def on_mount(self) -> None:
        """Connects the panes."""
        self.query_one("#page", TextView).show(self._page)
        standing = self.query_one("#standing", TextView)
        standing.can_focus = False
        standing.show(self._standing)
        chart = self.query_one("#chart", Curves)
        chart.can_focus = True
        self.bring("runs")

    def on_screen_resume(self) -> None:
        """Reads again: a run may have ended elsewhere."""
        self.action_read()

    async def _ask(self, *arguments: str) -> str:
        """What a command of `rusta eval` printed; its complaint goes into ``_trouble``."""
        engine = cast("RustaApp", self.app).engine
        try:
            told = await output_of((*engine, "eval", *arguments, "--json"))
        except OSError as error:
            self._trouble = f"{engine[0]} does not start: {error.strerror or error}"
            return ""
        lines = told.stderr.decode(errors="replace").strip().splitlines()
        self._trouble = lines[0].removeprefix("rusta: ") if told.returncode not in (0, 1) and lines else ""
        return told.stdout.decode(errors="replace")

    @work(group="read", exclusive=True)
    async def action_read(self) -> None:
        """Reads the list of runs, the drift alarms and the voices."""
        self.runs = {run.id: run for run in evals.parse_runs(await self._ask("list"))}
        self.cards = {name: card for name, card in self.cards.items() if name in self.runs and self.runs[name].finished}
        self._read_once = True
        self._draw()
        self._drift = await self._ask("drift", "status")
        self._voices = await self._ask("voices")
        self._draw()

    def _draw(self) -> None:
        if not self.is_attached:
            return
        rows = self.query_one("#runs", RowList)
        marked = f" · {self.marked} marked" if self.marked else ""
        rows.border_title = f"Runs · {len(self.runs)}{marked}"
        if self._trouble:
            rows.say(((f" ! {self._trouble}", "bad"),), ((" c reads again", "dim"),))
        elif self._read_once and not self.runs:
            rows.say(((" Nothing was evaluated yet.", "strong"),), ((" n runs the curated cases", "dim"),))
        rows.show_keys(list(self.runs), lambda key, width: evals.run_row(self.runs[key], width))
        self.query_one("#standing", TextView).lay_out()
        self._look()

    @property
    def here(self) -> str:
        """The run under the cursor."""
        return self.query_one("#runs", RowList).key or ""

    def _look(self) -> None:
        """Shows the run under the cursor; reads it first, once."""
        run = self.here
        if run and run not in self.cards and run != self._reading:
            self._reading = run
            self._fetch(run)
        self._draw_page()

    @work(group="look", exclusive=True)
    async def _fetch(self, run: str) -> None:
        self.cards[run] = evals.parse_card(await self._ask("show", run))
        self._reading = ""
        self._draw_page()

    def _draw_page(self) -> None:
        if not self.is_attached:
            return
        self.query_one("#page", TextView).lay_out()
        if self.followed < 0:
            self._draw_reliability()
        self.refresh_bindings()

    def _draw_reliability(self) -> None:
        card = self.cards.get(self.here, Card())
        bins = [(sure, held) for sure, held, _ in card.bins]
        counted = sum(count for _, _, count in card.bins)
        title = f"Reliability · {counted} predictions" if counted else "Reliability · nothing was predicted"
        self.query_one("#chart", Curves).show(
            {}, title=title, x="how sure", y="how often right", points={"bins": bins}, diagonal=True
        )

    @work(group="history", exclusive=True)
    async def _follow(self, name: str) -> None:
        told = [fields for fields in evals.objects(await self._ask("history", name)) if fields.get("value") is not None]
        values = [(float(number), float(fields["value"])) for number, fields in enumerate(told, 1)]
        low = [(float(n), float(fields["low"])) for n, fields in enumerate(told, 1) if fields.get("low") is not None]
        high = [(float(n), float(fields["high"])) for n, fields in enumerate(told, 1) if fields.get("high") is not None]
        self.query_one("#chart", Curves).show(
            {"95 % low": low, "95 % high": high},
            title=f"{name.replace('_', ' ')} through {len(told)} runs",
            x="run, oldest first",
            points={name: values},
        )

    def _page(self, width: int) -> list[Line]:
        working = [*jobs.progress(self.job, width), BLANK] if self.job is not None else []
        run = self.here
        if not run:
            return working
        if run not in self.cards:
            return [*working, (("Reading the run…", "dim"),)]
        return [*working, *evals.figure_lines(self.cards[run].figures, width)]

    def _standing(self, width: int) -> list[Line]:
        lines: list[Line] = [(("Drift", "strong"),), *evals.drift_lines(self._drift, width)]
        voices = evals.voices_lines(self._voices, width)
        lines += [BLANK, (("Voices, by blind votes", "strong"),)]
        hint = "no vote yet: space marks a run, b votes between it and another"
        return lines + (voices or [((text, "dim"),) for text in wrap(hint, width)])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        match action:
            case "open" | "mark" | "reliability":
                return bool(self.here)
            case "vote":
                return bool(self.marked) and self.marked != self.here
            case "run":
                return not self.running
            case "stop" | "pause":
                return self.running
            case _:
                return True

    def action_open(self) -> None:
        """Goes to the figures."""
        self.bring("page")

    def action_history(self) -> None:
        """Follows a figure through the runs; each press takes the next one."""
        self.followed = (self.followed + 1) % len(FOLLOWED)
        self._follow(FOLLOWED[self.followed])
        if self.has_class("-narrow"):
            self.bring("chart")

    def action_reliability(self) -> None:
        """Shows the reliability diagram of the run under the cursor."""
        self.followed = -1
        self._draw_reliability()
        if self.has_class("-narrow"):
            self.bring("chart")

    def action_mark(self) -> None:
        """Marks the run under the cursor, or takes the mark off."""
        self.marked = "" if self.marked == self.here else self.here
        self._draw()

    def action_vote(self) -> None:
        """Opens a blind vote between the marked run and the one under the cursor."""
        from rusta_tui.screens.vote import VoteScreen

        self.app.push_screen(VoteScreen(self.marked, self.here))

    def action_run(self) -> None:
        """Runs the curated cases."""
        self.run_job("the curated cases", "eval", "run", "--events")

    def draw_job(self) -> None:
        """The run under way stands above the figures."""
        self._draw_page()

    def job_ended(self) -> None:
        """Reads the list with the new run in it."""
        self.action_read()

    @on(RowList.Highlighted)
    def _highlighted(self) -> None:
        self._look()

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self.bring("page")
