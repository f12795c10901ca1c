"""A blind vote: two tellings of one case side by side. Whose they are is said once the vote is cast."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from rusta_tui.children import output_of
from rusta_tui.evals import Paper, objects, parse_paper
from rusta_tui.lines import BLANK, Line, wrap
from rusta_tui.screens.base import RustaScreen
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp


class VoteScreen(RustaScreen):
    """Votes between two runs, paper after paper. The engine draws which telling stands on which side."""

    CSS_PATH = "vote.tcss"
    AUTO_FOCUS = "#left"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left,h", "vote('left')", "Left", key_display="←", id="vote.left", priority=True, tooltip="The left one"
        ),
        Binding("right,l", "vote('right')", "Right", key_display="→", id="vote.right", priority=True),
        Binding("t", "vote('tie')", "Tie", id="vote.tie", tooltip="Neither is better"),
        Binding("enter,n", "next", "Next", id="vote.next", tooltip="The next paper"),
        Binding("escape", "leave", "Back", id="vote.leave", tooltip="Back to the runs"),
    ]

    def __init__(self, one: str, other: str) -> None:
        super().__init__()
        self.runs = (one, other)
        self.paper: Paper | None = None
        self.told = ""
        self._trouble = ""
        self._sending = False

    def compose(self) -> ComposeResult:
        """What is voted on, and the two tellings."""
        yield TopBar("evals")
        yield TextView(id="about")
        with Horizontal(id="papers"):
            yield TextView(id="left")
            yield TextView(id="right")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Fetches the first paper."""
        about = self.query_one("#about", TextView)
        about.can_focus = False
        about.show(self._about)
        for side in ("left", "right"):
            view = self.query_one(f"#{side}", TextView)
            view.border_title = side.capitalize()
            view.show(partial(self._telling, side))
        self.action_next()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One vote a paper."""
        if action == "vote":
            return self.paper is not None and not self.told and not self._sending
        return True

    @work(group="vote")
    async def action_next(self) -> None:
        """Fetches the next paper."""
        out, trouble = await self._ask()
        self.paper, self.told, self._trouble = parse_paper(out), "", trouble
        self._draw()

    @work(group="vote")
    async def action_vote(self, choice: str) -> None:
        """Casts the vote; then whose the tellings are is said."""
        if self.paper is None or self._sending:
            return
        self._sending = True
        out, trouble = await self._ask("--on", self.paper.subject, "--choice", choice)
        self._sending = False
        for fields in objects(out):
            self.told = f"you chose {choice}: left was {fields.get('left')}, right was {fields.get('right')}"
        self._trouble = trouble
        self._draw()

    def action_leave(self) -> None:
        """Back."""
        self.dismiss()

    async def _ask(self, *more: str) -> tuple[str, str]:
        engine = cast("RustaApp", self.app).engine
        try:
            told = await output_of((*engine, "eval", "vote", *self.runs, *more, "--json"))
        except OSError as error:
            return "", f"{engine[0]} does not start: {error.strerror or error}"
        lines = told.stderr.decode(errors="replace").strip().splitlines()
        trouble = lines[0].removeprefix("rusta: ") if told.returncode and lines else ""
        return told.stdout.decode(errors="replace"), trouble

    def _draw(self) -> None:
        if self.is_attached:
            for name in ("about", "left", "right"):
                self.query_one(f"#{name}", TextView).lay_out()
            self.refresh_bindings()

    def _about(self, width: int) -> list[Line]:
        if self._trouble:
            return [((f"! {self._trouble}", "wait"),), (("esc goes back", "dim"),)]
        if self.paper is None:
            return [(("Fetching a paper…", "dim"),), BLANK]
        left = f"   {self.paper.to_vote} of {self.paper.papers} to vote on"
        if self.told:
            return [((self.paper.subject, "strong"), (left, "dim")), ((self.told, "voice"), ("   ⏎ next", "dim"))]
        return [((self.paper.subject, "strong"), (left, "dim")), (("Which would you rather read?", "text"),)]

    def _telling(self, side: str, width: int) -> list[Line]:
        text = "" if self.paper is None else self.paper.left if side == "left" else self.paper.right
        return [((line, "text"),) for line in wrap(text, width)]
