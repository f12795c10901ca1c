"""Voice consistency: which of two tellings people like better, without knowing whose they are.

Votes on pairs become a strength a voice by the model of R. Bradley and M. Terry ("Rank analysis of incomplete block
designs", Biometrika 39, 1952); a tie is half a vote for each. The fit is the minorisation of D. Hunter ("MM algorithms
for generalized Bradley–Terry models", Annals of Statistics 32, 2004). A voice that has won or lost every vote would be
infinitely strong or weak, so each pair that was voted on starts with one vote that was a tie, as W.-L. Chiang et al.
("Chatbot Arena", ICML 2024, arXiv:2403.04132) regularise theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.evals.metrics.intervals import percentiles

Winner = Literal["first", "second", "tie"]
_ROUNDS, _CLOSE = 500, 1e-9
_RESAMPLES = 500


@dataclass(frozen=True)
class Ballot:
    """One vote between two voices. ``subject`` is what was told; votes on one subject are not independent."""

    first: str
    second: str
    winner: Winner
    subject: str = ""


@dataclass(frozen=True)
class Voice:
    """How a voice stands: ``preference`` is the chance that it is liked better than the average other voice.

    ``low`` and ``high``: its 95 % bootstrap interval over subjects. ``n`` is how many votes it was in.
    """

    name: str
    preference: float
    low: float
    high: float
    n: int
    wins: float


def voices(ballots: Sequence[Ballot], seed: int = 0) -> tuple[Voice, ...]:
    """Every voice that was voted on, the one liked best first."""
    names = sorted({name for one in ballots for name in (one.first, one.second)})
    if not names:
        return ()
    import numpy as np

    subjects: dict[str, list[Ballot]] = {}
    for number, one in enumerate(ballots):
        subjects.setdefault(one.subject or str(number), []).append(one)
    groups = list(subjects.values())
    rng = np.random.default_rng(seed)
    draws = np.array(
        [
            _preferences(names, [one for at in rng.integers(0, len(groups), len(groups)) for one in groups[at]])
            for _ in range(_RESAMPLES)
        ]
    )
    found = [
        Voice(name, value, *percentiles(draws[:, at]), _votes(name, ballots), _wins(name, ballots))
        for at, (name, value) in enumerate(zip(names, _preferences(names, ballots), strict=True))
    ]
    return tuple(sorted(found, key=lambda one: (-one.preference, one.name)))


def strengths(names: Sequence[str], ballots: Sequence[Ballot]) -> dict[str, float]:
    """The strengths of the model, their geometric mean 1: a is liked better than b with chance s(a) / (s(a) + s(b))."""
    place = {name: at for at, name in enumerate(names)}
    wins = [0.0] * len(names)
    met: dict[tuple[int, int], float] = {}
    for one in ballots:
        a, b = place[one.first], place[one.second]
        pair = (min(a, b), max(a, b))
        if pair not in met:
            met[pair] = 1.0
            wins[a] += 0.5
            wins[b] += 0.5
        met[pair] += 1
        share = {"first": 1.0, "second": 0.0, "tie": 0.5}[one.winner]
        wins[a] += share
        wins[b] += 1 - share
    held = [1.0] * len(names)
    for _ in range(_ROUNDS):
        weight = [0.0] * len(names)
        for (a, b), count in met.items():
            weight[a] += count / (held[a] + held[b])
            weight[b] += count / (held[a] + held[b])
        new = [won / pull if pull else 1.0 for won, pull in zip(wins, weight, strict=True)]
        mean = math.exp(math.fsum(map(math.log, new)) / len(new))
        new = [one / mean for one in new]
        still = max(abs(one - other) for one, other in zip(new, held, strict=True)) < _CLOSE
        held = new
        if still:
            break
    return dict(zip(names, held, strict=True))


def _preferences(names: Sequence[str], ballots: Sequence[Ballot]) -> list[float]:
    held = strengths(names, ballots)
    return [
        math.fsum(held[name] / (held[name] + held[other]) for other in names if other != name) / (len(names) - 1)
        for name in names
    ]


def _votes(name: str, ballots: Sequence[Ballot]) -> int:
    return sum(name in (one.first, one.second) for one in ballots)


def _wins(name: str, ballots: Sequence[Ballot]) -> float:
    return math.fsum(
        0.5 if one.winner == "tie" else float((one.first if one.winner == "first" else one.second) == name)
        for one in ballots
        if name in (one.first, one.second)
    )
