"""What the mentor has said weighs on what she proposes next: words that a reason asks for, and words that it minds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.brain.protocol import Candidate

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CLAUSE = re.compile(r"[.;:!?,\n]|\b(?:but|and|rather|since|because)\b", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_AGAINST = _words(
    "no not never avoid without don dont stop instead against hides hide costs needless unneeded wrong bad why"
)
_FOR = _words("use prefer try want take should rather better please keep")
_EMPTY = _words(
    "a an the it its is this that these to of in on for with by as be are was do does here there i we you and or if so "
    "just line lines code patch hunk fix error value type one"
)
_MINDED = 0.4
_ASKED_FOR = 1.6
"""Factors on the odds of green, a judgement: one reason re-orders candidates that are near to each other, and a probe
still decides. They cannot make a candidate certain or rule it out."""


@dataclass(frozen=True)
class Counsel:
    """The words of the mentor's reasons, in lower case: those that were asked for and those that were minded."""

    wanted: frozenset[str] = frozenset()
    minded: frozenset[str] = frozenset()


def counsel(reasons: Sequence[str]) -> Counsel:
    """Reads reasons clause by clause.

    A clause with a word against ("don't clone", "the clone hides the borrow") minds its words, one with a word for
    ("use a reference") asks for them, and "x instead of y" does both. A clause with neither minds what it names: a
    reason is given against a patch. A later reason counts over an earlier one.
    """
    wanted: set[str] = set()
    minded: set[str] = set()
    for reason in reasons:
        for clause in _CLAUSE.split(reason.replace("'", "")):
            for part, against in _halves(clause):
                words = {word.lower() for word in _WORD.findall(part)} - _EMPTY - _AGAINST - _FOR
                (minded if against else wanted).update(words)
                (wanted if against else minded).difference_update(words)
    return Counsel(frozenset(wanted), frozenset(minded))


def weigh(candidate: Candidate, given: Counsel) -> Candidate:
    """The candidate with its confidence moved by what the mentor said of what it brings in."""
    brought = _brought(candidate)
    odds = 1.0
    if brought & given.minded:
        odds *= _MINDED
    if brought & given.wanted:
        odds *= _ASKED_FOR
    if odds == 1.0 or not 0.0 < candidate.confidence < 1.0:
        return candidate
    moved = odds * candidate.confidence / (1.0 - candidate.confidence)
    return replace(candidate, confidence=moved / (1.0 + moved))


def _halves(clause: str) -> list[tuple[str, bool]]:
    """The parts of a clause, and whether each speaks against what it names."""
    before, instead, after = clause.partition("instead of")
    if instead:
        return [(before, False), (after, True)]
    words = {word.lower() for word in _WORD.findall(clause)}
    return [(clause, bool(words & _AGAINST) or not words & _FOR)]


def _brought(candidate: Candidate) -> set[str]:
    """The words that a candidate puts into the code, its move's name among them."""
    named = set(candidate.move.lower().split("-"))
    for edit in candidate.edits:
        before = {word.lower() for word in _WORD.findall(edit.before)}
        named |= {word.lower() for word in _WORD.findall(edit.after)} - before
    return named - _EMPTY
