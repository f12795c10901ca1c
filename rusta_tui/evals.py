"""Evaluation runs as `rusta eval … --json` tells them, and the lines they are drawn in. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rusta_tui.lines import BLANK, Line, Role, fit, wrap
from rusta_tui.sessions import ago


@dataclass(frozen=True)
class RunRow:
    """A run in the list."""

    id: str
    at: str
    task: str
    mode: str
    brain: str
    total: int
    results: int
    sealed: bool
    finished: bool


@dataclass(frozen=True)
class Figure:
    """One figure of a run; ``value`` is None where there is nothing to measure."""

    group: str
    name: str
    title: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    unit: str
    note: str


@dataclass(frozen=True)
class Card:
    """All that is known of one run: its figures, the bins of its reliability diagram, how its cases ended."""

    figures: tuple[Figure, ...] = ()
    bins: tuple[tuple[float, float, int], ...] = ()
    cases: tuple[tuple[str, str, float | None], ...] = ()


@dataclass(frozen=True)
class Paper:
    """Two tellings of one case, whose is whose not said."""

    subject: str
    left: str
    right: str
    to_vote: int
    papers: int


def objects(text: str) -> Iterator[Mapping[str, Any]]:
    """The JSON objects in a text, one a line; other lines are left out."""
    for line in text.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict):
            yield fields


def parse_runs(text: str) -> list[RunRow]:
    """The runs of `rusta eval list --json`."""
    return [
        RunRow(
            id=str(fields["run"]),
            at=str(fields.get("at", "")),
            task=str(fields.get("task", "")),
            mode=str(fields.get("mode", "")),
            brain=str(fields.get("brain", "")),
            total=int(fields.get("total") or 0),
            results=int(fields.get("results") or 0),
            sealed=bool(fields.get("sealed")),
            finished=bool(fields.get("finished", True)),
        )
        for fields in objects(text)
        if "run" in fields
    ]


def parse_card(text: str) -> Card:
    """A run of `rusta eval show RUN --json`."""
    figures: list[Figure] = []
    bins: list[tuple[float, float, int]] = []
    cases: list[tuple[str, str, float | None]] = []
    for fields in objects(text):
        for figure in fields.get("figures") or ():
            names = ("group", "name", "title", "value", "low", "high", "n", "unit", "note")
            figures.append(Figure(**{name: figure.get(name) for name in names}))
        for sure, held, count in fields.get("reliability") or ():
            bins.append((float(sure), float(held), int(count)))
        if fields.get("kind") == "result":
            cases.append((str(fields.get("case")), str(fields.get("status")), fields.get("confidence")))
    return Card(tuple(figures), tuple(bins), tuple(cases))


def parse_paper(text: str) -> Paper | None:
    """A paper of `rusta eval vote --json`; None when there is none."""
    for fields in objects(text):
        if "subject" in fields and "left" in fields:
            left, papers = int(fields.get("left_to_vote", 0)), int(fields.get("papers", 0))
            return Paper(str(fields["subject"]), str(fields["left"]), str(fields["right"]), left, papers)
    return None


def amount(value: float | None, unit: str) -> str:
    """A value as people read it."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:.3f}" if unit == "score" else f"{value:.2f} s" if unit == "s" else f"{value:g}"


def run_row(run: RunRow, width: int) -> Line:
    """A run in the list."""
    mark: tuple[str, Role] = (" ✓ ", "good") if run.finished else (" ◐ ", "wait")
    sealed = "  sealed" if run.sealed else ""
    return fit(
        (
            mark,
            (f"{run.id:<19}", "strong"),
            (f"{run.task:<22.22} ", "text"),
            (f"{run.mode:<14.14} ", "dim" if run.mode == "plain" else "wait"),
            (f"{run.brain:<10.10} ", "text"),
            (f"{run.results}/{run.total} cases", "dim"),
            (sealed, "wait"),
            (f"  {ago(run.at)}", "dim"),
        ),
        width,
    )


def figure_lines(figures: Sequence[Figure], width: int) -> list[Line]:
    """The figures of a run, group by group; those with nothing to measure in one line at the end."""
    lines: list[Line] = []
    group = ""
    for figure in figures:
        if figure.value is None:
            continue
        if figure.group != group:
            group = figure.group
            lines += [BLANK] if lines else []
            lines.append(((group.capitalize(), "strong"),))
        span = ""
        if figure.low is not None and figure.high is not None:
            span = f"{amount(figure.low, figure.unit)} to {amount(figure.high, figure.unit)}"
        room = max(20, width - 44)
        first, *more = wrap(figure.title, room)
        value = f"{amount(figure.value, figure.unit):>9}"
        tail: Line = ((value, "voice"), (f"  {span:<20}", "dim"), (f" n {figure.n}", "dim"))
        lines.append(((f"{first:<{room}} ", "text"), *tail))
        lines += [((f"  {text}", "text"),) for text in more]
        lines += [((f"  {text}", "dim"),) for text in wrap(figure.note, width - 2)] if figure.note else []
    empty = [figure.name.replace("_", " ") for figure in figures if figure.value is None]
    if empty:
        lines += [BLANK, *(((text, "dim"),) for text in wrap("nothing to measure: " + ", ".join(empty), width))]
    return lines or [(("This run has no figures yet.", "dim"),)]


def voices_lines(text: str, width: int) -> list[Line]:
    """How the voices stand, of `rusta eval voices --json`: how often each is liked better, with its interval."""
    return [
        fit(
            (
                (f"{fields['name']!s:<20.20} ", "text"),
                (f"{100 * fields['preference']:.0f} %", "voice"),
                (f"  ({100 * fields['low']:.0f}–{100 * fields['high']:.0f}, {fields['n']} votes)", "dim"),
            ),
            width,
        )
        for fields in objects(text)
        if {"name", "preference", "low", "high", "n"} <= set(fields)
    ]


def drift_lines(text: str, width: int) -> list[Line]:
    """The good state and the alarms, of `rusta eval drift status --json`."""
    lines: list[Line] = []
    for fields in objects(text):
        if fields.get("kind") == "state":
            good = fields.get("good")
            since = ago(str(good.get("at", ""))) if good else ""
            kept = f"good state of {since}, run {good.get('run')}" if good else "no good state is pinned"
            free = bool(fields.get("may_use"))
            words: tuple[str, Role] = ("✓ may be trained and adapted", "good") if free else ("✗ stopped", "bad")
            lines.append(fit((words, (f"   {kept}", "dim")), width))
        elif fields.get("kind") == "alarm":
            drop, n = float(fields.get("drop") or 0.0), fields.get("n")
            over = fields.get("cleared")
            role: Role = "dim" if over else "bad"
            lines.append(fit(((f"! {100 * drop:.1f} points lost, n {n}, run {fields.get('run')}", role),), width))
            flipped = ", ".join(fields.get("flipped") or ())
            lines += [((f"  {text}", "dim"),) for text in wrap(f"mended no more: {flipped}", width - 2)]
    return lines
