"""Failing tests as findings: what failed, where it panicked, and what it expected."""

from __future__ import annotations

import re

from engine.rust.cargo import TestResult
from engine.schema.diagnostic import Diagnostic, Level, Note, Span, Tool

_PANICKED = re.compile(r"panicked at (?P<file>[^\s:'][^:\n]*\.rs):(?P<line>\d+):(?P<column>\d+):?\s*$")
_QUOTED = re.compile(r"panicked at '(?P<said>.*)', (?P<file>[^:\n]+\.rs):(?P<line>\d+):(?P<column>\d+)$")
_LONGEST_STORY = 12


def red_tests(result: TestResult, package: str = "") -> tuple[Diagnostic, ...]:
    """The failing tests of a run, as diagnostics of their own; ``package`` where their names do not tell theirs.

    The place of a panic has lines and columns, but no bytes: nothing is edited by it.
    """
    return tuple(_finding(name, result.stories.get(name, ()), package) for name in result.failures)


def _finding(name: str, story: tuple[str, ...], package: str) -> Diagnostic:
    spans: tuple[Span, ...] = ()
    for line in story:
        if found := _PANICKED.search(line) or _QUOTED.search(line):
            row, column = int(found["line"]), int(found["column"])
            place = {"line_start": row, "line_end": row, "column_start": column, "column_end": column}
            spans = (Span(file=found["file"], byte_start=0, byte_end=0, primary=True, label="it panics here", **place),)
            break
    said = tuple(Note(level=Level.NOTE, message=line) for line in story[:_LONGEST_STORY] if line.strip())
    owner = name.split(" ", 1)[0] if " " in name and not name.startswith("doc ") else package
    return Diagnostic(
        id=f"test:{name}",
        tool=Tool.TEST,
        level=Level.ERROR,
        message=f"test {name} fails",
        spans=spans,
        notes=said,
        package=owner or package,
    )
