"""Cards out of the docs and out of her mistakes, and the questions they become."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from curriculum.drills.canon import canon_cards
from curriculum.drills.card import Kind, digest_of, make_card
from curriculum.drills.mistakes import find_mistake, mistake_cards
from curriculum.drills.question import CardGoneError, ask
from engine.rust.docs import Docs
from engine.schema.devlog import DevLog, Entry, Outcome
from engine.schema.diagnostic import Diagnostic, Level, Tool
from engine.schema.event import DiagnosticEvent
from engine.store.outcomes import OutcomeRecord
from engine.store.store import Store
from tests.curriculum.drills.conftest import ASSIGNED_TWICE, MENDED, SECRET, error_page

AT = "2026-01-02T03:04:05.678Z"


def devlog(outcome: Outcome, code: str = "E0384", repository: str = "/src/ink") -> DevLog:
    entry = Entry(
        diagnostic="d1", code=code, message="cannot assign twice", where="src/lib.rs:4", gear="quick", attempts=1,
        intent="Make it mutable.", move="add-mut", confidence=0.9, outcome=outcome, mentor=("Shadow it instead.",),
    )  # fmt: skip
    return DevLog(
        id="devlog-1", session="s1", at=AT, repository=repository, base="0", brain="search", outcome=outcome,
        summary="x", entries=(entry,),
    )  # fmt: skip


def test_the_canon_has_a_card_of_every_kind_where_the_docs_have_the_stuff(docs: Docs) -> None:
    cards = canon_cards(docs)
    kinds = Counter((card.kind, card.page) for card in cards)
    assert kinds["explain", "error_codes/E0384.html"] == 1
    assert kinds["predict", "error_codes/E0384.html"] == 2  # the broken example and the mended one
    assert kinds["fix", "error_codes/E0384.html"] == 1  # there is nothing to mend in the other
    assert kinds["predict", "book/ch03-01-variables-and-mutability.html"] == 1
    assert len({card.id for card in cards}) == len(cards)


def test_no_docs_make_no_cards(tmp_path: Path) -> None:
    assert canon_cards(Docs(None)) == ()
    assert canon_cards(Docs(tmp_path / "nowhere")) == ()


def test_cards_are_the_same_every_time_they_are_made(html_root: Path) -> None:
    assert canon_cards(Docs(html_root)) == canon_cards(Docs(html_root))


def test_a_changed_text_makes_another_card_and_an_old_one_cannot_be_asked(html_root: Path) -> None:
    before = {card.kind: card for card in canon_cards(Docs(html_root)) if card.page == "error_codes/E0384.html"}
    page = error_page("E0384", (ASSIGNED_TWICE.replace("count", "sum"), "compile_fail E0384"), words="new words")
    (html_root / "error_codes/E0384.html").write_text(page, encoding="utf-8")
    after = Docs(html_root)
    assert not {card.id for card in before.values()} & {card.id for card in canon_cards(after)}
    for card in before.values():
        with pytest.raises(CardGoneError):
            ask(card, after)


def test_an_example_that_moved_on_its_page_is_found_there(html_root: Path) -> None:
    card = next(card for card in canon_cards(Docs(html_root)) if card.kind == Kind.FIX and card.code == "E0384")
    page = error_page("E0384", (MENDED, ""), (ASSIGNED_TWICE, "compile_fail E0384"))
    (html_root / "error_codes/E0384.html").write_text(page, encoding="utf-8")
    assert ask(card, Docs(html_root)).source == ASSIGNED_TWICE


def test_examples_that_no_single_file_can_be_made_of_are_left_out(html_root: Path) -> None:
    blocks = [
        ("#![feature(x)]\nfn main() {}\n", "compile_fail E0384"),
        ("extern crate rand;\nfn main() {}\n", ""),
        ("mod other;\nfn main() {}\n", ""),
        ("fn main() {}\nfn two() {}\n", "ignore"),
        ("fn main() {}\n", "console"),
    ]
    (html_root / "error_codes/E0384.html").write_text(error_page("E0384", *blocks), encoding="utf-8")
    assert not [card for card in canon_cards(Docs(html_root)) if card.code == "E0384"]


def test_a_page_of_an_error_that_is_not_given_any_more_makes_no_card(html_root: Path) -> None:
    page = error_page("E0384", (ASSIGNED_TWICE, "compile_fail E0384"), words="no longer emitted by the compiler")
    (html_root / "error_codes/E0384.html").write_text(page, encoding="utf-8")
    assert not [card for card in canon_cards(Docs(html_root)) if card.code == "E0384"]


def test_a_question_quotes_the_docs_and_cites_them(docs: Docs) -> None:
    explain = next(card for card in canon_cards(docs) if card.kind == Kind.EXPLAIN and card.code == "E0384")
    question = ask(explain, docs)
    assert SECRET in question.key
    assert question.citations[0] == "error_codes/E0384.html"
    assert question.shown.strip() == ASSIGNED_TWICE.strip()
    assert question.mended.strip() == MENDED.strip()


def test_the_store_holds_where_a_text_stands_and_nothing_of_it(docs: Docs, store: Store, tmp_path: Path) -> None:
    store.deal_in(canon_cards(docs), "1")
    store.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("rusta.db*"))
    assert b"error_codes/E0384.html" in kept
    assert SECRET.encode() not in kept
    assert b"let count" not in kept


def test_a_digest_is_blind_to_white_space_at_the_ends_and_to_nothing_else() -> None:
    assert digest_of("a\nb") == digest_of("a  \nb\n\n")
    assert digest_of("a\nb") != digest_of("a\n b")
    assert (
        make_card(Kind.FIX, "x", topic="t", code="", page="p").id
        != make_card(Kind.PREDICT, "x", topic="t", code="", page="p").id
    )


@pytest.mark.parametrize("outcome", [Outcome.VETOED, Outcome.UNDONE, Outcome.ERROR])
def test_a_session_that_ended_badly_makes_a_card_about_what_happened(
    outcome: Outcome, docs: Docs, store: Store
) -> None:
    store.save_devlog(devlog(outcome))
    (card,) = mistake_cards(store, docs)
    assert (card.kind, card.code, card.origin, card.ref) == ("explain", "E0384", "mistake", "devlog-1#0")
    mistake = find_mistake(store, card.ref)
    assert mistake is not None
    prompt = ask(card, docs, mistake.story).prompt
    assert "cannot assign twice" in prompt
    assert "Shadow it instead." in prompt
    assert str(outcome) in prompt


def test_a_bad_grade_makes_a_card_and_taking_it_back_takes_the_mistake_back(docs: Docs, store: Store) -> None:
    store.save_devlog(devlog(Outcome.FIXED))
    assert mistake_cards(store, docs) == ()
    store.add_grade("devlog-1", "clarity", 2)
    assert [card.ref for card in mistake_cards(store, docs)] == ["devlog-1#0"]
    store.undo_grade("devlog-1")
    assert mistake_cards(store, docs) == ()
    assert find_mistake(store, "devlog-1#0") is None


def test_the_diagnostic_of_a_mistake_is_the_one_she_had(docs: Docs, store: Store) -> None:
    store.create_session("s1", repository="/src/ink", path="/src/ink", at=AT, brain="search")
    found = Diagnostic(id="d1", tool=Tool.RUSTC, level=Level.ERROR, code="E0384", message="cannot assign twice")
    store.append(DiagnosticEvent(seq=1, at=AT, session="s1", diagnostic=found))
    store.save_devlog(devlog(Outcome.VETOED))
    mistake = find_mistake(store, "devlog-1#0")
    assert mistake is not None
    assert mistake.finding == found


def test_a_move_that_went_red_twice_on_a_code_is_a_mistake_once_is_a_try(docs: Docs, store: Store) -> None:
    red = OutcomeRecord("s", AT, "r", "E0384", "add-mut", "", "insert", "E0384|add-mut|insert", 0.9, green=False)
    store.record_outcome(red)
    assert mistake_cards(store, docs) == ()
    store.record_outcome(red)
    assert [card.ref for card in mistake_cards(store, docs)] == ["E0384|add-mut"]


def test_the_memory_of_mistakes_makes_cards_too(docs: Docs, store: Store) -> None:
    for _ in range(3):
        store.record_mistake("E0425|rename|replace", "rename", session="s", at=AT)
    assert [card.ref for card in mistake_cards(store, docs)] == ["E0425|rename"]


def test_a_drill_that_was_graded_badly_is_no_second_card(docs: Docs, store: Store) -> None:
    store.save_devlog(devlog(Outcome.FIXED, repository="rust-docs"))
    store.add_grade("devlog-1", "correctness", 1)
    assert mistake_cards(store, docs) == ()
