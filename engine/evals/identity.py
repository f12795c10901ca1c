"""What makes a brain the same brain: its name, what it learnt, the code that thinks for it, and its policy."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import engine
from engine.evals.brains import weights_of
from engine.evals.plan import policy_digest
from engine.loop.policy import Policy
from engine.store.store import Store

_THINKING = ("brain", "loop", "rust")


def brain_hash(name: str, store: Store, policy: Policy) -> str:
    """SHA-256 of all that decides what a brain does on a fresh memory.

    The code of the brain, of the loop and of what reads the tools counts, so that a word in the docs changes nothing
    and a new move does. What she remembers does not: an exam starts without it.
    """
    parts = (name, weights_of(name, store) or "", policy_digest(policy), _code())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _code() -> str:
    root = Path(engine.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(file for room in _THINKING for file in (root / room).rglob("*.py")):
        whole.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()
