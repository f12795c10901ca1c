"""Lessons: texts with the repository that they come from, parted by repository, and kept beside the run.

What the mentor's store holds grows while she works. So a run learns from what was gathered when it began, and goes on
from the same after a resume.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.model.configuration import END
from engine.train.data import HELD_OUT, held_out
from engine.train.packing import Text

FILE = "lessons.jsonl"


@dataclass(frozen=True)
class Lesson:
    """A text to learn. ``split`` is what a packaged corpus says of its repository, "" where nobody said so yet;
    ``times`` is how often it is learnt for once that another one is."""

    repository: str
    text: Text
    split: str = ""
    times: int = 1


@dataclass(frozen=True)
class Gathered:
    """What an objective found: lessons, and what the checkpoint's manifest is to say of them."""

    lessons: list[Lesson]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Parts:
    """Lessons by what they are for. ``held_out`` are one or more lists of texts, each of repositories of its own."""

    learn: list[Text]
    held_out: list[list[Text]]
    facts: dict[str, Any]


def answered(prompt: Sequence[int], words: bytes, room: int) -> Text | None:
    """A prompt and its answer, of which alone is learnt; cut to ``room`` symbols, None where nothing of it fits.

    An answer that is cut does not end.
    """
    left = room - len(prompt) - 1
    if left < 1 or not words:
        return None
    end = [END] if len(words) <= left else []
    return Text([*prompt, *words[:left], *end], given=len(prompt))


def parted(gathered: Gathered, parts: int = 1, share: float = HELD_OUT) -> Parts:
    """Lessons to learn, and ``parts`` held-out parts, each of ``share`` of the repositories and at least one.

    Which ones follows from their names alone (`held_out` of data). The validation split of a corpus is held out
    whatever else there is. Raises `TrainingError` when there are too few.
    """
    said = {one.repository: one.split for one in gathered.lessons}
    if len(said) <= parts:
        raise TrainingError(
            f"what there is comes from {len(said)} repositories, and {parts + 1} are needed to hold some out whole",
            fix="work in another repository with her, or name data of more of them",
        )
    out = [name for name in sorted(said) if said[name] == "validation"]
    free = [name for name in said if not said[name]]
    out += held_out(free, share * parts, max(0, parts - len(out)))
    if len(out) < parts:
        raise TrainingError("too few repositories of the data are for validation", fix="name data of more of them")
    place = {name: number % parts for number, name in enumerate(out)}
    made = Parts([], [[] for _ in range(parts)], gathered.facts)
    for lesson in gathered.lessons:
        if lesson.repository in place:
            made.held_out[place[lesson.repository]].append(lesson.text)
        else:
            made.learn.extend([lesson.text] * lesson.times)
    return made


def keep(parts: Parts, out: Path) -> None:
    """Writes the lessons of a run beside it. Raises `TrainingError` when the disk refuses."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        new = out / f".{FILE}"
        with new.open("w", encoding="utf-8") as stream:
            stream.write(json.dumps({"parts": len(parts.held_out), "facts": parts.facts}) + "\n")
            for number, texts in enumerate((parts.learn, *parts.held_out)):
                for text in texts:
                    told = asdict(text) | {"symbols": list(map(int, text.symbols))}
                    stream.write(json.dumps({"part": number, **told}) + "\n")
        new.replace(out / FILE)
    except OSError as error:
        raise TrainingError(f"the lessons cannot be kept: {error.strerror}", fix="name another folder") from error


def kept(out: Path) -> Parts:
    """The lessons that the run in ``out`` began with. Raises `TrainingError` when they are not there."""
    try:
        with (out / FILE).open(encoding="utf-8") as stream:
            head = json.loads(next(stream))
            lists: list[list[Text]] = [[] for _ in range(head["parts"] + 1)]
            for line in stream:
                fields = json.loads(line)
                lists[fields.pop("part")].append(Text(**fields))
    except (OSError, ValueError, KeyError, StopIteration) as error:
        raise TrainingError("the lessons of this run are not there any more", fix="start without --resume") from error
    return Parts(lists[0], lists[1:], head["facts"])


def lessons_of(found: Iterable[tuple[str, str, int, Text | None]]) -> list[Lesson]:
    """Lessons from repository, split, times and text; without those that have no text."""
    return [Lesson(repository, text, split, times) for repository, split, times, text in found if text is not None]
