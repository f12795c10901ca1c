"""The drift alarm: what rings, what is put back, who is stopped, and who may end it; and the comparison under it."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from engine.errors import RustaError, StoreError
from engine.evals.compare import SCORES, compare, difference
from engine.evals.drift import DriftError, check_drift, is_drift, may_use, pin_state, read_drift, refuse_drifted
from engine.evals.log import RunLog
from engine.evals.metrics.intervals import paired_drop
from engine.evals.record import CaseResult, Run, RunHead, log_file, read_run
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store

N = 200


@pytest.fixture
def store(home):
    with Store.open() as opened:
        yield opened


def made(run, mended, n=N, brain="search", case_set="c", epochs=1, error=()):
    """A run on record, in which the first ``mended`` of ``n`` cases (or those that a set names) are mended."""
    good = set(range(mended)) if isinstance(mended, int) else mended
    head = RunHead(
        run=run, at="2026-01-01T00:00:00.000Z", task="canaries", cases="canaries", brain=brain, policy="p" * 64,
        case_set=case_set * 64, commit=None, toolchain="rustc 1.90.0", total=n * epochs, epochs=epochs,
    )  # fmt: skip
    with RunLog(log_file(run), head) as log:
        for epoch in range(1, epochs + 1):
            for at in range(n):
                status = "error" if at in error else "fixed" if at in good else "abstained"
                log.append(
                    CaseResult(run=run, case=f"c{at:04}", family="f", expect="fixed", status=status, epoch=epoch)
                )
    return read_run(log_file(run))


def outcome(session, green=True):
    return OutcomeRecord(
        session=session, at="t", repository="crab", code="E0502", move="clone", applicability=None,
        shape="replace", signature="s", predicted=0.8, green=green,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("drop", "low", "n", "rings"),
    [
        (0.021, 0.001, 500, True),
        (0.021, 0.0, 500, False),
        (0.02, 0.01, 500, False),
        (0.10, -0.01, 30, False),
        (0.021, -0.001, 2500, True),
        (0.019, 0.01, 2500, False),
    ],
)
def test_two_points_ring_when_they_are_none_of_chance(drop, low, n, rings):
    assert is_drift(drop, low, n) is rings


def likelihood_ends(lost, gained, n, side):
    """Tango's definition itself: the drop whose score, at the likeliest rates under it, is 1.96 standard errors off."""

    def score(drop):
        def unlikely(rate):  # rate of gained; that of lost is drop more
            same = 1 - 2 * rate - drop
            if rate <= 0 or rate + drop <= 0 or same <= 0:
                return 1e12
            return -(lost * np.log(rate + drop) + gained * np.log(rate) + (n - lost - gained) * np.log(same))

        low, high = max(0, -drop) + 1e-12, (1 - drop) / 2 - 1e-12
        rate = minimize_scalar(unlikely, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
        return (lost - gained - n * drop) / np.sqrt(n * (2 * rate + drop * (1 - drop)))

    return score(side)


@pytest.mark.parametrize(("lost", "gained", "n"), [(12, 2, 50), (5, 3, 200), (30, 12, 500)])
def test_the_interval_of_a_drop_is_the_score_interval(lost, gained, n):
    low, high = paired_drop(lost, gained, n)
    assert low < (lost - gained) / n < high
    assert likelihood_ends(lost, gained, n, low) == pytest.approx(1.96, abs=1e-2)
    assert likelihood_ends(lost, gained, n, high) == pytest.approx(-1.96, abs=1e-2)


def test_the_interval_of_a_drop_knows_that_nothing_seen_is_not_nothing():
    # With no flip at all its ends are ±z² / (n + z²).
    assert paired_drop(0, 0, 50) == pytest.approx((-0.07135, 0.07135), abs=1e-4)
    assert paired_drop(2, 7, 90)[0] == pytest.approx(-paired_drop(7, 2, 90)[1])
    assert paired_drop(50, 0, 50)[1] == 1.0


def test_a_comparison_names_what_flipped_and_pairs_the_cases(home):
    first, second = made("r1", {0, 1, 2, 3}, n=8), made("r2", {0, 1, 2, 6}, n=8)
    found = compare(first, second)
    assert (found.n, found.first, found.second, found.value) == (8, 0.5, 0.5, 0.0)
    assert (found.lost, found.gained) == (("c0003",), ("c0006",))
    assert found.low < 0 < found.high
    with pytest.raises(RustaError, match="not of the same cases"):
        compare(first, made("r3", 4, n=8, case_set="d"))
    assert compare(first, first, SCORES["correct"]).value == 0


def test_pairs_tell_more_than_two_runs_apart():
    rng = np.random.default_rng(1)
    hard = rng.random(300)
    first = (hard < 0.6).astype(float)
    second = (hard < 0.66).astype(float)
    found = difference(first, second, [str(at) for at in range(300)])
    alone = 1.96 * np.sqrt(0.6 * 0.4 / 300 * 2)
    assert 0 < found.low < found.value < found.high
    assert found.high - found.low < alone * 2 / 2
    still = difference([1.0] * 20, [1.0] * 20, ["x"] * 20)
    assert still.low == pytest.approx(-(1 - 0.025 ** (1 / 20))), "twenty pairs without a change are no proof"


def test_a_fall_rings_stops_her_puts_her_memory_back_and_names_the_cases(store):
    store.record_outcome(outcome("before"))
    baseline = made("r1", 150)
    state = pin_state(store, baseline, "h1")
    assert may_use(store, "search")
    store.record_outcome(outcome("after", green=False))
    reading, alarm = check_drift(store, made("r2", set(range(10, 150))), "h2")
    assert reading.rings
    assert alarm is not None
    assert (alarm.drop, alarm.n, alarm.restored) == (pytest.approx(0.05), N, state.id)
    assert alarm.flipped == tuple(f"c{at:04}" for at in range(10))
    assert (alarm.baseline, alarm.run, alarm.brain_hash) == ("r1", "r2", "h2")
    assert not may_use(store, "search")
    assert may_use(store, "another")
    with pytest.raises(DriftError, match=r"fell by 5.0 points \(alarm 1\)"):
        refuse_drifted(store, "search")
    assert store.outcomes("before")
    assert store.outcomes("after") == [], "what she learnt since is what may have spoilt her"


def test_chance_does_not_ring_and_takes_nothing_from_her(store):
    pin_state(store, made("r1", 150), "h1")
    store.record_outcome(outcome("after"))
    reading, alarm = check_drift(store, made("r2", set(range(6, 151))), "h1")
    assert reading.drop == pytest.approx(0.025)
    assert reading.low < 0
    assert alarm is None
    assert may_use(store, "search")
    assert store.outcomes("after")
    better, none = check_drift(store, made("r3", 170), "h1")
    assert (better.drop < 0, none) == (True, None)


def test_an_alarm_is_ended_by_a_written_reason_alone_and_stays_on_record(store):
    pin_state(store, made("r1", 150), "h1")
    _, alarm = check_drift(store, made("r2", 120), "h2")
    assert alarm is not None
    with pytest.raises(StoreError, match="written reason"):
        store.clear_alarm(alarm.id, " ")
    with pytest.raises(DriftError):
        pin_state(store, made("r3", 120), "h2")
    ended = store.clear_alarm(alarm.id, "the cases were\nwrong")
    assert ended.reason == "the cases were wrong"
    assert may_use(store, "search")
    assert store.alarms("search") == [ended]
    with pytest.raises(StoreError, match="no alarm 1 is standing"):
        store.clear_alarm(alarm.id, "again")
    assert pin_state(store, read_run(log_file("r3")), "h2").run == "r3"


def test_what_cannot_be_compared_is_said_and_never_passed(store):
    with pytest.raises(RustaError, match="no good state"):
        check_drift(store, made("r0", 10, n=20), "h")
    with pytest.raises(RustaError, match="lacks 1 of 20"):
        pin_state(store, made("r1", 10, n=20, error={3}), "h")
    pin_state(store, made("r2", 10, n=20), "h")
    with pytest.raises(RustaError, match="not of the same cases"):
        check_drift(store, made("r3", 10, n=20, case_set="d"), "h")


def test_epochs_of_a_case_are_one_case(home):
    reading = read_drift(made("r1", 15, n=20, epochs=3), made("r2", 10, n=20, epochs=3))
    assert reading.difference.n == 20
    assert reading.drop == pytest.approx(0.25)
    partly = Run(
        made("r3", 15, n=20, epochs=3).head,
        tuple(
            one.model_copy(update={"status": "abstained"}) if one.epoch == 1 and one.case < "c0009" else one
            for one in read_run(log_file("r3")).results
        ),
    )
    told = read_drift(read_run(log_file("r1")), partly)
    assert told.drop == pytest.approx(9 / 3 / 20)
    assert 0 < told.low < told.drop < told.high


def command(home, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "rusta_cli", *arguments],
        capture_output=True, text=True, check=False, timeout=120, env=os.environ | {"RUSTA_HOME": str(home)},
    )  # fmt: skip


@pytest.mark.parametrize("words", [("train", "E0", "--config", "none.yaml"), ("fix", "--brain", "byte")])
def test_a_brain_that_drifted_is_neither_trained_nor_asked(store, home, words):
    pin_state(store, made("r1", 150, brain="byte"), "h1")
    _, alarm = check_drift(store, made("r2", 120, brain="byte"), "h2")
    stopped = command(home, *words)
    assert stopped.returncode == 1
    assert "byte is stopped: its compile-fix fell by 15.0 points" in stopped.stderr
    store.clear_alarm(alarm.id, "the cases were wrong")
    assert "is stopped" not in command(home, *words).stderr


def test_the_commands_pin_ring_stop_and_let_go_on(home):
    def rusta(*arguments):
        return command(home, "eval", "drift", *arguments)

    Store.open().close()
    early = rusta("check")
    assert (early.returncode, "no good state of search is pinned" in early.stderr) == (1, True)
    made("r1", 150)
    made("r2", 120)
    assert "pinned as good" in rusta("pin", "--run", "r1").stdout
    assert "no alarm: compile-fix 75.0 %" in rusta("check", "--run", "r1").stdout
    rang = rusta("check", "--run", "r2")
    assert (rang.returncode, rang.stdout) == (1, "")
    assert "a drop of 15.0 points" in rang.stderr
    assert "c0149" in rang.stderr
    stopped = rusta("status", "--json")
    state, alarm = map(json.loads, stopped.stdout.splitlines())
    assert (stopped.returncode, state["may_use"], state["good"]["run"], len(alarm["flipped"])) == (1, False, "r1", 30)
    assert "is stopped" in rusta("pin", "--run", "r2").stderr
    assert rusta("clear", "1").returncode == 1
    assert rusta("clear", "1", "--reason", "the cases were wrong").returncode == 0
    shown = rusta("status")
    assert (shown.returncode, "the cases were wrong" in shown.stdout) == (0, True)
