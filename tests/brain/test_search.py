import re

import pytest

from engine.brain.judge import APPLICABILITY_PRIORS
from engine.brain.judge_weights import Learnt
from engine.brain.moves.edits import normal
from engine.brain.moves.suggested import NAME
from engine.brain.registry import UnknownBrainError, get_brain
from engine.brain.search import SearchBrain
from engine.errors import RustaError
from engine.schema.diagnostic import Applicability, Replacement, Suggestion
from engine.schema.patch import Edit
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store

USED_TWICE = """pub fn both(name: String) -> (String, usize) {
    let kept = name;
    (kept, name.len())
}
"""
MISMATCH = 'pub fn word() -> String {\n    "a"\n}\n'


def first_error(crate, text):
    crate.write(text)
    return crate.check()[0]


def suggest(diagnostic, *parts, applicability="MaybeIncorrect", message="try this"):
    suggestion = Suggestion(
        message=message,
        applicability=applicability,
        parts=[Replacement(file="lib.rs", byte_start=a, byte_end=b, text=t) for a, b, t in parts],
    )
    return diagnostic.model_copy(update={"suggestions": (*diagnostic.suggestions, suggestion)})


async def test_candidates_come_best_first_with_different_results(crate):
    error = first_error(crate, USED_TWICE)
    candidates = await SearchBrain().think(crate.context(error))
    assert candidates
    confidences = [candidate.confidence for candidate in candidates]
    assert confidences == sorted(confidences, reverse=True)
    results = [crate.after(candidate.edits) for candidate in candidates]
    assert len(results) == len({*results})
    assert "name.clone();" in results[0]
    assert candidates[0].applicability is Applicability.MACHINE_APPLICABLE


async def test_a_refuted_candidate_does_not_come_back(crate):
    error = first_error(crate, USED_TWICE)
    brain = SearchBrain()
    best, *rest = await brain.think(crate.context(error))
    again = await brain.think(crate.context(error, refuted=frozenset({best.key})))
    assert [candidate.key for candidate in again] == [candidate.key for candidate in rest]


async def test_thinking_twice_gives_the_same_keys(crate):
    error = first_error(crate, MISMATCH)
    one, two = [await SearchBrain().think(crate.context(error)) for _ in range(2)]
    assert one == two


async def test_what_went_wrong_ranks_lower_the_next_time(crate):
    error = first_error(crate, USED_TWICE)
    brain = SearchBrain()
    best = (await brain.think(crate.context(error, repository="shop-1")))[0]
    for _ in range(30):
        brain.learn(
            OutcomeRecord(
                "s", "t", "shop-1", error.code, best.move, best.applicability or "", best.shape, "", 0.9, False
            )
        )
    again = await brain.think(crate.context(error, repository="shop-1"))
    assert next(each for each in again if each.key == best.key).confidence < best.confidence


async def test_exclusive_suggestions_share_what_they_can_be_worth(crate):
    error = first_error(crate, MISMATCH).model_copy(update={"suggestions": ()})
    for word in ("String::new()", "String::default()", '"b".into()'):
        error = suggest(error, (30, 33, word))
    candidates = [each for each in await SearchBrain().think(crate.context(error)) if each.move == NAME]
    assert len(candidates) == 3
    assert sum(candidate.confidence for candidate in candidates) < 1


async def test_a_single_suggestion_is_worth_its_applicability_before_anything_is_fitted(crate):
    error = first_error(crate, MISMATCH).model_copy(update={"suggestions": ()})
    error = suggest(error, (30, 33, "String::new()"), applicability="Unspecified")
    brain = SearchBrain(learnt=Learnt({}))
    candidate = next(each for each in await brain.think(crate.context(error)) if each.move == NAME)
    assert candidate.confidence == pytest.approx(APPLICABILITY_PRIORS[Applicability.UNSPECIFIED])


@pytest.mark.parametrize("text", ["todo!()", "unimplemented!()", "unsafe { x() }", "/* value */", "#[allow(x)] 3"])
async def test_she_follows_no_suggestion_that_silences_or_postpones(crate, text):
    error = first_error(crate, MISMATCH).model_copy(update={"suggestions": ()})
    error = suggest(error, (30, 33, text))
    assert not [each for each in await SearchBrain().think(crate.context(error)) if each.move == NAME]


async def test_a_suggestion_that_does_not_fit_the_file_is_dropped(crate):
    error = suggest(first_error(crate, MISMATCH), (3000, 3003, "x"))
    assert all(each.edits[0].byte_end < 100 for each in await SearchBrain().think(crate.context(error)))


async def test_a_file_that_is_not_utf8_is_not_edited(crate):
    error = first_error(crate, MISMATCH)
    crate.file.write_bytes(b"\xff" + crate.file.read_bytes())
    assert await SearchBrain().think(crate.context(error)) == ()


async def test_a_revoked_move_is_not_made(crate):
    error = first_error(crate, USED_TWICE)
    candidates = await SearchBrain(revoked=[NAME, "clone-where-it-moves"]).think(crate.context(error))
    assert {"clone-where-it-moves", NAME}.isdisjoint(candidate.move for candidate in candidates)


async def test_crlf_files_stay_crlf(crate):
    crate.file.write_bytes(b"pub fn go() -> HashMap<u8, u8> {\r\n    HashMap::new()\r\n}\r\n")
    error = crate.check()[0]
    best = (await SearchBrain().think(crate.context(error)))[0]
    after = crate.after(best.edits)
    assert "use std::collections::HashMap;\r\n" in after
    assert not re.search(r"(?<!\r)\n", after)


def test_edits_are_cut_down_to_what_changes():
    edit = Edit(path="a", byte_start=4, byte_end=9, before="über", after="übler")
    assert normal([edit])[0] == Edit(path="a", byte_start=7, byte_end=7, before="", after="l")


async def test_the_explanation_says_what_is_wrong_and_what_she_does(crate):
    error = first_error(crate, USED_TWICE)
    brain = SearchBrain()
    context = crate.context(error)
    best = (await brain.think(context))[0]
    told = (await brain.explain(context, best)).text
    assert "`name` is given away" in told
    assert "line 2" in told
    assert best.intent.rstrip(".") in told


def test_an_unknown_brain_is_refused_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSTA_HOME", str(tmp_path))
    with Store.open(f"sqlite:///{tmp_path / 'rusta.db'}") as store:
        assert get_brain("search", store).name == "search"
        with pytest.raises(UnknownBrainError, match="no brain `oracle`") as caught:
            get_brain("oracle", store)
    assert isinstance(caught.value, RustaError)
    assert "search" in caught.value.fix


async def test_a_mutable_borrow_is_never_turned_into_a_copy(crate):
    error = first_error(
        crate,
        "pub fn go(text: &mut String) {\n    let one = &mut *text;\n    text.push('a');\n    one.push('b');\n}\n",
    )
    assert error.code == "E0499"
    assert "copy-out" not in {each.move for each in await SearchBrain().think(crate.context(error))}


async def test_copy_is_not_derived_for_a_type_that_owns(crate):
    error = first_error(
        crate,
        "pub struct Item { pub name: String }\npub fn two(item: Item) -> [Item; 2] {\n    [item, item]\n}\n",
    )
    intents = [each.intent for each in await SearchBrain().think(crate.context(error))]
    assert "Derive `Clone` for `Item`." in intents
    assert "Derive `Copy` for `Item`." not in intents
