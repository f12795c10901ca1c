"""The corpus: what it was made of, what was left out and why, its shards; a build started and watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on, work
from textual.binding import Binding, BindingType

from rusta_tui import corpus as corpora
from rusta_tui import job as jobs
from rusta_tui.children import output_of
from rusta_tui.lines import BLANK, Line
from rusta_tui.screens.paned import ListedJobScreen
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp
    from rusta_tui.corpus import Corpus, Part
    from rusta_tui.job import Job

_LISTED = "200"
_RATE = "corpus/rate"


class CorpusScreen(ListedJobScreen):
    """Draws what `rusta corpus` says, and starts what the mentor asks for."""

    CSS_PATH = "corpus.tcss"
    AUTO_FOCUS = "#parts"
    PLACE = "corpus"
    ROWS = "parts"
    TITLE_OF_ROWS = "Corpus"
    READING = "Reading the corpus…"
    TITLE_OF_LOG = "Build"
    NO_JOB = "No build has run here yet: b starts one."
    PANES: ClassVar[dict[str, str]] = {"parts": "Corpus", "page": "Part", "log": "Build"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "build", "Build", id="corpus.build", tooltip="Build from the docs and her sessions, or go on"),
        Binding("B", "build_crates", "With crates", id="corpus.build_crates", tooltip="Build with a list of crates"),
        Binding("v", "verify", "Verify", id="corpus.verify", tooltip="Check the whole corpus against itself"),
        Binding("w", "why", "Why", id="corpus.why", tooltip="Where a sample comes from and why it may be used"),
        Binding("x", "stop", "Stop", id="corpus.stop", tooltip="End the build; what is done is kept"),
        Binding("l", "log", "Log", id="corpus.log", tooltip="The build's own words"),
        Binding("c", "read", "Read again", show=False, id="corpus.read", tooltip="Read the corpus again"),
        Binding("tab", "pane", "Pane", show=False, priority=True, id="corpus.pane", tooltip="The next pane"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.corpus: Corpus | None = None
        self.parts: dict[str, Part] = {}
        self._documents: dict[str, list[Mapping[str, Any]]] = {}
        self._told: list[str] = []
        self._trouble = ""

    def on_screen_resume(self) -> None:
        """Reads again: a build may have been made elsewhere."""
        if not self.running:
            self.action_read()

    @property
    def here(self) -> Part | None:
        """The row under the cursor."""
        return self.parts.get(self.query_one("#parts", RowList).key or "")

    @work(group="read", exclusive=True)
    async def action_read(self) -> None:
        """Reads what the corpus holds."""
        code, told, complaint = await self._ask("stats", "--json")
        self.corpus = corpora.parse_corpus(told) if code == 0 else None
        self._trouble = complaint if code else ""
        self.parts = {part.key: part for part in self.corpus.parts} if self.corpus else {}
        self._documents.clear()
        self._draw()

    async def _ask(self, *arguments: str) -> tuple[int, str, str]:
        """The exit code of a short `rusta corpus` command, what it printed, and the first line of its complaint."""
        engine = cast("RustaApp", self.app).engine
        try:
            told = await output_of((*engine, "corpus", *arguments))
        except OSError as error:
            return 1, "", f"{engine[0]} does not start: {error.strerror or error}"
        complaint = told.stderr.decode(errors="replace").strip().splitlines()
        first = complaint[0].removeprefix("rusta: ") if complaint else ""
        return told.returncode, told.stdout.decode(errors="replace"), first

    def _draw(self) -> None:
        if not self.is_attached:
            return
        rows = self.query_one("#parts", RowList)
        if not self.parts:
            trouble = self._trouble or "there is no corpus yet"
            rows.say(((f" {trouble}", "wait"),), ((" b builds one from the installed documentation", "dim"),))
        most: dict[str, int] = {}
        for part in self.parts.values():
            most[part.kind] = max(most.get(part.kind, 0), part.total)
        title = self.TITLE_OF_ROWS
        if self.corpus is not None:
            title = f"Corpus · {self.corpus.kept:,} of {self.corpus.files:,} kept"
        rows.border_title = title
        rows.show_keys(
            list(self.parts), lambda key, width: corpora.row(self.parts[key], most[self.parts[key].kind], width)
        )
        rows.refresh()
        self._look()
        self.draw_job()

    def _look(self) -> None:
        part = self.here
        if part is not None and part.kind != "family" and part.key not in self._documents:
            self._read_documents(part)

    @work(group="documents", exclusive=True)
    async def _read_documents(self, part: Part) -> None:
        """Reads the first documents of a row from the ledger."""
        wanted = ("--source", part.name) if part.kind == "source" else ("--reason", part.reason)
        _, told, _ = await self._ask("list", *wanted, "--limit", _LISTED, "--json")
        self._documents[part.key] = corpora.parse_documents(told)
        if self.is_attached:
            self.query_one("#page", TextView).lay_out()

    def job_ended(self) -> None:
        """Reads what there is now."""
        self.action_read()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if not self.is_attached:
            return True
        match action:
            case "build" | "build_crates":
                return not self.running
            case "stop":
                return self.running
            case "verify" | "why":
                return self.corpus is not None and not self.running
            case _:
                return True

    def action_build(self) -> None:
        """Builds, or goes on with a build that was stopped."""
        self.run_job("build", "corpus", "build", "--events")

    def action_build_crates(self) -> None:
        """Asks for the list of crates, and builds with it."""
        from rusta_tui.screens.line_input import LineInputScreen

        def begin(file: str | None) -> None:
            if file:
                self.run_job("build", "corpus", "build", "--crates", file, "--events")

        text = "A file with the name of a crate a line. cargo fetches them; nothing of them is run."
        self.app.push_screen(LineInputScreen("Build with crates", text, needed=True), begin)

    @work(group="verify", exclusive=True)
    async def action_verify(self) -> None:
        """Checks the corpus and shows what was found."""
        self._told = ["checking…"]
        self.bring("log")
        self.query_one("#log", TextView).lay_out()
        code, told, complaint = await self._ask("verify")
        self._told = [*told.splitlines(), *([complaint] if complaint else [])]
        self.query_one("#log", TextView).lay_out()
        self.notify(
            "the corpus holds" if code == 0 else "the corpus does not hold",
            severity="information" if code == 0 else "error",
        )

    def action_why(self) -> None:
        """Asks which sample, and shows its chain."""
        from rusta_tui.screens.line_input import LineInputScreen

        def look(name: str | None) -> None:
            if name:
                self._chain(name)

        text = "The id of a sample or the beginning of it, its SHA-256, or its path."
        self.app.push_screen(LineInputScreen("Why is it there?", text, needed=True), look)

    @work(group="why", exclusive=True)
    async def _chain(self, name: str) -> None:
        _, told, complaint = await self._ask("why", name)
        self._told = told.splitlines() or [complaint]
        self.bring("log")
        self.query_one("#log", TextView).lay_out()

    def action_log(self) -> None:
        """Goes to the build's own words."""
        self._told = []
        self.bring("log")
        self.query_one("#log", TextView).lay_out()

    def page_lines(self, width: int) -> list[Line]:
        """The job, and the row under the cursor in full."""
        working = [*jobs.progress(self.job, width), BLANK] if self.job is not None else []
        part = self.here
        if part is None or self.corpus is None:
            return working
        return [*working, *corpora.page(self.corpus, part, self._documents.get(part.key), width)]

    def log_lines(self, width: int) -> Sequence[Line]:
        """What was asked for last, or the build's own words."""
        return [((line, "text"),) for line in self._told] if self._told else super().log_lines(width)

    def curves_of(self, job: Job) -> Mapping[str, Sequence[tuple[float, float]]]:
        """The rate of the build."""
        return {"MB/s": job.curves[_RATE].points} if _RATE in job.curves else {}

    @on(RowList.Highlighted)
    def _highlighted(self) -> None:
        self._look()
        self.query_one("#page", TextView).lay_out()
        self.refresh_bindings()
