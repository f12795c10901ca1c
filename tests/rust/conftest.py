"""The compiler's own words: what rustc or clippy of this machine says of a few lines, read as cargo hands it on."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.rust.diagnostics import Places, numbered, read_message
from engine.rust.toolchain import Toolchain, find_toolchain
from engine.schema.diagnostic import Diagnostic

Compile = Callable[..., tuple[Diagnostic, ...]]


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    return find_toolchain(Path.cwd())


@pytest.fixture
def said(toolchain: Toolchain, tmp_path: Path) -> Callable[..., list[dict[str, Any]]]:
    """Compiles a library; the compiler's messages in cargo's envelope. ``test`` builds it for its tests."""

    def compile_it(source: str | bytes, *, test: bool = False) -> list[dict[str, Any]]:
        (tmp_path / "src").mkdir(exist_ok=True)
        (tmp_path / "src" / "lib.rs").write_bytes(source if isinstance(source, bytes) else source.encode())
        done = subprocess.run(
            [
                toolchain.rustc,
                *("--edition=2021", "--crate-type=lib", "--emit=metadata", "--error-format=json", "--out-dir=out"),
                *(["--test"] if test else []),
                "src/lib.rs",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        envelope = {"package_id": "path+file:///x/demo#0.1.0", "target": {"kind": ["lib"], "name": "demo"}}
        lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
        return [{**envelope, "message": line} for line in lines if line["$message_type"] == "diagnostic"]

    return compile_it


@pytest.fixture
def compiled(said: Callable[..., list[dict[str, Any]]], tmp_path: Path) -> Compile:
    """Compiles libraries; what was found in all of them, as a check would list it."""

    def compile_all(*sources: str | bytes, test: bool = False) -> tuple[Diagnostic, ...]:
        places = Places(tmp_path, tmp_path)
        found = (read_message(line, places) for source in sources for line in said(source, test=test))
        return numbered([diagnostic for diagnostic in found if diagnostic is not None])

    return compile_all
