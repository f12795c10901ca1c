"""What a brain has learnt of its own decisions is what it reports, and what the thresholds act on."""

from collections.abc import Callable

import pytest

from engine.brain.protocol import Candidate, Standing
from engine.brain.registry import add_brain
from engine.brain.search import SearchBrain
from engine.schema.devlog import Outcome
from engine.schema.diagnostic import Diagnostic

MISSPELT = "pub fn size(name: &str) -> usize {\n    nmae.len()\n}\n"
TWICE = MISSPELT + "pub fn first(word: &str) -> Option<char> {\n    wrod.chars().next()\n}\n"


class Sceptic(SearchBrain):
    """The default brain, which has learnt other things: P(green) of a last patch, and of a step before it."""

    def __init__(self, last: float, step: float) -> None:
        super().__init__()
        self.last, self.step = last, step
        self.seen: list[Standing] = []

    def settle(self, diagnostic: Diagnostic, candidate: Candidate, standing: Standing) -> float | None:
        self.seen.append(standing)
        return self.step if standing.left else self.last


@pytest.fixture
def sceptic() -> Callable[..., Sceptic]:
    def make(last: float, step: float = 0.9) -> Sceptic:
        brain = Sceptic(last, step)
        add_brain("sceptic", lambda _: brain)
        return brain

    return make


async def test_the_confidence_of_a_decision_is_the_calibrated_one(desk: Callable, sceptic: Callable) -> None:
    brain = sceptic(0.8125)
    log, mentor = await desk({"src/lib.rs": MISSPELT}).fix(brain="sceptic")
    assert log.outcome is Outcome.FIXED
    (decision,) = [event for event in mentor.of("decision") if event.by == "rusta"]
    assert (decision.action, decision.confidence) == ("apply", 0.8125)
    assert brain.seen == [Standing(errors=1, left=0, tested=None, rival=brain.seen[0].rival)]


async def test_a_last_patch_that_is_not_likely_to_be_right_is_not_applied(desk: Callable, sceptic: Callable) -> None:
    sceptic(0.31)
    log, mentor = await desk({"src/lib.rs": MISSPELT}).fix(brain="sceptic", closed=True)
    assert log.outcome is Outcome.ABSTAINED
    (decision,) = [event for event in mentor.of("decision") if event.by == "rusta"]
    assert (decision.action, decision.confidence) == ("abstain", 0.31)
    assert not mentor.of("patch")


async def test_a_step_on_the_way_is_taken_where_it_holds_and_its_end_is_said_to_be_open(
    desk: Callable, sceptic: Callable
) -> None:
    sceptic(0.97, step=0.4)
    log, mentor = await desk({"src/lib.rs": TWICE}).fix(brain="sceptic")
    assert log.outcome is Outcome.FIXED
    step, last = [event for event in mentor.of("decision") if event.by == "rusta"]
    assert (step.action, step.confidence, last.confidence) == ("apply", 0.4, 0.97)
    assert step.reason.startswith("a step")
    assert "0.40 that it comes to green" in step.reason
