"""How a model's reading moves beliefs: by how much more natural code becomes, and by its own word on what will hold.

Naturalness (Ray et al. 2016: faulty lines are less predictable than their repair) says which of several candidates is
better, not how good they are: it is taken relative to the others, so that the list as a whole is believed as before.
The Confidence head's word counts as evidence: by how much it differs from what it would say of anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import exp, log
from statistics import fmean

from engine.brain.protocol import Candidate

PER_BIT = 4.0
"""Log-odds for a bit per byte of the window, before the mentor's ``weight``: with 4 to 16 the right candidate came
first most often in lists of the repair benchmark's development half (docs/brains.md)."""
PER_ODDS = 0.5
"""Log-odds for one of the Confidence head's: it judges by much of what the belief rests on already."""
_MOST = 2.0
_FLOOR, _CEILING = 0.01, 0.99


@dataclass(frozen=True)
class Opinion:
    """What a model says of candidates, by their keys; who is missing was not read.

    ``gained``: bits per byte that the edited stretches get cheaper to read (negative: dearer). ``green``: log-odds of
    green by the Confidence head, temperature-scaled, above its usual ones.
    """

    gained: Mapping[str, float] = field(default_factory=dict)
    green: Mapping[str, float] = field(default_factory=dict)


def reordered(candidates: Sequence[Candidate], opinion: Opinion, weight: float) -> tuple[Candidate, ...]:
    """The candidates by falling confidence, once the opinion has moved it with this weight."""
    told = [opinion.gained[each.key] for each in candidates if each.key in opinion.gained]
    usual = fmean(told) if told else 0.0
    moved = []
    for each in candidates:
        odds = _logit(each.confidence)
        shift = PER_BIT * weight * (opinion.gained.get(each.key, usual) - usual)
        shift += PER_ODDS * weight * opinion.green.get(each.key, 0.0)
        odds += max(-_MOST, min(_MOST, shift))
        confidence = min(max(1 / (1 + exp(-odds)), _FLOOR), _CEILING)
        moved.append(each if shift == 0 else replace(each, confidence=confidence))
    return tuple(sorted(moved, key=lambda each: -each.confidence))


def _logit(probability: float) -> float:
    bounded = min(max(probability, _FLOOR), _CEILING)
    return log(bounded / (1 - bounded))
