"""sessions and replay: the past, from the store alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.schema.devlog import DevLog, Outcome
from engine.schema.event import LogEvent, SayEvent, StateEvent, read_event
from engine.store.store import Store


@pytest.fixture
def past(environment: dict[str, str]) -> list[str]:
    """Two sessions: one that ended, one that is open. The events of the first, as JSON."""
    home = Path(environment["RUSTA_HOME"])
    home.mkdir()
    store = Store.open(f"sqlite:///{home / 'rusta.db'}")
    for name, at in (("aa-1", "2026-01-01T00:00:00.000Z"), ("ab-2", "2026-01-02T00:00:00.000Z")):
        store.create_session(name, repository="ink-1", path="/src/ink", at=at, brain="search")
    log = DevLog(
        id="aa-1", session="aa-1", at="2026-01-01T00:00:00.400Z", repository="ink-1", base="a", brain="search",
        outcome=Outcome.FIXED, summary="E0502 mended",
    )  # fmt: skip
    events = [
        SayEvent(seq=1, at="2026-01-01T00:00:00.000Z", session="aa-1", text="Narrow the borrow.", tone="intent"),
        LogEvent(seq=2, at="2026-01-01T00:00:00.400Z", session="aa-1", outcome=Outcome.FIXED, devlog=log),
    ]
    for event in events:
        store.append(event)
    return [event.model_dump_json() for event in events]


def test_sessions_are_listed_newest_first_with_their_outcome(rusta, past):
    lines = rusta("sessions").stdout.splitlines()
    assert lines[0].startswith("ab-2")
    assert "open" in lines[0]
    assert lines[1].startswith("aa-1")
    assert "fixed" in lines[1]
    assert "E0502 mended" in lines[1]


def test_sessions_as_json_are_one_object_a_line(rusta, past):
    found = [json.loads(line) for line in rusta("sessions", "--json", "--limit", "1").stdout.splitlines()]
    assert [item["id"] for item in found] == ["ab-2"]
    assert found[0]["outcome"] is None


def test_no_session_yet_says_how_to_begin(rusta):
    assert "rusta practice" in rusta("sessions").stdout


def test_a_replay_is_the_very_list_that_was_stored(rusta, past):
    assert rusta("replay", "aa-1", "--events").stdout.splitlines() == past


def test_the_start_of_an_id_is_enough_if_it_is_one_session(rusta, past):
    assert "Narrow the borrow." in rusta("replay", "aa").stdout
    ambiguous = rusta("replay", "a")
    assert ambiguous.returncode == 1
    assert "more than one session" in ambiguous.stderr


def test_an_unknown_session_is_one_clear_line(rusta, past):
    for command in ("replay", "resume", "undo"):
        done = rusta(command, "zz")
        assert done.returncode == 1
        assert done.stderr.startswith("rusta: there is no session zz\n  ")


def test_a_program_hears_that_there_is_no_such_session(rusta, past):
    for command in ("replay", "resume", "undo"):
        done = rusta(command, "zz", "--events")
        event = read_event(done.stdout)
        assert (event.kind, event.seq) == ("error", 0)
        assert done.returncode == 1


def test_a_session_that_has_ended_is_not_resumed(rusta, past):
    done = rusta("resume", "aa-1")
    assert done.returncode == 1
    assert "has ended" in done.stderr
    assert "everything is saved" not in done.stderr


def test_speed_waits_as_the_session_did(rusta, past):
    begun = time.monotonic()
    rusta("replay", "aa-1", "--speed", "0.5")
    assert time.monotonic() - begun >= 0.8


def test_a_slow_replay_ends_when_its_reader_goes_away(rusta, past, environment):
    command = f"{sys.executable} -m rusta_cli replay aa --events --speed 0.0001 | true"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, check=False, env=environment, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_replay_by_steps_waits_for_enter_before_each_state(rusta, environment, past):
    store = Store.open(f"sqlite:///{Path(environment['RUSTA_HOME']) / 'rusta.db'}")
    for seq, text in ((1, "First."), (3, "Then.")):
        store.append(SayEvent(seq=seq, at="2026-01-02T00:00:00.000Z", session="ab-2", text=text, tone="intent"))
        store.append(StateEvent(seq=seq + 1, at="2026-01-02T00:00:00.000Z", session="ab-2", state="probe"))
    store.append(SayEvent(seq=5, at="2026-01-02T00:00:00.000Z", session="ab-2", text="At last.", tone="intent"))
    by_enters = [rusta("replay", "ab-2", "--step", stdin="\n" * enters).stdout for enters in range(3)]
    for told, words in zip(by_enters, (("First.",), ("First.", "Then."), ("First.", "Then.", "At last.")), strict=True):
        assert [word for word in ("First.", "Then.", "At last.") if word in told] == list(words)
