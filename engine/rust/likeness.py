"""How alike two Rust texts are: byte for byte, but for layout and comments, but for names and strings, or in part.

The last is measured by shingles (runs of tokens, as in Broder, "On the resemblance and containment of documents",
1997) over the text with its names evened out, so that a renamed copy inside a longer file is found too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from hashlib import blake2b

from engine.rust.tokens import tokens

_Word = tuple[str, bool]  # its text, and whether the author chose it freely: a name, or a string that may hold names
_CHOSEN = frozenset(["word", "lifetime", "string"])

SHINGLE = 12  # tokens
SKETCH = 256  # shingles that are kept of a text: those with the smallest hashes

KEYWORDS = frozenset(
    "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move "  # noqa: SIM905
    "mut pub ref return self Self static struct super trait true type union unsafe use where while bool char f32 f64 "
    "i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize".split()
)


@dataclass(frozen=True)
class Fingerprint:
    """What a text is known by. All but ``exact`` (of the bytes) are over its tokens, comments left out.

    ``sketch``: the smallest hashes of its shingles, at most `SKETCH`, in order; ``shingles``: how many it has in all.
    """

    exact: str
    normal: str
    renamed: str
    sketch: tuple[int, ...]
    shingles: int


def fingerprint(source: bytes) -> Fingerprint:
    """The fingerprint of a Rust text. A text that is no Rust has one too."""
    return fingerprint_and_shingles(source)[0]


def fingerprint_and_shingles(source: bytes) -> tuple[Fingerprint, frozenset[int]]:
    """The fingerprint of a Rust text, and the hashes of all its shingles, for `contained`."""
    words = _words(source)
    hashes = frozenset(_shingles(words))
    known = Fingerprint(
        exact=hashlib.sha256(source).hexdigest(),
        normal=_digest([text for text, _ in words]),
        renamed=_digest(_evened(words)),
        sketch=tuple(sorted(hashes)[:SKETCH]),
        shingles=len(hashes),
    )
    return known, hashes


def contained(known: Fingerprint, hashes: frozenset[int]) -> float:
    """Which share of a known text, by its sketch, is found in a text with these shingle ``hashes``: 0 to 1."""
    return sum(one in hashes for one in known.sketch) / len(known.sketch) if known.sketch else 0.0


def _shingles(words: list[_Word]) -> set[int]:
    """The 64-bit hashes of all runs of `SHINGLE` tokens. A name counts by where it first stood in its run."""
    runs = (_evened(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))
    return {int.from_bytes(blake2b("\0".join(run).encode(), digest_size=8).digest(), "big") for run in runs}


def _words(source: bytes) -> list[_Word]:
    return [
        (token.text, token.kind in _CHOSEN and token.text not in KEYWORDS)
        for token in tokens(source)
        if token.kind != "comment"
    ]


def _evened(words: list[_Word]) -> list[str]:
    """Each name and each string as its number in order of appearance; keywords, signs and numbers as they are."""
    numbers: dict[str, str] = {}
    return [numbers.setdefault(text, f"#{len(numbers)}") if chosen else text for text, chosen in words]


def _digest(words: list[str]) -> str:
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()
