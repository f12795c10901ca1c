"""Borrows that overlap: end the first one earlier, copy out what is needed, or change the order.

Book ch. 4.2, Nomicon "Lifetimes"; E0502, E0499, E0506, E0505, E0503.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import (
    fresh_name,
    postfix,
    receiver,
    root_name,
    statement_in,
    statement_of,
    uses,
    whole_chain,
)
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import names_in_scope
from engine.rust.tree import ancestors, descendants, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_CODES = ("E0502", "E0499", "E0506", "E0505", "E0503")


def _first(site: Site) -> Node | None:
    """Where the borrow that is in the way begins."""
    for span in site.secondary:
        label = span.label or ""
        if "borrow" in label and "used" not in label and "declared" not in label:
            return site.node_of(span)
    return None


def _later(site: Site) -> Node | None:
    """Where that borrow is used again."""
    for span in site.labelled("later used", "used here, in later iteration"):
        return site.node_of(span)
    return None


def _moved_text(site: Site, statement: Node) -> str:
    """A statement with its line's indentation and line end, to stand on lines of its own."""
    return site.indent(statement.start_byte) + text_of(statement) + site.newline


def _take_line(site: Site, statement: Node) -> tuple[int, int]:
    """The bytes of the lines that a statement fills, its line end included; only itself where others share them."""
    start, end = site.line_start(statement.start_byte), statement.end_byte
    stop = site.source.find(b"\n", end)
    rest = site.source[end : stop if stop >= 0 else None]
    if site.source[start : statement.start_byte].strip() or rest.strip() or stop < 0:
        return statement.start_byte, statement.end_byte
    return start, stop + 1


def _shift(site: Site, statement: Node, before: Node) -> Iterator[Fix]:
    start, end = _take_line(site, statement)
    if end == statement.end_byte:
        return
    at = site.line_start(before.start_byte)
    first = " ".join(text_of(statement).split())
    yield Fix(
        f"Put `{first if len(first) <= 50 else first[:49] + '…'}` first.",
        (site.insert(at, _moved_text(site, statement)), site.edit(start, end, "")),
        "two borrows overlap only because of their order",
        trade_off="The order of the two statements changes; nothing between them may depend on it.",
    )


@move("borrow-after-the-change", *_CODES, prior=0.35)
def borrow_after_the_change(site: Site) -> Iterator[Fix]:
    """Moves the change before the borrow that is in its way, or the borrow's last use before the change."""
    first, change, later = statement_of(_first(site)), statement_of(site.node), statement_of(_later(site))
    if first is None or change is None or first == change or first.parent is None or first.parent != change.parent:
        return
    bound = (
        {
            text_of(each)
            for each in descendants(first.child_by_field_name("pattern") or first)
            if each.type == "identifier"
        }
        if first.type == "let_declaration"
        else set()
    )
    if later is not None and later != change and later.parent == change.parent and later.type != "let_declaration":
        own = {text_of(each.child_by_field_name("pattern")) for each in [change] if each.type == "let_declaration"}
        if not any(uses(later, name) for name in own) and later.end_byte > change.end_byte:
            yield from _shift(site, later, change)
    if not any(uses(change, name) for name in bound) and change.start_byte > first.start_byte:
        yield from _shift(site, change, first)


@move("copy-out", *_CODES, prior=0.5)
def copy_out(site: Site) -> Iterator[Fix]:
    """Makes the first borrow a value of its own: without `&` for what is Copy, with `.clone()` or `.copied()` else."""
    first = _first(site)
    let = site.around(first, "let_declaration")
    value = let.child_by_field_name("value") if let is not None else None
    # What is written through a copy is lost, so a mutable borrow is never made one.
    if value is None or re.search(r"&\s*mut\b|_mut\b", text_of(value)):
        return
    shown = " ".join(text_of(value).split())
    statement = f"`{shown}` stays borrowed while it is changed"
    trade_off = "It copies the value instead of looking at it."
    if value.type == "reference_expression":
        inner = value.named_children[-1]
        yield Fix(f"Copy `{text_of(inner)}` instead of borrowing it.", (site.swap(value, text_of(inner)),), statement)
        after = postfix(inner, ".clone()")
        yield Fix(
            f"Clone `{text_of(inner)}` instead of borrowing it.", (site.swap(value, after),), statement, 0.9, trade_off
        )
        return
    for call, weight in (
        (".clone()", 0.7),
        (".copied()", 0.7),
        (".cloned()", 0.7),
        (".to_owned()", 0.7),
        (".to_vec()", 0.3),
    ):
        yield Fix(
            f"Take `{shown}` with `{call}`, so that nothing stays borrowed.",
            (site.insert(value.end_byte, call),),
            statement,
            weight,
            trade_off,
        )


@move("copy-out-of-the-pattern", "E0502", "E0506", "E0505", prior=0.35)
def copy_out_of_the_pattern(site: Site) -> Iterator[Fix]:
    """Takes a clone of what an `if let`, `match` or `for` borrows, so that the body may change the original."""
    first = _first(site)
    for around in ancestors(first):
        field = {"for_expression": "value", "let_condition": "value", "match_expression": "value"}.get(around.type)
        value = around.child_by_field_name(field) if field else None
        if value is None or first is None or not value.start_byte <= first.start_byte < value.end_byte:
            continue
        inner = value.named_children[-1] if value.type == "reference_expression" else value
        shown = text_of(inner)
        statement = f"`{shown}` stays borrowed through the whole body"
        trade_off = "It copies what is iterated or matched."
        if value.type == "reference_expression":
            yield Fix(
                f"Clone `{shown}` before the body changes it.",
                (site.swap(value, postfix(inner, ".clone()")),),
                statement,
                1.0,
                trade_off,
            )
        owner = receiver(value) if value.type == "call_expression" else None
        if owner is not None and value.end_byte - owner.end_byte <= len(".values()"):
            yield Fix(
                f"Clone `{text_of(owner)}` before the body changes it.",
                (site.insert(owner.end_byte, ".clone()"),),
                statement,
                1.0,
                trade_off,
            )
        for call in (".clone()", ".cloned()", ".copied()", ".to_vec()", ".collect::<Vec<_>>()"):
            yield Fix(
                f"Put `{call}` behind `{shown}`.", (site.insert(value.end_byte, call),), statement, 0.7, trade_off
            )
        return


@move("take-what-is-needed-first", *_CODES, prior=0.6)
def take_what_is_needed_first(site: Site) -> Iterator[Fix]:
    """Reads what a later use needs of the borrow into a variable before the change that ends it."""
    later, first = _later(site), _first(site)
    places = [node for node in (later, site.node) if node is not None and node.type in ("identifier", "self")]
    for node in places:
        chain = whole_chain(node)
        # The change itself is no reading of it.
        if (
            chain == node
            or chain.parent is None
            or chain.parent.type in ("expression_statement", "assignment_expression")
        ):
            continue
        yield from _hoist(site, chain, first)


@move("name-the-argument-first", *_CODES, prior=0.65)
def name_the_argument_first(site: Site) -> Iterator[Fix]:
    """Computes an argument that needs the same value before the call that borrows it mutably."""
    for node in (site.node, _first(site)):
        for around in ancestors(node):
            if around.parent is not None and around.parent.type == "arguments" and around.type != "identifier":
                if around.type not in ("closure_expression", "reference_expression"):
                    yield from _hoist(site, around, node)
                break
            if around.type in ("block", "closure_expression"):
                break
    statement = site.around(site.node, "assignment_expression", "compound_assignment_expr")
    left = statement.child_by_field_name("left") if statement is not None else None
    for index in site.inside(left, "index_expression"):
        if len(index.named_children) == 2 and root_name(index) in text_of(index.named_children[1]):
            yield from _hoist(site, index.named_children[1], None)


def _hoist(site: Site, chain: Node, first: Node | None) -> Iterator[Fix]:
    """A `let` with the value of ``chain`` before the statement that holds both it and the change."""
    change = statement_of(site.node)
    block = change.parent if change is not None else None
    # The change may lie deeper than the later use or the other way round; the common block is what counts.
    while block is not None:
        holder, target = statement_in(block, chain), statement_in(block, site.node)
        if holder is not None and target is not None:
            anchor = min(holder, target, key=lambda each: each.start_byte)
            name = fresh_name(_name_for(chain), names_in_scope(site.source, chain.start_byte))
            text = text_of(chain)
            at = anchor.start_byte
            edits = (site.insert(at, f"let {name} = {text};{site.newline}{site.indent(at)}"), site.swap(chain, name))
            yield Fix(
                f"Take `{' '.join(text.split())}` before anything changes.",
                edits,
                f"`{root_name(chain) or text}` is still needed while it is borrowed for the change",
            )
            outer = site.around(block.parent, "for_expression", "while_expression", "loop_expression")
            if outer is None or first is None or outer.start_byte <= first.start_byte < outer.end_byte - 1:
                return
            block = outer.parent
            continue
        block = next((each for each in ancestors(block.parent) if each.type == "block"), None)


def _name_for(chain: Node) -> str:
    """A name that says what the value is: the last field or method, else `value`."""
    node = chain
    if node.type == "call_expression":
        node = node.child_by_field_name("function") or node
    field = node.child_by_field_name("field") if node.type == "field_expression" else None
    name = text_of(field) or (text_of(node).rsplit("::", 1)[-1] if node.type == "scoped_identifier" else "")
    name = name.removeprefix("get_")
    return name if name.isidentifier() and name not in ("unwrap", "clone", "into", "get", "iter", "new") else "value"
