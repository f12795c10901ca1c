"""E0: the next byte, of whole files; half of them with a hole that is filled last (Bavarian et al. 2022)."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from engine.model.configuration import BEGIN, END, MIDDLE, PREFIX, SUFFIX
from engine.train.data import files
from engine.train.packing import Text


def texts(data: Path) -> Iterator[tuple[bool, Text]]:
    """Every file. What is held out is read from left to right, so that its bits are those of a plain text."""
    for file in files(data):
        draw = int.from_bytes(blake2b(file.content, digest_size=12).digest())
        if file.held_out or draw % 2 or len(file.content) < 3:
            yield file.held_out, Text([BEGIN, *file.content, END])
        else:
            yield False, Text(holed(file.content, draw // 2))


def holed(content: bytes, draw: int) -> list[int]:
    """A text as prefix, suffix and middle; ``draw`` decides where the hole is, at most 256 bytes of it."""
    begin = draw % (len(content) - 1)
    size = 1 + draw // len(content) % min(256, len(content) - begin)
    before, hole, after = content[:begin], content[begin : begin + size], content[begin + size :]
    return [BEGIN, PREFIX, *before, SUFFIX, *after, MIDDLE, *hole, END]
