"""What a run is to do: its cases, its brain and its terms, and the head that puts them on record."""

from __future__ import annotations

import hashlib
import json
import platform
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import engine
from engine.errors import RustaError
from engine.evals.caseset import CaseSet, load_cases
from engine.evals.chaos import KINDS, Chaos
from engine.evals.record import CaseLimits, RunHead
from engine.evals.tasks import TASKS
from engine.loop.policy import Policy
from engine.loop.recorder import now
from engine.resources import shipped
from engine.rust.toolchain import find_toolchain
from engine.sandbox.git import GitError, git
from engine.sandbox.jail import find_isolation

Memory = Literal["fresh", "carried", "own"]


@dataclass(frozen=True)
class Plan:
    """A run before it begins. ``attempts``: how often a case is tried where the harness itself fails.

    ``memory`` "carried" takes the cases one at a time, in order, whatever ``parallel`` says.
    """

    task: str
    cases: CaseSet
    brain: str = "search"
    policy: Policy = field(default_factory=lambda: shipped_policy())
    limits: CaseLimits = CaseLimits()  # noqa: RUF009  (frozen)
    epochs: int = 1
    seed: int = 0
    attempts: int = 3
    parallel: int = 1
    chaos: Chaos | None = None
    memory: Memory = "fresh"
    scorers: tuple[str, ...] = ()

    @property
    def mode(self) -> str:
        """The mode as the head names it."""
        return f"chaos:{self.chaos}" if self.chaos else "plain"


def shipped_policy() -> Policy:
    """The policy that runs are held to unless another is named: never the mentor's own by accident."""
    return Policy.load(shipped("data", "policy.yaml"))


def policy_digest(policy: Policy) -> str:
    """SHA-256 of a policy's settings, the defaults included."""
    return hashlib.sha256(json.dumps(policy.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def make_head(plan: Plan, *, weights: str | None, memory: str, sealed: bool) -> RunHead:
    """The head of a new run of ``plan``. ``memory``, ``sealed``: what `RunHead` is to say of them.

    Raises `ToolMissingError` without Rust, `RustaError` for a plan that cannot be.
    """
    if plan.epochs < 1 or plan.parallel < 1 or plan.attempts < 1:
        raise RustaError("epochs, jobs and attempts are at least 1", fix="leave them out for the default")
    return RunHead(
        run=f"{datetime.now(UTC):%y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        at=now(),
        task=plan.task,
        cases=plan.cases.source,
        mode=plan.mode,
        brain=plan.brain,
        weights=weights,
        policy=policy_digest(plan.policy),
        settings=plan.policy.model_dump(mode="json"),
        case_set=plan.cases.digest,
        ids=tuple(found.case.id for found in plan.cases.cases),
        memory=memory,
        commit=code_commit(),
        toolchain=find_toolchain(Path.cwd()).version,
        isolation=find_isolation().kind,
        platform=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        seed=plan.seed,
        epochs=plan.epochs,
        total=len(plan.cases.cases) * plan.epochs,
        limits=plan.limits,
        attempts=plan.attempts,
        scorers=plan.scorers,
        sealed=sealed,
        parallel=1 if plan.memory == "carried" else plan.parallel,
    )


def plan_again(head: RunHead) -> Plan:
    """The plan that a run was begun with. `RustaError` when its cases are not where they were."""
    found = TASKS[head.cases].load() if head.cases in TASKS else load_cases(Path(head.cases))
    ids = set(head.ids)
    memory: Memory = "own" if head.memory.startswith("own") else "carried" if head.memory == "carried" else "fresh"
    return Plan(
        task=head.task,
        cases=found.only(lambda known: known.case.id in ids),
        brain=head.brain,
        policy=Policy.model_validate(head.settings),
        limits=head.limits,
        epochs=head.epochs,
        seed=head.seed,
        attempts=head.attempts,
        parallel=head.parallel,
        chaos=next((kind for kind in KINDS if head.mode == f"chaos:{kind}"), None),
        memory=memory,
        scorers=head.scorers,
    )


def code_commit() -> str | None:
    """The git commit of the code that runs, "+" where its files were changed since; None outside a checkout."""
    root = Path(engine.__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return None
    try:
        head = git(root, "rev-parse", "HEAD")
        changed = git(root, "status", "--porcelain", "--untracked-files=no", "--", "engine", "data", "curriculum")
    except GitError:
        return None
    return f"{head}+" if changed else head


def differences(head: RunHead, again: RunHead) -> tuple[str, ...]:
    """What keeps a run from being gone on with: each part that is no longer what the head says."""
    parts = ("case_set", "policy", "brain", "weights", "commit", "toolchain", "isolation", "seed", "epochs", "limits")
    return tuple(
        f"{part.replace('_', ' ')} was {_short(getattr(head, part))}, is {_short(getattr(again, part))}"
        for part in parts
        if getattr(head, part) != getattr(again, part)
    )


def _short(value: object) -> str:
    text = str(value)
    return f"{text[:12]}…" if len(text) > 40 else text
