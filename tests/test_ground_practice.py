"""The practice workspace: the same commits everywhere, green where it says so, broken where it means to be."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from engine.errors import RustaError, ToolMissingError
from engine.practice import make_practice
from engine.resources import shipped

HEAD = "861c2d3109be216163df5ad5af4197603c2a19e9"
SOURCE = shipped("data", "practice")
CHANGES = sorted(path.name for path in (SOURCE / "changes").iterdir())


def git(place: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=place, check=True, capture_output=True, text=True).stdout.strip()


def cargo(place: Path, target: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CARGO_TARGET_DIR": str(target), "CARGO_NET_OFFLINE": "true"}
    environment.pop("RUSTFLAGS", None)
    return subprocess.run(["cargo", *arguments], cwd=place, env=environment, capture_output=True, text=True)


def findings(place: Path, target: Path, *arguments: str) -> set[tuple[str, str]]:
    """What cargo reports: package and code of every error and warning."""
    found = set()
    for line in cargo(place, target, *arguments, "--message-format=json").stdout.splitlines():
        message = json.loads(line)
        if message["reason"] == "compiler-message" and message["message"]["code"]:
            package = Path(message["manifest_path"]).parent.name
            found.add((package, message["message"]["code"]["code"]))
    return found


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return make_practice(tmp_path / "practice")


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    return tmp_path_factory.mktemp("target")


def test_every_copy_has_the_same_commits(broken: Path) -> None:
    assert git(broken, "rev-parse", "HEAD") == HEAD
    assert git(broken, "branch", "--show-current") == "main"
    assert git(broken, "status", "--porcelain") == ""
    messages = git(broken, "log", "--reverse", "--format=%s").splitlines()
    history = yaml.safe_load((SOURCE / "history.yaml").read_text())
    assert messages == [commit["message"] for commit in history["commits"]]


def test_the_persons_git_settings_have_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg", "post-commit"):
        hook = hooks / name
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\nexit 1\n")
        hook.chmod(0o755)
    (tmp_path / "ignore").write_text("*.rs\n")
    home = tmp_path / "home"
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "ignore").write_text("*.toml\n")
    (home / ".gitconfig").write_text(
        f"[core]\n hooksPath = {hooks}\n autocrlf = true\n excludesFile = {tmp_path / 'ignore'}\n"
        "[commit]\n gpgSign = true\n[user]\n name = Somebody\n[init]\n defaultBranch = trunk\n"
    )
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    place = make_practice(tmp_path / "practice")
    monkeypatch.delenv("GIT_DIR")
    assert git(place, "rev-parse", "HEAD") == HEAD
    assert not (tmp_path / "ran").exists()
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RustaError, match="is not empty") as refusal:
        make_practice(tmp_path)
    assert refusal.value.fix
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    with pytest.raises(RustaError, match="cannot be used"):
        make_practice(path)


def test_without_git_it_says_so_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissingError, match="git is not installed"):
        make_practice(tmp_path / "practice")
    assert list((tmp_path / "practice").iterdir()) == []


def test_it_was_green_before_the_mistakes(broken: Path, target: Path) -> None:
    green = git(broken, "log", "--format=%H", "--grep=Say what the crates do")
    git(broken, "checkout", "--quiet", green)
    assert findings(broken, target, "clippy", "--workspace", "--all-targets") == set()
    tests = cargo(broken, target, "test", "--workspace", "--locked")
    assert tests.returncode == 0, tests.stdout + tests.stderr


def test_every_package_has_its_own_mistakes(broken: Path, target: Path) -> None:
    found = findings(broken, target, "check", "--workspace", "--lib", "--tests", "--keep-going")
    # Older toolchains say E0412 where newer ones say E0425.
    found = {(package, code.replace("E0412", "E0425")) for package, code in found}
    assert found == {
        ("granary", "E0308"),
        ("granary", "E0382"),
        ("lexis", "E0425"),
        ("lexis", "E0433"),
        ("quire", "E0502"),
    }


def test_the_answers_make_everything_green_and_leave_no_warning(broken: Path, target: Path) -> None:
    assert sorted(path.name for path in (SOURCE / "answers").iterdir()) == CHANGES
    for name in CHANGES:
        git(broken, "apply", str(SOURCE / "answers" / name))
    assert findings(broken, target, "clippy", "--workspace", "--all-targets") == set()
    tests = cargo(broken, target, "test", "--workspace", "--locked")
    assert tests.returncode == 0, tests.stdout + tests.stderr
    assert cargo(broken, target, "fmt", "--all", "--check").returncode == 0


def test_the_linter_has_one_thing_to_say_once_it_compiles(broken: Path, target: Path) -> None:
    for name in CHANGES:
        if not name.startswith("04"):
            git(broken, "apply", str(SOURCE / "answers" / name))
    assert findings(broken, target, "clippy", "--workspace") == {("quire", "clippy::len_zero")}


def test_a_build_leaves_the_copy_clean(broken: Path) -> None:
    assert "target/" in (broken / ".gitignore").read_text()
    subprocess.run(["cargo", "check", "--quiet", "--package", "quire"], cwd=broken, capture_output=True, check=False)
    assert git(broken, "status", "--porcelain") == ""
