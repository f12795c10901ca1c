"""Ranges that end: `a..b`, `a..=b`, `..b` and `..=b`, as the tree has them (Reference, "Range expressions")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

RANGES = ("range_expression", "assignment_expression")
_OTHER = {"..": "..=", "..=": ".."}


@dataclass(frozen=True)
class Range:
    """A range with an end: its sign, where that stands in bytes, the sign that it would have else, and the end."""

    sign: str
    byte_start: int
    byte_end: int
    end: Node

    @property
    def other(self) -> str:
        """The sign that takes the end in where this one leaves it out, and the other way round."""
        return _OTHER[self.sign]


def range_of(node: Node) -> Range | None:
    """The range that a node of one of the kinds in `RANGES` is; None where it has no end or is something else."""
    first, last = node.children[0], node.children[-1]
    if node.type == "assignment_expression":
        # The grammar (tree-sitter-rust 0.24) knows no `..=b` and reads it as an assignment to `..`.
        equals = node.children[1]
        bare = first.type == "range_expression" and first.child_count == 1 and first.end_byte == equals.start_byte
        return Range("..=", first.start_byte, equals.end_byte, last) if bare else None
    sign = next((each for each in node.children if each.type in _OTHER), None)
    if sign is None or sign == last:
        return None
    return Range(sign.type, sign.start_byte, sign.end_byte, last)
