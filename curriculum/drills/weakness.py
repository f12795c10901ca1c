"""What she is weak at: chapters and error codes, by how their cards were graded and how her repairs of them ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from curriculum.drills.schedule import Schedule
from engine.store.drills import DrillCard

# How much of a failure each rating is. Hard is one: she got there, but not by knowing it.
_FAILURE = {1: 1.0, 2: 0.6, 3: 0.1, 4: 0.0}
# Before anything is known, a quarter goes wrong, and that counts as much as two graded cards (a Beta prior).
_PRIOR, _STRENGTH = 0.25, 2.0
# A red repair is weaker evidence than a card: the loop tries candidates in order to find out.
_RED = 0.5
_MOST_REDS = 6
_WEAK = 0.35


@dataclass(frozen=True)
class Weakness:
    """A chapter or an error code she fails at: ``share`` of failures as estimated, from ``seen`` cards and ``reds``."""

    kind: Literal["topic", "code"]
    name: str
    share: float
    seen: int
    reds: int = 0


@dataclass(frozen=True)
class Weaknesses:
    """The estimates of everything there is evidence for."""

    known: Mapping[tuple[str, str], Weakness]

    def of(self, card: DrillCard) -> float:
        """How weak she is at what a card is about: the worse of its chapter's and its code's share of failures."""
        names = (("topic", card.topic), ("code", card.code))
        return max(self.known[name].share if name in self.known else _PRIOR for name in names)

    def worst(self, limit: int) -> list[Weakness]:
        """The weakest, worst first, and none that is not weak."""
        weak = [weakness for weakness in self.known.values() if weakness.share >= _WEAK]
        return sorted(weak, key=lambda each: (-each.share, -each.seen, each.name))[:limit]


def weaknesses(cards: Iterable[DrillCard], schedule: Schedule, reds: Iterable[tuple[str, str, int]]) -> Weaknesses:
    """Estimates from the newest rating of each graded card, and from the repairs that ended red (code, move, times)."""
    failed: defaultdict[tuple[str, str], float] = defaultdict(float)
    seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    for card in cards:
        standing = schedule.standings.get(card.id)
        if standing is not None:
            for name in (("topic", card.topic), ("code", card.code)):
                if name[1] and name != ("topic", "error codes"):
                    failed[name] += _FAILURE[standing.rating]
                    seen[name] += 1
    red: defaultdict[tuple[str, str], int] = defaultdict(int)
    for code, _, times in reds:
        red["code", code] += times
    known = {}
    for name in {*seen, *red}:
        weight = _RED * min(red[name], _MOST_REDS)
        share = (failed[name] + weight + _PRIOR * _STRENGTH) / (seen[name] + weight + _STRENGTH)
        kind: Literal["topic", "code"] = "topic" if name[0] == "topic" else "code"
        known[name] = Weakness(kind, name[1], round(share, 4), seen[name], red[name])
    return Weaknesses(known)
