"""A run as one page of HTML that loads nothing: figures with intervals, slices, curves, and every case in full."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from statistics import fmean

from engine.evals.charts import Interval, Part, Point, curve, interval_plot, stacked_bars
from engine.evals.figures import Figure, interval_text, value_text
from engine.evals.metrics.calibration import Prediction, predictions, risk_coverage
from engine.evals.metrics.card import figures_of
from engine.evals.record import CaseResult, Run, Status
from engine.evals.report_markdown import command_of, head_lines, why
from engine.evals.slices import SLICES, slices, tally

_MARKS = {
    Status.FIXED: ("--good", "✓"),
    Status.ABSTAINED: ("--wait", "–"),
    Status.FAILED: ("--bad", "✗"),
    Status.WRONG: ("--worst", "!"),
    Status.ERROR: ("--faint", "?"),
}
_MOST_ROWS = 24
_STYLE = """
:root{color-scheme:light dark;--ink:#1d1d1b;--back:#fbfaf7;--faint:#cfcabf;--accent:#a04a1a;--good:#2f7d4f;
--wait:#b08a1e;--bad:#b5482f;--worst:#7a1f5c;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8e4da;--back:#1b1a18;--faint:#4d4a44;--accent:#e58a54;--good:#4f9d6d;
--wait:#a98526;--bad:#c45f47;--worst:#b357a0;--on:#fff}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);
max-width:60rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}svg{width:100%;max-width:640px;height:auto;display:block}
svg text{font:12px system-ui,sans-serif}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid var(--faint);vertical-align:top}
pre{overflow:auto;border:1px solid var(--faint);padding:.6rem;font-size:13px}summary{cursor:pointer}small{opacity:.75}
"""


def html_report(run: Run) -> str:
    """The page, as text."""
    figures = figures_of(run)
    body = [
        f"<h1>Evaluation {escape(run.head.run)}</h1>",
        _summary(run),
        "<h2>Figures</h2>",
        interval_plot(_intervals(figures)),
        _figures(figures),
        "<h2>Does she know when she is right?</h2>",
        _calibration(run.results),
        *(part for by in SLICES for part in (f"<h2>By {by}</h2>", _bars(run.results, by))),
        "<h2>Cases</h2>",
        *map(_case, run.results),
        "<h2>What was run</h2>",
        _table(("", ""), [(name, escape(value)) for name, value in head_lines(run.head)]),
        f"<pre>{escape(command_of(run.head))}</pre>",
    ]
    head = f'<meta charset="utf-8"><title>Evaluation {escape(run.head.run)}</title><style>{_STYLE}</style>'
    view = '<meta name="viewport" content="width=device-width">'
    return f'<!doctype html><html lang="en"><head>{head}{view}</head><body>{"".join(body)}</body></html>\n'


def _summary(run: Run) -> str:
    counts = tally(run.results)
    ends = ", ".join(f"{glyph} {counts.counts.get(status, 0)} {status}" for status, (_, glyph) in _MARKS.items())
    left = "" if run.finished else f" <strong>Not finished: {len(run.results)} of {run.head.total}.</strong>"
    exam = " <strong>This was an exam.</strong>" if run.head.sealed else ""
    return (
        f"<p><strong>{counts.correct} of {counts.n}</strong> cases went as they should: {escape(ends)}.{left}{exam}</p>"
    )


def _intervals(figures: Sequence[Figure]) -> list[Interval]:
    return [
        Interval(figure.title, figure.value, figure.low, figure.high, value_text(figure.value, "share"))
        for figure in figures
        if figure.unit == "share" and figure.value is not None and figure.low is not None and figure.high is not None
    ]


def _figures(figures: Sequence[Figure]) -> str:
    rows = [
        (
            escape(figure.title) + (f"<br><small>{escape(figure.note)}</small>" if figure.note else ""),
            value_text(figure.value, figure.unit),
            interval_text(figure),
            str(figure.n),
        )
        for figure in figures
    ]
    return _table(("Figure", "Value", "95 % interval", "n"), rows)


def _bars(results: Sequence[CaseResult], by: str) -> str:
    groups = list(slices(results, by).items())
    rows = [(name, _parts(group)) for name, group in groups[:_MOST_ROWS]]
    more = f"<p><small>and {len(groups) - _MOST_ROWS} more</small></p>" if len(groups) > _MOST_ROWS else ""
    return stacked_bars(rows) + more


def _parts(group: Sequence[CaseResult]) -> list[Part]:
    counts = tally(group).counts
    return [Part(str(status), counts.get(status, 0), colour, glyph) for status, (colour, glyph) in _MARKS.items()]


def _calibration(results: Sequence[CaseResult]) -> str:
    """Confidence against what came of it, over every patch that she decided on; and risk against coverage."""
    said = sorted(predictions(results), key=lambda one: one.confidence)
    if not said:
        return "<p>She decided on no patch.</p>"
    note = f"<p><small>{len(said)} patches that she decided on; the points hold equally many.</small></p>"
    reliability = curve("Reliability", "confidence", "share that held", _tenths(said), diagonal=True)
    risk = curve("Risk and coverage", "coverage, most confident first", "risk", risk_coverage(said), steps=True)
    return f"{note}{reliability}{risk}"


def _tenths(said: Sequence[Prediction]) -> list[Point]:
    bins = min(10, max(1, len(said) // 5))
    cuts = [round(number * len(said) / bins) for number in range(bins + 1)]
    groups = [said[start:end] for start, end in pairwise(cuts)]
    return [(fmean(one.confidence for one in group), fmean(one.right for one in group)) for group in groups]


def _case(result: CaseResult) -> str:
    colour, glyph = _MARKS[result.status]
    verdict = "as it should be" if result.correct else f"should be {result.expect}"
    mark = f'<b style="color:var({colour})">{glyph} {result.status}</b>'
    line = f"{mark} {escape(result.case)} <small>{escape(verdict)}</small>"
    facts = [
        ("why", why(result) if not result.correct else result.reason),
        ("codes", ", ".join(result.codes)),
        ("moves", ", ".join(result.moves)),
        ("confidence", "" if result.confidence is None else f"{result.confidence:.2f}"),
        ("took", f"{result.seconds:.1f} s, {result.compiler_calls} compiler calls, {len(result.probes)} probes"),
        ("deletions", "; ".join(result.deletions)),
        ("facts named", "; ".join(result.named)),
        ("facts missed", "; ".join(result.missed)),
        ("false claims", "; ".join(result.false_claims)),
        ("harness", "; ".join(result.infrastructure)),
    ]
    shown = _table(("", ""), [(name, escape(value)) for name, value in facts if value])
    said = f"<p>{escape(result.explanation)}</p>" if result.explanation else ""
    diff = f"<pre>{escape(result.diff)}</pre>" if result.diff else ""
    return f"<details><summary>{line}</summary>{shown}{said}{diff}</details>"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are HTML already."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in line)}</tr>" for line in rows)
    return f"<table>{f'<tr>{top}</tr>' if any(head) else ''}{lines}</table>"
