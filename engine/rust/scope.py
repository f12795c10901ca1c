"""The names that can be used at a place of a Rust file: locals, parameters, generics, items and imports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.rust.tree import ITEM_KINDS, ancestors, descendants, item_name, node_at, text_of, used_names

if TYPE_CHECKING:
    from tree_sitter import Node

BindingKind = Literal["local", "parameter", "self", "generic", "item", "import"]


@dataclass(frozen=True, slots=True)
class Binding:
    """A name in scope. ``type`` is the type that is written beside it, if one is; ``detail`` the kind of an item.

    ``byte_start..byte_end`` is the name where it is bound.
    """

    name: str
    kind: BindingKind
    mutable: bool
    type: str | None
    byte_start: int
    byte_end: int
    detail: str = ""


def names_in_scope(source: bytes, offset: int) -> tuple[str, ...]:
    """The names visible at a byte, innermost first, each once."""
    return tuple(binding.name for binding in bindings_in_scope(source, offset))


def bindings_in_scope(source: bytes, offset: int) -> tuple[Binding, ...]:
    """What is bound at a byte, innermost first; a shadowed binding is left out.

    Names that come from a glob import or the prelude are not known to a file alone.
    """
    seen: dict[str, Binding] = {}
    for binding in _bindings(node_at(source, offset), offset):
        if binding.name not in ("", "_"):
            seen.setdefault(binding.name, binding)
    return tuple(seen.values())


def _bindings(node: Node, offset: int) -> Iterator[Binding]:
    locals_visible = True
    below: Node | None = None
    for around in ancestors(node):
        match around.type:
            case "block":
                yield from _of_block(around, offset, locals_visible)
            case "source_file" | "declaration_list" if around.parent is None or around.parent.type == "mod_item":
                yield from _of_items(around)
                return
            case "function_item" | "function_signature_item":
                if locals_visible:
                    yield from _of_parameters(around)
                yield from _of_generics(around)
                # An inner function sees the items around it, not the locals.
                locals_visible = False
            case "impl_item" | "trait_item" | "struct_item" | "enum_item" | "type_item":
                yield from _of_generics(around)
            case _ if locals_visible:
                yield from _of_expression(around, below, offset)
            case _:
                pass
        below = around


def _of_block(block: Node, offset: int, locals_visible: bool) -> Iterator[Binding]:
    if locals_visible:
        for child in reversed(block.named_children):
            if child.type == "let_declaration" and child.end_byte <= offset:
                written = child.child_by_field_name("type")
                mutable = any(part.type == "mutable_specifier" for part in child.children)
                yield from _of_pattern(child.child_by_field_name("pattern"), "local", written, mutable)
    yield from _of_items(block)


def _of_items(holder: Node) -> Iterator[Binding]:
    for child in holder.named_children:
        if child.type == "use_declaration":
            for name, node in used_names(child):
                if not name.endswith("*"):
                    yield Binding(name, "import", False, None, node.start_byte, node.end_byte, text_of(node))
        elif child.type in ITEM_KINDS and child.type != "impl_item":
            name_node = child.child_by_field_name("name") or child
            written = text_of(child.child_by_field_name("type")) or None
            detail = ITEM_KINDS[child.type]
            yield Binding(item_name(child), "item", False, written, name_node.start_byte, name_node.end_byte, detail)


def _of_parameters(function: Node) -> Iterator[Binding]:
    parameters = function.child_by_field_name("parameters")
    for child in parameters.named_children if parameters else ():
        mutable = any(part.type == "mutable_specifier" for part in child.children)
        if child.type == "self_parameter":
            yield Binding("self", "self", mutable, text_of(child), child.start_byte, child.end_byte)
        elif child.type == "parameter":
            written = child.child_by_field_name("type")
            yield from _of_pattern(child.child_by_field_name("pattern"), "parameter", written, mutable)
        elif function.type == "closure_expression":
            yield from _of_pattern(child, "parameter", None, False)


def _of_generics(item: Node) -> Iterator[Binding]:
    generics = item.child_by_field_name("type_parameters")
    for child in generics.named_children if generics else ():
        name = child.child_by_field_name("name") or next(
            (each for each in descendants(child) if each.type in ("type_identifier", "lifetime")), None
        )
        if name is not None:
            bounds = text_of(child.child_by_field_name("bounds")).removeprefix(":").strip()
            yield Binding(text_of(name), "generic", False, bounds or None, name.start_byte, name.end_byte, child.type)


def _of_expression(around: Node, below: Node | None, offset: int) -> Iterator[Binding]:
    match around.type:
        case "closure_expression":
            yield from _of_parameters(around)
        case "match_arm":
            pattern = around.child_by_field_name("pattern")
            # A guard is part of the pattern node, and sees what the pattern binds.
            if pattern is not None and (below != pattern or _in_guard(pattern, offset)):
                guard = pattern.child_by_field_name("condition")
                yield from _of_conditions(guard, offset)
                shape = next((child for child in pattern.named_children if child != guard), None)
                yield from _of_pattern(shape, "local", None, False)
        case "if_expression" if below is not None and below == around.child_by_field_name("consequence"):
            yield from _of_conditions(around.child_by_field_name("condition"), offset)
        case "while_expression" if below is not None and below == around.child_by_field_name("body"):
            yield from _of_conditions(around.child_by_field_name("condition"), offset)
        case "let_chain":
            yield from _of_conditions(around, offset)
        case "for_expression" if below is not None and below == around.child_by_field_name("body"):
            yield from _of_pattern(around.child_by_field_name("pattern"), "local", None, False)
        case _:
            return


def _in_guard(pattern: Node, offset: int) -> bool:
    guard = pattern.child_by_field_name("condition")
    return guard is not None and offset >= guard.start_byte


def _of_conditions(condition: Node | None, offset: int) -> Iterator[Binding]:
    if condition is None:
        return
    parts = condition.named_children if condition.type == "let_chain" else [condition]
    for part in reversed(parts):
        if part.type == "let_condition" and part.end_byte <= offset:
            yield from _of_pattern(part.child_by_field_name("pattern"), "local", None, False)


def _of_pattern(pattern: Node | None, kind: BindingKind, written: Node | None, mutable: bool) -> Iterator[Binding]:
    if pattern is None:
        return
    whole = text_of(written) or None if pattern.type == "identifier" else None
    for node in _pattern_names(pattern):
        parent = node.parent
        inner = mutable or (parent is not None and any(part.type == "mutable_specifier" for part in parent.children))
        yield Binding(text_of(node), kind, inner, whole, node.start_byte, node.end_byte)


def _pattern_names(pattern: Node) -> Iterator[Node]:
    match pattern.type:
        case "identifier" | "shorthand_field_identifier":
            name = text_of(pattern)
            # By convention a capitalised name in a pattern is a constant or a variant, which binds nothing.
            if not name[:1].isupper():
                yield pattern
        case "tuple_struct_pattern" | "struct_pattern":
            owner = pattern.child_by_field_name("type")
            for child in pattern.named_children:
                if child != owner:
                    yield from _pattern_names(child)
        case "field_pattern":
            inner = pattern.child_by_field_name("pattern") or pattern.child_by_field_name("name")
            yield from _pattern_names(inner) if inner else ()
        case "scoped_identifier" | "range_pattern" | "macro_invocation" | "const_block" | "generic_pattern":
            return
        case _:
            for child in pattern.named_children:
                yield from _pattern_names(child)
