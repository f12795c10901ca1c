"""rustfmt, only where a patch touches.

Stable rustfmt formats whole files (`--file-lines` is nightly's), so the whole is formatted and only those of its
changes are kept that lie on touched lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.process import Limits, run
from engine.rust.toolchain import Toolchain

_BOM = "\ufeff"
_LIMITS = Limits(wall_seconds=10, line_bytes=2**30)  # a line must come back whole, however long


async def format_touched(
    toolchain: Toolchain, text: str, touched: Sequence[tuple[int, int]], *, edition: str, config_dir: Path
) -> str:
    """``text`` with rustfmt's changes on ``touched`` lines (from 1, both ends included).

    ``config_dir`` is where rustfmt looks for its settings. Without rustfmt, or where it cannot parse the text, the
    text comes back as it is. Line ends and a byte order mark stay what they were.
    """
    if toolchain.rustfmt is None or not touched:
        return text
    body = text.removeprefix(_BOM)  # rustfmt drops it
    plain = body.replace("\r\n", "\n")
    new: list[str] = []

    def keep(line: str, is_error: bool) -> None:
        if not is_error:  # rustfmt complains there of settings that only nightly knows, and formats all the same
            new.append(line)

    done = await run(
        [str(toolchain.rustfmt), "--edition", edition, "--emit", "stdout", "--quiet", "--color", "never"],
        cwd=config_dir,
        limits=_LIMITS,
        on_line=keep,
        stdin=plain.encode(),
    )
    if not done.ok:
        return text
    return text[: len(text) - len(body)] + _keep_touched(body, [*new, ""], touched)


def _keep_touched(text: str, new: list[str], touched: Sequence[tuple[int, int]]) -> str:
    """``text`` with those of the changes towards the lines ``new`` that touch; all other lines keep their line ends."""
    old = text.replace("\r\n", "\n").split("\n")
    returns = ["\r" if line.endswith("\r") else "" for line in text.split("\n")[:-1]]
    usual = "\r" if 2 * returns.count("\r") > len(returns) else ""
    returns.append(usual)  # the last line has no end; should it get one, it is the usual one
    changes = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    # An insertion has no lines of its own: it counts as touching the line it stands before.
    kept = {
        number
        for number, (tag, low, high, _, _) in enumerate(changes)
        if tag != "equal" and any(first <= max(high, low + 1) and low + 1 <= last for first, last in touched)
    }
    # A line that rustfmt moves (imports are sorted) is a removal here and an insertion there: both or neither.
    while moved := {
        number
        for number, (tag, low, high, new_low, new_high) in enumerate(changes)
        if tag != "equal"
        and number not in kept
        and (
            _words(new[new_low:new_high])
            & _words(line for mine in kept for line in old[changes[mine][1] : changes[mine][2]])
            or _words(old[low:high])
            & _words(line for mine in kept for line in new[changes[mine][3] : changes[mine][4]])
        )
    }:
        kept |= moved
    lines: list[tuple[str, str]] = []
    for number, (_, low, high, new_low, new_high) in enumerate(changes):
        ends = set(returns[low:high])
        if number in kept:
            end = ends.pop() if len(ends) == 1 else usual
            lines += [(line, end) for line in new[new_low:new_high]]
        else:
            lines += zip(old[low:high], returns[low:high], strict=True)
    return "\n".join([*(line + end for line, end in lines[:-1]), *(line for line, _ in lines[-1:])])


def _words(lines: Iterable[str]) -> set[str]:
    """The lines that say something, without their indentation."""
    return {line.strip() for line in lines if any(sign.isalnum() for sign in line)}
