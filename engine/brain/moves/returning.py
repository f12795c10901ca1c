"""Answers that stand where nobody takes them: the `return` that a branch has lost.

Book ch. 3.3; E0282, E0283, E0308, E0317. A value at the end of a branch whose own value is dropped, or is of another
type than its siblings', is often meant to leave the function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.conversion import expected_and_found
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import bindings_in_scope
from engine.rust.tree import ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_NO_VALUES = (
    "if_expression",
    "match_expression",
    "let_declaration",
    "return_expression",
    "break_expression",
    "continue_expression",
    "macro_invocation",
    "assignment_expression",
    "compound_assignment_expr",
    "for_expression",
    "while_expression",
    "loop_expression",
)
_MOST = 8
_HEADS = re.compile(r"\b(?:None|Some|Ok|Err|true|false)\b|\d")


@move("leave-with-the-answer", "E0282", "E0283", "E0308", "E0317", prior=0.6)
def leave_with_the_answer(site: Site) -> Iterator[Fix]:
    """Puts `return` before the value that ends a branch, where the function returns such a value and the branch not."""
    function = site.around(site.node, "function_item", "closure_expression")
    result = function.child_by_field_name("return_type") if function is not None else None
    body = function.child_by_field_name("body") if function is not None else None
    if result is None or body is None:
        return
    _, found = expected_and_found(site)
    for value in _ends_of_branches(site, body):
        shown = " ".join(text_of(value).split())
        fits = _fits(text_of(result), shown, found)
        if fits:
            yield Fix(
                f"Leave with `return {shown[:60]}`.",
                (site.insert(value.start_byte, "return "),),
                "nobody takes the value of the branch, and the function returns such a value",
                fits,
            )


@move("say-the-result", "E0308", prior=0.55)
def say_the_result(site: Site) -> Iterator[Fix]:
    """Ends a body that gives nothing with what its function returns: a variable of that type, `Ok(())`, `self`."""
    expected, found = expected_and_found(site)
    function = site.around(site.node, "function_item", "closure_expression")
    body = function.child_by_field_name("body") if function is not None else None
    if found != "()" or body is None or body.type != "block" or site.span is None:
        return
    ends = bool(body.named_children) and body.named_children[-1].end_byte == site.span.byte_end
    if not ends and "implicitly returns `()`" not in site.said:
        return
    outer, _, rest = expected.partition("<")
    inner = rest.removesuffix(">") if outer in ("Option", "Result") else ""
    around = {"Option": "Some({})", "Result": "Ok({})"}.get(outer, "{}")
    if outer == "Result":
        inner = _first(inner)
    values: dict[str, float] = {"Ok(())": 1.2} if inner == "()" else {}
    # The scope at the end of the body: what is bound last is likeliest to be meant.
    for place, each in enumerate(bindings_in_scope(site.source, body.end_byte - 1)):
        if each.kind not in ("local", "parameter") or each.name == "_":
            continue
        kind = (each.type or "").removeprefix("mut ")
        fits = 1.1 if kind in (expected, inner) and kind else 0.8 if not kind and each.kind == "local" else 0.2
        values.setdefault(around.format(each.name), fits * 0.95**place)
        if inner and kind == expected:
            values.setdefault(each.name, fits)
    for empty in {"Option": ("None",), "bool": ("false", "true"), "Vec": ("Vec::new()",)}.get(outer, ()):
        values.setdefault(empty, 0.4)
    last = body.named_children[-1] if body.named_children else None
    indent = site.indent(last.start_byte) if last is not None else site.indent(body.start_byte) + "    "
    at = last.end_byte if last is not None else body.start_byte + 1
    flat = last is None or last.start_point.row == body.start_point.row
    for value, weight in sorted(values.items(), key=lambda each: -each[1])[:_MOST]:
        yield Fix(
            f"Give `{value}` back.",
            (site.insert(at, f" {value}" if flat else f"{site.newline}{indent}{value}"),),
            f"the body ends without the `{expected}` that it owes",
            weight,
        )


def _first(listed: str) -> str:
    """The first of a list of types."""
    depth = 0
    for at, sign in enumerate(listed):
        depth += (sign in "<([") - (sign in ">)]")
        if sign == "," and depth == 0:
            return listed[:at]
    return listed


def _ends_of_branches(site: Site, body: Node) -> Iterator[Node]:
    """The expressions at or around the finding that end a block, or answer for an arm, inside of a function's body."""
    inside = [site.node, *site.inside(site.node, "block")] if site.diagnostic.code == "E0317" else [site.node]
    for start in inside:
        last = start.named_children[-1] if start.type == "block" and start.named_children else start
        for each in ancestors(last):
            up = each.parent
            if each == body or up is None:
                break
            value = each.named_children[0] if each.type == "expression_statement" else each
            ends = up.type == "block" and up != body and up.named_children[-1] == each
            answers = up.type == "match_arm" and up.child_by_field_name("value") == each and each.type != "block"
            if (ends or answers) and value.type not in _NO_VALUES:
                yield value


def _fits(result: str, value: str, found: str) -> float:
    """How well a value fits what a function returns, as far as their texts tell; 0 where it surely does not."""
    outer = re.match(r"&?(?:'\w+ )?(?:mut )?((?:\w+::)*\w+|\()", result)
    head = outer[1].rsplit("::", 1)[-1] if outer else ""
    variants = {"Option": ("None", "Some"), "Result": ("Ok", "Err"), "bool": ("true", "false")}
    if head in variants:
        return 1.2 if value.startswith(variants[head]) else 0.5 if not _HEADS.match(value) else 0.0
    bare = found.partition("<")[0].rsplit("::", 1)[-1].strip("`&")
    if bare and bare == head:
        return 1.2
    if value.startswith((f"{head}::", f"{head} {{", f"{head}(", "Self")):
        return 1.1
    return 0.5
