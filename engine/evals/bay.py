"""A bay: the place at which one case at a time is tried, judged, and made a result of."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from engine.errors import RustaError
from engine.evals.caseset import CaseFiles
from engine.evals.chaos import ChaosOrder
from engine.evals.facts import SessionFacts
from engine.evals.ground import Ground, lay_out
from engine.evals.judge import Judgement
from engine.evals.order import JudgeOrder, SessionOrder, packed
from engine.evals.plan import Plan
from engine.evals.record import CaseResult, RunHead, Status
from engine.evals.rubric import mark
from engine.evals.scratch import Scratch, copy_store
from engine.evals.slots import SlotLostError, SlotProcess
from engine.evals.tasks import CLIPPY
from engine.evals.verdict import status_of

_GRACE = 45.0  # seconds that a session has to end by itself once it was told to
_JUDGE_GRACE = 60.0


@dataclass(frozen=True, eq=False)
class Job:
    """One case in one epoch."""

    found: CaseFiles
    epoch: int


@dataclass
class Bay:
    """One place at which one case at a time is worked on."""

    plan: Plan
    head: RunHead
    scratch: Scratch
    number: int
    _slot: SlotProcess = field(init=False)
    _laid: dict[Job, asyncio.Task[Ground]] = field(default_factory=dict)
    _clearing: set[asyncio.Future[None]] = field(default_factory=set)
    _turn: int = 0

    def __post_init__(self) -> None:
        self._slot = SlotProcess(self.plan.seed)

    def prepare(self, job: Job) -> None:
        """Begins to lay a case out, which may go on while the one before it is worked on."""
        self._turn += 1
        ground = Ground(self.scratch.folder / f"bay-{self.number}-{self._turn}")
        self._laid[job] = asyncio.ensure_future(asyncio.to_thread(_lay_out, ground, job))

    async def close(self) -> None:
        """Ends what is under way there."""
        await asyncio.gather(*self._laid.values(), return_exceptions=True)
        await self._slot.close()
        await asyncio.gather(*self._clearing)

    async def result_of(self, job: Job) -> CaseResult:
        """Tries a case until the harness itself did not fail, or has failed as often as it may."""
        broken: list[str] = []
        while True:
            facts, judgement, judging, ground = SessionFacts(), None, 0.0, None
            try:
                if job not in self._laid:
                    self.prepare(job)
                ground = await self._laid.pop(job)
                facts = await self._session(job, ground)
                problem = facts.breakdown
                if not problem and facts.base and facts.commit:
                    began = time.monotonic()
                    judgement = await self._judge(job, ground, facts.base, facts.commit)
                    judging = time.monotonic() - began
            except (SlotLostError, RustaError, OSError) as error:
                problem = str(error)
            if not problem and ground is not None:
                self._keep_memory(ground)
            self._clear(ground)
            if not problem:
                break
            broken.append(problem)
            if len(broken) >= self.head.attempts:
                facts, judgement = facts.model_copy(update={"breakdown": problem}), None
                break
        return self._result(job, facts, judgement, broken, round(judging, 3))

    async def _session(self, job: Job, ground: Ground) -> SessionFacts:
        order = SessionOrder(
            folder=ground.folder,
            answer=self.scratch.folder / f"answer-{self.number}.json",
            brain=self.plan.brain,
            policy=self.head.settings,
            limits=self.head.limits,
            memory=self.scratch.memory,
            lints=job.found.asks_for_lints,
            chaos=ChaosOrder(kind=self.plan.chaos) if self.plan.chaos else None,
        )
        try:
            return await self._slot.ask(order, SessionFacts, self.head.limits.wall_seconds + _GRACE)
        except TimeoutError:
            reason = f"out of time ({self.head.limits.wall_seconds:g} s), and it did not stop when told"
            return SessionFacts(limit=reason, reason=reason, seconds=self.head.limits.wall_seconds + _GRACE)

    async def _judge(self, job: Job, ground: Ground, base: str, commit: str) -> Judgement:
        found, limits = job.found, self.plan.policy.limits
        order = JudgeOrder(
            folder=ground.folder,
            answer=self.scratch.folder / f"answer-{self.number}.json",
            case=found.case,
            before=packed(found.before),
            checks=packed(found.checks),
            after=packed(found.after),
            policy=self.head.settings,
            base=base,
            commit=commit,
            lints=CLIPPY in self.head.scorers,
        )
        try:
            return await self._slot.ask(order, Judgement, 3 * limits.test_seconds + limits.check_seconds + _JUDGE_GRACE)
        except TimeoutError as error:
            raise SlotLostError("the judge did not come to an end") from error

    def _clear(self, ground: Ground | None) -> None:
        """Removes a ground that is done with, while the next case is worked on."""
        if ground is not None:
            clearing = asyncio.ensure_future(asyncio.to_thread(ground.clear))
            self._clearing.add(clearing)
            clearing.add_done_callback(self._clearing.discard)

    def _keep_memory(self, ground: Ground) -> None:
        """What the case taught her, for the next one; before the result is on record, which ends the case."""
        if self.plan.memory == "carried" and ground.database.is_file():
            fresh = self.scratch.memory.with_suffix(".new")
            copy_store(ground.database, fresh)
            fresh.replace(self.scratch.memory)

    def _result(
        self, job: Job, facts: SessionFacts, judgement: Judgement | None, broken: list[str], judging: float
    ) -> CaseResult:
        found, case = job.found, job.found.case
        marks = mark(facts.explanation, case.rubric)
        status = status_of(facts, judgement)
        own = facts.model_dump(include=set(CaseResult.model_fields), exclude={"reason", "compiles"})
        judgement = judgement or Judgement(compiles=facts.compiles)
        judged = judgement.model_dump(include=set(CaseResult.model_fields))
        return CaseResult(
            **own,
            **judged,
            run=self.head.run,
            case=case.id,
            family=case.family,
            tags=case.tags,
            crate=case.provenance.crate,
            lines=found.lines,
            epoch=job.epoch,
            expect=case.expect,
            status=status,
            reason=judgement.why if status is Status.WRONG else facts.reason,
            judge_seconds=judging,
            named=marks.named,
            missed=marks.missed,
            false_claims=marks.false_claims,
            retries=max(0, len(broken) - (status is Status.ERROR)),
            infrastructure=tuple(broken),
        )


def _lay_out(ground: Ground, job: Job) -> Ground:
    lay_out(ground, job.found.before)
    return ground
