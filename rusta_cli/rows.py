"""What a command shows: rows of text with a role each, and where they go, a pipe or a terminal.

A pipe gets plain text and never loads rich. A terminal gets rich, in `rusta_cli.terminal`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from engine.schema.patch import Patch

Role = Literal["plain", "dim", "strong", "voice", "good", "bad", "wait", "code"]
LABEL_WIDTH = 12
_KEPT_CONTROLS = {ord("\n"), ord("\t")}
_UNSEEN = (
    {code: None for code in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if code not in _KEPT_CONTROLS}
    # Signs that reorder or hide text are named instead of obeyed (https://trojansource.codes).
    | {code: f"<U+{code:04X}>" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F)}
)


@dataclass(frozen=True)
class Row:
    """One line: a short label on the left (a state of the loop), then parts of text with their roles."""

    label: str = ""
    parts: tuple[tuple[str, Role], ...] = ()


def row(label: str, *parts: str | tuple[str, Role]) -> Row:
    """A row from strings (role "plain") and (text, role) pairs."""
    return Row(label, tuple((part, "plain") if isinstance(part, str) else part for part in parts))


def harmless(text: str) -> str:
    """The text without what would move the cursor, recolour the terminal or reorder what is read."""
    return text.translate(_UNSEEN)


class Screen(Protocol):
    """Somewhere to show things."""

    interactive: bool

    def show(self, line: Row) -> None:
        """Shows one row."""

    def prose(self, markdown: str) -> None:
        """Shows a longer text, written in Markdown."""

    def code(self, text: str) -> None:
        """Shows a piece of Rust."""

    def diff(self, patch: Patch) -> None:
        """Shows a patch as a diff."""

    def busy(self, text: str | None) -> None:
        """Says what is going on right now; None when nothing is. Leaves no trace."""

    def close(self) -> None:
        """Leaves the terminal as it was."""


class PipeScreen:
    """Plain text for a file, a pipe or a program."""

    interactive = False

    def show(self, line: Row) -> None:
        """Writes the row; its label pads to a column."""
        text = harmless("".join(text for text, _ in line.parts))
        label = f"{line.label:<{LABEL_WIDTH}} " if line.label else ""
        indent = "\n" + " " * len(label)
        print(f"{label}{text.replace(chr(10), indent)}".rstrip(), flush=True)

    def prose(self, markdown: str) -> None:
        """Writes the Markdown as it is."""
        print(harmless(markdown).rstrip())

    def code(self, text: str) -> None:
        """Writes the code, indented."""
        print("".join(f"    {line}\n" for line in harmless(text).split("\n")), end="")

    def diff(self, patch: Patch) -> None:
        """Writes the unified diff as it is, so that it can be applied from there."""
        print(patch.diff, end="" if patch.diff.endswith("\n") else "\n")

    def busy(self, text: str | None) -> None:
        """A pipe has no use for what passes."""

    def close(self) -> None:
        """Flushes."""
        sys.stdout.flush()


def open_screen() -> Screen:
    """The screen of this process: rich on a terminal, plain on anything else."""
    if not sys.stdout.isatty():
        return PipeScreen()
    from rusta_cli.terminal import TerminalScreen

    return TerminalScreen(interactive=sys.stdin.isatty())
