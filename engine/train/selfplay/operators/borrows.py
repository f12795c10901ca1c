"""Ownership gone wrong: references, clones and `move` left out, values taken that were only lent."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import Mutation, Operator, Source, between, first_child, replaced

_LENDING = ("as_ref", "as_mut", "as_deref", "as_deref_mut", "iter", "iter_mut", "borrow", "by_ref", "chars", "take")
_COPYING = ("cloned", "copied")


def _drop_reference(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("reference_expression"):
        value = node.child_by_field_name("value")
        if value is not None:
            yield replaced(node, value)


def _add_reference(source: Source) -> Iterator[Mutation]:
    for arguments in source.nodes("arguments"):
        for argument in arguments.named_children:
            if argument.type in ("identifier", "field_expression", "call_expression"):
                yield Mutation(argument.start_byte, argument.start_byte, b"&")


def _drop_dereference(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("unary_expression"):
        if node.children[0].type == "*":
            yield replaced(node, node.named_children[0])


def _drop_clone(source: Source) -> Iterator[Mutation]:
    for call, receiver, _ in source.methods("clone"):
        yield replaced(call, receiver)


def _drop_copying(source: Source) -> Iterator[Mutation]:
    for call, receiver, _ in source.methods(*_COPYING):
        yield replaced(call, receiver)


def _drop_lending(source: Source) -> Iterator[Mutation]:
    for call, receiver, _ in source.methods(*_LENDING):
        yield replaced(call, receiver)


def _take_self(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("self_parameter"):
        if text_of(node) in ("&self", "&mut self"):
            yield replaced(node, "self")


def _own_parameter(source: Source) -> Iterator[Mutation]:
    for parameter in source.nodes("parameter"):
        node = parameter.child_by_field_name("type")
        target = node.child_by_field_name("type") if node is not None and node.type == "reference_type" else None
        if node is not None and target is not None and text_of(target) not in ("str",):
            yield replaced(node, target)


def _drop_move(source: Source) -> Iterator[Mutation]:
    for closure in source.nodes("closure_expression"):
        word, parameters = first_child(closure, "move"), closure.child_by_field_name("parameters")
        if word is not None and parameters is not None:
            yield between(word.start_byte, parameters.start_byte)


OPERATORS = (
    Operator(
        "drop_reference", "borrows", "leaves out `&` before a value", ("E0308", "E0277", "E0382"), _drop_reference
    ),
    Operator("add_reference", "borrows", "puts `&` before an argument", ("E0308", "E0277"), _add_reference),
    Operator("drop_dereference", "borrows", "leaves out `*`", ("E0308", "E0277", "E0369"), _drop_dereference),
    Operator("drop_clone", "borrows", "leaves out `.clone()`", ("E0382", "E0507", "E0308"), _drop_clone),
    Operator("drop_copying", "borrows", "leaves out `.cloned()` or `.copied()`", ("E0308", "E0277"), _drop_copying),
    Operator(
        "drop_lending",
        "borrows",
        "leaves out `.iter()`, `.as_ref()`…",
        ("E0507", "E0308", "E0599", "E0277"),
        _drop_lending,
    ),
    Operator("take_self", "borrows", "takes `self` that was lent", ("E0382", "E0507", "E0053"), _take_self),
    Operator(
        "own_parameter", "borrows", "takes a parameter that was lent", ("E0308", "E0277", "E0053"), _own_parameter
    ),
    Operator("drop_move", "borrows", "leaves out `move` before a closure", ("E0373", "E0597"), _drop_move),
)
