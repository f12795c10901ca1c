"""`rusta` on a real broken crate in a real repository, with the real cargo."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.schema.event import AskEvent, Event, LogEvent, read_event
from tests.children import Child

pytestmark = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")

BROKEN = """\
/// The numbers up to and with `last`.
pub fn up_to(last: u32) -> Vec<u32> {
    let found = Vec::new();
    for number in 1..=last {
        found.push(number);
    }
    found
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts() {
        assert_eq!(super::up_to(3), [1, 2, 3]);
    }
}
"""


def git(repository: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Mentor", "-c", "user.email=mentor@localhost"]
    done = subprocess.run(["git", *identity, *arguments], cwd=repository, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def facts(repository: Path) -> tuple[str, ...]:
    """Everything of the mentor's that must stay as it is: branches, stash, index and files."""
    return (
        git(repository, "for-each-ref"),
        git(repository, "stash", "list"),
        git(repository, "ls-files", "--stage"),
        (repository / "src/lib.rs").read_text(),
        git(repository, "symbolic-ref", "-q", "HEAD"),
    )


@pytest.fixture
def crate(tmp_path: Path) -> Path:
    """A library with one mistake (E0596) and one test, committed."""
    place = tmp_path / "inkwell"
    (place / "src").mkdir(parents=True)
    (place / "Cargo.toml").write_text('[package]\nname = "inkwell"\nversion = "0.1.0"\nedition = "2021"\n')
    (place / ".gitignore").write_text("/target\n")
    (place / "src/lib.rs").write_text(BROKEN)
    git(place, "init", "-q", "-b", "main")
    git(place, "add", ".")
    git(place, "commit", "-qm", "Begin")
    return place


def test_auto_commits_to_a_branch_of_hers_and_undo_takes_it_back(rusta, crate):
    before = facts(crate)
    done = rusta("fix", str(crate), "--approve", "auto")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\x1b" not in done.stdout
    (branch,) = git(crate, "for-each-ref", "--format=%(refname:short)", "refs/heads/rusta").splitlines()
    assert branch in done.stdout
    assert "let mut found" in git(crate, "show", f"{branch}:src/lib.rs")
    assert facts(crate)[1:] == before[1:]
    undone = rusta("undo")
    assert undone.returncode == 0, undone.stderr
    assert facts(crate) == before
    again = rusta("undo")
    assert again.returncode == 1
    assert "undone already" in again.stderr


def test_on_a_pipe_the_patch_waits_and_a_program_approves_it_later(rusta, crate):
    before = facts(crate)
    waiting = rusta("fix", str(crate))
    assert waiting.returncode == 3, waiting.stdout + waiting.stderr
    assert "+    let mut found = Vec::new();" in waiting.stdout
    assert "rusta resume" in waiting.stderr
    assert facts(crate) == before
    with Child(
        [sys.executable, "-m", "rusta_cli", "resume", "--events"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=rusta.environment,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        kind = ""
        for line in process.stdout:
            event = read_event(line)
            kind = event.kind
            if kind == "ask":
                verdict = {"kind": "verdict", "patch": json.loads(line)["patch"], "verdict": "approve"}
                process.stdin.write(json.dumps(verdict) + "\n")
                process.stdin.flush()
        assert process.wait(timeout=60) == 0
    assert kind == "log"
    assert git(crate, "rev-parse", event.branch) == event.commit
    told = [json.loads(line)["seq"] for line in rusta("replay", event.session, "--events").stdout.splitlines()]
    assert told == list(range(1, len(told) + 1))


def test_never_commits_nothing(rusta, crate):
    before = facts(crate)
    done = rusta("fix", str(crate), "--approve", "never", "--events")
    assert done.returncode == 3, done.stderr
    log = read_event(done.stdout.splitlines()[-1])
    assert (log.kind, log.branch, log.commit) == ("log", None, None)
    assert facts(crate) == before


def test_check_lists_and_ends_with_0(rusta, crate):
    done = rusta("check", str(crate))
    assert done.returncode == 0, done.stderr
    assert "E0596" in done.stdout
    assert "src/lib.rs:5" in done.stdout
    events = [read_event(line) for line in rusta("check", str(crate), "--events").stdout.splitlines()]
    assert {event.session for event in events} == {""}


def test_only_takes_the_diagnostic_of_that_id(rusta, crate):
    events = [json.loads(line) for line in rusta("check", str(crate), "--events").stdout.splitlines()]
    (found,) = {event["diagnostic"]["id"] for event in events if event["kind"] == "diagnostic"}
    other = rusta("fix", str(crate), "--only", "no-such-id", "--approve", "auto")
    assert "rusta/" not in git(crate, "for-each-ref"), other.stdout
    assert rusta("fix", str(crate), "--only", found, "--approve", "auto").returncode == 0


def test_a_file_is_named_from_where_the_mentor_stands(rusta, crate):
    done = rusta("fix", "..", "--file", "lib.rs", "--approve", "auto", cwd=crate / "src")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_line_is_explained_as_it_lies_there_uncommitted(rusta, crate):
    (crate / "src/lib.rs").write_text("// moved down\n" + BROKEN)
    done = rusta("explain", "src/lib.rs:6", cwd=crate)
    assert done.returncode == 0, done.stderr
    assert "E0596" in done.stdout
    assert "says nothing" in rusta("explain", "src/lib.rs:1", cwd=crate).stdout


@pytest.mark.parametrize("arguments", [["fix"], ["check"], ["fix", "--events"], ["check", "--events"]])
def test_what_is_no_repository_is_one_clear_line(rusta, tmp_path, arguments):
    place = tmp_path / "plain"
    place.mkdir()
    done = rusta(*arguments, cwd=place)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert done.stderr.startswith("rusta: ")
    missing = rusta(*arguments[:1], str(tmp_path / "nowhere"), *arguments[1:])
    assert missing.returncode == 1
    assert "nowhere" in missing.stderr


def test_a_policy_that_is_wrong_is_one_clear_line(rusta, crate, tmp_path):
    policy = tmp_path / "policy.yaml"
    policy.write_text("confidence:\n  apply_quick: 7\n")
    done = rusta("fix", str(crate), "--policy", str(policy))
    assert done.returncode == 1
    assert "apply_quick" in done.stderr
    assert "Traceback" not in done.stderr


def until(process: subprocess.Popen[str], kind: str, **facts: str) -> Event:
    """Reads events up to the first of ``kind`` with these facts."""
    assert process.stdout is not None
    for line in process.stdout:
        event = read_event(line)
        if event.kind == kind and all(getattr(event, name) == value for name, value in facts.items()):
            return event
    said = process.stderr.read() if process.stderr else ""
    raise AssertionError(f"no {kind} event came; stderr: {said}")


@pytest.mark.parametrize(
    ("number", "kind", "facts_of_it"),
    [
        (signal.SIGKILL, "patch", {"status": "applied"}),
        (signal.SIGKILL, "ask", {}),
        (signal.SIGINT, "hypothesis", {}),
        (signal.SIGINT, "patch", {"status": "applied"}),
        (signal.SIGTERM, "ask", {}),
    ],
)
def test_a_session_cut_off_anywhere_goes_on_to_the_commit(rusta, crate, number, kind, facts_of_it):
    before = facts(crate)
    command = [sys.executable, "-m", "rusta_cli", "fix", str(crate), "--events"]
    with Child(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=rusta.environment
    ) as process:
        session = until(process, kind, **facts_of_it).session
        process.send_signal(number)
        code = process.wait(timeout=60)
    assert code == (-9 if number == signal.SIGKILL else 130)
    assert facts(crate) == before
    with Child(
        [sys.executable, "-m", "rusta_cli", "resume", session, "--events"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=rusta.environment,
    ) as process:  # fmt: skip
        ask = until(process, "ask")
        assert isinstance(ask, AskEvent)
        assert process.stdin is not None
        process.stdin.write(json.dumps({"kind": "verdict", "patch": ask.patch, "verdict": "approve"}) + "\n")
        process.stdin.flush()
        log = until(process, "log")
        assert process.wait(timeout=60) == 0
    assert isinstance(log, LogEvent)
    assert log.branch
    assert git(crate, "rev-parse", log.branch) == log.commit
    told = [json.loads(line)["seq"] for line in rusta("replay", session, "--events").stdout.splitlines()]
    assert told == list(range(1, len(told) + 1))


def test_a_second_session_on_the_repository_is_refused_by_name(rusta, crate):
    command = [sys.executable, "-m", "rusta_cli", "fix", str(crate), "--events"]
    with Child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=rusta.environment) as process:
        until(process, "ask")
        second = rusta("fix", str(crate))
        assert second.returncode == 1
        assert str(process.pid) in second.stderr
        assert process.stdin is not None
        process.stdin.write('{"kind":"stop"}\n')
        process.stdin.flush()
        log = until(process, "log")
    assert isinstance(log, LogEvent)
    assert log.outcome == "stopped"
