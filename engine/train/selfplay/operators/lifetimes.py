"""Lifetimes that are not declared, not written, or written wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import (
    Mutation,
    Operator,
    Source,
    elements,
    first_child,
    removed,
    replaced,
    without_element,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def _lifetime(node: Node) -> bool:
    return node.type in ("lifetime", "lifetime_parameter")


def _drop_reference_lifetime(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("reference_type"):
        lifetime = first_child(node, "lifetime")
        if lifetime is not None and lifetime.next_sibling is not None:
            yield Mutation(lifetime.start_byte, lifetime.next_sibling.start_byte, b"")


def _drop_lifetime_declaration(source: Source) -> Iterator[Mutation]:
    for parameters in source.nodes("type_parameters"):
        inside = elements(parameters)
        for each in filter(_lifetime, inside):
            yield removed(parameters) if len(inside) == 1 else without_element(each)


def _drop_lifetime_argument(source: Source) -> Iterator[Mutation]:
    for arguments in source.nodes("type_arguments"):
        inside = elements(arguments)
        for each in filter(_lifetime, inside):
            yield removed(arguments) if len(inside) == 1 else without_element(each)


def _rename_lifetime(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("lifetime"):
        parent = node.parent
        if parent is not None and parent.type in ("reference_type", "type_arguments") and text_of(node) != "'_":
            yield replaced(node, text_of(node) + "x")


def _drop_lifetime_bound(source: Source) -> Iterator[Mutation]:
    for bounds in source.nodes("trait_bounds"):
        if [each.type for each in elements(bounds)] == ["lifetime"]:
            yield removed(bounds)


OPERATORS = (
    Operator(
        "drop_reference_lifetime",
        "lifetimes",
        "leaves out the lifetime of a reference",
        ("E0106", "E0621"),
        _drop_reference_lifetime,
    ),
    Operator(
        "drop_lifetime_declaration",
        "lifetimes",
        "uses a lifetime that is not declared",
        ("E0261",),
        _drop_lifetime_declaration,
    ),
    Operator(
        "drop_lifetime_argument",
        "lifetimes",
        "leaves out the lifetime of a type",
        ("E0106", "E0726"),
        _drop_lifetime_argument,
    ),
    Operator("rename_lifetime", "lifetimes", "names a lifetime that does not exist", ("E0261",), _rename_lifetime),
    Operator(
        "drop_lifetime_bound",
        "lifetimes",
        "leaves out how long something must live",
        ("E0309", "E0310", "E0478"),
        _drop_lifetime_bound,
    ),
)
