"""Copyright lines: whom attribution names. They stay as they were written, without the comment around them."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST, LONGEST = 60, 300
_LINE = re.compile(
    r"(?i)^[\s/*#;%!\-<>|.]*(?P<line>(?:portions\s+|©\s*)?(?:copyright\b|©|\(c\)\s*copyright)[^\n]*)$", re.MULTILINE
)
# "the copyright notice", "copyright holders" and their like speak about copyright; a line of one names somebody.
_CLAIM = re.compile(
    r"(?i)©|\(c\)|copyright\s+(?:©|\(c\)|\d{4}|[A-Z][^\s]*\s+[A-Z(0-9])|copyright\s*:\s*\S|all rights reserved"
)
_TEXT = re.compile(
    r"(?i)copyright (notice|holder|owner|law|licen[cs]e|statement|interest|and related|and permission|or )"
    r"|\[yyyy\]|<year>|\{yyyy\}|\[year\]|name of (copyright|author)|\[name"
)
_END = re.compile(r"\s*(\*/|-->|\*+)?\s*$")


def copyright_lines(text: str) -> tuple[str, ...]:
    """The copyright lines of a text, once each, in order; at most `MOST`, each at most `LONGEST` characters."""
    found: dict[str, None] = {}
    for match in _LINE.finditer(text):
        line = " ".join(_END.sub("", match["line"]).split())
        if len(line) <= LONGEST and _CLAIM.search(line) and not _TEXT.search(line):
            found[line] = None
            if len(found) == MOST:
                break
    return tuple(found)


def merged(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """All lines once, in order."""
    return tuple(dict.fromkeys(line for group in groups for line in group))
