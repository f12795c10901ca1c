"""Which cards a week's drill has: what is due, and new cards, most of them where she is weak.

A deal depends on the cards, the schedule, the weaknesses and the seed, and on nothing else.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from curriculum.drills.card import Kind
from curriculum.drills.schedule import Schedule
from curriculum.drills.weakness import Weaknesses
from engine.store.drills import DrillCard

SIZE = 20
# A backlog leaves room for something new.
_DUE_SHARE = 0.7
_KINDS = {Kind.EXPLAIN: 0.4, Kind.PREDICT: 0.35, Kind.FIX: 0.25}
_STRESS = 6.0
# How much of what is new her own mistakes may fill; there are few of them, and the canon has thousands of cards.
_OWN_SHARE = 1 / 3


def deal(
    cards: Iterable[DrillCard],
    schedule: Schedule,
    weak: Weaknesses,
    *,
    at: datetime,
    size: int,
    seed: str,
    waiting: Set[str] = frozenset(),
) -> tuple[DrillCard, ...]:
    """At most ``size`` cards, none twice, in the order they are asked; ``waiting`` are answered but ungraded: left out.

    Due cards come in the order they are forgotten and fill at most 70 % while there are new ones. Of the new ones her
    own mistakes fill up to a third, each kind has its share, and a card is the likelier the weaker she is at its
    chapter or code.
    """
    known = {card.id: card for card in cards if card.id not in waiting}
    due = [known[card] for card in schedule.due(at) if card in known]
    fresh = _drawn([card for card in known.values() if card.id not in schedule.standings], weak, seed)
    room = max(size - len(fresh), round(size * _DUE_SHARE))
    chosen = due[:room]
    chosen += _mixed(fresh, size - len(chosen))
    chosen += due[room : room + size - len(chosen)]
    random.Random(f"order {seed}").shuffle(chosen)
    return tuple(chosen)


def reserve(
    cards: Iterable[DrillCard], schedule: Schedule, weak: Weaknesses, *, seed: str, kind: str, used: Set[str]
) -> DrillCard | None:
    """The card that steps in for one of its kind that cannot be asked after all; None when there is none left."""
    fresh = [card for card in cards if card.id not in used and card.id not in schedule.standings and card.kind == kind]
    drawn = _drawn(fresh, weak, seed)
    return drawn[0] if drawn else None


def _drawn(cards: Sequence[DrillCard], weak: Weaknesses, seed: str) -> list[DrillCard]:
    """The cards in the order they are drawn, each with its weight (Efraimidis and Spirakis, IPL 97 (2006) 181).

    Every card throws a die of its own, so that cards which come or go do not change how the others fall.
    """

    def key(card: DrillCard) -> tuple[float, str]:
        weight = 1 + _STRESS * weak.of(card)
        return -(random.Random(f"{seed} {card.id}").random() ** (1 / weight)), card.id

    return sorted(cards, key=key)


def _mixed(drawn: Sequence[DrillCard], size: int) -> list[DrillCard]:
    """Her own mistakes first, then the first of each kind up to its share, no code twice; the rest as it was drawn."""
    if size <= 0:
        return []
    left = {kind: round(size * share) for kind, share in _KINDS.items()}
    chosen = [card for card in drawn if card.origin == "mistake"][: math.ceil(size * _OWN_SHARE)]
    for card in chosen:
        left[Kind(card.kind)] -= 1
    codes = {card.code for card in chosen}
    for card in drawn:
        kind = Kind(card.kind)
        if (
            len(chosen) < size
            and left[kind] > 0
            and card.origin != "mistake"
            and (not card.code or card.code not in codes)
        ):
            left[kind] -= 1
            codes.add(card.code)
            chosen.append(card)
    taken = {card.id for card in chosen}
    return chosen + [card for card in drawn if card.id not in taken][: size - len(chosen)]
