"""A patch in words: what becomes what, and where, cut down to what a reader needs to see."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.explaining.scene import short
from engine.errors import PatchError
from engine.schema.edits import apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.brain.protocol import Candidate

_MOST = 3
_LONGEST = 90
_AROUND = 28
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


def told(candidate: Candidate, read: Callable[[str], bytes | None]) -> tuple[str, ...]:
    """Up to three clauses, one a changed spot: ``src/lib.rs:44: `a` becomes `b```.

    ``read`` gives the files as they were before the change. An edit that does not fit them is left out.
    """
    clauses: list[str] = []
    for path in dict.fromkeys(edit.path for edit in candidate.edits):
        before = read(path) or b""
        try:
            after = apply_edits(before, [edit for edit in candidate.edits if edit.path == path])
        except PatchError:
            continue
        clauses += _spots(path, _lines(before), _lines(after))
    more = len(clauses) - _MOST
    rest = (f"and {more} more place{'s' * (more != 1)}",) if more > 0 else ()
    return (*clauses[:_MOST], *rest)


def _lines(source: bytes) -> list[str]:
    return source.decode("utf-8", "replace").splitlines()


def _spots(path: str, old: list[str], new: list[str]) -> Iterator[str]:
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        where = f"{path}:{a + 1}"
        if tag == "insert":
            c, d = _slid(new, c, d)
        elif tag == "delete":
            a, b = _slid(old, a, b)
        gone, come = _joined(old[a:b]), _joined(new[c:d])
        if gone and come:
            narrow_gone, narrow_come = _narrowed(gone, come)
            yield f"{where}: `{narrow_gone}` becomes `{narrow_come}`"
        elif come:
            yield f"{where}: `{short(come, _LONGEST)}` comes in"
        elif gone:
            yield f"{where}: `{short(gone, _LONGEST)}` goes"


def _slid(lines: list[str], start: int, end: int) -> tuple[int, int]:
    """The same block of lines, slid up among equal neighbours to where it begins least indented: at an item's head."""
    best, best_indent = (start, end), _indent(lines[start])
    while start > 0 and lines[start - 1] == lines[end - 1]:
        start, end = start - 1, end - 1
        if (indent := _indent(lines[start])) < best_indent:
            best, best_indent = (start, end), indent
    return best


def _indent(line: str) -> int:
    """How deep a line begins; one that only closes or is blank is no place to begin at."""
    return len(line) - len(line.lstrip()) if re.search(r"\w", line) else 10_000


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())


def _narrowed(gone: str, come: str) -> tuple[str, str]:
    """Both texts cut down to what differs, with some of what stands around it, where they are long."""
    if max(len(gone), len(come)) <= _LONGEST:
        return gone, come
    one, other = _WORDS.findall(gone), _WORDS.findall(come)
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest = min(len(one), len(other)) - head
    tail = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    return _window(one, head, tail), _window(other, head, tail)


def _window(words: list[str], head: int, tail: int) -> str:
    before, after = "".join(words[:head]), "".join(words[len(words) - tail :])
    middle = "".join(words[head : len(words) - tail])
    left = before if len(before) <= _AROUND else "…" + before[-_AROUND:]
    right = after if len(after) <= _AROUND else after[:_AROUND] + "…"
    return left + short(middle, _LONGEST) + right
