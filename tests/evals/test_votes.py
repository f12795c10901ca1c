"""Blind votes: a paper gives nothing away, a vote is kept once, and voices stand by all of them."""

import json
import os
import subprocess
import sys

import pytest

from engine.errors import RustaError, StoreError
from engine.evals.ballot import cast, open_papers, papers, preference_figure, standing_voices, voice_of
from engine.evals.log import RunLog
from engine.evals.record import CaseResult, RunHead, log_file, read_run
from engine.store.store import Store


@pytest.fixture
def store(home):
    with Store.open() as opened:
        yield opened


def made(run, commit, said):
    head = RunHead(
        run=run, at="2026-01-01T00:00:00.000Z", task="t", cases="t", brain="search", policy="p" * 64,
        case_set="c" * 64, commit=commit, toolchain="rustc 1.90.0", total=len(said),
    )  # fmt: skip
    with RunLog(log_file(run), head) as log:
        for case, text in said.items():
            log.append(CaseResult(run=run, case=case, family="f", expect="fixed", status="fixed", explanation=text))
    return read_run(log_file(run))


@pytest.fixture
def runs(home):
    cases = [f"case-{at}" for at in range(24)]
    old = made("r1", "1" * 40, {case: f"It fails, {case}." for case in cases} | {"same": "Both.", "mute": "x"})
    new = made(
        "r2", "2" * 40, {case: f"The borrow outlives {case}." for case in cases} | {"same": "Both.", "mute": " "}
    )
    return old, new


def test_a_paper_is_the_same_whoever_asks_and_gives_nothing_away(store, runs):
    found = papers(*runs)
    assert len(found) == 24, "what only one says, or both say alike, is no paper"
    assert papers(runs[1], runs[0]) == found
    sides = {paper.runs[0] for paper in found}
    assert sides == {"r1", "r2"}, "the older one is not always on the left"
    for paper in found:
        assert voice_of(runs[0].head) not in paper.left + paper.right
        assert ("fails" in paper.left) == (paper.runs[0] == "r1")


def test_voices_stand_by_the_votes_that_were_cast(store, runs):
    assert preference_figure(store, "search").value is None
    for paper in papers(*runs):
        cast(store, paper, "right" if paper.runs[0] == "r1" else "left")
    best, other = standing_voices(store)
    assert (best.name, best.n) == ("search@22222222", 24)
    assert best.preference == pytest.approx(24.5 / 25)
    assert other.high < 0.5 < best.low
    assert preference_figure(store, "search").value == best.preference
    assert open_papers(store, *runs) == ()


def test_who_votes_again_has_thought_again(store, runs):
    paper = papers(*runs)[0]
    cast(store, paper, "left")
    again = cast(store, paper, "tie")
    assert store.votes() == [again]
    assert again.choice == "tie"
    assert len(open_papers(store, *runs)) == 23


def test_a_voice_is_not_compared_with_itself(store, runs):
    twin = made("r3", "1" * 40, {"case-0": "Else."})
    with pytest.raises(RustaError, match="the same voice"):
        papers(runs[0], twin)
    with pytest.raises(RustaError, match="nothing different"):
        papers(runs[0], made("r4", "4" * 40, {"same": "Both."}))
    with pytest.raises(StoreError, match="same voice"):
        store.cast_vote("case-0", "a", "a", "r1", "r3", "tie")


def test_the_command_shows_a_paper_takes_the_vote_and_only_then_says_whose_it_was(home, runs):
    def rusta(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "rusta_cli", "eval", *arguments],
            capture_output=True, text=True, check=False, timeout=120, env=os.environ | {"RUSTA_HOME": str(home)},
        )  # fmt: skip

    shown = rusta("vote", "r1", "r2", "--json")
    paper = json.loads(shown.stdout)
    assert set(paper) == {"subject", "left", "right", "left_to_vote", "papers"}
    assert "search" not in shown.stdout + rusta("vote", "r1", "r2").stdout
    blind = rusta("vote", "r1", "r2", "--choice", "left")
    assert blind.returncode == 1
    assert "names the case" in blind.stderr
    told = json.loads(rusta("vote", "r1", "r2", "--on", paper["subject"], "--choice", "left", "--json").stdout)
    assert {told["left"], told["right"]} == {"search@11111111", "search@22222222"}
    stand = [json.loads(line) for line in rusta("voices", "--json").stdout.splitlines()]
    assert [(one["name"], one["wins"]) for one in stand] == [(told["left"], 1.0), (told["right"], 0.0)]
    assert json.loads(rusta("vote", "r1", "r2", "--json").stdout)["left_to_vote"] == 23
