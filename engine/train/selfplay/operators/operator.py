"""What an operator of bug injection is: a named way to break sound code, and the places in a file where it can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from engine.rust.tree import ancestors, descendants, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Family = Literal[
    "types",
    "borrows",
    "mutability",
    "lifetimes",
    "traits",
    "imports",
    "names",
    "calls",
    "matches",
    "delimiters",
    "visibility",
    "logic",
]

_ATTRIBUTES = ("attribute_item", "line_comment", "block_comment")


@dataclass(frozen=True, slots=True)
class Mutation:
    """The bytes ``byte_start..byte_end`` of a file become ``after``."""

    byte_start: int
    byte_end: int
    after: bytes


@dataclass(frozen=True)
class Operator:
    """A way to break code. ``says``: what it does, in one line; ``codes``: the errors that it usually breeds.

    A ``tested`` operator leaves code that compiles: only tests can see what it did.
    """

    name: str
    family: Family
    says: str
    codes: tuple[str, ...]
    sites: Callable[[Source], Iterator[Mutation]] = field(repr=False, compare=False)
    tested: bool = False


@dataclass(frozen=True)
class Source:
    """A file that parses, seen by its nodes; what is only there for tests is left out."""

    text: bytes

    @cached_property
    def _by_kind(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        root = parse_tree(self.text).root_node
        hidden = [(node.start_byte, node.end_byte) for node in descendants(root) if _is_test(node)]
        for node in descendants(root):
            if not any(start <= node.start_byte and node.end_byte <= end for start, end in hidden):
                found.setdefault(node.type, []).append(node)
        return found

    @property
    def parses(self) -> bool:
        """Whether the whole file reads as Rust for the parser that the operators stand on."""
        return not parse_tree(self.text).root_node.has_error

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """The nodes of some kinds outside tests, kind by kind in source order."""
        for kind in kinds:
            yield from self._by_kind.get(kind, ())

    def methods(self, *names: str) -> Iterator[tuple[Node, Node, str]]:
        """Calls of methods by name: the call, its receiver, the name. No names: all of them."""
        for call in self.nodes("call_expression"):
            function = call.child_by_field_name("function")
            if function is None or function.type != "field_expression":
                continue
            receiver, name = function.child_by_field_name("value"), text_of(function.child_by_field_name("field"))
            if receiver is not None and (not names or name in names):
                yield call, receiver, name


def _is_test(node: Node) -> bool:
    """Items under `#[test]` or `#[cfg(test)]`."""
    if node.type not in ("mod_item", "function_item", "impl_item", "use_declaration", "const_item"):
        return False
    before = node.prev_named_sibling
    while before is not None and before.type in _ATTRIBUTES:
        words = "".join(text_of(before).split())
        if before.type == "attribute_item" and (words == "#[test]" or "cfg(test)" in words):
            return True
        before = before.prev_named_sibling
    return False


def replaced(node: Node, after: Node | str | bytes) -> Mutation:
    """The node's text becomes other text, or that of one of its parts."""
    text = after.encode() if isinstance(after, str) else after if isinstance(after, bytes) else after.text or b""
    return Mutation(node.start_byte, node.end_byte, text)


def removed(node: Node) -> Mutation:
    """The node goes, and nothing around it."""
    return Mutation(node.start_byte, node.end_byte, b"")


def between(first: int, last: int) -> Mutation:
    """The bytes from one offset to another go."""
    return Mutation(first, last, b"")


def without_element(element: Node) -> Mutation:
    """An element of a comma-separated list goes together with a comma next to it."""
    after, before = element.next_sibling, element.prev_sibling
    if after is not None and after.type == ",":
        end = after.next_sibling.start_byte if after.next_sibling is not None else after.end_byte
        return between(element.start_byte, end)
    if before is not None and before.type == ",":
        return between(before.start_byte, element.end_byte)
    return removed(element)


def without_line(source: Source, node: Node) -> Mutation:
    """The node goes; with it its line, where nothing else stands on it."""
    start, end = node.start_byte, node.end_byte
    line = source.text.rfind(b"\n", 0, start) + 1
    stop = source.text.find(b"\n", end)
    if stop >= 0 and not source.text[line:start].strip() and not source.text[end:stop].strip():
        return between(line, stop + 1)
    return between(start, end)


def elements(node: Node | None) -> list[Node]:
    """The elements of a list, comments and attributes aside."""
    return [each for each in node.named_children if each.type not in _ATTRIBUTES] if node is not None else []


def first_child(node: Node, *kinds: str) -> Node | None:
    """The first direct child of one of the kinds."""
    return next((child for child in node.children if child.type in kinds), None)


def is_inside(node: Node, *kinds: str) -> bool:
    """Whether a node of one of the kinds lies around it."""
    return any(each.type in kinds for each in ancestors(node.parent))


def misspelt(name: str) -> str:
    """A slip of the keyboard: one inner letter left out, or the last one doubled where the name is short."""
    if len(name) < 4:
        return name + name[-1]
    middle = len(name) // 2
    return name[:middle] + name[middle + 1 :]
