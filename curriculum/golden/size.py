"""How large a patch is, in lines and in nodes of the syntax tree; and a tree with a unified diff applied."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass

from tree_sitter import Node
from unidiff.patch import PatchedFile, PatchSet

from engine.errors import PatchError
from engine.evals.caseset import Files
from engine.rust.tree import descendants, parse_tree


@dataclass(frozen=True)
class Size:
    """``lines``: added and removed ones, blank ones left out. ``nodes``: syntax nodes that came or went (Rust only)."""

    lines: int
    nodes: int


def size_of(before: Files, after: Files) -> Size:
    """The size of the change between two trees; a file that is missing from one is empty there."""
    lines = nodes = 0
    for path in before.keys() | after.keys():
        old, new = before.get(path, b""), after.get(path, b"")
        if old != new:
            lines += _changed_lines(old, new)
            nodes += _changed_nodes(old, new) if path.endswith(".rs") else 0
    return Size(lines, nodes)


def golden_diff(before: Files, after: Files) -> str:
    """The unified diff of a golden: what ``after`` changes of ``before``."""
    parts: list[str] = []
    for path in sorted(after):
        old, new = (files.get(path, b"").decode().splitlines(keepends=True) for files in (before, after))
        parts += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}")
    return "".join(parts)


def patched(before: Files, diff: str) -> dict[str, bytes]:
    """``before`` with a unified diff applied. Raises `PatchError` where the diff is not of that tree."""
    files = dict(before)
    for change in PatchSet(diff):
        if change.is_removed_file:
            files.pop(change.path, None)
        elif change.is_rename:
            files[change.path] = _applied(files.pop(change.source_file.removeprefix("a/"), b""), change)
        else:
            files[change.path] = _applied(files.get(change.path, b""), change)
    return files


def added_lines(diff: str) -> dict[str, set[int]]:
    """The lines that a unified diff adds, by file, counted from 1 in the new file."""
    return {
        change.path: {
            line.target_line_no for hunk in change for line in hunk if line.is_added and line.target_line_no is not None
        }
        for change in PatchSet(diff)
    }


def _applied(content: bytes, change: PatchedFile) -> bytes:
    old, new, position = content.decode().splitlines(keepends=True), [], 0
    for hunk in change:
        start = hunk.source_start - 1 if hunk.source_length else hunk.source_start
        source = [line.value for line in hunk.source_lines()]
        if [line.rstrip("\n") for line in old[start : start + len(source)]] != [line.rstrip("\n") for line in source]:
            raise PatchError(f"the patch is not of this {change.path}")
        new += [*old[position:start], *(line.value for line in hunk.target_lines())]
        position = start + len(source)
    return "".join([*new, *old[position:]]).encode()


def _changed_lines(old: bytes, new: bytes) -> int:
    before, after = old.decode("utf-8", "replace").splitlines(), new.decode("utf-8", "replace").splitlines()
    count = 0
    for kind, low, high, new_low, new_high in difflib.SequenceMatcher(None, before, after, False).get_opcodes():
        if kind != "equal":
            count += sum(bool(line.strip()) for line in (*before[low:high], *after[new_low:new_high]))
    return count


def _changed_nodes(old: bytes, new: bytes) -> int:
    before, after = _bag(old), _bag(new)
    return ((before - after) + (after - before)).total()


def _bag(source: bytes) -> Counter[tuple[str, ...]]:
    """Every named node by its kind and the kinds below it, a leaf by its text: what it is, and not where."""
    return Counter(_shape(node) for node in descendants(parse_tree(source).root_node) if node.is_named)


def _shape(node: Node) -> tuple[str, ...]:
    if not node.named_children:
        return (node.type, (node.text or b"").decode("utf-8", "replace"))
    return (node.type, *(child.type for child in node.named_children))
