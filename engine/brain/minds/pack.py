"""The context pack: what every model is shown of a finding, under one budget of bytes.

Sections stand in a fixed order; the budget is spent on them in the order of their worth, and the one that does not fit
any more is cut at a line and says so. The same context gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.brain.protocol import Context
from engine.schema.diagnostic import Diagnostic, Span

DEFAULT_BYTES = 12_000
_MORE = "… (cut)\n"
_WINDOW_LINES = 40
_OTHERS = 8


@dataclass(frozen=True)
class Section:
    """One part of a pack. ``worth`` decides who is cut first: the highest stays."""

    title: str
    worth: int
    text: str


def context_pack(context: Context, *, budget: int = DEFAULT_BYTES) -> str:
    """The diagnostic, the code around it, what was tried and what else is wrong, in at most ``budget`` bytes."""
    sections = [section for section in _sections(context) if section.text.strip()]
    granted = dict.fromkeys(range(len(sections)), "")
    left = budget
    for index in sorted(granted, key=lambda index: -sections[index].worth):
        head = f"## {sections[index].title}\n"
        room = left - len(head.encode()) - 1
        body = _cut(sections[index].text.rstrip("\n") + "\n", room)
        if body:
            granted[index] = head + body + "\n"
            left -= len(granted[index].encode())
    return "".join(granted.values())


def _cut(text: str, room: int) -> str:
    if len(text.encode()) <= room:
        return text
    kept: list[str] = []
    room -= len(_MORE.encode())
    for line in text.splitlines(keepends=True):
        room -= len(line.encode())
        if room < 0:
            break
        kept.append(line)
    return "".join(kept) + _MORE if kept else ""


def _sections(context: Context) -> Iterator[Section]:
    found = context.diagnostic
    yield Section("Diagnostic", 100, told(found))
    for number, (path, lines) in enumerate(_places(found).items()):
        yield Section(f"Code: {path}", 90 - number, _windows(context.read, path, lines))
    yield Section("The mentor's reasons", 95, "".join(f"- {reason}\n" for reason in context.reasons))
    earlier = [line for line in context.evidence if line not in context.reasons]
    yield Section("Tried and observed", 80, "".join(f"- {line}\n" for line in earlier))
    others = "".join(f"- {other.label}: {other.message} ({other.where})\n" for other in context.others[:_OTHERS])
    yield Section("Other findings", 60, others)
    page = context.docs.explain(found.code) if found.code and found.code.startswith("E") else None
    if page is not None:
        yield Section(f"{page.code} in the docs ({page.citation.page})", 50, page.summary)


def told(found: Diagnostic) -> str:
    """A diagnostic as its tool renders it, else its message with labels and notes."""
    if found.rendered:
        return found.rendered
    labels = [f"  {span.file}:{span.line_start}: {span.label}" for span in found.spans if span.label]
    return "\n".join([f"{found.label}: {found.message}", *labels, *(note.message for note in found.notes)])


def _places(found: Diagnostic) -> dict[str, list[int]]:
    """The lines that the diagnostic speaks of, by file; the primary span's file first."""
    spans: list[Span] = [*([found.primary] if found.primary else []), *found.spans]
    for note in found.notes:
        spans.extend(note.spans)
    places: dict[str, list[int]] = {}
    for span in spans:
        places.setdefault(span.file, []).extend((span.line_start, span.line_end))
    return places


def _windows(read: Callable[[str], bytes | None], path: str, lines: list[int]) -> str:
    """The lines of a file within reach of those named, as they stand; a comment marks each gap."""
    content = read(path)
    if content is None:
        return ""
    text = content.decode(errors="replace").splitlines()
    wanted = {
        number
        for line in lines
        for number in range(max(1, line - _WINDOW_LINES), min(len(text), line + _WINDOW_LINES) + 1)
    }
    parts: list[str] = []
    for number in sorted(wanted):
        if number - 1 not in wanted:
            parts.append(f"// line {number}")
        parts.append(text[number - 1])
    return "\n".join(parts) + "\n"
