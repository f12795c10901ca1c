"""Winding a stored session: wherever one goes, and however, the view is the one that the events up to there give."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.schema.event import Event, read_event
from rusta_tui.fold import fold_all
from rusta_tui.reel import LONGEST_GAP, Reel

from .conftest import FAKE


@pytest.fixture(scope="module")
def film() -> list[Event]:
    command = (sys.executable, str(FAKE), "fix", ".", "--events")
    approve = b'{"kind":"verdict","patch":"p1","verdict":"approve"}\n'
    done = subprocess.run(command, input=approve, capture_output=True, check=True)
    once = [json.loads(line) for line in done.stdout.splitlines()]
    # Many sessions' worth of events in one, so that stills are kept and thinned out.
    body = [fields for fields in once if fields["kind"] not in ("log", "intake")]
    rows = [once[0], *(fields for _ in range(40) for fields in body), once[-1]]
    return [read_event({**fields, "seq": number}) for number, fields in enumerate(rows, 1)]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_way_to_a_place_ends_in_the_same_view(film: list[Event], data: st.DataObject) -> None:
    reel = Reel()
    reel.extend(film)
    for place in data.draw(st.lists(st.integers(0, len(film)), min_size=1, max_size=6)):
        reel.wind(place)
        assert reel.position == place
    assert reel.view == fold_all(film[: reel.position])


def test_stills_are_bounded_whatever_the_length(film: list[Event]) -> None:
    reel = Reel()
    reel.extend([event.model_copy(update={"seq": n}) for n, event in enumerate(film * 12, 1)])
    reel.wind(len(reel))
    assert 0 < len(reel._stills) <= 64
    reel.wind(1)
    reel.wind(len(reel) - 1)
    assert 0 < len(reel._stills) <= 64


def test_stepping_by_state_patch_and_ask_finds_them_both_ways(film: list[Event]) -> None:
    reel = Reel()
    reel.extend(film)
    for stop in ("state", "patch", "ask"):
        reel.wind(0)
        reel.wind(reel.next(stop, 1))
        assert reel.events[reel.position - 1].kind == stop
        first = reel.position
        reel.wind(reel.next(stop, 1))
        assert reel.position > first
        reel.wind(reel.next(stop, -1))
        assert reel.position == first
    reel.wind(len(reel))
    assert reel.next("ask", 1) == len(reel)


def test_time_runs_as_it_did_but_no_wait_is_longer_than_a_few_seconds(film: list[Event]) -> None:
    times = ("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.500Z", "2026-01-01T08:00:00.000Z")
    reel = Reel()
    reel.extend([event.model_copy(update={"at": at}) for event, at in zip(film, times, strict=False)])
    assert reel.seconds == 1.5 + LONGEST_GAP
    assert [reel.place_at(second) for second in (0.0, 1.4, 1.5, 4.4, 4.5)] == [1, 1, 2, 2, 3]


def test_the_diff_is_that_of_the_patches_that_stood(film: list[Event]) -> None:
    reel = Reel()
    reel.extend(film)
    assert reel.patch_diffs() == []
    reel.wind(reel.next("patch", 1))
    assert len(reel.patch_diffs()) == 1
    assert "src/parse.rs" in reel.patch_diffs()[0]
