"""Real rustc errors, mended once, and met again under other names and at other places."""

from dataclasses import replace

from engine.brain.memory.recall import NAME, Recollection
from engine.brain.registry import get_brain
from engine.brain.search import SearchBrain
from engine.schema.devlog import DevLog, Outcome
from engine.schema.patch import Edit
from engine.store.experience import Experience
from engine.store.outcomes import OutcomeRecord

FIRST = """pub fn both(name: String) -> (String, usize) {
    let kept = name;
    (kept, name.len())
}
"""
LATER = """pub struct Shelf;

impl Shelf {
    pub fn twice(&self, title: String) -> (usize, String) {
        let first = title;
        (title.len(), first)
    }
}
"""


def error_in(crate, text):
    crate.write(text)
    return crate.check()[0]


def ended(candidate, verdict, *, session="s1", repository="shop", code="E0382"):
    return OutcomeRecord(
        session, "2026-01-01T00:00:00.000Z", repository, code, candidate.move, "", candidate.shape, "",
        candidate.confidence, verdict in ("green", "progress"), candidate.key, verdict,
    )  # fmt: skip


async def think(store, crate, text, *, repository="shop", **facts):
    """A new session's brain on the first error of a text; the brain, the context and the candidates."""
    found = error_in(crate, text)
    brain = get_brain("search", store)
    context = crate.context(found, repository=repository, **facts)
    return brain, context, await brain.think(context)


def named(candidates, after):
    """The candidate whose edits bring in a text."""
    return next(each for each in candidates if any(after in edit.after for edit in each.edits))


async def mend(store, crate, text, after, verdict="green", **facts):
    """Lets a session try the candidate that brings in ``after``, with this end."""
    repository = facts.get("repository", "shop")
    brain, _, candidates = await think(store, crate, text, **facts)
    chosen = named(candidates, after)
    brain.learn(ended(chosen, verdict, session=f"s-{len(store.experiences())}", repository=repository))
    return chosen


async def test_a_fix_is_recalled_at_another_place_and_under_other_names_and_tried_first(crate, store):
    await mend(store, crate, FIRST, "&")
    _, _, candidates = await think(store, crate, LATER)
    best = candidates[0]
    assert "As in session s-0" in best.precedent
    assert "`both`" in best.precedent
    assert "let first = &title" in crate.after(best.edits)


async def test_without_memory_nothing_is_recalled(crate):
    candidates = await SearchBrain().think(crate.context(error_in(crate, LATER)))
    assert not any(each.precedent for each in candidates)


async def test_what_no_move_would_propose_comes_back_from_memory_alone(crate, store):
    strange = "pub fn total(rows: &[u32]) -> u32 {\n    rows.summed()\n}\n"
    found = error_in(crate, strange)
    brain = get_brain("search", store)
    context = crate.context(found, repository="shop")
    start = strange.index("summed()")
    edit = Edit(path="lib.rs", byte_start=start, byte_end=start + 8, before="summed()", after="iter().sum()")
    any_one = (await brain.think(context) or (None,))[0]
    assert any_one is not None
    memory = Recollection(store)
    (mended,) = memory.sift(context, [replace(any_one, key="k", move="by-hand", edits=(edit,))])
    memory.learn(ended(mended, "green", code="E0599"))
    moved = "pub const ONE: u32 = 1;\n\npub fn all(numbers: &[u32]) -> u32 {\n    ONE + numbers.summed()\n}\n"
    _, _, candidates = await think(store, crate, moved)
    assert candidates[0].move == NAME
    assert "ONE + numbers.iter().sum()" in crate.after(candidates[0].edits)


async def test_a_vetoed_idea_is_not_proposed_again_in_that_repository(crate, store):
    brain, _, candidates = await think(store, crate, FIRST)
    clone = named(candidates, ".clone()")
    brain.learn(ended(clone, "green"))
    brain.learn(ended(clone, "vetoed"))
    _, _, again = await think(store, crate, LATER)
    assert again
    assert not any("let first = title.clone()" in crate.after(each.edits) for each in again)
    _, _, elsewhere = await think(store, crate, FIRST, repository="other")
    assert named(elsewhere, ".clone()")


async def test_a_red_idea_is_left_out_at_its_place_though_lines_moved_and_locals_are_renamed(crate, store):
    chosen = await mend(store, crate, FIRST, ".clone()", "red")
    moved = "// new\n\npub const A: u8 = 1;\n\n" + FIRST.replace("name", "label").replace("kept", "held")
    _, _, again = await think(store, crate, moved)
    texts = [crate.after(each.edits) for each in again]
    assert texts
    assert not any("let held = label.clone()" in text for text in texts)
    assert chosen.intent


async def test_a_red_idea_sinks_below_everything_where_the_context_differs(crate, store):
    await mend(store, crate, FIRST, ".clone()", "red")
    _, _, again = await think(store, crate, LATER)
    sunk = next(each for each in again if "let first = title.clone()" in crate.after(each.edits))
    assert sunk.confidence <= 0.3
    assert again[0] is not sunk


async def test_an_idea_that_failed_three_times_in_a_repository_is_not_had_there_again(crate, store):
    for number in range(3):
        text = FIRST.replace("let kept = name;", "let kept = name;\n" + "    let _ = 1;\n" * number)
        await mend(store, crate, text, ".clone()", "refuted")
    _, _, here = await think(store, crate, LATER)
    assert not any("let first = title.clone()" in crate.after(each.edits) for each in here)
    _, _, elsewhere = await think(store, crate, LATER, repository="other")
    assert any("let first = title.clone()" in crate.after(each.edits) for each in elsewhere)


async def test_what_is_undone_is_no_example_any_more(crate, store):
    brain, _, candidates = await think(store, crate, FIRST)
    borrow = named(candidates, "&")
    brain.learn(ended(borrow, "green"))
    brain.learn(ended(borrow, "undone"))
    rows = store.experiences()
    assert [row.verdict for row in rows] == ["green", "undone"]
    assert not any(row.template or row.ground for row in rows)
    _, _, again = await think(store, crate, LATER)
    assert not any(each.precedent for each in again)


async def test_progress_is_an_example_only_once_it_came_to_green(crate, store):
    brain, _, candidates = await think(store, crate, FIRST)
    borrow = named(candidates, "&")
    brain.learn(ended(borrow, "progress"))
    assert not any(each.precedent for each in (await think(store, crate, LATER))[2])
    brain.learn(ended(borrow, "proven"))
    assert [row.verdict for row in store.experiences()] == ["green"]
    assert any(each.precedent for each in (await think(store, crate, LATER))[2])


async def test_a_session_that_the_mentor_graded_as_wrong_is_not_followed(crate, store):
    await mend(store, crate, FIRST, "&")
    store.save_devlog(
        DevLog(
            id="d",
            session="s-0",
            at="2026-01-01T00:00:00.000Z",
            repository="shop",
            base="0",
            brain="search",
            outcome=Outcome.FIXED,
            summary="",
        )
    )
    store.add_grade("d", "correctness", 1)
    assert not any(each.precedent for each in (await think(store, crate, LATER))[2])


async def test_an_idea_refuted_in_this_session_stays_refuted_after_its_lines_moved(crate, store):
    brain, _, candidates = await think(store, crate, FIRST)
    clone = named(candidates, ".clone()")
    found = error_in(crate, "// a line above\n" + FIRST)
    again = await brain.think(crate.context(found, repository="shop", refuted=frozenset({clone.key})))
    assert not any("let kept = name.clone()" in crate.after(each.edits) for each in again)


async def test_the_explanation_names_the_session(crate, store):
    await mend(store, crate, FIRST, "&")
    brain, context, candidates = await think(store, crate, LATER)
    assert "session s-0" in (await brain.explain(context, candidates[0])).text


async def test_a_revoked_memory_proposes_nothing(crate, store):
    await mend(store, crate, FIRST, "&")
    found = crate.context(error_in(crate, LATER), repository="shop")
    assert list(Recollection(store).recall(found))
    assert not list(Recollection(store, frozenset({NAME})).recall(found))


async def test_nothing_is_kept_by_the_forgetful_brain(crate, store):
    found = crate.context(error_in(crate, FIRST), repository="shop")
    brain = get_brain("forgetful", store)
    best = (await brain.think(found))[0]
    brain.learn(ended(best, "green"))
    assert store.experiences() == []
    assert store.outcome_counts() == []


def test_an_experience_is_read_back_as_it_was_kept(store):
    kept = Experience(*[f"{name}é" for name in Experience.__dataclass_fields__])
    store.record_experience(kept)
    assert store.experiences() == [kept]
    assert store.experience_of(kept.session, kept.candidate) == kept
