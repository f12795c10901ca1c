"""The files of a diff as a tree to walk: folders fold, the diff follows."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from rusta_tui.choosing import Choosing
from rusta_tui.diff import Diff
from rusta_tui.file_tree import Node, node_line, outline
from rusta_tui.lines import Line
from rusta_tui.widgets.row_list import RowList


class FileTree(RowList):
    """Rows of folders and files, each with what is kept of it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "fold(True)", "Fold", show=False, tooltip="Fold the folder", id="files.fold"),
        Binding("right,l", "fold(False)", "Unfold", show=False, tooltip="Unfold the folder", id="files.unfold"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.folded: set[str] = set()
        self._choosing = Choosing(Diff((), (), ()))
        self._here = 0
        self._outline: dict[str, Node] = {}

    @property
    def files(self) -> tuple[int, ...]:
        """The files of the row under the cursor: one, or all in the folder."""
        node = self._outline.get(self.key or "")
        return node.files if node else ()

    @property
    def on_folder(self) -> bool:
        """True when the cursor is on a folder."""
        node = self._outline.get(self.key or "")
        return node is not None and node.folder

    def show_tree(self, choosing: Choosing, here: int) -> None:
        """Takes what is kept, and the file that the diff is in; the cursor follows unless it is being moved."""
        self._choosing, self._here = choosing, here
        self._lay_out()
        if not self.has_focus:
            holding = [place for place, node in enumerate(self._outline.values()) if here in node.files]
            self.put_cursor(max(holding, default=0))

    def action_fold(self, fold: bool) -> None:
        """Folds or unfolds the folder under the cursor."""
        if self.on_folder and fold != (self.key in self.folded):
            self.turn()

    def turn(self) -> None:
        """Folds the folder under the cursor, or unfolds it."""
        self.folded ^= {self.key or ""}
        self._lay_out()

    def _lay_out(self) -> None:
        paths = [file.path for file in self._choosing.diff.files]
        self._outline = {node.path: node for node in outline(paths, self.folded)}
        self.show_keys(list(self._outline), self._line)

    def _line(self, path: str, width: int) -> Line:
        folded = path in self.folded
        return node_line(self._choosing, self._outline[path], folded=folded, here=self._here, width=width)
