"""Operators on types that do not have them, and stars that are too many or too few."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed, ticks
from engine.rust.tree import base_name, descendants, parse_tree, text_of

_TRAITS = {
    "+": "Add",
    "-": "Sub",
    "*": "Mul",
    "/": "Div",
    "%": "Rem",
    "==": "PartialEq",
    "!=": "PartialEq",
    "<": "PartialOrd",
    "<=": "PartialOrd",
    ">": "PartialOrd",
    ">=": "PartialOrd",
    "&": "BitAnd",
    "|": "BitOr",
    "^": "BitXor",
    "<<": "Shl",
    ">>": "Shr",
}


@reader("E0369", "E0277")
def tell_binary(scene: Scene) -> Account | None:
    """The operator, the trait behind it, and for which types of this crate it is there."""
    node = scene.around(scene.here, "binary_expression")
    operator = text_of(node.child_by_field_name("operator")) if node is not None else ""
    if scene.found.code == "E0277" and not scene.found.message.startswith(("cannot ", "can't ")):
        return None
    trait = _TRAITS.get(operator, "")
    if not trait:
        return None
    types = [span.label or "" for span in scene.found.spans if not span.primary and span.label]
    involved = listed([_type(label) for label in types]) or listed(ticks(scene.found.message)[-1:])
    meaning = f"`{operator}` is the trait `{trait}`, and {involved} does not have it"
    because = []
    if scene.function_name:
        because.append(f"`{scene.function_name}` writes `{scene.line(scene.primary)}`")
    if holders := implementers(scene, trait):
        because.append(f"In this crate `{trait}` is implemented for {listed(holders)}, and each type needs its own")
    rule = "an operator is a call of a trait's method, so it works on exactly the types that implement the trait"
    return Account(meaning, tuple(because), rule)


def _type(label: str) -> str:
    return ticks(label)[0] if ticks(label) else label.strip()


def implementers(scene: Scene, trait: str) -> list[str]:
    """The types that the crate's files implement a trait for, by `impl` or by derive, in order."""
    found: list[str] = []
    for _, source in scene.sources():
        if trait.encode() not in source:
            continue
        found += [
            base_name(node.child_by_field_name("type"))
            for node in descendants(parse_tree(source).root_node)
            if node.type == "impl_item" and base_name(node.child_by_field_name("trait")) == trait
        ]
    return list(dict.fromkeys(found))


@reader("E0368", "E0067")
def tell_assignment(scene: Scene) -> Account | None:
    """`+=` on a reference: the number is behind it."""
    named = re.search(r"operation `([^`]+)` cannot be applied to type `([^`]+)`", scene.found.message)
    if named is None:
        return None
    operator, kind = named.groups()
    node = scene.around(scene.here, "compound_assignment_expr")
    left = text_of(node.child_by_field_name("left")) if node is not None else ""
    meaning = f"`{left or 'the left side'}` is a `{kind}`, and `{operator}` does not work on that type"
    because = []
    if kind.startswith("&mut "):
        behind = kind.removeprefix("&mut ")
        because.append(
            f"It is a mutable reference: the `{behind}` to change is behind it, and `*{left}` dereferences it"
        )
    elif kind.startswith("&"):
        because.append("It is a shared reference, and through such a one nothing can be changed")
    rule = "assignment changes a place, and a reference's place is reached by dereferencing it with `*`"
    return Account(meaning, tuple(because), rule)


@reader("E0614")
def tell_dereference(scene: Scene) -> Account | None:
    """A star on a value that is no reference."""
    kind = next(iter(ticks(scene.found.message)), "")
    code = scene.code(scene.primary)
    if not kind:
        return None
    name = code.lstrip("*")
    meaning = f"`{code}` dereferences `{name}`, but that is a plain `{kind}` already"
    because = []
    origin = _origin(scene, name)
    if origin:
        because.append(f"It comes from `{origin}`")
    rule = "`*` follows a reference or a smart pointer; a value that is neither leads nowhere"
    return Account(meaning, tuple(because), rule)


def _origin(scene: Scene, name: str) -> str:
    """The head of the statement or condition that binds a name in the function around."""
    body = scene.function
    if body is None or not name.isidentifier():
        return ""
    for node in scene.site.inside(body, "let_declaration", "let_condition", "for_expression", "parameter"):
        pattern = node.child_by_field_name("pattern")
        if pattern is not None and re.search(rf"\b{name}\b", text_of(pattern)):
            text = " ".join(text_of(node).split("{", 1)[0].split()).rstrip(";")
            return text if len(text) <= 80 else text[:79] + "…"
    return ""


@reader("E0600", "E0604", "E0605", "E0606", "E0607", "E0610", "E0618")
def tell_unfit(scene: Scene) -> Account | None:
    """Casts, negations, fields and calls on a type that has none: the compiler's words with the code they are about."""
    code = scene.code(scene.primary)
    meaning = f"`{code}`: {scene.found.message}" if code else scene.found.message
    because = [f"`{scene.code(span)}` on {scene.at(span)}: {span.label}" for span in scene.spans() if not span.primary]
    return Account(meaning, tuple(because[:2]))
