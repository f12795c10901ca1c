"""The harness: every case through the real loop, several at a time, each on record as soon as it has ended.

What is on record is never done again, so a run goes on where it was cut off, however that happened.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from engine.errors import RustaError
from engine.evals.bay import Bay, Job
from engine.evals.brains import weights_of
from engine.evals.log import RunLog
from engine.evals.plan import Plan, differences, make_head
from engine.evals.record import CaseResult, Run, RunEnd, RunHead, log_file, read_run, runs_folder
from engine.evals.scratch import Scratch
from engine.evals.sealed import Sealed, record_exams
from engine.loop.inbox import Inbox, StopRequestedError
from engine.loop.recorder import now
from engine.store.store import Store

OnResult = Callable[[RunHead, CaseResult, int], None]


async def run_plan(plan: Plan, inbox: Inbox, on_start: Callable[[RunHead, int], None], on_result: OnResult) -> Run:
    """Runs a plan from its beginning and returns what is on record.

    ``on_start`` hears the head and how many results are there already, ``on_result`` each new one with the number of
    results so far. A stop in the inbox ends the run after what is under way was killed; a pause holds back the next
    cases. Raises `RustaError` when the run cannot begin.
    """
    scratch = Scratch.new()
    try:
        memory = scratch.prepare_memory(plan)
        sealed = Sealed.load()
        exam = bool(sealed.sealed_cases(plan.cases))
        head = make_head(plan, weights=_weights(plan.brain, scratch.memory), memory=memory, sealed=exam)
        scratch = scratch.named(head.run)
    except BaseException:
        scratch.clear()
        raise
    with RunLog(log_file(head.run), head) as log:
        record_exams(head, plan.cases, sealed)
        return await _run(plan, head, log, scratch, deque(_jobs(plan)), inbox, on_start, on_result)


async def go_on(
    plan: Plan, path: Path, inbox: Inbox, on_start: Callable[[RunHead, int], None], on_result: OnResult
) -> Run:
    """Goes on with a run that was cut off or stopped; cases on record are left as they are.

    ``plan`` has to be that of the run: `RustaError` names what is not the same any more.
    """
    with RunLog(path) as log:
        run = read_run(path)
        scratch = Scratch(runs_folder() / "work" / run.head.run)
        if not scratch.memory.is_file():
            scratch.prepare_memory(plan)
        weights = _weights(plan.brain, scratch.memory)
        again = make_head(plan, weights=weights, memory=run.head.memory, sealed=run.head.sealed)
        if changed := differences(run.head, again):
            raise RustaError(
                f"run {run.head.run} cannot be gone on with: {'; '.join(changed)}", fix="start a new run instead"
            )
        done = {result.key for result in run.results}
        left = deque(job for job in _jobs(plan) if (job.found.case.id, job.epoch) not in done)
        return await _run(plan, run.head, log, scratch, left, inbox, on_start, on_result)


def _jobs(plan: Plan) -> list[Job]:
    return [Job(found, epoch) for epoch in range(1, plan.epochs + 1) for found in plan.cases.cases]


def _weights(brain: str, memory: Path) -> str | None:
    with closing(Store.open(f"sqlite:///{memory}")) as store:
        return weights_of(brain, store)


async def _run(
    plan: Plan,
    head: RunHead,
    log: RunLog,
    scratch: Scratch,
    jobs: deque[Job],
    inbox: Inbox,
    on_start: Callable[[RunHead, int], None],
    on_result: OnResult,
) -> Run:
    inbox.attach()
    count = head.total - len(jobs)
    on_start(head, count)
    stopped = False

    async def work(number: int) -> None:
        nonlocal count
        bay = Bay(plan, head, scratch, number)
        try:
            job = jobs.popleft() if jobs else None
            while job is not None:
                await inbox.guard(inbox.until_resumed())
                # The last ones are left for whichever bay is free first.
                following = jobs.popleft() if len(jobs) >= head.parallel else None
                if following is not None:
                    bay.prepare(following)
                result = await inbox.guard(bay.result_of(job))
                log.append(result)
                count += 1
                on_result(head, result, count)
                job = following or (jobs.popleft() if jobs else None)
        finally:
            await bay.close()

    if jobs:
        workers = [asyncio.ensure_future(work(number)) for number in range(min(head.parallel, len(jobs)))]
        try:
            await asyncio.gather(*workers)
        except StopRequestedError:
            stopped = True
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
    log.append(RunEnd(run=head.run, at=now(), how="stopped" if stopped else "finished", results=count))
    scratch.clear(keep_memory=stopped)
    return read_run(log.path)
