"""Edits in their smallest form, so that equal changes are equal edits."""

from __future__ import annotations

from collections.abc import Iterable

from engine.schema.patch import Edit


def normal(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The same change with as few bytes as possible, in order, so that equal changes are equal edits."""
    trimmed = (_trim(edit) for edit in edits if edit.before != edit.after)
    return tuple(sorted(trimmed, key=lambda edit: (edit.path, edit.byte_start, edit.byte_end)))


def _trim(edit: Edit) -> Edit:
    before, after = edit.before, edit.after
    shortest = min(len(before), len(after))
    head = next((i for i in range(shortest) if before[i] != after[i]), shortest)
    rest = shortest - head
    tail = next((i for i in range(rest) if before[-1 - i] != after[-1 - i]), rest)
    # A CRLF is one line end: an edit may not begin or end inside it.
    if head and before[head - 1] == "\r":
        head -= 1
    if tail and before[len(before) - tail] == "\n" and before[: len(before) - tail].endswith("\r"):
        tail -= 1
    return Edit(
        path=edit.path,
        byte_start=edit.byte_start + len(before[:head].encode()),
        byte_end=edit.byte_end - len(before[len(before) - tail :].encode()),
        before=before[head : len(before) - tail],
        after=after[head : len(after) - tail],
    )
