"""The app in a browser: who is let in, and a real browser that drives it with its keyboard."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rusta_tui.serve import is_loopback, main

from .conftest import ESCAPES, FAKE, Scene

aiohttp = pytest.importorskip("aiohttp", reason="textual-serve is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
TOKEN = "a-token-of-some-length"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def served(scene: Scene, monkeypatch: pytest.MonkeyPatch, *options: str) -> AsyncIterator[str]:
    """The address of the served app."""
    monkeypatch.setenv("RUSTA_TUI_ENGINE", f"{sys.executable} {FAKE}")
    monkeypatch.setenv("RUSTA_HOME", str(scene.root.parent / "home"))
    (scene.root.parent / "home").mkdir()
    (scene.root.parent / "home" / "app.json").write_text('{"toured": true}')
    port = free_port()
    command = (sys.executable, "-m", "rusta_tui", "serve", str(scene.root), "--port", str(port), *options)
    child = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        async with asyncio.timeout(60):
            while not await listens(port):
                assert child.returncode is None, "the server did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        child.send_signal(signal.SIGINT)
        await child.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def status(address: str, **headers: str) -> int:
    async with aiohttp.ClientSession() as web, web.get(address, headers=headers) as answer:
        return int(answer.status)


@pytest.mark.parametrize(
    ("host", "inside"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.8.8", True), ("0.0.0.0", False), ("box", False)],
)
def test_only_addresses_of_this_machine_count_as_loopback(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "give --token"),
        (["--token", "short"], "too short"),
        (["--port", "70000"], "no port"),
        (["/no/such/folder"], "there is no"),
    ],
)
def test_what_would_be_unsafe_or_senseless_is_refused_in_one_line(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2
    assert says in capsys.readouterr().err


async def test_it_answers_its_own_page_and_nobody_elses(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async with served(scene, monkeypatch) as address:
        assert await status(address) == 200
        assert await status(address, Host="evil.example") == 403
        assert await status(f"{address}/ws", Origin="http://evil.example") == 403


async def test_a_token_is_asked_for_once_and_then_kept_by_the_browser(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(scene, monkeypatch, "--token", TOKEN) as address:
        assert await status(address) == 403
        assert await status(f"{address}/?token=wrong-token-of-length") == 403
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as web:
            async with web.get(f"{address}/?token={TOKEN}") as answer:
                assert answer.status == 200
            async with web.get(address) as answer:
                assert answer.status == 200


class Browser:
    """A headless Chromium behind its debugging protocol (https://chromedevtools.github.io/devtools-protocol/)."""

    def __init__(self, wire: Any) -> None:
        self._wire, self._number = wire, 0
        self._drawn = b""

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._number += 1
        await self._wire.send_json({"id": self._number, "method": method, "params": parameters})
        while (answer := await self._heard()).get("id") != self._number:
            pass
        return dict(answer.get("result", {}))

    async def press(self, key: str, text: str) -> None:
        code = {"Enter": 13}.get(key, ord(text.upper()))
        for kind in ("keyDown", "keyUp"):
            extra = {"text": text} if kind == "keyDown" else {}
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **extra)

    async def see(self, text: str, *, key: str = "", seconds: float = 60.0) -> None:
        """Reads until the app has drawn the text in the page since the last call; presses the key when it is still.

        The terminal of the page is a canvas, so what is read is what the page is sent to draw.
        """
        async with asyncio.timeout(seconds):
            while text not in ESCAPES.sub(b"", self._drawn).decode(errors="replace"):
                try:
                    async with asyncio.timeout(1):
                        await self._heard()
                except TimeoutError:
                    if key:
                        await self.press(key, key)
        self._drawn = b""

    async def _heard(self) -> dict[str, Any]:
        """The next message; what the app draws is kept."""
        message = dict(await self._wire.receive_json())
        if message.get("method") == "Network.webSocketFrameReceived":
            frame = message["params"]["response"]
            if frame["opcode"] == aiohttp.WSMsgType.BINARY:
                self._drawn += base64.b64decode(frame["payloadData"])
        return message


@contextlib.asynccontextmanager
async def browser(folder: Path) -> AsyncIterator[Browser]:
    assert CHROMIUM is not None
    flags = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--window-size=1280,800")
    child = await asyncio.create_subprocess_exec(
        CHROMIUM, *flags, f"--user-data-dir={folder}", "about:blank", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        assert child.stderr is not None
        async with asyncio.timeout(60):
            while b"DevTools listening on ws://" not in (line := await child.stderr.readline()):
                assert line, "the browser did not start"
        port = line.decode().partition("127.0.0.1:")[2].partition("/")[0]
        async with aiohttp.ClientSession() as web:
            async with web.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = json.loads(await answer.text())
            page = next(page for page in pages if page["type"] == "page")
            async with web.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as wire:
                yield Browser(wire)
    finally:
        child.kill()
        await child.communicate()


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
async def test_a_real_browser_starts_a_session_and_approves_it_with_its_keyboard(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with served(scene, monkeypatch) as address, browser(tmp_path / "profile") as page:
        await page.call("Network.enable")
        await page.call("Page.navigate", url=address)
        await page.see("Queue · 4")
        await page.press("Enter", "\r")
        await page.see("hunk 1 of 1")
        # The review is deaf for its first moment.
        await page.see("git merge rusta/e0502-parse", key="a")
        assert scene.heard[0]["verdict"] == "approve"
        picture = await page.call("Page.captureScreenshot", format="png")
        assert base64.b64decode(picture["data"]).startswith(b"\x89PNG")
