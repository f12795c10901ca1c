"""Values that are used after they moved, or that cannot move out of where they are: clone, borrow, take.

Book ch. 4; E0382, E0505, E0507, E0508, E0509.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import PLACES, postfix, prefix, receiver
from engine.brain.moves.move import Fix, Site, move
from engine.rust.tree import parse_tree, text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node

_COPIES = "It copies the value; if that is hot or large, borrowing further up is the better design."


def _moved(site: Site) -> Iterator[Node]:
    """The expressions that the value leaves by."""
    seen: set[int] = set()
    spans = [
        *site.labelled("value moved here", "moved due to this", "move out of"),
        *([site.span] if site.span else []),
    ]
    if site.diagnostic.code == "E0382":
        spans = [span for span in spans if "moved" in (span.label or "")]
    for span in spans:
        node = site.node_of(span)
        call = node.parent if node.type == "field_identifier" else node
        # "`x` moved due to this method call" points at the method; what moves is what it is called on.
        if "method call" in (span.label or ""):
            call = site.around(node, "call_expression")
            node = (receiver(call) if call else None) or node
        # The compiler's desugared `for` takes the whole loop for the place; what moves is what it goes over.
        if node.type == "for_expression":
            node = node.child_by_field_name("value") or node
        if node.type in PLACES | {"call_expression", "unary_expression"} and node.id not in seen:
            seen.add(node.id)
            yield node


@move("clone-where-it-moves", "E0382", "E0505", "E0507", "E0508", "E0509", prior=0.7)
def clone_where_it_moves(site: Site) -> Iterator[Fix]:
    """Clones a value at the place where it would move away, so that the original stays."""
    for node in _moved(site):
        if node.type == "unary_expression" and text_of(node).startswith("*"):
            after = postfix(node.named_children[-1], ".clone()")
        else:
            after = postfix(node, ".clone()")
        shown = " ".join(text_of(node).split())
        yield Fix(
            f"Clone `{shown}` where it moves.",
            (site.swap(node, after),),
            f"`{shown}` moves and is needed again",
            trade_off=_COPIES,
        )


@move("borrow-where-it-moves", "E0382", "E0507", "E0505", "E0508", prior=0.55)
def borrow_where_it_moves(site: Site) -> Iterator[Fix]:
    """Lends a value where it is only looked at: `&x` in an argument, a loop, a match or a let."""
    for node in _moved(site):
        holder = node.parent
        if holder is None:
            continue
        shown = text_of(node)
        statement = f"`{shown}` is given away where a look at it is enough"
        if holder.type == "for_expression":
            yield Fix(
                f"Iterate over `&{shown}` instead of using it up.",
                (site.swap(node, prefix(node, "&")),),
                statement,
                1.4,
            )
            yield Fix(
                f"Iterate over `&mut {shown}` instead of using it up.",
                (site.swap(node, prefix(node, "&mut ")),),
                statement,
                0.5,
            )
        elif holder.type in ("arguments", "let_declaration", "match_expression", "let_condition"):
            yield Fix(f"Borrow `{shown}` instead of moving it.", (site.swap(node, prefix(node, "&")),), statement)


@move("borrow-inside-the-option", "E0507", "E0382", prior=0.6)
def borrow_inside_the_option(site: Site) -> Iterator[Fix]:
    """Calls `.as_ref()`, `.as_mut()`, `.as_deref()` or `.take()` before a method that would use up an Option."""
    for node in _moved(site):
        function = node.parent
        if function is None or function.type != "field_expression":
            continue
        shown = text_of(node)
        for call, weight in ((".as_ref()", 1.0), (".as_mut()", 0.6), (".take()", 0.55), (".as_deref()", 0.5)):
            yield Fix(
                f"Put `{call}` behind `{shown}`, so that it stays.",
                (site.insert(node.end_byte, call),),
                f"`{text_of(function.child_by_field_name('field'))}` uses `{shown}` up",
                weight,
            )


@move("take-out-of-the-place", "E0507", "E0508", prior=0.3)
def take_out_of_the_place(site: Site) -> Iterator[Fix]:
    """Moves a value out from behind `&mut` with `std::mem::take`, which leaves the default there."""
    for node in _moved(site):
        if node.type == "field_expression":
            shown = text_of(node)
            yield Fix(
                f"Take `{shown}` and leave its default behind.",
                (site.swap(node, f"std::mem::take(&mut {shown})"),),
                f"`{shown}` sits behind a reference and cannot leave it",
                trade_off="Afterwards the default stands there.",
            )


@move("let-the-function-borrow", "E0382", prior=0.5)
def let_the_function_borrow(site: Site) -> Iterator[Fix]:
    """Lets a function of this file borrow a parameter that it need not own, and lends it at every call."""
    for note in site.diagnostic.notes:
        if "parameter type in" not in note.message or not note.spans:
            continue
        span = note.spans[0]
        source = site.read(span.file)
        if source is None or span.file != site.path:
            continue
        parameter = site.around(site.node_of(span), "parameter")
        function = site.around(parameter, "function_item")
        if parameter is None or function is None or parameter.parent is None:
            continue
        name = text_of(function.child_by_field_name("name"))
        place = [each for each in parameter.parent.named_children if each.type == "parameter"].index(parameter)
        kind = parameter.child_by_field_name("type")
        if kind is None:
            continue
        borrowed = {"String": "&str"}.get(text_of(kind), f"&{text_of(kind)}")
        calls = list(_lend(site, name, place))
        if calls:
            yield Fix(
                f"Let `{name}` borrow its argument.",
                (site.swap(kind, borrowed), *calls),
                f"`{name}` takes what it only needs to see",
                trade_off=f"It changes the signature of `{name}`.",
            )


def _lend(site: Site, name: str, place: int) -> Iterator[Edit]:
    """Puts `&` before one argument of every call of a function, in all files."""
    for path in dict.fromkeys(found.path for found in site.context.index.references(name)):
        source = site.read(path)
        if source is None:
            continue
        for call in site.inside(parse_tree(source).root_node, "call_expression"):
            callee = call.child_by_field_name("function")
            arguments = call.child_by_field_name("arguments")
            if callee is None or arguments is None or text_of(callee).rsplit("::", 1)[-1].rsplit(".", 1)[-1] != name:
                continue
            given = [each for each in arguments.named_children if not each.is_extra]
            if place < len(given) and given[place].type != "reference_expression":
                yield site.insert(given[place].start_byte, "&", path)
