"""What the judge is fitted on: rows of features and outcomes, read from the traces of measured sessions.

A candidate that was tried is right (1) where it stood to the end of a session that mended the crate, and wrong (0)
where a check, the tests or the end of the session spoke against it. With a double fault that was not mended, a
candidate that took back one of the two faults exactly is right all the same; of the others that held, nothing is known,
and they are left out. So are those that no probe spoke against and that she did not apply. Of a session's decisions to
apply the first counts: the later ones of a session that goes wrong go wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.brain import judge_features
from engine.brain.protocol import Standing
from engine.errors import PatchError
from engine.sandbox.patches import apply_edits
from engine.schema.patch import Edit
from engine.train.selfplay.fault import Fault, broken_files

Read = Callable[[str], bytes | None]


@dataclass(frozen=True)
class Row:
    """One candidate of a session: the moment, its features, whether it was right, and what the belief alone said.

    ``single``: the crate was broken once.
    """

    stage: str
    crate: str
    fault: str
    features: dict[str, float]
    right: bool
    said: float
    single: bool


def rows_of(fault: Fault, fixed: bool, trace: dict[str, Any], sound: Read) -> Iterator[Row]:
    """The rows of one session; ``sound`` reads the crate as it was published."""
    events = trace["events"]
    thoughts = {
        (thought["task"], each["key"]): (thought, rank, each)
        for thought in reversed(trace["thoughts"])
        for rank, each in enumerate(thought["candidates"])
    }
    tried = dict(_tried(events))
    ends = _ends(events)
    decisions = dict(_decisions(events))
    for (task, key), (thought, rank, each) in sorted(thoughts.items(), key=lambda item: item[1][1]):
        if thought["tool"] == "test":
            continue
        left = tried.get((task, key), -1)
        if left is None:
            right: bool | None = False
        elif (task, key) not in ends:
            continue
        elif fixed:
            right = ends[task, key]
        else:
            right = False if len(fault.edits) == 1 else True if _restores(fault, each["edits"], sound) else None
        if right is None:
            continue
        one = len(fault.edits) == 1
        head: dict[str, Any] = {"crate": fault.crate, "fault": fault.id, "right": right, "single": one}
        evidence = each.get("evidence", 0.0)
        listing = judge_features.Listing(thought["count"], thought["others"], thought["code"] is not None)
        features = judge_features.before(each["confidence"], evidence, rank, listing)
        yield Row("before", features=features, said=each["confidence"], **head)
        decision = decisions.get((task, key))
        if decision is None or left is None or left < 0 or (task, key) != next(iter(decisions)):
            continue
        edits = [Edit(path=p, byte_start=s, byte_end=e, before=b, after=a) for p, s, e, b, a in each["edits"]]
        file, start, end = thought["span"] or (None, 0, 0)
        span = (file, start, end) if file else None
        rival = max((other["confidence"] for other in thought["candidates"] if other["key"] != key), default=0.0)
        standing = Standing(thought["others"] + 1, left, decision[1], rival)
        features = judge_features.decided(
            each["confidence"], evidence, each["applicability"], edits, span, standing, thought["code"]
        )
        yield Row("decided", features=features, said=decision[0], **head)


def _tried(events: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], int | None]]:
    """What trials found: by task and candidate the errors that were left, None where the check spoke against it."""
    probes: dict[str, dict[str, Any]] = {}
    known: dict[str, dict[str, float]] = {}
    for event in events:
        if event["kind"] == "probe" and event["status"] == "done":
            probes[event["id"]] = event
        elif event["kind"] == "belief":
            probe = probes.get(event.get("because", ""))
            old = known.get(event["task"], {})
            known[event["task"]] = event["beliefs"]
            if probe is None or probe["probe"] != "trial":
                continue
            moved = [key for key, belief in event["beliefs"].items() if key in old and belief != old[key]]
            if len(moved) == 1:
                words = probe["finding"].split()
                left = int(words[4]) if probe["verdict"] == "supports" else None
                yield (event["task"], moved[0]), left


def _decisions(events: list[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], tuple[float, bool | None]]]:
    """Her decisions to apply: by task and candidate the confidence, and whether the tests had been green with it."""
    waiting: dict[str, float] = {}
    tests: dict[str, bool | None] = {}
    for event in events:
        if event["kind"] == "decision" and event["by"] == "rusta" and event["action"] == "apply":
            waiting[event["task"]] = event["confidence"]
        elif event["kind"] == "probe" and event["status"] == "done" and event["probe"] in ("test", "trial"):
            told = {"supports": True, "refutes": False}.get(event.get("verdict", ""))
            tests[event["task"]] = told if event["probe"] == "test" else None
        elif event["kind"] == "patch" and event["status"] == "applied" and event["task"] in waiting:
            task = event["task"]
            if event.get("hypothesis"):
                yield (task, event["hypothesis"]), (waiting.pop(task), tests.get(task))


def _ends(events: list[dict[str, Any]]) -> dict[tuple[str, str], bool]:
    """By task and candidate, of those that were applied: whether it stands at the end."""
    owner: dict[str, tuple[str, str]] = {}
    stands: dict[tuple[str, str], bool] = {}
    for event in events:
        if event["kind"] == "patch" and event.get("hypothesis"):
            key = owner[event["patch"]["id"]] = (event["task"], event["hypothesis"])
            stands[key] = event["status"] != "applied"
        elif event["kind"] == "undo" and event.get("patch") in owner:
            stands[owner[event["patch"]]] = False
    return stands


def _restores(fault: Fault, edits: list[list[Any]], sound: Read) -> bool:
    """Whether edits of the broken crate take one of the faults back, byte for byte."""
    try:
        broken = broken_files(fault.edits, sound)
        mended = dict(broken)
        for path in {each[0] for each in edits}:
            own = [Edit(path=p, byte_start=s, byte_end=e, before=b, after=a) for p, s, e, b, a in edits if p == path]
            mended[path] = apply_edits(broken.get(path) or sound(path) or b"", own)
        for kept in ([], *([edit] for edit in fault.edits)):
            expected = broken_files(kept, sound)
            if all(content == expected.get(path, sound(path)) for path, content in mended.items()):
                return True
    except PatchError:
        return False
    return False
