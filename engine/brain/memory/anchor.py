"""Where a change stands beside what the compiler pointed at, counted in tokens, so that moved lines do not count."""

from __future__ import annotations

import re
from typing import Literal

from engine.brain.memory.change import Change, span_of_tokens
from engine.brain.memory.signature import shape_of_text
from engine.schema.base import Record
from engine.schema.diagnostic import Diagnostic, Span

# A change farther away than this from every span is not placed by them.
_NEAR = 40


class Anchor(Record):
    """The ``ordinal``-th place of the diagnostic (0 is the primary one) whose label has the shape ``label``.

    The change begins ``offset`` tokens behind the place's first token ("start") or behind its end ("end").
    """

    ordinal: int
    label: str
    side: Literal["start", "end"]
    offset: int


def places_of(diagnostic: Diagnostic, path: str) -> tuple[Span, ...]:
    """The places of a diagnostic in one file that somebody wrote, the primary one first."""
    spans = [span for span in diagnostic.spans if span.file == path and _is_written(span)]
    return tuple(sorted(spans, key=lambda span: not span.primary))


def anchor_of(change: Change, diagnostic: Diagnostic) -> Anchor | None:
    """The nearest place of the diagnostic, the primary one where two are equally near; None where all are far."""
    best: tuple[int, Anchor] | None = None
    for ordinal, span in enumerate(places_of(diagnostic, change.path)):
        low, high = span_of_tokens(change.source, span.byte_start, span.byte_end)
        from_start, from_end = change.start - low, change.start - high
        side: Literal["start", "end"] = "start" if abs(from_start) <= abs(from_end) else "end"
        offset = from_start if side == "start" else from_end
        away = max(0, low - change.end, change.start - high)
        found = Anchor(ordinal=ordinal, label=label_of(span), side=side, offset=offset)
        if away <= _NEAR and (best is None or away < best[0]):
            best = away, found
    return best[1] if best else None


def position_of(anchor: Anchor, diagnostic: Diagnostic, path: str, source: bytes) -> tuple[int, ...]:
    """The token indices at which a change of this anchor may begin, the likeliest first."""
    spans = places_of(diagnostic, path)
    same = [span for span in spans if label_of(span) == anchor.label]
    named = spans[anchor.ordinal : anchor.ordinal + 1]
    found: dict[int, None] = {}
    for span in (*(span for span in named if span in same), *same, *named):
        low, high = span_of_tokens(source, span.byte_start, span.byte_end)
        found.setdefault((low if anchor.side == "start" else high) + anchor.offset)
    return tuple(found)


def label_of(span: Span) -> str:
    """The shape of what the compiler wrote at a place."""
    return shape_of_text(span.label or "")


def ticks_of(diagnostic: Diagnostic) -> tuple[str, ...]:
    """What stands in backticks in the message and at the primary place, in order."""
    primary = diagnostic.primary
    return tuple(re.findall(r"`([^`]+)`", f"{diagnostic.message} {primary.label or '' if primary else ''}"))


def _is_written(span: Span) -> bool:
    return span.macro is None or span.macro.startswith("desugaring of")
