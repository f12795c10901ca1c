"""`pub` left out where somebody outside relies on it."""

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
)

_TYPES = ("struct_item", "enum_item", "trait_item", "type_item", "const_item", "static_item", "mod_item")


def _private(source: Source, *kinds: str, member: bool | None = None) -> Iterator[Mutation]:
    for node in source.nodes(*kinds):
        word = first_child(node, "visibility_modifier")
        if word is None or word.next_sibling is None or not text_of(word).startswith("pub"):
            continue
        if member is None or is_inside(node, "impl_item") == member:
            yield between(word.start_byte, word.next_sibling.start_byte)


def _hide_item(source: Source) -> Iterator[Mutation]:
    yield from _private(source, *_TYPES)


def _hide_function(source: Source) -> Iterator[Mutation]:
    yield from _private(source, "function_item", member=False)


def _hide_method(source: Source) -> Iterator[Mutation]:
    yield from _private(source, "function_item", member=True)


def _hide_field(source: Source) -> Iterator[Mutation]:
    yield from _private(source, "field_declaration")
    for node in source.nodes("ordered_field_declaration_list"):
        for word in node.named_children:
            if word.type == "visibility_modifier" and word.next_sibling is not None:
                yield between(word.start_byte, word.next_sibling.start_byte)


def _hide_reexport(source: Source) -> Iterator[Mutation]:
    yield from _private(source, "use_declaration")


OPERATORS = (
    Operator(
        "hide_item", "visibility", "makes a type, trait, constant or module private", ("E0603", "E0446"), _hide_item
    ),
    Operator("hide_function", "visibility", "makes a function private", ("E0603",), _hide_function),
    Operator("hide_method", "visibility", "makes a method private", ("E0624",), _hide_method),
    Operator("hide_field", "visibility", "makes a field private", ("E0616", "E0451", "E0423"), _hide_field),
    Operator("hide_reexport", "visibility", "makes a re-export private", ("E0603", "E0364", "E0365"), _hide_reexport),
)
