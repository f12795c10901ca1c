"""What two templates have in common: where they differ in a name or a literal, a hole stands.

Anti-unification, the least general generalisation of Plotkin ("A note on inductive generalization", 1970), over the
token sequences of the changes: the same pair of words becomes the same hole wherever it occurs.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.brain.memory.template import ANY, LITERALS, Part, Piece, Template
from engine.brain.memory.words import is_name
from engine.rust.tokens import tokens

_Pairs = dict[tuple[Piece, Piece], int]


def generalise(one: Template, other: Template) -> Template | None:
    """The template that both are cases of; None when they are not the same edit.

    Neighbours that differ become `ANY`. What a change brings in must be the same in both, or stand before the change,
    or be named by the message at the same place.
    """
    if len(one.parts) != len(other.parts):
        return None
    pairs: _Pairs = {}
    kinds: list[str] = []
    befores = [_before(*both, one, other, pairs, kinds) for both in zip(one.parts, other.parts, strict=True)]
    named: dict[str, int] = {}
    parts: list[Part] = []
    for first, second, before in zip(one.parts, other.parts, befores, strict=True):
        after = _after(first, second, one, other, pairs, named)
        keeps = _keeps(first, second)
        if before is None or after is None or keeps is None or not _same_anchor(first, second):
            return None
        parts.append(
            first.model_copy(
                update={
                    "before": before,
                    "after": after,
                    "keeps": keeps,
                    "left": tuple(reversed(_common(first.left[::-1], second.left[::-1]))),
                    "right": _common(first.right, second.right),
                }
            )
        )
    return Template(parts=tuple(parts), kinds=tuple(kinds), named=named)


def generalise_all(templates: Sequence[Template]) -> Template | None:
    """The template that all are cases of; None where two of them are not the same edit, or there is none."""
    common = templates[0] if templates else None
    for template in templates[1:]:
        common = generalise(common, template) if common is not None else None
    return common


def _same_anchor(one: Part, other: Part) -> bool:
    """Both are placed by the diagnostic, in the same way; an edit that is not has no place to be found again."""
    first, second = one.anchor, other.anchor
    if first is None or second is None:
        return False
    return (first.kind, first.label, first.side, first.offset) == (
        second.kind,
        second.label,
        second.side,
        second.offset,
    )


def _keeps(one: Part, other: Part) -> tuple[bool, bool] | None:
    """On which sides both keep the white space; None for insertions that stand on different sides of it."""
    if one.before or one.keeps == other.keeps:
        return one.keeps
    anywhere = (True, True)  # there was none
    return other.keeps if one.keeps == anywhere else one.keeps if other.keeps == anywhere else None


def _before(
    one: Part, other: Part, first: Template, second: Template, pairs: _Pairs, kinds: list[str]
) -> tuple[Piece, ...] | None:
    if len(one.before) != len(other.before):
        return None
    found: list[Piece] = []
    for a, b in zip(one.before, other.before, strict=True):
        if a == b and isinstance(a, str):
            found.append(a)
            continue
        kind = _kind(a, first)
        if kind is None or kind != _kind(b, second):
            return None
        if (a, b) not in pairs:
            pairs[a, b] = len(kinds)
            kinds.append(kind)
        found.append(pairs[a, b])
    return tuple(found)


def _after(
    one: Part, other: Part, first: Template, second: Template, pairs: _Pairs, named: dict[str, int]
) -> tuple[Piece, ...] | None:
    """The pieces in common, with the white space of the first."""
    theirs = [piece for piece in other.after if not _is_space(piece)]
    if len(theirs) != sum(not _is_space(piece) for piece in one.after):
        return None
    waiting = iter(theirs)
    found: list[Piece] = []
    for a in one.after:
        if _is_space(a):
            found.append(a)
            continue
        b = next(waiting)
        if a == b and isinstance(a, str):
            found.append(a)
            if first.named.get(a, -1) == second.named.get(a, -2):
                named[a] = first.named[a]
        elif (a, b) in pairs:
            found.append(pairs[a, b])
        elif isinstance(a, str) and isinstance(b, str) and first.named.get(a, -1) == second.named.get(b, -2):
            found.append(a)
            named[a] = first.named[a]
        else:
            return None
    return tuple(found)


def _kind(piece: Piece, template: Template) -> str | None:
    """The token kind of a hole, or of a text that a hole may stand for; None for any other text."""
    if isinstance(piece, int):
        return template.kinds[piece]
    token = next(tokens(piece.encode()), None)
    if token is None or token.text != piece:
        return None
    may = token.kind in LITERALS or (token.kind == "word" and is_name(piece))
    return token.kind if may else None


def _is_space(piece: Piece) -> bool:
    return isinstance(piece, str) and not piece.strip()


def _common(one: Sequence[str], other: Sequence[str]) -> tuple[str, ...]:
    return tuple(a if a == b else ANY for a, b in zip(one, other, strict=False))
