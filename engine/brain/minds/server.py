"""A model behind an OpenAI-compatible server: streamed, timed, retried, metered, cancelled with its task.

The wire format is that of `POST /chat/completions` with `stream: true` (https://platform.openai.com/docs/api-reference):
server-sent events, one JSON chunk each, ended by `[DONE]`. The key comes from the environment, goes into one header and
nowhere else.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.brain.minds.answer import answer_schema, complete_object
from engine.brain.minds.mind import MindError, Prompt, Reply
from engine.brain.minds.settings import ServerSettings

if TYPE_CHECKING:
    import httpx

_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_FIRST_WAIT = 0.5
_LONGEST_WAIT = 20.0
_LONGEST_REPLY = 400_000
_SHOWN = 200


class _TryAgainError(Exception):
    """The server may do better in ``seconds``, or when it thinks fit (None)."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass
class _Heard:
    """What has come of one answer so far."""

    text: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    cut: bool = False


@dataclass
class ServerMind:
    """One model of one server. Raises `MindError` at once when the named key is not in the environment."""

    settings: ServerSettings
    spent: float = 0.0
    name: str = field(init=False)
    _key: str | None = field(init=False, default=None, repr=False)
    _constrain: str = field(init=False)

    def __post_init__(self) -> None:
        if importlib.util.find_spec("httpx") is None:
            raise MindError("httpx is not installed", fix="pip install 'rusta-tui[server]'")
        self.name = f"server:{self.settings.model}"
        self._constrain = self.settings.constrain
        if self.settings.key_from:
            self._key = os.environ.get(self.settings.key_from)
            if not self._key:
                raise MindError(
                    f"{self.settings.key_from} is not set",
                    fix="export the server's key under that name, or drop key_from",
                )

    async def reply(self, prompt: Prompt, *, sample: int) -> Reply:
        """One answer, from a try that succeeds; `MindError` with one line when none does or the money is spent."""
        limit = self.settings.most_cost
        if limit is not None and self.spent >= limit:
            raise MindError(f"the session's questions have cost {self.spent:.2f} of {limit:.2f}")
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.settings.seconds):
                heard = await self._heard(prompt, sample)
        except TimeoutError as error:
            raise MindError(f"{self.name} did not answer within {self.settings.seconds:.0f} s") from error
        cost = self._cost(heard)
        self.spent += cost or 0.0
        return Reply(heard.text, time.monotonic() - began, heard.tokens_in, heard.tokens_out, cost, heard.cut)

    async def _heard(self, prompt: Prompt, sample: int) -> _Heard:
        import httpx

        limits = self.settings
        timeout = httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds)
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        wait = _FIRST_WAIT
        here = httpx.URL(limits.url).host in _HERE
        async with httpx.AsyncClient(timeout=timeout, headers=headers, trust_env=not here) as client:
            for last in (*[False] * (limits.tries - 1), True):
                try:
                    return await self._once(client, prompt, sample)
                except (_TryAgainError, httpx.TransportError) as error:
                    if last:
                        raise MindError(f"{self.name} at {limits.url} does not answer: {_short(error)}") from error
                    asked = error.seconds if isinstance(error, _TryAgainError) else None
                    await asyncio.sleep(min(asked if asked is not None else wait, _LONGEST_WAIT))
                    wait *= 2
        raise AssertionError("the last try returns or raises")

    async def _once(self, client: httpx.AsyncClient, prompt: Prompt, sample: int) -> _Heard:
        heard = _Heard()
        url = f"{self.settings.url.rstrip('/')}/chat/completions"
        async with client.stream("POST", url, json=self._body(prompt, sample)) as response:
            if response.status_code != 200:
                await self._refused(response)
            async for chunk in _chunks(response):
                _take(heard, chunk)
                if len(heard.text) > _LONGEST_REPLY:
                    heard.cut = True
                    break
                if self._done_early(heard.text):
                    break
        if not heard.text:
            raise _TryAgainError("its answer is empty")
        return heard

    def _done_early(self, text: str) -> bool:
        """Held to nothing, a model may go on after its object. Where it costs, the server's count is waited for."""
        free = self._constrain == "none" and self.settings.prices is None
        return free and text.rstrip().endswith("}") and complete_object(text) is not None

    async def _refused(self, response: httpx.Response) -> None:
        """Raises what a status other than 200 means."""
        said = _short((await response.aread()).decode(errors="replace"))
        if response.status_code == 400 and self._constrain != "none" and "response_format" in said:
            self._constrain = "none"
            raise _TryAgainError("it takes no response_format", 0.0)
        if response.status_code in _AGAIN:
            after = response.headers.get("retry-after", "")
            raise _TryAgainError(f"status {response.status_code}", float(after) if after.isdecimal() else None)
        raise MindError(
            f"{self.name} at {self.settings.url} refuses: status {response.status_code}: {self._hidden(said)}"
        )

    def _body(self, prompt: Prompt, sample: int) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.settings.model,
            "messages": [{"role": "system", "content": prompt.system}, {"role": "user", "content": prompt.user}],
            "temperature": self.settings.temperature if sample else 0.0,
            "seed": sample,
            "max_tokens": self.settings.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self._constrain == "schema":
            schema = {"name": "answer", "schema": answer_schema()}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif self._constrain == "object":
            body["response_format"] = {"type": "json_object"}
        return body

    def _cost(self, heard: _Heard) -> float | None:
        prices = self.settings.prices
        if prices is None or heard.tokens_in is None or heard.tokens_out is None:
            return None
        return (prices.million_in * heard.tokens_in + prices.million_out * heard.tokens_out) / 1e6

    def _hidden(self, text: str) -> str:
        return text.replace(self._key, "…") if self._key else text


async def _chunks(response: httpx.Response) -> AsyncIterator[dict[str, Any]]:
    """The JSON chunks of a stream of server-sent events; a broken one means that the answer was cut off."""
    async for line in response.aiter_lines():
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            return
        try:
            chunk = json.loads(data)
        except ValueError as error:
            raise _TryAgainError("a chunk of its stream is not JSON") from error
        if isinstance(chunk, dict):
            yield chunk
    raise _TryAgainError("its stream was cut off")


def _take(heard: _Heard, chunk: dict[str, Any]) -> None:
    if "error" in chunk:
        raise _TryAgainError(_short(json.dumps(chunk["error"])))
    for choice in chunk.get("choices") or ():
        heard.text += (choice.get("delta") or {}).get("content") or ""
        heard.cut = heard.cut or choice.get("finish_reason") == "length"
    usage = chunk.get("usage")
    if isinstance(usage, dict):
        heard.tokens_in, heard.tokens_out = usage.get("prompt_tokens"), usage.get("completion_tokens")


def _short(what: object) -> str:
    text = " ".join(str(what).split()) or type(what).__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
