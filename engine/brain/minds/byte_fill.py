"""What a model would write into the place that the compiler points at, as edits, or nothing.

The hole is the diagnostic's primary span. What comes back counts only if it is text that the model believes in, changes
the file, and leaves it no worse to parse than it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import exp

from engine.brain.moves.edits import normal
from engine.brain.protocol import Context
from engine.model.configuration import BEGIN, MIDDLE, PREFIX, SUFFIX
from engine.model.prompts import MARKS, finding_of, place, repair_within
from engine.rust.syntax import problems
from engine.schema.patch import Edit

LONGEST_HOLE = 160
_SPARE = 24  # bytes that a filling may be longer than what it replaces, or twice as long if that is more
_LONGEST = 96
_LEAST = 0.01  # of what it would write there: less is not worth a build


@dataclass(frozen=True)
class Hole:
    """A place to fill: the symbols that ask for it, and the longest answer in bytes."""

    path: str
    start: int
    end: int
    prompt: list[int]
    limit: int


@dataclass(frozen=True)
class Filling:
    """Edits that a model wrote, and their share of what it would write there (0 to 1)."""

    edits: tuple[Edit, ...]
    share: float


def hole_of(context: Context, room: int, *, told: bool) -> Hole | None:
    """The place that the compiler points at, where there is one that a model can fill within ``room`` symbols.

    ``told``: the model has learnt to be told the finding and what stands there now; else it only sees what is around.
    """
    span = context.diagnostic.primary
    content = context.read(span.file) if span else None
    if span is None or content is None or span.byte_end > len(content):
        return None
    start, end = span.byte_start, span.byte_end
    limit = min(_LONGEST, max(2 * (end - start), end - start + _SPARE))
    prompt: list[int] | None = None
    if told:
        prompt = repair_within(finding_of(context.diagnostic), content, start, end, limit, room)
    elif end - start <= LONGEST_HOLE and room - MARKS - limit > limit:
        around = place(content[:start] + content[end:], start, start, room - MARKS - limit)
        prompt = [BEGIN, PREFIX, *around.before, SUFFIX, *around.after, MIDDLE]
    return Hole(span.file, start, end, prompt, limit) if prompt else None


def fillings(
    hole: Hole, written: Iterable[tuple[bytes, float]], read: Callable[[str], bytes | None]
) -> Iterator[Filling]:
    """Edits from what a model wrote (a text, and the logarithm of its probability), without what does not fit."""
    content = read(hole.path)
    if content is None:
        return
    broken = len(problems(content))
    for text, log_probability in written:
        if exp(log_probability) < _LEAST:
            continue
        try:
            before, after = content[hole.start : hole.end].decode(), text.decode()
        except UnicodeDecodeError:
            continue
        edits = normal([Edit(path=hole.path, byte_start=hole.start, byte_end=hole.end, before=before, after=after)])
        made = content[: hole.start] + text + content[hole.end :]
        if edits and "\0" not in after and len(problems(made)) <= broken:
            yield Filling(edits, exp(log_probability))
