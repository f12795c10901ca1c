"""A session behind a pipe: what a program and a log file get, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.schema.event import read_event
from tests.children import Child

SCRIPT = str(Path(__file__).with_name("scripted.py"))


def start(script: str, environment: dict[str, str], *arguments: str, **more: Any) -> subprocess.Popen[str]:
    return Child(
        [sys.executable, SCRIPT, script, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment | more.pop("env", {}),
        **more,
    )


def until(process: subprocess.Popen[str], kind: str) -> dict[str, Any]:
    """Reads events up to the first of ``kind``."""
    assert process.stdout is not None
    for line in process.stdout:
        event: dict[str, Any] = json.loads(line)
        if event["kind"] == kind:
            return event
    raise AssertionError(f"no {kind} event; stderr: {process.stderr.read() if process.stderr else ''}")


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def test_a_program_reads_every_event_and_its_verdict_is_heard(environment):
    with start("review", environment, "--events") as process:
        ask = until(process, "ask")
        tell(process, json.dumps({"kind": "verdict", "patch": ask["patch"], "verdict": "approve", "hunks": [0]}))
        log = until(process, "log")
        assert log["devlog"]["summary"].startswith("approve hunks=(0,)")
        assert process.wait(timeout=30) == 0


def test_a_bad_line_is_one_error_event_and_the_session_goes_on(environment):
    with start("review", environment, "--events") as process:
        until(process, "ask")
        tell(process, "approve it already")
        error = until(process, "error")
        assert (error["seq"], error["session"], error["fatal"]) == (0, "s1", False)
        assert error["text"].startswith("not a decision: not JSON")
        tell(process, '{"kind":"verdict","patch":"p1","verdict":"veto","reason":"no"}')
        assert until(process, "log")["outcome"] == "vetoed"
        assert process.wait(timeout=30) == 4


def test_the_end_of_the_decisions_means_that_nobody_answers(environment):
    with start("review", environment, "--events") as process:
        out, err = process.communicate(timeout=30)
    events = [read_event(line) for line in out.splitlines()]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[-1].kind == "ask"
    assert "rusta resume s1" in err
    assert process.returncode == 3


def test_a_client_that_stops_reading_ends_the_session_quietly(environment):
    with start("chatter", environment, "--events") as process:
        until(process, "patch")
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=30) == 130
        assert process.stderr is not None
        assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt_lets_the_session_clean_up_and_exits_130(environment, number):
    with start("long", environment, "--events") as process:
        until(process, "progress")
        process.send_signal(number)
        assert process.wait(timeout=30) == 130
    assert Path(environment["RUSTA_HOME"], "cleaned-up").exists()


def test_nohup_is_respected(environment):
    command = f"trap '' HUP; exec {sys.executable} {SCRIPT} review --events"
    with Child(
        ["bash", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        until(process, "ask")
        process.send_signal(signal.SIGHUP)
        tell(process, '{"kind":"verdict","patch":"p1","verdict":"approve"}')
        assert process.wait(timeout=30) == 0


@pytest.mark.parametrize("script", ["error", "fatal"])
def test_a_failure_is_one_fatal_event_and_two_lines(environment, script):
    with start(script, environment, "--events") as process:
        out, err = process.communicate(timeout=30)
    errors = [event for event in map(json.loads, out.splitlines()) if event["kind"] == "error"]
    assert [(event["text"], event["fix"], event["fatal"]) for event in errors] == [
        ("the sandbox is locked by 42", "wait for it", True)
    ]
    assert err == "rusta: the sandbox is locked by 42\n  wait for it\n"
    assert process.returncode == 1


def test_a_crash_is_told_to_a_program_too(environment):
    with start("crash", environment, "--events") as process:
        out, err = process.communicate(timeout=30)
    last = json.loads(out.splitlines()[-1])
    assert (last["kind"], last["fatal"]) == ("error", True)
    assert "ValueError: odd" in last["text"]
    assert "the traceback is in" in err
    assert "Traceback" not in err
    assert process.returncode == 1


def test_a_log_file_gets_plain_text_without_control_signs(environment):
    with start("review", environment) as process:
        out, err = process.communicate(timeout=30)
    assert "\x1b" not in out
    assert "E0308" in out
    assert "mismatched [31mtypes" in out
    assert "+    let a = 3;" in out
    assert err == ("rusta: session s1 waits for your verdict; nothing is committed\n  run `rusta resume s1`\n")
    assert process.returncode == 3


def test_a_failure_tells_a_person_how_to_go_on(environment):
    with start("error", environment) as process:
        _, err = process.communicate(timeout=30)
    assert err.splitlines() == [
        "rusta: the sandbox is locked by 42",
        "  wait for it",
        "  what was done is kept: rusta resume s1",
    ]


def test_a_fatal_error_of_the_session_reaches_stderr(environment):
    with start("fatal", environment) as process:
        out, err = process.communicate(timeout=30)
    assert "locked" not in out
    assert err.startswith("rusta: the sandbox is locked by 42\n  wait for it\n")


def test_ctrl_c_on_a_person_says_how_to_go_on(environment):
    with start("long", environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("do "):
                break
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert err == "rusta: stopped, everything is saved; go on with `rusta resume s1`\n"
    assert process.returncode == 130


def test_a_stream_that_cannot_show_a_sign_shows_a_stand_in(environment):
    with start("review", environment, env={"PYTHONIOENCODING": "ascii"}) as process:
        out, err = process.communicate(timeout=30)
    assert "+2 \\u22122" in out
    assert process.returncode == 3
    assert "Traceback" not in err


def test_no_descriptor_for_decisions_means_that_nobody_answers(environment):
    command = f"{sys.executable} {SCRIPT} review --events <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, env=environment, timeout=60)
    assert done.returncode == 3, done.stderr
    assert os.linesep.encode() in done.stdout
