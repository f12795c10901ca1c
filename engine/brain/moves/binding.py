"""What may be changed, and by whom: `mut`, `&mut`, `move` closures.

Book ch. 3.1, 4.2, 13.1; E0384, E0596, E0594, E0373.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import root_name
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import bindings_in_scope
from engine.rust.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node


def _place(site: Site) -> Node:
    """The place that is changed: the left side of an assignment, or what is borrowed."""
    node = site.node
    left = node.child_by_field_name("left")
    if left is not None and node.type in ("assignment_expression", "compound_assignment_expr"):
        return left
    return node


@move("make-it-mutable", "E0384", "E0596", "E0594", prior=0.8)
def make_it_mutable(site: Site) -> Iterator[Fix]:
    """Declares the variable `mut` where it is bound."""
    name = root_name(_place(site)) or (site.ticked[0].lstrip("*").split(".")[0] if site.ticked else "")
    for binding in bindings_in_scope(site.source, _place(site).start_byte):
        if binding.name == name and not binding.mutable:
            if binding.kind in ("local", "parameter"):
                yield Fix(
                    f"Make `{name}` mutable.",
                    (site.insert(binding.byte_start, "mut "),),
                    f"`{name}` changes and is not `mut`",
                )
            if binding.kind == "self" and binding.type == "self":
                yield Fix(
                    "Take `mut self`.", (site.insert(binding.byte_start, "mut "),), "`self` changes and is not `mut`"
                )
            return


@move("borrow-it-mutably", "E0596", "E0594", prior=0.6)
def borrow_it_mutably(site: Site) -> Iterator[Fix]:
    """Turns the shared reference that is in the way into `&mut`: of self, a parameter, a `let` or a loop."""
    name = root_name(_place(site)) or (site.ticked[0].lstrip("*").split(".")[0] if site.ticked else "")
    signature = "It changes the signature: callers must lend it mutably."
    for binding in bindings_in_scope(site.source, _place(site).start_byte):
        if binding.name != name:
            continue
        statement = f"`{name}` is only lent for reading"
        written = binding.type or ""
        if binding.kind == "self" and re.fullmatch(r"&\s*('\w+\s+)?self", written):
            yield Fix(
                "Take `&mut self`.",
                (site.edit(binding.byte_end - 4, binding.byte_end, "mut self"),),
                statement,
                trade_off=signature,
            )
        elif binding.kind == "parameter" and (match := re.match(r"&\s*('\w+\s+)?(?!mut\b)", written)):
            parameter = site.around(
                site.root.named_descendant_for_byte_range(binding.byte_start, binding.byte_end), "parameter"
            )
            kind = parameter.child_by_field_name("type") if parameter is not None else None
            if kind is not None:
                yield Fix(
                    f"Take `{name}` as `&mut`.",
                    (site.insert(kind.start_byte + len(match[0].encode()), "mut "),),
                    statement,
                    trade_off=signature,
                )
        elif binding.kind == "local":
            node = site.root.named_descendant_for_byte_range(binding.byte_start, binding.byte_end)
            yield from _source_of(site, node, name, statement)
        return


def _source_of(site: Site, node: Node | None, name: str, statement: str) -> Iterator[Fix]:
    holder = site.around(node, "let_declaration", "for_expression", "let_condition", "match_arm")
    if holder is not None and holder.type == "match_arm":
        holder = site.around(holder, "match_expression")
    value = holder.child_by_field_name("value") if holder is not None else None
    if value is None:
        return
    said = f"Lend `{name}` mutably where it comes from."
    if value.type == "reference_expression" and not text_of(value).startswith("&mut"):
        yield Fix(said, (site.insert(value.start_byte + 1, "mut "),), statement)
    for shared, mutable in (
        ("iter", "iter_mut"),
        ("get", "get_mut"),
        ("first", "first_mut"),
        ("last", "last_mut"),
        ("values", "values_mut"),
        ("as_ref", "as_mut"),
        ("borrow", "borrow_mut"),
        ("read", "write"),
        ("peek", "peek_mut"),
        ("chunks", "chunks_mut"),
        ("split_at", "split_at_mut"),
        ("deref", "deref_mut"),
    ):
        for field in site.inside(value, "field_identifier"):
            call = field.parent.parent if field.parent is not None else None
            if text_of(field) == shared and call is not None and call.type == "call_expression":
                yield Fix(f"Ask for it with `{mutable}`.", (site.swap(field, mutable),), statement)


@move("bind-a-new-variable", "E0384", prior=0.35)
def bind_a_new_variable(site: Site) -> Iterator[Fix]:
    """Shadows the variable with `let` instead of assigning to it a second time."""
    node = site.around(site.node, "assignment_expression")
    if node is not None and node.parent is not None and node.parent.type == "expression_statement":
        name = text_of(node.child_by_field_name("left"))
        yield Fix(
            f"Bind a new `{name}`.",
            (site.insert(node.start_byte, "let "),),
            f"`{name}` is bound once and given a second value",
            trade_off="Outside this block the old value stays.",
        )


@move("move-into-the-closure", "E0373", "E0597", "E0521", "E0716", "E0506", "E0505", prior=0.8)
def move_into_the_closure(site: Site) -> Iterator[Fix]:
    """Lets a closure or async block that lives longer own what it uses."""
    codes = site.diagnostic.code
    nodes = (
        [site.node]
        if codes == "E0373"
        else [site.node_of(span) for span in site.diagnostic.spans if span.file == site.path]
    )
    seen = set()
    for node in nodes:
        closure = site.around(node, "closure_expression", "async_block")
        if closure is None or closure.start_byte in seen:
            continue
        seen.add(closure.start_byte)
        text = text_of(closure)
        if re.match(r"(async\s+)?move\b", text):
            continue
        at = closure.start_byte + (6 if text.startswith("async ") else 0)
        yield Fix(
            "Move what the closure uses into it.",
            (site.insert(at, "move "),),
            "the closure may live longer than what it borrows",
            1.0 if codes == "E0373" else 0.6,
        )
