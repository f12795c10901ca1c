"""The small index takes in what is new, and names what it has already."""

from engine.corpus.dedup.incremental import SmallIndex
from tests.corpus.dedup.corpora import similarity, text


def test_a_near_copy_is_not_taken_in() -> None:
    index = SmallIndex()
    base = b" ".join(text(1, 200))
    assert index.add("a", base) is None
    assert index.add("b", b" ".join(text(2, 200))) is None
    assert index.add("c", base + b" more") == ("a", similarity(base, base + b" more"))
    assert len(index) == 2


def test_what_is_alike_but_not_enough_is_taken_in() -> None:
    words = text(3, 200)
    one, other = b" ".join(words), b" ".join(words[:150] + text(4, 50))
    assert 0.5 < similarity(one, other) < 0.8
    index = SmallIndex()
    assert (index.add("a", one), index.add("b", other)) == (None, None)
    assert SmallIndex(0.5).add("a", one) is None


def test_a_document_without_a_word_is_like_no_other() -> None:
    index = SmallIndex()
    assert (index.add("a", b""), index.add("b", b" \n"), len(index)) == (None, None, 0)
