"""The items that a change touched, so that a one-line fix in a long file is judged by that item alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.rust.tree import parse_tree

if TYPE_CHECKING:
    from tree_sitter import Node

_Key = tuple[str, str]

_HOLDERS = ("mod_item", "impl_item", "trait_item", "foreign_mod_item")
_BEFORE_AN_ITEM = ("attribute_item", "line_comment", "block_comment")


def changed_items(old: dict[str, bytes], new: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """The same files without the items that stand, letter for letter, on both sides, in whatever file.

    The heads of modules, impls and traits stay, as do the attributes of what is kept. A pair of files of which one
    does not parse is returned whole, as its items cannot be told apart.
    """
    broken = {path for side in (old, new) for path, source in side.items() if parse_tree(source).root_node.has_error}
    whole_old = {path: source for path, source in old.items() if path not in broken}
    whole_new = {path: source for path, source in new.items() if path not in broken}
    # An item that stands twice in one file is an error (E0428) and counts once, but once for each file.
    common = _counted(whole_old) & _counted(whole_new)
    return {**old, **_without(whole_old, common)}, {**new, **_without(whole_new, common)}


def _counted(files: dict[str, bytes]) -> Counter[_Key]:
    counts: Counter[_Key] = Counter()
    for source in files.values():
        counts.update({key for key, _ in _items(parse_tree(source).root_node, "", source)})
    return counts


def _without(files: dict[str, bytes], common: Counter[_Key]) -> dict[str, bytes]:
    left = common.copy()
    short = {}
    for path, source in files.items():
        items = list(_items(parse_tree(source).root_node, "", source))
        dropped = {key for key in dict(items) if left[key] > 0}
        left.subtract(dropped)
        kept = []
        at = 0
        for key, (start, end) in items:
            if key in dropped:
                kept.append(source[at:start])
                at = end
        short[path] = b"".join((*kept, source[at:]))
    return short


def _items(holder: Node, context: str, source: bytes) -> Iterator[tuple[_Key, tuple[int, int]]]:
    """Each innermost item with what stands before it, keyed by the heads around it and its text."""
    start: int | None = None
    for child in holder.named_children:
        start = child.start_byte if start is None else start
        if child.type in _BEFORE_AN_ITEM:
            continue
        body = child.child_by_field_name("body")
        if child.type in _HOLDERS and body is not None and body.named_children:
            head = source[start : body.start_byte].decode("utf-8", "replace")
            yield from _items(body, f"{context}\n{head}", source)
        else:
            text = source[start : child.end_byte].decode("utf-8", "replace")
            yield (context, text), (start, child.end_byte)
        start = None
