"""The shape of a text: its tokens with every name the same and comments left out, in runs, quick to compare.

Renaming, formatting and comments do not change a shape, so a text that shares little of a sealed text's shape is no
copy of it. That takes hundredths of what `engine.rust.known_texts` takes, which has the last word on the others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup.shingles import Shingles, runs, token_hashes
from engine.rust.known_texts import LEAST_SHINGLES
from engine.rust.likeness import KEYWORDS, SHINGLE

_COMMENT = re.compile(rb"//[^\n]*|/\*.*?\*/", re.DOTALL)  # in strings too, in both texts alike
_LETTER = np.array([byte >= 128 or chr(byte).isalpha() or byte == ord("_") for byte in range(256)])
_NAME = np.uint64(1)
_ALIKE = 4  # times as many runs, which repeats and strings may account for
_KEPT = np.sort(token_hashes([word.encode() for word in sorted(KEYWORDS)]).hashes)


def shapes(texts: Sequence[bytes]) -> Shingles:
    """The runs of tokens of each text, keywords, numbers and signs as they are and every other word as one."""
    tokens = token_hashes([_COMMENT.sub(b" ", text) for text in texts])
    hashes = np.where(_LETTER[tokens.first] & ~_looked_up(tokens.hashes, _KEPT)[1], _NAME, tokens.hashes)
    return runs(hashes, tokens.ends, SHINGLE)


class Shapes:
    """The shapes of known texts, and which texts have enough of one in them to be looked at closely."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        made = shapes(texts)
        sets = [one for text in range(len(texts)) if len(one := made.of(text))]
        every = np.concatenate([np.empty(0, np.uint64), *sets])
        self._all = np.unique(every)
        self._places = np.searchsorted(self._all, every)  # of the shapes of one text after the other
        self._sizes = np.array([len(one) for one in sets], np.int64)
        self._starts = np.cumsum(self._sizes) - self._sizes

    def suspects(self, texts: Sequence[bytes], least: float) -> NDArray[np.bool_]:
        """Which of the texts hold at least the share ``least`` of the shape of a known one.

        A known text of few tokens is no part of another, so only texts of about its size are suspected for it.
        """
        made = shapes(texts)
        places, known = _looked_up(made.hashes, self._all)
        met, owner = places[known], np.repeat(np.arange(len(texts)), np.diff(made.offsets))[known]
        suspect = np.zeros(len(texts), np.bool_)
        for text in np.unique(owner).tolist():
            held = np.zeros(len(self._all), np.bool_)
            held[met[slice(*np.searchsorted(owner, (text, text + 1)))]] = True
            share = np.add.reduceat(held[self._places], self._starts, dtype=np.int64) / self._sizes
            count = made.offsets[text + 1] - made.offsets[text]
            fits = (self._sizes >= LEAST_SHINGLES) | (count <= _ALIKE * self._sizes)
            suspect[text] = bool(((share >= least) & fits).any())
        return suspect


def _looked_up(values: NDArray[np.uint64], ordered: NDArray[np.uint64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Where each value stands among the ordered ones, and whether it does."""
    if not len(ordered):
        return np.zeros(len(values), np.intp), np.zeros(len(values), np.bool_)
    at = np.searchsorted(ordered, values)
    at[at == len(ordered)] = 0
    return at, ordered[at] == values
