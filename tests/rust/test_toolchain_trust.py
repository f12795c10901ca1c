"""A repository may name a toolchain, but not bring one."""

from pathlib import Path

import pytest

from engine.errors import ToolMissingError
from engine.rust.toolchain import find_toolchain


def test_a_toolchain_inside_the_repository_is_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUSTUP_TOOLCHAIN", raising=False)
    mark = tmp_path / "ran"
    evil = tmp_path / "evil" / "bin" / "rustc"
    evil.parent.mkdir(parents=True)
    evil.write_text(f"#!/bin/sh\ntouch {mark}\n")
    evil.chmod(0o755)
    (tmp_path / "rust-toolchain.toml").write_text('[toolchain]\npath = "./evil"\n')
    with pytest.raises(ToolMissingError, match="toolchain of its own"):
        find_toolchain(tmp_path)
    assert not mark.exists()
