"""Stand: a patch that compiles is left standing while tests are red that nobody could run before it.

Two faults in one package, one that the compiler sees and one that only tests see: with the first mended the tests run,
and are red. The patch is progress then, and the failing tests join the queue; it commits only when they are green.
"""

from __future__ import annotations

from engine.loop.states.account import account_for
from engine.loop.states.red import red_tests
from engine.loop.states.think import record_hypothesis
from engine.loop.task import Draw, Task
from engine.loop.work import Work
from engine.schema.event import LoopState, PatchEvent, ReflectionEvent


async def stand(work: Work, task: Task, draw: Draw) -> None:
    """Applies the patch of a draw again, stacked, and makes its failing tests the ones to be mended."""
    async with work.entering(LoopState.DO, task) as note:
        work.bench.apply(draw.patch)
        for status in ("applied", "stacked"):
            work.recorder.record(
                PatchEvent,
                task=task.id,
                hypothesis=draw.candidate.key,
                patch=draw.patch,
                status=status,
                proven=status == "stacked",
                blast=work.bench.index.blast_radius(draw.patch.edits),
            )
        record_hypothesis(work, task, draw.candidate.key, "chosen")
        work.reds[draw.patch.id] = work.red_tests
        work.baselines[task.diagnostic.package] = draw.tests
        work.red_tests = red_tests(draw.tests, task.diagnostic.package)
        await account_for(work, task, draw.candidate)
        red = len(work.red_tests)
        note.text = f"it compiles, and {red} test{'s are' if red != 1 else ' is'} red that could not be run before"
        work.recorder.record(
            ReflectionEvent, task=task.id, outcome="progress", move=draw.candidate.move, text=note.text
        )
