"""Tables of runs as rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.evals.chaos import KINDS, Chaos
from engine.evals.figures import Figure, interval_text, value_text
from engine.evals.record import CaseResult, Run, Status
from engine.evals.slices import slices, tally
from rusta_cli.rows import Role, Row, row

STATUSES = (Status.FIXED, Status.ABSTAINED, Status.FAILED, Status.WRONG, Status.ERROR)
_SHOWN = 40


def table(lines: Iterable[Sequence[str]], roles: Sequence[Role] = ()) -> Iterator[Row]:
    """Rows with aligned columns; the first line is the head. Numbers are set right."""
    held = [list(line) for line in lines]
    widths = [max(len(line[column]) for line in held) for column in range(len(held[0]))] if held else []
    for number, line in enumerate(held):
        cells = [
            cell.rjust(width) if column and _is_number(cell) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        role: Role = "strong" if number == 0 else "plain"
        yield row("", ("  ".join(cells).rstrip(), role))


def slice_rows(results: Iterable[CaseResult], by: str) -> Iterator[Row]:
    """One line a slice: how many, how many right, and how they ended."""
    lines: list[Sequence[str]] = [(by, "n", "right", *map(str, STATUSES))]
    for name, group in slices(results, by).items():
        counts = tally(group)
        share = "–" if counts.share_correct is None else f"{100 * counts.share_correct:.0f} %"
        lines.append((name[:_SHOWN], str(counts.n), share, *(str(counts.counts.get(one, 0)) for one in STATUSES)))
    return table(lines)


def chaos_rows(runs: Sequence[Run], what: Mapping[Chaos, str]) -> Iterator[Row]:
    """One line a run: without chaos first, then with each kind; lost cases and false greens are named last."""
    head = ("chaos", "cases", *map(str, STATUSES), "lost", "false green")
    lines: list[Sequence[str]] = [head]
    for run in runs:
        counts = tally(run.results).counts
        kind = run.head.mode.removeprefix("chaos:")
        ends = [str(counts.get(one, 0)) for one in STATUSES]
        lost = str(run.head.total - len(run.results))
        lines.append((kind, str(run.head.total), *ends, lost, str(counts.get(Status.WRONG, 0))))
    yield from table(lines)
    for kind in KINDS:
        if any(run.head.mode == f"chaos:{kind}" for run in runs):
            yield row("", (f"{kind}: {what[kind]}", "dim"))


def _is_number(cell: str) -> bool:
    return cell[:1].isdigit() or cell[:1] in "–+−-"


def figure_rows(figures: Iterable[Figure]) -> Iterator[Row]:
    """One line a figure: its title, its value, its interval and what it is over."""
    lines: list[Sequence[str]] = [("figure", "value", "95 % interval", "n")]
    lines.extend(
        (figure.title, value_text(figure.value, figure.unit), interval_text(figure), str(figure.n))
        for figure in figures
    )
    return table(lines)
