"""A slot of the harness: a process that carries out one order at a time, each in a process of its own.

`python -m engine.evals.slot` imports everything once and then forks for every order, so that a case costs a fork and
not an interpreter. Orders come on stdin and answers go out on stdout, one JSON line each. The line `kill` ends the
order under way; the end of stdin, which is also the death of the harness, ends it and the slot.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import os
import select
import signal
import sys
from importlib import import_module

from engine.brain.moves import all_moves
from engine.evals.ground import Ground
from engine.evals.judge import judge
from engine.evals.order import ORDERS, Ended, JudgeOrder, SessionOrder
from engine.evals.play import play
from engine.loop.policy import Policy
from engine.rust.docs import warm_up_parser
from engine.sandbox.jail import find_isolation

KILL = b"kill"
_FAILED = 70
# What a session imports only when it comes to it; here it is imported once, and not in every fork.
_LATER = (
    *("ast_grep_py", "tree_sitter_rust", "concurrent.futures.thread"),
    *("engine.brain.search", "engine.rust.scope", "engine.rust.tree", "engine.loop.devlog"),
)
_CHUNK = 1 << 20
_PR_SET_PDEATHSIG = 1


class Slot:
    """Reads orders from one descriptor and answers on another."""

    def __init__(self, orders: int, answers: int) -> None:
        self._orders, self._answers = orders, answers
        self._pending = bytearray()
        self._open = True

    def serve(self) -> None:
        """Carries out orders until there are no more."""
        awake, wake = os.pipe()
        os.set_blocking(awake, False)
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while (line := self._next_line()) is not None:
            if line and line != KILL:
                ended = self._carry_out(line, awake)
                os.write(self._answers, ended.model_dump_json().encode() + b"\n")

    def _next_line(self) -> bytes | None:
        while b"\n" not in self._pending and self._open:
            self._read()
        line, newline, rest = self._pending.partition(b"\n")
        self._pending = rest
        return bytes(line) if newline else None

    def _read(self) -> None:
        chunk = os.read(self._orders, _CHUNK)
        self._pending += chunk
        self._open = bool(chunk)

    def _carry_out(self, line: bytes, awake: int) -> Ended:
        child = os.fork()
        if child == 0:
            _become(line, close=(self._orders, self._answers))
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                break
            watched = [awake, *([self._orders] if self._open else [])]
            ready, _, _ = select.select(watched, [], [])
            if awake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(awake, _CHUNK)
            if self._orders in ready:
                self._read()
                if not self._open or KILL in self._pending:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(status)
        return Ended(code=code) if code >= 0 else Ended(signal=-code)


def _become(line: bytes, close: tuple[int, ...]) -> None:
    """The forked process: carries the order out and ends, whatever happens."""
    code = _FAILED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the harness decides when a case is stopped
        os.setsid()
        _die_with_the_slot()
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in close:
            os.dup2(nothing, descriptor)
        order = ORDERS.validate_json(line)
        answer = asyncio.run(_answer(order))
        beside = order.answer.with_suffix(".new")
        beside.write_text(answer, encoding="utf-8")
        beside.replace(order.answer)
        code = 0
    except BaseException as error:
        with contextlib.suppress(Exception):
            complaint = " ".join(f"{type(error).__name__}: {error}".split())
            ORDERS.validate_json(line).answer.with_suffix(".why").write_text(complaint, encoding="utf-8")
    finally:
        os._exit(code)


async def _answer(order: SessionOrder | JudgeOrder) -> str:
    if isinstance(order, SessionOrder):
        return (await play(order)).model_dump_json()
    ground = Ground(order.folder)
    os.environ["RUSTA_HOME"] = str(ground.home)
    policy = Policy.model_validate(order.policy)
    return (await judge(ground, order.found, order.base, order.commit, policy, order.lints)).model_dump_json()


def _die_with_the_slot() -> None:
    """Linux: the kernel kills this process when the slot dies. Elsewhere only the slot itself does."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    """The slot's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    find_isolation()
    warm_up_parser()
    all_moves()
    for module in _LATER:
        import_module(module)
    gc.collect()
    gc.freeze()
    Slot(sys.stdin.fileno(), sys.stdout.fileno()).serve()


if __name__ == "__main__":
    main()
