"""Which split a repository's documents go to: all of them to the same one, by a hash, whatever else there is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
_WHOLE = 2**64


@dataclass(frozen=True, slots=True)
class Splits:
    """The shares of repositories held out, and the seed that decides which."""

    validation: float = 0.05
    test: float = 0.05
    seed: str = "rusta"

    def of(self, repository: str) -> Split:
        """The split of everything that comes from this repository."""
        digest = hashlib.sha256(f"{self.seed}\0{repository}".encode()).digest()
        place = int.from_bytes(digest[:8]) / _WHOLE
        if place < self.test:
            return "test"
        return "validation" if place < self.test + self.validation else "train"
