"""She explains: her brain's own explanation of the finding, the compiler's on the docs' example or one of her own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curriculum.drills.answer import Answer
from curriculum.drills.compiler import FILE, check
from curriculum.drills.question import Question
from engine.brain.protocol import Brain, Context
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex
from engine.rust.toolchain import Toolchain
from engine.schema.diagnostic import Diagnostic


async def explain(
    question: Question, brain: Brain, docs: Docs, toolchain: Toolchain, own: Diagnostic | None = None
) -> Answer | None:
    """Her explanation; None where the example does not give an error, so that there is nothing to explain.

    ``own`` is the finding she went wrong on, which she is asked about instead of the docs' example.
    """
    if own is not None:
        found: Sequence[Diagnostic] = (own,)
        source = None
    else:
        checked = await check(toolchain, question.source, question.edition)
        found = sorted(checked.errors, key=lambda error: error.code != question.card.code)
        source = question.source.encode()
        if not found or question.card.code not in checked.codes:
            return None
    context = Context(
        diagnostic=found[0],
        others=tuple(found[1:]),
        read=lambda path: source if path == FILE else None,
        index=CrateIndex(Path("/nonexistent"), ()),
        workspace=None,
        docs=docs,
    )
    explanation = await brain.explain(context, None)
    return Answer(text=explanation.text, citations=explanation.citations)
