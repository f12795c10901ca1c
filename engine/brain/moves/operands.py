"""Operands of the wrong make: a place for what lies in it, an adapter left out.

Book ch. 4.2, 13.2; E0277, E0308, E0369, E0599, E0271, E0282.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.conversion import expected_and_found
from engine.brain.moves.expressions import STATEMENTS, postfix, prefix
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import ancestors, parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.schema.diagnostic import Span

_POINTERS = re.compile(r"`(?:&|\*const |\*mut )")
_MOST_ARGUMENTS = 6
# The adapters of `Iterator` by the type that they give, and whether they take an argument (std::iter).
_ADAPTERS = {
    "Rev": ("rev", False),
    "Enumerate": ("enumerate", False),
    "Peekable": ("peekable", False),
    "Fuse": ("fuse", False),
    "Cycle": ("cycle", False),
    "Cloned": ("cloned", False),
    "Copied": ("copied", False),
    "Flatten": ("flatten", False),
    "Take": ("take", True),
    "Skip": ("skip", True),
    "StepBy": ("step_by", True),
    "Zip": ("zip", True),
    "Chain": ("chain", True),
    "Map": ("map", True),
    "Filter": ("filter", True),
}


@move("dereference-the-operand", "E0369", "E0277", "E0308", prior=0.55)
def dereference_the_operand(site: Site) -> Iterator[Fix]:
    """Takes what a reference or pointer leads to, on the side of an operator that is one, or on both."""
    operation = site.around(site.node, "binary_expression", "compound_assignment_expr")
    if operation is None or not _POINTERS.search(site.said):
        return
    left, right = operation.child_by_field_name("left"), operation.child_by_field_name("right")
    if left is None or right is None:
        return
    typed = {
        (span.byte_start, span.byte_end): span.label or ""
        for span in site.diagnostic.spans
        if span.file == site.path and span.label
    }
    edits = {}
    for side in (left, right):
        label = typed.get((side.start_byte, side.end_byte), "")
        if re.fullmatch(r"`[^`&*][^`]*`", label):  # the compiler says of what type it is, and it is a value
            continue
        if side.type not in ("integer_literal", "char_literal", "string_literal", "boolean_literal"):
            edits[side.start_byte] = site.swap(side, prefix(side, "*"))
    cause = "an operator compares or counts with values, and a side of it only leads to one"
    for edit in edits.values():
        yield Fix(f"Write `{edit.after}`.", (edit,), cause, 1.0 if len(edits) == 1 else 0.7)
    if len(edits) == 2:
        yield Fix("Take what both sides lead to.", tuple(edits.values()), cause, 0.6)


@move("hand-over-the-value", "E0277", "E0308", "E0599", "E0282", "E0271", prior=0.5)
def hand_over_the_value(site: Site) -> Iterator[Fix]:
    """Takes the `&` away from an argument, or puts one before it, where the other is asked for."""
    spans = [each.primary for each in site.context.others if each.primary is not None]
    places = [site.node, *(site.node_of(span) for span in spans if _is_here(site, span))]
    seen: dict[int, Node] = {}
    for place in places[:3]:
        for around in ancestors(place):
            if around.type in STATEMENTS:
                break
            listed = around if around.type == "arguments" else around.child_by_field_name("arguments")
            for each in listed.named_children if listed is not None else ():
                if not each.is_extra:
                    seen.setdefault(each.start_byte, each)
    for each in list(seen.values())[:_MOST_ARGUMENTS]:
        if each.type == "reference_expression":
            inner = text_of(each.named_children[-1])
            shown = " ".join(inner.split())[:60]
            yield Fix(f"Hand `{shown}` over itself.", (site.swap(each, inner),), f"`{shown}` is only lent there")
        elif each.type in ("identifier", "field_expression", "call_expression"):
            text = prefix(each, "&")
            yield Fix(f"Lend `{text[1:60]}`.", (site.swap(each, text),), "the function only borrows it", 0.3)


def _is_here(site: Site, span: Span) -> bool:
    return span.file == site.path and span.byte_end <= len(site.source)


@move("adapt-as-expected", "E0308", prior=0.6)
def adapt_as_expected(site: Site) -> Iterator[Fix]:
    """Puts the adapter behind an iterator that the expected type names and the found one lacks."""
    said = " ".join(site.said.split())
    expected, found = expected_and_found(site)
    noted = re.search(r"expected (?:struct )?`(.+?)` ?found (?:struct )?`(.+?)`(?: |$)", said)
    names = [expected, noted[1] if noted else ""]
    given = {(pair or "").partition("<")[0].rsplit("::", 1)[-1] for pair in (found, noted[2] if noted else "")}
    node = site.node
    for name in dict.fromkeys(each.partition("<")[0].rsplit("::", 1)[-1] for each in names):
        if name not in _ADAPTERS or name in given or not node.type.endswith(("expression", "identifier")):
            continue
        method, takes = _ADAPTERS[name]
        for place, argument in enumerate(_arguments(site, method) if takes else [""]):
            yield Fix(
                f"Go on with `.{method}({argument})`.",
                (site.swap(node, postfix(node, f".{method}({argument})")),),
                f"a `{name}` is expected, which `.{method}` makes",
                0.85**place,
            )


def _arguments(site: Site, method: str) -> list[str]:
    """What the crate hands to a method elsewhere, most often first; the small numbers where it counts."""
    seen: dict[str, int] = {}
    for path in (site.path, *(each for each in site.context.index.files() if each != site.path)):
        source = site.read(path) or b""
        if f".{method}(".encode() not in source:
            continue
        for call in site.inside(parse_tree(source).root_node, "call_expression"):
            if _method(call) == method:
                text = text_of(call.child_by_field_name("arguments"))[1:-1]
                seen[text] = seen.get(text, 0) + 1
    known = sorted((each for each in seen if each and len(each) < 60), key=lambda each: -seen[each])[:4]
    return list(dict.fromkeys([*known, *(("1", "0") if method in ("take", "skip", "step_by") else ())]))


def _method(call: Node) -> str:
    function = call.child_by_field_name("function")
    return text_of(function.child_by_field_name("field")) if function is not None else ""
