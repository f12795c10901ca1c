"""The signature of a situation: what went wrong, whatever the things are called and wherever they stand."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.brain.memory.words import KEYWORDS, PRIMITIVES, is_name
from engine.rust.tokens import tokens
from engine.rust.tree import ITEM_KINDS, ancestors, item_path, node_at

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.schema.diagnostic import Diagnostic

_TICKED = re.compile(r"`([^`]*)`")
_NUMBER = re.compile(r"\b\d+\b")
_TYPES = re.compile(r"(expected|found|given|required)\b[^`\n]*`([^`]*)`")
_LITERALS = {"number": "#", "string": '""', "char": "''"}
_LONGEST = 200
_WORD = re.compile(r"[A-Za-z_]+|[^\sA-Za-z_]")


@dataclass(frozen=True)
class Situation:
    """Where she stands: one diagnostic, without names, literals and line numbers.

    ``message`` and ``types`` are shapes (`shape_of_text`, `shape_of_types`). ``item`` is the kind of the innermost
    item around the place ("function", "impl", "" at file level), ``place`` the file and that item's path, which stay
    the same while lines move. ``context`` is a digest of the item's code without names, literals and white space.
    ``repository`` is its key.
    """

    code: str
    message: str
    types: str
    item: str
    place: str
    context: str
    repository: str

    @property
    def signature(self) -> str:
        """16 hex digits of code, message and types: the same for the same kind of error in any repository."""
        text = "\0".join([self.code, self.message, self.types])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def situation_of(diagnostic: Diagnostic, read: Callable[[str], bytes | None], repository: str) -> Situation:
    """The situation of a diagnostic in the tree that ``read`` gives the files of."""
    item, place, context = _place(diagnostic, read)
    return Situation(
        code=diagnostic.code or "",
        message=shape_of_text(diagnostic.message),
        types=shape_of_types(diagnostic),
        item=item,
        place=place,
        context=context,
        repository=repository,
    )


def shape_of_text(message: str) -> str:
    """A message with `_` for the names in backticks, and `#` for numbers: ``cannot find value `_` in this scope``."""
    shaped = _TICKED.sub(lambda found: f"`{_shape_of_tick(found[1])}`", message)
    return _NUMBER.sub("#", " ".join(shaped.split()))[:_LONGEST]


def shape_of_code(code: str) -> str:
    """Code with `_` for names that belong to one program; literals by their kind, lifetimes left out."""
    return "".join(_shapes(code.encode()))


def shape_of_types(diagnostic: Diagnostic) -> str:
    """The shapes of the types that the labels and notes call expected and found: ``expected &str, found String``."""
    labels = [span.label for span in diagnostic.spans if span.primary and span.label]
    notes = [note.message for note in diagnostic.notes]
    for text in (*labels, *notes):
        found = [f"{role} {shape_of_code(code)}" for role, code in _TYPES.findall(text)]
        if found:
            return ", ".join(found)[:_LONGEST]
    return ""


def likeness(one: str, other: str) -> float:
    """How alike two shapes are: words that both have over words that either has (Jaccard), 0 to 1."""
    first, second = set(_WORD.findall(one)), set(_WORD.findall(other))
    return len(first & second) / len(first | second) if first | second else 1.0


def _shape_of_tick(code: str) -> str:
    """A single small word in backticks is the name of a method or a variable, even one that std has too."""
    name = code.isidentifier() and code.islower() and code not in KEYWORDS and code not in PRIMITIVES
    return "_" if name else shape_of_code(code)


def _shapes(code: bytes) -> Iterator[str]:
    last = ""
    for token in tokens(code):
        if token.kind in ("lifetime", "comment"):
            continue
        shape = _LITERALS.get(token.kind, token.text)
        if token.kind == "word" and is_name(token.text):
            shape = "_"
        if last[-1:].isalpha() and shape[:1].isalpha():
            yield " "
        yield shape
        last = shape


def _place(diagnostic: Diagnostic, read: Callable[[str], bytes | None]) -> tuple[str, str, str]:
    """Kind of the item, file and path of it, digest of its code."""
    span = diagnostic.primary
    source = read(span.file) if span else None
    if span is None or source is None:
        return "", span.file if span else "", ""
    for node in ancestors(node_at(source, span.byte_start, max(span.byte_start, span.byte_end))):
        if node.type in ITEM_KINDS:
            return ITEM_KINDS[node.type], f"{span.file}::{item_path(node)}", _digest(node.text or b"")
    return "", span.file, _digest(source)


@lru_cache(maxsize=64)
def _digest(code: bytes) -> str:
    return hashlib.sha256("".join(_shapes(code)).encode()).hexdigest()[:12]
