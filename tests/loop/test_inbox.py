"""The inbox: decisions from any thread, pauses that hold, stops that interrupt."""

import asyncio
import threading

import pytest

from engine.loop.inbox import Inbox, NobodyAnswersError, StopRequestedError
from engine.schema.decision import Answer, Pause, Resume, Stop, Undo, Verdict


def open_inbox() -> Inbox:
    inbox = Inbox()
    inbox.attach()
    return inbox


async def test_a_verdict_from_another_thread_arrives() -> None:
    inbox = open_inbox()
    sender = threading.Thread(target=inbox.put, args=(Verdict(patch="p", verdict="approve"),))
    sender.start()
    reply = await inbox.reply(lambda found: isinstance(found, Verdict) and found.patch == "p")
    sender.join()
    assert isinstance(reply, Verdict)
    assert reply.verdict == "approve"


async def test_a_decision_from_before_the_loop_started_is_kept() -> None:
    inbox = Inbox()
    inbox.put(Answer(ask="q", text="yes"))
    inbox.attach()
    reply = await inbox.reply(lambda found: isinstance(found, Answer))
    assert reply == Answer(ask="q", text="yes")


async def test_a_verdict_on_another_patch_does_not_count() -> None:
    inbox = open_inbox()
    inbox.put(Verdict(patch="old", verdict="approve"))
    inbox.put(Verdict(patch="new", verdict="veto"))
    reply = await inbox.reply(lambda found: isinstance(found, Verdict) and found.patch == "new")
    assert isinstance(reply, Verdict)
    assert reply.verdict == "veto"


async def test_a_pause_holds_until_resumed() -> None:
    inbox = open_inbox()
    inbox.put(Pause())
    await asyncio.sleep(0)
    waiting = asyncio.ensure_future(inbox.until_resumed())
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.put(Resume())
    await asyncio.wait_for(waiting, 60)


async def test_stop_cancels_running_work_and_lets_it_clean_up() -> None:
    inbox = open_inbox()
    cleaned = asyncio.Event()

    async def work() -> None:
        try:
            inbox.put(Stop())
            await asyncio.Event().wait()
        finally:
            cleaned.set()

    with pytest.raises(StopRequestedError):
        await inbox.guard(work())
    assert cleaned.is_set()


async def test_a_closed_inbox_answers_nothing() -> None:
    inbox = open_inbox()
    inbox.close()
    with pytest.raises(NobodyAnswersError):
        await inbox.reply(lambda _: True)


async def test_an_undo_counts_once() -> None:
    inbox = open_inbox()
    inbox.put(Undo())
    await asyncio.sleep(0)
    assert inbox.take_undo()
    assert not inbox.take_undo()
