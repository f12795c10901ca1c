"""The drift alarm: after anything that changed her, does she still mend what she mended.

The same canaries are run before and after, so only the cases that flipped say anything. When compile-fix fell by more
than two points, training and adapters are stopped, what she remembered is put back, and the mentor is told which cases
flipped. The mentor ends an alarm, with a written reason; nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import RustaError
from engine.evals.compare import Difference, compare
from engine.evals.metrics.intervals import paired_drop
from engine.evals.record import Run, log_file, read_run
from engine.store.alarms import BrainState, DriftAlarm
from engine.store.store import Store

LIMIT = 0.02
SURE_FROM = 2500


class DriftError(RustaError):
    """An alarm stands, so a brain may not be trained or adapted."""


@dataclass(frozen=True)
class Reading:
    """What a comparison with the baseline showed. ``drop`` is a share, with the ends of its 95 % interval."""

    baseline: str
    run: str
    difference: Difference
    drop: float
    low: float
    high: float

    @property
    def rings(self) -> bool:
        """Whether it is an alarm."""
        return is_drift(self.drop, self.low, self.difference.n)

    @property
    def line(self) -> str:
        """It in one line, as the mentor is told."""
        told = self.difference
        return (
            f"compile-fix {100 * told.first:.1f} % → {100 * told.second:.1f} %, a drop of {100 * self.drop:.1f} points "
            f"({100 * self.low:.1f} to {100 * self.high:.1f}, n {told.n})"
        )


def is_drift(drop: float, low: float, n: int) -> bool:
    """Whether a drop is an alarm: it exceeds `LIMIT`, and is none of chance.

    Below `SURE_FROM` cases chance is ruled out by the lower end of the paired interval; from there on two points are
    more than four standard errors for a brain of which one case in twenty flips, and the drop itself decides.
    """
    return drop > LIMIT and (n >= SURE_FROM or low > 0)


def read_drift(baseline: Run, run: Run) -> Reading:
    """Compares two runs of canaries.

    Raises `RustaError` where they are not of the same cases, or one of them is not whole.
    """
    for one in (baseline, run):
        lost = one.head.total - sum(result.counts for result in one.results)
        if lost:
            raise RustaError(f"run {one.head.run} lacks {lost} of {one.head.total} cases", fix="run the canaries again")
    told = compare(baseline, run)
    lost_cases, gained = len(told.lost), len(told.gained)
    drop = told.first - told.second
    if abs(drop * told.n - (lost_cases - gained)) < 1e-9:
        low, high = paired_drop(lost_cases, gained, told.n)
    else:  # several epochs: a case can flip by a part
        low, high = -told.high, -told.low
    return Reading(baseline.head.run, run.head.run, told, drop, low, high)


def pin_state(store: Store, run: Run, brain_hash: str, weights: str | None = None) -> BrainState:
    """Keeps the brain as it is now as a good state, with a whole run of canaries as the baseline to hold it to.

    ``weights``: where a copy of its weights lies. Raises `DriftError` while an alarm stands: what drifted is not good.
    """
    refuse_drifted(store, run.head.brain)
    read_drift(run, run)  # says what a baseline lacks
    return store.keep_state(run.head.brain, brain_hash, weights, run.head.run, run.head.case_set)


def good_state(store: Store, brain: str) -> BrainState:
    """The newest good state of a brain. `RustaError` when none was pinned."""
    state = store.good_state(brain)
    if state is None:
        raise RustaError(f"no good state of {brain} is pinned", fix="pin one: `rusta eval drift pin`")
    return state


def check_drift(store: Store, run: Run, brain_hash: str) -> tuple[Reading, DriftAlarm | None]:
    """Holds a run of canaries to the newest good state of its brain; where it rings, stops her and puts her back.

    Raises `RustaError` where no state was pinned, or its baseline is gone or of other cases.
    """
    state = good_state(store, run.head.brain)
    reading = read_drift(read_run(log_file(state.run)), run)
    if not reading.rings:
        return reading, None
    with store.transaction():
        store.restore_state(state)
        drop = (reading.drop, reading.low, reading.high)
        alarm = store.ring(
            state, brain_hash, run.head.run, drop, reading.difference.n, reading.difference.lost, restored=True
        )
    return reading, alarm


def may_use(store: Store, brain: str) -> bool:
    """Whether a brain may be trained, and adapters of it used: no alarm stands. Whoever does either asks first."""
    return not store.alarms(brain, standing=True)


def refuse_drifted(store: Store, brain: str) -> None:
    """Raises `DriftError` when `may_use` says no."""
    standing = store.alarms(brain, standing=True)
    if standing:
        newest = standing[-1]
        raise DriftError(
            f"{brain} is stopped: its compile-fix fell by {100 * newest.drop:.1f} points (alarm {newest.id})",
            fix=f"`rusta eval drift status` names the cases; `rusta eval drift clear {newest.id} --reason …` ends it",
        )
