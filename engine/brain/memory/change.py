"""An edit as whole tokens: what stood there, what stands there now, and the tokens beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import PatchError
from engine.rust.tokens import Token, tokens
from engine.schema.edits import apply_edits
from engine.schema.patch import Edit

# A change of more tokens than this is no idea that could come back.
_WIDEST = 120


@dataclass(frozen=True)
class Change:
    """In ``path``, the tokens ``start..start + len(before)`` of ``source`` become ``after``.

    ``text`` is what stands between the token before them and the token behind them afterwards, white space included;
    ``after`` are its tokens, with offsets into ``text``.
    """

    path: str
    source: bytes
    start: int
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    text: str

    @property
    def end(self) -> int:
        """The index of the first token behind the change."""
        return self.start + len(self.before)

    def left(self, count: int) -> tuple[Token, ...]:
        """The tokens before it, at most ``count``, in source order."""
        return tokens_of(self.source)[max(0, self.start - count) : self.start]

    def right(self, count: int) -> tuple[Token, ...]:
        """The tokens behind it, at most ``count``."""
        return tokens_of(self.source)[self.end : self.end + count]


@lru_cache(maxsize=32)
def tokens_of(source: bytes) -> tuple[Token, ...]:
    """The tokens of a file; the same bytes are read once."""
    return tuple(tokens(source))


def changes_of(edits: Sequence[Edit], sources: dict[str, bytes]) -> tuple[Change, ...]:
    """The changes that edits make, by path and place; ``sources`` are the files before them.

    Empty when an edit does not fit its file, changes white space alone, or is wider than an idea.
    """
    found: list[Change] = []
    for path in sorted({edit.path for edit in edits}):
        source = sources.get(path)
        if source is None:
            return ()
        own = [edit for edit in edits if edit.path == path]
        for low, high, group in _regions(tokens_of(source), own):
            try:
                change = _change(path, source, low, high, group)
            except (PatchError, UnicodeDecodeError):
                return ()
            if len(change.before) + len(change.after) > _WIDEST:
                return ()
            if change.before or change.after:
                found.append(change)
    return tuple(found)


def span_of_tokens(source: bytes, byte_start: int, byte_end: int) -> tuple[int, int]:
    """The indices of the tokens that overlap the bytes; an empty range lies before the token that follows."""
    whole = tokens_of(source)
    low = bisect_right(whole, byte_start, key=lambda token: token.byte_end)
    high = bisect_left(whole, byte_end, key=lambda token: token.byte_start)
    return low, max(low, high)


def gap(source: bytes, start: int, end: int) -> tuple[int, int]:
    """The bytes from the end of the token before ``start`` to the beginning of the token at ``end``."""
    whole = tokens_of(source)
    low = whole[start - 1].byte_end if start > 0 else 0
    high = whole[end].byte_start if end < len(whole) else len(source)
    return low, high


def _regions(whole: Sequence[Token], edits: Iterable[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Token ranges with one token more on each side, those that touch each other as one."""
    starts, ends = [token.byte_start for token in whole], [token.byte_end for token in whole]
    low = high = -1
    group: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.byte_start, edit.byte_end)):
        first = max(0, bisect_right(ends, edit.byte_start) - 1)
        # A token that begins where an insertion ends may grow together with it.
        last = min(len(whole), bisect_left(starts, edit.byte_end) + 1)
        if group and first < high:
            high = max(high, last)
            group.append(edit)
            continue
        if group:
            yield low, high, group
        low, high, group = first, last, [edit]
    if group:
        yield low, high, group


def _change(path: str, source: bytes, low: int, high: int, edits: Sequence[Edit]) -> Change:
    whole = tokens_of(source)
    start = min(whole[low].byte_start if low < len(whole) else len(source), edits[0].byte_start)
    end = max(whole[high - 1].byte_end if high else 0, max(edit.byte_end for edit in edits))
    moved = [
        edit.model_copy(update={"byte_start": edit.byte_start - start, "byte_end": edit.byte_end - start})
        for edit in edits
    ]
    new = apply_edits(source[start:end], moved)
    old_tokens, new_tokens = whole[low:high], tuple(tokens(new))
    shortest = min(len(old_tokens), len(new_tokens))
    head = next((i for i in range(shortest) if old_tokens[i].text != new_tokens[i].text), shortest)
    rest = shortest - head
    tail = next((i for i in range(rest) if old_tokens[-1 - i].text != new_tokens[-1 - i].text), rest)
    first, stop = low + head, high - tail
    opening, closing = gap(source, first, stop)
    left = new_tokens[head - 1].byte_end if head else 0
    right = new_tokens[len(new_tokens) - tail].byte_start if tail else len(new)
    # Where no token of the region is left on a side, the white space outside belongs to the gap too.
    text = (b"" if head else source[opening:start]) + new[left:right] + (b"" if tail else source[end:closing])
    decoded = text.decode()
    return Change(path, source, first, whole[first:stop], tuple(tokens(text)), decoded)
