"""The shape of one Rust file: its tree, what is broken in it, its items, and where a place lies among them.

Built on tree-sitter-rust, which always gives a tree, so everything here answers for code that does not compile.
Offsets are bytes of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.rust.scope import bindings_in_scope, names_in_scope
from engine.rust.tokens import delimiters
from engine.rust.tree import (
    ITEM_KINDS,
    ancestors,
    enclosing_node,
    is_public,
    item_name,
    item_path,
    line_of,
    node_at,
    parse_tree,
    text_of,
    used_names,
)

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

__all__ = [
    "Item",
    "Symbol",
    "SyntaxProblem",
    "bindings_in_scope",
    "enclosing_block",
    "enclosing_function",
    "enclosing_item",
    "enclosing_node",
    "enclosing_statement",
    "names_in_scope",
    "node_at",
    "parse_tree",
    "problems",
    "symbols",
]

ProblemKind = Literal["delimiter", "missing", "unexpected", "unterminated"]

_CONTAINERS = frozenset({"mod_item", "impl_item", "trait_item", "foreign_mod_item", "declaration_list", "ERROR"})
_BEFORE_AN_ITEM = ("attribute_item", "line_comment", "block_comment")
_OPENERS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A place where the file does not read as Rust; ``line`` counts from 1."""

    byte_start: int
    byte_end: int
    line: int
    kind: ProblemKind
    message: str


@dataclass(frozen=True, slots=True)
class Item:
    """The item around a place; ``path`` reads like ``impl Parser::next`` or ``tests::parses_empty``."""

    kind: str
    name: str
    path: str
    byte_start: int
    byte_end: int


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named thing that a file defines; ``path`` reads like ``Parser::next``, ``line`` counts from 1.

    ``public`` is true for plain ``pub``, for members of public traits and variants of public enums.
    ``byte_start..byte_end`` is the whole item without its attributes. Kinds are those of items, and
    "field", "variant", "reexport" (the name a ``pub use`` gives).
    """

    name: str
    kind: str
    path: str
    public: bool
    byte_start: int
    byte_end: int
    line: int


def problems(source: bytes, tree: Tree | None = None) -> tuple[SyntaxProblem, ...]:
    """What keeps the file from reading as Rust, in source order; empty for a file without syntax errors.

    Unbalanced delimiters and strings that never end come from the words of the file, the rest from its ``tree``, which
    is parsed where none is given.
    """
    found = list(_unbalanced(source))
    tree = tree or parse_tree(source)
    if tree.root_node.has_error:
        found.extend(_broken_nodes(tree.root_node))
    return tuple(sorted(set(found), key=lambda problem: (problem.byte_start, problem.byte_end, problem.kind)))


def _unbalanced(source: bytes) -> Iterator[SyntaxProblem]:
    open_ones: list[tuple[str, int]] = []
    for token in delimiters(source):
        start, end = token.byte_start, token.byte_end
        if token.kind == "broken":
            what = "comment" if source.startswith(b"/*", start) else "string"
            yield SyntaxProblem(start, end, line_of(source, start), "unterminated", f"this {what} never ends")
        elif token.text in _OPENERS:
            open_ones.append((token.text, start))
        elif token.text in ")]}":
            at = next((i for i in reversed(range(len(open_ones))) if _OPENERS[open_ones[i][0]] == token.text), None)
            if at is None:
                message = f"`{token.text}` closes nothing"
                yield SyntaxProblem(start, end, line_of(source, start), "delimiter", message)
                continue
            for opener, place in open_ones[at + 1 :]:
                yield _unclosed(source, opener, place)
            del open_ones[at:]
    for opener, place in open_ones:
        yield _unclosed(source, opener, place)


def _unclosed(source: bytes, opener: str, place: int) -> SyntaxProblem:
    message = f"`{opener}` is never closed"
    return SyntaxProblem(place, place + 1, line_of(source, place), "delimiter", message)


def _broken_nodes(root: Node) -> Iterator[SyntaxProblem]:
    stack = [root]
    while stack:
        node = stack.pop()
        line = node.start_point.row + 1
        if node.is_missing:
            yield SyntaxProblem(node.start_byte, node.end_byte, line, "missing", f"`{node.type}` is missing")
        elif node.is_error:
            shown = " ".join(text_of(node).split())
            shown = shown if len(shown) <= 40 else shown[:39] + "…"
            yield SyntaxProblem(node.start_byte, node.end_byte, line, "unexpected", f"`{shown}` is not expected here")
        elif node.has_error:
            stack.extend(reversed(node.children))


def enclosing_block(source: bytes, offset: int) -> Node | None:
    """The smallest ``{…}`` of statements around a byte."""
    return enclosing_node(source, offset, "block")


def enclosing_function(source: bytes, offset: int) -> Node | None:
    """The function (never a closure) around a byte."""
    return enclosing_node(source, offset, "function_item")


def enclosing_statement(source: bytes, offset: int) -> Node | None:
    """The smallest statement around a byte: a child of a block, its tail expression too, or an item."""
    for node in ancestors(node_at(source, offset)):
        parent = node.parent
        if parent is None:
            return None
        if parent.type in ("block", "declaration_list", "source_file") and not node.is_extra:
            return node
    return None


def enclosing_item(source: bytes, offset: int) -> Item | None:
    """The innermost named item around a byte, or None at file level. Its attributes count as its own."""
    node = node_at(source, offset)
    # An attribute or a comment is a sibling that stands before its item.
    before = next((each for each in ancestors(node) if each.type in _BEFORE_AN_ITEM), None)
    following = before
    while following is not None and following.type in _BEFORE_AN_ITEM:
        following = following.next_named_sibling
    node = following or node
    holder = next((each for each in ancestors(node) if each.type in ITEM_KINDS), None)
    if holder is None:
        return None
    return Item(ITEM_KINDS[holder.type], item_name(holder), item_path(holder), holder.start_byte, holder.end_byte)


def symbols(source: bytes) -> tuple[Symbol, ...]:
    """Everything the file defines outside function bodies, in source order, members after their owner."""
    return tuple(_symbols(parse_tree(source).root_node, "", False))


def _symbols(node: Node, prefix: str, inherited: bool) -> Iterator[Symbol]:
    for child in node.named_children:
        if child.type == "use_declaration":
            if is_public(child):
                for name, leaf in used_names(child):
                    yield _symbol(name, "reexport", prefix, True, leaf)
        elif child.type in ITEM_KINDS:
            name = item_name(child)
            path = f"{prefix}{name}::"
            public = inherited or is_public(child)
            body = child.child_by_field_name("body")
            if child.type == "impl_item":
                # Members of a trait's impl have the trait's visibility, which is not written here.
                yield from _symbols(body, path, False) if body else ()
                continue
            if child.type == "macro_definition":
                public = _is_exported(child)
            yield _symbol(name, ITEM_KINDS[child.type], prefix, public, child)
            if body and child.type in ("mod_item", "trait_item"):
                yield from _symbols(body, path, public and child.type == "trait_item")
            elif body and child.type != "function_item":
                yield from _members(body, path, public and child.type == "enum_item")
        elif child.type in _CONTAINERS:
            yield from _symbols(child, prefix, inherited)


def _members(body: Node, prefix: str, inherited: bool) -> Iterator[Symbol]:
    for child in body.named_children:
        if child.type == "field_declaration":
            name = text_of(child.child_by_field_name("name"))
            yield _symbol(name, "field", prefix, inherited or is_public(child), child)
        elif child.type == "enum_variant":
            name = text_of(child.child_by_field_name("name"))
            yield _symbol(name, "variant", prefix, inherited, child)
            fields = child.child_by_field_name("body")
            if fields is not None and fields.type == "field_declaration_list":
                yield from _members(fields, f"{prefix}{name}::", inherited)


def _symbol(name: str, kind: str, prefix: str, public: bool, node: Node) -> Symbol:
    return Symbol(name, kind, prefix + name, public, node.start_byte, node.end_byte, node.start_point.row + 1)


def _is_exported(node: Node) -> bool:
    before = node.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if before.type == "attribute_item" and "macro_export" in text_of(before):
            return True
        before = before.prev_named_sibling
    return False
