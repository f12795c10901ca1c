"""What a session of the benchmark leaves for the judge to be fitted on: all that she thought of, and what came of it.

A trace is a gzipped JSON file a fault: `thoughts` (a list of candidates each time she thought, most believed first,
with what is known of them before anything is tried) and `events` (no diagnostics and no progress).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.brain.protocol import Calibrated, Outspoken, Probing

if TYPE_CHECKING:
    from engine.brain.protocol import Brain, Candidate, Context, Explanation, Meter, Standing
    from engine.schema.diagnostic import Diagnostic
    from engine.schema.event import Event
    from engine.store.outcomes import OutcomeRecord

_KEPT = frozenset(("hypothesis", "probe", "belief", "decision", "patch", "validation", "reflection", "undo", "log"))
_MOST = 40


class Watched:
    """A brain that thinks as ``inner`` does, and whose ``thoughts`` are kept."""

    def __init__(self, inner: Brain) -> None:
        self.inner = inner
        self.name = inner.name
        self.thoughts: list[dict[str, Any]] = []

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """What ``inner`` thinks."""
        found = await self.inner.think(context)
        self.thoughts.append(_thought(context, found))
        return found

    async def explain(self, context: Context, candidate: Candidate | None) -> Explanation:
        """What ``inner`` explains."""
        return await self.inner.explain(context, candidate)

    def settle(self, diagnostic: Diagnostic, candidate: Candidate, standing: Standing) -> float | None:
        """What ``inner`` has learnt."""
        return self.inner.settle(diagnostic, candidate, standing) if isinstance(self.inner, Calibrated) else None

    async def choose(
        self, diagnostic: Diagnostic, done: Sequence[tuple[str, str]], possible: Sequence[str]
    ) -> str | None:
        """What ``inner`` chooses, where it has learnt to."""
        return await self.inner.choose(diagnostic, done, possible) if isinstance(self.inner, Probing) else None

    def take_meters(self) -> tuple[Meter, ...]:
        """What ``inner`` has spent."""
        return self.inner.take_meters() if isinstance(self.inner, Outspoken) else ()

    def take_remarks(self) -> tuple[str, ...]:
        """What ``inner`` has to say."""
        return self.inner.take_remarks() if isinstance(self.inner, Outspoken) else ()

    def learn(self, outcome: OutcomeRecord) -> None:
        """Lets ``inner`` learn."""
        self.inner.learn(outcome)


def _thought(context: Context, candidates: tuple[Candidate, ...]) -> dict[str, Any]:
    span = context.diagnostic.primary
    return {
        "task": context.diagnostic.id,
        "code": context.diagnostic.code,
        "tool": str(context.diagnostic.tool),
        "others": sum(other.level.is_error for other in context.others),
        "refuted": len(context.refuted),
        "span": [span.file, span.byte_start, span.byte_end] if span else None,
        "count": len(candidates),
        "candidates": [
            {
                "key": candidate.key,
                "move": candidate.move,
                "applicability": str(candidate.applicability or ""),
                "shape": candidate.shape,
                "confidence": candidate.confidence,
                "evidence": candidate.evidence,
                "near": candidate.near,
                "invented": bool(candidate.invented),
                "edits": [
                    [edit.path, edit.byte_start, edit.byte_end, edit.before, edit.after] for edit in candidate.edits
                ],
            }
            for candidate in candidates[:_MOST]
        ],
    }


def trace_file(place: Path, who: str, fault: str) -> Path:
    """Where the trace of a fault lies; ``who`` is the contestant and the revision of the engine."""
    return place / "traces" / who / f"{fault}.json.gz"


def write_trace(file: Path, thoughts: Iterable[dict[str, Any]], events: Iterable[Event]) -> None:
    """Writes one trace."""
    kept = [event.model_dump(mode="json", exclude_none=True) for event in events if event.kind in _KEPT]
    for event in kept:
        event.pop("devlog", None)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(json.dumps({"thoughts": list(thoughts), "events": kept}).encode()))


def read_trace(file: Path) -> dict[str, Any]:
    """Reads one trace."""
    content: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return content
