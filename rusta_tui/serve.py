"""The app in a browser: `rusta-tui serve [PATH]`, on this machine only unless a token guards it."""

from __future__ import annotations

import argparse
import hmac
import ipaddress
import secrets
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

_COOKIE = "rusta_token"
_SHORTEST_TOKEN = 16


def main(arguments: list[str]) -> None:
    """Serves until ctrl+c. Exits with 2 on wrong usage, with 1 when the web server is not installed."""
    parser = argparse.ArgumentParser(prog="rusta-tui serve", description="Open Rusta's desk in a web browser.")
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="a folder or file in a git repository")
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to listen on; others than loopback need --token"
    )
    parser.add_argument("--port", type=int, default=8023, help="the port (8023)")
    parser.add_argument("--token", help=f"who opens the page must know it; at least {_SHORTEST_TOKEN} characters")
    options = parser.parse_args(arguments)
    path = Path(options.path).expanduser().absolute()
    if not path.exists():
        parser.error(f"there is no {path}")
    if not 0 < options.port < 65536:
        parser.error(f"{options.port} is no port: 1 to 65535")
    if options.token is not None and len(options.token) < _SHORTEST_TOKEN:
        parser.error(
            f"the token is too short: {_SHORTEST_TOKEN} characters at least, such as {secrets.token_urlsafe(18)}"
        )
    if not is_loopback(options.host) and options.token is None:
        parser.error(
            f"{options.host} can be reached from other machines, and who opens the page can change your repository: "
            f"give --token, such as {secrets.token_urlsafe(18)}"
        )
    try:
        serve(path, options.host, options.port, options.token)
    except ImportError:
        print("rusta-tui serve needs textual-serve: pip install 'rusta-tui[web]'", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"cannot listen on {options.host}:{options.port}: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)


def is_loopback(host: str) -> bool:
    """True for addresses that no other machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def serve(path: Path, host: str, port: int, token: str | None) -> None:
    """Serves the app on ``path``; one process of it a browser tab. Raises `ImportError` without textual-serve."""
    from textual_serve.server import Server

    class GuardedServer(Server):
        """Textual's server with a guard before every request."""

        async def _make_app(self) -> web.Application:
            app = await super()._make_app()
            app.middlewares.append(guard(host, port, token))
            return app

    command = shlex.join([sys.executable, "-m", "rusta_tui", str(path)])
    named = f"[{host}]" if ":" in host else host
    GuardedServer(
        command,
        host=host,
        port=port,
        title="Rusta",
        public_url=f"http://{named}:{port}",
        templates_path=Path(__file__).with_name("web"),  # a page that asks nothing of other hosts
    ).serve()


def guard(host: str, port: int, token: str | None) -> Middleware:
    """A middleware that lets through only what comes from our own page, and from who knows the token.

    Without a token the name asked for must be a loopback name, so that a page elsewhere cannot point a name of its
    own at this machine; a web socket must come from the page itself. The token is taken from the link once and kept
    in a cookie.
    """
    from aiohttp import web

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked = request.host.rpartition(":")[0] if request.host.endswith(f":{port}") else request.host
        if not is_loopback(asked.strip("[]")) and token is None:
            raise web.HTTPForbidden(text="this page answers on loopback addresses only")
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            raise web.HTTPForbidden(text="this page answers to itself only")
        if token is not None:
            given = request.query.get("token") or request.cookies.get(_COOKIE, "")
            if not hmac.compare_digest(given.encode(), token.encode()):
                raise web.HTTPForbidden(text="open the page with ?token=… once")
        response = await handler(request)
        if token is not None and "token" in request.query and not response.prepared:
            response.set_cookie(_COOKIE, token, httponly=True, samesite="Strict")
        return response

    return middleware
