"""The client of OpenAI-compatible servers: streamed, retried, timed, metered, cancelled, and silent about its key."""

from __future__ import annotations

import asyncio
import logging

import pytest

from engine.brain.minds.mind import MindError, Prompt
from engine.brain.minds.server import ServerMind
from engine.brain.minds.settings import Prices, ServerSettings
from tests.model_server import Server, Turn

PROMPT = Prompt("be brief", "what is wrong?")
TEXT = '{"abstain": "nothing — ä"}'


def mind(server: Server, **settings: object) -> ServerMind:
    return ServerMind(ServerSettings.model_validate({"url": server.url, "model": "tiny", **settings}))


async def test_an_answer_comes_together_from_its_chunks(server: Server) -> None:
    server.turns = [Turn(TEXT)]
    reply = await mind(server, prices=Prices(million_in=1000, million_out=10_000)).reply(PROMPT, sample=0)
    assert reply.text == TEXT
    assert (reply.tokens_in, reply.tokens_out) == (100, 20)
    assert reply.cost == pytest.approx(0.3)
    asked = server.asked[0]
    assert [message["content"] for message in asked["messages"]] == [PROMPT.system, PROMPT.user]
    assert asked["temperature"] == 0
    assert asked["response_format"]["json_schema"]["schema"]["additionalProperties"] is False


async def test_later_samples_are_drawn_at_the_temperature(server: Server) -> None:
    server.turns = [Turn(TEXT)]
    await mind(server, temperature=0.9).reply(PROMPT, sample=3)
    assert (server.asked[0]["temperature"], server.asked[0]["seed"]) == (0.9, 3)


@pytest.mark.parametrize(
    "first",
    [Turn(status=429, headers={"retry-after": "0"}), Turn(TEXT, broken="cut"), Turn(TEXT, broken="json"), Turn("")],
    ids=["busy", "cut off", "not JSON", "empty"],
)
async def test_a_passing_failure_is_tried_again(server: Server, first: Turn) -> None:
    server.turns = [first, Turn(TEXT)]
    assert (await mind(server).reply(PROMPT, sample=0)).text == TEXT
    assert len(server.asked) == 2


async def test_a_server_that_stays_down_is_given_up(server: Server) -> None:
    server.turns = [Turn(status=503, headers={"retry-after": "0"})]
    with pytest.raises(MindError, match="does not answer: status 503"):
        await mind(server, tries=3).reply(PROMPT, sample=0)
    assert len(server.asked) == 3


async def test_nobody_there_is_one_line() -> None:
    nobody = ServerMind(ServerSettings(url="http://127.0.0.1:9/v1", model="tiny", tries=1))
    with pytest.raises(MindError, match=r"127\.0\.0\.1:9.* does not answer"):
        await nobody.reply(PROMPT, sample=0)


async def test_a_refusal_is_not_tried_again_and_never_shows_the_key(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("SOME_KEY", "sk-very-secret")
    server.turns = [Turn(status=401, body='{"error": "the key sk-very-secret is wrong"}')]
    asked = mind(server, key_from="SOME_KEY")
    with pytest.raises(MindError, match="refuses: status 401") as raised:
        await asked.reply(PROMPT, sample=0)
    assert server.headers[0]["Authorization"] == "Bearer sk-very-secret"
    assert len(server.asked) == 1
    assert "sk-very-secret" not in f"{raised.value!r} {asked!r} {caplog.text}"


def test_a_key_that_is_not_there_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    with pytest.raises(MindError, match="SOME_KEY is not set"):
        ServerMind(ServerSettings(url="http://127.0.0.1:9/v1", model="tiny", key_from="SOME_KEY"))


async def test_a_server_without_response_format_is_asked_without(server: Server) -> None:
    server.turns = [Turn(status=400, body="response_format is not supported"), Turn(TEXT)]
    asked = mind(server)
    assert (await asked.reply(PROMPT, sample=0)).text == TEXT
    assert "response_format" not in server.asked[1]
    server.turns = [Turn(TEXT)]
    await asked.reply(PROMPT, sample=1)
    assert "response_format" not in server.asked[2], "it is remembered"


async def test_silence_in_an_answer_is_a_failure(server: Server) -> None:
    server.turns = [Turn(TEXT, broken="silent")]
    with pytest.raises(MindError, match="does not answer"):
        await mind(server, tries=1, silence_seconds=0.05).reply(PROMPT, sample=0)


async def test_an_answer_that_takes_too_long_is_left(server: Server) -> None:
    server.turns = [Turn(TEXT, broken="silent")]
    with pytest.raises(MindError, match="within"):
        await mind(server, seconds=0.05).reply(PROMPT, sample=0)


async def test_a_cancelled_question_hangs_up(server: Server) -> None:
    server.turns = [Turn(TEXT, broken="silent")]
    asking = asyncio.create_task(mind(server).reply(PROMPT, sample=0))
    assert await asyncio.to_thread(server.came.wait, 20)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    server.held.set()
    assert await asyncio.to_thread(server.left.wait, 20), "the connection is closed, so the server can stop"


async def test_an_answer_that_met_its_limit_says_so(server: Server) -> None:
    server.turns = [Turn(TEXT[:-2], finish="length")]
    assert (await mind(server).reply(PROMPT, sample=0)).cut


async def test_money_that_is_spent_ends_the_questions(server: Server) -> None:
    server.turns = [Turn(TEXT)]
    asked = mind(server, prices=Prices(million_in=10_000), most_cost=0.5)
    await asked.reply(PROMPT, sample=0)
    with pytest.raises(MindError, match=r"have cost 1\.00 of 0\.50"):
        await asked.reply(PROMPT, sample=0)
