"""What the evaluation harness costs on top of the loop that it runs.

    python benchmarks/evals.py [--cases DIR] [--count 100] [--only CASES] [--json FILE]

The same cases are run by the bare loop (`engine.loop.run.fix` in one warm process, one after another) and by the
harness (one at a time), in turn, case by case, so that the load of the machine weighs on both alike. Told apart are
the sessions themselves, the judging of what they left (builds and tests that the bare loop does not do), and the rest:
processes, repositories, the log. Asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from engine.evals.caseset import CaseFiles, CaseSet, load_cases
from engine.evals.ground import Ground, lay_out
from engine.evals.harness import run_plan
from engine.evals.plan import Plan, shipped_policy
from engine.evals.record import CaseResult, RunHead
from engine.loop.inbox import Inbox
from engine.loop.request import Request
from engine.loop.run import fix
from engine.resources import shipped
from engine.schema.decision import Pause, Resume
from engine.store.store import Store


@dataclass
class Clock:
    """Seconds by what they were spent on."""

    bare: float = 0.0
    harness: float = 0.0
    sessions: float = 0.0
    judging: float = 0.0
    same: int = 0
    cases: int = 0

    def report(self) -> dict[str, object]:
        rest = self.harness - self.sessions - self.judging
        return {
            "cases": self.cases,
            "same outcome": self.same,
            "seconds": {name: round(getattr(self, name), 2) for name in ("bare", "harness", "sessions", "judging")},
            "the rest, seconds": round(rest, 2),
            "the rest over the sessions": round(rest / self.sessions, 4),
            "sessions over the bare loop": round(self.sessions / self.bare - 1, 4),
            "overhead without judging": round((self.harness - self.judging) / self.bare - 1, 4),
            "overhead with judging": round(self.harness / self.bare - 1, 4),
        }


async def bare(found: CaseFiles, ground: Ground, memory: Path) -> tuple[float, str]:
    """Seconds in the loop alone, and the outcome; the repository and the store are made off the clock."""
    lay_out(ground, found.before)
    shutil.copyfile(memory, ground.database)
    os.environ["RUSTA_HOME"] = str(ground.home)
    inbox = Inbox()
    inbox.close()
    request = Request(ground.package, approve="auto", policy=shipped_policy())
    with closing(Store.open(f"sqlite:///{ground.database}")) as store:
        began = time.perf_counter()
        log = await fix(request, store=store, inbox=inbox, emit=lambda _: None)
        return time.perf_counter() - began, str(log.outcome)


async def race(cases: CaseSet, epochs: int, folder: Path, clock: Clock) -> None:
    """Runs the harness, held back after each case until the bare loop has done the same one."""
    memory = folder / "empty.db"
    Store.open(f"sqlite:///{memory}").close()
    inbox, ended = Inbox(), asyncio.Queue[CaseResult | BaseException | None]()
    os.environ["RUSTA_HOME"] = str(folder / "home")

    def hold(_head: RunHead, result: CaseResult, _count: int) -> None:
        inbox.put(Pause())
        ended.put_nowait(result)

    async def alone(found: CaseFiles) -> str:
        ground = Ground(folder / f"bare-{clock.cases}")  # another place each time: what is known of one is no help
        seconds, outcome = await bare(found, ground, memory)
        ground.clear()
        clock.bare += seconds
        return outcome

    began = time.perf_counter()
    run = asyncio.ensure_future(run_plan(Plan("benchmark", cases, epochs=epochs), inbox, lambda *_: None, hold))
    run.add_done_callback(lambda task: ended.put_nowait(task.exception()))
    for number, found in enumerate(cases.cases * epochs):
        first = await alone(found) if number % 2 else None  # whoever comes second finds the files of Rust in memory
        if number:
            began = time.perf_counter()
            inbox.put(Resume())
        result = await ended.get()
        if not isinstance(result, CaseResult):
            raise RuntimeError("the harness ended early") from result
        clock.harness += time.perf_counter() - began
        clock.sessions += result.seconds
        clock.judging += result.judge_seconds
        clock.same += (first or await alone(found)) == result.outcome
        clock.cases += 1
        if clock.cases % 10 == 0:
            print(f"{clock.cases}: {json.dumps(clock.report())}", flush=True)
    began = time.perf_counter()
    inbox.put(Resume())
    await run
    clock.harness += time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=Path, default=shipped("data", "cases"))
    parser.add_argument("--count", type=int, default=100, help="at least so many, each case equally often")
    parser.add_argument("--only", type=int, help="of the cases, only so many")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    cases = load_cases(given.cases)
    if given.only:
        cases = cases.sample(given.only, seed=0)
    folder, clock = Path(tempfile.mkdtemp(prefix="rusta-evals-")), Clock()
    try:
        asyncio.run(race(cases, -(-given.count // len(cases.cases)), folder, clock))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(clock.report(), indent=2))
    if given.json:
        given.json.write_text(json.dumps(clock.report(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
