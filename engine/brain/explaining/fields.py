"""Fields that a struct does not have, or that a literal or pattern leaves out."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed, short, ticks
from engine.rust.tree import text_of


@reader("E0560", "E0609", "E0026", "E0559")
def tell_no_field(scene: Scene) -> Account | None:
    """The field that is asked for, and the ones that are there."""
    names = scene.ticked
    if not names:
        return None
    found = re.search(r"no field (?:named )?`([^`]+)`", scene.found.message)
    field = found[1] if found else names[-1]
    kind = next((name.lstrip("&").removeprefix("mut ") for name in names if name != field), "")
    meaning = f"{scene.place} uses `{field}`, and `{kind}` has no field of that name"
    there = scene.match(r"(?:available fields? (?:is|are)|fields are): (.+)")
    because = [f"The line is `{scene.line(scene.primary)}`"] if scene.line(scene.primary) else []
    offered = list(ticks(there[1])) if there else []
    if offered:
        literal = scene.found.code in ("E0560", "E0559")
        because.append(
            f"{'What this literal does not name yet is' if literal else f'`{kind}` has'} {listed(offered, 6)}"
        )
    if new := [name for name in offered if name in scene.brought]:
        because.append(f"I take `{new[0]}` for the one that is meant")
    rule = "a struct has exactly the fields that its declaration lists, under those names"
    return Account(meaning, tuple(because), rule)


@reader("E0063", "E0027")
def tell_left_out(scene: Scene) -> Account | None:
    """The fields that a literal leaves out, with their types, and who builds the struct elsewhere."""
    named = re.search(
        r"(?:missing fields? (.+?) in initializer of `([^`]+)`|does not mention (?:fields? )?(.+))", scene.found.message
    )
    if named is None:
        return None
    missing = list(ticks(named[1] or named[3] or ""))
    kind = (named[2] or scene.code(scene.primary).split("{")[0]).split("<")[0].strip()
    meaning = f"{scene.place} builds a `{kind}` without {listed(missing)}"
    declared = [each for each in (_declaration(scene, kind, name) for name in missing) if each]
    because = [f"`{kind}` declares {listed(declared)}"] if declared else []
    rule = "a struct literal gives every field a value, since Rust has no value that fills in by itself"
    question = ""
    if scene.candidate is None:
        at_hand = _at_hand(scene, declared)
        if at_hand:
            because.append(f"In reach there is {listed(at_hand)}, which has the type")
        question = f"what should {listed(missing)} be in `{scene.function_name}`?"
    return Account(meaning, tuple(because), rule, question)


def _declaration(scene: Scene, kind: str, name: str) -> str:
    for definition in scene.definitions(kind.rsplit("::", 1)[-1], "struct", "variant"):
        for node in scene.site.inside(scene.item(definition), "field_declaration"):
            if text_of(node.child_by_field_name("name")) == name:
                return short(f"{name}: {text_of(node.child_by_field_name('type'))}")
    return ""


def _at_hand(scene: Scene, declared: list[str]) -> list[str]:
    """The parameters of the function whose type is that of a missing field."""
    types = {each.partition(": ")[2] for each in declared}
    parameters = scene.function.child_by_field_name("parameters") if scene.function is not None else None
    return [
        text_of(each.child_by_field_name("pattern"))
        for each in (parameters.named_children if parameters is not None else ())
        if each.type == "parameter" and text_of(each.child_by_field_name("type")) in types
    ]
