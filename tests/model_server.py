"""A server on a loopback port that speaks the wire format of OpenAI-compatible ones, with answers to order."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Turn:
    """How one request is met: a status other than 200, or a text in chunks, broken in the way that is named."""

    text: str = ""
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    usage: tuple[int, int] | None = (100, 20)
    finish: str = "stop"
    broken: str = ""


class Server(ThreadingHTTPServer):
    """Meets each request with the next turn, the last one for good; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.turns: list[Turn] = []
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.held = threading.Event()
        self.left = threading.Event()
        self.came = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        server = self.server
        server.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        server.headers.append(dict(self.headers))
        server.came.set()
        turn = server.turns.pop(0) if len(server.turns) > 1 else server.turns[0]
        if turn.status != 200:
            self.send_response(turn.status)
            for name, value in turn.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(turn.body.encode())
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            self._stream(turn)
        except OSError:
            server.left.set()

    def _stream(self, turn: Turn) -> None:
        half = len(turn.text) // 2
        for part in (turn.text[:half], turn.text[half:]):
            self._send({"choices": [{"delta": {"content": part}, "finish_reason": None}]})
            if turn.broken == "cut":
                return
            if turn.broken == "json":
                self.wfile.write(b'data: {"choices": [{"del\n\n')
            if turn.broken == "silent":
                self.server.held.wait(30)
                for _ in range(200):
                    self._send({"choices": []})
        self._send({"choices": [{"delta": {}, "finish_reason": turn.finish}]})
        if turn.usage:
            given = {"prompt_tokens": turn.usage[0], "completion_tokens": turn.usage[1]}
            self._send({"choices": [], "usage": given})
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, chunk: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *args: object) -> None:
        return
