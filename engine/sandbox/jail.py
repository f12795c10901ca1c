"""The jail that foreign code runs in: no network, nothing of the user's to read, nowhere else to write.

Build scripts, proc macros and tests of a crate are programs of strangers. bubblewrap gives them a view of the file
system with the toolchain, the fetched dependencies and the sandbox, and nothing more.
"""

from __future__ import annotations

import os
import re
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
_KEPT = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TERM", "TZ", "RUSTUP_TOOLCHAIN"),
    *("RUSTFLAGS", "CC", "CXX", "AR", "CFLAGS", "CXXFLAGS", "LD_LIBRARY_PATH", "LIBCLANG_PATH", "PKG_CONFIG_PATH"),
    *("OPENSSL_DIR", "OPENSSL_LIB_DIR", "OPENSSL_INCLUDE_DIR"),
)
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
# cargo asks rustc for its version even when it only fetches; a crate's own settings must not choose that program.
_PLAIN_TOOLS = {
    "RUSTC": "rustc",
    "RUSTC_WRAPPER": "",
    "RUSTC_WORKSPACE_WRAPPER": "",
    "CARGO_NET_GIT_FETCH_WITH_CLI": "false",
}
_UNSHARE = (
    "unshare",
    "--user",
    "--map-current-user",
    "--pid",
    "--ipc",
    "--uts",
    "--fork",
    "--kill-child",
    "--mount-proc",
)
_SECRET = re.compile(r"^\s*(\S*\.)?token\b|secret", re.MULTILINE)


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
    problem = "bubblewrap is not installed"
    if shutil.which("bwrap"):
        here = Isolation("bubblewrap", "no network, read-only system, private /tmp")
        problem = _try(Jail(here, writable=()).wrap(["true"]))
        if not problem:
            return here
    if shutil.which("unshare") and not _try([*_UNSHARE, "--net", "true"]):
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
    writable: Sequence[Path]
    readable: Sequence[Path] = ()
    tmp: Path | None = None
    network: bool = False

    def with_network(self) -> Jail:
        """The view for fetching dependencies: with a network, and with cargo's registry and checkouts to write.

        cargo's credentials stay outside, and so do the `.cargo` settings of the crate: they could name programs
        to run, where there is a network. What needs either has to be fetched by its owner.
        """
        for folder in _fetched():
            folder.mkdir(parents=True, exist_ok=True)
        return replace(self, network=True)

    def wrap(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs ``argv`` in this view; without any isolation, ``argv`` in a clean environment."""
        match self.isolation.kind:
            case "bubblewrap":
                return [*self._bubblewrap(), *argv]
            case "unshare":
                return [*_UNSHARE, *(() if self.network else ("--net",)), *self._clean_env(), *argv]
            case "none":
                return [*self._clean_env(), *argv]

    def _clean_env(self) -> list[str]:
        folder = str(self.tmp or "/tmp")
        pairs = {**self._environment(), "HOME": folder, "TMPDIR": folder}
        return ["env", "-i", *(f"{name}={value}" for name, value in pairs.items())]

    def _environment(self) -> dict[str, str]:
        kept = (*_KEPT, *(_NETWORK_KEPT if self.network else ()))
        known = {name: os.environ[name] for name in kept if name in os.environ}
        known.setdefault("PATH", "/usr/bin:/bin")
        known.update(_PLAIN_TOOLS if self.network else {})
        return {**known, "HOME": "/tmp", "CARGO_HOME": str(cargo_home()), "RUSTUP_HOME": str(rustup_home())}

    def _bubblewrap(self) -> list[str]:
        words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
        words += ["--share-net"] if self.network else []
        for name, value in self._environment().items():
            words += ["--setenv", name, value]
        for name in _SYSTEM:
            words += _system_bind(Path(name))
        words += ["--proc", "/proc", "--dev", "/dev"]
        words += ["--bind", str(self.tmp), "/tmp"] if self.tmp else ["--tmpfs", "/tmp"]
        if self.network:  # where /etc/resolv.conf leads to on systems with systemd
            words += ["--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"]
        for folder in self._visible():
            words += ["--ro-bind-try", str(folder), str(folder)]
        for folder in [*self.writable, *(_fetched() if self.network else [])]:
            words += ["--bind-try", str(folder), str(folder)]
        for folder in _settings_below(self.writable) if self.network else []:
            words += ["--tmpfs", str(folder)]
        return [*words, "--remount-ro", "/"]

    def _visible(self) -> list[Path]:
        """What is read-only inside: cargo's fetched sources (never its credentials), the toolchains, the extras."""
        cargo = cargo_home()
        parts = [cargo / name for name in ("bin", "registry", "git", "env")]
        parts += [file for file in (cargo / "config.toml", cargo / "config") if not _holds_secret(file)]
        return [*parts, rustup_home(), *self.readable]


def _fetched() -> list[Path]:
    """Where cargo keeps what it has fetched."""
    return [cargo_home() / "registry", cargo_home() / "git"]


def _settings_below(folders: Sequence[Path]) -> list[Path]:
    """The `.cargo` folders of the crates in ``folders``; build output is not looked into."""
    found: list[Path] = []
    for root in folders:
        for parent, names, files in os.walk(root):
            if "CACHEDIR.TAG" in files:
                names.clear()
            if ".cargo" in names and not (Path(parent) / ".cargo").is_symlink():
                found.append(Path(parent) / ".cargo")
            names[:] = [name for name in names if name not in (".cargo", ".git", "target")]
    return found


def _holds_secret(settings: Path) -> bool:
    """Whether cargo's settings hold a token, as old versions of `cargo login` wrote them."""
    try:
        return bool(_SECRET.search(settings.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return False


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
