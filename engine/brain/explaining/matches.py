"""Matches that leave cases out, and patterns that may not match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed, short, ticks
from engine.brain.invention import Witness
from engine.rust.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node


@reader("E0004", "E0005")
def tell_left_out(scene: Scene) -> Account | None:
    """The cases without an arm, what the other arms do, and, where nothing says what is due, the question."""
    missing = list(ticks(scene.label("not covered") or scene.found.message))
    match = scene.around(scene.here, "match_expression", "let_declaration")
    if not missing:
        return None
    subject = text_of(match.child_by_field_name("value")) if match is not None else ""
    kind = scene.match(r"matched value is of type `([^`]+)`")
    of = f", a `{kind[1]}`," if kind else ""
    head = (
        f"the `match` on `{short(subject)}`{of}"
        if match is not None and match.type == "match_expression"
        else "the pattern"
    )
    meaning = f"in {scene.place} {head} does not say what happens for {listed(missing)}"
    because = []
    defined = scene.noted("defined here")
    if defined is not None and kind:
        name = missing[0].split("(")[0].split("{")[0].strip()
        because.append(
            f"`{kind[1]}` ({scene.at(defined)}) has `{name}` among its variants{_fields_of(scene, defined, name)}"
        )
    arms = _arms(match)
    values = [" ".join(text_of(arm.child_by_field_name("value")).split()).rstrip(",") for arm in arms]
    if scene.candidate is None and values and _all_constant(arms):
        shown = "; ".join(f"`{short(text_of(arm).rstrip(','), 40)}`" for arm in arms[:3])
        because.append(f"Every other case has a {_noun(scene)} of its own: {shown}")
    question = ""
    if scene.candidate is None:
        question = f"what {_noun(scene)} is due for {listed(missing)} in `{scene.function_name or 'this match'}`?"
        if Witness(scene.site).is_open:
            question += " Nothing in the repository says it: it is not specified"
    rule = (
        "a `match` covers every value that its type can have, so that a new variant is a decision and never an accident"
    )
    return Account(meaning, tuple(because), rule, question)


def _noun(scene: Scene) -> str:
    """What the arms give, in the function's own word where its name is one: `rate`, `label`; else "value"."""
    name = scene.function_name
    words = [word for word in name.split("_") if word.isalpha() and len(word) > 2]
    return words[-1] if words and words[-1] not in ("new", "from", "into", "get", "fmt") else "value"


def _arms(match: Node | None) -> list[Node]:
    body = match.child_by_field_name("body") if match is not None else None
    return [each for each in body.named_children if each.type == "match_arm"] if body is not None else []


def _all_constant(arms: list[Node]) -> bool:
    from engine.rust.substance import is_constant

    values = [arm.child_by_field_name("value") for arm in arms]
    return bool(values) and all(value is not None and is_constant(value) for value in values)


def _fields_of(scene: Scene, defined: object, variant: str) -> str:
    from engine.schema.diagnostic import Span

    assert isinstance(defined, Span)
    node = scene.around(scene.node(defined), "enum_item")
    name = variant.rsplit("::", 1)[-1]
    for each in scene.site.inside(node, "enum_variant"):
        if text_of(each.child_by_field_name("name")) == name:
            body = text_of(each.child_by_field_name("body"))
            names = re.findall(r"(\w+)\s*:", body)
            return f", with {listed(names)}" if names else ""
    return ""
