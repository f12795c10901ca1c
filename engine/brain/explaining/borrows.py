"""Borrows that meet: two at once where one must be alone, and references that outlive what they point to."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, called, short, ticks
from engine.rust.tree import text_of
from engine.schema.diagnostic import Span

_ALONE = "at any time there is either one mutable borrow or any number of shared ones"


@reader("E0499", "E0502", "E0506", "E0503", "E0501", "E0500", "E0524")
def tell_conflict(scene: Scene) -> Account | None:
    """The first borrow, what collides with it, and why the first still lives."""
    name = next(iter(scene.ticked), "")
    if not name:
        return None
    first = next(
        (span for span in scene.spans("borrow occurs", "borrowed here", "borrow of") if not span.primary), None
    )
    later = scene.span("later used", "later captured", "later borrow", "requires that", "might be used here")
    kinds = _kinds(scene.found.message)
    meaning = f"{kinds[0]} `{name}` begins while {kinds[1]} of it is still alive: `{scene.line(scene.primary)}`"
    because = []
    if first is not None:
        because.append(f"The first one begins on {scene.at(first)}: `{scene.line(first)}`")
    if later is not None:
        holder = scene.code(later)
        use = _later_use(scene, later)
        because.append(f"It is kept for {scene.at(later)}, {use}" if holder else f"It is kept for {scene.at(later)}")
    elif first is not None and "in previous iteration" in (first.label or ""):
        because.append("The loop keeps it from one turn to the next")
    rule = _ALONE + ", so that nothing changes under somebody who looks"
    return Account(meaning, tuple(because), rule)


def _kinds(message: str) -> tuple[str, str]:
    if "as mutable more than once" in message:
        return "a second mutable borrow of", "the first mutable borrow"
    if "as mutable because it is also borrowed as immutable" in message:
        return "a mutable borrow of", "a shared, immutable borrow"
    if "as immutable because it is also borrowed as mutable" in message:
        return "a shared borrow of", "a mutable borrow"
    if message.startswith("cannot assign"):
        return "an assignment to", "a borrow"
    return "a use of", "a borrow"


def _later_use(scene: Scene, later: Span) -> str:
    line = scene.line(later)
    around = scene.call_around(scene.node(later))
    if around is not None and around[0]:
        return f"for `{around[0]}`: `{line}`"
    return f"where it reads `{line}`"


@reader("E0597", "E0716")
def tell_short_lived(scene: Scene) -> Account | None:
    """What ends, where it ends, and who still refers to it."""
    temporary = scene.found.code == "E0716"
    name = scene.code(scene.primary) if temporary else next(iter(scene.ticked), scene.code(scene.primary))
    if not name:
        return None
    dropped = scene.span("dropped here", "freed at the end", "freed")
    later = scene.span("later used", "later stored", "later captured", "requires that", "might be used here")
    shown = f"the temporary value of `{name}`" if temporary else f"`{name}`"
    meaning = f"{shown} does not live long enough for what borrows from it"
    because = []
    bound = scene.span("declared here")
    if bound is not None and not temporary:
        loop = scene.around(scene.node(bound), "for_expression", "while_expression", "loop_expression")
        inside = ", inside a loop, and is made anew in each iteration" if loop is not None else ""
        because.append(f"`{name}` is bound on {scene.at(bound)}{inside}")
    if dropped is not None:
        when = "at the end of its statement" if temporary else f"on {scene.at(dropped)}"
        because.append(f"It is dropped {when}" + _borrower(scene, temporary))
    if later is not None and "requires that" in (later.label or ""):
        because.append(f"But {later.label}")
    elif later is not None:
        because.append(f"But `{scene.code(later) or scene.line(later)}` still refers to it on {scene.at(later)}")
    rule = (
        "a temporary ends with its statement unless a `let` keeps it"
        if temporary
        else "a reference must end before the value it points to does"
    )
    return Account(meaning, tuple(because), rule)


def _borrower(scene: Scene, temporary: bool) -> str:
    """For a temporary, the call that borrows from it and the name that keeps what it gave."""
    if not temporary or scene.here is None:
        return ""
    let = scene.around(scene.here, "let_declaration")
    outer = scene.here.parent.parent if scene.here.parent is not None else None
    method = called(outer) if outer is not None and outer.type == "call_expression" else ""
    name = text_of(let.child_by_field_name("pattern")) if let is not None else ""
    if name and method:
        return f", and `{name}` keeps what `{method}` borrowed from it"
    return ""


@reader("E0515")
def tell_returned_local(scene: Scene) -> Account | None:
    """What the function returns of its own."""
    local = re.search(
        r"(?:local variable|local binding|function parameter|temporary value|local data)(?: `([^`]+)`)?", scene.said
    )
    name = local[1] if local and local[1] else ""
    what = f"the local variable `{name}`" if name else "something that the function itself made"
    gives = scene.returns
    meaning = f"`{scene.code(scene.primary)}` refers to {what}, which is dropped when `{scene.function_name}` ends"
    because = []
    if gives:
        because.append(f"`{scene.function_name}` promises `{gives}`, a reference that outlives the call")
    if made := _made(scene, name):
        because.append(made)
    rule = "what a function makes it can only hand out by value; a reference may only lead to what its caller lent it"
    return Account(meaning, tuple(because), rule)


def _made(scene: Scene, name: str) -> str:
    """How the local is made, if a `let` of the function says so."""
    for let in scene.site.inside(scene.function, "let_declaration"):
        if (
            text_of(let.child_by_field_name("pattern")) == name
            and (value := let.child_by_field_name("value")) is not None
        ):
            return f"It is owned by the function: `{short(text_of(let).rstrip(';'), 70)}`" if value else ""
    return ""


@reader("E0373", "E0521")
def tell_escaping(scene: Scene) -> Account | None:
    """A closure that borrows what ends before it runs."""
    names = ticks(scene.found.message)
    if not names:
        return None
    caller = scene.call_around(scene.here)
    name = names[0]
    span = scene.noted("requires argument type to outlive", "function requires", "closure is returned")
    starter = short(text_of(caller[1].child_by_field_name("function"))) if caller else ""
    meaning = f"the closure borrows `{name}`, and may still run when `{name}` is gone"
    because = []
    if starter:
        because.append(f"`{starter}` keeps the closure for longer than `{scene.function_name}` lasts")
    elif span is not None:
        because.append(f"{scene.at(span)} asks for more: `{scene.line(span)}`")
    borrowed = scene.span("is borrowed here")
    if borrowed is not None:
        because.append(f"The borrow is `{scene.code(borrowed)}` on {scene.at(borrowed)}")
    rule = "a closure that outlives its function must own what it uses, and `move` gives it just that"
    return Account(meaning, tuple(because), rule)
