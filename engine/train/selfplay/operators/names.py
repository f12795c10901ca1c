"""Names misspelt, and `self.` left out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.rust.tree import text_of
from engine.train.selfplay.operators.operator import Mutation, Operator, Source, is_inside, misspelt, replaced


def _misspell_variable(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("identifier"):
        parent = node.parent
        if parent is None or not is_inside(node, "block"):
            continue
        if parent.type in ("arguments", "binary_expression", "reference_expression", "return_expression", "block"):
            yield replaced(node, misspelt(text_of(node)))


def _misspell_function(source: Source) -> Iterator[Mutation]:
    for call in source.nodes("call_expression"):
        function = call.child_by_field_name("function")
        name = function.child_by_field_name("name") if function and function.type == "scoped_identifier" else function
        if name is not None and name.type == "identifier" and text_of(name)[:1].islower():
            yield replaced(name, misspelt(text_of(name)))


def _misspell_method(source: Source) -> Iterator[Mutation]:
    for call, _, name in source.methods():
        function = call.child_by_field_name("function")
        field = function.child_by_field_name("field") if function is not None else None
        if field is not None and field.type == "field_identifier":
            yield replaced(field, misspelt(name))


def _misspell_field(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("field_expression"):
        field = node.child_by_field_name("field")
        called = node.parent is not None and node.parent.child_by_field_name("function") == node
        if field is not None and field.type == "field_identifier" and not called:
            yield replaced(field, misspelt(text_of(field)))


def _misspell_initialised_field(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("field_initializer"):
        field = node.child_by_field_name("field")
        if field is not None and field.type == "field_identifier":
            yield replaced(field, misspelt(text_of(field)))


def _misspell_type(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("type_identifier"):
        defines = node.parent is not None and node.parent.child_by_field_name("name") == node
        if not defines and len(text_of(node)) > 3:
            yield replaced(node, misspelt(text_of(node)))


def _misspell_variant(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("scoped_identifier"):
        name = node.child_by_field_name("name")
        if name is not None and text_of(name)[:1].isupper() and not is_inside(node, "use_declaration"):
            yield replaced(name, misspelt(text_of(name)))


def _drop_self(source: Source) -> Iterator[Mutation]:
    for node in source.nodes("field_expression"):
        value, field = node.child_by_field_name("value"), node.child_by_field_name("field")
        if field is not None and field.type == "field_identifier" and text_of(value) == "self":
            yield replaced(node, field)


OPERATORS = (
    Operator("misspell_variable", "names", "misspells a variable where it is used", ("E0425",), _misspell_variable),
    Operator(
        "misspell_function", "names", "misspells a function where it is called", ("E0425", "E0599"), _misspell_function
    ),
    Operator("misspell_method", "names", "misspells a method where it is called", ("E0599",), _misspell_method),
    Operator("misspell_field", "names", "misspells a field where it is read", ("E0609", "E0610"), _misspell_field),
    Operator(
        "misspell_initialised_field",
        "names",
        "misspells a field of a struct literal",
        ("E0560", "E0063"),
        _misspell_initialised_field,
    ),
    Operator(
        "misspell_type", "names", "misspells a type where it is used", ("E0412", "E0425", "E0405"), _misspell_type
    ),
    Operator(
        "misspell_variant", "names", "misspells a variant or an associated constant", ("E0599",), _misspell_variant
    ),
    Operator("drop_self", "names", "leaves out `self.` before a field or a method", ("E0425",), _drop_self),
)
