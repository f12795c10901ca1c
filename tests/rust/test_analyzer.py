"""Talking to rust-analyzer: a small server that speaks the real protocol, and the real one where it is installed."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.errors import ToolMissingError
from engine.rust.analyzer import Analyzer

_SERVER = '''\
"""A language server that knows words: hover tells the word, references are its places."""
import json, re, sys, time

mode = sys.argv[1] if len(sys.argv) > 1 else ""
documents = {}

def read():
    length = 0
    while (line := sys.stdin.buffer.readline()).strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(sys.stdin.buffer.read(length)) if length else None

def send(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    head = b"Content-Length: %d\\r\\nContent-Type: application/vscode-jsonrpc\\r\\n\\r\\n" % len(body)
    sys.stdout.buffer.write(head + body)
    sys.stdout.buffer.flush()

def answer(message, result):
    send({"id": message["id"], "result": result})

def units(text):
    return len(text) if mode == "utf-8" else len(text.encode("utf-16-le")) // 2

def chars(text, count):
    for at in range(len(text) + 1):
        if (len(text[:at].encode()) if mode == "utf-8" else units(text[:at])) == count:
            return at

def word_at(message):
    uri = message["params"]["textDocument"]["uri"]
    position = message["params"]["position"]
    line = documents[uri].split("\\n")[position["line"]]
    at = chars(line, position["character"])
    return next((found.group() for found in re.finditer(r"\\w+", line) if found.start() <= at < found.end()), None)

def places(message):
    word, uri = word_at(message), message["params"]["textDocument"]["uri"]
    found = []
    for row, line in enumerate(documents[uri].split("\\n")):
        for each in re.finditer(rf"\\b{word}\\b", line):
            size = (lambda text: len(text.encode())) if mode == "utf-8" else units
            start, end = size(line[: each.start()]), size(line[: each.end()])
            ends = {"start": {"line": row, "character": start}, "end": {"line": row, "character": end}}
            found.append({"uri": uri, "range": ends})
    return found

while (message := read()) is not None:
    method = message.get("method")
    if method == "initialize":
        if mode == "silent":
            time.sleep(60)
        if mode == "dies":
            sys.exit(3)
        if mode == "babbles":
            sys.stdout.buffer.write(b"hello\\r\\n\\r\\n")
            sys.stdout.buffer.flush()
        capabilities = {"positionEncoding": "utf-8"} if mode == "utf-8" else {}
        answer(message, {"capabilities": capabilities})
    elif method == "initialized":
        send({"id": "ask-1", "method": "workspace/configuration", "params": {"items": [{}, {}]}})
        reply = read()
        assert reply == {"jsonrpc": "2.0", "id": "ask-1", "result": [None, None]}, reply
        send({"method": "experimental/serverStatus", "params": {"quiescent": False, "health": "ok"}})
        if mode != "never-ready":
            send({"method": "experimental/serverStatus", "params": {"quiescent": True, "health": "ok"}})
    elif method == "textDocument/didOpen":
        documents[message["params"]["textDocument"]["uri"]] = message["params"]["textDocument"]["text"]
    elif method == "textDocument/didChange":
        documents[message["params"]["textDocument"]["uri"]] = message["params"]["contentChanges"][0]["text"]
    elif method == "textDocument/hover":
        if mode == "sulks":
            continue
        if mode == "crashes":
            sys.exit(4)
        word = word_at(message)
        value = f"```rust\\nlet mut {word}: Vec<{word}>\\n```\\n\\nsize = 24"
        answer(message, {"contents": {"kind": "markdown", "value": value}} if word else None)
    elif method == "textDocument/references":
        answer(message, places(message)[1:])
    elif method == "textDocument/definition":
        answer(message, places(message)[0])
    elif method == "shutdown":
        answer(message, None)
    elif method == "exit":
        break
'''
_CODE = 'fn main() {\n    let s = "é😀"; let größe = s;\n    use_it(größe);\n}\n'


@dataclass(frozen=True)
class _Toolchain:
    analyzer: Path | None


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.rs").write_text(_CODE)
    (tmp_path / "server.py").write_text(_SERVER)
    return tmp_path


def _start(
    crate: Path, mode: str = "", *, start_seconds: float = 20, idle_seconds: float = 10
) -> AbstractAsyncContextManager[Analyzer]:
    def wrap(argv: Sequence[str]) -> list[str]:
        assert list(argv) == ["/opt/rust-analyzer"]
        return [sys.executable, str(crate / "server.py"), mode]

    return Analyzer.start(_Toolchain(Path("/opt/rust-analyzer")), crate, wrap, start_seconds, idle_seconds)


@pytest.mark.parametrize("mode", ["utf-8", "utf-16"])
async def test_types_references_and_definitions_are_asked_in_bytes(crate: Path, mode: str) -> None:
    source = _CODE.encode()
    use = source.rindex("größe".encode())
    bound = source.index("größe".encode())
    async with _start(crate, mode) as analyzer:
        assert await analyzer.type_at("src/main.rs", use) == "Vec<größe>"
        assert await analyzer.type_at("src/main.rs", source.index(b"{")) is None
        (place,) = await analyzer.references("src/main.rs", bound)
        assert (place.file, place.line, place.column) == ("src/main.rs", 3, 12)
        assert source[place.byte_start : place.byte_end].decode() == "größe"
        (definition,) = await analyzer.definition("src/main.rs", use)
        assert (definition.line, definition.column, definition.byte_start) == (2, 23, bound)


async def test_a_changed_file_is_told_to_the_server(crate: Path) -> None:
    async with _start(crate) as analyzer:
        assert await analyzer.type_at("src/main.rs", 3) == "Vec<main>"
        (crate / "src" / "main.rs").write_text("fn other() {}\n")
        assert await analyzer.type_at("src/main.rs", 3) == "Vec<other>"


async def test_a_missing_analyzer_is_said_plainly(crate: Path) -> None:
    with pytest.raises(ToolMissingError, match="not installed") as caught:
        async with Analyzer.start(_Toolchain(None), crate):
            pass
    assert caught.value.fix == "rustup component add rust-analyzer"


async def test_an_analyzer_that_cannot_start_is_said_plainly(crate: Path) -> None:
    with pytest.raises(ToolMissingError, match="does not start"):
        async with Analyzer.start(_Toolchain(crate / "no-such-program"), crate):
            pass


@pytest.mark.parametrize("mode", ["silent", "never-ready"])
async def test_the_start_budget_is_kept(crate: Path, mode: str) -> None:
    with pytest.raises(ToolMissingError, match="was not ready within"):
        async with _start(crate, mode, start_seconds=0.5):
            pass


@pytest.mark.parametrize(("mode", "words"), [("dies", "ended"), ("babbles", "not the language server protocol")])
async def test_a_server_that_fails_at_the_start_is_named(crate: Path, mode: str, words: str) -> None:
    with pytest.raises(ToolMissingError, match=words):
        async with _start(crate, mode):
            pass


async def test_the_idle_budget_is_kept(crate: Path) -> None:
    async with _start(crate, "sulks", idle_seconds=0.3) as analyzer:
        with pytest.raises(ToolMissingError, match="did not answer"):
            await analyzer.type_at("src/main.rs", 3)
        assert len(await analyzer.references("src/main.rs", 3)) == 0


async def test_a_crash_ends_every_question(crate: Path) -> None:
    async with _start(crate, "crashes") as analyzer:
        with pytest.raises(ToolMissingError, match="ended"):
            await asyncio.gather(analyzer.type_at("src/main.rs", 3), analyzer.definition("src/main.rs", 3))
        with pytest.raises(ToolMissingError, match="ended"):
            await analyzer.type_at("src/main.rs", 3)


def _real() -> Path | None:
    program = shutil.which("rust-analyzer")
    if program is None:
        return None
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Path(program) if done.returncode == 0 else None


async def test_the_real_server_knows_types(tmp_path: Path) -> None:
    program = _real()
    if program is None:
        pytest.skip("rust-analyzer is not installed: rustup component add rust-analyzer")
    (tmp_path / "src").mkdir()
    (tmp_path / "Cargo.toml").write_text('[package]\nname = "small"\nversion = "0.1.0"\nedition = "2021"\n')
    code = "fn add(a: u8) -> u8 { a }\nfn main() { let total = add(2); let _ = total; }\n"
    (tmp_path / "src" / "main.rs").write_text(code)
    async with Analyzer.start(_Toolchain(program), tmp_path, start_seconds=60, idle_seconds=20) as analyzer:
        assert await analyzer.type_at("src/main.rs", code.rindex("total")) == "u8"
        (definition,) = await analyzer.definition("src/main.rs", code.rindex("add"))
        assert definition.line == 1
        assert len(await analyzer.references("src/main.rs", code.index("add"))) == 1
