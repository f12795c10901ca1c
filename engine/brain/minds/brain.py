"""A brain that asks a model besides: its proposals stand among the default brain's, and nothing vouches for them.

They pass the same ranking, probes, guard and tests, are remembered under the model's name, and where the model is
silent, slow or talks nonsense, the default brain's own hypotheses are all there is.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.brain.memory.recall import Recollection
from engine.brain.minds.answer import Answer, AnswerRefusedError, located, parse_answer
from engine.brain.minds.mind import Mind, MindError, Reply
from engine.brain.minds.prompts import repair_prompt
from engine.brain.minds.settings import Asking
from engine.brain.moves.move import Fix, Site
from engine.brain.protocol import Candidate, Context, Meter, edits_key
from engine.brain.search import Proposal, SearchBrain
from engine.schema.patch import Edit
from engine.store.outcomes import OutcomeCount, OutcomeRecord
from engine.store.store import Store

PRIOR = 0.5


@dataclass(frozen=True)
class _Offer:
    """One of a model's proposals, and how many of its answers made it."""

    answer: Answer
    edits: tuple[Edit, ...]
    times: int


class MindBrain(SearchBrain):
    """The default brain with a model at its side. ``name`` is what ``--brain`` takes."""

    def __init__(
        self,
        name: str,
        mind: Mind,
        asking: Asking,
        counts: Iterable[OutcomeCount] = (),
        revoked: Iterable[str] = (),
        keep: Callable[[OutcomeRecord], None] | None = None,
        memory: Recollection | None = None,
    ) -> None:
        super().__init__(counts, revoked, keep, memory)
        self.name = name
        self._mind = mind
        self._asking = asking
        self._offers: tuple[_Offer, ...] = ()
        self._meters: defaultdict[tuple[str, str], float] = defaultdict(float)
        self._remarks: list[str] = []

    async def think(self, context: Context) -> tuple[Candidate, ...]:
        """Candidates of both, ranked together; those of the default brain alone where the model has none."""
        self._offers = await self._ask(context)
        return await super().think(context)

    def take_meters(self) -> tuple[Meter, ...]:
        """What was spent on the model so far: tokens, seconds, money. Running totals."""
        return tuple(Meter(name, round(value, 6), unit) for (name, unit), value in self._meters.items())

    def take_remarks(self) -> tuple[str, ...]:
        """What there is to say of the model's answers since the last call, a line each."""
        remarks, self._remarks = (*super().take_remarks(), *self._remarks), []
        return remarks

    def _proposals(self, site: Site) -> Iterator[Proposal]:
        yield from super()._proposals(site)
        for offer in self._offers:
            fix = Fix(
                intent=offer.answer.intent or "Change what the model names.",
                edits=offer.edits,
                statement=offer.answer.cause,
                weight=0.6 + 0.4 * offer.times / self._asking.samples,
            )
            # Different answers are different guesses at one truth, so they share one choice.
            yield Proposal(self._mind.name, self._mind.name, PRIOR * fix.weight, fix)

    async def _ask(self, context: Context) -> tuple[_Offer, ...]:
        prompt = repair_prompt(context, budget=self._asking.pack_bytes)
        asked = [self._mind.reply(prompt, sample=sample) for sample in range(self._asking.samples)]
        offers: dict[str, _Offer] = {}
        refused: Counter[str] = Counter()
        for reply in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(reply, MindError):
                refused[str(reply)] += 1
                continue
            if isinstance(reply, BaseException):
                raise reply
            self._count(reply)
            try:
                answer = parse_answer(reply.text)
                if answer.abstain:
                    refused[f"the model abstains: {answer.abstain}"] += 1
                    continue
                edits = located(answer, context.read)
            except AnswerRefusedError as error:
                refused[str(error)] += 1
                continue
            key = edits_key(edits)
            offers[key] = _Offer(answer, edits, 1 + (offers[key].times if key in offers else 0))
        self._remarks += [f"{why} ({count} of {len(asked)})" for why, count in refused.items()]
        return tuple(offers.values())

    def _count(self, reply: Reply) -> None:
        self._meters["model seconds", "s"] += reply.seconds
        for name, unit, value in (
            ("tokens in", "tokens", reply.tokens_in),
            ("tokens out", "tokens", reply.tokens_out),
            ("model cost", "money", reply.cost),
        ):
            if value is not None:
                self._meters[name, unit] += value


def beside(name: str, mind: Mind, asking: Asking, store: Store) -> MindBrain:
    """The brain of that name: the model beside the default brain, with what the store remembers of both."""
    revoked = frozenset(move.name for move in store.moves(revoked=True))
    counts, memory = store.outcome_counts(), Recollection(store, revoked)
    return MindBrain(name, mind, asking, counts, revoked, keep=store.record_outcome, memory=memory)
