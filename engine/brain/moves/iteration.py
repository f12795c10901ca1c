"""Items that come as references or as values where the other is wanted.

Book ch. 8.1, 13.2; E0277, E0308, E0369, E0382, E0507, E0515, E0594, E0596, E0597, E0614.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import receiver
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_BUILT = re.compile(
    r"cannot be (?:built|made by \w+ing).*?(?:over elements of type|FromIterator<) ?`?(&?)([\w:<>', ]*)"
)
_ENDS = ("collect", "sum", "product", "extend", "unzip", "max", "min")
_WAYS = {
    "iter": (("into_iter", 1.0), ("iter_mut", 0.7)),
    "into_iter": (("iter", 1.0), ("iter_mut", 0.5)),
    "iter_mut": (("iter", 0.7), ("into_iter", 0.7)),
    "keys": (("into_keys", 0.8),),
    "values": (("values_mut", 0.8), ("into_values", 0.8)),
    "as_ref": (("as_mut", 1.0),),
    "get": (("get_mut", 0.9),),
    "first": (("first_mut", 0.9),),
    "last": (("last_mut", 0.9),),
}
_SIGNS = ("&", "&mut ")


@move("copy-the-items-first", "E0277", prior=0.7)
def copy_the_items_first(site: Site) -> Iterator[Fix]:
    """Copies the items of an iterator over references before they are collected into something that owns them."""
    built = _BUILT.search(site.diagnostic.message)
    wanted = re.search(r"value of type `([^`]+)`", site.diagnostic.message)
    if built is None or not built[1]:
        return
    for call in (each for each in ancestors(site.node) if each.type == "call_expression"):
        value = receiver(call)
        method = _method(call)
        if value is None or method is None or text_of(method) not in _ENDS:
            continue
        ways = [(".cloned()", 1.1), (".copied()", 1.0)]
        if built[2] in ("str", "'static str") or (wanted and "String" in wanted[1] and "str" in built[2]):
            ways = [(".map(|text| text.to_string())", 1.1), *ways]
        if built[2] == "String" and wanted and "&str" in wanted[1]:
            ways = [(".map(String::as_str)", 1.2)]
        for way, weight in ways:
            yield Fix(
                f"Put `{way}` before `.{text_of(method)}()`.",
                (site.insert(value.end_byte, way),),
                "the iterator gives references, and what is made of them owns its items",
                weight,
            )
        return


def _method(call: Node) -> Node | None:
    function = call.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    return function.child_by_field_name("field") if function is not None else None


@move(
    "iterate-the-other-way", "E0515", "E0597", "E0308", "E0277", "E0382", "E0505", "E0507", "E0594", "E0596", prior=0.5
)
def iterate_the_other_way(site: Site) -> Iterator[Fix]:
    """Asks for the items themselves, for references or for mutable ones, in the place of another of the three."""
    statement = site.node
    for each in ancestors(site.node):
        if each.type in ("block", "function_item", "closure_expression", "source_file"):
            break
        statement = each
    near: dict[int, tuple[Node, float]] = {}
    for place, weight in ((site.node, 1.0), (statement, 0.7), *((site.node_of(span), 0.7) for span in site.secondary)):
        if place.type in ("block", "function_item", "source_file", "impl_item"):
            continue
        for call in site.inside(place, "call_expression"):
            method = _method(call)
            if method is not None and text_of(method) in _WAYS:
                near.setdefault(method.start_byte, (method, weight))
    loop = site.around(site.node, "for_expression")
    value = loop.child_by_field_name("value") if loop is not None else None
    if value is not None and value.type == "reference_expression" and site.diagnostic.code not in ("E0382", "E0505"):
        inner = text_of(value.named_children[-1])
        yield Fix(
            f"Go through `{inner}` itself.", (site.swap(value, inner),), "the loop only lends what its body keeps", 0.7
        )
    mutable = site.diagnostic.code in ("E0594", "E0596")
    for method, weight in list(near.values())[:4]:
        for way, worth in _WAYS[text_of(method)]:
            if mutable != way.endswith("mut"):
                continue
            yield Fix(
                f"Write `.{way}()` for `.{text_of(method)}()`.",
                (site.swap(method, way),),
                f"`.{text_of(method)}()` gives its items in another way than they are used",
                weight * worth,
            )


@move("take-it-off-in-the-pattern", "E0308", "E0277", "E0369", "E0614", prior=0.45)
def take_it_off_in_the_pattern(site: Site) -> Iterator[Fix]:
    """Takes the reference off where a loop, a closure or a pattern binds an item, or leaves it on there."""
    names = [text_of(each) for each in site.inside(site.node, "identifier")]
    function = site.around(site.node, "function_item")
    operation = site.around(site.node, "binary_expression", "assignment_expression", "compound_assignment_expr")
    names += [text_of(each) for each in site.inside(operation, "identifier")]
    for name in list(dict.fromkeys(names))[:3]:
        for around in ancestors(site.node):
            if around == function:
                break
            pattern = None
            if around.type == "for_expression":
                pattern = around.child_by_field_name("pattern")
            elif around.type == "closure_expression":
                pattern = around.child_by_field_name("parameters")
            for bound in site.inside(pattern, "identifier"):
                if text_of(bound) != name:
                    continue
                up = bound.parent
                if up is not None and up.type == "reference_pattern":
                    edit, shown = site.swap(up, name), name
                else:
                    edit, shown = site.insert(bound.start_byte, "&"), f"&{name}"
                yield Fix(f"Bind it as `{shown}`.", (edit,), f"`{name}` is bound as another kind than it is used")
