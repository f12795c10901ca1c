"""`rusta corpus` from the shell: sources that are remembered, a build that is stopped, lines for what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra [corpus])")

CRATE = {
    "Cargo.toml": '[package]\nname = "one"\nversion = "0.1.0"\nedition = "2021"\nlicense = "MIT/Apache-2.0"\n',
    "src/lib.rs": "/// Adds.\npub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n" * 8,
}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "one"
    for name, text in CRATE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "start"]):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


def rusta(tmp_path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rusta_cli", "corpus", *words],
        env={**os.environ, "RUSTA_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_repository_is_added_built_checked_and_asked(tmp_path: Path, checkout: Path) -> None:
    out = str(tmp_path / "corpus")
    assert rusta(tmp_path, "add", "--out", out, "--git", str(checkout)).returncode == 0
    built = rusta(tmp_path, "build", "--out", out, "--no-docs", "--no-sessions", "--workers", "1")
    assert built.returncode == 0, built.stderr
    assert rusta(tmp_path, "verify", out).returncode == 0
    figures = json.loads(rusta(tmp_path, "stats", out, "--json").stdout)
    assert figures["files in, by source"] == {"git": 1}
    told = rusta(tmp_path, "why", "src/lib.rs", "--in", out).stdout
    assert "MIT OR Apache-2.0" in told
    assert "decision     keep" in told
    (row,) = map(json.loads, rusta(tmp_path, "list", "--in", out, "--reason", "kept", "--json").stdout.splitlines())
    assert row["path"] == "src/lib.rs"


def test_a_build_speaks_the_event_protocol(tmp_path: Path, checkout: Path) -> None:
    words = ("build", "--no-docs", "--no-sessions", "--git", str(checkout), "--events", "--workers", "1")
    told = [json.loads(line) for line in rusta(tmp_path, *words).stdout.splitlines()]
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert {event["kind"] for event in told} == {"progress", "meter"}
    assert told[-1]["status"] == "done"
    assert (tmp_path / "home" / "corpus" / "manifest.json").exists(), "without --out it goes into the home"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("build", "--no-docs", "--no-sessions"), "nothing to make a corpus of"),
        (("build", "--crates", "no.txt", "--no-docs", "--no-sessions"), "no.txt is no list of crates"),
        (("add", "--git", "nowhere"), "there is no nowhere"),
        (("add",), "no source is named"),
        (("verify", "nowhere"), "is no finished corpus"),
        (("stats", "nowhere"), "is no finished corpus"),
        (("why", "something", "--in", "nowhere"), "holds no ledger"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    told = rusta(tmp_path, *words)
    assert told.returncode == 1
    assert line in told.stderr
    assert "Traceback" not in told.stderr
