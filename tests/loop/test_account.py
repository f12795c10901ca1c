"""Sessions explain what they mended, on the code as it was, and what they leave alone, with what they would ask."""

from collections.abc import Callable

from engine.schema.decision import Answer, Decision, Verdict
from engine.schema.devlog import Outcome
from engine.schema.event import AskEvent, Event

TARIFF = """pub enum Class {
    Books,
    Machines,
    Textiles,
}

pub fn rate(class: Class) -> u64 {
    match class {
        Class::Books => 0,
        Class::Machines => 17,
    }
}
"""
FROZEN = """pub fn count(values: &[u32]) -> u32 {
    let total = 0;
    for value in values {
        total += *value;
    }
    total
}
"""


async def test_a_fix_is_explained_on_the_code_as_it_was(desk: Callable) -> None:
    log, mentor = await desk({"src/lib.rs": FROZEN}).fix()
    assert log.outcome is Outcome.FIXED
    (said,) = [event.text for event in mentor.of("say") if event.tone == "explain"]
    assert "Its first value comes on line 2: `let total = 0;`" in said
    assert "`let total = 0;` becomes `let mut total = 0;`" in said


async def test_a_value_that_nothing_determines_is_left_alone_and_asked_for(desk: Callable) -> None:
    log, mentor = await desk({"src/lib.rs": TARIFF}).fix()
    assert log.outcome is Outcome.ABSTAINED
    (said,) = [event.text for event in mentor.of("say") if event.tone == "explain"]
    assert "what rate is due for `Class::Textiles` in `rate`?" in said
    decided = [event for event in mentor.of("decision") if event.by == "rusta"]
    assert decided[-1].action == "abstain"
    assert "would be my invention" in decided[-1].reason


async def test_the_mentor_is_asked_for_it_and_may_permit_the_guess(desk: Callable) -> None:
    def permit(event: Event) -> Decision | None:
        if not isinstance(event, AskEvent):
            return None
        if event.wants == "answer":
            return Answer(ask=event.id, text="yes")
        return Verdict(patch=event.patch or "", verdict="approve")

    _, mentor = await desk({"src/lib.rs": TARIFF}).fix(permit, approve="ask")
    asked = next(event for event in mentor.of("ask") if event.wants == "answer")
    assert "would be my invention" in asked.questions[0]
    assert [event.status for event in mentor.of("patch")][:1] == ["applied"]
