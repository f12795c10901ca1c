"""What can be seen in a program by reading it, without a compiler: rules of the letter, each with its error code."""

from __future__ import annotations

from dataclasses import dataclass

from engine.rust.syntax import problems


@dataclass(frozen=True)
class Found:
    """What a rule saw: its name, the error code it expects ("" for bad syntax, which has none), and why."""

    rule: str
    code: str
    why: str


def read(source: str) -> Found | None:
    """The first thing that a rule finds wrong; None when all are silent."""
    text = source.encode()
    for problem in problems(text):
        return Found("syntax", "", f"line {problem.line} cannot be parsed: {problem.message}")
    return None
