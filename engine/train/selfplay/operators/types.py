"""Types that no longer fit: conversions, wrappers and casts left out, types changed in a signature."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import (
    Mutation,
    Operator,
    Source,
    between,
    first_child,
    is_inside,
    replaced,
)

_CONVERSIONS = ("to_string", "to_owned", "into", "to_vec", "as_str", "as_bytes", "into_iter", "collect", "as_slice")
_UNWRAPPING = ("unwrap", "expect", "unwrap_or", "unwrap_or_default", "unwrap_or_else")
_OTHER_NUMBER = {
    "u8": "u16",
    "u16": "u32",
    "u32": "u64",
    "u64": "u32",
    "usize": "u32",
    "u128": "u64",
    "i8": "i16",
    "i16": "i32",
    "i32": "i64",
    "i64": "i32",
    "isize": "i32",
    "f32": "f64",
    "f64": "f32",
}
_SIGNATURES = ("function_item", "function_signature_item", "field_declaration", "let_declaration", "const_item")


def _drop_conversion(source: Source) -> Iterator[Mutation]:
    for call, receiver, _ in source.methods(*_CONVERSIONS):
        yield replaced(call, receiver)


def _drop_unwrap(source: Source) -> Iterator[Mutation]:
    for call, receiver, _ in source.methods(*_UNWRAPPING):
        yield replaced(call, receiver)


def _drop_cast(source: Source) -> Iterator[Mutation]:
    for cast in source.nodes("type_cast_expression"):
        value = cast.child_by_field_name("value")
        if value is not None:
            yield replaced(cast, value)


def _drop_some(source: Source) -> Iterator[Mutation]:
    yield from _unwrapped(source, "Some")


def _drop_ok(source: Source) -> Iterator[Mutation]:
    yield from _unwrapped(source, "Ok", "Err")


def _unwrapped(source: Source, *wrappers: str) -> Iterator[Mutation]:
    for call in source.nodes("call_expression"):
        arguments = call.child_by_field_name("arguments")
        inner = arguments.named_children if arguments is not None else []
        if text_of(call.child_by_field_name("function")) in wrappers and len(inner) == 1:
            yield replaced(call, inner[0])


def _drop_question_mark(source: Source) -> Iterator[Mutation]:
    for attempt in source.nodes("try_expression"):
        yield replaced(attempt, attempt.named_children[0])


def _drop_return_type(source: Source) -> Iterator[Mutation]:
    for function in source.nodes("function_item"):
        returned, parameters = function.child_by_field_name("return_type"), function.child_by_field_name("parameters")
        if returned is not None and parameters is not None:
            yield between(parameters.end_byte, returned.end_byte)


def _change_number_type(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("primitive_type"):
        other = _OTHER_NUMBER.get(text_of(node))
        if other and is_inside(node, *_SIGNATURES) and not is_inside(node, "type_cast_expression"):
            yield replaced(node, other)


def _own_text(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("reference_type"):
        target = node.child_by_field_name("type")
        if text_of(target) == "str" and is_inside(node, *_SIGNATURES):
            yield replaced(node, "String")


def _borrow_text(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("type_identifier"):
        if text_of(node) == "String" and is_inside(node, *_SIGNATURES):
            yield replaced(node, "&str")


def _quote_number(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("integer_literal"):
        if not is_inside(node, "match_pattern", "enum_variant", "attribute_item"):
            yield replaced(node, f'"{text_of(node)}"')


def _number_to_float(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("integer_literal"):
        if text_of(node).isdigit() and not is_inside(node, "enum_variant", "attribute_item"):
            yield replaced(node, f"{text_of(node)}.0")


def _discard_result(source: Source) -> Iterator[Mutation]:
    for function in source.nodes("function_item"):
        body = function.child_by_field_name("body")
        if body is None or function.child_by_field_name("return_type") is None or not body.named_children:
            continue
        last = body.named_children[-1]
        ends_so = first_child(last, ";") is not None or last.type.endswith(("_item", "comment", "declaration"))
        if not ends_so and last.type != "expression_statement":
            yield Mutation(last.end_byte, last.end_byte, b";")


OPERATORS = (
    Operator(
        "drop_conversion",
        "types",
        "leaves out a conversion such as `.to_string()`",
        ("E0308", "E0277"),
        _drop_conversion,
    ),
    Operator("drop_unwrap", "types", "leaves out `.unwrap()` and its kind", ("E0308", "E0599", "E0609"), _drop_unwrap),
    Operator("drop_cast", "types", "leaves out an `as` cast", ("E0308", "E0277"), _drop_cast),
    Operator("drop_some", "types", "leaves out `Some(…)` around a value or a pattern", ("E0308",), _drop_some),
    Operator("drop_ok", "types", "leaves out `Ok(…)` or `Err(…)`", ("E0308",), _drop_ok),
    Operator("drop_question_mark", "types", "leaves out a `?`", ("E0308", "E0599", "E0277"), _drop_question_mark),
    Operator("drop_return_type", "types", "leaves out a return type", ("E0308",), _drop_return_type),
    Operator(
        "change_number_type",
        "types",
        "changes the width of a number in a signature",
        ("E0308", "E0277"),
        _change_number_type,
    ),
    Operator("own_text", "types", "turns `&str` of a signature into `String`", ("E0308", "E0277"), _own_text),
    Operator("borrow_text", "types", "turns `String` of a signature into `&str`", ("E0106", "E0308"), _borrow_text),
    Operator("quote_number", "types", "puts a number into quotes", ("E0308", "E0277"), _quote_number),
    Operator("number_to_float", "types", "writes a whole number as a fraction", ("E0308", "E0277"), _number_to_float),
    Operator("discard_result", "types", "puts a semicolon behind the value of a function", ("E0308",), _discard_result),
)
