"""The diary: read DevLogs, grade them with one key, say something beside them, set the best apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input

from rusta_tui import diary_view
from rusta_tui.commands import Reply
from rusta_tui.devlogs import AXES, GOLDEN, TRAINING, Deed, Log, Search, Standing, next_ungraded, parse_search
from rusta_tui.diary import Diary
from rusta_tui.lines import Line
from rusta_tui.screens.base import RustaScreen
from rusta_tui.screens.devlogs_keys import KEYS
from rusta_tui.screens.paned import WIDTHS
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_REST_SECONDS = 0.06
_SCORE_SECONDS = 1.0


class DevLogsScreen(RustaScreen):
    """A list and a page. Whatever the mentor does shows at once; the queue of commands stores it."""

    CSS_PATH = "devlogs.tcss"
    AUTO_FOCUS = "#logs"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    def __init__(self) -> None:
        super().__init__()
        self.axis = AXES[0]
        self.goes_on = False
        self.folded = True
        self._diary: Diary | None = None
        self._graded: set[str] = set()
        self._search = Search()
        self._deep: dict[tuple[str, ...], frozenset[str]] = {}
        self._scores: list[dict[str, Any]] = []
        self._came_from: str | None = None
        self._here: str | None = None
        self._offered = (True, False, False)
        self._rest: Timer | None = None
        self._scoring: Timer | None = None

    def compose(self) -> ComposeResult:
        """Header, counts, list and page, the bar, keys."""
        yield TopBar("devlogs")
        yield TextView(id="headline")
        yield PaneTabs({"logs": "DevLogs", "page": "Page"})
        with Horizontal(id="diary"):
            with Vertical(id="shelf"):
                yield RowList(id="logs", empty=diary_view.empty(read=False, trouble="", searched=False, count=0))
                yield Input(
                    placeholder="code: move: outcome: graded:no  words",
                    id="filter",
                    compact=True,
                    select_on_focus=False,
                )
            yield TextView(id="page")
        yield TextView(id="bar")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Connects the panes to the diary."""
        self._diary = Diary(cast("RustaApp", self.app).commands, self._changed)
        self.query_one("#filter").display = False
        for name, layout in (("headline", self._headline), ("bar", self._bar), ("page", self._page)):
            view = self.query_one(f"#{name}", TextView)
            view.can_focus = name == "page"
            view.show(layout)
        self._bring("logs")
        self._draw()

    def on_screen_resume(self) -> None:
        """Reads on: sessions may have written DevLogs since."""
        self.diary.read_news()
        self._read_scores()

    @property
    def diary(self) -> Diary:
        """The DevLogs; there from the first frame on."""
        assert self._diary is not None
        return self._diary

    @property
    def chosen(self) -> Log | None:
        """The DevLog under the cursor."""
        return self.diary.logs.get(self._here or "")

    @property
    def standing(self) -> Standing:
        """What stands on the DevLog under the cursor."""
        return self.diary.standing(self._here) if self._here else Standing()

    @property
    def _stands(self) -> bool:
        """False once the app is closing: the last answers still come."""
        return len(self.query("#headline, #logs, #page, #bar")) == 4

    # What is drawn.

    def _changed(self, id_: str | None) -> None:
        """One DevLog is another, or the whole list is."""
        if not self._stands:
            return
        if id_ is None:
            self._graded = {key for key in self.diary.logs if self.diary.standing(key).graded}
            self._draw()
            if self._here and self.diary.whole:
                self.diary.open(self._here)
            return
        (self._graded.add if self.diary.standing(id_).graded else self._graded.discard)(id_)
        self.query_one("#logs").refresh()
        self.query_one("#headline", TextView).lay_out()
        if id_ == self._here:
            self._draw_page()

    def _draw(self) -> None:
        diary, rows = self.diary, self.query_one("#logs", RowList)
        deep = self._deep.get(self._search.words, frozenset())
        found = [log.id for log in diary.logs.values() if self._search.matches(log, diary.standing(log.id), deep)]
        searched = bool(self._search.words or self._search.conditions)
        rows.say(*diary_view.empty(read=diary.read, trouble=diary.trouble, searched=searched, count=len(diary.logs)))
        rows.border_title = f"DevLogs · {len(found)}"
        rows.show_keys(found, self._row)
        rows.refresh()
        if rows.key != self._here:
            self._show(rows.key)
        self.query_one("#headline", TextView).lay_out()
        self._draw_page()

    def _draw_page(self) -> None:
        page = self.query_one("#page", TextView)
        page.border_title = _literal(diary_view.title(self.chosen)) if self.chosen else "DevLog"
        page.lay_out()
        self.query_one("#bar", TextView).lay_out()
        offered = (self._here is None, bool(self.standing.comments), self.diary.read and not self.diary.logs)
        if offered != self._offered:  # the footer is made anew for it
            self._offered = offered
            self.refresh_bindings()

    def _row(self, key: str, width: int) -> Line:
        return diary_view.row(self.diary.logs[key], self.diary.standing(key), width)

    def _headline(self, width: int) -> list[Line]:
        count = len(self.diary.logs)
        shown = len(self.query_one("#logs", RowList).keys)
        to_grade = count - len(self._graded)
        return [diary_view.headline(shown, count, to_grade, self._scores, self._search.trouble, width)]

    def _bar(self, width: int) -> list[Line]:
        return diary_view.bar(self.standing, self.axis, goes_on=self.goes_on, width=width) if self._here else []

    def _page(self, width: int) -> list[Line]:
        if not self._here:
            return []
        return diary_view.page_lines(self.diary.page(self._here), width, folded=self.folded)

    # Where the mentor is.

    @on(RowList.Highlighted)
    def _highlighted(self, event: RowList.Highlighted) -> None:
        if event.key == self._here:
            return
        self._came_from = None
        self._show(event.key)

    @on(RowList.Chosen)
    def _chosen(self) -> None:
        self._bring("page")

    @on(PaneTabs.Wanted)
    def _wanted(self, event: PaneTabs.Wanted) -> None:
        self._bring(event.pane)

    def _show(self, id_: str | None) -> None:
        """Shows a DevLog; it is read once the cursor rests, so that flying over a list reads nothing."""
        self._here = id_
        self.axis = self.standing.next_axis(AXES[-1]) or AXES[0]
        self.query_one("#page").scroll_home(animate=False, immediate=True)
        if self._rest is not None:
            self._rest.stop()
        if id_ is not None:
            self._rest = self.set_timer(_REST_SECONDS, lambda: self.diary.open(id_))
        self._draw_page()

    def _bring(self, pane: str) -> None:
        self.set_class(pane == "page", "-front-page")
        self.query_one(PaneTabs).show(pane)
        self.query_one(f"#{pane}").focus()

    def action_pane(self, pane: str = "") -> None:
        """Turns to the other pane, or to the one named."""
        self._bring(pane or ("logs" if self.query_one("#page").has_focus else "page"))

    def action_home(self) -> None:
        """Clears the filter and goes to the list."""
        field = self.query_one("#filter", Input)
        field.value, field.display = "", False
        self._bring("logs")

    def action_turn(self, by: int) -> None:
        """Scrolls the page by a screen."""
        page = self.query_one("#page", TextView)
        page.scroll_relative(y=by * max(1, page.size.height - 2), animate=False)

    def action_fold(self) -> None:
        """Folds or unfolds the diffs."""
        self.folded = not self.folded
        self.query_one("#page", TextView).lay_out()

    def action_next(self) -> None:
        """Goes to the next DevLog that lacks a grade."""
        rows = self.query_one("#logs", RowList)
        key = next_ungraded(rows.keys, self._here, self._graded)
        if key is None:
            self.notify("no other DevLog here lacks a grade")
            return
        rows.go_to(key)
        self._show(key)

    # What the mentor does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if self._diary is None:
            return True
        match action:
            case "import":
                return self.diary.read and not self.diary.logs and not self.diary.trouble
            case "grade" | "undo" | "next" | "comment" | "mark" | "export" | "fold" | "axis" | "choose" | "turn":
                return self._here is not None
            case "uncomment":
                return bool(self.standing.comments)
            case _:
                return True

    def action_grade(self, value: int) -> None:
        """Grades on the marked axis, and goes on to the next one."""
        if self._here is None:
            return
        here, before, axis = self._here, self.standing, self.axis
        self._came_from = None
        self.diary.do(here, Deed("grade", axis, value))
        if axis == "voice":
            self._score_soon()
        if before.graded:  # graded anew, one axis after the other
            following = AXES[AXES.index(axis) + 1] if axis != AXES[-1] else None
        else:
            following = self.standing.next_axis(axis)
        self.axis = following or AXES[0]
        if following is None and self.goes_on:
            self.action_next()
            self._came_from = here
        self._draw_page()

    def action_undo(self) -> None:
        """Takes the last grade back: of the DevLog that was just left behind by its fourth grade, else of this one."""
        if self._came_from is not None:
            back, self._came_from = self._came_from, None
            self.query_one("#logs", RowList).go_to(back)
            self._show(back)
        if self._here is None or not self.standing.given:
            self.notify("there is no grade to take back")
            return
        axis = self.standing.given[-1][0]
        self.diary.do(self._here, Deed("ungrade"))
        if axis in AXES:
            self.axis = axis
        if axis == "voice":
            self._score_soon()
        self._draw_page()

    def action_axis(self, by: int) -> None:
        """Marks the axis before or after."""
        self.axis = AXES[(AXES.index(self.axis) + by) % len(AXES)]
        self.query_one("#bar", TextView).lay_out()

    def action_choose(self, axis: str) -> None:
        """Marks an axis."""
        self.axis = axis
        self.query_one("#bar", TextView).lay_out()

    def action_goes_on(self) -> None:
        """After the fourth grade: stay, or go on."""
        self.goes_on = not self.goes_on
        self.query_one("#bar", TextView).lay_out()

    def action_mark(self, mark: str) -> None:
        """Sets a mark, or takes it off."""
        if self._here is not None and mark in (GOLDEN, TRAINING):
            self.diary.do(self._here, Deed("unmark" if mark in self.standing.marks else "mark", mark))

    def action_comment(self) -> None:
        """Asks for a line and writes it beside the DevLog."""
        from rusta_tui.screens.line_input import LineInputScreen

        id_ = self._here

        def said(text: str | None) -> None:
            if id_ is not None and text:
                self.diary.do(id_, Deed("comment", text))

        self.app.push_screen(LineInputScreen("Comment", "What you have to say about this DevLog.", needed=True), said)

    def action_uncomment(self) -> None:
        """Takes the last comment back."""
        if self._here is not None and self.standing.comments:
            self.diary.do(self._here, Deed("uncomment"))

    def action_export(self) -> None:
        """Asks for a folder and writes the DevLog there."""
        from engine.home import home
        from rusta_tui.screens.line_input import LineInputScreen

        id_, usual = self._here, str(home() / "exports")

        def export(folder: str | None) -> None:
            if id_ is not None and folder is not None:
                where = folder or usual
                commands = cast("RustaApp", self.app).commands
                commands.put(
                    "devlogs",
                    "export",
                    "--",
                    id_,
                    where,
                    done=lambda reply: self.notify(f"written to {reply.out.strip()}"),
                )

        self.app.push_screen(LineInputScreen("Export", "The folder for the file.", hint=usual), export)

    def action_import(self) -> None:
        """Brings the seeds."""

        def imported(reply: Reply) -> None:
            self.notify(f"{len(reply.out.splitlines())} DevLogs imported")
            self.diary.read_again()

        cast("RustaApp", self.app).commands.put("devlogs", "import", done=imported)

    def action_read(self) -> None:
        """Reads list and scores from the store."""
        self.diary.read_again()
        self._read_scores()

    def _score_soon(self) -> None:
        """Asks for the scores once the grading rests."""
        if self._scoring is not None:
            self._scoring.stop()
        self._scoring = self.set_timer(_SCORE_SECONDS, self._read_scores)

    def _read_scores(self) -> None:
        def told(reply: Reply) -> None:
            self._scores = reply.records
            if self._stands:
                self.query_one("#headline", TextView).lay_out()

        cast("RustaApp", self.app).commands.query("devlogs", "scores", "--json", then=told)

    # The filter.

    def action_filter(self) -> None:
        """Opens the filter."""
        self._bring("logs")
        field = self.query_one("#filter", Input)
        field.display = True
        field.focus()

    @on(Input.Changed, "#filter")
    def _typed(self, event: Input.Changed) -> None:
        self._search = parse_search(event.value)
        self._draw()

    @on(Input.Submitted, "#filter")
    def _sought(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value)
        self.query_one("#logs").focus()
        if self._search.words:
            self._look_deep(self._search.words)

    @work(exclusive=True)
    async def _look_deep(self, words: tuple[str, ...]) -> None:
        """Asks the store which DevLogs have every word anywhere in their text."""
        found: set[str] | None = None
        for word in words:
            reply = await cast("RustaApp", self.app).commands.ask(
                "devlogs", "list", "--json", "--limit", "0", "--text", word
            )
            ids = {str(record.get("id")) for record in reply.records}
            found = ids if found is None else found & ids
        self._deep = {words: frozenset(found or ())}
        self._draw()


def _literal(text: str) -> str:
    """The text for a border, where brackets would be markup."""
    return text.replace("[", r"\[")
