"""A bay: the place at which one case at a time is tried, judged, and made a result of."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.evals.caseset import CaseFiles
from engine.evals.chaos import ChaosOrder
from engine.evals.facts import SessionFacts
from engine.evals.ground import Ground
from engine.evals.judge import Judgement
from engine.evals.order import JudgeOrder, SessionOrder, packed
from engine.evals.plan import Plan
from engine.evals.record import CaseResult, RunHead, Status
from engine.evals.rubric import mark
from engine.evals.scratch import Scratch, copy_store
from engine.evals.slots import SlotLostError, SlotProcess
from engine.evals.verdict import status_of

_GRACE = 45.0  # seconds that a session has to end by itself once it was told to
_JUDGE_GRACE = 60.0


@dataclass(frozen=True)
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

    def __post_init__(self) -> None:
        self._slot = SlotProcess(self.plan.seed)

    async def close(self) -> None:
        """Ends what is under way there."""
        await self._slot.close()

    async def result_of(self, job: Job) -> CaseResult:
        """Tries a case until the harness itself did not fail, or has failed as often as it may."""
        broken: list[str] = []
        while True:
            facts, judgement = SessionFacts(), None
            try:
                facts = await self._session(job)
                problem = facts.breakdown
                if not problem and facts.base and facts.commit:
                    judgement = await self._judge(job, facts.base, facts.commit)
            except (SlotLostError, OSError) as error:
                problem = str(error)
            if not problem:
                self._keep_memory()
                break
            broken.append(problem)
            if len(broken) >= self.head.attempts:
                facts, judgement = facts.model_copy(update={"breakdown": problem}), None
                break
        self._ground.clear()
        return self._result(job, facts, judgement, broken)

    @property
    def _ground(self) -> Ground:
        return Ground(self.scratch.folder / f"bay-{self.number}")

    async def _session(self, job: Job) -> SessionFacts:
        order = SessionOrder(
            folder=self._ground.folder,
            answer=self.scratch.folder / f"answer-{self.number}.json",
            before=packed(job.found.before),
            brain=self.plan.brain,
            policy=self.head.settings,
            limits=self.head.limits,
            memory=self.scratch.memory,
            chaos=ChaosOrder(kind=self.plan.chaos) if self.plan.chaos else None,
        )
        try:
            return await self._slot.ask(order, SessionFacts, self.head.limits.wall_seconds + _GRACE)
        except TimeoutError:
            reason = f"out of time ({self.head.limits.wall_seconds:g} s), and it did not stop when told"
            return SessionFacts(limit=reason, reason=reason, seconds=self.head.limits.wall_seconds + _GRACE)

    async def _judge(self, job: Job, base: str, commit: str) -> Judgement:
        found, limits = job.found, self.plan.policy.limits
        order = JudgeOrder(
            folder=self._ground.folder,
            answer=self.scratch.folder / f"answer-{self.number}.json",
            case=found.case,
            before=packed(found.before),
            checks=packed(found.checks),
            after=packed(found.after),
            policy=self.head.settings,
            base=base,
            commit=commit,
        )
        try:
            return await self._slot.ask(order, Judgement, 3 * limits.test_seconds + limits.check_seconds + _JUDGE_GRACE)
        except TimeoutError as error:
            raise SlotLostError("the judge did not come to an end") from error

    def _keep_memory(self) -> None:
        """What the case taught her, for the next one; before the result is on record, which ends the case."""
        if self.plan.memory == "carried" and self._ground.database.is_file():
            fresh = self.scratch.memory.with_suffix(".new")
            copy_store(self._ground.database, fresh)
            fresh.replace(self.scratch.memory)

    def _result(self, job: Job, facts: SessionFacts, judgement: Judgement | None, broken: list[str]) -> CaseResult:
        found, case = job.found, job.found.case
        marks = mark(facts.explanation, case.rubric)
        own = facts.model_dump(include=set(CaseResult.model_fields), exclude={"reason"})
        judged = (judgement or Judgement()).model_dump(include=set(CaseResult.model_fields))
        status = status_of(facts, judgement)
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
            reason=judgement.why if judgement and status is Status.WRONG else facts.reason,
            named=marks.named,
            missed=marks.missed,
            false_claims=marks.false_claims,
            retries=max(0, len(broken) - (status is Status.ERROR)),
            infrastructure=tuple(broken),
        )
