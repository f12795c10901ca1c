"""The tests see nothing of the person who runs them: no home of theirs, no git settings, no cargo settings."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.model_server import Server

# Whoever starts the tests in the background lets them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_OURS = ("RUSTA_DATABASE_URL", "RUSTA_THEME", "RUSTA_TUI_ENGINE")
_OTHERS = ("RUSTFLAGS", "RUSTC_WRAPPER", "RUSTDOCFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET", "NO_COLOR")


@pytest.fixture(scope="session", autouse=True)
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home and a git identity for the whole run; a test that wants others sets them for itself."""
    place: Path = tmp_path_factory.mktemp("nobody")
    (place / "gitconfig").write_text(
        "[user]\n\tname = Nobody\n\temail = nobody@localhost\n[init]\n\tdefaultBranch = main\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in (*_OURS, *_OTHERS, *(name for name in os.environ if name.startswith("GIT_"))):
            patch.delenv(name, raising=False)
        patch.setenv("RUSTA_HOME", str(place / "home"))
        patch.setenv("GIT_CONFIG_GLOBAL", str(place / "gitconfig"))
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture
def server() -> Iterator[Server]:
    """A model server on a loopback port, to be given its turns."""
    made = Server()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.held.set()
    made.shutdown()
    thread.join()
    made.server_close()
