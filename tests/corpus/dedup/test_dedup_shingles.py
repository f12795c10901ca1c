"""Shingles against the plain definition of them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from engine.corpus.dedup.shingles import SHINGLE, distinct, shingles

_TOKEN = re.compile(rb"[0-9A-Za-z_\x80-\xff]+|[^0-9A-Za-z_\x80-\xff \t\n\r\f\v\x00]")
_texts = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.lists(st.sampled_from([b"fn", b"a", b"b", b"(", b"::", b"x" * 300, b" ", b"long_name_of_a_thing"])).map(
            b" ".join
        ),
    ),
    max_size=8,
)


def _plain(text: bytes) -> list[tuple[bytes, ...]]:
    tokens = _TOKEN.findall(text)
    runs = [tuple(tokens[at : at + SHINGLE]) for at in range(len(tokens) - SHINGLE + 1)]
    return runs or ([tuple(tokens)] if tokens else [])


@given(_texts)
def test_equal_hashes_stand_for_equal_runs_and_no_others(texts: list[bytes]) -> None:
    found = shingles(texts)
    hash_of: dict[tuple[bytes, ...], int] = {}
    for text, source in enumerate(texts):
        runs = _plain(source)
        hashes = found.hashes[found.offsets[text] : found.offsets[text + 1]].tolist()
        assert len(hashes) == len(runs)
        for run, value in zip(runs, hashes, strict=True):
            assert hash_of.setdefault(run, value) == value
    assert len(set(hash_of.values())) == len(hash_of)


@given(_texts)
def test_a_text_has_the_same_shingles_alone_and_among_others(texts: list[bytes]) -> None:
    together = shingles(texts)
    for text, source in enumerate(texts):
        assert shingles([source]).of(0).tolist() == together.of(text).tolist()


def test_long_words_that_differ_only_at_their_end_differ() -> None:
    texts = [b"x" * 5000 + end for end in (b"a", b"b", b"ab", b"")]
    assert len({int(shingles([text]).hashes[0]) for text in texts}) == len(texts)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 3)))
def test_distinct_is_an_ordered_set(values: list[int]) -> None:
    import numpy as np

    assert distinct(np.array(values, np.uint64)).tolist() == sorted(set(values))


def test_no_texts_have_no_shingles() -> None:
    found = shingles([])
    assert (len(found.hashes), found.offsets.tolist()) == (0, [0])
