"""rust-analyzer as a witness: the type at a place, who refers to it, where it is defined.

It is asked over the Language Server Protocol 3.17 on its standard streams, within two budgets: one to start
and index, one for its silence on a question. Where it is missing or too slow, `ToolMissingError` says so and the
structural index answers instead.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from engine.errors import ToolMissingError
from engine.process import Wrap
from engine.rust.wire import Wire

_INSTALL = "rustup component add rust-analyzer"
_FENCE = re.compile(r"```(?:rust|text)?\n(.*?)\n?```", re.DOTALL)
_CLIENT = {
    "general": {"positionEncodings": ["utf-8", "utf-16"]},
    "textDocument": {"hover": {"contentFormat": ["markdown"]}, "definition": {"linkSupport": False}},
    "window": {"workDoneProgress": True},
    "experimental": {"serverStatusNotification": True},
}
# The cheapest server that still knows types: no build scripts, no proc macros, no check on save.
_OPTIONS = {
    "checkOnSave": False,
    "cachePriming": {"enable": False},
    "cargo": {"buildScripts": {"enable": False}, "noDeps": False},
    "procMacro": {"enable": False},
    "files": {"watcher": "client"},
}


class HasAnalyzer(Protocol):
    """Anything that knows where rust-analyzer is, such as a toolchain; None where it is not installed."""

    @property
    def analyzer(self) -> Path | None:
        """The binary itself, not a proxy that only looks like it."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file. ``file`` is relative to the root, or absolute outside it; line and column count from 1."""

    file: str
    line: int
    column: int
    byte_start: int
    byte_end: int


class Analyzer:
    """A running rust-analyzer. Files are given relative to ``root``, offsets in bytes of the file on disk."""

    def __init__(self, wire: Wire, root: Path, idle_seconds: float) -> None:
        self._wire = wire
        self._root = root.resolve()
        self._idle = idle_seconds
        self._utf8 = False
        self._open: dict[str, tuple[int, bytes]] = {}

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        toolchain: HasAnalyzer,
        root: Path,
        wrap: Wrap = list,
        start_seconds: float = 20,
        idle_seconds: float = 10,
    ) -> AsyncIterator[Analyzer]:
        """Starts the server for the package or workspace at ``root`` and stops it, with its children, at the end.

        ``wrap`` puts the command into a jail. Raises `ToolMissingError` when rust-analyzer is not installed, does
        not start, has not read the workspace within ``start_seconds``, or later leaves a question without any
        sign of life for ``idle_seconds``.
        """
        if toolchain.analyzer is None:
            raise ToolMissingError("rust-analyzer is not installed", fix=_INSTALL)
        argv = wrap([str(toolchain.analyzer)])
        try:
            process = await asyncio.create_subprocess_exec(
                *argv,
                cwd=root,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise ToolMissingError(f"rust-analyzer does not start: {error.strerror}", fix=_INSTALL) from error
        wire = Wire(process)
        try:
            analyzer = cls(wire, root, idle_seconds)
            try:
                async with asyncio.timeout(start_seconds):
                    await analyzer._handshake()
            except TimeoutError as error:
                message = f"rust-analyzer was not ready within {start_seconds:g} s"
                raise ToolMissingError(message, fix="give it a larger start budget, or work without it") from error
            yield analyzer
        finally:
            await _stop(wire, process)

    async def _handshake(self) -> None:
        folder = {"uri": self._root.as_uri(), "name": self._root.name}
        answer = await self._ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": folder["uri"],
                "workspaceFolders": [folder],
                "capabilities": _CLIENT,
                "initializationOptions": _OPTIONS,
            },
            patient=True,
        )
        capabilities = answer.get("capabilities", {}) if isinstance(answer, dict) else {}
        self._utf8 = capabilities.get("positionEncoding") == "utf-8"
        self._wire.send_note("initialized", {})
        await self._wire.quiescent.wait()
        self._wire.raise_if_dead()

    async def type_at(self, file: str, offset: int) -> str | None:
        """The type of what stands at a byte (``Vec<u8>``), the signature of an item, or None when it has none."""
        answer = await self._at("textDocument/hover", file, offset)
        contents = answer.get("contents") if isinstance(answer, dict) else None
        text = contents.get("value", "") if isinstance(contents, dict) else contents or ""
        return _type_in(text) if isinstance(text, str) else None

    async def definition(self, file: str, offset: int) -> tuple[Place, ...]:
        """Where the name at a byte is defined."""
        return self._places(await self._at("textDocument/definition", file, offset))

    async def references(self, file: str, offset: int) -> tuple[Place, ...]:
        """Where the name at a byte is used, its definition left out."""
        extra = {"context": {"includeDeclaration": False}}
        return self._places(await self._at("textDocument/references", file, offset, extra))

    async def _at(self, method: str, file: str, offset: int, extra: dict[str, Any] | None = None) -> Any:
        source = self._show(file)
        position = _position(source, offset, utf8=self._utf8)
        document = {"uri": (self._root / file).as_uri()}
        return await self._ask(method, {"textDocument": document, "position": position, **(extra or {})})

    def _show(self, file: str) -> bytes:
        """Tells the server what the file holds now: it must see the bytes that the offset was counted in."""
        uri = (self._root / file).as_uri()
        source = (self._root / file).read_bytes()
        version, known = self._open.get(file, (0, None))
        text = source.decode("utf-8", "replace")
        if known is None:
            document = {"uri": uri, "languageId": "rust", "version": 1, "text": text}
            self._wire.send_note("textDocument/didOpen", {"textDocument": document})
        elif known != source:
            document = {"uri": uri, "version": version + 1}
            self._wire.send_note(
                "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
            )
        else:
            return source
        self._open[file] = (version + 1, source)
        return source

    async def _ask(self, method: str, params: dict[str, Any], *, patient: bool = False) -> Any:
        try:
            return await self._wire.ask(method, params, None if patient else self._idle)
        except TimeoutError as error:
            if patient:
                raise
            message = f"rust-analyzer did not answer for {self._idle:g} s"
            raise ToolMissingError(message, fix="give it a larger idle budget, or work without it") from error

    def _places(self, answer: Any) -> tuple[Place, ...]:
        links = answer if isinstance(answer, list) else [answer] if answer else []
        found = []
        for link in links:
            path = Path(unquote(urlsplit(link["uri"]).path))
            try:
                source = path.read_bytes()
            except OSError:
                continue
            start = _offset(source, link["range"]["start"], utf8=self._utf8)
            end = _offset(source, link["range"]["end"], utf8=self._utf8)
            line_start = source.rfind(b"\n", 0, start) + 1
            column = len(source[line_start:start].decode("utf-8", "replace")) + 1
            file = path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else str(path)
            found.append(Place(file, link["range"]["start"]["line"] + 1, column, start, end))
        return tuple(found)


async def _stop(wire: Wire, process: asyncio.subprocess.Process) -> None:
    try:
        async with asyncio.timeout(1):
            await wire.ask("shutdown", None, None)
            wire.send_note("exit", None)
            await process.wait()
    except (TimeoutError, ToolMissingError):
        pass
    finally:
        # Its own session is its own group: helpers that it started go with it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await wire.close()
        await process.wait()


def _type_in(hover: str) -> str | None:
    """The type in a hover text: ``let mut x: Vec<u8>`` → ``Vec<u8>``; of items the last block, their signature."""
    blocks = [" ".join(block.split()) for block in _FENCE.findall(hover)]
    if not blocks:
        return None
    binding = re.match(r"(?:let (?:mut )?)?(?:mut )?[\w.]+: (.+)$", blocks[0])
    return binding[1] if binding else blocks[-1]


def _position(source: bytes, offset: int, *, utf8: bool) -> dict[str, int]:
    start = source.rfind(b"\n", 0, offset) + 1
    before = source[start:offset]
    character = len(before) if utf8 else len(before.decode("utf-8", "replace").encode("utf-16-le")) // 2
    return {"line": source.count(b"\n", 0, offset), "character": character}


def _offset(source: bytes, position: dict[str, int], *, utf8: bool) -> int:
    start = 0
    for _ in range(position["line"]):
        start = source.find(b"\n", start) + 1
    if utf8:
        return start + position["character"]
    end = source.find(b"\n", start)
    line = source[start : end if end >= 0 else None].decode("utf-8", "replace")
    head = line.encode("utf-16-le")[: position["character"] * 2]
    return start + len(head.decode("utf-16-le", "replace").encode())
