"""Which Rust a folder uses: the real programs, never rustup's proxies."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from engine.errors import ToolMissingError
from engine.rust.toolchain import find_toolchain


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a rustup of its own: proxies in `bin`, a toolchain with only rustc and cargo in `sysroot`."""
    proxies, sysroot = tmp_path / "bin", tmp_path / "sysroot"
    program(proxies / "rustup", f"echo {sysroot}")
    for name in ("rustc", "cargo"):
        (proxies / name).symlink_to("rustup")
        program(sysroot / "bin" / name, f"echo {name} 1.2.3")
    (proxies / "rust-analyzer").symlink_to("rustup")
    (proxies / "rustfmt").hardlink_to(proxies / "rustup")
    monkeypatch.setenv("PATH", f"{proxies}:/usr/bin:/bin")
    monkeypatch.delenv("RUSTUP_TOOLCHAIN", raising=False)
    return tmp_path


def test_the_programs_of_this_machine_are_real_ones(tmp_path: Path) -> None:
    found = find_toolchain(tmp_path)
    assert found.cargo.resolve().name != "rustup"
    assert found.rustc.resolve().name != "rustup"
    assert found.version.startswith("rustc 1.")
    printed = subprocess.run([found.rustc, "--print", "sysroot"], capture_output=True, text=True, check=True)
    assert Path(printed.stdout.strip()) == found.sysroot
    assert found.docs is None or (found.docs / "error_codes").is_dir()


def test_proxies_of_missing_components_count_as_missing(fake: Path) -> None:
    found = find_toolchain(fake)
    assert (found.cargo, found.rustc) == (fake / "sysroot/bin/cargo", fake / "sysroot/bin/rustc")
    assert (found.analyzer, found.rustfmt, found.clippy, found.docs) == (None, None, False, None)


def test_components_of_the_toolchain_are_found(fake: Path) -> None:
    for name in ("rust-analyzer", "rustfmt", "cargo-clippy"):
        program(fake / "sysroot" / "bin" / name, "exit 0")
    (fake / "sysroot/share/doc/rust/html").mkdir(parents=True)
    found = find_toolchain(fake)
    assert (found.analyzer, found.clippy) == (fake / "sysroot/bin/rust-analyzer", True)
    assert found.docs == fake / "sysroot/share/doc/rust/html"


def test_a_program_beside_the_toolchain_is_taken_when_it_is_no_proxy(fake: Path) -> None:
    (fake / "bin" / "rust-analyzer").unlink()
    own = program(fake / "bin" / "rust-analyzer", "exit 0")
    assert find_toolchain(fake).analyzer == own


def test_without_rust_the_way_to_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="rustc is not on the PATH") as caught:
        find_toolchain(tmp_path)
    assert "rustup" in caught.value.fix


@pytest.mark.parametrize("name", ["rust-toolchain.toml", "rust-toolchain"])
def test_a_toolchain_that_is_not_installed_is_one_clear_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not any((Path(folder) / "rustup").exists() for folder in os.environ["PATH"].split(":")):
        pytest.skip("rustup is not installed")
    monkeypatch.delenv("RUSTUP_TOOLCHAIN", raising=False)
    (tmp_path / name).write_text('[toolchain]\nchannel = "1.3.0"\n')
    with pytest.raises(ToolMissingError, match=r"1\.3\.0.* is not installed") as caught:
        find_toolchain(tmp_path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) in str(caught.value)
    assert caught.value.fix


def test_a_compiler_that_does_not_start_is_one_clear_line(fake: Path) -> None:
    program(fake / "bin" / "rustup", "echo gibberish >&2; exit 1")
    with pytest.raises(ToolMissingError, match="rustc does not start") as caught:
        find_toolchain(fake)
    assert "\n" not in str(caught.value)


def test_a_toolchain_without_cargo_is_told(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(fake / "bin"))
    (fake / "sysroot" / "bin" / "cargo").unlink()
    with pytest.raises(ToolMissingError, match="has no cargo"):
        find_toolchain(fake)
