"""What she mends: compile-fix, compile-ability, false greens and what was bought by deletion.

Compile-fix is the resolved rate of C. Jimenez et al. ("SWE-bench", ICLR 2024, arXiv:2310.06770), an instance counting
when the failing tests pass and no other breaks, with one more condition: nothing was bought by deletion. That green
tests are no proof, and that most patches of early repair systems only delete, is what Z. Qi et al. found ("An analysis
of patch plausibility and correctness", ISSTA 2015): false greens and deletions are counted for it. Compile-ability is
the compilation rate of X. Wang et al. ("Compilable neural code generation with compiler feedback", ACL Findings 2022,
arXiv:2203.05132).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from engine.evals.figures import Figure
from engine.evals.metrics.intervals import clustered_share
from engine.evals.record import CaseResult, Status
from engine.schema.case import Expectation

Judged = Callable[[CaseResult], bool]


def fix_figures(results: Sequence[CaseResult]) -> tuple[Figure, ...]:
    """The figures of mending, over the results that count."""
    asked = [result for result in results if result.counts and result.expect is Expectation.FIXED]
    green = [result for result in results if result.status in (Status.FIXED, Status.WRONG)]
    patched = [result for result in results if result.counts and (result.tries or _trials(result))]
    golden = [result for result in asked if result.status is Status.FIXED and result.exact is not None]
    return (
        by_case(
            "fixes",
            "compile_fix",
            "Compile-fix: mended, of what can be mended",
            asked,
            lambda one: one.status is Status.FIXED,
            "compiles, tests and hidden checks are green, nothing was bought by deletion",
        ),
        by_case(
            "fixes",
            "compile_ability",
            "Compile-ability: trees that compile at the end",
            asked,
            lambda one: one.compiles is True,
            "whatever the tests say; a tree that she left alone counts as it was",
        ),
        by_case(
            "fixes",
            "false_green",
            "False greens, of what she called green",
            green,
            lambda one: one.status is Status.WRONG,
            "checks that she never saw are red, or it was bought by deletion",
        ),
        by_case("fixes", "deletion", "Cases with a try that is a purchase by deletion", patched, bought),
        by_case("fixes", "exact", "Equal to the golden, of mended ones with one", golden, lambda one: bool(one.exact)),
    )


def bought(result: CaseResult) -> bool:
    """Whether a patch that she tried or held for a check, or what she committed, is what the deletion guard forbids."""
    held = (*(tried.deletions for tried in result.tries), *(probe.deletions for probe in result.probes))
    return bool(result.deletions) or any(held)


def _trials(result: CaseResult) -> bool:
    """Whether she held any patch in the sandbox to see what the compiler says of it."""
    return any(probe.kind == "trial" for probe in result.probes)


def by_case(group: str, name: str, title: str, results: Iterable[CaseResult], hit: Judged, note: str = "") -> Figure:
    """The share of results that are a ``hit``; the epochs of a case are one cluster."""
    clusters: dict[str, tuple[int, int]] = {}
    for result in results:
        hits, n = clusters.get(result.case, (0, 0))
        clusters[result.case] = (hits + hit(result), n + 1)
    return clustered_share(group, name, title, list(clusters.values()), note)
