"""Account: she explains what she mended, on the code as it was before, and what she leaves alone, at the end."""

from __future__ import annotations

from dataclasses import replace

from engine.brain.protocol import Candidate, Context
from engine.loop.states.do import images_before
from engine.loop.task import Task
from engine.loop.work import Work

_MOST = 12


async def account_for(work: Work, task: Task, candidate: Candidate) -> None:
    """Explains a patch that stands in the sandbox: why it was wrong, what was changed, and what that costs."""
    explanation = await work.brain.explain(_before(work, task, candidate), candidate)
    work.say(explanation.text, tone="explain", task=task, citations=explanation.citations)


async def account_for_the_rest(work: Work) -> None:
    """Explains what she leaves alone, with what she would have to know: a dozen findings, errors first, none twice."""
    said: set[str] = set()
    left = [known for known in work.state.tasks.values() if known.status == "abstained"]
    for known in sorted(left, key=lambda known: (not known.diagnostic.level.is_error, known.order)):
        if len(said) == _MOST:
            break
        task = Task(known.diagnostic, attempt=known.attempts)
        explanation = await work.brain.explain(work.context(task), None)
        if explanation.text not in said:
            said.add(explanation.text)
            work.say(explanation.text, tone="explain", task=task, citations=explanation.citations)


def _before(work: Work, task: Task, candidate: Candidate) -> Context:
    """What the brain saw when it thought of the candidate: the files without the patch."""
    context = work.context(task)
    patch = next((item.patch for item in reversed(work.state.stacked) if item.hypothesis == candidate.key), None)
    if patch is None:
        return context
    files = images_before(work, patch)
    return replace(context, read=lambda path: files[path] if path in files else work.bench.sandbox.read(path))
