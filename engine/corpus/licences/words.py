"""A text as the words that licences are compared by, each with where it stands.

After SPDX's matching guidelines: case, punctuation, layout, comment signs and copyright lines do not matter, and
neither do the spellings they list as equal.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_WORD = re.compile(r"[A-Za-z0-9]+")
_COPYRIGHT = re.compile(
    r"(?im)^[\s/*#;%!\-<>|]*(?:portions\s+)?(?:copyright\s*(?:\(c\)|©|[\d<\[{]|(?-i:[A-Z]))|©|\(c\)\s).*$"
    r"|all rights reserved\.?"
)
_EQUAL = {
    "licence": "license",
    "licences": "licenses",
    "licenced": "licensed",
    "sublicence": "sublicense",
    "http": "https",
    "acknowledgement": "acknowledgment",
    "analogue": "analog",
    "authorised": "authorized",
    "favour": "favor",
    "fulfil": "fulfill",
    "organisation": "organization",
    "noncommercial": "non",
    "merchantibility": "merchantability",
    "noninfringement": "non",
    "infringement": "",
    "thirdparty": "third",
}


class Words:
    """The words of a text in order. ``ends`` and ``starts`` are character offsets into it."""

    __slots__ = ("ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        gaps = [match.span() for match in _COPYRIGHT.finditer(text)]
        gap_starts = [start for start, _ in gaps]
        self.text = text
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _WORD.finditer(text):
            place = bisect_right(gap_starts, match.start()) - 1
            if place >= 0 and match.start() < gaps[place][1]:
                continue
            lower = match.group().lower()
            word = _EQUAL.get(lower, lower)
            if word:
                self.words.append(word)
                self.starts.append(match.start())
                self.ends.append(match.end())

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The byte span in the UTF-8 text from the word ``first`` to the word ``last``."""
        start, end = self.starts[first], self.ends[last]
        before = len(self.text[:start].encode())
        return before, before + len(self.text[start:end].encode())
