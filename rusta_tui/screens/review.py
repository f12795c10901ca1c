"""The review: a green patch that waits for the mentor's word."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import Footer

from engine.errors import RustaError
from engine.schema.decision import Verdict
from engine.schema.event import AskEvent
from rusta_tui import panes
from rusta_tui.desk import Desk
from rusta_tui.lines import Line, fit
from rusta_tui.screens.session import WIDTHS
from rusta_tui.widgets.diff_view import DiffView
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_DECIDING = ("approve", "veto", "edit", "keep")


class ReviewScreen(Screen[None]):
    """Shows one patch. Its deciding keys are deaf for the first half second, so that no stray key approves."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#diff"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", "Approve", tooltip="Commit the hunks that are kept; what is left is validated again"),
        Binding("v", "veto", "Veto", tooltip="Take the patch back; your reason reaches her next hypothesis"),
        Binding("e", "edit", "Edit", tooltip="Open the patched files in your editor; your version is checked"),
        Binding("space", "keep", "Keep/drop", tooltip="Keep or drop the hunk under the cursor"),
        Binding("left_square_bracket", "hunk(-1)", "Hunk", key_display="[ ]", tooltip="The hunk before"),
        Binding("right_square_bracket", "hunk(1)", "Hunk", key_display="]", show=False, tooltip="The next hunk"),
        Binding("left_curly_bracket", "file(-1)", "File", key_display="{ }", tooltip="The file before"),
        Binding("right_curly_bracket", "file(1)", "File", key_display="}", show=False, tooltip="The next file"),
        Binding("s", "stop", "Stop", show=False, tooltip="End the session; the sandbox is undone"),
        Binding(
            "tab", "pane", "Why", show=False, tooltip="Turn between the diff and what stands beside it", priority=True
        ),
        Binding("escape", "later", "Later", tooltip="Back to the session; the patch keeps waiting"),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, desk: Desk, ask: AskEvent) -> None:
        super().__init__()
        self.desk, self.ask = desk, ask
        self.state = desk.view.patches[ask.patch or ""]
        self._deaf_until = 0.0
        self._left = False

    def compose(self) -> ComposeResult:
        """A line on how sure it is, the facts, the diff."""
        yield TopBar("session")
        yield TextView(id="headline")
        yield PaneTabs({"diff": "Diff", "about": "Why"})
        with Horizontal(id="review"):
            with Vertical(id="about"):
                yield TextView(id="files")
                yield TextView(id="facts")
            yield DiffView(id="diff")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Shows the patch and starts the deaf half second."""
        guard = cast("RustaApp", self.app).guard_seconds
        self._deaf_until = time.monotonic() + guard
        if guard > 0:
            self.set_timer(guard, self.refresh_bindings)
        headline = self.query_one("#headline", TextView)
        headline.can_focus = False
        self.query_one("#files").can_focus = False
        headline.show(lambda width: [fit(panes.patch_headline(self.desk.view, self.state), width)])
        self.query_one("#files", TextView).show(self._files)
        facts = self.query_one("#facts", TextView)
        facts.show(lambda width: panes.patch_facts(self.desk.view, self.state, width))
        diff = self.query_one("#diff", DiffView)
        diff.show(self.state.event.patch.diff)
        self.query_one("#files").styles.height = min(8, max(1, len(diff.diff.files))) + 2
        self.query_one("#about").border_title = "Why"
        self._show_pane("diff")
        self.set_interval(0.1, self._leave_when_answered)

    @property
    def deaf(self) -> bool:
        """True while deciding keys do nothing."""
        return time.monotonic() < self._deaf_until

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Greys the deciding keys out while they are deaf; hides the file keys when there is one file."""
        if action in _DECIDING and self.deaf:
            return None
        if action == "file":
            return len(self.state.event.patch.paths) > 1
        if action == "pane":
            return self.has_class("-narrow")
        return True

    def action_approve(self) -> None:
        """Approves what is kept."""
        diff = self.query_one("#diff", DiffView)
        if not diff.kept:
            self.notify("every hunk is dropped: v vetoes the patch", severity="warning")
            return
        hunks = diff.kept if diff.dropped else None
        self._send(Verdict(patch=self.state.event.patch.id, verdict="approve", hunks=hunks))

    def action_veto(self) -> None:
        """Asks for the reason and vetoes."""
        from rusta_tui.screens.line_input import LineInputScreen

        def veto(reason: str | None) -> None:
            if reason is not None:
                self._send(Verdict(patch=self.state.event.patch.id, verdict="veto", reason=reason))

        text = "Why not? She reads it as evidence and thinks again. Empty is allowed, a reason is better."
        self.app.push_screen(LineInputScreen("Veto", text, hint="the clone hides the real borrow"), veto)

    async def action_edit(self) -> None:
        """Opens the patched files in the editor and sends what was changed."""
        from textual.app import SuspendNotSupported

        from rusta_tui.editing import edited, patched_files

        patch = self.state.event.patch
        try:
            files = await patched_files(self.desk.view, patch)
            with self.app.suspend():
                changed = edited(files)
        except RustaError as error:
            self.notify(f"{error}. {error.fix}", severity="error")
        except SuspendNotSupported:
            self.notify("no editor can be opened from here", severity="error")
        else:
            if changed:
                self._send(Verdict(patch=patch.id, verdict="edit", files=changed))
            else:
                self.notify("nothing was changed: the patch still waits")
        finally:
            self.app.refresh()

    def action_keep(self) -> None:
        """Keeps or drops the hunk under the cursor."""
        self.query_one("#diff", DiffView).toggle()

    def action_hunk(self, by: int) -> None:
        """Goes to another hunk."""
        diff = self.query_one("#diff", DiffView)
        diff.go_to_hunk(diff.hunk + by)

    def action_file(self, by: int) -> None:
        """Goes to another file."""
        self.query_one("#diff", DiffView).go_to_file(by)

    def action_scroll(self, by: int) -> None:
        """Scrolls the diff by a line."""
        self.query_one("#diff", DiffView).scroll_relative(y=by, animate=False)

    def action_stop(self) -> None:
        """Ends the session."""
        from engine.schema.decision import Stop

        self.desk.send(Stop())
        self._leave()

    def action_pane(self) -> None:
        """Turns between the diff and what stands beside it."""
        self._show_pane("about" if self.has_class("-front-diff") else "diff")

    def action_later(self) -> None:
        """Back to the session; the patch keeps waiting."""
        self._leave()

    def _send(self, verdict: Verdict) -> None:
        if self.desk.send(verdict):
            self._leave()
        else:
            self.notify("nobody took the verdict: the engine has ended. R resumes the session", severity="error")

    def _leave(self) -> None:
        """Leaves, once: a verdict and the end of the question may come together."""
        if not self._left:
            self._left = True
            self.dismiss()

    def _show_pane(self, pane: str) -> None:
        for name in ("diff", "about"):
            self.set_class(name == pane, f"-front-{name}")
        self.query_one(PaneTabs).show(pane)
        self.query_one("#diff" if pane == "diff" else "#facts").focus()

    def _leave_when_answered(self) -> None:
        """Leaves when the question was answered elsewhere, or the session ended."""
        if self.is_current and (self.desk.view.asks.get(self.ask.id) is not self.ask or not self.desk.busy):
            self._leave()

    def _files(self, width: int) -> list[Line]:
        diff = self.query_one("#diff", DiffView)
        lines: list[Line] = []
        here = diff.diff.hunks[diff.hunk].file if diff.diff.hunks else 0
        for index, file in enumerate(diff.diff.files):
            dropped = sum(hunk in diff.dropped for hunk in range(file.first, file.last))
            mark = "✓" if not dropped else "✗" if dropped == file.last - file.first else "◐"
            name = file.path if len(file.path) <= width - 12 else "…" + file.path[-(width - 13) :]
            lines.append(
                (
                    ("▸ " if index == here else "  ", "voice"),
                    (name, "strong" if index == here else "text"),
                    (f" +{file.added}", "good"),
                    (f" −{file.removed}", "bad"),
                    (f" {mark}", "good" if not dropped else "wait"),
                )
            )
        return lines

    @on(DiffView.Moved)
    def _moved(self) -> None:
        diff = self.query_one("#diff", DiffView)
        hunks = len(diff.diff.hunks)
        dropped = f" · {len(diff.dropped)} dropped" if diff.dropped else ""
        which = f" ({self.ask.index} of {self.ask.of})" if self.ask.of > 1 else ""
        diff.border_title = f"Review{which} · hunk {diff.hunk + 1} of {hunks}{dropped}" if hunks else "Review"
        self.query_one("#files", TextView).lay_out()

    @on(PaneTabs.Wanted)
    def _wanted(self, event: PaneTabs.Wanted) -> None:
        self._show_pane(event.pane)
