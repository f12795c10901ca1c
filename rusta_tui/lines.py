"""Text with roles: what the pure parts draw, before a theme gives it colours.

A line is a tuple of spans, a span is text and the role it plays. Widgets turn roles into styles; tests read
the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

from rich.cells import cell_len, set_cell_size

Role = Literal[
    "text", "dim", "strong", "voice", "good", "bad", "wait",
    "emphasis", "link",
    "code-plain", "code-keyword", "code-name", "code-type", "code-string", "code-number", "code-comment", "code-macro",
]  # fmt: skip
Span = tuple[str, Role]
Line = tuple[Span, ...]

ROLES: tuple[Role, ...] = get_args(Role)
BLANK: Line = ()
_BARS = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_HIDDEN: dict[int, str | None] = {
    **dict.fromkeys((*range(32), 127, *range(128, 160))),
    ord("\t"): "    ",
    # Signs that reorder or hide text are named instead of obeyed (https://trojansource.codes).
    **{code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F)},
}
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.)?")


def harmless(text: str) -> str:
    """The text without what would move the cursor, recolour the terminal or reorder what is read."""
    if text.isascii() and text.isprintable():
        return text
    return _ESCAPES.sub("", text).translate(_HIDDEN)


def plain(line: Line) -> str:
    """The text of a line, without its roles."""
    return "".join(text for text, _ in line)


def width_of(line: Line) -> int:
    """How many terminal cells a line takes."""
    return sum(cell_len(text) for text, _ in line)


def fit(line: Line, width: int) -> Line:
    """Cuts a line to ``width`` cells; what was cut off shows as an ellipsis."""
    if width_of(line) <= width:
        return line
    room, kept = max(0, width - 1), []
    for text, role in line:
        cells = cell_len(text)
        if cells > room:
            kept.append((set_cell_size(text, room), role))
            break
        kept.append((text, role))
        room -= cells
    return (*kept, ("…", "dim"))


def spread(left: Line, right: Line, width: int) -> Line:
    """``left`` and ``right`` at the two ends of ``width`` cells; ``left`` is cut when both do not fit."""
    if not right:
        return fit(left, width)
    room = width - width_of(right) - 1
    if room < 8:
        return fit(left, width)
    cut = fit(left, room)
    return (*cut, (" " * (width - width_of(cut) - width_of(right)), "text"), *right)


def wrap(text: str, width: int) -> list[str]:
    """Breaks text into lines of at most ``width`` cells, between words where it can; keeps its own line breaks."""
    width = max(8, width)
    out: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split(" "):
            while cell_len(word) > width:
                if line:
                    out.append(line)
                    line = ""
                head = set_cell_size(word, width).rstrip()
                out.append(head)
                word = word[len(head) :]
            if line and cell_len(line) + 1 + cell_len(word) > width:
                out.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        out.append(line)
    return out


def spark(values: Iterable[float]) -> str:
    """A curve of probabilities (0 to 1), one block a value."""
    return "".join(_BARS[min(7, max(0, int(value * 8)))] for value in values)


def bar(value: float, cells: int) -> str:
    """A horizontal bar of ``cells`` cells for a value from 0 to 1, to an eighth of a cell."""
    eighths = round(min(1.0, max(0.0, value)) * cells * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(cells)


def seconds(value: float) -> str:
    """A time people read at a glance: `0.21 s`, `12.4 s`, `3 min 05 s`."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    minutes, rest = divmod(int(value), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min"
