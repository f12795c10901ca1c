"""Format strings and their arguments that do not fit each other.

std::fmt; errors without a code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.brain.moves.items import fields_of, items_named
from engine.brain.moves.move import Fix, Site, move
from engine.rust.scope import bindings_in_scope
from engine.rust.tree import base_name, text_of

_MOST = 8


@move("give-the-missing-argument", "", prior=0.5)
def give_the_missing_argument(site: Site) -> Iterator[Fix]:
    """Gives a format string the argument that it lacks: a field or a variable that the call does not speak of yet."""
    message = site.diagnostic.message
    counted = re.match(
        r"(\d+) positional arguments? in format string, but (?:there (?:is|are) (\d+)|no arguments)", message
    )
    call = site.around(site.node, "macro_invocation")
    if counted is None or call is None or int(counted[1]) - int(counted[2] or 0) != 1:
        return
    written = text_of(call)
    names: dict[str, float] = {}
    owner = site.around(call, "impl_item")
    if owner is not None and any(each.name == "self" for each in bindings_in_scope(site.source, call.start_byte)):
        for _, item in items_named(site, base_name(owner.child_by_field_name("type")), "struct_item"):
            for name in fields_of(item):
                names[f"self.{name}"] = 1.0 if f"self.{name}" not in written else 0.2
    for each in bindings_in_scope(site.source, call.start_byte):
        if each.kind in ("local", "parameter") and each.name not in ("self", "f", "fmt", "formatter"):
            names.setdefault(each.name, 0.9 if not re.search(rf"\b{re.escape(each.name)}\b", written) else 0.2)
    inside = written[:-1].rstrip()
    at = call.start_byte + len(inside.encode())
    comma = "" if inside.endswith(",") else ","
    for place, (name, weight) in enumerate(sorted(names.items(), key=lambda each: -each[1])[:_MOST]):
        yield Fix(
            f"Show `{name}`.",
            (site.insert(at, f"{comma} {name}"),),
            "the string has a place for which no argument is given",
            weight * 0.95**place,
            "Which value belongs there is my reading of the names.",
        )
