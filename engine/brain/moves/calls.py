"""Calls with too few arguments: fill in what is in scope under the parameter's name, or of its type.

E0061, E0057. The compiler shows where an argument is missing and of which type, but never which value was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from engine.brain.moves.items import node_of
from engine.brain.moves.move import Fix, Site, move
from engine.brain.moves.values import values
from engine.rust.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_PLACEHOLDER = re.compile(r"/\* (.*?) \*/")
_MOST = 4


def _parameters(site: Site) -> list[tuple[str, str]]:
    """Name and type of the parameters of the function that is called, without `self`."""
    for note in site.diagnostic.notes:
        if "defined here" not in note.message:
            continue
        for span in note.spans:
            source = site.read(span.file)
            if source is None or not span.primary:
                continue
            function = node_of(source, span.byte_start, "function_item", "function_signature_item")
            listed = function.child_by_field_name("parameters") if function is not None else None
            return [
                (text_of(each.child_by_field_name("pattern")), text_of(each.child_by_field_name("type")))
                for each in (listed.named_children if listed is not None else ())
                if each.type == "parameter"
            ]
    return []


@move("pass-what-is-missing", "E0061", "E0057", prior=0.6)
def pass_what_is_missing(site: Site) -> Iterator[Fix]:
    """Passes the missing arguments: what bears the parameter's name, what has its type, or an empty value."""
    known = _parameters(site)
    for suggestion in site.diagnostic.suggestions:
        if len(suggestion.parts) != 1 or suggestion.parts[0].file != site.path:
            continue
        part = suggestion.parts[0]
        holes = list(_PLACEHOLDER.finditer(part.text))
        if not holes:
            continue
        names = _names(part.text, known)
        choices = [
            list(islice(values(site, part.byte_start, names.get(hole.start(), ("", ""))[0], _kind(hole, names)), _MOST))
            for hole in holes
        ]
        if not all(choices):
            continue
        for rank in range(max(map(len, choices))):
            picked = [choice[min(rank, len(choice) - 1)] for choice in choices]
            text, weight, shift = part.text, 1.0, 0
            for hole, (value, worth) in zip(holes, picked, strict=True):
                text = text[: hole.start() + shift] + value + text[hole.end() + shift :]
                shift += len(value) - (hole.end() - hole.start())
                weight *= worth
            shown = ", ".join(f"`{value}`" for value, _ in picked)
            plural = "s" * (len(holes) != 1)
            yield Fix(
                f"Pass {shown} as the missing argument{plural}.",
                (site.edit(part.byte_start, part.byte_end, text),),
                f"the call leaves out {len(holes)} argument{plural}",
                weight,
                "The value is my reading of the names; the compiler only knows the type.",
            )


def _kind(hole: re.Match[str], names: dict[int, tuple[str, str]]) -> str:
    """The type as the function writes it, or as the compiler shows it."""
    written = names.get(hole.start(), ("", ""))[1]
    return written or hole[1]


def _names(text: str, known: list[tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Which parameter each placeholder stands for, by its place in the list of arguments."""
    found: dict[int, tuple[str, str]] = {}
    depth, place = 0, 0
    at = 0
    begins = text.find("(")
    while at < len(text):
        if hole := _PLACEHOLDER.match(text, at):
            if place < len(known):
                found[at] = known[place]
            at = hole.end()
            continue
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if text[at] == "," and depth == (1 if begins >= 0 else 0):
            place += 1
        at += 1
    return found


@move("call-it-with-what-it-takes", "E0061", "E0057", prior=0.4)
def call_it_with_what_it_takes(site: Site) -> Iterator[Fix]:
    """Joins separate arguments into the one tuple that the function takes."""
    call = site.around(site.node, "call_expression")
    arguments = call.child_by_field_name("arguments") if call is not None else None
    if arguments is None or not re.search(r"takes 1 argument but \d+ arguments were supplied", site.diagnostic.message):
        return
    known = _parameters(site)
    if len(known) == 1 and known[0][1].startswith("("):
        given: list[Node] = [each for each in arguments.named_children if not each.is_extra]
        start, end = given[0].start_byte, given[-1].end_byte
        yield Fix(
            "Pass the arguments as one tuple.",
            (site.insert(start, "("), site.insert(end, ")")),
            "the function takes one tuple, not its parts",
        )
