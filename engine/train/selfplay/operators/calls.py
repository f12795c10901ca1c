"""Calls and struct literals that do not give what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import (
    Mutation,
    Operator,
    Source,
    elements,
    removed,
    without_element,
    without_line,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def _drop_argument(source: Source) -> Iterator[Mutation]:
    for arguments in source.nodes("arguments"):
        for argument in elements(arguments):
            yield without_element(argument)


def _repeat_argument(source: Source) -> Iterator[Mutation]:
    for arguments in source.nodes("arguments"):
        given = elements(arguments)
        if given and given[-1].type in ("identifier", "integer_literal", "string_literal"):
            yield Mutation(given[-1].end_byte, given[-1].end_byte, b", " + (given[-1].text or b""))


def _swap_arguments(source: Source) -> Iterator[Mutation]:
    for arguments in source.nodes("arguments"):
        yield from _swapped(source, arguments)


def _swapped(source: Source, arguments: Node) -> Iterator[Mutation]:
    given = elements(arguments)
    for one, two in pairwise(given):
        if text_of(one) != text_of(two):
            gap = source.text[one.end_byte : two.start_byte]
            yield Mutation(one.start_byte, two.end_byte, (two.text or b"") + gap + (one.text or b""))


def _drop_parameter(source: Source) -> Iterator[Mutation]:
    for parameters in source.nodes("parameters"):
        for parameter in elements(parameters):
            if parameter.type == "parameter":
                yield without_element(parameter)


def _drop_field_value(source: Source) -> Iterator[Mutation]:
    for values in source.nodes("field_initializer_list"):
        for value in elements(values):
            yield without_element(value)


def _drop_field(source: Source) -> Iterator[Mutation]:
    for fields in source.nodes("field_declaration_list"):
        for field in elements(fields):
            if field.type == "field_declaration":
                yield without_element(field)


def _drop_call_parentheses(source: Source) -> Iterator[Mutation]:
    for call, _, _ in source.methods():
        arguments = call.child_by_field_name("arguments")
        if arguments is not None and not arguments.named_children:
            yield removed(arguments)


def _drop_binding(source: Source) -> Iterator[Mutation]:
    for statement in source.nodes("let_declaration"):
        pattern = statement.child_by_field_name("pattern")
        if pattern is not None and pattern.type == "identifier" and (statement.text or b"").count(b"\n") == 0:
            yield without_line(source, statement)


OPERATORS = (
    Operator("drop_argument", "calls", "leaves out an argument", ("E0061",), _drop_argument),
    Operator("repeat_argument", "calls", "gives the last argument twice", ("E0061",), _repeat_argument),
    Operator("swap_arguments", "calls", "gives two arguments in the wrong order", ("E0308",), _swap_arguments),
    Operator("drop_parameter", "calls", "leaves out a parameter", ("E0425", "E0061"), _drop_parameter),
    Operator("drop_field_value", "calls", "leaves out a field of a struct literal", ("E0063",), _drop_field_value),
    Operator("drop_field", "calls", "leaves out a field of a struct", ("E0609", "E0560"), _drop_field),
    Operator(
        "drop_call_parentheses", "calls", "leaves out `()` behind a method", ("E0615", "E0616"), _drop_call_parentheses
    ),
    Operator("drop_binding", "calls", "leaves out a `let` of one line", ("E0425",), _drop_binding),
)
