"""E4: whether a candidate comes to green, by the finding and the edit alone. The Confidence head learns it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from engine.model.prompts import Place, change, finding_of, judged_prompt
from engine.schema.diagnostic import Diagnostic
from engine.schema.event import DecisionEvent, DiagnosticEvent, Event, PatchEvent, UndoEvent, ValidationEvent
from engine.train.lessons import Gathered, Lesson
from engine.train.material import Material
from engine.train.packing import Text


def gather(material: Material, room: int) -> Gathered:
    """What was tried in self-play, and the patches on record whose end is known; ``balance``: how many were green."""
    lessons = [Lesson(*each) for each in _found(material, room)]
    green = sum(lesson.text.green for lesson in lessons)
    return Gathered(lessons, {"balance": {"green": green, "of": len(lessons)}})


def _found(material: Material, room: int) -> Iterator[tuple[str, Text]]:
    for one in material.tried():
        before, broken, after, new = (
            part.encode(errors="surrogateescape") for part in (one.before, one.broken, one.after, one.replacement)
        )
        yield one.repository, judged(one.finding.encode(), Place(before, broken, after), new, one.green, room)
    for repository, events in material.sessions(played=False):
        for diagnostic, patch, green in outcomes(events):
            sides = _sides(patch.patch.diff)
            if sides is not None:
                yield repository, judged(finding_of(diagnostic), *change(*sides), green, room)


def judged(said: bytes, here: Place, replacement: bytes, green: bool, room: int) -> Text:
    """A finding with an edit, and how it ended."""
    symbols = judged_prompt(said, here, replacement, room)
    return Text(symbols, given=len(symbols), green=int(green))


def outcomes(events: Iterable[Event]) -> list[tuple[Diagnostic, PatchEvent, bool]]:
    """The patches of a session that were validated, with the finding that each was for. What the mentor vetoed, or
    took back after all was green, did not come to green."""
    diagnostics: dict[str, Diagnostic] = {}
    patches: dict[str, PatchEvent] = {}
    green: dict[str, bool] = {}
    for event in events:
        if isinstance(event, DiagnosticEvent):
            diagnostics.setdefault(event.diagnostic.id, event.diagnostic)
        elif isinstance(event, PatchEvent):
            patches[event.patch.id] = event
        elif isinstance(event, ValidationEvent):
            green[event.patch] = event.green
        elif _taken_back(event) and event.patch in green:
            green[event.patch] = False
    return [
        (diagnostics[patch.task], patch, green[name])
        for name, patch in patches.items()
        if name in green and patch.task in diagnostics
    ]


def _taken_back(event: Event) -> TypeGuard[DecisionEvent | UndoEvent]:
    return isinstance(event, UndoEvent) or (isinstance(event, DecisionEvent) and event.action == "veto")


def _sides(diff: str) -> tuple[bytes, bytes] | None:
    """The only hunk of a diff before and after; None for one with more, whose parts are far apart."""
    from unidiff.patch import PatchSet

    hunks = [hunk for file in PatchSet(diff) for hunk in file]
    if len(hunks) != 1:
        return None
    old, new = ("".join(line.value for line in lines) for lines in (hunks[0].source_lines(), hunks[0].target_lines()))
    return old.encode(), new.encode()
