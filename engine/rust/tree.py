"""Reading a tree-sitter tree of Rust: its nodes, their text, and the names that items and imports carry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

ITEM_KINDS = {
    "function_item": "function",
    "function_signature_item": "function",
    "struct_item": "struct",
    "enum_item": "enum",
    "union_item": "union",
    "trait_item": "trait",
    "impl_item": "impl",
    "mod_item": "mod",
    "const_item": "const",
    "static_item": "static",
    "type_item": "type",
    "associated_type": "type",
    "macro_definition": "macro",
}


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter_rust
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_rust.language()))


@lru_cache(maxsize=64)
def parse_tree(source: bytes) -> Tree:
    """The tree of a file; the same bytes are parsed once. Never raises, broken parts are ERROR nodes."""
    return _parser().parse(source)


def reparsed(source: bytes, byte_start: int, byte_end: int, after: bytes) -> tuple[bytes, Tree]:
    """A file with one edit made, and its tree; what the edit leaves alone is not parsed again."""
    tree = parse_tree(source).copy()
    whole = source[:byte_start] + after + source[byte_end:]
    tree.edit(
        start_byte=byte_start,
        old_end_byte=byte_end,
        new_end_byte=byte_start + len(after),
        start_point=_point(source, byte_start),
        old_end_point=_point(source, byte_end),
        new_end_point=_point(whole, byte_start + len(after)),
    )
    return whole, _parser().parse(whole, tree)


def _point(source: bytes, at: int) -> tuple[int, int]:
    return source.count(b"\n", 0, at), at - source.rfind(b"\n", 0, at) - 1


def text_of(node: Node | None) -> str:
    """The source text of a node, "" for None."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def descendants(node: Node) -> Iterator[Node]:
    """The node and everything below it, in source order."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(current.children))


def ancestors(node: Node | None) -> Iterator[Node]:
    """The node and everything around it, inside out."""
    while node is not None:
        yield node
        node = node.parent


def line_of(source: bytes, offset: int) -> int:
    """The line, counted from 1, that a byte lies on."""
    return source.count(b"\n", 0, offset) + 1


def node_at(source: bytes, byte_start: int, byte_end: int | None = None) -> Node:
    """The smallest named node that covers ``byte_start..byte_end`` (one byte when no end is given)."""
    root = parse_tree(source).root_node
    end = byte_start if byte_end is None else byte_end
    return root.named_descendant_for_byte_range(byte_start, end) or root


def enclosing_node(source: bytes, offset: int, *kinds: str) -> Node | None:
    """The smallest node around a byte that is of one of the tree-sitter kinds given."""
    return next((node for node in ancestors(node_at(source, offset)) if node.type in kinds), None)


def item_name(node: Node) -> str:
    """The name of an item; for an ``impl`` the type it is for, without generics: ``Parser``."""
    if node.type == "impl_item":
        return base_name(node.child_by_field_name("type"))
    return text_of(node.child_by_field_name("name"))


def item_path(node: Node) -> str:
    """An item's name with those of the items around it: ``tests::impl Display for Parser::fmt``."""
    return "::".join(reversed([_shown_name(each) for each in ancestors(node) if each.type in ITEM_KINDS]))


def _shown_name(node: Node) -> str:
    if node.type != "impl_item":
        return item_name(node)
    trait = node.child_by_field_name("trait")
    return f"impl {base_name(trait)} for {item_name(node)}" if trait else f"impl {item_name(node)}"


def base_name(node: Node | None) -> str:
    """The last name of a type or path, without generics, references and modules: ``&mut fmt::Error`` → ``Error``."""
    while node is not None:
        match node.type:
            case "generic_type" | "reference_type" | "pointer_type" | "generic_type_with_turbofish":
                node = node.child_by_field_name("type")
            case "scoped_type_identifier" | "scoped_identifier":
                node = node.child_by_field_name("name")
            case _:
                break
    return " ".join(text_of(node).split())


def is_public(node: Node) -> bool:
    """True for an item with plain ``pub``; ``pub(crate)`` and the like stay inside the crate."""
    return any(child.type == "visibility_modifier" and text_of(child) == "pub" for child in node.children)


def used_names(use: Node) -> Iterator[tuple[str, Node]]:
    """The names that a ``use`` brings in, each with its node; a glob brings ``path::*``."""
    stack = [child for child in (use.child_by_field_name("argument"),) if child is not None]
    while stack:
        node = stack.pop()
        match node.type:
            case "use_list":
                stack.extend(reversed(node.named_children))
            case "scoped_use_list":
                inner = node.child_by_field_name("list")
                path = text_of(node.child_by_field_name("path"))
                for child in reversed(inner.named_children if inner else []):
                    if child.type == "self":
                        yield path.rsplit("::", 1)[-1], child
                    else:
                        stack.append(child)
            case "use_as_clause":
                yield text_of(node.child_by_field_name("alias")), node
            case "use_wildcard":
                yield text_of(node), node
            case "scoped_identifier":
                yield text_of(node.child_by_field_name("name")), node
            case "identifier" | "crate" | "self" | "metavariable":
                yield text_of(node), node
            case _:
                continue
