"""The figures of a repository's life, from the journal's lines."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

Line = dict[str, Any]
_BAD = ("red", "vetoed")


def report(lines: Sequence[Line], arms: Sequence[str]) -> tuple[dict[str, Any], str]:
    """The figures by arm, and the same as a Markdown table. Only sessions that every arm has had count."""
    had = [{line["number"] for line in lines if line["arm"] == arm} for arm in arms]
    both = set.intersection(*had) if had else set()
    figures = {
        arm: _figures(sorted((x for x in lines if x["arm"] == arm and x["number"] in both), key=lambda x: x["number"]))
        for arm in arms
    }
    rows = [f"| {len(both)} sessions | {' | '.join(arms)} |", f"| --- |{' --- |' * len(arms)}"]
    rows += [f"| {name} | {' | '.join(_shown(figures[arm].get(name)) for arm in arms)} |" for name in figures[arms[0]]]
    return figures, "\n".join(rows)


def _figures(lines: Sequence[Line]) -> dict[str, Any]:
    if not lines:
        return {}
    size = max(1, len(lines) // 4)
    first, last = lines[:size], lines[-size:]
    fixed = [line for line in lines if line["outcome"] == "fixed"]
    red = repeats(lines, _BAD)
    trials = repeats(lines, ("refuted",))
    first_hits = [line for line in fixed if _memory_first(line)]
    return {
        "fixed": _share(len(fixed), len(lines)),
        "fixed, first quarter": _share(sum(x["outcome"] == "fixed" for x in first), len(first)),
        "fixed, last quarter": _share(sum(x["outcome"] == "fixed" for x in last), len(last)),
        "exactly as before": _share(sum(line["exact"] for line in lines), len(lines)),
        "red attempts": red[1],
        "repeated mistakes among red attempts": _share(*red),
        "refuted trials": trials[1],
        "repeated ideas among refuted trials": _share(*trials),
        "builds a fix, first quarter": _median(first, "builds"),
        "builds a fix, last quarter": _median(last, "builds"),
        "seconds a fix, first quarter": _median(first, "seconds"),
        "seconds a fix, last quarter": _median(last, "seconds"),
        "builds in all": sum(line["builds"] for line in lines),
        "seconds in all": round(sum(line["seconds"] for line in lines)),
        "fixes that memory found first": _share(len(first_hits), len(fixed)),
    }


def repeats(lines: Sequence[Line], bad: Sequence[str]) -> tuple[int, int]:
    """How many bad ends were of an idea that had ended badly (red, vetoed, refuted) in an earlier session; of how many.

    An idea is the signature of the situation with the abstract edit (`engine.brain.memory.idea`).
    """
    seen: set[str] = set()
    again = number = 0
    for line in lines:
        ended = [each for each in line["tried"] if each.get("idea")]
        for each in ended:
            if each["verdict"] in bad:
                number += 1
                again += each["idea"] in seen
        seen |= {each["idea"] for each in ended if each["verdict"] in ("red", "vetoed", "refuted")}
    return again, number


def _memory_first(line: Line) -> bool:
    """Whether the first thing that was tried had a precedent in an earlier session, and nothing else was needed."""
    tried = [each for each in line["tried"] if each.get("idea") and each["verdict"] != "proven"]
    return bool(tried) and all(each["recalled"] and each["verdict"] in ("green", "progress") for each in tried)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part}/{whole})" if whole else "–"


def _median(lines: Sequence[Line], what: str) -> float | None:
    values = [line[what] for line in lines if line["outcome"] == "fixed"]
    return round(median(values), 2) if values else None


def _shown(value: Any) -> str:
    return "–" if value is None else str(value)
