"""Items by name: those the crate's index knows, and those that stand inside a function of the file at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.move import Site
from engine.rust.tree import ancestors, item_name, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


def node_of(source: bytes, at: int, *kinds: str) -> Node | None:
    """The node of one of the kinds that begins at or lies around a byte of a file."""
    node = parse_tree(source).root_node.named_descendant_for_byte_range(at, at + 1)
    return next((each for each in ancestors(node) if each.type in kinds), None)


def items_named(site: Site, name: str, *kinds: str) -> Iterator[tuple[str, Node]]:
    """The items of a name and of the tree-sitter kinds given, each with its file.

    The index leaves out what is defined in a function's body; in the file of the diagnostic that counts too.
    """
    if not name:
        return
    seen: set[tuple[str, int]] = set()
    for found in site.context.index.definitions(name):
        source = site.read(found.path)
        node = node_of(source, found.symbol.byte_start, *kinds) if source is not None else None
        if node is not None and item_name(node) == name and (found.path, node.start_byte) not in seen:
            seen.add((found.path, node.start_byte))
            yield found.path, node
    for node in site.inside(site.root, *kinds):
        if item_name(node) == name and (site.path, node.start_byte) not in seen:
            yield site.path, node


def attributes_of(item: Node) -> Iterator[Node]:
    """The attributes that stand before an item, the nearest first."""
    before = item.prev_named_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if before.type == "attribute_item":
            yield before
        before = before.prev_named_sibling


def fields_of(item: Node) -> dict[str, str]:
    """The named fields of a struct or variant with their types as they are written."""
    body = item.child_by_field_name("body")
    return {
        text_of(each.child_by_field_name("name")): text_of(each.child_by_field_name("type"))
        for each in (body.named_children if body is not None else ())
        if each.type == "field_declaration"
    }
