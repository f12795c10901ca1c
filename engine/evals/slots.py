"""The harness's end of a slot: it starts the process, sends an order, and waits for the answer or kills for it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import TypeVar

from engine.evals.order import Ended, JudgeOrder, SessionOrder
from engine.schema.base import Record

R = TypeVar("R", bound=Record)

_LINE_BYTES = 1 << 24


class SlotLostError(Exception):
    """The order has no answer; the text says why in one line."""


class SlotProcess:
    """One slot. It is started with the first order, and again after it was lost."""

    def __init__(self, seed: int) -> None:
        self._environment = {
            **os.environ,
            "PYTHONHASHSEED": str(seed % 2**32),  # sets come out in the same order in every run
            "RUSTA_HOME": os.devnull,  # nothing may look for the mentor's home: each order names its own
        }
        self._process: Process | None = None

    async def ask(self, order: SessionOrder | JudgeOrder, answer: type[R], patience: float) -> R:
        """Sends an order and returns its answer.

        Raises `TimeoutError` when it was not there after ``patience`` seconds (it is killed then), `SlotLostError` when
        the process that was at it ended otherwise.
        """
        for left_over in (order.answer, order.answer.with_suffix(".why")):
            left_over.unlink(missing_ok=True)
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise SlotLostError("the slot has no pipes")
        try:
            process.stdin.write(order.model_dump_json().encode() + b"\n")
            await process.stdin.drain()
            line = await self._reply(process, patience)
        except (ConnectionError, BrokenPipeError) as error:
            self._process = None
            raise SlotLostError("the slot is gone") from error
        if not line:
            self._process = None
            raise SlotLostError("the slot was killed")
        return _read(Ended.model_validate_json(line), order.answer, answer)

    async def close(self) -> None:
        """Ends the slot, and what it is at."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        await process.wait()

    async def _running(self) -> Process:
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "engine.evals.slot"),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                env=self._environment,
                limit=_LINE_BYTES,
                start_new_session=True,
            )
        return self._process

    async def _reply(self, process: Process, patience: float) -> bytes:
        """The line that says how the order ended. Cancelled or out of patience, the order is killed first."""
        if process.stdin is None or process.stdout is None:
            return b""
        reading = asyncio.ensure_future(process.stdout.readline())
        try:
            await asyncio.wait({reading}, timeout=patience)
            if reading.done():
                return await reading
            await self._kill(process, reading)
            raise TimeoutError
        except asyncio.CancelledError:
            await asyncio.shield(self._kill(process, reading))
            raise

    async def _kill(self, process: Process, reading: asyncio.Future[bytes]) -> None:
        if process.stdin is not None:
            with contextlib.suppress(ConnectionError):
                process.stdin.write(b"kill\n")
                await process.stdin.drain()
        await asyncio.wait({reading})


def _read(ended: Ended, file: Path, answer: type[R]) -> R:
    if ended.signal is not None:
        raise SlotLostError(f"the process of the case was killed by signal {ended.signal}")
    if ended.code != 0 or not file.is_file():
        why = file.with_suffix(".why")
        complaint = why.read_text(encoding="utf-8") if why.is_file() else f"status {ended.code}"
        raise SlotLostError(f"the process of the case broke: {complaint}")
    return answer.model_validate_json(file.read_bytes())
