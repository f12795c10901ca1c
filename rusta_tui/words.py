"""Which words of a line were changed: two lines compared word by word, as readers of code see them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

Span = tuple[int, int]

_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.25  # less in common, and the marks would say more than the lines do
_MOST_WORDS = 400  # of what differs; longer lines are no lines that anybody reads word by word


@lru_cache(maxsize=4096)
def changed_words(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The spans, in characters, that only the old line has and that only the new one has.

    Nothing where the lines have too little in common. Words that only white space parts are one span.
    """
    before, after = _WORD.findall(old), _WORD.findall(new)
    shortest = min(len(before), len(after))
    head = next((index for index in range(shortest) if before[index] != after[index]), shortest)
    rest = shortest - head
    tail = next((index for index in range(rest) if before[-1 - index] != after[-1 - index]), rest)
    inner_old, inner_new = before[head : len(before) - tail], after[head : len(after) - tail]
    gone: set[int] = set()
    come: set[int] = set()
    if max(len(inner_old), len(inner_new)) > _MOST_WORDS:
        gone.update(range(len(inner_old)))
        come.update(range(len(inner_new)))
    else:
        matcher = difflib.SequenceMatcher(None, inner_old, inner_new, autojunk=False)
        for tag, low, high, new_low, new_high in matcher.get_opcodes():
            if tag != "equal":
                gone.update(range(low, high))
                come.update(range(new_low, new_high))
    shared = sum(len(word) for word in before if word.strip()) - _weight(inner_old, gone)
    if shared < _ALIKE * max(len("".join(old.split())), len("".join(new.split()))):
        return (), ()
    return _spans(before, head, gone), _spans(after, head, come)


def cut(pieces: Sequence[tuple[str, str]], spans: Sequence[Span]) -> list[tuple[str, str, bool]]:
    """The coloured pieces of a line, cut where spans begin and end; True for what lies within one."""
    if not spans:
        return [(text, colour, False) for text, colour in pieces]
    edges = sorted({edge for span in spans for edge in span})
    out: list[tuple[str, str, bool]] = []
    position = 0
    for text, colour in pieces:
        end = position + len(text)
        for low, high in pairwise([position, *(edge for edge in edges if position < edge < end), end]):
            changed = any(first <= low < last for first, last in spans)
            out.append((text[low - position : high - position], colour, changed))
        position = end
    return out


def _weight(words: list[str], chosen: set[int]) -> int:
    return sum(len(words[index]) for index in chosen if words[index].strip())


def _spans(words: list[str], head: int, chosen: set[int]) -> tuple[Span, ...]:
    spans: list[Span] = []
    position = 0
    for index, word in enumerate(words):
        end = position + len(word)
        if index - head in chosen:
            between = words[index - 1] if index else ""
            if spans and (spans[-1][1] == position or (between.isspace() and spans[-1][1] == position - len(between))):
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((position, end))
        position = end
    return tuple(spans)
