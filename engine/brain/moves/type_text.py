"""Types as text: their parts, where two of them differ, and how this file would write one that the compiler printed."""

from __future__ import annotations

import re

from engine.brain.moves.move import Site
from engine.brain.moves.standard import PATHS

_MODULES = re.compile(r"(?:\b\w+::)+(?=[A-Z])")


def spoken(site: Site, kinds: list[str]) -> list[list[str]]:
    """Types that the compiler prints without their modules, with the modules that the file writes before them."""
    found = [kinds]
    for place, kind in enumerate(kinds):
        name = re.search(r"\b[A-Z]\w*", kind)
        if name is None:
            continue
        paths = {match[1].decode() for match in re.finditer(rf"((?:\b\w+::)+){name[0]}\b".encode(), site.source)}
        bare = re.search(rf"(?<![\w:]){name[0]}\b".encode(), site.source)
        written = [re.sub(rf"\b{name[0]}\b", f"{path}{name[0]}", kind) for path in sorted(paths, key=len)[:2]]
        full = [re.sub(rf"\b{name[0]}\b", path, kind) for path in PATHS.get(name[0], ())[:1]]
        texts = [kind, *written] if bare else [*(written or full), kind]
        found = [[*each[:place], text, *each[place + 1 :]] for each in found for text in texts]
    return found[:4]


def split_types(text: str) -> list[str]:
    """The types of a list, split at the commas that stand in no brackets."""
    parts, depth = [""], 0
    for sign in text.replace("->", "\0"):
        depth += (sign in "<([") - (sign in ">)]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip().replace("\0", "->") for part in parts if part.strip()]


def parts(kind: str) -> tuple[str, list[str]]:
    """The head and the arguments of a type: ``Result<u8, ()>`` → ("Result", ["u8", "()"]), paths without modules."""
    head, _, inside = kind.strip().partition("<")
    return head.rsplit("::", 1)[-1].strip(), split_types(inside.rstrip().removesuffix(">")) if inside else []


def bare(kind: str) -> str:
    """A type without the modules before its names."""
    return _MODULES.sub("", kind.strip())


def differing(one: str, other: str) -> list[tuple[str, str]]:
    """The innermost parts in which two types differ, in order: of ``Option<()>`` and ``Option<u8>`` ("()", "u8")."""
    (head, inside), (other_head, other_inside) = parts(one), parts(other)
    if head != other_head or len(inside) != len(other_inside) or not inside:
        return [(one.strip(), other.strip())] if bare(one) != bare(other) else []
    return [pair for a, b in zip(inside, other_inside, strict=True) for pair in differing(a, b)]
