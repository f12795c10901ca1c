"""How the diary looks: rows of the list, the bar that is graded on, the page, the line over them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from rusta_tui.devlogs import AXES, GOLDEN, TRAINING, Log, Page, Standing
from rusta_tui.lines import BLANK, Line, Role, Span, fit, spread, width_of, wrap
from rusta_tui.markdown import markdown_lines
from rusta_tui.sessions import OUTCOMES

SIGNS: dict[str, Span] = {GOLDEN: ("★", "voice"), TRAINING: ("▴", "good")}
_SUMMARY_FROM = 66
_DATE_FROM = 50
_MONTH_FROM = 100


def row(log: Log, standing: Standing, width: int) -> Line:
    """One DevLog: how it ended, code and move, and on the right its marks, comments and four grades."""
    mark, role = OUTCOMES.get(log.outcome, ("·", "dim"))  # a newer Rusta may know others
    left: list[Span] = [(f" {mark} ", role)]
    if width >= _DATE_FROM:
        left.append((f"{log.at[5:10]} ", "dim"))
    more = f"+{len(log.codes) - 1}" if len(log.codes) > 1 else ""
    left += [(f"{log.codes[0] if log.codes else '':<6}", "strong"), (f"{more:<3}", "dim")]
    told = log.moves[0] if log.moves else log.summary
    left.append((f"{told:<28.28}" if width >= _SUMMARY_FROM and log.moves else told, "text"))
    if width >= _SUMMARY_FROM and log.moves:
        left.append((f" {log.summary}", "dim"))
    signs = [SIGNS[name] if name in standing.marks else (" ", "dim") for name in SIGNS]
    said: Span = ("”" if standing.comments else " ", "dim")
    return spread(tuple(left), (*signs, said, (" ", "text"), *grade_cells(standing), (" ", "text")), width)


def grade_cells(standing: Standing) -> Line:
    """The four grades, a digit each: `3 3 4 ·`."""
    grades = standing.grades
    cells: list[Span] = []
    for axis in AXES:
        value = grades.get(axis)
        cells += [(" ", "text")] if cells else []
        cells.append((str(value), _tone(value)) if value else ("·", "dim"))
    return tuple(cells)


def title(log: Log) -> str:
    """The line over a page: `E0502 · end-borrow · fixed · 4.1 s`."""
    told = (", ".join(log.codes), ", ".join(log.moves[:2]), log.outcome, f"{log.seconds:.1f} s", log.brain)
    return " · ".join(part for part in told if part)


def bar(standing: Standing, axis: str, *, goes_on: bool, width: int) -> list[Line]:
    """The four axes with their grades, the current one marked, and under them what else is on the DevLog."""
    spans: list[Span] = []
    for name in AXES:
        value, here = standing.grades.get(name), name == axis
        spans.append((" ▸" if here else "  ", "voice"))
        spans.append((f"{name} ", "strong" if here else "dim"))
        spans.append((f"{value}  " if value else "·  ", _tone(value) if value else "dim"))
    short: Line = (("1–4", "voice"), (" grade ", "dim"))
    keys: Line = (*short, (" u", "voice"), (" undo  ", "dim"), ("n", "voice"), (" next ", "dim"))
    if width_of(tuple(spans)) + width_of(keys) > width:  # the footer says the others, too
        keys = short
    marks: list[Span] = [("  ", "text")]
    for name, (sign, role) in SIGNS.items():
        marked = name in standing.marks
        marks.append((f"{sign if marked else '·'} ", role if marked else "dim"))
        marks.append((f"{name}   ", "text" if marked else "dim"))
    count = len(standing.comments)
    marks.append((f"{count} comment{'s' if count != 1 else ''}", "text" if count else "dim"))
    after: Line = (("N", "voice"), (f" after the fourth: {'goes on' if goes_on else 'stays'} ", "dim"))
    return [spread(tuple(spans), keys, width), spread(tuple(marks), after, width)]


def page_lines(page: Page | None, width: int, *, folded: bool) -> list[Line]:
    """The DevLog as a page, and what the mentor wrote beside it."""
    if page is None:
        return [BLANK, (("Reading…", "dim"),)]
    lines = list(_laid_out(page.text, width, folded))
    comments = [text for text in page.standing.comments if text is not None]
    if comments:
        lines += [BLANK, (("▎", "voice"), ("You wrote", "strong"))]
    for text in comments:
        lines.append(BLANK)
        lines += [(("│ ", "voice"), (line, "text")) for line in wrap(text, width - 2)]
    return lines


@lru_cache(maxsize=8)
def _laid_out(text: str, width: int, folded: bool) -> tuple[Line, ...]:
    """The page alone: a grade, which is drawn at once, does not lay it out again."""
    return tuple(markdown_lines(text, width, folded="d unfolds" if folded else ""))


def headline(
    shown: int, count: int, to_grade: int, scores: Sequence[Mapping[str, Any]], searched: str, width: int
) -> Line:
    """How many there are, how many lack a grade, and how her voice is graded: in all and in the last month."""
    spans: list[Span] = [(f" {count} DevLogs", "strong")]
    if shown != count:
        spans.append((f" · {shown} shown", "text"))
    spans.append((f" · {to_grade} to grade", "wait" if to_grade else "dim"))
    if searched:
        spans.append((f" · {searched}", "bad"))
    whole = next((score for score in scores if not score.get("month") and not score.get("brain")), None)
    months = [score for score in scores if score.get("month") and not score.get("brain")]
    right: list[Span] = []
    if whole:
        right += [("voice ", "dim"), *_score(whole)]
    if months and width >= _MONTH_FROM:
        right += [(f" · {months[-1]['month']} ", "dim"), *_score(months[-1])]
    return spread(tuple(spans), (*right, (" ", "text")), width) if right else fit(tuple(spans), width)


def empty(*, read: bool, trouble: str, searched: bool, count: int) -> list[Line]:
    """What the list says when it has no rows."""
    if trouble:
        return [((f" ! {trouble}", "bad"),), ((" r reads again; rusta doctor says more", "dim"),)]
    if not read:
        return [((" Reading the store…", "dim"),)]
    if searched and count:
        return [
            ((" No DevLog is like that.", "strong"),),
            ((" esc clears the filter", "dim"),),
            ((" code: move: outcome: brain:", "dim"),),
            ((" graded:no|part|all|yes", "dim"),),
            ((" mark:golden, and words", "dim"),),
        ]
    return [
        ((" No DevLog yet.", "strong"),),
        ((" A session writes one when it ends.", "dim"),),
        ((" i", "voice"), (" brings ten written by hand", "dim")),
    ]


def _score(score: Mapping[str, Any]) -> list[Span]:
    return [(f"{score['mean']:.1f}", "strong"), (f" ({score['low']:.1f}–{score['high']:.1f}, n {score['n']})", "dim")]


def _tone(value: int) -> Role:
    return "good" if value > 2 else "wait"
