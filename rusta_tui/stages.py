"""The curriculum as `rusta curriculum status --json` tells it, and the lines it is drawn in. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rusta_tui.lines import BLANK, Line, Role, fit, wrap

_STATES: dict[str, tuple[str, Role]] = {
    "open": ("gate open", "good"),
    "overridden": ("open by your word", "wait"),
    "closed": ("gate closed", "bad"),
    "expired": ("expired: the brain changed", "wait"),
    "locked": ("locked", "dim"),
    "unmeasured": ("not measured", "dim"),
}
_SIGNS = {"at_least": "≥", "at_most": "≤", "below": "<"}


@dataclass(frozen=True)
class Stage:
    """One stage and where she stands in it. ``value``, ``low`` and ``high`` are shares or None."""

    number: int
    name: str
    objective: str
    metric: str
    bound: str
    threshold: float | None
    state: str
    missing: tuple[str, ...]
    data: tuple[str, ...]
    wanted: tuple[str, ...]
    evidence: tuple[str, ...]
    exams: int
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    at: str
    override: str

    @property
    def key(self) -> str:
        """What the list knows it by."""
        return str(self.number)


def parse_stages(text: str) -> list[Stage]:
    """The stages in what the command printed; other lines are left out."""
    found = []
    for line in text.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict) and fields.get("kind") == "stage":
            found.append(_stage(fields))
    return found


def _stage(fields: Mapping[str, Any]) -> Stage:
    def words(name: str) -> tuple[str, ...]:
        return tuple(str(item) for item in fields.get(name) or ())

    override = fields.get("override")
    reason = override.get("reason", "") if isinstance(override, dict) else str(override or "")
    return Stage(
        number=int(fields.get("stage", 0)),
        name=str(fields.get("name", "")),
        objective=str(fields.get("objective", "")),
        metric=str(fields.get("metric", "")).replace("_", " "),
        bound=str(fields.get("bound", "")),
        threshold=fields.get("threshold"),
        state=str(fields.get("state", "")),
        missing=words("missing"),
        data=words("data"),
        wanted=words("wanted"),
        evidence=words("evidence"),
        exams=int(fields.get("exams") or 0),
        value=fields.get("value"),
        low=fields.get("low"),
        high=fields.get("high"),
        n=fields.get("n"),
        at=str(fields.get("at") or ""),
        override=reason,
    )


def figure(stage: Stage) -> str:
    """The figure with its interval and n: `72 % (68–76, n 400)`; a dash where there is none."""
    if stage.value is None:
        return "–"
    span = f"{stage.low:.0%}–{stage.high:.0%}, " if stage.low is not None and stage.high is not None else ""
    return f"{stage.value:.0%} ({span}n {stage.n})"


def bound(stage: Stage) -> str:
    """What the gate asks: `≥ 70 %`, or that it rises."""
    if stage.threshold is None:
        return "rising"
    return f"{_SIGNS.get(stage.bound, '')} {stage.threshold:.0%}"


def row(stage: Stage, width: int) -> Line:
    """One stage in the list."""
    words, role = _STATES.get(stage.state, (stage.state, "text"))
    mark = {"good": "✓", "wait": "◆", "bad": "✗"}.get(role, "○")
    return fit(
        (
            (f" {mark} ", role),
            (f"{stage.number} ", "dim"),
            (f"{stage.name:<20.20} ", "strong"),
            (f"{stage.metric:<20.20} ", "text"),
            (f"{figure(stage):<24} ", "text"),
            (f"{bound(stage):<8}", "dim"),
            (words, role),
        ),
        width,
    )


def page(stage: Stage, width: int) -> list[Line]:
    """One stage in full: what it is for, what it takes, what it rests on, what is missing."""
    words, role = _STATES.get(stage.state, (stage.state, "text"))
    lines: list[Line] = [((f"Stage {stage.number} · {stage.name}", "strong"), (f"   {words}", role))]
    lines += [((text, "text"),) for text in wrap(stage.objective, width)]
    lines += [BLANK, ((f"{stage.metric}  ", "dim"), (figure(stage), "strong"), (f"   asked: {bound(stage)}", "dim"))]
    if stage.exams > 1:
        lines.append(((f"this set was sat {stage.exams} times: an exam taken too often is worn out", "wait"),))
    if stage.override:
        lines += [((text, "wait"),) for text in wrap(f"opened by your word: “{stage.override}”", width)]
    for title, items in (
        ("Missing", stage.missing),
        ("Evidence", stage.evidence),
        ("Wanted as evidence", stage.wanted),
        ("Learns from", stage.data),
    ):
        if items:
            lines += [BLANK, ((title, "strong"),)]
            for item in items:
                first, *more = wrap(item, width - 2)
                lines += [((f"· {first}", "text"),), *(((f"  {text}", "text"),) for text in more)]
    return lines
