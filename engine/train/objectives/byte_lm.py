"""E0: the next byte, of whole files; half of them in stretches with a hole that is filled last (Bavarian et al. 2022).

A stretch fits a row of every model. Of a whole file with a hole in it a row would show only the end, and what was asked
for would stand far from everything that tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from engine.model.configuration import BEGIN, END, MIDDLE, PREFIX, SUFFIX
from engine.train.data import files
from engine.train.packing import Text

STRETCH = 496  # bytes: with its five symbols it fits the shortest context that there is
LONGEST = 96  # bytes of a hole


def texts(data: Path) -> Iterator[tuple[bool, Text]]:
    """Every file. What is held out is read from left to right, so that its bits are those of a plain text."""
    for file in files(data):
        content = file.content
        draw = int.from_bytes(blake2b(content, digest_size=12).digest())
        if file.held_out or draw % 2 or len(content) < 3:
            yield file.held_out, Text([BEGIN, *content, END])
            continue
        for begin in range(0, len(content), STRETCH):
            stretch = content[begin : begin + STRETCH]
            own = blake2b(stretch, digest_size=12, salt=begin.to_bytes(8)).digest()
            yield False, Text(holed(stretch, int.from_bytes(own)))


def holed(content: bytes, draw: int) -> list[int]:
    """A text as prefix, suffix and middle; ``draw`` decides where the hole is and how long, at most `LONGEST` bytes."""
    begin = draw % len(content)
    size = 1 + draw // len(content) % min(LONGEST, len(content) - begin)
    before, hole, after = content[:begin], content[begin : begin + size], content[begin + size :]
    return [BEGIN, PREFIX, *before, SUFFIX, *after, MIDDLE, *hole, END]
