"""The files of a diff as a tree: folders that fold, and on each row how much of it is kept."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rusta_tui.choosing import MARKS, Choosing
from rusta_tui.lines import Line, Role, spread, width_of

_ROLES: dict[str, Role] = {"kept": "good", "part": "wait", "dropped": "wait"}


@dataclass(frozen=True)
class Node:
    """A row: a folder (its path ends in a slash) or a file. ``files`` are indices into the diff's."""

    path: str
    label: str
    depth: int
    files: tuple[int, ...]

    @property
    def folder(self) -> bool:
        """True for a folder."""
        return self.path.endswith("/")


def outline(paths: Sequence[str], folded: Collection[str] = ()) -> list[Node]:
    """The rows of a tree over ``paths``, in the order of their folders. A folder in ``folded`` hides what is in it.

    Folders that hold nothing but one folder are one row with it; one that holds a single file is part of its name.
    """
    numbered = sorted(enumerate(paths), key=lambda pair: pair[1].split("/"))
    return _level([(path.split("/"), index) for index, path in numbered], "", 0, folded)


def _level(entries: list[tuple[list[str], int]], base: str, depth: int, folded: Collection[str]) -> list[Node]:
    groups: dict[tuple[str, bool], list[tuple[list[str], int]]] = {}
    for parts, index in entries:
        # A file may have been replaced by a folder of its name.
        groups.setdefault((parts[0], len(parts) > 1), []).append((parts, index))
    rows: list[Node] = []
    for group in groups.values():
        if len(group) == 1:
            parts, index = group[0]
            rows.append(Node(base + "/".join(parts), "/".join(parts), depth, (index,)))
            continue
        shared = 1
        while all(len(parts) > shared + 1 and parts[shared] == group[0][0][shared] for parts, _ in group):
            shared += 1
        label = "/".join(group[0][0][:shared]) + "/"
        path = base + label
        rows.append(Node(path, label, depth, tuple(index for _, index in group)))
        if path not in folded:
            rows += _level([(parts[shared:], index) for parts, index in group], path, depth + 1, folded)
    return rows


def node_line(choosing: Choosing, node: Node, *, folded: bool, here: int, width: int) -> Line:
    """A row of the tree: its name, the lines it adds and removes, how much of it is kept.

    ``here`` is the file that the cursor of the diff is in; its row, or that of the folder that hides it, is marked.
    """
    files = [choosing.diff.files[index] for index in node.files]
    state = choosing.state(hunk for file in files for hunk in range(file.first, file.last))
    current = here in node.files and (folded or not node.folder)
    fold = ("▸ " if folded else "▾ ") if node.folder else "  "
    right: Line = (
        (f"+{sum(file.added for file in files)}", "good"),
        (f" −{sum(file.removed for file in files)}", "bad"),
        (f" {MARKS[state]} ", _ROLES[state]),
    )
    indent = "  " * node.depth + fold
    room = max(8, width - width_of(right) - len(indent) - 2)
    # The end of a path says more than its beginning.
    label = node.label if len(node.label) <= room else "…" + node.label[1 - room :]
    left: Line = (("▌" if current else " ", "voice"), (indent, "dim"), (label, "strong" if current else "text"))
    return spread(left, right, width)
