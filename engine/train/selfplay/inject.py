"""Bug injection: a crate whose tests pass is broken in known ways, and what really fails is kept.

Mutation operators over the syntax tree, as in mutation testing (DeMillo, Lipton and Sayward, "Hints on test data
selection", 1978), but most of them aim at the compiler instead of the tests.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from engine.schema.patch import Edit
from engine.schema.provenance import Provenance
from engine.train.selfplay.fault import Fault, fault_id
from engine.train.selfplay.ground import Finding, Ground
from engine.train.selfplay.operators import Operator, Source, all_operators

# How many mutants of one operator are tried on a crate before it is believed to find nothing there.
_TRIES = 4


@dataclass(frozen=True)
class _Mutant:
    operator: Operator
    edit: Edit
    finding: Finding


def inject(
    package_dir: Path,
    *,
    seed: int,
    operators: Sequence[Operator] | None = None,
    count: int,
    faults: Literal[1, 2] = 1,
    scratch: Path | None = None,
) -> Iterator[Fault]:
    """Yields up to ``count`` faults of a crate, each of which was seen to fail, drawn from ``operators`` (None: all).

    An operator comes again only after every other one has had its turn. The same seed, operators and compiler give
    the same faults. ``faults=2`` makes pairs of mutants that fail alone and together. ``scratch`` is a folder to
    work in, kept warm for the next call; None uses one that is removed. Nothing is written elsewhere. Runs an event
    loop of its own, so it is not for use inside one.

    Raises `RepositoryError` when the crate is not green, `IsolationError` when there is no jail to run its tests in.
    """
    with ExitStack() as stack:
        place = scratch or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rusta-faults-")))
        runner = stack.enter_context(asyncio.Runner())
        ground = Ground(package_dir, place)
        runner.run(ground.require_green())
        chosen = tuple(operators) if operators is not None else all_operators()
        drawn = _failing(runner, ground, chosen, random.Random(f"{seed}:{ground.name}:{ground.version}"))
        made = ((each,) for each in drawn) if faults == 1 else _pairs(runner, ground, drawn)
        for _, mutants in zip(range(count), made, strict=False):
            yield _fault(ground, mutants, seed)


def _failing(
    runner: asyncio.Runner, ground: Ground, operators: Sequence[Operator], draw: random.Random
) -> Iterator[_Mutant]:
    """Mutants that fail, one an operator in turns, until none is left."""
    waiting = {operator.name: _sites(ground, operator, draw) for operator in operators}
    order = list(operators)
    draw.shuffle(order)
    while order:
        for operator in tuple(order):
            found = _next_failing(runner, ground, operator, waiting[operator.name])
            if found is None:
                order.remove(operator)
            else:
                yield found


def _next_failing(runner: asyncio.Runner, ground: Ground, operator: Operator, waiting: list[Edit]) -> _Mutant | None:
    for _ in range(min(_TRIES, len(waiting))):
        edit = waiting.pop()
        finding = runner.run(ground.try_out((edit,), tests=operator.tested))
        if finding.red if operator.tested else finding.codes:
            return _Mutant(operator, edit, finding)
    return None


def _sites(ground: Ground, operator: Operator, draw: random.Random) -> list[Edit]:
    """All that an operator can do to a crate, in an order that the seed decides."""
    found: dict[tuple[str, int, int, bytes], Edit] = {}
    for path, text in ground.sound.items():
        for each in operator.sites(Source(text)):
            before = text[each.byte_start : each.byte_end]
            if before != each.after:
                found[path, each.byte_start, each.byte_end, each.after] = Edit(
                    path=path,
                    byte_start=each.byte_start,
                    byte_end=each.byte_end,
                    before=before.decode(),
                    after=each.after.decode(),
                )
    edits = [found[key] for key in sorted(found)]
    draw.shuffle(edits)
    return edits


def _pairs(runner: asyncio.Runner, ground: Ground, drawn: Iterator[_Mutant]) -> Iterator[tuple[_Mutant, ...]]:
    """Mutants two by two, where they do not touch each other and fail together."""
    waiting: list[_Mutant] = []
    for second in drawn:
        for first in waiting:
            if first.operator.name == second.operator.name or _touch(first.edit, second.edit):
                continue
            tests = first.operator.tested and second.operator.tested
            together = runner.run(ground.try_out((first.edit, second.edit), tests=tests))
            if together.codes or together.red:
                waiting.remove(first)
                pair = sorted((first, second), key=lambda each: (each.edit.path, each.edit.byte_start))
                yield tuple(_Mutant(each.operator, each.edit, together) for each in pair)
                break
        else:
            waiting.append(second)


def _touch(one: Edit, two: Edit) -> bool:
    return one.path == two.path and one.byte_start <= two.byte_end and two.byte_start <= one.byte_end


def _fault(ground: Ground, mutants: tuple[_Mutant, ...], seed: int) -> Fault:
    finding, edits = mutants[0].finding, tuple(each.edit for each in mutants)
    names = tuple(each.operator.name for each in mutants)
    sound = hashlib.sha256(b"".join(ground.sound[path] for path in sorted({each.path for each in edits}))).hexdigest()
    return Fault(
        id=fault_id(ground.name, ground.version, edits),
        crate=ground.name,
        version=ground.version,
        operators=names,
        families=tuple(each.operator.family for each in mutants),
        seed=seed,
        shows="compiler" if finding.codes else "test",
        codes=finding.codes,
        red=finding.red,
        edits=edits,
        provenance=Provenance(
            source="self-play",
            crate=ground.name,
            version=ground.version,
            path=edits[0].path,
            license=ground.license or None,
            parents=(sound,),
            transform=" + ".join(names),
        ),
    )
