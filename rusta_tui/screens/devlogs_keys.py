"""The keys of the diary."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from rusta_tui.devlogs import AXES

KEYS: list[BindingType] = [
    *(
        Binding(
            str(value),
            f"grade({value})",
            f"Grade {value}",
            show=False,
            tooltip=f"Grade {value} of 4 on the axis that is marked; two is not enough",
            id=f"devlogs.grade-{value}",
        )
        for value in range(1, 5)
    ),
    Binding("u", "undo", "Undo", tooltip="Take the last grade back; the one before it counts again",
            id="devlogs.undo"),
    Binding("n", "next", "Next", tooltip="The next DevLog that lacks a grade", id="devlogs.next"),
    Binding("m", "comment", "Comment", tooltip="Say something beside it, in a line", id="devlogs.comment"),
    Binding("M", "uncomment", "Take comment back", show=False, tooltip="Take back the last comment",
            id="devlogs.uncomment"),
    Binding("o", "mark('golden')", "Golden", show=False, tooltip="Mark as golden, or no more", id="devlogs.golden"),
    Binding("t", "mark('training-worthy')", "Training", show=False, id="devlogs.training",
            tooltip="Mark as training-worthy, or no more"),
    Binding("d", "fold", "Diff", tooltip="Fold or unfold the diffs of the page", id="devlogs.diff"),
    Binding("slash", "filter", "Filter", key_display="/", id="devlogs.filter",
            tooltip="Words, code:E0502 move:clone outcome:fixed graded:no mark:golden; ⏎ searches whole DevLogs"),
    Binding("e", "export", "Export", tooltip="Write the DevLog to a Markdown file", id="devlogs.export"),
    Binding("i", "import", "Import the seeds", tooltip="Bring the ten DevLogs that came with Rusta",
            id="devlogs.import"),
    Binding("r", "read", "Read again", show=False, tooltip="Read the list from the store again", id="devlogs.read"),
    Binding("left", "axis(-1)", "Axis", show=False, tooltip="The axis before", id="devlogs.axis-before"),
    Binding("right", "axis(1)", "Axis", show=False, tooltip="The next axis", id="devlogs.axis-next"),
    *(
        Binding(key, f"choose('{axis}')", axis.capitalize(), show=False, tooltip=f"Grade on {axis} next",
                id=f"devlogs.{axis}")
        for key, axis in zip("clvp", AXES, strict=True)
    ),
    Binding("N", "goes_on", "Go on", show=False, id="devlogs.go-on",
            tooltip="After the fourth grade, stay or go on to the next DevLog that lacks one"),
    Binding("space", "turn(1)", "Page down", show=False, tooltip="The page, a screen down", id="devlogs.down"),
    Binding("b", "turn(-1)", "Page up", show=False, tooltip="The page, a screen up", id="devlogs.up"),
    Binding("enter", "pane('page')", "Read", show=False, tooltip="Go to the page", id="devlogs.page"),
    Binding("tab", "pane", "Pane", show=False, tooltip="Turn between list and page", priority=True,
            id="devlogs.pane"),
    Binding("escape", "home", "Back to the list", show=False, tooltip="Clear the filter, go to the list",
            id="devlogs.list"),
]  # fmt: skip
