"""Texts that are known by their fingerprints alone, and whether another text is one of them, or holds much of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from engine.rust.likeness import Fingerprint, contained, fingerprint_and_shingles

Likeness = Literal["exact", "normalised", "renamed", "near"]
Label = TypeVar("Label")

NEAR = 0.6  # share of a known text that makes a text a near copy of it
LEAST_SHINGLES = 24  # a shorter text is found only whole: its parts are too common


@dataclass(frozen=True, slots=True)
class Likewise(Generic[Label]):
    """What a text is like: the label of the known one, how, and how much of that it holds (1 for a whole copy)."""

    label: Label
    likeness: Likeness
    share: float


class KnownTexts(Generic[Label]):
    """Known texts, each with the label that it was given."""

    def __init__(self, texts: Iterable[tuple[Label, Fingerprint]]) -> None:
        self._whole: dict[tuple[Likeness, str], Label] = {}
        self._long: list[tuple[Label, Fingerprint]] = []
        self._holders: dict[int, list[int]] = {}  # which long texts have this hash in their sketch
        for label, known in texts:
            self._whole.setdefault(("exact", known.exact), label)
            if not known.shingles:  # too few words to be anybody's
                continue
            self._whole.setdefault(("normalised", known.normal), label)
            self._whole.setdefault(("renamed", known.renamed), label)
            if known.shingles >= LEAST_SHINGLES:
                for one in known.sketch:
                    self._holders.setdefault(one, []).append(len(self._long))
                self._long.append((label, known))

    def exact(self, sha256: str) -> Label | None:
        """The known text with these bytes."""
        return self._whole.get(("exact", sha256))

    def match(self, source: bytes) -> Likewise[Label] | None:
        """The strictest likeness of a Rust text that holds, or None.

        "exact": the same bytes. "normalised": the same but for layout and comments. "renamed": the same but for names,
        too. "near": it holds at least `NEAR` of a known text, names aside.
        """
        known, hashes = fingerprint_and_shingles(source)
        whole: tuple[tuple[Likeness, str], ...] = (
            ("exact", known.exact),
            ("normalised", known.normal),
            ("renamed", known.renamed),
        )
        for key in whole:
            if (label := self._whole.get(key)) is not None:
                return Likewise(label, key[0], 1.0)
        met = Counter(text for one in hashes & self._holders.keys() for text in self._holders[one])
        near = ((contained(self._long[text][1], hashes), -text) for text in met)
        share, text = max(near, default=(0.0, 0))
        return Likewise(self._long[-text][0], "near", round(share, 4)) if share >= NEAR else None
