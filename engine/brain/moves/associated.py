"""Associated types: one that is missing, and one that says something else than what the implementation does.

Book ch. 20.2; Reference, "Associated Items"; E0046, E0053, E0271, E0277, E0308.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.brain.moves.move import Fix, Site, is_written, move, ticks
from engine.brain.moves.type_text import bare, differing, parts, spoken
from engine.rust.tree import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_PAIR = re.compile(r"expected [^`\n]*`([^`]+)`[^`]*?found [^`\n]*`([^`]+)`")
_MOST = 6


@move("name-the-associated-type-as-elsewhere", "E0046", prior=0.4)
def take_the_associated_type_as_elsewhere(site: Site) -> Iterator[Fix]:
    """Names one missing associated type as other implementations of the crate do, or by a parameter of this one."""
    owner = site.around(site.node, "impl_item")
    body = owner.child_by_field_name("body") if owner is not None else None
    missing = ticks(site.diagnostic.message.partition("missing:")[2])
    offered = "".join(part.text for each in site.diagnostic.suggestions for part in each.parts)
    if owner is None or body is None or len(missing) != 1 or f"type {missing[0]} =" not in offered:
        return
    name = missing[0]
    kinds: dict[str, float] = {}
    for path in (site.path, *(each for each in site.context.index.files() if each != site.path)):
        for found in re.finditer(rf"\btype {name}\s*=\s*([^;]+);".encode(), site.read(path) or b""):
            kinds.setdefault(" ".join(found[1].decode().split()), 1.0)
    generics = owner.child_by_field_name("type_parameters")
    for parameter in generics.named_children if generics is not None else ():
        own = text_of(parameter.child_by_field_name("name") or parameter).partition(":")[0].strip()
        if not own.startswith("'"):
            kinds.setdefault(f"{own}::{name}", 0.9)
            kinds.setdefault(own, 0.7)
    first = next(iter(body.named_children), None)
    indent = site.indent(first.start_byte) if first is not None else site.indent(owner.start_byte) + "    "
    for place, (kind, weight) in enumerate(sorted(kinds.items(), key=lambda each: -each[1])[:8]):
        yield Fix(
            f"Say `type {name} = {kind}`.",
            (site.insert(body.start_byte + 1, f"{site.newline}{indent}type {name} = {kind};"),),
            f"the implementation never says what `{name}` is",
            weight * 0.95**place,
        )


@move("name-the-associated-type-as-used", "E0053", "E0271", "E0277", "E0308", prior=0.6)
def name_the_associated_type_as_used(site: Site) -> Iterator[Fix]:
    """Lets an associated type say what the methods beside it really take and give."""
    for owner in _implementations(site):
        body = owner.child_by_field_name("body")
        members = body.named_children if body is not None else []
        for named in members:
            kind = named.child_by_field_name("type")
            if named.type != "type_item" or kind is None:
                continue
            name, now = text_of(named.child_by_field_name("name")), text_of(kind)
            if not re.search(rf"(?<!\w){re.escape(parts(now)[0])}(?!\w)", site.said):
                continue
            given = _given(site, name, now, members)
            for place, (other, weight) in enumerate(sorted(given.items(), key=lambda each: -each[1])[:_MOST]):
                yield Fix(
                    f"Say `type {name} = {other}`.",
                    (site.swap(kind, other),),
                    f"`{name}` is `{now}` there, and what the implementation gives is `{other}`",
                    weight * 0.95**place,
                )


def _implementations(site: Site) -> list[Node]:
    """The implementations that a finding lies in or points at, in the file at hand."""
    spans = [*site.diagnostic.spans, *(span for note in site.diagnostic.notes for span in note.spans)]
    here = [site.node_of(span) for span in spans if span.file == site.path and is_written(span)]
    owners = (site.around(node, "impl_item") for node in (site.node, *here))
    return list(dict.fromkeys(owner for owner in owners if owner is not None and owner.child_by_field_name("trait")))


def _given(site: Site, name: str, now: str, members: list[Node]) -> dict[str, float]:
    """What could stand for an associated type: what the compiler found in its stead, what the methods are written to
    give, whole or in part; each with a weight."""
    written: dict[str, float] = {}
    for method in members:
        returned = method.child_by_field_name("return_type") if method.type == "function_item" else None
        if returned is None:
            continue
        whole = text_of(returned)
        blamed = 0.15 if site.span is not None and returned.start_byte == site.span.byte_start else 0.0
        for text, weight in ((whole, 0.7), *((part, 0.6) for part in parts(whole)[1])):
            written[text] = max(written.get(text, 0.0), weight + blamed)
    found: dict[str, float] = {}
    said = re.sub(r"\n\s*found", " found", site.said)
    for expected, other in _PAIR.findall(said):
        for pair in differing(expected, other):
            # What was found is meant, but where the compiler says what the associated type was expected to be.
            for one, text, weight in ((*pair, 1.0), (*pair[::-1], 0.9)):
                if bare(one) == bare(now):
                    same = [each for each in written if bare(each) == bare(text)]
                    for each in same or [form[0] for form in spoken(site, [bare(text)])]:
                        found[each] = max(found.get(each, 0.0), weight)
    every = written | found
    return {
        text: weight
        for text, weight in every.items()
        if text != now and not re.search(rf"Self::{name}\b|\bas\b|\b_\b|[{{}}]|^'", text)
    }
