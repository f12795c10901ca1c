"""What a file says about its own licence: SPDX lines, and licence prose in the comment it begins with.

Prose is read as mentions of licences ("Licensed under the Apache License, Version 2.0") and the words between them:
"or", "either", "at your option" leave a choice, everything else asks for all of them. A full licence text in the
comment is recognised as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.corpus.licences.expressions import identifiers, normalise
from engine.corpus.licences.mentions import ANY_LATER, mentions, without_vague
from engine.errors import CorpusError

HEADER_CHARS = 20_000
_NEAR = 250
_SIGNS = re.compile(r"(?m)^[ \t]*(?://[/!]?|/?\*+!?|#+(?= ))")
_SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*([^\n]+?)[ \t]*(?:\*/|-->|`)?[ \t]*\r?$", re.MULTILINE)
_COMMENT = re.compile(
    r"\ufeff?(?:#!(?!\[)[^\n]*\n)?\s*(?:(?:[ \t]*//[^\n]*(?:\n|$)\s*)|(?:/\*.*?(?:\*/|\Z)\s*))+", re.DOTALL
)
_SPEAKS = re.compile(r"(?i)licen[cs]e|copying|spdx|public domain|redistribut|copyright|copyleft|unlicen|warranty")
# Signs that a mention is about this file, not a discussion of licences or of other people's code.
_GRANT = re.compile(
    r"""licen[cs]ed | licen[cs]e\s*: | \#+\s*licen[cs]e | redistribute | governed\s+by | dedicated | subject\s+to | dual
    | under\s+(?:(?:the|either|both)\s+)?(?:terms|conditions|the|either|an?|MIT|Apache) | terms\s+of | released
    | placed\s+into? | is\s+in\s+the\s+public | (?:distributed|available)\s+under
    | ^\W*(?:the\ )?(?:MIT|ISC|BSD|Apache|zlib)\b[^\n]{0,30}licen[cs]e""",
    re.IGNORECASE | re.VERBOSE,
)
# What only a licence text itself says; signs of comments stand between its words.
_FULL_TEXT = re.compile(
    r"""permission[\s/*#]+is[\s/*#]+hereby | permission\ to[\s/*#]+use | redistribution[\s/*#]+and[\s/*#]+use
    | provided[\s/*#]+['"]as[-\ ]is""",
    re.IGNORECASE | re.VERBOSE,
)
_CHOICE = re.compile(
    r"(?i)\beither\b|at your (?:own )?option|\bor\b|\bdual(?:ly)?[- ]licen|\btriple[- ]licen|\bany of the\b|your choice"
)


@dataclass(frozen=True, slots=True)
class HeaderLicence:
    """A licence that a text gives itself; the span is in bytes of UTF-8. ``by`` is "spdx", "text" or "prose"."""

    expression: str
    start: int
    end: int
    by: str


def read_header(text: str) -> tuple[HeaderLicence, ...]:
    """What the source file ``text`` says of itself: its SPDX lines, else the prose or text of its first comment."""
    lines = _spdx_lines(text)
    if lines:
        return lines
    comment = leading_comment(text)
    if not _SPEAKS.search(comment):
        return ()
    shift = len(text[: text.find(comment)].encode())
    if _FULL_TEXT.search(comment):
        from engine.corpus.licences.texts import find_licences

        found = [one for one in find_licences(comment) if not one.exception]
        if found:
            return tuple(HeaderLicence(one.licence, shift + one.start, shift + one.end, "text") for one in found)
    return read_prose(comment, shift)


def leading_comment(text: str) -> str:
    """The comments that a file begins with, at most `HEADER_CHARS` characters; "" where it begins with code."""
    found = _COMMENT.match(text[:HEADER_CHARS])
    return found.group() if found else ""


def read_prose(text: str, shift: int = 0) -> tuple[HeaderLicence, ...]:
    """The licences that words like "licensed under …, at your option" speak of; ``shift`` is added to the spans."""
    if not _GRANT.search(text):
        return ()
    plain = _SIGNS.sub(lambda found: " " * len(found.group()), text)
    groups: list[list[tuple[int, int, str]]] = []
    for mention in mentions(plain):
        if groups and mention[0] - groups[-1][-1][1] < _NEAR:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    read = []
    for group in groups:
        first, last = group[0][0], group[-1][1]
        names = without_vague([name for *_, name in group])
        around = ANY_LATER.sub(" ", plain[max(0, first - 120) : last + 120])
        choice = len(names) > 1 and _CHOICE.search(around) is not None
        start = shift + len(text[:first].encode())
        expression = normalise((" OR " if choice else " AND ").join(names))
        read.append(HeaderLicence(expression, start, start + len(text[first:last].encode()), "prose"))
    return tuple(read)


def _spdx_lines(text: str) -> tuple[HeaderLicence, ...]:
    found = []
    if "SPDX-License-Identifier:" not in text:
        return ()
    for match in _SPDX.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not re.match(r"\s*(?://|/?\*|#|--|;|<!--|$)", line):
            continue  # a string of code that handles such lines
        written = match[1].strip().strip("\"'")
        try:
            expression = normalise(written)
            identifiers(expression)
        except CorpusError:
            expression = written
        start = len(text[: match.start(1)].encode())
        found.append(HeaderLicence(expression, start, start + len(match[1].encode()), "spdx"))
    return tuple(found)
