"""Rubrics: which facts an explanation names, and which claims it makes that it must not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.schema.case import Rubric

_SPACES = re.compile(r"\s+")
_ALTERNATIVES = " | "


@dataclass(frozen=True)
class Marks:
    """How an explanation did: facts named and missed, and false claims, each as the rubric words it."""

    named: tuple[str, ...]
    missed: tuple[str, ...]
    false_claims: tuple[str, ...]


def mark(explanation: str, rubric: Rubric) -> Marks:
    """Holds an explanation to a rubric.

    A fact is a phrase, or several with " | " between them, any of which will do. A phrase counts where it stands as
    whole words, whatever its case, its spacing and the signs of Markdown in it.
    """
    said = _plain(explanation)
    named = tuple(fact for fact in rubric.must_name if _says(said, fact))
    missed = tuple(fact for fact in rubric.must_name if fact not in named)
    return Marks(named, missed, tuple(claim for claim in rubric.must_not_claim if _says(said, claim)))


def _says(said: str, fact: str) -> bool:
    phrases = (_plain(phrase) for phrase in fact.split(_ALTERNATIVES))
    return any(re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", said) for phrase in phrases if phrase)


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.replace("`", "").replace("**", "")).strip().casefold()
