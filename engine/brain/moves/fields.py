"""Fields left out or named wrongly: what is in scope under their names, the default, the only one there is.

E0063, E0559, E0560, E0609, E0026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.items import fields_of, items_named
from engine.brain.moves.move import Fix, Site, move, ticks
from engine.brain.moves.values import empty_value, has_default, values
from engine.rust.tree import text_of
from engine.schema.patch import Edit

if TYPE_CHECKING:
    from tree_sitter import Node


def _missing(site: Site) -> tuple[str, dict[str, str]]:
    """The struct and its fields that the literal leaves out, with their types."""
    owner = (ticks(site.diagnostic.message) or ("",))[-1].partition("<")[0]
    literal = site.around(site.node, "struct_expression")
    written = literal.child_by_field_name("name") if literal is not None else None
    given = {name for name, _ in _given(literal)}
    for name in dict.fromkeys((owner, text_of(written).rsplit("::", 1)[-1])):
        for _, item in items_named(site, name, "struct_item", "enum_variant"):
            fields = fields_of(item)
            if given <= {*fields} and fields:
                return name, {field: kind for field, kind in fields.items() if field not in given}
    return "", {}


def _given(literal: Node | None) -> Iterator[tuple[str, Node]]:
    body = literal.child_by_field_name("body") if literal is not None else None
    for each in body.named_children if body is not None else ():
        if each.type in ("field_initializer", "shorthand_field_initializer"):
            yield re.split(r"\s*:", text_of(each))[0], each


def _appended(site: Site, literal: Node, lines: list[str], *, base: bool = False) -> Edit | None:
    """Puts initialisers behind the last one of a literal, one a line if those stand so."""
    body = literal.child_by_field_name("body")
    if body is None:
        return None
    last = next((each for each in reversed(body.named_children) if not each.is_extra), None)
    if last is None:
        return site.edit(body.start_byte, body.end_byte, "{ " + ", ".join(lines) + " }")
    if last.type == "base_field_initializer":
        return None
    comma = last.next_sibling if last.next_sibling is not None and last.next_sibling.type == "," else None
    stacked = last.start_point.row != body.start_point.row
    gap = f"{site.newline}{site.indent(last.start_byte)}" if stacked else " "
    text = ("" if comma else ",") + gap + f",{gap}".join(lines) + ("," if stacked and not base else "")
    return site.insert((comma or last).end_byte, text)


@move("fill-in-the-fields", "E0063", prior=0.65)
def fill_in_the_fields(site: Site) -> Iterator[Fix]:
    """Initialises every missing field: by a variable of its name, else with what its type calls empty."""
    owner, missing = _missing(site)
    literal = site.around(site.node, "struct_expression")
    if literal is None or not missing:
        return
    at = literal.start_byte
    named: list[str] = []
    empty: list[str] = []
    worth = 1.0
    for field, kind in missing.items():
        best = next(iter(values(site, at, field, kind)), None)
        if best is None:
            return
        value, weight = best
        named.append(field if value == field else f"{field}: {value}")
        worth *= min(1.0, weight * (1.3 if weight < 0.5 else 1.0))
        nothing = empty_value(site, kind)
        empty.append(f"{field}: {nothing}" if nothing else "")
    plural = "s" * (len(missing) != 1)
    shown = ", ".join(f"`{field}`" for field in missing)
    cause = f"`{owner}` has {len(missing)} more field{plural}: {shown}"
    for lines, weight in ((named, worth), (empty, 0.25)):
        edit = _appended(site, literal, lines) if all(lines) else None
        if edit is not None:
            yield Fix(f"Initialise {', '.join(f'`{line}`' for line in lines)}.", (edit,), cause, weight)


@move("take-the-rest-from-the-default", "E0063", prior=0.5)
def take_the_rest_from_the_default(site: Site) -> Iterator[Fix]:
    """Takes the missing fields from `Default`, for a struct that has it."""
    owner, missing = _missing(site)
    literal = site.around(site.node, "struct_expression")
    inside = site.around(site.node, "function_item")
    if literal is None or not owner or not has_default(site, owner):
        return
    if inside is not None and text_of(inside.child_by_field_name("name")) == "default":
        return  # it would call itself for ever
    edit = _appended(site, literal, ["..Default::default()"], base=True)
    if edit is not None:
        yield Fix(
            f"Take the rest of `{owner}` from its default.",
            (edit,),
            f"`{owner}` has fields that nobody sets here: {', '.join(missing)}",
            trade_off="A field added later is filled silently too.",
        )


@move("take-the-only-field-left", "E0560", "E0559", "E0609", "E0026", prior=0.55)
def take_the_only_field_left(site: Site) -> Iterator[Fix]:
    """Takes the one field that is not named yet where a name fits none: there is no other it could mean."""
    kind = re.search(r"(?:struct|variant|type) `&?(?:mut )?([\w:]+)", site.diagnostic.message)
    wrong = text_of(site.node)
    owner = kind[1].rsplit("::", 1)[-1] if kind else ""
    literal = site.around(site.node, "struct_expression", "struct_pattern")
    given = {name for name, _ in _given(literal)}
    if literal is not None and literal.type == "struct_pattern":
        given = {re.split(r"\s*:", text_of(each))[0] for each in site.inside(literal, "field_pattern")}
    for _, item in items_named(site, owner, "struct_item", "enum_variant"):
        left = [field for field in fields_of(item) if field not in given]
        if len(left) == 1 and re.fullmatch(r"\w+", wrong):
            yield Fix(
                f"`{wrong}` should read `{left[0]}`.",
                (site.swap(site.node, left[0]),),
                f"`{owner}` has no `{wrong}`; `{left[0]}` is the only field it could be",
            )
