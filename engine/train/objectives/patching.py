"""E3: what should stand in a broken place. Only the replacement is learnt."""

from __future__ import annotations

from collections.abc import Iterator

from engine.model.configuration import END
from engine.model.prompts import differing, finding_of, repair_within
from engine.schema.samples import CanonTeach, DiagFix, PrPair, StyleGuide
from engine.train.lessons import Gathered, lessons_of
from engine.train.material import Material
from engine.train.objectives.explainer import ERROR
from engine.train.packing import Text

LONGEST = 160  # bytes of a place: larger changes are written by moves, not byte by byte


def gather(material: Material, room: int) -> Gathered:
    """Faults with their answers, what was mended on record, and the pages' pairs of a wrong and a right example."""
    return Gathered(lessons_of(_found(material, room)))


def _found(material: Material, room: int) -> Iterator[tuple[str, str, int, Text | None]]:
    for fault in material.faults():
        said, content = fault.finding.encode(), fault.content.encode()
        yield fault.repository, "", 1, mending(said, content, fault.start, fault.end, fault.replacement.encode(), room)
    for one in material.samples():
        match one.sample:
            case DiagFix():
                said, old, new = finding_of(one.sample.error), one.sample.code_before, one.sample.code_after
            case CanonTeach(target=target) if target.code_before and target.code_after:
                error = ERROR.search(target.explanation)
                said = f"{error[1] or 'error'}: {error[2]}".encode() if error else one.sample.topic.encode()
                old, new = target.code_before, target.code_after
            case StyleGuide():
                said, old, new = one.sample.rule.encode(), one.sample.code_before, one.sample.code_after
            case PrPair():
                said, old, new = b"", one.sample.before_tree, one.sample.after_tree
            case _:
                continue
        yield one.repository, one.split, one.times, between(said, old.encode(), new.encode(), room)


def between(said: bytes, old: bytes, new: bytes, room: int) -> Text | None:
    """The one stretch in which two versions of a text differ, as a place to mend; None where they do not."""
    start, end, until = differing(old, new)
    return mending(said, old, start, end, new[start:until], room) if old != new else None


def mending(said: bytes, content: bytes, start: int, end: int, replacement: bytes, room: int) -> Text | None:
    """A place with its answer; None where the place or the answer is too long."""
    if max(end - start, len(replacement)) > LONGEST:
        return None
    prompt = repair_within(said, content, start, end, len(replacement), room)
    return Text([*prompt, *replacement, END], given=len(prompt)) if prompt is not None else None
