"""What is there but private: functions, types, fields and methods of another module."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene


@reader("E0603", "E0616", "E0624", "E0423", "E0451", "E0364", "E0365", "E0446")
def tell_private(scene: Scene) -> Account | None:
    """Who is private, where it is declared, and who would use it."""
    if "private" not in scene.found.message:
        return None
    named = re.search(r"(\w+(?: \w+)?) `([^`]+)`(?: of \w+ `([^`]+)`)? is private", scene.found.message)
    if named is None:
        return None
    kind, name, owner = named.groups()
    of = f" of `{owner}`" if owner else ""
    meaning = f"{scene.place} uses the {kind} `{name}`{of}, which is private to its own module"
    because = []
    span = scene.noted("defined here")
    homes = scene.context.index.definitions(f"{owner}::{name}" if owner else name)
    if span is not None:
        because.append(f"{scene.at(span)} declares it without `pub`: `{scene.line(span).rstrip('{ ')}`")
    elif homes:
        because.append(f"It is declared at {homes[0].path}:{homes[0].symbol.line} without `pub`")
    also = scene.match(r"a method `([^`]+)` also exists")
    if also:
        because.append(f"`{owner}` has a public way to it: the method `{also[1]}`")
    rule = "what is not `pub` belongs to its module and the modules inside it, so its owner may change it freely"
    return Account(meaning, tuple(because), rule)
