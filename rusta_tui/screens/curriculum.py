"""The curriculum: six stages, what each gate asks, where she stands; exams and training as child jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType

from rusta_tui import job as jobs
from rusta_tui import stages
from rusta_tui.children import output_of
from rusta_tui.lines import BLANK, Line, wrap
from rusta_tui.screens.paned import ListedJobScreen
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp
    from rusta_tui.stages import Stage


class CurriculumScreen(ListedJobScreen):
    """Draws what the command says, and starts what the mentor asks for. It opens no gate by itself."""

    CSS_PATH = "curriculum.tcss"
    AUTO_FOCUS = "#stages"
    PLACE = "curriculum"
    ROWS = "stages"
    TITLE_OF_ROWS = "Curriculum"
    READING = "Reading where she stands…"
    NO_JOB = "No job has run here yet: v sits an exam."
    PANES: ClassVar[dict[str, str]] = {"stages": "Stages", "page": "Stage", "log": "Log"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "evaluate", "Exam", id="curriculum.evaluate", tooltip="Sit the stage's exam on its sealed set"),
        Binding("s", "start", "Train", id="curriculum.start", tooltip="Start the stage's training"),
        Binding("p", "pause", "Pause", id="curriculum.pause", tooltip="Hold the job, or let it go on"),
        Binding("x", "stop", "Stop", id="curriculum.stop", tooltip="End the job; what it has done stays on record"),
        Binding("l", "log", "Log", id="curriculum.log", tooltip="The job's own words"),
        Binding("O", "override", "Override", id="curriculum.override", tooltip="Open the gate, with a reason"),
        Binding("c", "read", "Read again", show=False, id="curriculum.read", tooltip="Read where she stands again"),
        Binding("tab", "pane", "Pane", show=False, priority=True, id="curriculum.pane", tooltip="The next pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.stages: dict[str, Stage] = {}
        self._trouble = ""
        self._read_once = False

    def on_screen_resume(self) -> None:
        """Reads again: what was graded or voted elsewhere may have changed what is missing."""
        self.action_read()

    @work(group="read", exclusive=True)
    async def action_read(self) -> None:
        """Reads where she stands."""
        engine = cast("RustaApp", self.app).engine
        try:
            told = await output_of((*engine, "curriculum", "status", "--json"))
            complaint = told.stderr.decode(errors="replace").strip().splitlines()
            self._trouble = complaint[0] if told.returncode != 0 and complaint else ""
            self.stages = {stage.key: stage for stage in stages.parse_stages(told.stdout.decode(errors="replace"))}
        except OSError as error:
            self._trouble = f"{engine[0]} does not start: {error.strerror or error}"
        self._read_once = True
        self._draw()

    def _draw(self) -> None:
        if not self.is_attached:
            return
        rows = self.query_one("#stages", RowList)
        if self._trouble:
            rows.say(((f" ! {self._trouble}", "bad"),), ((" c reads again", "dim"),))
        elif self._read_once and not self.stages:
            rows.say(((" The engine knows no stages.", "wait"),), ((" c reads again", "dim"),))
        rows.show_keys(list(self.stages), lambda key, width: stages.row(self.stages[key], width))
        rows.refresh()
        self.draw_job()

    def job_ended(self) -> None:
        """Reads where she stands now."""
        self.action_read()

    @property
    def here(self) -> Stage | None:
        """The stage under the cursor."""
        return self.stages.get(self.query_one("#stages", RowList).key or "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        match action:
            case "evaluate" | "start" | "override":
                return self.here is not None and not self.running
            case "pause" | "stop":
                return self.running
            case "log":
                return self.job is not None
            case _:
                return True

    def action_evaluate(self) -> None:
        """Sits the exam of the stage under the cursor."""
        if (stage := self.here) is not None:
            self.run_job(f"exam of stage {stage.number}", "curriculum", "gate", str(stage.number), "--events")

    def action_start(self) -> None:
        """Starts the training of the stage under the cursor."""
        if (stage := self.here) is not None:
            self.run_job(f"training for stage {stage.number}", "curriculum", "start", str(stage.number), "--events")

    def action_log(self) -> None:
        """Goes to the job's own words."""
        self.bring("log")

    def action_override(self) -> None:
        """Asks for the reason that an override needs."""
        from rusta_tui.screens.line_input import LineInputScreen

        stage = self.here
        if stage is None:
            return

        def send(reason: str | None) -> None:
            if reason:
                self._override(stage.number, reason)

        text = "The figures do not open this gate. Why should it be open? The reason is kept beside it for good."
        self.app.push_screen(LineInputScreen(f"Override stage {stage.number}", text, needed=True), send)

    @work(group="override")
    async def _override(self, number: int, reason: str) -> None:
        engine = cast("RustaApp", self.app).engine
        told = await output_of((*engine, "curriculum", "override", str(number), "--reason", reason))
        if told.returncode != 0:
            lines = told.stderr.decode(errors="replace").strip().splitlines()
            self.notify(lines[0] if lines else "the override was not recorded", severity="error")
        self.action_read()

    def page_lines(self, width: int) -> list[Line]:
        """The job, and the row under the cursor in full."""
        stage = self.here
        working = [*jobs.progress(self.job, width), BLANK] if self.job is not None else []
        if stage is None:
            return working
        keys = "v sits the exam · s starts the training · O opens the gate by your word"
        return [*working, *stages.page(stage, width), BLANK, *(((text, "dim"),) for text in wrap(keys, width))]

    @on(RowList.Highlighted)
    def _highlighted(self) -> None:
        self.query_one("#page", TextView).lay_out()
        self.refresh_bindings()
