"""What a candidate would do, as an idea: the same wherever it stands and whatever the locals are called."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from engine.brain.memory.anchor import Read, anchor_of
from engine.brain.memory.change import Change, changes_of
from engine.brain.memory.signature import Situation
from engine.brain.memory.template import shape_of_token
from engine.brain.memory.words import is_name
from engine.rust.scope import bindings_in_scope
from engine.rust.tree import ITEM_KINDS, ancestors, item_path, node_at
from engine.schema.diagnostic import Diagnostic
from engine.schema.patch import Edit

_BESIDE = 2
_LOCAL = frozenset({"local", "parameter", "self"})


def idea_key(edits: Sequence[Edit], diagnostic: Diagnostic, situation: Situation, read: Read) -> str:
    """16 hex digits for a situation's signature and the abstract edit: the key of a mistake.

    It does not change when lines move or locals are renamed, since it holds no offsets, and locals by their place
    in the scope. Other names that a change brings in or takes away are what it is about, and do count.
    """

    def where(change: Change) -> str:
        anchor = anchor_of(change, diagnostic)
        if anchor is None:
            return _beside(change)
        return f"{anchor.kind} {anchor.ordinal} {anchor.label} {anchor.side} {anchor.offset}"

    return _key(situation.signature, edits, where, read)


def deed_key(edits: Sequence[Edit], read: Read) -> str:
    """16 hex digits for what is done to which item of which file, whatever the diagnostic: the key of a veto."""

    def where(change: Change) -> str:
        at = _offset(change)
        item = next((each for each in ancestors(node_at(change.source, at)) if each.type in ITEM_KINDS), None)
        return f"{change.path} {item_path(item) if item is not None else ''} {_beside(change)}"

    return _key("", edits, where, read)


def _key(about: str, edits: Sequence[Edit], where: Callable[[Change], str], read: Read) -> str:
    sources = {path: source for path in {edit.path for edit in edits} if (source := read(path)) is not None}
    changes = changes_of(edits, sources)
    if changes:
        told = "\0".join(_tell(changes, where))
    else:  # too wide, or nothing but white space: the text itself is the idea
        told = "\0".join(f"{edit.before}\1{edit.after}" for edit in edits)
    return hashlib.sha256(f"{about}\0{told}".encode()).hexdigest()[:16]


def _beside(change: Change) -> str:
    return " ".join(shape_of_token(token) for token in (*change.left(_BESIDE), *change.right(_BESIDE)))


def _tell(changes: Sequence[Change], where: Callable[[Change], str]) -> Iterator[str]:
    kept = {token.text for change in changes for token in change.before}
    kept &= {token.text for change in changes for token in change.after}
    numbers: dict[str, int] = {}
    for change in changes:
        yield f"@{where(change)}"
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
    return _scope(change.source, _offset(change))


@lru_cache(maxsize=256)
def _scope(source: bytes, at: int) -> dict[str, int]:
    found = (binding.name for binding in bindings_in_scope(source, at) if binding.kind in _LOCAL)
    return {name: index for index, name in enumerate(found)}


def _offset(change: Change) -> int:
    """A byte of the change, or where it is put in."""
    if change.before:
        return change.before[0].byte_start
    left = change.left(1)
    return left[-1].byte_end if left else 0
