"""Edits that recur in sessions on real rustc errors become moves, and only where they mend what was held out."""

import pytest

from engine.brain.memory.generalise import generalise
from engine.brain.memory.mining import Generalised, held_out, move_of, veins
from engine.brain.memory.proving import Proving
from engine.brain.memory.recall import Recollection
from engine.brain.memory.template import Template
from engine.brain.protocol import Candidate, edits_key
from engine.brain.registry import get_brain
from engine.brain.search import shape_of
from engine.schema.patch import Edit
from engine.store.outcomes import OutcomeRecord
from engine.store.rows import MoveRow

MANIFEST = b'[package]\nname = "held"\nversion = "0.1.0"\nedition = "2021"\n\n[lib]\npath = "lib.rs"\n'


def summing(number, name="rows"):
    return (
        f"pub fn total_{number}({name}: &[u32]) -> u32 {{\n    let start = {number};\n    start + {name}.summed()\n}}\n"
    )


def happened(store, crate, session, text, before, after, *, verdict="green", repository="shop", error=0):
    """A session in which replacing ``before`` by ``after`` ended so."""
    crate.write(text)
    found = crate.check()[error]
    at = text.encode().index(before.encode())
    edits = (Edit(path="lib.rs", byte_start=at, byte_end=at + len(before.encode()), before=before, after=after),)
    candidate = Candidate(edits_key(edits), "by-hand", "", "Sum the numbers.", edits, None, shape_of(edits), 0.5)
    memory = Recollection(store)
    memory.sift(crate.context(found, repository=repository), [candidate])
    memory.learn(
        OutcomeRecord(
            session, "t", repository, found.code, "by-hand", "", "", "", 0.5, verdict == "green", candidate.key, verdict
        )
    )


@pytest.fixture
def lived(store, crate):
    for number, name in enumerate(("rows", "numbers", "parts")):
        happened(store, crate, f"s{number}", summing(number, name), "summed()", "iter().sum::<u32>()")
    return store


def mined(store):
    past = store.experiences(grounded=True)
    (vein,) = veins(past)
    return vein, held_out(vein, past)


def test_what_three_sessions_have_in_common_is_generalised_from_them(lived):
    vein, evidence = mined(lived)
    assert vein.sessions == ("s0", "s1", "s2")
    assert (evidence.fits, evidence.mended) == (3, 3)
    assert evidence.holds


def test_two_sessions_are_no_move_and_neither_is_one_place_three_times(store, crate):
    for session in ("s0", "s1"):
        happened(store, crate, session, summing(1), "summed()", "iter().sum::<u32>()")
    assert veins(store.experiences(grounded=True)) == []
    happened(store, crate, "s2", summing(1), "summed()", "iter().sum::<u32>()")
    assert veins(store.experiences(grounded=True)) == []


def test_what_was_red_or_undone_is_not_mined(lived, crate):
    happened(lived, crate, "s4", summing(9), "summed()", "len() as u32", verdict="red")
    last = lived.experiences(session="s2")[0]
    lived.take_back(last, "undone", at="t")
    assert veins(lived.experiences(grounded=True)) == []


def test_experience_against_a_template_counts_against_it(lived, crate):
    for number in (4, 5, 6):
        happened(lived, crate, f"s{number}", summing(number), "summed()", "iter().copied().max().unwrap_or(0)")
    past = lived.experiences(grounded=True)
    for vein in veins(past):
        evidence = held_out(vein, past)
        assert (evidence.fits, evidence.mended) == (6, 3)
        assert not evidence.holds


async def test_a_mined_move_is_proposed_by_name_with_its_sessions_until_it_is_revoked(lived, crate):
    vein, evidence = mined(lived)
    move = move_of(vein, evidence, "t")
    lived.save_mined(move)
    assert lived.mined_moves("E0599") == [move]
    crate.write(
        "pub struct Cart;\n\nimpl Cart {\n    pub fn sum(&self, prices: &[u32]) -> u32 { prices.summed() }\n}\n"
    )
    found = crate.check()[0]
    context = crate.context(found, repository="another")
    brain = get_brain("search", lived)
    candidates = await brain.think(context)
    ours = next(each for each in candidates if "iter().sum::<u32>()" in crate.after(each.edits))
    assert "generalised this from 3 sessions: s0, s1, s2" in ours.precedent or "session" in ours.precedent
    proposed = [each.move for each in Recollection(lived).recall(context)]
    assert move.name in proposed
    lived.save_move(MoveRow(move.name, "mined", "", "t"))
    lived.revoke_move(move.name, reason="too eager")
    revoked = frozenset(each.name for each in lived.moves(revoked=True))
    assert move.name not in [each.move for each in Recollection(lived, revoked).recall(context)]


async def test_a_compiler_judges_held_out_cases(lived, tmp_path):
    vein, _ = mined(lived)
    packages = {
        "good": {"Cargo.toml": MANIFEST, "lib.rs": summing(7, "many").encode()},
        "bad": {"Cargo.toml": MANIFEST, "lib.rs": summing(7, "many").replace("&[u32]", "&str").encode()},
        "other": {"Cargo.toml": MANIFEST, "lib.rs": b"pub fn f() -> u8 {\n    missing()\n}\n"},
    }
    proving = Proving(packages, tmp_path / "scratch")
    assert (await proving.judge("E0599", vein.general, ["good"])).mended == 1
    against = await proving.judge("E0599", vein.general, ["bad"])
    assert against.mended == 0
    assert (await proving.judge("E0599", vein.general, ["other"])).fits == 0
    assert (tmp_path / "scratch" / "good" / "tree" / "lib.rs").read_bytes() == packages["good"]["lib.rs"]


def test_different_edits_have_nothing_in_common(store, crate):
    happened(store, crate, "s0", summing(0), "summed()", "iter().sum::<u32>()")
    happened(store, crate, "s1", summing(1), "summed()", "len() as u32")
    one, other = (Template.read(each.template) for each in store.experiences(grounded=True))
    assert generalise(one, other) is None
    assert generalise(one, one) == one


def test_a_mined_template_is_read_back_as_it_was_kept(lived):
    vein, _ = mined(lived)
    assert Generalised.read(vein.general.model_dump_json()) == vein.general
