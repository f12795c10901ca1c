"""A DevLog as a page to read, in Markdown: what she thought, did and learnt, and what the mentor said of it.

Unlike the file of an export it leaves out what only programs need: byte offsets, hashes, the way back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.loop.devlog_file import FiledDevLog, Mentor
    from engine.schema.devlog import DevLog, Entry


def page(filed: FiledDevLog) -> str:
    """The whole page."""
    return told(filed.devlog) + "".join(f"{line}\n" for line in _mentor(filed.mentor))


def told(devlog: DevLog) -> str:
    """The page as far as she told it, without what the mentor left on it."""
    lines = [f"# {devlog.summary or devlog.outcome}", "", *_facts(devlog)]
    for number, entry in enumerate(devlog.entries, 1):
        lines += ["", f"## {number}. {entry.message}", "", *_entry(entry)]
    if devlog.questions:
        lines += ["", "## She asked", "", *(f"- {question}" for question in devlog.questions)]
    return "\n".join(lines) + "\n"


def _facts(devlog: DevLog) -> Iterator[str]:
    yield f"- {devlog.outcome} in {devlog.seconds:.1f} s, {devlog.at}, by {devlog.brain}"
    yield f"- DevLog `{devlog.id}` of session `{devlog.session}`"
    yield f"- in `{devlog.repository}` at `{devlog.base[:9]}`"
    if devlog.branch:
        yield f"- committed to `{devlog.branch}`: {', '.join(f'`{sha[:9]}`' for sha in devlog.commits)}"


def _entry(entry: Entry) -> Iterator[str]:
    move = f" with {entry.move}" if entry.move else ""
    label = f"{entry.code}, " if entry.code else ""
    yield f"{label}`{entry.where}`: {entry.outcome}{move}, {entry.confidence:.0%} sure, {entry.gear} gear"
    yield from _section("Intent", entry.intent)
    yield from _section("Explanation", entry.explanation)
    if entry.citations:
        yield from ("", *(f"- read `{citation}`" for citation in entry.citations))
    if entry.probes:
        yield from ("", "### Probes", "")
        for probe in entry.probes:
            belief = f", then {probe.belief:.0%} sure" if probe.belief is not None else ""
            yield f"- `{probe.command}` {probe.seconds:.2f} s, {probe.verdict}: {probe.finding}{belief}"
    if entry.patch is not None:
        fence = _fence(entry.patch.diff)
        yield from ("", "### Patch", "", f"{fence}diff", entry.patch.diff.rstrip("\n"), fence)
    if entry.validation:
        yield from ("", "### Validation", "")
        for step in entry.validation:
            yield f"- {'✓' if step.passed else '✗'} `{step.command}` {step.seconds:.2f} s: {step.summary}"
    yield from _section("Reflection", entry.reflection)
    yield from _section("Decision record", entry.adr or "")
    if entry.mentor:
        yield from ("", "### The mentor decided", "", *(f"- {decision}" for decision in entry.mentor))


def _section(title: str, text: str) -> Iterator[str]:
    if text:
        yield from ("", f"### {title}", "", text)


def _mentor(mentor: Mentor) -> Iterator[str]:
    if not (mentor.grades or mentor.comments or mentor.marks):
        return
    yield from ("", "## From the mentor", "")
    for axis, value in {grade.axis: grade.value for grade in mentor.grades}.items():
        yield f"- {axis} {value} of 4"
    for mark in mentor.marks:
        yield f"- marked {mark.mark}, {mark.at}"
    for comment in mentor.comments:
        yield from ("", *(f"> {line}".rstrip() for line in comment.text.split("\n")))


def _fence(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"^.?`{3,}", text, re.MULTILINE)), default=2)
    return "`" * max(longest + 1, 3)
