"""Training: the runs, one of them with its curves and checkpoints, two compared; a run started, held and stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType

from rusta_tui import job as jobs
from rusta_tui import training, training_view
from rusta_tui.children import output_of
from rusta_tui.evals import objects
from rusta_tui.lines import BLANK, Line, wrap
from rusta_tui.screens.paned import ListedJobScreen
from rusta_tui.training import CHARTS, GATE, Compared, Curve, Detail, Place, RunRow, Stage
from rusta_tui.widgets.curves import Curves
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

POLL_SECONDS = 5.0  # how often a run that somebody else trains is read again


class TrainingScreen(ListedJobScreen):
    """Draws what `rusta runs` says, and starts what the mentor asks for through `rusta train`."""

    CSS_PATH = "training.tcss"
    AUTO_FOCUS = "#runs"
    PLACE = "training"
    ROWS = "runs"
    TITLE_OF_ROWS = "Runs"
    READING = "Reading the runs…"
    TITLE_OF_LOG = "Job"
    NO_JOB = "No run was started here yet: n starts one, r goes on with one that was stopped."
    PANES: ClassVar[dict[str, str]] = {"runs": "Runs", "page": "Run", "log": "Curves"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "start", "New run", id="training.start", tooltip="Train a stage: which, on what, how"),
        Binding("r", "resume", "Go on", id="training.resume", tooltip="Go on with the run from its newest checkpoint"),
        Binding(
            "p", "pause", "Pause", id="training.pause", tooltip="Hold the run before its next step, or let it go on"
        ),
        Binding("x", "end", "Stop", id="training.stop", tooltip="Save and end; once more: end it now"),
        Binding("m", "chart", "Curve", id="training.chart", tooltip="The next curve: loss, bits, throughput, gate, …"),
        Binding("space", "mark", "Mark", id="training.mark", tooltip="Mark a run, to compare another with it"),
        Binding("d", "compare", "Compare", id="training.compare", tooltip="The marked run beside this one, or not"),
        Binding("v", "verify", "Verify", id="training.verify", tooltip="Read every byte of the run's checkpoints"),
        Binding("o", "folder", "Folder", show=False, id="training.folder", tooltip="The runs of another folder"),
        Binding("l", "log", "Log", show=False, id="training.log", tooltip="The job's own words, and the curves"),
        Binding("c", "read", "Read again", show=False, id="training.read", tooltip="Read the runs again"),
        Binding("tab", "pane", "Pane", show=False, priority=True, id="training.pane", tooltip="The next pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.place = Place()
        self.folder = ""
        self.runs: dict[str, RunRow] = {}
        self.details: dict[str, Detail] = {}
        self.marked = ""
        self.compared: Compared | None = None
        self.chart = CHARTS[0]
        self._gates: dict[str, Curve] = {}
        self._trained = ""  # the folder of the run that the job trains
        self._began = ""  # a run that was just begun, until it is in the list
        self._seen = 0  # evaluations of the job's run when it was last read
        self._reading = ""
        self._listing = False
        self._trouble = ""
        self._read_once = False

    def on_mount(self) -> None:
        """Looks again at runs that somebody else trains."""
        self.set_interval(POLL_SECONDS, self._poll)

    def on_screen_resume(self) -> None:
        """Reads again: a run may have gone on elsewhere."""
        self.action_read()

    async def _ask(self, *arguments: str) -> str:
        """What a command of `rusta` printed; its complaint goes into ``_trouble``."""
        engine = cast("RustaApp", self.app).engine
        try:
            told = await output_of((*engine, *arguments))
        except OSError as error:
            self._trouble = f"{engine[0]} does not start: {error.strerror or error}"
            return ""
        lines = told.stderr.decode(errors="replace").strip().splitlines()
        self._trouble = lines[0].removeprefix("rusta: ") if told.returncode and lines else ""
        return told.stdout.decode(errors="replace")

    @property
    def _within(self) -> tuple[str, ...]:
        return ("--in", self.folder) if self.folder else ()

    @work(group="read", exclusive=True)
    async def action_read(self) -> None:
        """Reads the list of runs, and the one under the cursor."""
        self._listing = True
        self.place, runs = training.parse_list(await self._ask("runs", "list", "--json", *self._within))
        self.runs = {run.path: run for run in runs}
        self.details = {path: found for path, found in self.details.items() if path in self.runs}
        self._read_once, self._listing = True, False
        self._draw()
        if self.here is not None:
            self._fetch(self.here.path)

    def _poll(self) -> None:
        """Reads the run under the cursor again while somebody else trains it, and the list until it has ours."""
        run = self.here
        if self.running and self._trained not in self.runs and self.is_current and not self._listing:
            self.action_read()
        if run is None or not run.running or self._reading or not self.is_current:
            return
        if self.running and run.path == self._trained:
            if self._measured() == self._seen:  # its meters tell the rest
                return
            self._seen = self._measured()
        self._fetch(run.path)

    def _measured(self) -> int:
        """How often the job's run was evaluated, which is about when it saves."""
        told = self.job.curves.get(f"train/{training.HELD_OUT}") if self.job is not None else None
        return len(told.points) if told is not None else 0

    @work(group="look", exclusive=True)
    async def _fetch(self, path: str, *more: str) -> None:
        self._reading = path
        detail = training.parse_detail(await self._ask("runs", "show", path, "--json", *more))
        self._reading = ""
        if detail is not None:
            self.details[path] = detail
            self.runs[path] = detail.run
        self._draw()

    @property
    def here(self) -> RunRow | None:
        """The run under the cursor."""
        return self.runs.get(self.query_one("#runs", RowList).key or "")

    def _stage(self, run: RunRow) -> Stage | None:
        return next((stage for stage in self.place.stages if stage.id == run.stage), None)

    def _draw(self) -> None:
        if not self.is_attached:
            return
        rows = self.query_one("#runs", RowList)
        rows.border_title = f"Runs · {len(self.runs)}" + (
            f" · {training_view.at_home(self.folder)}" if self.folder else ""
        )
        if self._trouble and not self.runs:
            rows.say(((f" ! {self._trouble}", "bad"),), ((" c reads again", "dim"),))
        elif self._read_once:
            rows.say(*training_view.nothing(self.place))
        rows.show_keys(list(self.runs), self._row)
        if self._began in self.runs:
            rows.go_to(self._began)
            self._began = ""
        self.draw_job()

    def _row(self, path: str, width: int) -> Line:
        return training_view.row(self._shown(self.runs[path]), width, marked=path == self.marked)

    def _shown(self, run: RunRow) -> RunRow:
        """The run with what its job has told since it was read."""
        job = self.job
        if job is None or job.closed or run.path != self._trained:
            return run
        told = job.curves.get(f"train/{training.LOSS}")
        done = int(told.points[-1][0]) if told is not None else 0
        newest = {name.removeprefix("train/"): value for name, value in job.latest.items() if "held_out" in name}
        state = "paused" if job.paused else "running"
        return replace(run, state=state, step=max(run.step, done), last={**run.last, **newest})

    def draw_job(self) -> None:
        """Draws the run under the cursor, with what its job has told since it was read."""
        self.query_one("#page", TextView).lay_out()
        self.query_one("#log", TextView).lay_out()
        self.query_one("#runs", RowList).refresh()
        self._draw_curves()
        self.refresh_bindings()

    def job_ended(self) -> None:
        """Reads what it left."""
        self.action_read()

    def _curves(self, detail: Detail) -> Mapping[str, Curve]:
        if self.job is not None and detail.run.path == self._trained:
            return training.live(detail.curves, self.job)
        return detail.curves

    def _draw_curves(self) -> None:
        widget, run = self.query_one("#curves", Curves), self.here
        detail = self.details.get(run.path) if run is not None else None
        drawn: Mapping[str, Curve] = {}
        title, x, unit = self.chart.title, "step", self.chart.unit
        if self.chart is GATE and run is not None and (stage := self._stage(run)) is not None:
            own = self._curves(detail).get(f"held_out/{stage.metric}", ()) if detail is not None else ()
            points, x = (own, "step") if own else (self._gates.get(stage.metric, ()), "evaluation, oldest first")
            title = f"gate {training_view.gate(stage)}" + ("" if points else " · not measured yet")
            widget.display = True
            widget.show({}, title=title, x=x, points={stage.metric: points})
            return
        if self.compared is not None:
            drawn = training.together(self.compared, self.chart)
        elif detail is not None:
            drawn = self.chart.of(self._curves(detail))
        widget.display = bool(run)
        lines = {name: curve for name, curve in drawn.items() if len(curve) > 1}
        single = {name: curve for name, curve in drawn.items() if len(curve) == 1}
        title = title if drawn else f"{title} · nothing measured yet"
        widget.show(lines, title=title, x=x, y=unit, points=single)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        run = self.here
        match action:
            case "start":
                return not self.running
            case "resume":
                return not self.running and run is not None and run.can_go_on
            case "pause" | "end":
                return self.running
            case "chart" | "mark" | "verify":
                return run is not None
            case "compare":
                return self.compared is not None or (bool(self.marked) and run is not None and run.path != self.marked)
            case _:
                return True

    def _can_train(self) -> bool:
        """Whether what training needs is installed; says so when it is not."""
        if self.place.missing:
            self.notify(training_view.lacks(self.place), title="Training", severity="warning", timeout=12)
        return not self.place.missing

    def action_start(self) -> None:
        """Asks for the stage, the data and the settings, and starts."""
        from rusta_tui.screens.choice import ChoiceScreen
        from rusta_tui.screens.line_input import LineInputScreen

        if not self._can_train():
            return
        words: list[str] = []

        def weights(begin: str | None) -> None:
            if begin is not None:
                stage, *more = words
                known = next((run.path for run in self.runs.values() if run.name == begin), begin)
                name = f"{stage}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
                self._train(stage, f"{self.place.path}/{name}", *more, *(("--init", _typed(known)) if begin else ()))

        def settings(file: str | None) -> None:
            if file is not None:
                words.extend(("--config", _typed(file)) if file else ())
                text = "A run by its name, or a checkpoint. Empty: fresh weights, or what the settings say."
                self.app.push_screen(LineInputScreen("Begin with whose weights?", text), weights)

        def data(folder: str | None) -> None:
            if folder is not None:
                words.extend(("--data", _typed(folder)) if folder else ())
                text = "A file of settings (docs/training.md). Empty: what the stage says by itself."
                self.app.push_screen(LineInputScreen("With which settings?", text, hint="configs/nano.yaml"), settings)

        def stage(chosen: str | None) -> None:
            if chosen is not None:
                words.append(chosen)
                text = "A packaged corpus, or a folder of crates. Empty: what `rusta train` takes by itself."
                self.app.push_screen(LineInputScreen(f"{chosen}: learn from what?", text), data)

        asked = "Each is one small proof. The run goes on while you are on other pages, and ends with the app."
        choices = {one.id: (one.id[-1:], f"{one.id} {one.name}: {one.metric}") for one in self.place.stages}
        self.app.push_screen(ChoiceScreen("Train which stage?", asked, choices), stage)

    def action_resume(self) -> None:
        """Goes on with the run under the cursor: it was told everything when it began."""
        if (run := self.here) is not None and self._can_train():
            self._train(run.stage or str(run.settings.get("stage", "E0")), run.path, "--resume")

    def _train(self, stage: str, out: str, *more: str) -> None:
        self._trained = self._began = out
        self._seen = 0
        self.run_job(f"training {Path(out).name}", "train", stage, "--out", out, *more, "--events")

    def action_end(self) -> None:
        """Asks the run to save and end; asked again, ends it without waiting."""
        if self.job is None:
            return
        if self.job.stopping:
            self.action_stop()
        else:
            self.job.ask_to_stop()
            self.draw_job()

    def action_chart(self) -> None:
        """Turns to the next curve."""
        run = self.here
        if run is None:
            return
        detail = self.details.get(run.path)
        curves = self._curves(detail) if detail is not None else {}
        there = [one for one in CHARTS if one.of(curves) or (one is GATE and self._stage(run) is not None)]
        place = there.index(self.chart) if self.chart in there else -1
        self.chart = there[(place + 1) % len(there)] if there else CHARTS[0]
        if self.chart is GATE and (stage := self._stage(run)) is not None:
            self._follow(stage.metric)
        self._draw_curves()
        if self.has_class("-narrow"):
            self.bring("log")

    @work(group="gate", exclusive=True)
    async def _follow(self, metric: str) -> None:
        told = objects(await self._ask("eval", "history", metric, "--json"))
        values = [float(fields["value"]) for fields in told if fields.get("value") is not None]
        self._gates[metric] = [(float(number), value) for number, value in enumerate(values, 1)]
        self._draw_curves()

    def action_mark(self) -> None:
        """Marks the run under the cursor, or takes the mark off."""
        if (run := self.here) is not None:
            self.marked = "" if self.marked == run.path else run.path
            self.compared = None
            self._draw()

    @work(group="compare", exclusive=True)
    async def action_compare(self) -> None:
        """Lays the marked run beside the one under the cursor; asked again, shows the one alone."""
        run = self.here
        if self.compared is not None or run is None:
            self.compared = None
        else:
            self.compared = training.parse_compared(await self._ask("runs", "compare", self.marked, run.path, "--json"))
            if self.compared is None:
                self.notify(self._trouble or "they cannot be compared", severity="error")
            elif self.has_class("-narrow"):
                self.bring("page")
        self._draw()

    def action_verify(self) -> None:
        """Reads every byte of the checkpoints of the run under the cursor."""
        if (run := self.here) is not None:
            self._fetch(run.path, "--verify")
            self.query_one("#page", TextView).lay_out()

    def action_folder(self) -> None:
        """Asks for another folder of runs."""
        from rusta_tui.screens.line_input import LineInputScreen

        def look(folder: str | None) -> None:
            if folder is not None:
                self.folder, self.marked, self.compared = _typed(folder) if folder else "", "", None
                self.action_read()

        text = "A folder of runs, or one run. Empty: the runs in Rusta's home."
        self.app.push_screen(LineInputScreen("Runs of which folder?", text), look)

    def action_log(self) -> None:
        """Goes to the job's own words."""
        self.bring("log")

    def page_lines(self, width: int) -> list[Line]:
        """The job, and the run under the cursor in full, or two compared."""
        working = [*jobs.progress(self.job, width, meters=False), BLANK] if self.job is not None else []
        run = self.here
        if self.compared is not None:
            return [*working, *training_view.compared_page(self.compared, width)]
        if run is None:
            return working
        if run.path not in self.details:
            waits = self._trouble if self._trouble and not self._reading else "Reading the run…"
            return [*working, *(((text, "dim"),) for text in wrap(waits, width))]
        detail = replace(self.details[run.path], run=self._shown(self.details[run.path].run))
        return [*working, *training_view.page(detail, self._stage(run), self._curves(detail), width)]

    def log_lines(self, width: int) -> Sequence[Line]:
        """The job's own words, broken where they are long."""
        told = self.job.lines if self.job is not None and self.job.lines else [self.NO_JOB]
        return [((text, "dim"),) for line in told for text in wrap(line, width)]

    @on(RowList.Highlighted)
    def _highlighted(self) -> None:
        run = self.here
        self.compared = None
        if run is not None and run.path not in self.details:
            self._fetch(run.path)
        self.draw_job()


def _typed(path: str) -> str:
    """A path that somebody typed."""
    return str(Path(path).expanduser())
