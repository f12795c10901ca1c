"""A parameter that the body uses and the callers pass, and that the signature has lost.

Book ch. 3.3; E0061, E0425. The type is what callers pass, or what a parameter of this name has elsewhere in the crate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.items import node_of
from engine.brain.moves.move import Fix, Site, move
from engine.brain.moves.type_text import bare
from engine.rust.tree import parse_tree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.schema.diagnostic import Diagnostic

_UNKNOWN = re.compile(r"cannot find value `(\w+)` in this scope")
_PASSED = re.compile(r"unexpected argument(?: #(\d+))? of type `([^`]+)`")
_MOST_TYPES = 3
_MOST_PLACES = 3
_MOST_FILES = 60


@move("take-the-parameter", "E0425", "E0061", prior=0.6)
def take_the_parameter(site: Site) -> Iterator[Fix]:
    """Gives a function the parameter back that its body names: as callers pass it, or as others of its name are."""
    every = (site.diagnostic, *site.context.others)
    surplus = [each for each in every if each.code == "E0061" and _PASSED.search(_labels(each))]
    unknown = [each for each in every if each.code == "E0425"] if site.diagnostic.code == "E0061" else [site.diagnostic]
    seen: set[tuple[int, str]] = set()
    for each in unknown:
        match, span = _UNKNOWN.match(each.message), each.primary
        if match is None or span is None or span.file != site.path or span.byte_end > len(site.source):
            continue
        function = site.around(site.node_of(span), "function_item")
        held = function.child_by_field_name("parameters") if function is not None else None
        if function is None or held is None or (function.start_byte, match[1]) in seen:
            continue
        seen.add((function.start_byte, match[1]))
        yield from _taken(site, function, held, match[1], surplus)


def _taken(site: Site, function: Node, held: Node, name: str, surplus: list[Diagnostic]) -> Iterator[Fix]:
    passed = [_PASSED.search(_labels(each)) for each in surplus if _is_about(site, each, function)]
    kinds, place = _elsewhere(site, function, name), None
    for found in passed:
        if found is None:
            continue
        place = int(found[1] or 1) - 1
        kind = bare(found[2]).replace("'static ", "")
        if not re.search(r"[{_]", kind):
            kinds = {kind: 1.0} | {other: weight for other, weight in kinds.items() if other != kind}
        break
    own = [each for each in held.named_children if each.type == "parameter"]
    if place is None:
        place = _place_of(site, function, name, len(own))
    places = list(dict.fromkeys((*(() if place is None else (place,)), len(own), 0, 1)))
    written = text_of(function.child_by_field_name("name"))
    for kind, weight in list(kinds.items())[:_MOST_TYPES]:
        for rank, at in enumerate([each for each in places if each <= len(own)][:_MOST_PLACES]):
            text = f"{name}: {kind}"
            if at < len(own):
                edit = site.insert(own[at].start_byte, f"{text}, ")
            else:
                last = [each for each in held.named_children if not each.is_extra]
                behind = last[-1].end_byte if last else held.start_byte + 1
                edit = site.insert(behind, f", {text}" if last else text)
            yield Fix(
                f"Let `{written}` take `{text}`.",
                (edit,),
                f"the body of `{written}` uses `{name}`, and nobody hands it over",
                weight * 0.7**rank * (1.0 if passed else 0.8),
            )


def _labels(diagnostic: Diagnostic) -> str:
    return "\n".join(span.label for span in diagnostic.spans if span.label)


def _is_about(site: Site, diagnostic: Diagnostic, function: Node) -> bool:
    """Whether a call that passes too much calls this function."""
    for note in diagnostic.notes:
        for span in note.spans if "defined here" in note.message else ():
            source = site.read(span.file) if span.file == site.path else None
            called = node_of(source, span.byte_start, "function_item") if source is not None else None
            if called is not None and called.start_byte == function.start_byte:
                return True
    return False


def _elsewhere(site: Site, function: Node, name: str) -> dict[str, float]:
    """The types of parameters of a name, with weights: those of the same block first, then the commonest."""
    near, far = Counter[str](), Counter[str]()
    for path in (site.path, *(each for each in site.context.index.files() if each != site.path))[:_MOST_FILES]:
        source = site.read(path) or b""
        if not re.search(rf"\b{name}\s*:".encode(), source):
            continue
        for each in site.inside(parse_tree(source).root_node, "parameter"):
            if text_of(each.child_by_field_name("pattern")) != name:
                continue
            block = function.parent
            inside = path == site.path and block is not None and block.start_byte <= each.start_byte < block.end_byte
            (near if inside else far)[text_of(each.child_by_field_name("type"))] += 1
    ranked = dict.fromkeys([kind for kind, _ in (*near.most_common(), *far.most_common())])
    return {kind: 0.9 * 0.8**rank for rank, kind in enumerate(ranked)}


def _place_of(site: Site, function: Node, name: str, count: int) -> int | None:
    """Where callers in this file pass an argument of the name among one more than are taken; None where none does."""
    called = text_of(function.child_by_field_name("name"))
    for call in site.inside(site.root, "call_expression"):
        listed = call.child_by_field_name("arguments")
        target = text_of(call.child_by_field_name("function"))
        if listed is None or re.split(r"\.|::", target)[-1] != called:
            continue
        given = [text_of(each).lstrip("&*") for each in listed.named_children if not each.is_extra]
        if len(given) == count + 1 and name in given:
            return given.index(name)
    return None
