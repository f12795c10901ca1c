"""The figures of a repository's life, from the journal's lines."""

from __future__ import annotations

from collections.abc import Container, Sequence
from statistics import median
from typing import Any

Line = dict[str, Any]
_BAD = ("red", "vetoed")
_MADE = ("red", "green", "progress")


def report(lines: Sequence[Line]) -> tuple[dict[str, Any], str]:
    """The figures of the life with memory, and of both arms over the sessions that both had; as a table too."""
    by_arm = {arm: sorted(_of(lines, arm), key=lambda line: line["number"]) for arm in ("memory", "forgetful")}
    both = {line["number"] for line in by_arm["memory"]} & {line["number"] for line in by_arm["forgetful"]}
    shared = {arm: [line for line in own if line["number"] in both] for arm, own in by_arm.items()}
    figures = {
        f"memory, all {len(by_arm['memory'])}": _figures(by_arm["memory"], by_arm["memory"]),
        f"memory, the {len(both)} of both": _figures(shared["memory"], by_arm["memory"]),
        f"forgetful, the {len(both)} of both": _figures(shared["forgetful"], by_arm["forgetful"]),
    }
    names = list(next(iter(figures.values())))
    rows = [f"| | {' | '.join(figures)} |", f"| --- |{' --- |' * len(figures)}"]
    rows += [f"| {name} | {' | '.join(_shown(own.get(name)) for own in figures.values())} |" for name in names]
    return figures, "\n".join(rows)


def _of(lines: Sequence[Line], arm: str) -> list[Line]:
    return [line for line in lines if line["arm"] == arm]


def _figures(lines: Sequence[Line], life: Sequence[Line]) -> dict[str, Any]:
    """The figures of some sessions of a life; what was seen before is what the whole life saw."""
    if not lines:
        return {}
    quarter = (max(line["number"] for line in life) + 1) / 4
    first = [line for line in lines if line["number"] < quarter]
    last = [line for line in lines if line["number"] >= 3 * quarter]
    fixed = [line for line in lines if line["outcome"] == "fixed"]
    asked = {line["number"] for line in lines}
    red = repeats(life, _BAD, asked)
    trials = repeats(life, ("refuted",), asked)
    first_hits = [line for line in fixed if _memory_first(line)]
    return {
        "fixed": _share(len(fixed), len(lines)),
        "fixed, first quarter": _share(sum(x["outcome"] == "fixed" for x in first), len(first)),
        "fixed, last quarter": _share(sum(x["outcome"] == "fixed" for x in last), len(last)),
        "exactly as before": _share(sum(line["exact"] for line in lines), len(lines)),
        "red attempts": red[1],
        "mistakes repeated, of chances to": _share(*chances(life, asked)),
        "red attempts whose idea had failed before": _share(*red),
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


def repeats(life: Sequence[Line], bad: Sequence[str], asked: Container[int]) -> tuple[int, int]:
    """How many bad ends of the sessions asked about were of an idea that had ended badly in an earlier session of the
    life; of how many. An idea is the signature of the situation with the abstract edit (`engine.brain.memory.idea`).
    """
    seen: set[str] = set()
    again = number = 0
    for line in life:
        ended = [each for each in line["tried"] if each.get("idea")]
        if line["number"] in asked:
            number += sum(each["verdict"] in bad for each in ended)
            again += sum(each["verdict"] in bad and each["idea"] in seen for each in ended)
        seen |= {each["idea"] for each in ended if each["verdict"] in ("red", "vetoed", "refuted")}
    return again, number


def chances(life: Sequence[Line], asked: Container[int]) -> tuple[int, int]:
    """How many patches of the sessions asked about were red again under a signature where that idea had been red in an
    earlier session, of those made under a signature with a red one behind it (`engine.evals.metrics.repeats`).
    """
    lessons: dict[str, set[str]] = {}
    again = number = 0
    for line in life:
        made = [each for each in line["tried"] if each.get("signature") and each["verdict"] in _MADE]
        for each in made if line["number"] in asked else ():
            if each["signature"] in lessons:
                number += 1
                again += each["verdict"] == "red" and each["idea"] in lessons[each["signature"]]
        for each in made:
            if each["verdict"] == "red":
                lessons.setdefault(each["signature"], set()).add(each["idea"])
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
