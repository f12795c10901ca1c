"""A run as Markdown: what was run and how to do it again, its figures, its slices, and what did not go well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.evals.figures import interval_text, value_text
from engine.evals.metrics.card import figures_of
from engine.evals.record import CaseResult, Run, RunHead, Status
from engine.evals.slices import slices, tally

STATUSES = (Status.FIXED, Status.ABSTAINED, Status.FAILED, Status.WRONG, Status.ERROR)
_SLICED = ("family", "difficulty", "gear")
_REASON = 120


def markdown_report(run: Run) -> str:
    """The report, a whole document. Every share has its n and, where it has one, its 95 % interval."""
    parts = [
        f"# Evaluation {run.head.run}",
        _summary(run),
        "## What was run",
        *(f"- {name}: {value}" for name, value in head_lines(run.head)),
        "## Figures",
        _table(
            ("Figure", "Value", "95 % interval", "n"),
            [
                (figure.title, value_text(figure.value, figure.unit), interval_text(figure), str(figure.n))
                for figure in figures_of(run)
            ],
        ),
    ]
    for by in _SLICED:
        parts += [f"## By {by}", _slices(run.results, by)]
    missed = [result for result in run.results if not result.correct]
    if missed:
        rows = [(one.case, str(one.status), f"{one.seconds:.1f} s", why(one)) for one in missed]
        parts += ["## Not as it should be", _table(("Case", "Ended", "Took", "Why"), rows)]
    return _joined(parts)


def head_lines(head: RunHead) -> list[tuple[str, str]]:
    """What is needed to do the run again, as names and values."""
    limits = f"{head.limits.wall_seconds:g} s and {head.limits.compiler_calls} compiler calls a case"
    return [
        ("task", f"{head.task}, {len(head.ids)} cases, {head.epochs} epoch{'s' * (head.epochs != 1)}"),
        ("mode", head.mode),
        ("brain", head.brain + (f", weights {head.weights[:12]}" if head.weights else "")),
        ("memory", head.memory),
        ("Rusta", head.commit or "not from a checkout"),
        ("policy", head.policy[:12]),
        ("case set", head.case_set[:12] + (" (sealed: this was an exam)" if head.sealed else "")),
        ("toolchain", head.toolchain),
        ("machine", f"{head.platform}, isolation {head.isolation}, {head.parallel} at a time"),
        ("limits", limits),
        ("seed", str(head.seed)),
        ("began", head.at),
    ]


def command_of(head: RunHead) -> str:
    """The command that does such a run again."""
    words = ["rusta eval run", f"--cases {head.cases}" if head.cases.startswith("/") else f"--task {head.cases}"]
    words += [f"--brain {head.brain}"] * (head.brain != "search")
    words += [f"--epochs {head.epochs}"] * (head.epochs != 1)
    words += [f"--seed {head.seed}"] * (head.seed != 0)
    words += [f"--chaos {head.mode.removeprefix('chaos:')}"] * head.mode.startswith("chaos:")
    words += [f"--memory {head.memory.split()[0]}"] * (head.memory != "fresh")
    return " ".join(words)


def why(result: CaseResult) -> str:
    """Why a result is not as it should be, in one line."""
    said = result.reason if result.counts else result.infrastructure[-1]
    text = said or f"{result.expect} was right"
    line = " ".join(text.split())
    return line if len(line) <= _REASON else f"{line[:_REASON]}…"


def _summary(run: Run) -> str:
    counts = tally(run.results)
    ends = ", ".join(f"{counts.counts.get(one, 0)} {one}" for one in STATUSES)
    state = "" if run.finished else f" The run is not finished: {len(run.results)} of {run.head.total} are on record."
    retried = sum(bool(one.retries) for one in run.results)
    again = f" The harness itself failed and tried again on {retried} of them." if retried else ""
    done = f" Done by `{command_of(run.head)}`."
    return f"{counts.correct} of {counts.n} cases went as they should: {ends}.{state}{again}{done}"


def _slices(results: Sequence[CaseResult], by: str) -> str:
    rows: list[tuple[str, ...]] = []
    for name, group in slices(results, by).items():
        counts = tally(group)
        ends = (str(counts.counts.get(one, 0)) for one in STATUSES)
        rows.append((name, str(counts.n), value_text(counts.share_correct, "share"), *ends))
    return _table((by, "n", "right", *map(str, STATUSES)), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def _joined(parts: Sequence[str]) -> str:
    """Paragraphs apart, the lines of a list together."""
    text = ""
    for part in parts:
        together = part.startswith("- ") and text.rstrip("\n").rpartition("\n")[2].startswith("- ")
        text += ("\n" if together else "\n\n") * bool(text) + part
    return text + "\n"
