"""One session on one case: the real loop, with nobody to ask, within the limits of the case."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import time
import traceback
from pathlib import Path

from engine.errors import IsolationError, RustaError, SandboxError, StoreError, ToolMissingError
from engine.evals.brains import install_brain
from engine.evals.facts import SessionFacts, facts_of, is_compiler_call
from engine.evals.ground import Ground
from engine.evals.order import SessionOrder
from engine.evals.record import CaseLimits
from engine.loop.inbox import Inbox
from engine.loop.policy import Policy
from engine.loop.request import Request
from engine.loop.run import fix
from engine.loop.session import SessionSuspendedError
from engine.process import child_seconds
from engine.schema.decision import Stop
from engine.schema.devlog import Outcome
from engine.schema.event import Event, Scope
from engine.store.store import Store

_INFRASTRUCTURE = (MemoryError, ToolMissingError, SandboxError, IsolationError, StoreError)
_FULL = frozenset([errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EIO])
# A session that the loop itself ended in an error says so in words alone.
_SIGNS = ("cannot be fetched", "is not on this machine", "cargo was killed", "is not installed", "cannot be started")


async def play(order: SessionOrder) -> SessionFacts:
    """Carries out an order. Never raises: what broke is a fact too."""
    ground = Ground(order.folder)
    policy = Policy.model_validate(order.policy)
    try:
        shutil.copyfile(order.memory, ground.database)
        os.environ["RUSTA_HOME"] = str(ground.home)
        os.environ.pop("RUSTA_DATABASE_URL", None)
        if order.chaos is not None:
            order.chaos.unleash(ground.folder)
        name = install_brain(order.brain)
        scope = Scope(all=order.lints)
        request = Request(ground.package, scope, brain=name, approve="auto", policy=policy)
        return await _session(ground, request, order.limits)
    except Exception as error:
        return _broken(SessionFacts(), error)


async def _session(ground: Ground, request: Request, limits: CaseLimits) -> SessionFacts:
    events: list[Event] = []
    inbox = Inbox()
    inbox.close()
    ended_by = _Limit()
    calls = 0

    def emit(event: Event) -> None:
        nonlocal calls
        events.append(event)
        calls += is_compiler_call(event)
        if calls > limits.compiler_calls and not ended_by.text:
            ended_by.text = f"out of compiler calls ({limits.compiler_calls})"
            inbox.put(Stop())

    def out_of_time() -> None:
        ended_by.text = ended_by.text or f"out of time ({limits.wall_seconds:g} s)"
        inbox.put(Stop())

    timer = asyncio.get_running_loop().call_later(limits.wall_seconds, out_of_time)
    policy = request.policy or Policy()
    broke: Exception | None = None
    store = Store.open(f"sqlite:///{ground.database}")
    began, children = time.perf_counter(), child_seconds()
    try:
        await fix(request, store=store, inbox=inbox, emit=emit)
    except Exception as error:
        broke = error
    finally:
        seconds, children = time.perf_counter() - began, child_seconds() - children
        timer.cancel()
        store.close()
    clock = {"seconds": round(seconds, 3), "child_seconds": round(children, 3)}
    facts = facts_of(events, policy).model_copy(update=clock)
    if broke is not None:
        return _broken(facts, broke)
    if facts.outcome is Outcome.STOPPED and ended_by.text:
        return facts.model_copy(update={"limit": ended_by.text, "reason": ended_by.text})
    if facts.outcome is Outcome.ERROR and any(sign in facts.reason for sign in _SIGNS):
        return facts.model_copy(update={"breakdown": facts.reason})
    return facts


class _Limit:
    """Which limit ended the session, in words."""

    text = ""


def _broken(facts: SessionFacts, error: Exception) -> SessionFacts:
    """Facts of a session that broke off: told apart are what she works with, and what is hers."""
    if isinstance(error, SessionSuspendedError):
        return facts.model_copy(update={"outcome": Outcome.ABSTAINED, "reason": str(error)})
    line = " ".join(str(error).split()) or type(error).__name__
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or isinstance(error, _INFRASTRUCTURE):
        return facts.model_copy(update={"breakdown": line})
    if isinstance(error, RustaError):
        return facts.model_copy(update={"outcome": Outcome.ERROR, "reason": line})
    frame = traceback.extract_tb(error.__traceback__)[-1]
    crash = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}: {line}"
    return facts.model_copy(update={"crash": crash, "reason": crash})
