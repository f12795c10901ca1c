"""An edit as a template: tokens with holes for names and literals, which is filled in again at a new place.

Programming by example over code, as in Rolim et al., "Learning syntactic program transformations from examples"
(ICSE 2017) and Bader et al., "Getafix" (OOPSLA 2019), over tokens instead of trees, so that a file that does not
parse has templates too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pydantic import Field

from engine.brain.memory.anchor import Anchor, Read, anchor_of, positions_of, ticks_of
from engine.brain.memory.change import Change, changes_of, gap, tokens_of
from engine.brain.memory.words import KEYWORDS, is_name
from engine.rust.tokens import Token
from engine.schema.base import Record, VersionedRecord
from engine.schema.diagnostic import Diagnostic
from engine.schema.patch import Edit

Piece = str | int
"""A text that stands as it is, or the number of the hole that stands there."""

ANY = "…"
"""The shape of a neighbour that may be anything; no token looks like it."""
_BESIDE = 3
LITERALS = frozenset({"number", "string", "char", "lifetime"})
_FITS = 0.25


class Part(Record):
    """One change of a template: ``before`` becomes ``after`` (texts and holes) between ``left`` and ``right``.

    ``left`` and ``right`` are the shapes of up to three tokens on each side. ``after`` holds white space too: its
    pieces in a row are what stands between the neighbours, but for the white space that was there before, on the sides
    that it ``keeps``. Without an anchor it is the ``nth`` of the ``of`` places
    of its file that look like it.
    """

    path: str
    anchor: Anchor | None
    left: tuple[str, ...]
    before: tuple[Piece, ...]
    right: tuple[str, ...]
    after: tuple[Piece, ...]
    keeps: tuple[bool, bool] = (False, False)
    nth: int = 0
    of: int = 1


class Template(VersionedRecord):
    """Changes that belong together. ``kinds`` are the token kinds of the holes, by number.

    ``named`` are names that the change brings in and the message named, with their place among the message's.
    """

    parts: tuple[Part, ...]
    kinds: tuple[str, ...]
    named: dict[str, int] = Field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """A template at a new place: its edits, how well the neighbours fit (0 to 1), how many names were replaced."""

    edits: tuple[Edit, ...]
    fit: float
    renamed: int


def template_of(edits: Sequence[Edit], diagnostic: Diagnostic, read: Read) -> Template | None:
    """The template of edits that mend a diagnostic in the tree of ``read``; None when they are no such idea.

    A hole is a name or literal that the changed tokens have before and after. Words that only appear stay as they
    are, and so do names that vanish while words appear: a renaming is about these names.
    """
    changes = changes_of(edits, _sources(edits, read))
    if not changes:
        return None
    holes = _holes(changes)
    kinds = tuple(kind for kind, _ in holes)
    before = {token.text for change in changes for token in change.before}
    ticks = ticks_of(diagnostic)
    added = {token.text for change in changes for token in change.after} - before
    return Template(
        parts=tuple(_part(change, diagnostic, holes, kinds) for change in changes),
        kinds=kinds,
        named={
            word: ticks.index(word) for word in sorted(added) if word.isidentifier() and is_name(word) and word in ticks
        },
    )


def fill(template: Template, diagnostic: Diagnostic, read: Read) -> Filled | None:
    """The template at the places that a diagnostic speaks of; None where it does not fit."""
    swaps = _swaps(template, ticks_of(diagnostic))
    if swaps is None:
        return None
    bound: dict[int, str] = {}
    placed: list[tuple[Part, str, int]] = []
    fits: list[float] = []
    for part in template.parts:
        found = _place(part, template.kinds, diagnostic, read, bound)
        if found is None:
            return None
        path, start, fit, bound = found
        placed.append((part, path, start))
        fits.append(fit)
    edits = []
    for part, path, start in placed:  # a hole of one part may be bound by another
        source = read(path) or b""
        low, high = _bytes_of(part, source, start)
        after = "".join(bound[piece] if isinstance(piece, int) else swaps.get(piece, piece) for piece in part.after)
        before = source[low:high].decode("utf-8", "replace")
        edits.append(Edit(path=path, byte_start=low, byte_end=high, before=before, after=after))
    renamed = sum(one != other for one, other in swaps.items())
    return Filled(tuple(edits), sum(fits) / len(fits), renamed)


@lru_cache(maxsize=32)
def shapes_of(source: bytes) -> tuple[str, ...]:
    """The shapes of a file's tokens (`shape_of_token`)."""
    return tuple(shape_of_token(token) for token in tokens_of(source))


def _bytes_of(part: Part, source: bytes, start: int) -> tuple[int, int]:
    """The bytes that a part replaces at ``start``: its tokens, and white space where it does not keep it."""
    whole, stop = tokens_of(source), start + len(part.before)
    low, high = gap(source, start, stop)
    left, right = part.keeps
    if part.before:
        return whole[start].byte_start if left else low, whole[stop - 1].byte_end if right else high
    return high if left else low, low if right else high


def shape_of_token(token: Token) -> str:
    """What a token is, without its name: `_` for names, `#` for numbers, and so on; a comment is `//`."""
    match token.kind:
        case "word":
            return "_" if is_name(token.text) else token.text
        case "number":
            return "#"
        case "string" | "char":
            return '""'
        case "lifetime":
            return "'_"
        case "comment" | "broken":
            return "//"
        case _:
            return token.text


def _sources(edits: Sequence[Edit], read: Read) -> dict[str, bytes]:
    found = {path: read(path) for path in {edit.path for edit in edits}}
    return {path: source for path, source in found.items() if source is not None}


def _holes(changes: Sequence[Change]) -> dict[tuple[str, str], int]:
    """The holes, by kind and text, numbered in order of appearance."""
    before = [token for change in changes for token in change.before]
    after = {token.text for change in changes for token in change.after}
    holes: dict[tuple[str, str], int] = {}
    appear = after - {token.text for token in before}
    renames = any(token.text in appear and token.text not in KEYWORDS for token in _words(changes))
    for token in before:
        is_hole = token.kind in LITERALS or (token.kind == "word" and is_name(token.text))
        if is_hole and (token.text in after or not renames):
            holes.setdefault((token.kind, token.text), len(holes))
    return holes


def _words(changes: Sequence[Change]) -> Iterator[Token]:
    return (token for change in changes for token in change.after if token.kind == "word")


def _part(change: Change, diagnostic: Diagnostic, holes: dict[tuple[str, str], int], kinds: Sequence[str]) -> Part:
    inner, keeps = _inner(change)
    part = Part(
        path=change.path,
        anchor=anchor_of(change, diagnostic),
        left=tuple(shape_of_token(token) for token in change.left(_BESIDE)),
        before=tuple(holes.get((token.kind, token.text), token.text) for token in change.before),
        right=tuple(shape_of_token(token) for token in change.right(_BESIDE)),
        after=tuple(_pieces(change, holes, inner)),
        keeps=keeps,
    )
    if part.anchor is not None:
        return part
    alike = [start for start, _ in _lookalikes(part, kinds, change.source, {})]
    return part.model_copy(update={"nth": alike.index(change.start), "of": len(alike)})


def _inner(change: Change) -> tuple[tuple[int, int], tuple[bool, bool]]:
    """What of the change's text is not the white space that stood there before, and on which sides it stood."""
    text, source = change.text.encode(), change.source
    last = change.after[-1].byte_end if change.after else 0  # white space in an open string is no white space
    low, high = gap(source, change.start, change.end)
    if change.before:
        left, right = source[low : change.before[0].byte_start], source[change.before[-1].byte_end : high]
        kept_left = text.startswith(left)
        rest = text[len(left) :] if kept_left else text
        kept_right = rest.endswith(right) and len(text) - len(right) >= last
        begin = len(left) if kept_left else 0
        return (begin, len(text) - len(right) if kept_right else len(text)), (kept_left, kept_right)
    space = source[low:high]  # of an insertion: what is put in stands on one side of it
    if not space:
        return (0, len(text)), (True, True)
    if text.endswith(space) and len(text) - len(space) >= last:
        return (0, len(text) - len(space)), (False, True)
    if text.startswith(space):
        return (len(space), len(text)), (True, False)
    return (0, len(text)), (False, False)


def _pieces(change: Change, holes: dict[tuple[str, str], int], inner: tuple[int, int]) -> Iterator[Piece]:
    text, (at, end) = change.text.encode(), inner
    for token in change.after:
        if token.byte_start > at:
            yield text[at : token.byte_start].decode()
        yield holes.get((token.kind, token.text), token.text)
        at = token.byte_end
    if at < end:
        yield text[at:end].decode()


def _swaps(template: Template, ticks: Sequence[str]) -> dict[str, str] | None:
    """What the names that the message named then are called now; None when it names nothing there."""
    swaps: dict[str, str] = {}
    for word, index in template.named.items():
        if word in ticks:
            swaps[word] = word
        elif index < len(ticks) and ticks[index].isidentifier():
            swaps[word] = ticks[index]
        else:
            return None
    return swaps


def _place(
    part: Part, kinds: Sequence[str], diagnostic: Diagnostic, read: Read, bound: dict[int, str]
) -> tuple[str, int, float, dict[int, str]] | None:
    """Where a part goes: at its anchor, else at the place of its file that looks like it."""
    if part.anchor is not None:
        for path, start in positions_of(part.anchor, diagnostic, read):
            whole = tokens_of(read(path) or b"")
            taken = _bind(part, kinds, whole, start, bound)
            fit = _fit(part, whole, start)
            if taken is not None and fit >= _FITS:
                return path, start, fit, taken
        return None
    source = read(part.path)
    alike = list(_lookalikes(part, kinds, source, bound)) if source is not None else []
    if len(alike) != part.of:
        return None
    start, taken = alike[part.nth]
    return part.path, start, 1.0, taken


def _lookalikes(
    part: Part, kinds: Sequence[str], source: bytes, bound: dict[int, str]
) -> Iterator[tuple[int, dict[int, str]]]:
    """The token indices where a part's tokens stand between its neighbours, with what its holes are there."""
    whole, shapes = tokens_of(source), shapes_of(source)
    size, before, behind = len(part.before), len(part.left), len(part.right)
    low = 0 if before == _BESIDE else before
    for start in range(low, len(whole) - size + 1) if before == _BESIDE else range(low, low + 1):
        stop = start + size
        if shapes[max(0, start - before) : start] != part.left or shapes[stop : stop + behind] != part.right:
            continue
        if behind < _BESIDE and stop + behind != len(whole):
            continue
        taken = _bind(part, kinds, whole, start, bound)
        if taken is not None:
            yield start, taken


def _bind(
    part: Part, kinds: Sequence[str], whole: Sequence[Token], start: int, bound: dict[int, str]
) -> dict[int, str] | None:
    """The holes with what stands at ``start``, or None where other tokens do."""
    if not 0 <= start <= len(whole) - len(part.before):
        return None
    taken = dict(bound)
    for piece, token in zip(part.before, whole[start:], strict=False):
        if isinstance(piece, str):
            if token.text != piece:
                return None
            continue
        strange = token.kind == "word" and not is_name(token.text) and token.text not in ("self", "Self")
        if strange or token.kind != kinds[piece] or taken.setdefault(piece, token.text) != token.text:
            return None
    return taken


def _fit(part: Part, whole: Sequence[Token], start: int) -> float:
    """The share of the neighbours that are what they were, the nearest counting most."""
    if not 0 <= start <= len(whole):
        return 0.0
    stop = start + len(part.before)
    left = zip(reversed(part.left), reversed(whole[max(0, start - _BESIDE) : start]), strict=False)
    right = zip(part.right, whole[stop : stop + _BESIDE], strict=False)
    same = sum(_weights(left)) + sum(_weights(right))
    most = sum(_most(reversed(part.left))) + sum(_most(part.right))
    return same / most if most else 1.0


def _most(shapes: Iterable[str]) -> Iterator[float]:
    return (1 / (1 + index) for index, shape in enumerate(shapes) if shape != ANY)


def _weights(pairs: Iterable[tuple[str, Token]]) -> Iterator[float]:
    for index, (shape, token) in enumerate(pairs):
        if shape_of_token(token) == shape:
            yield 1 / (1 + index)
