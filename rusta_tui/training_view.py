"""The lines that training runs are drawn in: a row, a run in full, two of them compared. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rusta_tui.lines import BLANK, Line, Role, bar, fit, seconds, spark, wrap
from rusta_tui.sessions import ago
from rusta_tui.training import BITS, HELD_OUT, LOSS, RATE, Compared, Curve, Detail, Place, RunRow, Stage

_STATES: dict[str, tuple[str, Role]] = {
    "running": ("●", "voice"),
    "paused": ("◆", "wait"),
    "finished": ("✓", "good"),
    "stopped": ("◐", "wait"),
    "cut off": ("✗", "bad"),
}
_NAMES = {
    LOSS: ("loss", "bits a symbol"),
    HELD_OUT: ("loss, held out", "bits a symbol"),
    BITS: ("bits per byte", "bits, held out"),
    RATE: ("throughput", "bytes/s"),
    "memory_mb": ("memory", "MB"),
    "rate": ("learning rate", ""),
    "norm": ("gradient", "norm"),
}
_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "<"}
_SPARKS = 24
_PACES = 50  # points of the throughput that say how long it takes yet


def amount(value: float | None, unit: str = "") -> str:
    """A figure as people read it."""
    if value is None:
        return "–"
    said = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
    return f"{said} {unit}".rstrip()


def size(count: int) -> str:
    """Bytes as people read them."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count:,} B"


def at_home(path: str) -> str:
    """A path as people write it: what is in their home begins with ~."""
    home = str(Path.home())
    return "~" + path.removeprefix(home) if path.startswith(home + "/") else path


def row(run: RunRow, width: int, *, marked: bool = False) -> Line:
    """A run in the list: its state, how far it is, what is held out, when it last wrote."""
    mark, role = _STATES.get(run.state, ("○", "dim"))
    of = f"/{run.steps:,}" if run.steps else ""
    share = bar(run.step / run.steps, 8) if run.steps else " " * 8
    held_out = run.last.get(HELD_OUT)
    ending: Line = ((f"  {ago(run.at)}", "dim"),)
    if run.trouble:
        ending = ((f"  ! {run.trouble}", "bad"),)
    return fit(
        (
            (f" {mark} ", role),
            (f"{'▸' if marked else ' '}", "wait"),
            (f"{run.name:<22.22} ", "strong"),
            (f"{run.state:<9}", role),
            (f"{run.step:>7,}{of:<8} ", "text"),
            (share, role),
            (f"  {amount(held_out, 'bits') if held_out is not None else '–':<11}", "text"),
            *ending,
        ),
        width,
    )


def nothing(place: Place) -> list[Line]:
    """What stands in the list while there are no runs."""
    lines: list[Line] = [((f" No run is in {at_home(place.path)} yet.", "strong"),)]
    if place.missing:
        return [*lines, ((f" {lacks(place)}", "wait"),), ((" o opens another folder of runs", "dim"),)]
    return [*lines, ((" n starts one, o opens another folder of runs", "dim"),)]


def lacks(place: Place) -> str:
    """That nothing can be trained here, and what to do."""
    return f"Nothing can be trained here: {place.missing} is not installed. pip install 'rusta-tui[train]'"


def gate(stage: Stage) -> str:
    """What a stage's gate asks: `compile fix ≥ 0.7`."""
    asked = "rising" if stage.threshold is None else f"{_SIGNS.get(stage.bound, '')} {stage.threshold:g}"
    return f"{stage.metric.replace('_', ' ')} {asked}"


def page(detail: Detail, stage: Stage | None, curves: Mapping[str, Curve], width: int) -> list[Line]:
    """A run in full: its figures with how they went, its checkpoints, what it was told."""
    run = detail.run
    mark, role = _STATES.get(run.state, ("○", "dim"))
    lines: list[Line] = [fit(((run.name, "strong"), (f"   {mark} {run.state}", role)), width)]
    if stage is not None:
        lines.append(fit(((f"{stage.id} {stage.name}", "text"), (f"   gate: {gate(stage)}", "dim")), width))
    if run.trouble:
        lines += [((text, "bad"),) for text in wrap(f"! {run.trouble}", width)]
    if run.steps:
        done = max([run.step, *(int(curve[-1][0]) for name, curve in curves.items() if name == LOSS and curve)])
        ahead = f" · {seconds(left)} left" if run.running and (left := _left(run, done, curves)) is not None else ""
        lines.append(((bar(done / run.steps, 16), role), (f" step {done:,} of {run.steps:,}{ahead}", "text")))
    lines += [BLANK, *_figures(run, stage, curves, width), BLANK, *_checkpoints(detail, width)]
    told = [f"{name} {_short(value)}" for name, value in run.settings.items() if value not in ("", {}, None)]
    if told:
        lines += [BLANK, (("Told", "strong"),), *(((text, "text"),) for text in wrap(" · ".join(told), width))]
    if run.data:
        lines += [((text, "dim"),) for text in wrap(f"data {at_home(run.data)}", width)]
    return [*lines, *(((text, "dim"),) for text in wrap(f"kept in {at_home(run.path)}", width))]


def _left(run: RunRow, done: int, curves: Mapping[str, Curve]) -> float | None:
    """Seconds that are left at the pace of what was measured; evaluations and checkpoints come on top."""
    paces = [value for _, value in curves.get(RATE, ())[-_PACES:] if value > 0]
    symbols = run.last.get("symbols")
    if not paces or not symbols or run.steps is None:
        return None
    return (run.steps - done) * symbols * sum(1 / pace for pace in paces) / len(paces)


def _figures(run: RunRow, stage: Stage | None, curves: Mapping[str, Curve], width: int) -> list[Line]:
    lines = []
    others = sorted(name for name in {*run.last, *curves} if name.startswith("held_out/") and name not in _NAMES)
    asked = f"held_out/{stage.metric}" if stage is not None else ""
    more = {name: (_plain(name), "of the gate" if name == asked else "held out") for name in others}
    for name, (words, unit) in {**_NAMES, **more}.items():
        curve = curves.get(name, ())
        value = curve[-1][1] if curve else run.last.get(name)
        if value is None:
            continue
        drawn = _spark(curve, min(_SPARKS, width - 41))
        line: Line = ((f"{words:<15.15}", "dim"), (f"{amount(value):>9} ", "voice"), (f"{unit:<15}", "dim"))
        lines.append(fit((*line, (drawn, "text")), width))
    return lines or [(("Nothing was measured yet: the first step is not done.", "wait"),)]


def _spark(curve: Curve, cells: int) -> str:
    values = [value for _, value in curve]
    count = min(cells, len(values))
    if count < 2:
        return ""
    taken = [values[round(number * (len(values) - 1) / (count - 1))] for number in range(count)]
    low, high = min(taken), max(taken)
    return spark((value - low) / (high - low) for value in taken) if high > low else ""


def _checkpoints(detail: Detail, width: int) -> list[Line]:
    kept = detail.kept
    how = "every byte read" if detail.verified else "v reads every byte"
    lines: list[Line] = [fit((("Checkpoints", "strong"), (f"   {how}", "dim")), width)]
    if not kept:
        return [(("No checkpoint yet.", "dim"),)]
    sound = [one.held_out for one in kept if one.held_out is not None and not one.trouble]
    for one in reversed(kept):
        best = one.held_out is not None and not one.trouble and one.held_out == min(sound)
        mark: tuple[str, Role] = ("✗ ", "bad") if one.trouble else ("✓ ", "good") if detail.verified else ("· ", "dim")
        lines.append(
            fit(
                (
                    mark,
                    (f"{one.step:>9,} ", "strong"),
                    (f"{size(one.size):>9}  ", "text"),
                    (f"{amount(one.held_out, 'bits'):<11} ", "text"),
                    (f"{one.commit[:8]:<9}", "code-name"),
                    ("best" if best else "", "good"),
                ),
                width,
            )
        )
        lines += [((f"  {text}", "bad"),) for text in wrap(f"damaged: {one.trouble}", width - 2) if one.trouble]
    return lines


def compared_page(compared: Compared, width: int) -> list[Line]:
    """Two runs side by side: their newest figures, and in what they differ."""
    name, cell = (26, (width - 26) // 2) if width >= 70 else (18, (width - 18) // 2)

    def line(what: str, left: str, right: str, role: Role = "text") -> Line:
        shown = tuple(text if len(text) < cell else text[: cell - 2] + "…" for text in (left, right))
        return fit(((f"{what:<{name}.{name - 1}}", "dim"), (f"{shown[0]:<{cell}}", role), (shown[1], role)), width)

    left, right = compared.left, compared.right
    lines = [line("", left.name, right.name, "strong"), line("state", left.state, right.state)]
    lines.append(line("step", f"{left.step:,}", f"{right.step:,}"))
    for figure, unit, one, other in compared.figures:
        words, _ = _NAMES.get(figure, (_plain(figure), ""))
        lines.append(line(words, amount(one, unit), amount(other, unit)))
    lines += [BLANK, (("Told otherwise", "strong"),)]
    lines += [line(what, _short(one), _short(other), "wait") for what, one, other in compared.differing]
    if not compared.differing:
        lines.append((("Both were told the same.", "dim"),))
    return lines


def _plain(name: str) -> str:
    return name.removeprefix("held_out/").replace("_", " ")


def _short(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else json.dumps(value)
