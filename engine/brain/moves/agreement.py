"""Two places that must agree and do not: a number type in a declaration and its uses, the order of arguments, a bound.

Book ch. 3.2, 10.1; E0308, E0277, E0599, E0605, E0369, E0061.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import ancestors, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_NUMBER = re.compile(r"\b(?:[ui](?:8|16|32|64|128|size)|f32|f64)\b")
_MOST = 10
_FURTHEST = 3


@move("agree-on-the-number-type", "E0308", "E0277", "E0605", "E0606", "E0369", "E0271", "E0599", prior=0.4)
def agree_on_the_number_type(site: Site) -> Iterator[Fix]:
    """Writes the other number type where one of two that meet is declared: a parameter, a field, a `let`, a result."""
    said = "\n".join([site.said, *(_said(other.message, other.spans) for other in site.context.others[:6])])
    kinds = list(dict.fromkeys(_NUMBER.findall(said)))[:_FURTHEST]
    places: dict[tuple[str, int], tuple[Node, float]] = {}
    for path, node, weight in _declarations(site):
        for kind in site.inside(node, "primitive_type"):
            if text_of(kind) in kinds and (path, kind.start_byte) not in places:
                places[path, kind.start_byte] = (kind, weight)
    for (path, _), (kind, weight) in list(places.items())[:_MOST]:
        for other in kinds:
            if other != text_of(kind):
                yield Fix(
                    f"Declare it `{other}`, as it is used.",
                    (site.edit(kind.start_byte, kind.end_byte, other, path),),
                    f"it is declared `{text_of(kind)}` and used as `{other}`",
                    weight,
                    "It changes a declaration, and with it all its uses.",
                )


def _said(message: str, spans: tuple[object, ...]) -> str:
    return "\n".join([message, *(getattr(span, "label", None) or "" for span in spans)])


def _declarations(site: Site) -> Iterator[tuple[str, Node, float]]:
    """The declarations that a finding speaks of, then those around it: file, node, weight."""
    for span in (*site.diagnostic.spans, *(s for note in site.diagnostic.notes for s in note.spans)):
        source = site.read(span.file)
        if source is None or (span.primary and span.file == site.path and not span.label):
            continue
        node = parse_tree(source).root_node.named_descendant_for_byte_range(span.byte_start, span.byte_end)
        holder = next((each for each in ancestors(node) if each.type in _DECLARING), None)
        if holder is not None:
            yield span.file, _signature(holder), 1.2
    function = site.around(site.node, "function_item")
    if function is not None:
        for field in ("return_type", "parameters"):
            part = function.child_by_field_name(field)
            if part is not None:
                yield site.path, part, 1.0
        for let in site.inside(function.child_by_field_name("body"), "let_declaration"):
            kind = let.child_by_field_name("type")
            if kind is not None:
                yield site.path, kind, 0.9
    names = {
        text_of(each) for each in site.inside(_statement(site), "field_identifier", "identifier", "type_identifier")
    }
    for item in site.root.named_children:
        if item.type in ("struct_item", "enum_item", "const_item", "static_item", "type_item", "function_item"):
            fields = [
                each
                for each in site.inside(item, "field_declaration")
                if text_of(each.child_by_field_name("name")) in names
            ]
            for each in fields:
                yield site.path, each, 0.9
            if text_of(item.child_by_field_name("name")) in names:
                yield site.path, _signature(item), 0.8
    owner = site.around(site.node, "impl_item")
    if owner is not None:
        for each in site.inside(owner.child_by_field_name("body"), "function_item", "type_item"):
            if text_of(each.child_by_field_name("name")) in names or each.type == "type_item":
                yield site.path, _signature(each), 0.7


_DECLARING = (
    "function_item",
    "function_signature_item",
    "field_declaration",
    "const_item",
    "static_item",
    "let_declaration",
    "type_item",
    "struct_item",
)


def _signature(item: Node) -> Node:
    """What of an item is its declaration: not its body."""
    if item.type == "function_item":
        return item.child_by_field_name("parameters") or item
    if item.type in ("const_item", "static_item", "let_declaration"):
        return item.child_by_field_name("type") or item
    return item


def _statement(site: Site) -> Node:
    return next(
        (each for each in ancestors(site.node) if each.parent is not None and each.parent.type == "block"), site.node
    )


@move("swap-the-arguments", "E0308", "E0277", "E0599", "E0369", "E0631", "E0282", prior=0.35)
def swap_the_arguments(site: Site) -> Iterator[Fix]:
    """Exchanges two arguments of a call whose types fit each other's places better."""
    for listed in (each for each in ancestors(site.node) if each.type == "arguments"):
        given = [each for each in listed.named_children if not each.is_extra]
        for one, other in combinations(given[:5], 2):
            first, second = text_of(one), text_of(other)
            if first != second:
                yield Fix(
                    f"Exchange `{' '.join(first.split())}` and `{' '.join(second.split())}`.",
                    (site.swap(one, second), site.swap(other, first)),
                    "the arguments stand in the wrong order",
                    1.0 if len(given) == 2 else 0.7,
                )
        return
    for call in site.inside(site.node, "call_expression"):
        listed_of = call.child_by_field_name("arguments")
        given = [each for each in (listed_of.named_children if listed_of else ()) if not each.is_extra]
        if len(given) == 2 and text_of(given[0]) != text_of(given[1]):
            yield Fix(
                f"Exchange `{text_of(given[0])}` and `{text_of(given[1])}`.",
                (site.swap(given[0], text_of(given[1])), site.swap(given[1], text_of(given[0]))),
                "the arguments stand in the wrong order",
                0.7,
            )


@move("bound-the-parameter", "E0277", "E0599", "E0369", "E0308", "E0282", "E0220", prior=0.7)
def bound_the_parameter(site: Site) -> Iterator[Fix]:
    """Gives a type parameter the bound that is asked of it, where it is declared: on the `impl`, method or type."""
    for name, trait in dict.fromkeys(_unmet(site)):
        for around in ancestors(site.node):
            generics = around.child_by_field_name("type_parameters") if around.type in _GENERIC else None
            if generics is None:
                continue
            for each in generics.named_children:
                own = each.child_by_field_name("name") or each
                if text_of(own).partition(":")[0].strip() != name or each.type in ("lifetime", "lifetime_parameter"):
                    continue
                bounds = each.child_by_field_name("bounds")
                short = trait.rsplit("::", 1)[-1]
                for path, weight in dict.fromkeys(((short, 1.0), (f"crate::{trait}" if "::" in trait else short, 0.6))):
                    edit = (
                        site.insert(bounds.end_byte, f" + {path}")
                        if bounds is not None and text_of(bounds) != ":"
                        else site.insert(own.end_byte, f": {path}")
                    )
                    yield Fix(
                        f"Ask that `{name}` is `{path}`.", (edit,), f"nothing says that `{name}` is `{short}`", weight
                    )


_GENERIC = ("impl_item", "function_item", "struct_item", "enum_item", "trait_item", "function_signature_item")


def _unmet(site: Site) -> Iterator[tuple[str, str]]:
    """Which type parameter lacks which trait, from the words of this finding and of the others in its file."""
    near = [each for each in site.context.others if each.primary is not None and each.primary.file == site.path]
    for text in (site.said, *(_said(each.message, each.spans) for each in near[:6])):
        for found in re.finditer(
            r"`(\w+): ([\w:]+(?:<[^`]*>)?)`|trait `([\w:]+)` is not implemented for `(\w+)`", text
        ):
            name, trait = (found[1], found[2]) if found[1] else (found[4], found[3])
            if len(name) <= 2 or name[:1].isupper():
                yield name, trait


@move("let-it-be-copied", "E0507", "E0508", "E0382", "E0505", prior=0.4)
def let_it_be_copied(site: Site) -> Iterator[Fix]:
    """Asks of a type parameter whose values are moved out of a place or twice that they can be copied."""
    moved = re.search(r"has type `&?(\w+)`, which does not implement the `Copy` trait", site.said)
    if moved is None:
        return
    for around in ancestors(site.node):
        generics = around.child_by_field_name("type_parameters") if around.type in _GENERIC else None
        for each in generics.named_children if generics is not None else ():
            own = each.child_by_field_name("name") or each
            if text_of(own).partition(":")[0].strip() != moved[1]:
                continue
            bounds = each.child_by_field_name("bounds")
            edit = site.insert(bounds.end_byte, " + Copy") if bounds else site.insert(own.end_byte, ": Copy")
            yield Fix(
                f"Ask that `{moved[1]}` is `Copy`.",
                (edit,),
                f"a `{moved[1]}` is taken out of its place, and nothing says that it can be copied",
                1.0 if site.diagnostic.code == "E0508" else 0.6,
                "Callers can no longer use types that are not `Copy`.",
            )
