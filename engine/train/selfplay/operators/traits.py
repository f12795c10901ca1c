"""Traits that are no longer derived, asked for, or implemented as they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import (
    Mutation,
    Operator,
    Source,
    elements,
    is_inside,
    misspelt,
    removed,
    replaced,
    without_element,
    without_line,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_DERIVED = re.compile(rb"[\w:]+")


def _drop_derive(source: Source) -> Iterator[Mutation]:
    for item in source.nodes("attribute_item"):
        text = item.text or b""
        listed = re.match(rb"#\[derive\(([\w:,\s]*)\)\]$", text)
        if listed is None:
            continue
        names = [found.group() for found in _DERIVED.finditer(listed[1])]
        for name in names:
            rest = b", ".join(other for other in names if other != name)
            yield replaced(item, b"#[derive(" + rest + b")]") if rest else without_line(source, item)


def _drop_bound(source: Source) -> Iterator[Mutation]:
    for bounds in source.nodes("trait_bounds"):
        if bounds.parent is None or bounds.parent.type != "type_parameter":
            continue
        inside = [each for each in elements(bounds) if each.type != "lifetime"]
        if len(inside) == 1:
            yield removed(bounds)
        for each, following in pairwise(inside):
            yield Mutation(each.start_byte, following.start_byte, b"")


def _drop_where(source: Source) -> Iterator[Mutation]:
    for clause in source.nodes("where_clause"):
        inside = elements(clause)
        for predicate in inside:
            yield removed(clause) if len(inside) == 1 else without_element(predicate)


def _members(source: Source) -> Iterator[Node]:
    """What implementations of traits hold."""
    for implementation in source.nodes("impl_item"):
        if implementation.child_by_field_name("trait") is not None:
            yield from elements(implementation.child_by_field_name("body"))


def _drop_associated_type(source: Source) -> Iterator[Mutation]:
    for member in _members(source):
        if member.type == "type_item":
            yield without_line(source, member)


def _drop_trait_method(source: Source) -> Iterator[Mutation]:
    for member in _members(source):
        if member.type == "function_item" and (member.text or b"").count(b"\n") <= 3:
            yield without_line(source, member)


def _misspell_trait_method(source: Source) -> Iterator[Mutation]:
    for member in _members(source):
        name = member.child_by_field_name("name")
        if member.type == "function_item" and name is not None:
            yield replaced(name, misspelt(text_of(name)))


def _drop_trait_parameter(source: Source) -> Iterator[Mutation]:
    for member in _members(source):
        parameters = elements(member.child_by_field_name("parameters"))
        if member.type == "function_item" and len(parameters) > 1:
            yield without_element(parameters[-1])


def _misspell_trait(source: Source) -> Iterator[Mutation]:
    for implementation in source.nodes("impl_item"):
        trait = implementation.child_by_field_name("trait")
        if trait is not None and trait.type == "type_identifier":
            yield replaced(trait, misspelt(text_of(trait)))


def _change_associated_type(source: Source) -> Iterator[Mutation]:
    for member in _members(source):
        target = member.child_by_field_name("type")
        if member.type == "type_item" and target is not None and not is_inside(member, "block"):
            other = target.child_by_field_name("type") if target.type == "reference_type" else None
            yield replaced(target, other) if other is not None else replaced(target, "()")


OPERATORS = (
    Operator("drop_derive", "traits", "leaves out one derived trait", ("E0277", "E0369", "E0599"), _drop_derive),
    Operator(
        "drop_bound", "traits", "leaves out a bound of a type parameter", ("E0277", "E0599", "E0369"), _drop_bound
    ),
    Operator("drop_where", "traits", "leaves out a condition of a `where`", ("E0277", "E0599"), _drop_where),
    Operator(
        "drop_associated_type", "traits", "leaves out an associated type", ("E0046", "E0220"), _drop_associated_type
    ),
    Operator(
        "change_associated_type",
        "traits",
        "gives an associated type another value",
        ("E0053", "E0271", "E0308"),
        _change_associated_type,
    ),
    Operator(
        "drop_trait_method", "traits", "leaves out a short method of an implementation", ("E0046",), _drop_trait_method
    ),
    Operator(
        "misspell_trait_method",
        "traits",
        "misspells a method of an implementation",
        ("E0407", "E0046"),
        _misspell_trait_method,
    ),
    Operator(
        "drop_trait_parameter",
        "traits",
        "leaves out a parameter that the trait has",
        ("E0050", "E0425"),
        _drop_trait_parameter,
    ),
    Operator(
        "misspell_trait", "traits", "misspells the trait that is implemented", ("E0404", "E0405"), _misspell_trait
    ),
)
