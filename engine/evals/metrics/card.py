"""The report card: every figure of a run that its results allow, by family, and one figure by its name."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors import RustaError
from engine.evals.caseset import Files
from engine.evals.figures import Figure
from engine.evals.metrics.abstention import abstention_figures
from engine.evals.metrics.calibration import calibration_figures
from engine.evals.metrics.conformity import conformity_figures
from engine.evals.metrics.explanations import explanation_figures
from engine.evals.metrics.fixes import fix_figures
from engine.evals.metrics.latency import latency_figures
from engine.evals.metrics.passes import pass_figures
from engine.evals.metrics.probes import probe_figures
from engine.evals.metrics.repeats import repeat_figures
from engine.evals.plan import plan_again
from engine.evals.record import Run, Status


def figures_of(run: Run) -> tuple[Figure, ...]:
    """Every figure of a run, in the order in which they are shown; those of its task's scorers where it names them.

    Style is held against the cases' own files, so it is left out where they are not what they were.
    """
    results = run.results
    found = (
        *fix_figures(results),
        *pass_figures(results),
        *explanation_figures(results),
        *calibration_figures(results, run.head.seed),
        *abstention_figures(results),
        *probe_figures(results),
        *repeat_figures(results, carried=run.head.memory == "carried"),
        *latency_figures(results),
        *conformity_figures(results, trees_of(run)),
    )
    wanted = run.head.scorers
    return (*(figure for figure in found if not wanted or figure.group in wanted), *_harness(run))


def figure_of(run: Run, name: str) -> Figure:
    """One figure of a run by its name. `RustaError` when there is none of that name."""
    for figure in figures_of(run.__class__(run.head.model_copy(update={"scorers": ()}), run.results, run.end)):
        if figure.name == name:
            return figure
    raise RustaError(f"there is no figure {name}", fix="docs/metrics.md lists them")


def trees_of(run: Run) -> Mapping[str, Files]:
    """The ``before`` of each case, by id; empty where the cases are not what the run was made on any more."""
    try:
        cases = plan_again(run.head).cases
    except (RustaError, OSError):
        return {}
    return {found.case.id: found.before for found in cases.cases} if cases.digest == run.head.case_set else {}


def _harness(run: Run) -> tuple[Figure, ...]:
    results = run.results
    errors = sum(result.status is Status.ERROR for result in results)
    retried = sum(bool(result.retries) for result in results)
    lost = run.head.total - len(results)
    return (
        Figure("harness", "errors", "Failures of the harness", float(errors), len(results), ""),
        Figure("harness", "retries", "Cases tried again by the harness", float(retried), len(results), ""),
        Figure("harness", "missing", "Cases not on record", float(lost), run.head.total, ""),
    )
