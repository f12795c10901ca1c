"""Whether what a model writes compiles: bodies of functions are taken out, filled in by it, and given to the compiler.

The functions are those of the practice crates, which build without anything else and are in no corpus: so it is the
same measure for every run, whatever it learnt from. Only functions that return something are taken: an empty body does
not compile there.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from engine.errors import RustaError
from engine.model.configuration import BEGIN, MIDDLE, PREFIX, SUFFIX
from engine.model.generation import generate
from engine.model.prompts import place
from engine.model.transformer import ByteModel
from engine.rust.syntax import problems
from engine.schema.patch import Edit
from engine.train.selfplay.ground import Ground
from engine.train.selfplay.operators import Source
from engine.train.selfplay.school import practice_crates

LONGEST = 160  # bytes of a body
_SPARE = 32  # bytes that a completion may be longer than what stood there
_MARKS = 4  # symbols of the prompt that are no bytes


@dataclass(frozen=True)
class Body:
    """The inside of a function's body: bytes ``start..end`` of a file of a crate."""

    ground: Ground
    path: str
    start: int
    end: int


class Completions:
    """So many functions to complete. Raises what `Ground` raises: without a jail or cargo, nothing can be measured."""

    def __init__(self, count: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="rusta-completions-")
        place = Path(self._folder.name)
        grounds = [Ground(crate, place / f"{crate.name}-ground") for crate in practice_crates(place)]
        found = [body for ground in grounds for body in bodies(ground)]
        # In an order that mixes crates and stays the same when some are added.
        found.sort(key=lambda one: sha256(f"{one.ground.name}/{one.path}:{one.start}".encode()).digest())
        self.bodies = found[:count]

    def measure(self, model: ByteModel) -> dict[str, float]:
        """The shares of completions that parse and that compile, and how many there were."""
        parses = compiles = 0
        with asyncio.Runner() as runner:
            for body in self.bodies:
                content = body.ground.sound[body.path]
                written = completed(model, content, body.start, body.end)
                made = content[: body.start] + written + content[body.end :]
                if len(problems(made)) > len(problems(content)):
                    continue
                parses += 1
                compiles += runner.run(_compiles(body, written))
        count = max(1, len(self.bodies))
        shares = {"parse_ability": parses / count, "compile_ability": compiles / count}
        return shares | {"completions": float(len(self.bodies))}


def bodies(ground: Ground) -> Iterator[Body]:
    """The functions of a crate that return something and are short enough."""
    for path, text in ground.sound.items():
        for node in Source(text).nodes("function_item"):
            body = node.child_by_field_name("body")
            if body is None or node.child_by_field_name("return_type") is None:
                continue
            start, end = body.start_byte + 1, body.end_byte - 1
            if 0 < end - start <= LONGEST:
                yield Body(ground, path, start, end)


def completed(model: ByteModel, content: bytes, start: int, end: int) -> bytes:
    """What the model writes between ``start`` and ``end`` of a text, which it does not see."""
    limit = end - start + _SPARE
    around = place(content[:start] + content[end:], start, start, model.config.context - limit - _MARKS)
    return bytes(generate(model, [BEGIN, PREFIX, *around.before, SUFFIX, *around.after, MIDDLE], limit))


async def _compiles(body: Body, written: bytes) -> bool:
    content = body.ground.sound[body.path]
    try:
        edit = Edit(
            path=body.path,
            byte_start=body.start,
            byte_end=body.end,
            before=content[body.start : body.end].decode(),
            after=written.decode(),
        )
        return (await body.ground.try_out((edit,), tests=False)).compiles
    except (UnicodeDecodeError, RustaError):
        return False
