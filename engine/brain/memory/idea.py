"""What a candidate would do, as an idea: the same wherever it stands and whatever the locals are called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from engine.brain.memory.anchor import Read, anchor_of
from engine.brain.memory.change import Change, changes_of
from engine.brain.memory.signature import Situation
from engine.brain.memory.template import shape_of_token
from engine.brain.memory.words import is_name
from engine.rust.scope import bindings_in_scope
from engine.schema.diagnostic import Diagnostic
from engine.schema.patch import Edit

_BESIDE = 2
_LOCAL = frozenset({"local", "parameter", "self"})


def idea_key(edits: Sequence[Edit], diagnostic: Diagnostic, situation: Situation, read: Read) -> str:
    """16 hex digits for a situation's signature and the abstract edit: the key of a mistake.

    It does not change when lines move or locals are renamed, since it holds no offsets, and locals by their place
    in the scope. Other names that a change brings in or takes away are what it is about, and do count.
    """
    sources = {path: source for path in {edit.path for edit in edits} if (source := read(path)) is not None}
    changes = changes_of(edits, sources)
    if changes:
        idea = "\0".join(_tell(changes, diagnostic))
    else:  # too wide, or nothing but white space: the text itself is the idea
        idea = "\0".join(f"{edit.before}\1{edit.after}" for edit in edits)
    return hashlib.sha256(f"{situation.signature}\0{idea}".encode()).hexdigest()[:16]


def _tell(changes: Sequence[Change], diagnostic: Diagnostic) -> Iterator[str]:
    kept = {token.text for change in changes for token in change.before}
    kept &= {token.text for change in changes for token in change.after}
    numbers: dict[str, int] = {}
    for change in changes:
        anchor = anchor_of(change, diagnostic)
        if anchor is not None:
            yield f"@{anchor.kind} {anchor.ordinal} {anchor.label} {anchor.side} {anchor.offset}"
        else:
            beside = (*change.left(_BESIDE), *change.right(_BESIDE))
            yield "@ " + " ".join(shape_of_token(token) for token in beside)
        scope = _locals(change)
        for sign, tokens in (("-", change.before), ("+", change.after)):
            told = []
            for token in tokens:
                word = token.text
                if token.kind != "word" or not is_name(word):
                    told.append(word)
                elif word in kept:
                    told.append(f"${numbers.setdefault(word, len(numbers))}")
                elif word in scope:
                    told.append(f"local{scope[word]}")
                else:
                    told.append(word)
            yield sign + " ".join(told)


def _locals(change: Change) -> dict[str, int]:
    """The locals and parameters in scope at a change, innermost first, by name."""
    if not any(token.kind == "word" and is_name(token.text) for token in (*change.before, *change.after)):
        return {}
    at = change.before[0].byte_start if change.before else _offset(change)
    return _scope(change.source, at)


@lru_cache(maxsize=256)
def _scope(source: bytes, at: int) -> dict[str, int]:
    found = (binding.name for binding in bindings_in_scope(source, at) if binding.kind in _LOCAL)
    return {name: index for index, name in enumerate(found)}


def _offset(change: Change) -> int:
    left = change.left(1)
    return left[-1].byte_end if left else 0
