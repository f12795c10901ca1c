"""Sealed sets: which copies are recognised, which texts are not, and how exams are counted."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RecordError, RustaError
from engine.evals.sealed import Sealed, exams, keep_seal, make_seal
from engine.resources import shipped
from engine.rust.likeness import fingerprint
from engine.schema.patch import FileImage, Patch

LEDGER = """
use std::collections::BTreeMap;

/// What each account holds.
pub struct Ledger {
    accounts: BTreeMap<String, i64>,
}

impl Ledger {
    pub fn transfer(&mut self, from: &str, to: &str, amount: i64) -> Result<(), String> {
        let held = self.accounts.get(from).copied().ok_or_else(|| format!("no account {from}"))?;
        if held < amount {
            return Err(format!("{from} holds only {held}"));
        }
        *self.accounts.entry(from.to_string()).or_default() -= amount;
        *self.accounts.entry(to.to_string()).or_default() += amount;
        Ok(())
    }
}
"""
RENAMED = LEDGER
for old, new in (
    ("Ledger", "Vault"),
    ("accounts", "boxes"),
    ("transfer", "shift"),
    ("held", "inside"),
    ("amount", "coins"),
):
    RENAMED = RENAMED.replace(old, new)
OTHER = """
pub fn longest<'a>(words: &[&'a str]) -> Option<&'a str> {
    let mut best: Option<&'a str> = None;
    for word in words {
        if best.is_none_or(|known| known.len() < word.len()) {
            best = Some(word);
        }
    }
    best
}
pub fn shout(text: &str) -> String {
    text.chars().map(|sign| sign.to_ascii_uppercase()).collect()
}
"""


@pytest.fixture
def sealed(shelf):
    shelf.put("ledger", LEDGER.replace("amount;", "amont;"), after={"src/lib.rs": LEDGER})
    return Sealed([make_seal("exam", shelf.load())])


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        (LEDGER, "exact"),
        ("// mine\n" + LEDGER.replace("    ", "\t"), "normalised"),
        (RENAMED, "renamed"),
        (RENAMED + OTHER, "near"),
        (OTHER + LEDGER.replace("return Err", "eprintln!(); return Err"), "near"),
    ],
)
def test_copies_of_a_sealed_text_are_recognised(sealed, text, likeness):
    found = sealed.match(text.encode())
    assert found is not None
    assert (found.likeness, found.seal, found.case) == (likeness, "exam", "ledger")
    assert 0.6 <= found.share <= 1


@pytest.mark.parametrize("text", [OTHER, "", "fn main() {}\n", "not rust at all \"'"])
def test_texts_of_ones_own_are_not(sealed, text):
    assert sealed.match(text.encode()) is None


def test_this_projects_own_practice_crates_are_no_copies_of_the_curated_cases():
    from engine.evals.tasks import curated
    from engine.resources import shipped

    sealed = Sealed([make_seal("cases", curated())])
    crates = sorted(shipped("data", "practice", "green").rglob("*.rs"))
    assert crates
    assert [path.name for path in crates if sealed.match(path.read_bytes())] == []


@given(st.text(max_size=300))
def test_a_fingerprint_is_had_of_anything(text):
    known = fingerprint(text.encode("utf-8", "surrogatepass"))
    assert len(known.sketch) == min(known.shingles, 256)


def test_a_seal_is_kept_once_and_never_replaced(shelf, home):
    shelf.put("one")
    keep_seal(make_seal("exam", shelf.load()))
    with pytest.raises(RustaError, match="there is a seal exam already"):
        keep_seal(make_seal("exam", shelf.load()))
    shipped, seal = Sealed.load().seals
    assert Sealed.load().sealed_cases(shelf.load()) == {"exam": 1}
    shelf.put("one", shelf.sound)
    assert Sealed.load().sealed_cases(shelf.load()) == {}, "a case that was changed is another case"
    (home / "evals" / "seals" / "exam.json").write_text("{")
    with pytest.raises(RecordError, match=r"exam\.json cannot be read"):
        Sealed.load()
    assert (shipped.name, seal.name) == ("golden", "exam")


async def test_a_run_on_a_sealed_set_is_an_exam_and_counted(shelf, evaluate):
    shelf.put("one")
    plain = await evaluate(shelf.load())
    keep_seal(make_seal("exam", shelf.load()))
    taken = [(await evaluate(shelf.load())).head.run for _ in range(2)]
    assert not plain.head.sealed
    assert [exam.run for exam in exams("exam")] == taken
    assert exams("another") == ()


def test_a_patch_on_a_sealed_text_is_barred_and_one_beside_it_is_not() -> None:
    sealed = Sealed.load()
    before = (shipped("data") / "golden" / "ini-reopened-section" / "before" / "src" / "lib.rs").read_bytes()

    def patch(source: bytes) -> Patch:
        digests = (hashlib.sha256(source).hexdigest(), hashlib.sha256(source + b"\n").hexdigest())
        image = FileImage(path="src/lib.rs", before=digests[0], after=digests[1])
        words = {"id": "p", "intent": "", "move": "m", "diff": "", "inverse_diff": ""}
        return Patch(**words, diagnostics=(), edits=(), inverse=(), files=(image,))

    assert sealed.bars(patch(before))
    assert not sealed.bars(patch(before + b"// mine\n"))
