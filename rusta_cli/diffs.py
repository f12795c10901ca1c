"""A unified diff for human eyes: both line numbers, − and +, and Rust in the terminal's own colours."""

from __future__ import annotations

import io
import os

from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.text import Text
from unidiff.patch import Hunk, PatchSet

from rusta_cli.rows import harmless

_SIGN = {"+": ("+", "bold green"), "-": ("−", "bold red"), " ": (" ", "dim"), "\\": ("\\", "dim")}


def code_theme() -> str:
    """The syntax theme for this terminal: both use its own sixteen colours, one for dark and one for light."""
    background = os.environ.get("COLORFGBG", "").rpartition(";")[2]
    return "ansi_light" if background in ("7", "15") else "ansi_dark"


def coloured(diff: str) -> RenderableType:
    """The whole diff. Hunks are numbered over all files from 1, as the review asks for them."""
    parts: list[RenderableType] = []
    number = 0
    for file in PatchSet(io.StringIO(diff)):
        parts.append(
            Text.assemble((harmless(file.path), "bold"), (f"  +{file.added}", "green"), (f" −{file.removed}", "red"))
        )
        for hunk in file:
            number += 1
            parts.append(Text(harmless(f"  hunk {number}  {hunk.section_header}".rstrip()), "dim"))
            parts.append(_hunk(hunk, "rust" if file.path.endswith(".rs") else "text"))
    return Group(*parts)


def _hunk(hunk: Hunk, language: str) -> Text:
    old = iter(_highlight([line.value for line in hunk if line.line_type in " -"], language))
    new = iter(_highlight([line.value for line in hunk if line.line_type in " +"], language))
    whole = Text()
    for line in hunk:
        sign, style = _SIGN.get(line.line_type, (" ", "dim"))
        if line.line_type == "-":
            body = next(old)
        elif line.line_type == "+":
            body = next(new)
        elif line.line_type == " ":
            body, _ = next(new), next(old)
        else:
            body = Text(line.value.strip(), "dim")
        position = line.source_line_no if line.line_type == "-" else line.target_line_no
        if whole:
            whole.append("\n")
        whole.append(f"  {position or '':>5} ", "dim")
        whole.append(f"{sign} ", style)
        whole.append_text(body)
    return whole


def _highlight(lines: list[str], language: str) -> list[Text]:
    """The lines of one side, highlighted together, so that a string over several lines keeps its colour."""
    if not lines:
        return []
    plain = [harmless(line.rstrip("\r\n")).expandtabs(4) for line in lines]
    text = Syntax("", language, theme=code_theme()).highlight("\n".join(plain))
    text.rstrip()
    done = list(text.split("\n", allow_blank=True))
    return (done + [Text()] * len(plain))[: len(plain)]
