"""Which delimiter is to blame when a file's brackets do not balance: the one that its indentation contradicts.

A counter only finds where the imbalance ends. People indent what they mean, so a closing delimiter that begins a line
belongs to the opening one whose line is indented like it; what stands between the two was never closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.rust.tokens import tokens

CLOSER = {"(": ")", "[": "]", "{": "}"}
_OPENER = {closer: opener for opener, closer in CLOSER.items()}


@dataclass(frozen=True)
class Delimiter:
    """One of ``()[]{}``: its byte, the indentation of its line, and whether it begins or ends that line."""

    text: str
    start: int
    indent: int
    first: bool
    last: bool


@dataclass(frozen=True)
class Suspect:
    """An opening delimiter without an end or a closing one without a beginning.

    ``top`` is the opening delimiter that was open where a closing one came that does not fit it, else "".
    """

    kind: Literal["unclosed", "extra"]
    delimiter: Delimiter
    top: str = ""


def delimiters(source: bytes) -> Iterator[Delimiter]:
    """The delimiters of a file in order, those in strings and comments left out."""
    for token in tokens(source):
        if token.kind != "punct" or token.text not in "()[]{}":
            continue
        start = token.byte_start
        begin = source.rfind(b"\n", 0, start) + 1
        stop = source.find(b"\n", start)
        line = source[begin : stop if stop >= 0 else None]
        indent = len(line) - len(line.lstrip())
        rest = source[start + 1 : stop if stop >= 0 else None].split(b"//")[0].strip()
        yield Delimiter(token.text, start, indent, begin + indent == start, not rest)


def suspects(source: bytes) -> tuple[Suspect, ...]:
    """The delimiters to blame, likeliest first; empty where everything balances as it is indented.

    A brace in the middle of a line that closes a block begun further out, as the second of `}}` does, is taken at its
    word first and doubted afterwards; where the doubt alone explains everything, it comes first.
    """
    trusting = _walked(source, doubting=False)
    if not trusting:
        return ()
    doubting = _walked(source, doubting=True)
    found = (*doubting, *trusting) if len(doubting) == 1 else (*trusting, *doubting)
    return tuple(dict.fromkeys(found))


def _walked(source: bytes, doubting: bool) -> list[Suspect]:
    found: list[Suspect] = []
    open_ones: list[Delimiter] = []
    for each in delimiters(source):
        if each.text in CLOSER:
            open_ones.append(each)
            continue
        fits = [i for i, opener in enumerate(open_ones) if opener.text == _OPENER[each.text]]
        level = [i for i in fits if open_ones[i].indent == each.indent] if each.first else fits
        further_out = bool(fits) and open_ones[fits[-1]].indent < each.indent
        if not fits:
            found.append(Suspect("extra", each, open_ones[-1].text if open_ones else ""))
        elif further_out and ((each.first and not level) or (doubting and not each.first and each.text == "}")):
            found.append(Suspect("extra", each))
        else:
            at = (level or fits)[-1]
            if at < len(open_ones) - 1 and open_ones[-1].text != _OPENER[each.text]:
                found.append(Suspect("extra", each, open_ones[-1].text))
            found.extend(Suspect("unclosed", opener) for opener in reversed(open_ones[at + 1 :]))
            del open_ones[at:]
    found.extend(Suspect("unclosed", opener) for opener in reversed(open_ones))
    return found
