"""The compiler's advice in her words: what is done to what, short enough for the subject of a commit.

rustc writes for the moment ("consider cloning the value if the performance cost is acceptable"); a commit is read
later, without the error beside it, so it names the thing: "Clone `movement`".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.schema.patch import Edit

Read = Callable[[str], bytes | None]

_USE = re.compile(r"^\s*(?:pub )?use ([\w:]+(?:::\{[^}]*\})?)(?: as _)?;\s*$")
# One sign at a time: a repetition inside the repetition takes exponential time on a long word that does not end it.
_BEFORE = re.compile(r"((?:\"[^\"\n]*\"|[\w.]|(?<=[\w.])\(\)|\))+)$")
_AFTER = re.compile(r"^&?(?:mut )?([\w.]+)")
_LONGEST = 48
_CONTEXT = 200


def phrase(edits: tuple[Edit, ...], read: Read) -> str | None:
    """One imperative line about what the edits do, or None when they are no shape that it knows."""
    if len(edits) != 1:
        return None
    edit = edits[0]
    source = read(edit.path) or b""
    before = source[max(0, edit.byte_start - _CONTEXT) : edit.byte_start].decode("utf-8", "ignore")
    after = source[edit.byte_end : edit.byte_end + _CONTEXT].decode("utf-8", "ignore")
    if imported := _USE.match(edit.after):
        return f"Import `{imported[1]}`."
    if not edit.before:
        return _insertion(edit.after, _last(before), _first(after))
    if edit.before.isspace() or not _is_short(edit.before):
        return None
    if not edit.after.strip():
        return f"Take out `{edit.before.strip()}`."
    if _is_short(edit.after):
        return f"Write `{edit.after.strip()}` for `{edit.before.strip()}`."
    return None


def _insertion(text: str, left: str, right: str) -> str | None:
    added = text.strip()
    match added:
        case ".clone()" if left:
            return f"Clone `{left}`."
        case "?" if left:
            return f"Pass the error of `{left}` on with `?`."
        case ";":
            return "End the statement with a semicolon."
        case "mut" if right:
            return f"Make `{right}` mutable."
        case "&" if right:
            return f"Borrow `{right}`."
        case "&mut" if right:
            return f"Borrow `{right}` mutably."
        case "*" if right:
            return f"Dereference `{right}`."
        case "move":
            return "Move what the closure uses into it."
        case "pub":
            return f"Make `{right}` public." if right else "Make it public."
    if added.startswith(".") and added.endswith(")") and left and _is_short(added):
        return f"Convert `{left}` with `{added}`."
    if added.startswith("#[derive(") and "\n" not in added:
        return f"Derive {added.removeprefix('#[derive(').removesuffix(')]')}."
    if added.endswith("::") and right and _is_short(added):
        return f"Name `{added}{right}` by its path."
    return None


def _last(text: str) -> str:
    """The expression that ends where an insertion stands."""
    found = _BEFORE.search(text)
    return found[1] if found and _is_short(found[1]) and found[1] != ")" else ""


def _first(text: str) -> str:
    """The name that follows an insertion."""
    found = _AFTER.match(text.lstrip())
    return found[1] if found and _is_short(found[1]) else ""


def _is_short(text: str) -> bool:
    return len(text.strip()) <= _LONGEST and "\n" not in text.strip()
