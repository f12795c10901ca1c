"""`mut` left out, wherever it can stand."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import Mutation, Operator, Source, between, first_child, replaced

_SHARED = {
    "iter_mut": "iter",
    "get_mut": "get",
    "as_mut": "as_ref",
    "last_mut": "last",
    "first_mut": "first",
    "values_mut": "values",
    "chunks_mut": "chunks",
    "as_mut_slice": "as_slice",
    "borrow_mut": "borrow",
    "split_at_mut": "split_at",
}


def _without_mut(source: Source, *kinds: str) -> Iterator[Mutation]:
    for node in source.nodes(*kinds):
        word = first_child(node, "mutable_specifier")
        if word is not None and word.next_sibling is not None:
            yield between(word.start_byte, word.next_sibling.start_byte)


def _drop_mut(source: Source) -> Iterator[Mutation]:
    yield from _without_mut(source, "let_declaration", "mut_pattern")


def _drop_mut_parameter(source: Source) -> Iterator[Mutation]:
    yield from _without_mut(source, "parameter")
    for node in source.nodes("self_parameter"):
        if text_of(node) == "mut self":
            yield replaced(node, "self")


def _share_self(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("self_parameter"):
        if text_of(node) == "&mut self":
            yield replaced(node, "&self")


def _share_reference(source: Source) -> Iterator[Mutation]:
    yield from _without_mut(source, "reference_expression")


def _share_reference_type(source: Source) -> Iterator[Mutation]:
    yield from _without_mut(source, "reference_type")


def _share_access(source: Source) -> Iterator[Mutation]:
    for call, _, name in source.methods(*_SHARED):
        function = call.child_by_field_name("function")
        field = function.child_by_field_name("field") if function is not None else None
        if field is not None:
            yield replaced(field, _SHARED[name])


OPERATORS = (
    Operator("drop_mut", "mutability", "leaves out `mut` of a binding", ("E0384", "E0596"), _drop_mut),
    Operator(
        "drop_mut_parameter", "mutability", "leaves out `mut` of a parameter", ("E0384", "E0596"), _drop_mut_parameter
    ),
    Operator("share_self", "mutability", "turns `&mut self` into `&self`", ("E0596", "E0594", "E0053"), _share_self),
    Operator("share_reference", "mutability", "turns `&mut x` into `&x`", ("E0308", "E0596"), _share_reference),
    Operator(
        "share_reference_type",
        "mutability",
        "turns the type `&mut T` into `&T`",
        ("E0596", "E0594", "E0308"),
        _share_reference_type,
    ),
    Operator(
        "share_access",
        "mutability",
        "asks for `.iter()` instead of `.iter_mut()`, and so on",
        ("E0596", "E0594", "E0308"),
        _share_access,
    ),
)
