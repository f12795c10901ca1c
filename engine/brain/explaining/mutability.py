"""Changes to what was not declared as changeable: bindings, receivers, captured variables."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene


@reader("E0384")
def tell_second_assignment(scene: Scene) -> Account | None:
    """A binding without `mut` that is assigned again."""
    name = next(iter(scene.ticked), "")
    if not name:
        return None
    first = scene.span("first assignment")
    loop = scene.around(scene.here, "for_expression", "while_expression", "loop_expression")
    inside = ", and the loop may do so more than once" if loop is not None else ""
    meaning = f"{scene.place} assigns to `{name}` again, which was not declared with `mut`{inside}"
    because = [f"Its first value comes on {scene.at(first)}: `{scene.line(first)}`"] if first is not None else []
    because.append(f"The second assignment is `{scene.line(scene.primary)}`")
    return Account(meaning, tuple(because), "a binding keeps its value unless `mut` says that it may change")


@reader("E0594", "E0596")
def tell_unchangeable(scene: Scene) -> Account | None:
    """Which place would change, and what makes it unchangeable."""
    names = scene.ticked
    if not names:
        return None
    if "closure" in scene.found.message and re.search(r"`Fn` closure", scene.found.message):
        return _captured(scene, names[0])
    place = names[0]
    base = place.lstrip("*").split(".")[0]
    behind = "behind a `&` reference" in scene.found.message
    why = "it is reached through a shared `&` reference" if behind else f"`{base}` is not declared as mutable"
    meaning = f"`{place}` would be changed, but {why}"
    because = []
    if base == "self" and scene.function is not None:
        receiver = _receiver(scene)
        owner = f"`{scene.owner}::{scene.function_name}`" if scene.owner else f"`{scene.function_name}`"
        if receiver:
            because.append(f"{owner} takes `{receiver}`, which lets it look, and `{scene.line(scene.primary)}` changes")
    elif scene.line(scene.primary):
        because.append(f"The change is `{scene.line(scene.primary)}`")
    rule = (
        "through `&` one may only look; a method that changes its value takes `&mut self`"
        if base == "self"
        else "whoever changes something needs it declared `mut`, or a `&mut` to it"
    )
    return Account(meaning, tuple(because), rule)


def _receiver(scene: Scene) -> str:
    parameters = scene.function.child_by_field_name("parameters") if scene.function is not None else None
    for child in parameters.named_children if parameters is not None else ():
        if child.type == "self_parameter":
            return (child.text or b"").decode("utf-8", "replace")
    return ""


def _captured(scene: Scene, name: str) -> Account:
    """A closure changes what it captured, and whoever takes it promised not to."""
    closure = scene.span("in this closure")
    around = scene.call_around(scene.node(closure)) if closure is not None else None
    taker = around[0] if around else ""
    because = []
    declared = scene.span("declared here")
    if declared is not None:
        because.append(f"`{name}` is declared outside the closure, on {scene.at(declared)}")
    if taker:
        known = next(iter(scene.definitions(taker, "function")), None)
        head = _head(scene, taker) if known is not None else ""
        asked = f": {known.path}:{known.symbol.line} says `{head}`" if known is not None and head else ""
        because.append(f"The closure goes to `{taker}`, which asks for an `Fn`{asked}")
    meaning = f"the closure changes `{name}`, and a closure that is taken as `Fn` must not change what it captured"
    rule = "`Fn` may be called by many at once and only looks; `FnMut` may change what it holds, and is called by one"
    return Account(meaning, tuple(because), rule)


def _head(scene: Scene, name: str) -> str:
    for definition in scene.definitions(name, "function"):
        item = scene.item(definition)
        if item is not None:
            return " ".join((item.text or b"").decode("utf-8", "replace").split("{", 1)[0].split()).rstrip(";")[:110]
    return ""
