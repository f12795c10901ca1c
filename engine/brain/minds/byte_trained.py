"""What a checkpoint has learnt, by what its manifest says: a head that was never trained is not listened to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_ACTION = frozenset({"E2"})
_CONFIDENCE = frozenset({"E4"})


@dataclass(frozen=True)
class Trained:
    """Which heads speak, and by what the log-odds of the Confidence head are divided before they count."""

    action: bool
    confidence: bool
    temperature: float


def trained(manifest: dict[str, Any]) -> Trained:
    """Reads ``objectives`` (every stage the weights went through; without it, the run's own) and ``temperature``."""
    own = manifest.get("settings", {}).get("stage", "")
    stages = frozenset(manifest.get("objectives") or [own])
    said = manifest.get("temperature", 1.0)
    temperature = float(said) if isinstance(said, int | float) and said > 0 else 1.0
    return Trained(bool(stages & _ACTION), bool(stages & _CONFIDENCE), temperature)
