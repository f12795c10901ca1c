"""Where a change stands beside what the compiler spoke of, counted in tokens, so that moved lines do not count.

The compiler's own places come first: the spans of the diagnostic and of its notes, in whatever file. An import stands
beside the imports of its file, and a change of a type that the message names beside that type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Literal

from engine.brain.memory.change import Change, span_of_tokens, tokens_of
from engine.brain.memory.signature import shape_of_text
from engine.rust.tree import ITEM_KINDS, descendants, item_name, parse_tree
from engine.schema.base import Record
from engine.schema.diagnostic import Diagnostic, Span

Read = Callable[[str], bytes | None]
Side = Literal["start", "end"]

# A change farther away than this, in tokens, is not placed by what it stands beside.
_NEAR = 40


class Anchor(Record):
    """The change begins ``offset`` tokens behind the first token ("start") or the end ("end") of something.

    "span": the ``ordinal``-th place of the diagnostic, 0 is the primary one, whose label has the shape ``label``.
    "imports": the first `use` of a file. "item": what the ``ordinal``-th name of the message (`ticks_of`) names.
    """

    kind: Literal["span", "imports", "item"]
    ordinal: int
    label: str
    side: Side
    offset: int


def anchor_of(change: Change, diagnostic: Diagnostic) -> Anchor | None:
    """What a change stands beside: the nearest, the earlier one where two are equally near; None for nothing."""
    if any(token.text == "use" for token in (*change.before, *change.after)):
        low = first_import(change.source)
        return Anchor(kind="imports", ordinal=0, label="", side="start", offset=change.start - low)
    best: tuple[int, Anchor] | None = None
    for ordinal, (span, label) in enumerate(places_of(diagnostic)):
        if span.file == change.path:
            low, high = span_of_tokens(change.source, span.byte_start, span.byte_end)
            best = _nearer(best, change, low, high, "span", ordinal, label)
    if best is None:
        for ordinal, name in enumerate(ticks_of(diagnostic)):
            for low, high in items_named(change.source, name):
                best = _nearer(best, change, low, high, "item", ordinal, "")
    return best[1] if best else None


def positions_of(anchor: Anchor, diagnostic: Diagnostic, read: Read) -> Iterator[tuple[str, int]]:
    """The files and token indices at which a change of this anchor may begin, the likeliest first."""
    primary = diagnostic.primary
    if anchor.kind == "span":
        places = places_of(diagnostic)
        same = [span for span, label in places if label == anchor.label]
        named = [span for span, _ in places[anchor.ordinal : anchor.ordinal + 1]]
        for span in dict.fromkeys((*(span for span in named if span in same), *same, *named)):
            source = read(span.file)
            if source is not None:
                low, high = span_of_tokens(source, span.byte_start, span.byte_end)
                yield span.file, (low if anchor.side == "start" else high) + anchor.offset
    elif primary is not None and (source := read(primary.file)) is not None:
        if anchor.kind == "imports":
            yield primary.file, first_import(source) + anchor.offset
        for name in ticks_of(diagnostic)[anchor.ordinal : anchor.ordinal + 1] if anchor.kind == "item" else ():
            for low, high in items_named(source, name):
                yield primary.file, (low if anchor.side == "start" else high) + anchor.offset


def places_of(diagnostic: Diagnostic) -> tuple[tuple[Span, str], ...]:
    """The places of a diagnostic and its notes that somebody wrote, with the shape of what is said of each; the primary
    one first."""
    own = sorted((span for span in diagnostic.spans if _is_written(span)), key=lambda span: not span.primary)
    labelled = [(span, shape_of_text(span.label or "")) for span in own]
    for note in diagnostic.notes:
        labelled += [(span, shape_of_text(note.message)) for span in note.spans if _is_written(span)]
    return tuple(labelled)


def ticks_of(diagnostic: Diagnostic) -> tuple[str, ...]:
    """What stands in backticks in the message and at the primary place, in order."""
    primary = diagnostic.primary
    return tuple(re.findall(r"`([^`]+)`", f"{diagnostic.message} {primary.label or '' if primary else ''}"))


@lru_cache(maxsize=64)
def first_import(source: bytes) -> int:
    """The index of the first `use` of a file, 0 where there is none."""
    return next((index for index, token in enumerate(tokens_of(source)) if token.text == "use"), 0)


def items_named(source: bytes, name: str) -> tuple[tuple[int, int], ...]:
    """The token ranges of the items of a file that a message names, such as `Cart` or `shop::Cart<T>`."""
    last = name.partition("<")[0].rpartition("::")[2].lstrip("&").removeprefix("mut ").strip()
    return _items(source).get(last, ()) if last.isidentifier() else ()


@lru_cache(maxsize=32)
def _items(source: bytes) -> dict[str, tuple[tuple[int, int], ...]]:
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for node in descendants(parse_tree(source).root_node):
        if node.type in ITEM_KINDS and node.type != "impl_item":
            place = span_of_tokens(source, node.start_byte, node.end_byte)
            found[item_name(node)] = (*found.get(item_name(node), ()), place)
    return found


def _nearer(
    best: tuple[int, Anchor] | None,
    change: Change,
    low: int,
    high: int,
    kind: Literal["span", "item"],
    ordinal: int,
    label: str,
) -> tuple[int, Anchor] | None:
    """The anchor at the tokens ``low..high`` if it is nearer than the best so far."""
    away = max(0, low - change.end, change.start - high)
    if away > _NEAR or (best is not None and best[0] <= away):
        return best
    from_start, from_end = change.start - low, change.start - high
    side: Side = "start" if abs(from_start) <= abs(from_end) else "end"
    offset = from_start if side == "start" else from_end
    return away, Anchor(kind=kind, ordinal=ordinal, label=label, side=side, offset=offset)


def _is_written(span: Span) -> bool:
    return span.macro is None or span.macro.startswith("desugaring of")
