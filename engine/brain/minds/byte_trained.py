"""What a checkpoint has learnt, by what its manifest says: a head that was never trained is not listened to."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

_STAGES = {"action": "E2", "repair": "E3", "confidence": "E4"}


@dataclass(frozen=True)
class Trained:
    """Which heads speak, whether edits were learnt, and how to read the Confidence head.

    Its log-odds are divided by ``temperature``; ``usual`` are those of all the outcomes that it learnt from.
    """

    action: bool
    repair: bool
    confidence: bool
    temperature: float
    usual: float


def trained(manifest: dict[str, Any]) -> Trained:
    """Reads ``objectives`` (every stage the weights went through; without it, the run's own), ``temperature`` and
    ``balance`` (how many outcomes were green, of how many)."""
    own = manifest.get("settings", {}).get("stage", "")
    stages = frozenset(manifest.get("objectives") or [own])
    said = manifest.get("temperature", 1.0)
    temperature = float(said) if isinstance(said, int | float) and said > 0 else 1.0
    balance = manifest.get("balance") or {}
    green, count = balance.get("green", 0), balance.get("of", 0)
    usual = log((green + 1) / (count - green + 1))
    return Trained(**{name: stage in stages for name, stage in _STAGES.items()}, temperature=temperature, usual=usual)
