"""Ctrl-C, a closed terminal and a polite kill: work is cancelled, so that it cleans up, and only then is it over."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def on_interrupt(action: Callable[[], object]) -> None:
    """Calls ``action`` in the running event loop at each interrupt; a signal that is ignored (nohup) stays ignored."""
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, action)


def run_to_end(work: Coroutine[Any, Any, T]) -> T:
    """Runs ``work``; an interrupt cancels it and becomes `KeyboardInterrupt` once its children are gone."""

    async def guarded() -> T:
        task = asyncio.ensure_future(work)
        on_interrupt(task.cancel)
        try:
            return await task
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    return asyncio.run(guarded())
