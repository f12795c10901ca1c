"""E5: how she tells what happened. The events of a DevLog are given, and her telling is learnt."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.prompts import finding, probe_note, telling_prompt
from engine.schema.devlog import DevLog, Entry
from engine.train.lessons import Gathered, answered, lessons_of
from engine.train.material import Material
from engine.train.packing import Text

_ANSWER = 2  # a telling has at least one in so many symbols of the room


def gather(material: Material, room: int) -> Gathered:
    """A lesson an entry of every DevLog."""
    return Gathered(
        lessons_of(
            (repository, "", 1, text(devlog, entry, room))
            for repository, devlog in material.devlogs()
            for entry in devlog.entries
        )
    )


def text(devlog: DevLog, entry: Entry, room: int) -> Text | None:
    """What happened to one finding, and how she told it; None where she said nothing of it."""
    told = "\n\n".join(part for part in (entry.intent, entry.explanation, entry.reflection, entry.adr or "") if part)
    events = b"\n".join(_events(devlog, entry))
    return answered(telling_prompt(events[: room // _ANSWER - 3]), told.encode(), room)


def _events(devlog: DevLog, entry: Entry) -> Iterator[bytes]:
    yield finding(entry.code or "error", entry.message) + f" at {entry.where}".encode()
    for probe in entry.probes:
        yield probe_note(probe.probe, probe.verdict) + f": {probe.finding}".encode()
    if entry.patch is not None:
        yield f"patch {entry.move}: {entry.patch.intent}".encode()
    for step in entry.validation:
        yield f"{step.command}: {step.summary}".encode()
    yield f"{entry.outcome} after {entry.attempts}, session {devlog.outcome}".encode()
