"""Probes: do her tools answer, and is what they answer worth the asking.

A probe succeeds when it brought an answer, whichever way: the counting of tool calls that could be carried out, as S.
Patil et al. ("Gorilla", NeurIPS 2024, arXiv:2305.15334) do. What an answer is worth is what it changes: information
that leaves every decision as it was has no value (R. Howard, "Information value theory", IEEE Trans. SSC 2, 1966).
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.evals.figures import Figure
from engine.evals.metrics.intervals import clustered_share
from engine.evals.record import CaseResult, ProbeRecord

_ANSWERS = ("supports", "refutes", "neutral")


def probe_figures(results: Sequence[CaseResult]) -> tuple[Figure, ...]:
    """The figures of probing, over the results that count; the probes of a case are one cluster."""
    cases: dict[str, list[ProbeRecord]] = {}
    for result in results:
        if result.counts:
            cases.setdefault(result.case, []).extend(result.probes)
    probes = [probe for probed in cases.values() for probe in probed]
    changed = sum(probe.decision_changed for probe in probes)
    seconds = sum(probe.seconds for probe in probes)
    gained = [
        probe.entropy_before - probe.entropy_after
        for probe in probes
        if probe.entropy_before is not None and probe.entropy_after is not None
    ]
    return (
        clustered_share(
            "probes",
            "probe_success",
            "Probes that brought an answer",
            [(sum(map(answered, probed)), len(probed)) for probed in cases.values()],
        ),
        clustered_share(
            "probes",
            "probe_efficiency",
            "Probes that changed the decision",
            [(sum(probe.decision_changed for probe in probed), len(probed)) for probed in cases.values()],
            "another hypothesis leads afterwards, or the confidence crossed its threshold",
        ),
        Figure(
            "probes",
            "changes_per_second",
            "Changed decisions a second of probing",
            changed / seconds if seconds else None,
            len(probes),
            "score",
        ),
        Figure(
            "probes",
            "bits_per_probe",
            "Bits of entropy a probe took away",
            sum(gained) / len(gained) if gained else None,
            len(gained),
            "score",
        ),
    )


def answered(probe: ProbeRecord) -> bool:
    """Whether a probe brought an answer, whichever way."""
    return probe.verdict in _ANSWERS
