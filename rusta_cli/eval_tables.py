"""Tables of runs as rows of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engine.evals.chaos import KINDS, Chaos
from engine.evals.compare import Difference
from engine.evals.figures import Figure, interval_text, value_text
from engine.evals.recalibration import Recalibration
from engine.evals.record import CaseResult, Run, Status
from engine.evals.slices import slices, tally
from rusta_cli.rows import Role, Row, row

STATUSES = (Status.FIXED, Status.ABSTAINED, Status.FAILED, Status.WRONG, Status.ERROR)
_SHOWN = 40
_LOST: Role = "bad"
_GAINED: Role = "good"


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
    """One line a run: without chaos first, then with each kind. Last: cases that are lost, and false greens that the
    chaos brought, which are wrong with it and not without.
    """
    head = ("chaos", "cases", *map(str, STATUSES), "lost", "new false green")
    lines: list[Sequence[str]] = [head]
    known = {result.key for result in runs[0].results if result.status is Status.WRONG}
    for run in runs:
        counts = tally(run.results).counts
        kind = run.head.mode.removeprefix("chaos:")
        ends = [str(counts.get(one, 0)) for one in STATUSES]
        lost = str(run.head.total - len(run.results))
        false = {result.key for result in run.results if result.status is Status.WRONG} - known
        lines.append((kind, str(run.head.total), *ends, lost, str(len(false))))
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


def difference_rows(first: Run, second: Run, found: Difference, by: str) -> Iterator[Row]:
    """The difference of two runs, what they differ in besides, and the cases that flipped."""
    yield row("first", f"{first.head.run}  {first.head.brain}, {first.head.mode}: {value_text(found.first, 'share')}")
    yield row(
        "second", f"{second.head.run}  {second.head.brain}, {second.head.mode}: {value_text(found.second, 'share')}"
    )
    points = [f"{100 * value:+.1f}" for value in (found.value, found.low, found.high)]
    role: Role = "good" if found.low > 0 else "bad" if found.high < 0 else "plain"
    yield row(by, (f"{points[0]} points, 95 % {points[1]} to {points[2]}, {found.n} cases", role))
    for part in ("policy", "weights", "commit", "toolchain", "memory"):
        before, after = getattr(first.head, part), getattr(second.head, part)
        if before != after:
            yield row(part, (f"{str(before)[:_SHOWN]} → {str(after)[:_SHOWN]}", "dim"))
    for sign, names, colour in (("−", found.lost, _LOST), ("+", found.gained, _GAINED)):
        for name in names:
            yield row("", (f"{sign} {name}", colour))


def recalibration_rows(found: Recalibration) -> Iterator[Row]:
    """What was fitted, and how the other half fared with and without it."""
    line = found.correction
    yield row(
        "fitted", f"log-odds × {line.a:.2f} {'+' if line.b >= 0 else '−'} {abs(line.b):.2f}, on {found.fitted} patches"
    )
    lines: list[Sequence[str]] = [("on the others", "ECE", "95 % interval", "of a perfect one", "Brier", "n")]
    for name, scores in (("as she said", found.before), ("corrected", found.after)):
        ece = scores.ece
        interval = f"{ece.low:.3f} to {ece.high:.3f}"
        lines.append((name, f"{ece.ece:.3f}", interval, f"{ece.null:.3f}", f"{scores.brier:.3f}", str(found.reported)))
    yield from table(lines)
