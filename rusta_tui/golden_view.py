"""How the challenge looks: the line of the month, rows, the parts of a score, the trend. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from rusta_tui.golden import Attempt, Golden, Month, Point
from rusta_tui.job import Job
from rusta_tui.lines import Line, Role, Span, bar, fit, seconds, spark, spread, wrap

MARKS: dict[str, tuple[str, Role]] = {
    "fixed": ("✓", "good"),
    "abstained": ("○", "wait"),
    "wrong": ("✗", "bad"),
    "failed": ("✗", "bad"),
    "error": ("!", "wait"),
    "": ("·", "dim"),
}
PARTS = {
    "compiles": "compiles",
    "tests": "own tests",
    "hidden": "hidden tests",
    "minimal": "minimal",
    "style": "style",
    "exact": "the golden",
}
_GAUGE = 16
_CURVE = 12


def headline(month: Month, job: Job | None, width: int, *, read: bool) -> Line:
    """The month and its score, or the exam that she is at: a gauge, what was scored last, how long it will take."""
    if job is not None:
        done = job.done / job.total if job.total else 0.0
        count = f" {job.done} of {job.total}" if job.total else ""
        told: Line = ((" ", "text"), (bar(done, _GAUGE), "voice"), (count, "strong"), (f"  {job.text}", "text"))
        left = f", about {seconds(job.left)} left" if job.left is not None else ""
        share = job.latest.get("golden/score")
        score = f"{share:.0%} so far  " if share is not None else ""
        return spread(told, ((f"{score}{seconds(job.elapsed)}{left} ", "dim"),), width)
    if not read or not month.name:
        return ()
    spans: list[Span] = [(f" {month.name}", "strong")]
    if month.unfinished:
        spans.append((" · not finished, s goes on", "wait"))
    elif not month.taken:
        spans.append((" · not taken yet, s starts", "wait"))
    if month.total is not None:
        spans.append((f" · {month.total:.1f} of 100", "strong"))
        spans.append((f" · {month.brain}", "dim"))
    if month.exams > 1:
        later = ", ".join("–" if value is None else f"{value:.0f}" for value in month.retakes)
        spans.append((f" · worn: taken {month.exams} times (the others {later}); the first finished counts", "wait"))
    if month.worn_out:
        spans.append((" · the set is worn out", "bad"))
    turn = f"{'← ' + month.before if month.before else ''}  {month.after + ' →' if month.after else ''} "
    return spread(tuple(spans), ((turn, "dim"),), width)


def row(golden: Golden, width: int) -> Line:
    """One golden: what came of it, its name, its score; the ones that the month does not ask are quiet."""
    state: Span = ("⚑", "voice") if golden.pinned else (" ", "text")
    if not golden.asked:
        said = "retired" if golden.retired else "not asked"
        sign: Span = (" ⌀ ", "wait") if golden.retired else (" – ", "dim")
        return spread((sign, state, (f" {golden.id}", "dim")), ((f"{said} ", "dim"),), width)
    mark, role = MARKS.get(golden.status, MARKS[""])
    worth = "" if not golden.status else "–" if golden.score is None else f"{golden.score:.0f}"
    gone: Span = ("⌀ " if golden.retired else "", "wait")
    return spread(((f" {mark} ", role), state, (f" {golden.id}", "text")), (gone, (f"{worth:>4} ", "strong")), width)


def score(golden: Golden | None, attempt: Attempt | None, weights: dict[str, float], width: int) -> list[Line]:
    """The golden and the parts of her score, each with its weight."""
    if golden is None:
        return []
    tags = " ".join(tag for tag in golden.tags if not tag.startswith("fails:"))
    lines: list[Line] = [((line, "strong"),) for line in wrap(golden.title or golden.id, width)]
    lines.append(fit(((f"{golden.family}  {tags}", "dim"),), width))
    if golden.pinned or golden.retired:
        words = "⌀ retired" if golden.retired else "⚑ pinned"
        lines += [((line, "wait"),) for line in wrap(f"{words}: {golden.reason}", width)]
    if not golden.status:
        said = "not attempted yet" if golden.asked else "this month does not ask it"
        return [*lines, ((said, "dim"),)]
    mark, role = MARKS.get(golden.status, MARKS[""])
    score = "no score" if golden.score is None else f"{golden.score:.1f} of 100"
    took = f"  {seconds(golden.seconds)}" if golden.seconds is not None else ""
    lines.append(((f"{mark} {golden.status}  ", role), (score, "strong"), (took, "dim")))
    return [*lines, *_parts(golden, weights), *_notes(golden, attempt, width)]


def trend(points: Sequence[Point], width: int) -> list[Line]:
    """The curve of the months, and the last ones in figures."""
    if not points:
        return [(("no month was finished yet", "dim"),)]
    shown = list(points)[-_CURVE:]
    curve = spark((point.total or 0.0) / 100 for point in shown)
    lines: list[Line] = [fit(((f"{shown[0].month} ", "dim"), (curve, "voice"), (" 0 to 100", "dim")), width)]
    for point in reversed(shown):
        total = "     –" if point.total is None else f"{point.total:6.1f}"
        reach = "" if point.low is None or point.high is None else f" ({point.low:.0f}–{point.high:.0f})"
        rise = "" if point.common is None else f" {point.common:+.0f} on {point.shared} shared"
        worn = " worn" if point.exams > 1 else ""
        told: Line = ((point.month, "text"), (total, "strong"), (reach, "dim"), (worn, "wait"))
        lines.append(spread(told, ((f"{point.fixed}/{point.n} ✓", "dim"),), width))
        if rise:
            lines.append(fit(((f"       {rise}", _direction(point.common)),), width))
    return lines


def empty(*, read: bool, trouble: str) -> list[Line]:
    """What the list says when it has no rows."""
    if trouble:
        return [((f" ! {trouble}", "bad"),), ((" r reads again; rusta doctor says more", "dim"),)]
    if not read:
        return [((" Reading the store…", "dim"),)]
    return [((" No golden is there.", "strong"),), ((" data/golden is empty in this installation.", "dim"),)]


def _parts(golden: Golden, weights: dict[str, float]) -> list[Line]:
    """A line a part: how much of its weight she has."""
    lines: list[Line] = []
    for name, words in PARTS.items():
        value, weight = golden.parts.get(name), weights.get(name, 0.0)
        sign, role = _sign(value)
        worth = "–" if value is None else f"{value * weight:.0f}"
        lines.append(
            ((f"{sign} ", role), (f"{words:<14}", "text"), (f"{worth:>3}", "strong"), (f" / {weight:.0f}", "dim"))
        )
    return lines


def _sign(value: float | None) -> tuple[str, Role]:
    if value is None:
        return ("·", "dim")
    return ("✓", "good") if value == 1 else ("✗", "bad") if value == 0 else ("◐", "wait")


def _notes(golden: Golden, attempt: Attempt | None, width: int) -> list[Line]:
    """What she said, or why she stopped, the sizes of both patches, and what clippy found."""
    if attempt is None:
        return [(("reading her patch…", "dim"),)]
    lines: list[Line] = []
    own, theirs = attempt.marks.get("own_size"), attempt.marks.get("golden_size")
    if own and theirs:
        sizes = f"hers ÷ golden: lines {own['lines']} ÷ {theirs['lines']}, nodes {own['nodes']} ÷ {theirs['nodes']}"
        lines += [((line, "dim"),) for line in wrap(sizes, width)]
    lines += [fit(((f"clippy {lint}", "wait"),), width) for lint in attempt.marks.get("clippy") or ()]
    if attempt.marks.get("rustfmt") is False:
        lines.append((("rustfmt would write it otherwise", "wait"),))
    words = attempt.reason if golden.status != "fixed" else attempt.explanation
    told = wrap(f"“{words}”", width) if words else []
    return [*lines, *(((line, "voice"),) for line in told[:3])]


def _direction(rise: float | None) -> Role:
    return "dim" if not rise else "good" if rise > 0 else "bad"
