"""Clippy's and rustc's lints: code that compiles, and that does not mean what it seems to or could be simpler."""

from __future__ import annotations

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed, ticks
from engine.rust.tree import item_name, text_of
from engine.schema.diagnostic import Level

_KNOWN = {
    "derived_hash_with_manual_eq": (
        "values that are equal must have equal hashes: a map first looks where the hash leads, and would miss an equal "
        "key that is hashed otherwise"
    ),
    "derive_ord_xor_partial_ord": "`Ord` and `PartialOrd` must agree about every pair of values",
    "derived_partial_eq_with_manual_hash": "values that are equal must have equal hashes",
}


@reader("clippy")
def tell_lint(scene: Scene) -> Account | None:
    """The lint's own words, the item it is about, and what its notes point to with the code that stands there."""
    message = scene.found.message
    name = (scene.found.code or "").removeprefix("clippy::")
    holder = scene.here
    while holder is not None and holder.type != "attribute_item":
        holder = holder.parent
    item = holder.next_named_sibling if holder is not None else None
    while item is not None and item.type in ("attribute_item", "line_comment"):
        item = item.next_named_sibling
    subject = f"`{item_name(item)}` ({scene.found.where})" if item is not None else scene.place
    meaning = f"{subject} compiles, but clippy finds that {_third_person(message)}"
    because = []
    for note in scene.found.notes:
        if note.level is Level.HELP:  # it leads up to code that is shown below it, and breaks off without
            continue
        for span in note.spans[:1]:
            because.append(f"{scene.at(span)}, `{scene.line(span).rstrip('{ ')}`: {note.message}")
            body = _body(scene, span)
            if body:
                derived = listed(list(ticks(message))[:1])
                because.append(f"What is written there is {body}, and the derived {derived} does not follow it")
    return Account(meaning, tuple(because[:3]), _KNOWN.get(name, ""))


def _third_person(message: str) -> str:
    """`you are deriving X but have implemented Y` → `it derives X and implements Y`, other messages as they are."""
    said = message.replace("you are deriving", "it derives").replace("but have implemented", "but implements")
    return said.rstrip(".")


def _body(scene: Scene, span: object) -> str:
    """The body of the one function of an impl, where it is short."""
    from engine.schema.diagnostic import Span

    assert isinstance(span, Span)
    holder = scene.around(scene.node(span), "impl_item")
    functions = list(scene.site.inside(holder, "function_item"))
    if len(functions) != 1:
        return ""
    text = " ".join(text_of(functions[0].child_by_field_name("body")).split()).strip("{} ")
    return f"`{text}`" if 0 < len(text) <= 80 else ""
