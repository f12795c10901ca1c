"""Literals of the wrong kind: a number in quotes, a fraction where a whole number is meant.

Book ch. 3.2; Reference, "Literal expressions"; E0061, E0277, E0308, E0369, E0599, E0600, E0604, E0606, E0614.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.expressions import STATEMENTS
from engine.brain.moves.move import Fix, Site, is_written, move
from engine.rust.tree import ancestors, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_FRACTION = re.compile(r"(\d[\d_]*)\.0?(_?f32|_?f64)?")
_QUOTED = re.compile(
    r"\"(true|false|(?:0[box][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)(?:[ui](?:8|16|32|64|128|size)|f32|f64)?)\""
)
_MOST = 4


@move("write-the-number-whole", "E0277", "E0308", "E0369", "E0600", "E0604", "E0606", "E0614", prior=0.65)
def write_the_number_whole(site: Site) -> Iterator[Fix]:
    """Writes a fraction without a fractional part as the whole number that it is, where whole numbers are wanted."""
    if not re.search(r"float|f32|f64", site.said):
        return
    for place, (literal, found) in enumerate(_near(site, "float_literal", _FRACTION)):
        yield Fix(
            f"Write `{found[1]}`.",
            (site.swap(literal, found[1]),),
            f"`{text_of(literal)}` is a fraction, and a whole number is wanted",
            0.85**place,
        )


@move(
    "take-out-of-quotes", "", "E0061", "E0277", "E0308", "E0369", "E0599", "E0600", "E0604", "E0606", "E0614", prior=0.8
)
def take_out_of_quotes(site: Site) -> Iterator[Fix]:
    """Writes a number, or a truth, that stands in quotes without them, where text is not wanted."""
    if not re.search(r"\bstr\b|\"", site.said):
        return
    for place, (literal, found) in enumerate(_near(site, "string_literal", _QUOTED)):
        yield Fix(
            f"Write `{found[1]}`.",
            (site.swap(literal, found[1]),),
            f"`{found[0]}` is text, and what it says is wanted as a value",
            0.85**place,
        )


def _near(site: Site, kind: str, pattern: re.Pattern[str]) -> list[tuple[Node, re.Match[str]]]:
    """The literals of a kind that look so and could be meant: at the labels, in the statement, in what it names."""
    holder = site.node
    for each in ancestors(site.node):
        if each.type in STATEMENTS:
            break
        holder = each
    labelled = [site.node_of(span) for span in site.diagnostic.spans if span.file == site.path and is_written(span)]
    near = [literal for place in (site.node, *labelled, holder) for literal in site.inside(place, kind)]
    names = {text_of(each) for each in site.inside(holder, "identifier")}
    for let in site.inside(site.around(site.node, "function_item"), "let_declaration"):
        bound = text_of(let.child_by_field_name("pattern")).removeprefix("mut ")
        if bound in names and let.child_by_field_name("type") is None:
            near += site.inside(let.child_by_field_name("value"), kind)
    found = ((literal, pattern.fullmatch(text_of(literal))) for literal in dict.fromkeys(near))
    return [(literal, match) for literal, match in found if match is not None][:_MOST]
