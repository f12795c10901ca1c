"""Slips with one plain remedy: a star too many, a `break` in a closure, a function that is not `const`.

E0614, E0267, E0268, E0015, E0593, E0527, E0528, E0062, E0600, E0604, E0606, E0728, E0763.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.brain.moves.expressions import postfix
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import text_of


@move("drop-the-star", "E0614", prior=0.85)
def drop_the_star(site: Site) -> Iterator[Fix]:
    """Takes away the `*` before a value that is no reference."""
    node = site.around(site.node, "unary_expression")
    if node is not None and text_of(node).startswith("*"):
        inner = text_of(node.named_children[-1])
        yield Fix(f"Use `{inner}` as it is.", (site.swap(node, inner),), f"`{inner}` is a value, not a reference")


@move("return-from-the-closure", "E0267", "E0268", prior=0.55)
def return_from_the_closure(site: Site) -> Iterator[Fix]:
    """Turns a `break` or `continue` that has no loop around it into a `return`."""
    node = site.around(site.node, "break_expression", "continue_expression")
    if node is not None:
        value = text_of(node).removeprefix("break").removeprefix("continue").strip()
        yield Fix(
            "Leave with `return`.", (site.swap(node, f"return {value}".strip()),), "there is no loop here to leave"
        )


@move("make-the-function-const", "E0015", prior=0.7)
def make_the_function_const(site: Site) -> Iterator[Fix]:
    """Declares a function of this file `const`, so that constants may call it."""
    call = site.around(site.node, "call_expression")
    name = text_of(call.child_by_field_name("function") if call is not None else None).rsplit("::", 1)[-1]
    for function in site.inside(site.root, "function_item"):
        if text_of(function.child_by_field_name("name")) == name and not re.search(
            r"\bconst\b", text_of(function).split("fn")[0]
        ):
            at = function.start_byte + text_of(function).index("fn ")
            yield Fix(
                f"Make `{name}` a `const fn`.",
                (site.insert(at, "const "),),
                f"a constant calls `{name}`, which is not `const`",
            )


@move("take-as-many-arguments", "E0593", prior=0.6)
def take_as_many_arguments(site: Site) -> Iterator[Fix]:
    """Gives a closure as many parameters as it is called with, `_` for the new ones."""
    places = [site.node, *(site.node_of(span) for span in site.labelled("takes "))]
    closure = next((found for each in places if (found := site.around(each, "closure_expression")) is not None), None)
    wanted = re.search(r"expected to take (\d+|a single \d+-tuple as)", site.diagnostic.message)
    parameters = closure.child_by_field_name("parameters") if closure is not None else None
    if parameters is None or wanted is None:
        return
    inside = text_of(parameters)[1:-1]
    if "(" in inside or "<" in inside:
        return
    names = [name.strip() for name in inside.split(",") if name.strip()]
    if wanted[1].isdigit():
        count = int(wanted[1])
        written = ", ".join([*names[:count], *["_"] * (count - len(names))])
        kept = len(names) <= count
    else:
        written, kept = f"({', '.join(names)})", True
    yield Fix(
        f"Take `|{written}|`.",
        (site.swap(parameters, f"|{written}|"),),
        "the closure is called with other arguments",
        1.0 if kept else 0.7,
    )


@move("match-the-rest-of-the-slice", "E0527", "E0528", prior=0.7)
def match_the_rest_of_the_slice(site: Site) -> Iterator[Fix]:
    """Lets a slice pattern match any number of further elements with `..`, or as many as there are with `_`."""
    pattern = site.around(site.node, "slice_pattern")
    found = re.search(r"requires (?:at least )?(\d+) elements?.* has (\d+)", site.diagnostic.message)
    if pattern is None or found is None:
        return
    at = pattern.end_byte - 1
    text = text_of(pattern)
    comma = "" if text[:-1].rstrip().endswith((",", "[")) else ", "
    if ".." not in text:
        yield Fix(
            "Leave the other elements out with `..`.",
            (site.insert(at, f"{comma}.."),),
            "the array is longer than the pattern",
        )
        more = int(found[2]) - int(found[1])
        if 0 < more <= 8:
            yield Fix(
                "Name the other elements `_`.",
                (site.insert(at, comma + ", ".join("_" * more)),),
                "the array is longer than the pattern",
                0.8,
            )


@move("name-the-field-once", "E0062", prior=0.6)
def name_the_field_once(site: Site) -> Iterator[Fix]:
    """Takes out the second value of a field that is initialised twice."""
    field = site.around(site.node, "field_initializer", "shorthand_field_initializer")
    if field is None:
        return
    end = field.end_byte
    rest = site.source[end:]
    stop = end + len(rest) - len(rest.lstrip(b", \t\r\n")) if rest.lstrip(b" \t").startswith(b",") else end
    start = field.start_byte
    if stop == end or site.source[stop : stop + 1] == b"}":
        before = site.source[:start].rstrip(b" \t\r\n")
        start, stop = (len(before) - 1, end) if before.endswith(b",") else (start, stop)
    yield Fix(
        f"Take the second `{text_of(site.node)}` out.",
        (site.edit(start, stop, ""),),
        "the field is given two values",
        trade_off="The first value stays; check that it is the right one.",
    )


@move("cast-by-another-way", "E0604", "E0606", "E0054", "E0600", prior=0.45)
def cast_by_another_way(site: Site) -> Iterator[Fix]:
    """Casts by way of the type that allows it: a number to `u8` before `char`, a dereferenced reference, `!= 0`."""
    cast = site.around(site.node, "type_cast_expression")
    if cast is None:
        return
    value, kind = cast.named_children[0], text_of(cast.named_children[-1])
    if kind == "char":
        text = f"{postfix(value, ' as u8')} as char"
        yield Fix(
            f"Go by `u8`: `{text}`.",
            (site.swap(cast, text),),
            "only `u8` becomes a `char`",
            trade_off="Values above 255 are cut off.",
        )
    elif kind == "bool":
        yield Fix("Compare with 0.", (site.swap(cast, f"{text_of(value)} != 0"),), "a number is not a `bool`", 1.5)
    else:
        yield Fix(
            "Dereference before the cast.",
            (site.insert(value.start_byte, "*"),),
            "a reference does not become a number",
        )


@move("make-the-function-async", "E0728", prior=0.65)
def make_the_function_async(site: Site) -> Iterator[Fix]:
    """Declares the function around an `.await` `async`."""
    function = site.around(site.node, "function_item", "closure_expression")
    if function is not None and function.type == "function_item":
        at = function.start_byte + text_of(function).index("fn ")
        yield Fix(
            "Make the function `async`.",
            (site.insert(at, "async "),),
            "`.await` needs an `async` function around it",
            trade_off="Its callers must await it from now on.",
        )


@move("close-the-character", "E0763", "E0762", prior=0.6)
def close_the_character(site: Site) -> Iterator[Fix]:
    """Closes a character that is never closed, behind its first letter."""
    if site.span is None:
        return
    rest = site.text(site.span.byte_start, len(site.source))
    if match := re.match(r"b?'(\\.|[^\\\n])", rest):
        yield Fix(
            "Close the character.",
            (site.insert(site.span.byte_start + len(match[0].encode()), "'"),),
            "the character never ends",
        )
