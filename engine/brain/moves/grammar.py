"""Things said where Rust does not take them, and the word or place that it takes instead.

Reference, "Expressions", "Patterns", "Attributes"; E0030, E0317, E0426, E0516, E0530, E0562, E0565, E0571, E0572,
E0573, E0574, E0579, E0584, E0585, E0589, E0631, E0732, E0733, E0747, E0758, E0777.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import fresh_name
from engine.brain.moves.items import items_named
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import bindings_in_scope, names_in_scope
from engine.rust.tree import ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node


@move("turn-the-range-round", "E0030", "E0579", prior=0.8)
def turn_the_range_round(site: Site) -> Iterator[Fix]:
    """Swaps the bounds of a range whose lower one is the higher."""
    node = site.around(site.node, "range_pattern") or next(site.inside(site.node, "range_pattern"), None)
    if node is not None and (found := re.fullmatch(r"(.+?)(\s*\.\.[.=]?\s*)(.+)", text_of(node), re.DOTALL)):
        after = f"{found[3]}{found[2]}{found[1]}"
        yield Fix(f"Write `{after}`.", (site.swap(node, after),), "the range begins behind its end")


@move("give-the-other-branch", "E0317", prior=0.35)
def give_the_other_branch(site: Site) -> Iterator[Fix]:
    """Gives an `if` that is used as a value an `else`: as another of its kind says, else an empty value of its type."""
    node = site.around(site.node, "if_expression")
    kind = re.search(r"expected (?:\w+ )?`?([^`,]+)`?, found `\(\)`", site.said)
    if node is None or kind is None:
        return
    lines = node.start_point.row != node.end_point.row
    gap, deeper = f"{site.newline}{site.indent(node.start_byte)}", "    "
    for value, weight in _otherwise(site, node, kind[1]):
        body = f"{{{gap}{deeper}{value}{gap}}}" if lines else f"{{ {value} }}"
        yield Fix(
            f"Say what holds otherwise: `{value}`.",
            (site.insert(node.end_byte, f" else {body}"),),
            "an `if` without `else` has no value where its condition fails",
            weight,
            trade_off="What holds otherwise is my guess.",
        )


def _otherwise(site: Site, node: Node, kind: str) -> Iterator[tuple[str, float]]:
    """What an `else` may answer: the opposite of its `if`, what is bound with that type, its empty values."""
    given = next(iter((node.child_by_field_name("consequence") or node).named_children[::-1]), None)
    answered = text_of(given)
    if answered in _OPPOSITES:
        yield _OPPOSITES[answered], 1.5
    for pattern, values in _EMPTY.items():
        if re.fullmatch(pattern, kind):
            yield from ((value, 1.0 * 0.9**place) for place, value in enumerate(values) if value != answered)
    named = (each for each in bindings_in_scope(site.source, node.start_byte) if each.type == kind)
    yield from ((each.name, 0.9) for each in named if each.name not in (answered, "self"))


_OPPOSITES = {"true": "false", "false": "true", "0": "1", "1": "0"}
_EMPTY = {
    r"\{?integer\}?|[ui](?:8|16|32|64|128|size)": ("0", "1"),
    r"\{?float\}?|floating-point number|f32|f64": ("0.0", "1.0"),
    "bool": ("false", "true"),
    "String": ("String::new()",),
    "&(?:'static )?str": ('""',),
    "char": ("' '",),
    "Option<.*>": ("None",),
    "Vec<.*>": ("Vec::new()",),
    r"Result<\(\), .*>": ("Ok(())",),
}


@move("name-the-loop", "E0426", prior=0.65)
def name_the_loop(site: Site) -> Iterator[Fix]:
    """Gives the loop around the label that is jumped to, or jumps without one."""
    label = site.around(site.node, "label")
    if label is None:
        return
    loops = [
        each for each in ancestors(label) if each.type in ("loop_expression", "while_expression", "for_expression")
    ]
    shown = text_of(label)
    for place, each in enumerate(loops[::-1]):
        if not any(child.type == "label" for child in each.children):
            yield Fix(
                f"Name the loop `{shown}`.",
                (site.insert(each.start_byte, f"{shown}: "),),
                f"no loop is called `{shown}`",
                0.8**place,
            )
    if len(loops) == 1:
        gap = site.edit(label.start_byte - 1, label.end_byte, "")
        yield Fix(f"Jump without `{shown}`.", (gap,), f"no loop is called `{shown}`", 0.9)


@move("leave-the-type-to-the-compiler", "E0516", "E0562", "E0631", prior=0.7)
def leave_the_type_to_the_compiler(site: Site) -> Iterator[Fix]:
    """Leaves out a written type that cannot stand there, or that contradicts the closure's caller."""
    if site.diagnostic.code == "E0516" and site.span is not None:
        edit = site.edit(site.span.byte_start, site.span.byte_end, "_")
        yield Fix("Write `_` for the type.", (edit,), "`typeof` is only reserved, it does nothing")
        return
    holder = site.around(site.node, "let_declaration", "closure_expression")
    for node in site.inside(holder, "parameter", "let_declaration"):
        pattern, kind = node.child_by_field_name("pattern"), node.child_by_field_name("type")
        if pattern is not None and kind is not None and (node == holder or node.type == "parameter"):
            edit = site.edit(pattern.end_byte, kind.end_byte, "")
            yield Fix(f"Leave the type of `{text_of(pattern)}` out.", (edit,), "the compiler knows the type itself")


@move("compare-in-a-guard", "E0530", prior=0.6)
def compare_in_a_guard(site: Site) -> Iterator[Fix]:
    """Compares with a static in a guard, or makes it a constant, because a pattern cannot name a static."""
    arm, name = site.around(site.node, "match_arm"), text_of(site.node)
    cause = f"a pattern binds names, and `{name}` is taken by a static"
    for path, item in items_named(site, name, "static_item"):
        word = next((each for each in item.children if each.type == "static"), None)
        if word is not None:
            edit = site.edit(word.start_byte, word.end_byte, "const", path)
            yield Fix(f"Make `{name}` a constant.", (edit,), cause, 1.0, "Each use gets its own copy.")
    pattern = arm.child_by_field_name("pattern") if arm is not None else None
    if pattern is not None and pattern.child_by_field_name("condition") is None:
        bound = fresh_name("value", names_in_scope(site.source, pattern.start_byte))
        yield Fix(
            f"Compare with `{name}` in a guard.", (site.swap(pattern, f"{bound} if {bound} == {name}"),), cause, 0.9
        )


@move("loop-for-a-value", "E0571", prior=0.7)
def loop_for_a_value(site: Site) -> Iterator[Fix]:
    """Makes `while true` a `loop`, which may be left with a value."""
    node = site.around(site.node, "while_expression")
    body = node.child_by_field_name("body") if node is not None else None
    if node is not None and body is not None and text_of(node.child_by_field_name("condition")) == "true":
        first = next(each for each in node.children if each.type == "while")
        edit = site.edit(first.start_byte, body.start_byte, "loop ")
        yield Fix("Make it a `loop`.", (edit,), "only `loop` has a value, because only `loop` surely ends by `break`")


@move("say-the-value-alone", "E0572", prior=0.8)
def say_the_value_alone(site: Site) -> Iterator[Fix]:
    """Takes `return` away where there is no function to return from."""
    node = site.around(site.node, "return_expression")
    if node is not None and node.named_children:
        value = text_of(node.named_children[0])
        yield Fix(f"Write `{value}` alone.", (site.swap(node, value),), "there is no function to return from")


@move("name-the-whole-type", "E0573", "E0574", prior=0.75)
def name_the_whole_type(site: Site) -> Iterator[Fix]:
    """Names the enum where a variant stands for a type, or the variant where an enum stands for a value."""
    node = site.around(site.node, "scoped_type_identifier", "scoped_identifier") or site.node
    if site.diagnostic.code == "E0573":
        path = text_of(node).rpartition("::")[0]
        if path:
            yield Fix(
                f"Write `{path}`.", (site.swap(node, path),), f"`{text_of(node)}` is a value of the type `{path}`"
            )
        return
    used = site.around(site.node, "struct_pattern", "struct_expression")
    kinds = ("field_initializer", "shorthand_field_initializer", "field_pattern")
    given = {re.split(r"\s*:", text_of(each))[0] for each in site.inside(used, *kinds)}
    for _, item in items_named(site, text_of(node), "enum_item"):
        for variant in site.inside(item, "enum_variant"):
            names = {text_of(each.child_by_field_name("name")) for each in site.inside(variant, "field_declaration")}
            if names and given <= names:
                after = f"{text_of(node)}::{text_of(variant.child_by_field_name('name'))}"
                yield Fix(
                    f"Write `{after}`.", (site.swap(node, after),), f"`{text_of(node)}` is an enum, not one variant"
                )


@move("make-it-a-plain-comment", "E0584", "E0585", prior=0.85)
def make_it_a_plain_comment(site: Site) -> Iterator[Fix]:
    """Makes a documentation comment that documents nothing a plain one; not a word of it is lost."""
    if site.span is None:
        return
    text = site.text(site.span.byte_start, site.span.byte_end)
    lines = re.sub(r"(?m)^(\s*)//[/!]", r"\1//", text)
    if lines != text:
        edit = site.edit(site.span.byte_start, site.span.byte_end, lines)
        yield Fix(
            "Make it a plain comment.", (edit,), "a documentation comment documents what follows, and nothing does"
        )


@move("write-the-attribute-right", "E0565", "E0589", "E0732", "E0777", prior=0.8)
def write_the_attribute_right(site: Site) -> Iterator[Fix]:
    """Writes what an attribute takes: a word without quotes, a power of two, the integer type of discriminants."""
    if site.span is None:
        return
    start, end = site.span.byte_start, site.span.byte_end
    text = site.text(start, end)
    if re.fullmatch(r'"[\w:]+"', text):
        yield Fix(
            f"Write `{text[1:-1]}` without quotes.", (site.edit(start, end, text[1:-1]),), "it is no text but a name"
        )
    elif site.diagnostic.code == "E0589" and (number := re.search(r"\d+", text)):
        power = 1 << max(int(number[0]) - 1, 0).bit_length()
        after = text[: number.start()] + str(power) + text[number.end() :]
        yield Fix(f"Align to {power}.", (site.edit(start, end, after),), "an alignment is a power of two")
    elif site.diagnostic.code == "E0732" and (item := site.around(site.node, "enum_item")) is not None:
        attribute = f"#[repr(isize)]{site.newline}{site.indent(item.start_byte)}"
        yield Fix(
            "Say that discriminants are `isize`.",
            (site.insert(item.start_byte, attribute),),
            "variants with fields have numbers only in a type that is named",
        )


@move("box-the-recursion", "E0733", prior=0.8)
def box_the_recursion(site: Site) -> Iterator[Fix]:
    """Boxes the call by which an async function awaits itself, so that its size is known."""
    function = site.around(site.node, "function_item")
    name = text_of(function.child_by_field_name("name")) if function is not None else ""
    for wait in site.inside(function, "await_expression"):
        call = wait.named_children[0]
        if call.type == "call_expression" and text_of(call.child_by_field_name("function")).endswith(name):
            edits = site.wrap(call, "Box::pin(", ")")
            yield Fix(
                f"Box the call of `{name}`.", edits, f"`{name}` would hold itself", 1.0, "It allocates at each step."
            )


@move("put-lifetimes-first", "E0747", prior=0.8)
def put_lifetimes_first(site: Site) -> Iterator[Fix]:
    """Puts the lifetimes of a list of generic arguments before its types."""
    listed = site.around(site.node, "type_arguments")
    if listed is not None:
        parts = sorted(listed.named_children, key=lambda each: each.type != "lifetime")
        text = f"<{', '.join(text_of(each) for each in parts)}>"
        yield Fix(f"Write `{text}`.", (site.swap(listed, text),), "lifetimes come before types")


@move("end-the-comment", "E0758", prior=0.6)
def end_the_comment(site: Site) -> Iterator[Fix]:
    """Ends a block comment that never ends, on its first line."""
    if site.span is None:
        return
    start = site.span.byte_start
    stop = site.source.find(b"\n", start)
    line = site.source[start : stop if stop >= 0 else None].rstrip()
    opened = re.match(rb"/\*[*!]", line)
    edits = [site.insert(start + len(line), " */")]
    cause = "the comment never ends"
    yield Fix("End the comment on its line.", tuple(edits), cause)
    if opened:
        # A documentation comment must stand before something; a plain one need not.
        edits.insert(0, site.edit(start + 2, start + 3, ""))
        yield Fix("Make it a plain comment that ends on its line.", tuple(edits), cause, 0.8)
