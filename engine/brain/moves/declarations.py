"""Declarations that contradict themselves: a name given twice, a parameter in the wrong place, a number used already.

E0081, E0124, E0128, E0130, E0131, E0207, E0262, E0392, E0403, E0415, E0416, E0434, E0446, E0496.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.items import items_named
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import names_in_scope
from engine.rust.tree import ITEM_KINDS, ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_PARAMETERS = ("type_parameter", "lifetime_parameter", "const_parameter", "lifetime", "constrained_type_parameter")


def _fresh(name: str, taken: set[str]) -> str:
    """Another name of the same kind: the next free letter for a generic, a number behind anything longer."""
    bare = name.lstrip("'")
    if len(bare) == 1 and (name.startswith("'") or bare.isupper()):
        letters = [chr((ord(bare) - (base := 65 if bare.isupper() else 97) + n) % 26 + base) for n in range(1, 26)]
        sign = "'" if name.startswith("'") else ""
        return next((sign + letter for letter in letters if sign + letter not in taken), name + "2")
    return next(f"{name}_{n}" for n in range(2, 99) if f"{name}_{n}" not in taken)


@move("give-the-second-another-name", "E0124", "E0403", "E0415", "E0416", prior=0.6)
def give_the_second_another_name(site: Site) -> Iterator[Fix]:
    """Renames the second of two equal names, and its uses where a generic of an outer item is hidden."""
    if site.span is None:
        return
    name = site.text(site.span.byte_start, site.span.byte_end).partition(":")[0].strip()
    if not re.fullmatch(r"'?\w+", name):
        return
    owner = next((each for each in ancestors(site.node) if each.type in ITEM_KINDS), site.root)
    words = {
        text_of(each) for each in site.inside(owner, "identifier", "type_identifier", "lifetime", "field_identifier")
    }
    after = _fresh(name, words | {*names_in_scope(site.source, site.span.byte_start)})
    start = site.span.byte_start
    edits = [site.edit(start, start + len(name.encode()), after)]
    if site.diagnostic.code == "E0403":
        kind = "lifetime" if name.startswith("'") else "type_identifier"
        uses = [each for each in site.inside(owner, kind) if text_of(each) == name and each.start_byte > start]
        first = next(iter(site.secondary), None)
        beside = first is not None and owner.start_byte <= first.byte_start < owner.end_byte
        edits += [
            site.swap(each, after) for each in (uses[-1:] if beside and len(uses) > 1 else [] if beside else uses)
        ]
    yield Fix(f"Call the second `{name}` `{after}`.", tuple(edits), f"`{name}` is the name of two things")


@move("take-out-the-parameter", "E0131", "E0262", "E0403", "E0496", prior=0.55)
def take_out_the_parameter(site: Site) -> Iterator[Fix]:
    """Takes a generic parameter out of its list where the name is known already or cannot be a parameter."""
    if site.diagnostic.code == "E0131":
        function = next((each for each in site.inside(site.root, "function_item") if _is_main(each)), None)
        generics = function.child_by_field_name("type_parameters") if function is not None else None
        if generics is not None:
            yield Fix("Let `main` be without generics.", (site.swap(generics, ""),), "nobody could choose them")
        return
    node = site.around(site.node, *_PARAMETERS)
    while node is not None and node.parent is not None and node.parent.type != "type_parameters":
        node = node.parent
    generics = node.parent if node is not None else None
    if node is None or generics is None or generics.type != "type_parameters":
        return
    if site.diagnostic.code == "E0403" and not text_of(node).startswith("'"):
        return
    others = [each for each in generics.named_children if each != node]
    after = f"<{', '.join(text_of(each) for each in others)}>" if others else ""
    yield Fix(
        f"Declare `{text_of(node)}` no second time.",
        (site.swap(generics, after),),
        f"`{text_of(node)}` stands for something already",
    )


def _is_main(function: Node) -> bool:
    return text_of(function.child_by_field_name("name")) == "main"


@move("declare-before-use", "E0128", prior=0.8)
def declare_before_use(site: Site) -> Iterator[Fix]:
    """Puts a generic parameter before the one whose default speaks of it."""
    generics = site.around(site.node, "type_parameters")
    if generics is None:
        return
    name = text_of(site.node)
    listed = generics.named_children
    user = next((each for each in listed if each.start_byte <= site.node.start_byte < each.end_byte), None)
    used = next((each for each in listed if text_of(each.child_by_field_name("name")) == name), None)
    if user is not None and used is not None and user.start_byte < used.start_byte:
        ordered = [each for each in listed if each != used]
        ordered.insert(ordered.index(user), used)
        text = f"<{', '.join(text_of(each) for each in ordered)}>"
        yield Fix(f"Declare `{name}` first.", (site.swap(generics, text),), f"a default speaks of `{name}` too early")


@move("bind-the-parameter-to-a-name", "E0130", prior=0.75)
def bind_the_parameter_to_a_name(site: Site) -> Iterator[Fix]:
    """Gives a parameter of a foreign function a plain name instead of a pattern."""
    parameter = site.around(site.node, "parameter")
    pattern = parameter.child_by_field_name("pattern") if parameter is not None else None
    if pattern is not None:
        yield Fix(
            "Name the parameter `value`.", (site.swap(pattern, "value"),), "a foreign function has no body to unpack in"
        )


@move("take-the-next-number", "E0081", prior=0.6)
def take_the_next_number(site: Site) -> Iterator[Fix]:
    """Gives the second of two variants with one discriminant a number that is free."""
    body = site.around(site.node, "enum_variant_list") or next(site.inside(site.node, "enum_variant_list"), None)
    given: dict[int, Node] = {}
    number = -1
    double: list[Node] = []
    for variant in body.named_children if body is not None else ():
        if variant.type != "enum_variant":
            continue
        value = variant.child_by_field_name("value")
        text = text_of(value).replace("_", "")
        if value is not None and not re.fullmatch(r"-?\d+", text):
            return
        number = int(text) if value is not None else number + 1
        double += [variant] if number in given and value is not None else []
        given.setdefault(number, variant)
    for variant in double:
        value = variant.child_by_field_name("value")
        free = next(n for n in range(max(given) + 1, max(given) + 2))
        if value is not None:
            name = text_of(variant.child_by_field_name("name"))
            yield Fix(f"Number `{name}` {free}.", (site.swap(value, str(free)),), f"`{text_of(value)}` is given twice")


@move("let-the-method-be-generic", "E0207", prior=0.6)
def let_the_method_be_generic(site: Site) -> Iterator[Fix]:
    """Moves a parameter that nothing of an `impl` fixes to the one method that speaks of it."""
    owner = site.around(site.node, "impl_item")
    generics = owner.child_by_field_name("type_parameters") if owner is not None else None
    name = site.ticked[0] if site.ticked else ""
    if owner is None or generics is None or owner.child_by_field_name("trait") is not None:
        return
    moved = next((each for each in generics.named_children if re.match(rf"(?:const )?{name}\b", text_of(each))), None)
    methods = [
        each
        for each in site.inside(owner.child_by_field_name("body"), "function_item")
        if any(text_of(kind) == name for kind in site.inside(each, "type_identifier", "lifetime", "identifier"))
    ]
    if moved is None or len(methods) > 1:
        return
    others = [text_of(each) for each in generics.named_children if each != moved]
    edits = [site.swap(generics, f"<{', '.join(others)}>" if others else "")]
    cause = f"the type never says what `{name}` is"
    if not methods:
        yield Fix(f"Leave `{name}` out.", tuple(edits), cause)
        return
    own = methods[0].child_by_field_name("type_parameters")
    listed = methods[0].child_by_field_name("parameters")
    if own is not None:
        edits.append(site.insert(own.start_byte + 1, f"{text_of(moved)}, "))
    elif listed is not None:
        edits.append(site.insert(listed.start_byte, f"<{text_of(moved)}>"))
    method = text_of(methods[0].child_by_field_name("name"))
    yield Fix(f"Let `{method}` be generic over `{name}`, not the `impl`.", tuple(edits), cause)


@move("mark-what-is-not-used", "E0392", prior=0.5)
def mark_what_is_not_used(site: Site) -> Iterator[Fix]:
    """Gives a struct that holds nothing of a parameter a `PhantomData` of it, or takes the parameter out."""
    item = site.around(site.node, "struct_item", "enum_item")
    generics = site.around(site.node, "type_parameters")
    name = site.ticked[0] if site.ticked else ""
    if item is None or generics is None or not name:
        return
    cause = f"`{name}` is declared, and nothing is made of it"
    left = [text_of(each) for each in generics.named_children if not re.match(rf"{re.escape(name)}\b", text_of(each))]
    typed = text_of(item.child_by_field_name("name"))
    spoken = re.findall(rf"\b{typed}\s*(?:::)?<".encode(), site.source)
    if len(spoken) <= 1:
        yield Fix(f"Leave `{name}` out.", (site.swap(generics, f"<{', '.join(left)}>" if left else ""),), cause)
    body = item.child_by_field_name("body")
    kind = f"std::marker::PhantomData<{f'&{name} ()' if name.startswith(chr(39)) else name}>"
    if item.type == "struct_item" and body is not None and body.named_children:
        last = body.named_children[-1]
        field = f"marker: {kind}" if body.type == "field_declaration_list" else kind
        comma = "" if text_of(body)[:-1].rstrip().endswith(",") else ","
        at = last.end_byte + (0 if comma else 1)
        gap = f"{site.newline}{site.indent(last.start_byte)}" if last.start_point.row != body.start_point.row else " "
        trade_off = "Whoever builds the struct must name the marker."
        yield Fix(
            f"Mark `{name}` with `PhantomData`.", (site.insert(at, f"{comma}{gap}{field}"),), cause, 0.8, trade_off
        )


@move("make-it-a-closure", "E0434", prior=0.7)
def make_it_a_closure(site: Site) -> Iterator[Fix]:
    """Turns an inner function that uses a variable from around it into a closure."""
    function = site.around(site.node, "function_item")
    if function is None or function.child_by_field_name("type_parameters") is not None:
        return
    name, listed = text_of(function.child_by_field_name("name")), function.child_by_field_name("parameters")
    returned, body = text_of(function.child_by_field_name("return_type")), function.child_by_field_name("body")
    if listed is None or body is None:
        return
    arrow = f" -> {returned}" if returned else ""
    text = f"let {name} = |{text_of(listed)[1:-1]}|{arrow} {text_of(body)};"
    cause = f"`{name}` is a function and sees nothing of what is around it"
    yield Fix(f"Make `{name}` a closure.", (site.swap(function, text),), cause)


@move("open-the-type-too", "E0446", prior=0.6)
def open_the_type_too(site: Site) -> Iterator[Fix]:
    """Makes a type as visible as the interface that shows it."""
    name = site.ticked[0].rsplit("::", 1)[-1] if site.ticked else ""
    for path, item in items_named(site, name, "struct_item", "enum_item", "trait_item", "type_item"):
        modifier = next((each for each in item.children if each.type == "visibility_modifier"), None)
        start, end = (modifier.start_byte, modifier.end_byte) if modifier else (item.start_byte, item.start_byte)
        text = "pub" if modifier else "pub "
        yield Fix(
            f"Make `{name}` public.",
            (site.edit(start, end, text, path),),
            f"a public interface shows `{name}`, which is private",
            trade_off=f"`{name}` becomes part of what others may rely on.",
        )
