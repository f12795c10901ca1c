"""What Rusta leans on, examined one by one: is it there, and how is it mended."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import RustaError

if TYPE_CHECKING:
    from engine.rust.toolchain import Toolchain


@dataclass(frozen=True)
class Finding:
    """One thing she leans on. ``needed``: nothing is fixed without it. ``mend`` is one line, empty when well."""

    name: str
    well: bool
    needed: bool
    detail: str
    mend: str = ""

    def facts(self) -> dict[str, Any]:
        """The finding as a mapping for JSON."""
        return asdict(self)


def examine() -> Iterator[Finding]:
    """Every finding, in the order in which they matter. Never raises a `RustaError`: that is a finding too."""
    toolchain, finding = _toolchain()
    yield finding
    if toolchain is not None:
        yield from _components(toolchain)
    yield _git()
    yield _isolation()
    yield _home()
    yield _store()
    yield _editor()


def _toolchain() -> tuple[Toolchain | None, Finding]:
    from engine.rust.toolchain import find_toolchain

    try:
        toolchain = find_toolchain(Path.cwd())
    except RustaError as error:
        return None, Finding("toolchain", False, True, str(error), error.fix)
    return toolchain, Finding("toolchain", True, True, toolchain.version)


def _components(toolchain: Toolchain) -> Iterator[Finding]:
    parts: tuple[tuple[str, bool, str, str], ...] = (
        ("clippy", toolchain.clippy, "lints and their suggestions", "rustup component add clippy"),
        ("rustfmt", toolchain.rustfmt is not None, "formats the lines she touches", "rustup component add rustfmt"),
        ("docs", toolchain.docs is not None, "error pages and Book chapters to cite", "rustup component add rust-docs"),
        (
            "analyzer",
            toolchain.analyzer is not None,
            "types at a span; the structural probe answers without it",
            "rustup component add rust-analyzer",
        ),
    )
    for name, there, use, mend in parts:
        yield Finding(name, there, False, use, "" if there else mend)


def _git() -> Finding:
    program = shutil.which("git")
    if program is None:
        return Finding("git", False, True, "git is not on PATH", "install git 2.30 or later")
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Finding("git", found.returncode == 0, True, found.stdout.strip() or found.stderr.strip())


def _isolation() -> Finding:
    from engine.sandbox.jail import find_isolation

    isolation = find_isolation()
    well = isolation.kind != "none"
    mend = "" if well else "install bubblewrap; until then crates with build scripts or proc macros are refused"
    return Finding("isolation", well, False, f"{isolation.kind}: {isolation.detail}".rstrip(": "), mend)


def _home() -> Finding:
    from engine import home

    folder = home.home()
    mend = "set RUSTA_HOME to a folder that you may write to"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding("home", False, True, f"{folder}: {error.strerror}", mend)
    writable = os.access(folder, os.W_OK | os.X_OK)
    return Finding("home", writable, True, str(folder), "" if writable else mend)


def _store() -> Finding:
    from engine import home
    from engine.store.store import Store

    # A URL may carry a password: only its scheme and its end are shown.
    scheme, _, rest = home.database_url().partition("://")
    place = f"{scheme}://{rest.rpartition('@')[2]}"
    try:
        Store.open().next_seq("")
    except RustaError as error:
        return Finding("store", False, True, str(error), error.fix)
    return Finding("store", True, True, place)


def _editor() -> Finding:
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    program = wanted.split()[0].strip("'\"") if wanted.split() else ""
    there = shutil.which(program) is not None
    return Finding("editor", there, False, wanted, "" if there else "set EDITOR to an editor that starts")
