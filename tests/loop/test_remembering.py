"""Sessions that follow each other on a real repository: what one learns, the next one does or leaves."""

from collections.abc import Callable

from engine.loop.undo import undo
from engine.schema.decision import Decision, Verdict
from engine.schema.devlog import Outcome
from engine.schema.event import AskEvent, Event

FIRST = """pub fn both(name: String) -> (String, usize) {
    let kept = name;
    (kept, name.len())
}
"""
SECOND = """pub struct Shelf;

impl Shelf {
    pub fn twice(&self, title: String) -> (String, usize) {
        let first = title;
        (first, title.len())
    }
}
"""


def explained(mentor) -> str:
    return " ".join(event.text for event in mentor.of("say") if event.tone == "explain")


async def test_the_second_session_mends_the_like_the_same_way_and_names_the_first(desk: Callable) -> None:
    at = desk({"src/lib.rs": FIRST})
    first, _ = await at.fix()
    assert first.outcome is Outcome.FIXED
    (kept,) = at.store.experiences(grounded=True)
    assert kept.place == "src/lib.rs::both"
    at.write("src/lib.rs", FIRST.replace("let kept = name;", "let kept = name.clone();"))
    at.write("src/shelf.rs", SECOND)
    at.write("src/lib.rs", "pub mod shelf;\n")
    at.commit()
    second, mentor = await at.fix()
    assert second.outcome is Outcome.FIXED
    assert f"As in session {kept.session}, where `both` was mended the same way." in explained(mentor)


async def test_a_vetoed_patch_is_not_proposed_in_the_next_session_either(desk: Callable) -> None:
    at = desk({"src/lib.rs": FIRST})
    patches: list[str] = []

    def veto_the_first(event: Event) -> Decision | None:
        if event.kind == "patch" and event.status == "applied":
            patches.append(event.patch.diff)
        if isinstance(event, AskEvent) and event.wants == "verdict":
            vetoed = len(patches) == 1
            return Verdict(patch=event.patch or "", verdict="veto" if vetoed else "approve", reason="not so")
        return None

    await at.fix(veto_the_first, approve="ask")
    vetoed = patches[0]
    verdicts = [each.verdict for each in at.store.experiences()]
    assert "vetoed" in verdicts
    assert not any(each.template for each in at.store.experiences() if each.verdict == "vetoed")
    at.git("checkout", "-q", "main")
    _, again = await at.fix()
    tried = [event.patch.diff for event in again.of("patch")]
    assert vetoed not in tried


async def test_undoing_a_session_takes_its_example_away(desk: Callable) -> None:
    at = desk({"src/lib.rs": FIRST})
    log, _ = await at.fix()
    assert at.store.experiences(grounded=True)
    session = at.store.experiences()[0].session
    undo(session, store=at.store, emit=lambda _: None)
    assert at.store.experiences(grounded=True) == []
    assert {each.verdict for each in at.store.experiences()} >= {"undone"}
    assert log.outcome is Outcome.FIXED


async def test_patches_that_came_to_green_together_are_all_examples(desk: Callable) -> None:
    at = desk({"src/lib.rs": FIRST + SECOND})
    log, _ = await at.fix()
    assert log.outcome is Outcome.FIXED
    stood = [each for each in at.store.experiences() if each.verdict not in ("red", "refuted")]
    assert [each.verdict for each in stood] == ["green", "green"]
    assert {each.place.rpartition("::")[2] for each in stood} == {"both", "twice"}
