"""The review: a green patch that waits for the mentor's word."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from engine.errors import RustaError
from engine.schema.decision import Verdict
from engine.schema.event import AskEvent
from rusta_tui import panes
from rusta_tui.desk import Desk
from rusta_tui.hunk_facts import uses_of
from rusta_tui.lines import fit
from rusta_tui.screens.base import RustaScreen
from rusta_tui.widgets.diff_view import DiffView
from rusta_tui.widgets.file_tree import FileTree
from rusta_tui.widgets.key_line import KeyLine
from rusta_tui.widgets.pane_tabs import PaneTabs
from rusta_tui.widgets.row_list import RowList
from rusta_tui.widgets.text_view import TextView
from rusta_tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from rusta_tui.app import RustaApp

_DECIDING = ("approve", "veto", "edit", "keep", "line", "stop")
_PANES = {"diff": "Diff", "files": "Files", "facts": "Why", "uses": "Uses"}
_NARROW, _NARROW_SPLIT = 100, 150  # columns; below, panes are tabs


class ReviewScreen(RustaScreen):
    """Shows one patch. Its deciding keys are deaf for the first half second, so that no stray key approves."""

    CSS_PATH = "review.tcss"
    AUTO_FOCUS = "#diff"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "a",
            "approve",
            "Approve",
            tooltip="Commit what is kept; a part of the patch is validated again first",
            id="review.approve",
        ),
        Binding(
            "v",
            "veto",
            "Veto",
            tooltip="Take the patch back; your reason reaches her next hypothesis",
            id="review.veto",
        ),
        Binding("space", "keep", "Hunk", tooltip="Keep or drop the hunk, or the files of the tree", id="review.keep"),
        Binding("x", "line(False)", "Line", tooltip="Keep or drop the line under the cursor", id="review.line"),
        Binding(
            "X",
            "line(True)",
            "Line and its pair",
            show=False,
            tooltip="Keep or drop the line with the one that it replaces",
            id="review.pair",
        ),
        Binding("e", "edit(False)", "Edit", tooltip="Open the hunk in your editor; it is checked", id="review.edit"),
        Binding(
            "E",
            "edit(True)",
            "Edit files",
            show=False,
            tooltip="Open the patched files in your editor; your version is checked",
            id="review.edit-files",
        ),
        Binding("t", "tests", "Tests", tooltip="The tests that ran, with their times", id="review.tests"),
        Binding("vertical_line", "split", "Split", key_display="|", tooltip="One column or two", id="review.split"),
        Binding("w", "words", "Words", tooltip="Mark the words that were changed, or not", id="review.words"),
        Binding(
            "left_square_bracket",
            "hunk(-1)",
            "Hunk",
            key_display="[ ]",
            tooltip="The hunk before",
            id="review.hunk-before",
        ),
        Binding(
            "right_square_bracket",
            "hunk(1)",
            "Hunk",
            key_display="]",
            show=False,
            tooltip="The next hunk",
            id="review.hunk-next",
        ),
        Binding(
            "left_curly_bracket",
            "file(-1)",
            "File",
            key_display="{ }",
            tooltip="The file before",
            id="review.file-before",
        ),
        Binding(
            "right_curly_bracket",
            "file(1)",
            "File",
            key_display="}",
            show=False,
            tooltip="The next file",
            id="review.file-next",
        ),
        Binding("enter", "enter", "Open", show=False, tooltip="Fold the folder, or go to the file", id="review.enter"),
        Binding("s", "stop", "Stop", show=False, tooltip="End the session; the sandbox is undone", id="review.stop"),
        Binding("tab", "pane(1)", "Pane", show=False, tooltip="The next pane", priority=True, id="review.pane"),
        Binding("escape", "later", "Later", tooltip="Back to the session; the patch keeps waiting", id="review.later"),
    ]

    def __init__(self, desk: Desk, ask: AskEvent) -> None:
        super().__init__()
        self.desk, self.ask = desk, ask
        self.state = desk.view.patches[ask.patch or ""]
        self._deaf_until = 0.0
        self._left = False
        self._shown = (-1, -1)
        self._version: dict[str, str] = {}

    @property
    def diff(self) -> DiffView:
        """The diff."""
        return self.query_one(DiffView)

    def compose(self) -> ComposeResult:
        """A line on how sure it is, the files, why, who uses it, the diff."""
        yield TopBar("session")
        yield TextView(id="headline")
        yield PaneTabs(_PANES)
        with Horizontal(id="review"):
            with Vertical(id="beside"):
                yield FileTree(id="files")
                yield TextView(id="facts")
                yield TextView(id="uses")
            yield DiffView(id="diff")
        yield KeyLine(palette=False)

    def on_mount(self) -> None:
        """Shows the patch and starts the deaf half second."""
        guard = cast("RustaApp", self.app).guard_seconds
        self._deaf_until = time.monotonic() + guard
        if guard > 0:
            self.set_timer(guard, self.refresh_bindings)
        headline = self.query_one("#headline", TextView)
        headline.can_focus = False
        headline.show(lambda width: [fit(panes.patch_headline(self.desk.view, self.state), width)])
        facts, uses = self.query_one("#facts", TextView), self.query_one("#uses", TextView)
        facts.border_title, uses.border_title = "Why", "Who uses it"
        facts.show(lambda width: panes.patch_facts(self.desk.view, self.state, width))
        self.diff.show(self.state.event.patch.diff)
        uses.show(lambda width: uses_of(self.ask.touched, self.diff.hunk, width))
        self._draw_files()
        self._show_pane("diff")
        self.set_interval(0.1, self._leave_when_answered)

    def on_resize(self) -> None:
        """Panes become tabs where there is no room for them."""
        self._fold_panes()

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
            return self.has_class("-tabs")
        if action == "enter":
            return self.query_one(FileTree).has_focus
        return True

    # Deciding.

    def action_approve(self) -> None:
        """Approves what is kept; asks why, when something is dropped."""
        patch, choosing = self.state.event.patch.id, self.diff.choosing
        if self._version:
            self._send_version()
        elif choosing.whole:
            self._send(Verdict(patch=patch, verdict="approve"))
        elif not choosing.kept:
            self.notify("every hunk is dropped: v vetoes the patch", severity="warning")
        else:
            text = f"{choosing.words()}. Why? She reads it as evidence; empty is allowed. The rest is validated again."
            part = Verdict(patch=patch, verdict="approve", hunks=choosing.hunks(), lines=choosing.lines())
            self._ask_why("Approve a part", text, lambda reason: self._send(part.model_copy(update={"reason": reason})))

    def action_veto(self) -> None:
        """Asks for the reason and vetoes."""
        patch = self.state.event.patch.id
        text = "Why not? She reads it as evidence and thinks again. Empty is allowed, a reason is better."
        self._ask_why("Veto", text, lambda reason: self._send(Verdict(patch=patch, verdict="veto", reason=reason)))

    def _ask_why(self, title: str, text: str, then: Callable[[str], None]) -> None:
        from rusta_tui.screens.line_input import LineInputScreen

        def answer(reason: str | None) -> None:
            if reason is not None:
                then(reason)

        self.app.push_screen(LineInputScreen(title, text, hint="the clone hides the real borrow"), answer)

    async def action_edit(self, whole: bool) -> None:
        """Opens the hunk, or the patched files, in the editor and sends what was changed."""
        from textual.app import SuspendNotSupported

        from engine.loop.drafts import Part
        from rusta_tui.editing import edited, patched_files

        try:
            files = await patched_files(self.desk.view, self.state.event.patch)
            part: Part | None = None
            if not whole and not self._version:
                path = self._path_of(self.diff.file)
                if path not in files:
                    self.notify(f"the patch removes {path}: there is nothing left to edit", severity="warning")
                    return
                hunk = self.diff.diff.hunks[self.diff.hunk]
                part = Part(path, files[path], hunk.start, hunk.count)
            with self.app.suspend():
                if part is not None:
                    changed = part.joined(edited(part.files))
                else:
                    mine = {path: text.encode() for path, text in self._version.items()}
                    changed = self._version | edited(files | mine)
        except RustaError as error:
            self.notify(f"{error}. {error.fix}", severity="error")
        except SuspendNotSupported:
            self.notify("no editor can be opened from here", severity="error")
        else:
            self._version = changed
            if changed:
                self._send_version()
            else:
                self.notify("nothing was changed: the patch still waits")
        finally:
            self.app.refresh()

    def _path_of(self, file: int) -> str:
        """The path of a file of the diff, as the patch names it."""
        shown = [index for index, found in enumerate(self.diff.diff.files) if found.first < found.last]
        known = self.state.event.patch.hunk_paths
        return known[shown.index(file)] if len(shown) == len(known) else self.diff.diff.files[file].path

    def _send_version(self) -> None:
        version = Verdict(patch=self.state.event.patch.id, verdict="edit", files=self._version)
        text = f"You changed {', '.join(self._version)}. Why? Empty is allowed. esc keeps your version: a sends it."
        self._ask_why("Your version", text, lambda reason: self._send(version.model_copy(update={"reason": reason})))

    def action_keep(self) -> None:
        """Keeps or drops the hunk under the cursor, or the files under the tree's."""
        tree = self.query_one(FileTree)
        if tree.has_focus:
            self.diff.turn_files(tree.files)
        else:
            self.diff.turn_hunk()

    def action_line(self, pair: bool) -> None:
        """Keeps or drops the line under the cursor."""
        if not self.diff.turn_line(pair=pair):
            self.notify("the cursor is on no changed line", timeout=2)

    def action_stop(self) -> None:
        """Ends the session."""
        from engine.schema.decision import Stop

        self.desk.send(Stop())
        self._leave()

    def _send(self, verdict: Verdict) -> None:
        if self.desk.send(verdict):
            self._leave()
        else:
            self.notify("nobody took the verdict: the engine has ended. R resumes the session", severity="error")

    # Looking.

    def action_hunk(self, by: int) -> None:
        """Goes to another hunk."""
        self.diff.go_to_hunk(self.diff.hunk + by)

    def action_file(self, by: int) -> None:
        """Goes to another file."""
        self.diff.go_to_file(self.diff.file + by)

    def action_split(self) -> None:
        """One column or two."""
        self.diff.put_split(not self.diff.split)
        self._fold_panes()

    def action_words(self) -> None:
        """With word marks or without."""
        self.diff.put_words(not self.diff.words)

    def action_tests(self) -> None:
        """Lists the tests that ran."""
        from rusta_tui.screens.tests import TestsScreen

        self.app.push_screen(TestsScreen(self.state.validation))

    def action_enter(self) -> None:
        """On the tree: folds a folder, or goes to the file."""
        tree = self.query_one(FileTree)
        if tree.on_folder:
            tree.turn()
        else:
            self._show_pane("diff")

    def action_pane(self, by: int) -> None:
        """Turns the tabs."""
        names = list(_PANES)
        front = next(place for place, name in enumerate(names) if self.has_class(f"-front-{name}"))
        self._show_pane(names[(front + by) % len(names)])

    def action_later(self) -> None:
        """Back to the session; the patch keeps waiting."""
        self._leave()

    def _leave(self) -> None:
        """Leaves, once: a verdict and the end of the question may come together."""
        if not self._left:
            self._left = True
            self.dismiss()

    def _show_pane(self, pane: str) -> None:
        for name in _PANES:
            self.set_class(name == pane, f"-front-{name}")
        self.query_one(PaneTabs).show(pane)
        self.query_one(f"#{pane}").focus()

    def _fold_panes(self) -> None:
        room = _NARROW_SPLIT if self.diff.split else _NARROW
        self.set_class(self.size.width < room, "-tabs")
        self.refresh_bindings()

    def _leave_when_answered(self) -> None:
        """Leaves when the question was answered elsewhere, or the session ended."""
        if self.is_current and (self.desk.view.asks.get(self.ask.id) is not self.ask or not self.desk.busy):
            self._leave()

    def _draw_files(self) -> None:
        tree = self.query_one(FileTree)
        tree.show_tree(self.diff.choosing, self.diff.file)
        tree.styles.height = min(12, tree.count()) + 2
        files = len(self.diff.diff.files)
        tree.border_title = f"{files} file{'s' * (files != 1)}"

    @on(DiffView.Moved)
    def _moved(self) -> None:
        diff = self.diff
        if self._shown == (diff.file, diff.hunk):
            return
        if self._shown[0] != diff.file:
            self.query_one(FileTree).show_tree(diff.choosing, diff.file)
        self._shown = (diff.file, diff.hunk)
        self._title()
        uses = self.query_one("#uses", TextView)
        uses.lay_out()
        uses.scroll_home(animate=False, immediate=True)

    @on(DiffView.Chosen)
    def _chosen(self) -> None:
        self._draw_files()
        self._title()

    def _title(self) -> None:
        hunks = len(self.diff.diff.hunks)
        which = f" ({self.ask.index} of {self.ask.of})" if self.ask.of > 1 else ""
        dropped = self.diff.choosing.words()
        title = f"Review{which}"
        if hunks:
            title += f" · hunk {self.diff.hunk + 1} of {hunks}"
        self.diff.border_title = f"{title} · {dropped}" if dropped else title

    @on(RowList.Highlighted, "#files")
    def _file_chosen(self) -> None:
        tree = self.query_one(FileTree)
        if tree.has_focus and tree.files and not tree.on_folder:
            self.diff.go_to_file(tree.files[0])

    @on(RowList.Chosen, "#files")
    def _file_clicked(self) -> None:
        self.action_enter()

    @on(PaneTabs.Wanted)
    def _wanted(self, event: PaneTabs.Wanted) -> None:
        self._show_pane(event.pane)
