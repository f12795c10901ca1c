"""The jail that foreign code runs in: no network, nothing of the user's to read, nowhere else to write.

Build scripts, proc macros and tests of a crate are programs of strangers. bubblewrap gives them a view of the file
system with the toolchain, the fetched dependencies and the sandbox, and nothing more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

Kind = Literal["bubblewrap", "unshare", "none"]

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/etc")
# What cargo needs of the surroundings. Everything else, tokens above all, stays outside.
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "CARGO_HOME", "TZ")
_NETWORK_KEPT = (
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "CARGO_HTTP_CAINFO",
)


@dataclass(frozen=True)
class Isolation:
    """What this machine offers, and one line about it."""

    kind: Kind
    detail: str


@lru_cache(maxsize=1)
def find_isolation() -> Isolation:
    """Tries bubblewrap, then `unshare`, by really starting them. `RUSTA_ISOLATION=none` skips both."""
    if os.environ.get("RUSTA_ISOLATION") == "none":
        return Isolation("none", "switched off by RUSTA_ISOLATION")
    bwrap = shutil.which("bwrap")
    if bwrap:
        problem = _try([bwrap, "--ro-bind", "/", "/", "--unshare-all", "--die-with-parent", "true"])
        if not problem:
            return Isolation("bubblewrap", "no network, read-only system, private /tmp")
    else:
        problem = "bubblewrap is not installed"
    unshare = shutil.which("unshare")
    if unshare and not _try([unshare, "--user", "--map-current-user", "--net", "--pid", "--fork", "true"]):
        return Isolation("unshare", f"no network, but the whole file system is visible ({problem})")
    return Isolation("none", problem)


def _try(argv: Sequence[str]) -> str:
    """Runs a command; why it failed in one line, or nothing when it did not."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=10, check=False, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else (done.stderr.strip().splitlines() or ["it does not start"])[-1]


@dataclass(frozen=True)
class Jail:
    """A view of the machine: what may be written, what may be read besides the system, and whether there is a network.

    ``tmp`` is the folder that is /tmp inside; None gives an empty one in memory.
    """

    isolation: Isolation
    writable: tuple[Path, ...]
    readable: tuple[Path, ...] = ()
    tmp: Path | None = None
    network: bool = False

    def with_network(self) -> Jail:
        """The view for fetching dependencies: with a network, and cargo's home may be written."""
        return replace(self, network=True, writable=(*self.writable, cargo_home()))

    def wrap(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs ``argv`` in this view; without any isolation, ``argv`` in a clean environment."""
        match self.isolation.kind:
            case "bubblewrap":
                return [*self._bubblewrap(), *argv]
            case "unshare":
                net = () if self.network else ("--net",)
                return [
                    "unshare", "--user", "--map-current-user", *net, "--pid", "--fork", "--kill-child", "--mount-proc",
                    *self._clean_env("TMPDIR", str(self.tmp or "/tmp")), *argv,
                ]  # fmt: skip
            case "none":
                return [*self._clean_env("TMPDIR", str(self.tmp or "/tmp")), *argv]

    def _clean_env(self, *extra: str) -> list[str]:
        pairs = [f"{name}={value}" for name, value in self._environment().items()]
        pairs += [f"{name}={value}" for name, value in zip(extra[::2], extra[1::2], strict=True)]
        return ["env", "-i", *pairs]

    def _environment(self) -> dict[str, str]:
        kept = (*_KEPT, *(_NETWORK_KEPT if self.network else ()))
        known = {name: os.environ[name] for name in kept if name in os.environ}
        known.setdefault("PATH", "/usr/bin:/bin")
        home = "/tmp" if self.isolation.kind == "bubblewrap" else str(self.tmp or "/tmp")
        return {**known, "HOME": home, "CARGO_HOME": str(cargo_home()), "RUSTUP_HOME": str(rustup_home())}

    def _bubblewrap(self) -> list[str]:
        words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
        if self.network:
            words.append("--share-net")
        for name, value in self._environment().items():
            words += ["--setenv", name, value]
        for name in _SYSTEM:
            words += _system_bind(Path(name))
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += ["--bind", str(self.tmp), "/tmp"] if self.tmp else ["--tmpfs", "/tmp"]
        if self.network and Path("/run/systemd/resolve").is_dir():
            words += ["--ro-bind", "/run/systemd/resolve", "/run/systemd/resolve"]
        for folder in self._visible():
            words += ["--ro-bind-try", str(folder), str(folder)]
        for folder in self.writable:
            words += ["--bind-try", str(folder), str(folder)]
        return words

    def _visible(self) -> list[Path]:
        """What is read-only inside: cargo's fetched sources (never its credentials), the toolchains, the extras."""
        cargo = cargo_home()
        parts = [cargo / name for name in ("bin", "registry", "git", "config.toml", "config", "env")]
        return [*parts, rustup_home(), *self.readable]


def _system_bind(folder: Path) -> list[str]:
    if folder.is_symlink():  # merged-/usr systems: /bin is a link to usr/bin, and stays one
        return ["--symlink", str(folder.readlink()), str(folder)]
    return ["--ro-bind", str(folder), str(folder)] if folder.is_dir() else []


def cargo_home() -> Path:
    """`CARGO_HOME`, or where cargo puts it."""
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def rustup_home() -> Path:
    """`RUSTUP_HOME`, or where rustup puts it."""
    return Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
