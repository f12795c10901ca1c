"""The tour of the first start: five short pages, skipped with escape, never shown twice unless asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

PAGES = (
    (
        "This is Rusta",
        "She finds an error in your repository, asks the compiler before she edits, patches a copy, and shows you "
        "what she did. Your working tree is never written: a commit appears only when it is green and you say so.",
    ),
    (
        "Start her",
        "The queue on the left lists what is broken, root causes first. Enter starts on the finding under the cursor, "
        "A on all of them. The timeline shows every thought, probe and patch while it happens.",
    ),
    (
        "Decide",
        "When she waits, r opens the review: space keeps or drops a hunk, a approves, v vetoes with a reason that she "
        "thinks about, e opens your editor. u takes things back, byte for byte, even after the commit.",
    ),
    (
        "Raise her",
        "Every session becomes a DevLog. Grade it with 1 to 4: your grades weigh what she tries first next time. "
        "Drills, golden patches, the curriculum and training are tabs of their own.",
    ),
    (
        "Find your way",
        "Digits open tabs, g marks every pane with a letter, ? lists the keys of the screen in front, ctrl+p searches "
        "everything you can do. Keys can be changed: rusta-tui --keys prints them as a file to edit.",
    ),
)


class TourScreen(ModalScreen[None]):
    """Turns the pages."""

    CSS_PATH = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,right,n", "turn(1)", "Next", id="tour.next", tooltip="The next page"),
        Binding("left,b", "turn(-1)", "Back", id="tour.back", tooltip="The page before"),
        Binding("escape,q", "leave", "Skip", id="tour.skip", tooltip="Leave the tour"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.page = 0

    def compose(self) -> ComposeResult:
        """Title, text, and the keys that turn."""
        with Vertical(id="dialog"):
            yield Static(id="title")
            yield Static(id="text")
            yield Static(id="keys")

    def on_mount(self) -> None:
        """Opens at the first page."""
        self._show()

    def action_turn(self, by: int) -> None:
        """Goes to another page; after the last one the tour is over."""
        if self.page + by >= len(PAGES):
            self.dismiss()
            return
        self.page = max(0, self.page + by)
        self._show()

    def action_leave(self) -> None:
        """Ends the tour."""
        self.dismiss()

    def _show(self) -> None:
        title, text = PAGES[self.page]
        last = self.page + 1 == len(PAGES)
        self.query_one("#title", Static).update(Content(f"{title}   {self.page + 1} of {len(PAGES)}"))
        self.query_one("#text", Static).update(Content(text))
        self.query_one("#keys", Static).update(
            Content.assemble(
                (" enter ", "$primary bold"),
                (" begin" if last else " next", "$foreground"),
                ("   esc ", "$primary bold"),
                (" close" if last else " skip", "$quiet"),
            )
        )
