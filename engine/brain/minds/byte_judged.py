"""Candidates in the form in which the Confidence head learnt to judge edits: as the hunk of a diff would show them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.brain.protocol import Candidate, Context
from engine.errors import PatchError
from engine.model.prompts import change, finding_of, judged_prompt
from engine.sandbox.patches import apply_edits

_NEAR = 4096  # bytes around the edits of which a hunk may show some


def judged(candidates: Iterable[Candidate], context: Context, room: int) -> dict[str, list[int]]:
    """The prompt for each candidate, by key, in at most ``room`` symbols. Of several files the first one is shown."""
    finding = finding_of(context.diagnostic)
    found: dict[str, list[int]] = {}
    for candidate in candidates:
        path = candidate.edits[0].path
        edits = [edit for edit in candidate.edits if edit.path == path]
        content = context.read(path)
        if content is None:
            continue
        try:
            made = apply_edits(content, edits)
        except PatchError:
            continue
        first = max(0, min(edit.byte_start for edit in edits) - _NEAR)
        rest = max(0, len(content) - max(edit.byte_end for edit in edits) - _NEAR)
        here, replacement = change(content[first : len(content) - rest], made[first : len(made) - rest])
        found[candidate.key] = judged_prompt(finding, here, replacement, room)
    return found
