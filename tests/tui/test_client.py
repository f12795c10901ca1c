"""The child process behind the screens: batches, decisions, ends."""

from __future__ import annotations

import asyncio
import sys

from engine.schema.decision import Pause
from rusta_tui.client import EngineClient

SAY = '{"v":1,"seq":%d,"at":"2026-01-01T00:00:00Z","session":"s","kind":"say","text":"x"}'


def python(code: str) -> EngineClient:
    return EngineClient((sys.executable, "-u", "-c", code))


async def drained(client: EngineClient) -> int:
    total = 0
    while not client.finished:
        total += len(client.take())
        await asyncio.sleep(0)
    return total + len(client.take())


async def test_a_flood_comes_in_batches_and_in_full() -> None:
    client = python(f"for n in range(1, 60001): print({SAY!r} % n)")
    await client.start()
    assert await drained(client) == 60_000
    assert client.code == 0


async def test_lines_that_are_no_events_are_kept_apart() -> None:
    client = python(f"print('hello'); print({SAY!r} % 1); print('{{\"v\":9}}'); import sys; sys.exit('it broke')")
    await client.start()
    assert await drained(client) == 1
    assert len(client.problems) == 2
    assert "version" in client.problems[1]
    assert list(client.complaints) == ["it broke"]
    assert client.code == 1


async def test_decisions_arrive_as_lines() -> None:
    client = python(f"import sys; line = sys.stdin.readline(); print(line, file=sys.stderr); print({SAY!r} % 1)")
    await client.start()
    assert client.send(Pause())
    assert await drained(client) == 1
    assert list(client.complaints) == ['{"kind":"pause"}']
    assert not client.send(Pause())


async def test_a_child_that_will_not_end_is_ended() -> None:
    client = python(
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: None);"
        "print('ready', file=sys.stderr); [time.sleep(1) for _ in range(600)]"
    )
    await client.start()
    await client.complained.wait()
    await client.end()
    assert not client.alive
    assert client.code == -9
