"""What the panes around the timeline say: queue rows, headline, her last words, one diagnostic, one patch. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rusta_tui.lines import BLANK, Line, Role, Span, fit, seconds, spread, wrap
from rusta_tui.view import Finding, PatchState, View

if TYPE_CHECKING:
    from engine.schema.event import SayEvent

_STATUS: dict[str, tuple[str, Role]] = {
    "found": ("○", "dim"),
    "queued": ("○", "text"),
    "active": ("●", "voice"),
    "gone": ("✓", "good"),
    "abstained": ("–", "wait"),
}
_METERS = {"probe_seconds": "probing", "wall_seconds": "took", "child_seconds": "tools"}
_BOOKS = {
    "book": "Book",
    "reference": "Reference",
    "nomicon": "Nomicon",
    "error_codes": "Error codes",
    "error-index": "Error codes",
    "std": "std",
    "rust-by-example": "By Example",
    "edition-guide": "Edition Guide",
    "cargo": "Cargo Book",
    "clippy": "Clippy",
}


def citation(page: str) -> str:
    """How a page of the installed docs is named in a line: `book/ch04-02-x.html#y` → `Book ch. 4.2`."""
    book, _, rest = page.partition("/")
    name = _BOOKS.get(book, book)
    stem = rest.partition("#")[0].removesuffix(".html").rpartition("/")[2]
    chapter = re.match(r"ch(\d+)-(\d+)", stem)
    if chapter:
        part = "" if chapter[2] == "00" else f".{int(chapter[2])}"
        return f"{name} ch. {int(chapter[1])}{part}"
    return f"{name} {stem.replace('-', ' ')}".strip()


def queue_row(finding: Finding, width: int, *, new: bool = False) -> Line:
    """One finding: status mark, code, place, and whether it is new, a root cause, or follows from another."""
    diagnostic = finding.diagnostic
    mark, role = _STATUS.get(finding.status, ("○", "dim"))
    error = diagnostic.level.is_error
    place = diagnostic.where.rpartition("/")[2]
    root = "root" if finding.order and error else "warn" if not error else ""
    relation = "new" if new else "follows" if finding.follows else root
    label = diagnostic.label.removeprefix("clippy::")
    tone: Role = "dim" if finding.status in ("gone", "abstained") else "strong" if error else "text"
    left: list[Span] = [(f" {mark} ", role), (f"{'  ' if finding.follows else ''}{label} ", tone), (place, "dim")]
    if width >= 60:
        left.append((f"  {diagnostic.message}", "text" if tone != "dim" else "dim"))
    right: Line = ((f"{relation} ", "voice" if relation in ("root", "new") else "dim"),) if relation else ()
    return spread(tuple(left), right, width)


def matches(finding: Finding, wanted: str) -> bool:
    """Whether a finding has every word that is wanted; `code:`, `file:`, `level:`, `status:` look at one thing only."""
    record = finding.diagnostic
    parts = {
        "code": record.label,
        "file": record.where,
        "level": str(record.level),
        "status": finding.status,
        "package": record.package,
    }
    everything = " ".join((*parts.values(), record.message)).lower()
    for word in wanted.lower().split():
        name, colon, value = word.partition(":")
        if (value not in parts[name].lower()) if colon and name in parts else (word not in everything):
            return False
    return True


def headline(view: View) -> str:
    """The title of the timeline: session, gear, and every meter with its limit and unit."""
    if not view.session and not view.steps:
        return "Session"
    parts = [f"Session {view.session}" if view.session else "Session"]
    if view.task:
        name = {"quick": "A quick", "deep": "B deep"}.get(view.task.gear, view.task.gear)
        parts.append(f"gear {name}" + (f" · attempt {view.task.attempt}" if view.task.attempt > 1 else ""))
    for meter in view.meters.values():
        limit = f" / {meter.limit:g}" if meter.limit is not None else ""
        unit = f" {meter.unit}" if meter.unit and meter.unit != meter.name else ""
        name = _METERS.get(meter.name, meter.name.replace("_", " "))
        parts.append(f"{name} {round(meter.value, 1):g}{limit}{unit}")
    return " · ".join(parts)


def voice(says: Sequence[SayEvent], width: int, height: int = 3) -> list[Line]:
    """Her last words, with the pages she cites, in at most ``height`` lines."""
    if not says:
        return []
    last = says[-1]
    cited = "  ".join(dict.fromkeys(citation(page) for page in last.citations))
    role: Role = "wait" if last.tone == "warn" else "voice"
    text = wrap(last.text if last.tone == "adr" else f"“{last.text}”", width - 2)
    lines: list[Line] = [((" " + line, role),) for line in text[:height]]
    if len(text) > height:
        lines[-1] = fit((*lines[-1], (" " * width, role)), width - 2)
    elif cited and len(cited) + 3 + sum(len(part) for part, _ in lines[-1]) <= width:
        lines[-1] = (*lines[-1], ("  " + cited, "dim"))
    elif cited and len(lines) < height:
        lines.append(((" " + cited, "dim"),))
    return lines


def diagnostic(finding: Finding, width: int, root: Finding | None = None) -> list[Line]:
    """One diagnostic in full, as the compiler renders it, with what Rusta knows of its place in the queue."""
    record = finding.diagnostic
    role: Role = "bad" if record.level.is_error else "wait"
    lines: list[Line] = [((f"{record.label}", role), (f"  {record.where}", "strong"))]
    lines += [((text, "text"),) for text in wrap(record.message, width)]
    if finding.follows:
        cause = f"{root.diagnostic.label} {root.diagnostic.where}" if root else "another finding"
        lines.append(((f"follows from {cause}: mend that one first", "wait"),))
    lines.append(BLANK)
    for text in record.rendered.splitlines()[1:]:
        lines.append((_rendered(text),))
    return lines


def _rendered(text: str) -> Span:
    head = text.lstrip()
    if head.startswith(("error", "error[")):
        return text, "bad"
    if head.startswith("warning"):
        return text, "wait"
    if head.startswith(("= help", "help:", "= note", "note:")):
        return text, "voice"
    if re.match(r"\s*(\d+\s*)?[|~+-]|\s*-->", text):
        return text, "dim" if "^" not in text else "text"
    return text, "text"


def patch_facts(view: View, state: PatchState, width: int) -> list[Line]:
    """What stands beside a diff: why, how sure, what it touches, what was run on it."""
    event = state.event
    task = view.tasks.get(event.task)
    finding = view.findings.get(event.task)
    lines: list[Line] = []
    if finding:
        lines.append(((finding.diagnostic.label, "strong"), (f" {finding.diagnostic.where}", "dim")))
        lines += [((text, "text"),) for text in wrap(finding.diagnostic.message, width)]
    lines += [BLANK, *(((text, "voice"),) for text in wrap(f"“{event.patch.intent}”", width))]
    if task and task.explanation:
        lines += [((text, "text"),) for text in wrap(task.explanation.text, width)]
        cited = "  ".join(dict.fromkeys(citation(page) for page in task.explanation.citations))
        lines += [((text, "dim"),) for text in wrap(cited, width)] if cited else []
    lines += [BLANK, (("Checked", "strong"),)]
    if state.validation:
        for check in state.validation.steps:
            mark: Span = ("✓ ", "good") if check.passed else ("✗ ", "bad")
            lines.append((mark, (check.command, "text"), (f" {seconds(check.seconds)}", "dim")))
            lines += [(("  " + text, "dim"),) for text in wrap(check.summary, width - 2)]
        lines += [((text, "bad"),) for found in state.validation.deletions for text in wrap(found, width)]
    else:
        lines.append((("not validated yet", "wait"),))
    if event.proven:
        lines += [((text, "dim"),) for text in wrap("the inverse was applied and gave every byte back", width)]
    lines += [BLANK, (("Touches", "strong"),)]
    lines += [((text, "text"),) for text in wrap(blast(state), width)]
    lines += [((f"  {symbol}", "dim"),) for symbol in event.blast.symbols[:8]]
    return [fit(line, width) for line in lines]


def blast(state: PatchState) -> str:
    """The blast radius of a patch in words."""
    radius = state.event.blast
    files = len(radius.files) or len(state.event.patch.files)
    text = f"{files} file{'s' if files != 1 else ''}"
    if radius.symbols:
        text += f", {len(radius.symbols)} symbol{'s' if len(radius.symbols) != 1 else ''}"
    return text + f", {radius.references} reference{'s' if radius.references != 1 else ''}"


def patch_headline(view: View, state: PatchState) -> Line:
    """One line over a diff: how it was validated, how sure she is, how far it reaches."""
    spans: list[Span] = []
    if state.validation:
        spans.append((" green: ", "good") if state.validation.green else (" progress: ", "wait"))
        spans.append((", ".join(f"{step.summary} {seconds(step.seconds)}" for step in state.validation.steps), "text"))
        stack = [other.validation for other in view.patches.values() if not other.undone]
        if not state.validation.green and any(checks and checks.green for checks in stack):
            spans.append((f" · green as a stack of {len(stack)}", "good"))
    task = view.tasks.get(state.event.task)
    if task and task.confidence:
        spans.append((f" · confidence {task.confidence[-1]:.2f}", "strong"))
    spans.append((f" · {blast(state)}", "dim"))
    return tuple(spans)
