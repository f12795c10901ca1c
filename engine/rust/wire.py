"""JSON-RPC 2.0 over a child's standard streams, framed as the Language Server Protocol asks (base protocol 0.9)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from engine.errors import ToolMissingError

_DEAD = "rust-analyzer ended while it was needed"
_BROKEN = "rust-analyzer sent what is not the language server protocol"


class Wire:
    """Sends questions to a language server and hands each answer to who asked.

    Questions that the server asks are answered with nothing, which is a valid "no" to all of them.
    ``quiescent`` is set once the server says that it has read the workspace, and when it dies.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.quiescent = asyncio.Event()
        self._process = process
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._failure: str | None = None
        self._heard = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def ask(self, method: str, params: Any, idle_seconds: float | None) -> Any:
        """The server's result; `TimeoutError` when it was silent for ``idle_seconds``, `ToolMissingError` when it died.

        An error that the server answers (content modified, not supported) counts as no result: None.
        """
        self.raise_if_dead()
        self._number += 1
        number = self._number
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._asked[number] = future
        self._send({"id": number, "method": method, "params": params})
        try:
            while not future.done():
                self._heard.clear()
                listening = asyncio.create_task(self._heard.wait())
                try:
                    done, _ = await asyncio.wait(
                        {future, listening}, timeout=idle_seconds, return_when=asyncio.FIRST_COMPLETED
                    )
                finally:
                    listening.cancel()
                if not done:
                    self.send_note("$/cancelRequest", {"id": number})
                    raise TimeoutError
            return future.result()
        finally:
            self._asked.pop(number, None)

    def send_note(self, method: str, params: Any) -> None:
        """Sends a notification, which has no answer."""
        self._send({"method": method, "params": params})

    def raise_if_dead(self) -> None:
        """Raises `ToolMissingError` when the server has ended or does not speak the protocol."""
        if self._failure is not None:
            raise ToolMissingError(self._failure, fix="start it by hand to see why: rust-analyzer --version")

    async def close(self) -> None:
        """Stops listening; the process is the caller's to end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)

    def _send(self, message: dict[str, Any]) -> None:
        stream = self._process.stdin
        if stream is None or stream.is_closing():
            return
        body = json.dumps({"jsonrpc": "2.0", **{k: v for k, v in message.items() if v is not None}}).encode()
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    async def _read(self) -> None:
        failure = _DEAD
        try:
            while (message := await self._next()) is not None:
                self._heard.set()
                self._take(message)
        except (ValueError, asyncio.IncompleteReadError):
            failure = _BROKEN if self._process.returncode is None else _DEAD
        finally:
            self._failure = failure
            self.quiescent.set()
            self._heard.set()
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(ToolMissingError(failure, fix="work without it, or install it again"))

    async def _next(self) -> dict[str, Any] | None:
        stream = self._process.stdout
        length = -1
        while stream is not None:
            line = await stream.readline()
            if not line:
                return None
            name, _, value = line.strip().partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif not name:
                if length < 0:
                    raise ValueError("a message without its length")
                message = json.loads(await stream.readexactly(length))
                if not isinstance(message, dict):
                    raise ValueError("a message that is no object")
                return message
        return None

    def _take(self, message: dict[str, Any]) -> None:
        method = message.get("method")
        if method is None:
            future = self._asked.get(message.get("id", -1))
            if future is not None and not future.done():
                future.set_result(message.get("result"))
        elif "id" in message:
            # workspace/configuration expects one value an item; null leaves every setting at its default.
            params = message.get("params") or {}
            empty = [None] * len(params.get("items", [])) if method == "workspace/configuration" else None
            self._answer(message["id"], empty)
        elif method == "experimental/serverStatus" and (message.get("params") or {}).get("quiescent"):
            self.quiescent.set()

    def _answer(self, number: Any, result: Any) -> None:
        stream = self._process.stdin
        if stream is None or stream.is_closing():
            return
        body = json.dumps({"jsonrpc": "2.0", "id": number, "result": result}).encode()
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
