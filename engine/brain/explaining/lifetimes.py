"""Lifetimes that are missing, undeclared, too many, or shorter than promised."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, listed
from engine.rust.tree import item_name, text_of


@reader("E0106", "E0726")
def tell_missing(scene: Scene) -> Account | None:
    """A reference without a lifetime where none can be filled in: in a field, or in a return type."""
    field = scene.around(scene.here, "field_declaration")
    holder = scene.around(scene.here, "struct_item", "enum_item", "union_item")
    if field is not None and holder is not None:
        name = text_of(field.child_by_field_name("name"))
        written = " ".join(text_of(field.child_by_field_name("type")).split())
        meaning = (
            f"`{item_name(holder)}` keeps a reference in `{name}: {written}`, and does not say how long that lasts"
        )
        because = [
            f"Whoever holds a `{item_name(holder)}` must know how long the text or value behind `{name}` is there"
        ]
        rule = (
            "a type that stores a reference takes a lifetime parameter, such as `'a`, and every `impl` of it names it"
        )
        return Account(meaning, tuple(because), rule)
    if scene.function_name:
        meaning = (
            f"`{scene.function_name}` returns a reference, `{scene.returns}`, and does not say from whom it borrows"
        )
        because = []
        if helped := scene.match(r"(this function's return type contains a borrowed value[^\n]*)"):
            because.append(_sentence(helped[1]))
        rule = "a returned reference borrows from an argument, and where that is not obvious a lifetime names which"
        return Account(meaning, tuple(because), rule)
    if holder is not None:
        meaning = f"`{item_name(holder)}` holds something borrowed here, and no lifetime says for how long"
        return Account(meaning, (), "a type that stores a reference takes a lifetime parameter, such as `'a`")
    meaning = f"`{scene.line(scene.primary)}` leaves out a lifetime that has to be named here"
    return Account(meaning, (), "a lifetime may be left out only where the elision rules say which one is meant")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


@reader("E0261")
def tell_undeclared(scene: Scene) -> Account | None:
    """A lifetime that nobody introduced; whether another one is declared on the same item."""
    name = next(iter(scene.ticked), "")
    if not name:
        return None
    holder = scene.around(
        scene.here, "impl_item", "function_item", "struct_item", "enum_item", "trait_item", "type_item"
    )
    declared = _declared(scene)
    what = f" of `{item_name(holder)}`" if holder is not None else ""
    meaning = (
        f"`{scene.line(scene.primary)}` uses the lifetime `{name}`, which nothing around it declares{what and ','}"
    )
    meaning = meaning.rstrip(",")
    because = []
    if declared:
        because.append(f"Declared there is {listed(declared)}")
    elif holder is not None and holder.type == "impl_item":
        because.append(f"The `impl` of `{item_name(holder)}` does not introduce `{name}`: it wants `impl<{name}>`")
    rule = "a lifetime is a parameter: it is introduced in `<…>` after `impl`, `fn` or the type's name, and then used"
    return Account(meaning, tuple(because), rule)


def _declared(scene: Scene) -> list[str]:
    names: list[str] = []
    node = scene.here
    while node is not None:
        parameters = node.child_by_field_name("type_parameters")
        if parameters is not None:
            names += re.findall(r"'\w+", text_of(parameters))
        node = node.parent
    return list(dict.fromkeys(names))


@reader("E0107")
def tell_count(scene: Scene) -> Account | None:
    """More or fewer generic or lifetime arguments than the type has parameters."""
    counted = re.search(r"takes (.+?) but (.+?) (?:was|were) supplied", scene.found.message)
    if counted is None:
        return None
    name = next(iter(scene.ticked), scene.code(scene.primary)).split("<")[0]
    span = scene.noted("defined here")
    meaning = f"`{name}` takes {counted[1]}, and `{scene.line(scene.primary)}` gives it {counted[2]}"
    because = [f"{scene.at(span)} declares it: `{scene.line(span).rstrip('{ ')}`"] if span else []
    return Account(
        meaning, tuple(because), "a generic type gets exactly the arguments that it declares, lifetimes included"
    )


@reader("", "E0621", "E0495", "E0623", "E0312", "E0700")
def tell_outlives(scene: Scene) -> Account | None:
    """`lifetime may not live long enough`, and a parameter whose type lacks the lifetime that is returned."""
    message = scene.found.message
    if "lifetime may not live long enough" not in message and "explicit lifetime required" not in message:
        return None
    wanted = ("returning", "requires", "required", "has type", "lifetime `")
    label = next((found for word in wanted if (found := scene.label(word))), "")
    meaning = f"`{scene.line(scene.primary)}` hands out a reference for longer than its lifetime promises"
    because = [f"The compiler puts it so: {label}"] if label else []
    if scene.function is not None:
        head = " ".join(text_of(scene.function).split("{", 1)[0].split())
        because.append(f"The signature says `{head[:110]}`")
    rule = "the lifetimes of a signature are a promise: what is returned may not outlive what it borrows from"
    return Account(meaning, tuple(because), rule)
