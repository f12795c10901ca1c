"""The Rust toolchain that a folder uses: its real programs, behind rustup's proxies."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from engine.errors import ToolMissingError
from engine.process import counted

_RUSTUP_FIX = "install Rust with rustup, or put cargo and rustc on the PATH"


@dataclass(frozen=True)
class Toolchain:
    """Absolute paths of one toolchain's programs; None for what is not installed. ``docs`` is the HTML root."""

    cargo: Path
    rustc: Path
    rustfmt: Path | None
    clippy: bool
    sysroot: Path
    docs: Path | None
    analyzer: Path | None

    @cached_property
    def version(self) -> str:
        """What `rustc --version` prints."""
        return _ask([str(self.rustc), "--version"], self.sysroot)


def find_toolchain(directory: Path) -> Toolchain:
    """Finds the toolchain that ``directory`` asks for (a `rust-toolchain` file counts).

    Raises `ToolMissingError` when there is no Rust, or the toolchain that the folder names is not installed.
    """
    return _find(directory.resolve(), os.environ.get("PATH", ""), os.environ.get("RUSTUP_TOOLCHAIN", ""))


@lru_cache(maxsize=32)
def _find(directory: Path, _path: str, override: str) -> Toolchain:
    rustc = shutil.which("rustc")
    if rustc is None:
        raise ToolMissingError("rustc is not on the PATH", fix=_RUSTUP_FIX)
    if not override:  # RUSTUP_TOOLCHAIN outranks the file
        _refuse_own_toolchain(directory)
    sysroot = Path(_ask([rustc, "--print", "sysroot"], directory))
    cargo = _program(sysroot, "cargo")
    if cargo is None:
        raise ToolMissingError(f"the toolchain at {sysroot} has no cargo", fix=_RUSTUP_FIX)
    docs = sysroot / "share" / "doc" / "rust" / "html"
    return Toolchain(
        cargo=cargo,
        rustc=_program(sysroot, "rustc") or Path(rustc),
        rustfmt=_program(sysroot, "rustfmt"),
        clippy=_program(sysroot, "cargo-clippy") is not None,
        sysroot=sysroot,
        docs=docs if docs.is_dir() else None,
        analyzer=_program(sysroot, "rust-analyzer"),
    )


def _refuse_own_toolchain(directory: Path) -> None:
    """A repository may name a toolchain, but not bring one: rustup would run its programs outside the jail."""
    for folder in (directory, *directory.parents):
        for name in ("rust-toolchain.toml", "rust-toolchain"):
            try:
                settings = tomllib.loads((folder / name).read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
                continue  # absent, or the old format, which holds nothing but a name
            if "path" in settings.get("toolchain", {}):
                raise ToolMissingError(
                    f"{folder / name} brings a toolchain of its own (`path`), and that is not run",
                    fix="take `path` out, or set RUSTUP_TOOLCHAIN to a toolchain that you trust",
                )


def _ask(argv: Sequence[str], directory: Path) -> str:
    """The output of a small call of rustc in a folder."""
    with counted():
        done = subprocess.run(
            argv,
            cwd=directory,
            env={**os.environ, "RUSTUP_AUTO_INSTALL": "0"},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    if done.returncode == 0:
        return done.stdout.strip()
    problem = next((line for line in done.stderr.splitlines() if line.startswith("error")), "rustc does not start")
    raise ToolMissingError(
        f"the Rust toolchain of {directory} does not work: {problem}", fix="install that toolchain with rustup"
    )


def _program(sysroot: Path, name: str) -> Path | None:
    """A program of the toolchain, else one on the PATH that is no rustup proxy and works."""
    own = sysroot / "bin" / name
    if own.is_file():
        return own
    found = shutil.which(name)
    if found is None or Path(found).resolve().name == "rustup":
        return None
    if _is_proxy(Path(found)):
        return None
    return Path(found)


def _is_proxy(program: Path) -> bool:
    """rustup's proxies are hard links to rustup itself; one of a missing component only prints an error."""
    rustup = program.parent / "rustup"
    try:
        return rustup.exists() and program.samefile(rustup)
    except OSError:
        return False
