"""The tail of a running command: batched, bounded, with the tests counted."""

import asyncio

from engine.loop.fold import SessionState
from engine.loop.recorder import Recorder
from engine.loop.tail import Tail
from engine.schema.event import Event, ProgressEvent


def open_tail(events: list[Event]) -> Tail:
    recorder = Recorder("s", store=None, emit=events.append, state=SessionState())
    return Tail(recorder, "job-1", "cargo test", root="/sandbox/tree")


async def test_a_flood_is_a_handful_of_events_that_say_what_they_dropped() -> None:
    events: list[Event] = []
    tail = open_tail(events)
    for number in range(50_000):
        tail.line(f"line {number}")
    tail.close("ok")
    assert len(events) == 1
    last = events[-1]
    assert isinstance(last, ProgressEvent)
    assert last.lines[-1] == "line 49999"
    assert last.dropped + len(last.lines) == 50_000


async def test_lines_arrive_while_the_command_runs() -> None:
    arrived = asyncio.Event()
    recorder = Recorder("s", store=None, emit=lambda _: arrived.set(), state=SessionState())
    tail = Tail(recorder, "job-1", "cargo check", root="/sandbox/tree")
    tail.line("Checking x")
    await asyncio.wait_for(arrived.wait(), 60)
    tail.close()


async def test_tests_are_counted_over_all_targets() -> None:
    events: list[Event] = []
    tail = open_tail(events)
    for line in ("running 2 tests", "test a ... ok", "test b ... FAILED", "running 1 test", "test c ... ignored"):
        tail.line(line)
    tail.close()
    last = events[-1]
    assert isinstance(last, ProgressEvent)
    assert (last.done, last.total) == (3, 3)


async def test_where_the_sandbox_lies_is_not_shown() -> None:
    events: list[Event] = []
    tail = open_tail(events)
    tail.line("Checking lexis v0.3.0 (/sandbox/tree/crates/lexis)")
    tail.close()
    last = events[-1]
    assert isinstance(last, ProgressEvent)
    assert last.lines == ("Checking lexis v0.3.0 (crates/lexis)",)
