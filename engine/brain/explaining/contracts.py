"""Implementations that do not keep what their trait asks for."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.operators import implementers
from engine.brain.explaining.scene import Scene, listed, short, ticks
from engine.rust.tree import base_name, descendants, item_name, parse_tree, text_of


@reader("E0046")
def tell_missing(scene: Scene) -> Account | None:
    """The items that an impl lacks, with the trait's own line, and what its siblings give."""
    missing = list(ticks(scene.found.message.split("missing:", 1)[-1]))
    holder = scene.around(scene.here, "impl_item")
    if not missing or holder is None:
        return None
    trait, kind = base_name(holder.child_by_field_name("trait")), item_name(holder)
    meaning = f"`impl {trait} for {kind}` ({scene.found.where}) lacks {listed(missing)}, which `{trait}` requires"
    asked = scene.span("from trait")
    because = (
        [f"The trait declares `{scene.line(asked).rstrip(';{ ')}` on {scene.at(asked)}, without a body"]
        if asked
        else []
    )
    siblings = _siblings(scene, trait, missing[0])
    if siblings:
        shown = "; ".join(f"`{name}` has `{body}`" for name, body in siblings[:3])
        because.append(f"Its siblings have it: {shown}")
    elif others := [each for each in implementers(scene, trait) if each != kind]:
        because.append(f"Other implementations are those of {listed(others)}")
    question = ""
    if scene.candidate is None:
        question = f"what should {listed(missing)} do for `{kind}`?"
        if len({body for _, body in siblings}) > 1:
            question += " Each of its siblings gives something of its own"
    rule = "an `impl` gives every item of its trait that has no default, so that callers can rely on all of them"
    return Account(meaning, tuple(because), rule, question)


def _siblings(scene: Scene, trait: str, method: str) -> list[tuple[str, str]]:
    """The bodies that other types of the crate give a method of a trait, by type."""
    found = []
    for _, source in scene.sources():
        if trait.encode() not in source:
            continue
        for node in descendants(parse_tree(source).root_node):
            if node.type == "impl_item" and base_name(node.child_by_field_name("trait")) == trait:
                for each in descendants(node):
                    if each.type == "function_item" and text_of(each.child_by_field_name("name")) == method:
                        body = " ".join(text_of(each.child_by_field_name("body")).split()).strip("{} ")
                        found.append((item_name(node), short(body, 40)))
    return found


@reader("E0053", "E0050", "E0186", "E0185", "E0195", "E0049", "E0407", "E0437")
def tell_differs(scene: Scene) -> Account | None:
    """A method of an impl whose signature is not the trait's."""
    holder = scene.around(scene.here, "impl_item")
    if holder is None or holder.child_by_field_name("trait") is None:
        return None
    trait, kind = base_name(holder.child_by_field_name("trait")), item_name(holder)
    name = next(iter(scene.ticked), scene.function_name)
    pair = re.search(r"expected (`[^`]+`|[^,]+), found (`[^`]+`|[^,\n]+)", scene.label("expected") or scene.said)
    own = scene.noted("type in trait") or scene.span("trait", "expected")
    if scene.found.code in ("E0407", "E0437"):
        meaning = f"`impl {trait} for {kind}` has `{name}`, and `{trait}` has no such member"
        return Account(meaning, (), "an `impl` of a trait holds the trait's own items and no others")
    detail = f": the trait says {pair[1]}, the implementation {pair[2]}" if pair else ""
    meaning = f"`{name}` of `impl {trait} for {kind}` ({scene.found.where}) is not what `{trait}` asks for{detail}"
    because = [f"`{kind}` writes `{scene.line(scene.primary).rstrip('{ ')}`"] if scene.line(scene.primary) else []
    if own is not None and own.line_start != (scene.primary.line_start if scene.primary else 0):
        because.append(f"The trait's own line is `{scene.line(own).rstrip(';{ ')}` ({scene.at(own)})")
    rule = "callers know only the trait, so every implementation takes and gives exactly what the trait says"
    return Account(meaning, tuple(because), rule)
