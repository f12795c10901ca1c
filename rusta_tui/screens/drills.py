"""The weekly drill: start it, read what she answers, grade with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from rusta_tui import drill_view
from rusta_tui.drills import Card, Study, next_waiting
from rusta_tui.lines import Line
from rusta_tui.screens.paned import JobScreen
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_OFFERED = ("grade", "key", "next", "undo", "start", "stop")


class DrillsScreen(JobScreen):
    """The cards, one of them to read, and how she stands. Grades show at once; the queue of commands stores them."""

    CSS_PATH = "drills.tcss"
    AUTO_FOCUS = "#cards"
    PANES: ClassVar[dict[str, str]] = {"cards": "Cards", "card": "Card", "progress": "Progress"}
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                str(value),
                f"grade({value})",
                "Grade",
                key_display="1–4",
                show=value == 1,
                tooltip=f"{value} {word}",
                id=f"drills.grade-{value}",
            )
            for value, word in drill_view.RATINGS.items()
        ),
        Binding("u", "undo", "Undo", tooltip="Take the last grade back; what was there before counts again",
                id="drills.undo"),
        Binding("n", "next", "Next", tooltip="The next card that waits for a grade", id="drills.next"),
        Binding("space", "key", "Key", tooltip="Show what the docs say, or hide it", id="drills.key"),
        Binding("s", "start", "Start", tooltip="Deal the week's cards, or go on; she answers, the compiler marks",
                id="drills.start"),
        Binding("x", "stop", "Stop", tooltip="Stop her; the rest waits for the next start", id="drills.stop"),
        Binding("N", "goes_on", "Go on", show=False, id="drills.go-on",
                tooltip="After a grade, go on to the next card that waits, or stay"),
        Binding("r", "read", "Read again", show=False, tooltip="Read the week from the store again", id="drills.read"),
        Binding("enter", "pane('card')", "Read", show=False, tooltip="Go to the card", id="drills.card"),
        Binding("b", "turn(-1)", "Card up", show=False, tooltip="The card, a screen up", id="drills.up"),
        Binding("f", "turn(1)", "Card down", show=False, tooltip="The card, a screen down", id="drills.down"),
        Binding("tab", "pane", "Pane", show=False, priority=True, tooltip="Turn to the next pane", id="drills.pane"),
        Binding("escape", "pane('cards')", "Back to the cards", show=False, tooltip="Back to the cards",
                id="drills.cards"),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = True
        self.key_shown = False
        self._study: Study | None = None
        self._here: str | None = None
        self._offered: tuple[bool | None, ...] = ()

    def compose(self) -> ComposeResult:
        """Header, the week, cards and progress on the left, a card on the right, the bar, keys."""
        yield TopBar("drills")
        yield TextView(id="headline")
        yield PaneTabs(self.PANES)
        with Horizontal(id="drill"):
            with Vertical(id="shelf"):
                yield RowList(id="cards", empty=drill_view.empty(read=False, trouble="", running=False))
                yield TextView(id="progress")
            yield TextView(id="card")
        yield TextView(id="bar")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Connects the panes to the week."""
        self._study = Study(cast("RustaApp", self.app).commands, self._draw)
        for name, layout in (
            ("headline", self._headline), ("bar", self._bar), ("card", self._card), ("progress", self._progress)
        ):  # fmt: skip
            view = self.query_one(f"#{name}", TextView)
            view.can_focus = name in self.PANES
            view.show(layout)
        self.query_one("#progress").border_title = "Progress"
        self.bring("cards")
        self._draw()

    def on_screen_resume(self) -> None:
        """Reads the week again: time has passed, and sessions may have left mistakes."""
        self.study.read_again()

    @property
    def study(self) -> Study:
        """The week; there from the first frame on."""
        assert self._study is not None
        return self._study

    @property
    def chosen(self) -> Card | None:
        """The card under the cursor."""
        return self.study.cards.get(self._here or "")

    # What is drawn.

    def _draw(self) -> None:
        if len(self.query("#headline, #cards, #card, #progress, #bar")) < 5:
            return  # the app is closing, and the last answers still come
        study, rows = self.study, self.query_one("#cards", RowList)
        rows.say(*drill_view.empty(read=study.read, trouble=self._trouble, running=self.running))
        rows.border_title = f"Cards · {study.waiting} to grade" if study.waiting else f"Cards · {len(study.cards)}"
        rows.show_keys(list(study.cards), self._row)
        rows.refresh()
        if rows.key != self._here:
            self._show(rows.key)
        for name in ("headline", "progress"):
            self.query_one(f"#{name}", TextView).lay_out()
        self._draw_card()

    def _draw_card(self) -> None:
        view, card = self.query_one("#card", TextView), self.chosen
        about = f"{card.kind} · {card.topic}" if card else "Card"
        view.border_title = about.replace("[", r"\[")
        view.border_subtitle = card.page.replace("[", r"\[") if card and self.key_shown else ""
        view.lay_out()
        self.query_one("#bar", TextView).lay_out()
        self._offer()

    def _offer(self) -> None:
        offered = tuple(self.check_action(action, ()) for action in _OFFERED)
        if offered != self._offered:  # the footer is made anew for it, which costs more than all the rest
            self._offered = offered
            self.refresh_bindings()

    @property
    def _trouble(self) -> str:
        return self.study.trouble or (self.job.trouble if self.job else "")

    def _row(self, key: str, width: int) -> Line:
        return drill_view.row(self.study.cards[key], self.study.given(key), width)

    def _headline(self, width: int) -> list[Line]:
        study, job = self.study, self.job if self.running else None
        return [drill_view.headline(study.week, study.waiting, job, width, read=study.read)]

    def _progress(self, width: int) -> list[Line]:
        return drill_view.progress(self.study.week, width)

    def _card(self, width: int) -> list[Line]:
        card = self.chosen
        return drill_view.page(card, self.study.given(card.id), width, open_=self.key_shown) if card else []

    def _bar(self, width: int) -> list[Line]:
        card = self.chosen
        given = self.study.given(card.id) if card else ()
        return drill_view.grade_bar(card, given, width, goes_on=self.goes_on)

    # Where the mentor is.

    @on(RowList.Highlighted)
    def _highlighted(self, event: RowList.Highlighted) -> None:
        if event.key != self._here:
            self._show(event.key)

    @on(RowList.Chosen)
    def _opened(self) -> None:
        self.bring("card")

    def _show(self, id_: str | None) -> None:
        self._here, self.key_shown = id_, False
        self.query_one("#card").scroll_home(animate=False, immediate=True)
        self._draw_card()

    def _go_to(self, id_: str) -> None:
        self.query_one("#cards", RowList).go_to(id_)
        self._show(id_)

    def action_turn(self, by: int) -> None:
        """Scrolls the card by a screen."""
        view = self.query_one("#card", TextView)
        view.scroll_relative(y=by * max(1, view.size.height - 2), animate=False)

    def action_key(self) -> None:
        """Shows what the docs say, or hides it."""
        self.key_shown = not self.key_shown
        self._draw_card()
        if self.key_shown:
            self.query_one("#card").scroll_end(animate=False, immediate=True)

    def action_next(self) -> None:
        """Goes to the next card that waits for a grade."""
        key = next_waiting(list(self.study.cards), self._here, self.study.waits)
        if key is None:
            self.notify("no other card here waits for a grade")
            return
        self._go_to(key)

    # What the mentor does.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers only the keys that do something now."""
        if self._study is None:
            return True
        match action:
            case "grade":
                return bool(self.chosen and self.chosen.answered)
            case "key" | "turn":
                return self.chosen is not None
            case "next":
                return bool(self.study.waiting)
            case "undo":
                return bool(self.study.graded_last or (self.chosen and self._has_grade(self.chosen.id)))
            case "start":
                return not self.running
            case "stop":
                return self.running
            case _:
                return True

    def _has_grade(self, id_: str) -> bool:
        return any(marker == "mentor" for marker, _ in self.study.given(id_))

    def action_grade(self, value: int) -> None:
        """Grades the card, and goes on to the next one that waits."""
        card = self.chosen
        if card is None or not card.answered:
            return
        waited = self.study.waits(card.id)
        self.study.grade(card.id, value)
        if self.goes_on and waited and self.study.waiting:
            self.action_next()

    def action_undo(self) -> None:
        """Takes the last grade of this sitting back and goes to its card; without one, this card's."""
        id_ = self.study.graded_last or (self._here if self._here and self._has_grade(self._here) else None)
        if id_ is None:
            self.notify("there is no grade to take back")
            return
        self.study.ungrade(id_)
        self._go_to(id_)

    def action_goes_on(self) -> None:
        """After a grade: go on, or stay."""
        self.goes_on = not self.goes_on
        self.query_one("#bar", TextView).lay_out()

    def action_read(self) -> None:
        """Reads the week from the store."""
        self.study.read_again()

    # The drill as a child.

    def action_start(self) -> None:
        """Starts the drill, or goes on with it; what is not answered when it is stopped waits for the next start."""
        if not self.running:
            self.run_job("the drill", "drill", "start", "--events")

    def draw_job(self) -> None:
        """Draws how far she is."""
        self.query_one("#headline", TextView).lay_out()
        self._offer()

    def job_moved(self) -> None:
        """Another card is answered."""
        self.study.read_again()

    def job_ended(self) -> None:
        """Reads what she has answered."""
        self.study.read_again()
        self._draw()
