"""The book of the challenge: an edition stays what it was, an attempt is kept once, rulings need reasons."""

from __future__ import annotations

import pytest

from engine.errors import StoreError
from engine.store.golden import GoldenAttempt
from engine.store.store import Store

CASES = (("lru", "d1", False), ("trie", "d2", True))


def test_the_first_exam_of_a_month_freezes_its_edition(store: Store) -> None:
    assert store.golden_edition("2026-01") is None
    first = store.open_golden_exam(CASES, "2026-01", "r1", "search", None)
    second = store.open_golden_exam((("other", "d3", False),), "2026-01", "r2", "search", "w")
    edition = store.golden_edition("2026-01")
    assert edition is not None
    assert edition.cases == CASES
    assert edition.ids == ("lru", "trie")
    assert [exam.run for exam in store.golden_exams("2026-01")] == ["r1", "r2"]
    assert (first.ended, second.weights) == (None, "w")
    assert store.golden_editions() == [edition]


def test_an_exam_is_opened_once_and_ends_once(store: Store) -> None:
    opened = store.open_golden_exam(CASES, "2026-01", "r1", "search", None)
    assert store.open_golden_exam(CASES, "2026-01", "r1", "search", None) == opened
    store.end_golden_exam("r1")
    ended = store.golden_exams()[0].ended
    assert ended is not None
    store.end_golden_exam("r1")
    assert store.golden_exams()[0].ended == ended


def test_an_attempt_is_kept_once(store: Store) -> None:
    store.open_golden_exam(CASES, "2026-01", "r1", "search", None)
    store.save_golden_attempt(GoldenAttempt("r1", "trie", "fixed", 92.5, {"diff": "…"}))
    store.save_golden_attempt(GoldenAttempt("r1", "trie", "wrong", 0.0))
    store.save_golden_attempt(GoldenAttempt("r1", "lru", "error", None))
    found = store.golden_attempts("r1")
    assert [(one.golden, one.status, one.total) for one in found] == [("lru", "error", None), ("trie", "fixed", 92.5)]
    assert found[1].body == {"diff": "…"}
    assert store.golden_attempts("r2") == []


def test_a_ruling_needs_a_reason(store: Store) -> None:
    with pytest.raises(StoreError, match="not retired without a reason"):
        store.rule_golden("lru", "retire", " \n ")
    store.rule_golden("lru", "pin", "the one  to watch")
    store.rule_golden("lru", "retire", "known by heart")
    assert [(one.ruling, one.reason) for one in store.golden_rulings()] == [
        ("pin", "the one to watch"),
        ("retire", "known by heart"),
    ]
