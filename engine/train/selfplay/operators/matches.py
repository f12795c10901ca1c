"""Matches that leave something out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import (
    Mutation,
    Operator,
    Source,
    between,
    elements,
    is_inside,
    removed,
    replaced,
    without_element,
    without_line,
)


def _drop_arm(source: Source) -> Iterator[Mutation]:
    for block in source.nodes("match_block"):
        arms = elements(block)
        for arm in arms if len(arms) > 1 else ():
            if text_of(arm.child_by_field_name("pattern")) != "_":
                yield without_line(source, arm)


def _drop_other_arm(source: Source) -> Iterator[Mutation]:
    for arm in source.nodes("match_arm"):
        if text_of(arm.child_by_field_name("pattern")) == "_":
            yield without_line(source, arm)


def _drop_part_of_pattern(source: Source) -> Iterator[Mutation]:
    for pattern in source.nodes("tuple_struct_pattern"):
        for part in elements(pattern)[1:]:
            yield without_element(part)
    for pattern in source.nodes("tuple_pattern"):
        parts = elements(pattern)
        for part in parts if len(parts) > 2 else ():
            yield without_element(part)


def _drop_rest(source: Source) -> Iterator[Mutation]:
    for rest in source.nodes("remaining_field_pattern"):
        if rest.parent is not None and rest.parent.type in ("struct_pattern", "tuple_struct_pattern"):
            yield without_element(rest)


def _drop_pattern_qualifier(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("scoped_identifier"):
        name = node.child_by_field_name("name")
        if name is not None and is_inside(node, "match_pattern", "tuple_struct_pattern", "struct_pattern"):
            yield replaced(node, name)


def _drop_else(source: Source) -> Iterator[Mutation]:
    for other in source.nodes("else_clause"):
        before = other.prev_sibling
        if before is not None and other.parent is not None and other.parent.type == "if_expression":
            yield between(before.end_byte, other.end_byte)


def _drop_return(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("return_expression"):
        if node.named_children:
            yield replaced(node, node.named_children[0])


def _drop_condition_pattern(source: Source) -> Iterator[Mutation]:
    for statement in source.nodes("let_condition"):
        pattern, value = statement.child_by_field_name("pattern"), statement.child_by_field_name("value")
        if pattern is not None and value is not None:
            yield replaced(statement, value)


def _drop_reference_pattern(source: Source) -> Iterator[Mutation]:
    for pattern in source.nodes("reference_pattern", "ref_pattern"):
        if pattern.named_children:
            yield replaced(pattern, pattern.named_children[-1])


def _drop_guard(source: Source) -> Iterator[Mutation]:
    for pattern in source.nodes("match_pattern"):
        condition = pattern.child_by_field_name("condition")
        first = pattern.children[0]
        if condition is not None:
            yield between(first.end_byte, condition.end_byte)


def _drop_arm_value(source: Source) -> Iterator[Mutation]:
    for arm in source.nodes("match_arm"):
        value = arm.child_by_field_name("value")
        if value is not None and value.type not in ("block", "unit_expression"):
            yield removed(value)


OPERATORS = (
    Operator("drop_arm", "matches", "leaves out an arm", ("E0004",), _drop_arm),
    Operator("drop_other_arm", "matches", "leaves out the arm for all the rest", ("E0004",), _drop_other_arm),
    Operator(
        "drop_part_of_pattern",
        "matches",
        "leaves out a part of a tuple pattern",
        ("E0023", "E0308"),
        _drop_part_of_pattern,
    ),
    Operator("drop_rest", "matches", "leaves out `..` of a pattern", ("E0027", "E0023"), _drop_rest),
    Operator(
        "drop_pattern_qualifier",
        "matches",
        "leaves out the enum before a variant",
        ("E0531", "E0532", "E0408"),
        _drop_pattern_qualifier,
    ),
    Operator(
        "drop_reference_pattern",
        "matches",
        "leaves out `&` or `ref` of a pattern",
        ("E0308", "E0507", "E0277"),
        _drop_reference_pattern,
    ),
    Operator(
        "drop_condition_pattern",
        "matches",
        "tests a value that `if let` would take apart",
        ("E0308", "E0425"),
        _drop_condition_pattern,
    ),
    Operator("drop_else", "matches", "leaves out `else`", ("E0317", "E0308"), _drop_else),
    Operator("drop_return", "matches", "leaves out `return`", ("E0308",), _drop_return),
    Operator("drop_arm_value", "matches", "leaves out what an arm gives", ("error",), _drop_arm_value),
    Operator("drop_guard", "matches", "leaves out the condition of an arm", ("E0004",), _drop_guard, tested=True),
)
