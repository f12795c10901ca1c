"""What the compiler and clippy propose themselves, of every applicability, as fixes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.brain.moves.edits import normal
from engine.brain.moves.move import Fix, Site
from engine.brain.moves.phrasing import phrase
from engine.errors import PatchError
from engine.rust.suggestions import to_edits
from engine.schema.diagnostic import Suggestion
from engine.schema.patch import Edit

NAME = "follow-the-compiler"

# What she never writes, and placeholders, with which nothing compiles or nothing is solved.
_FORBIDDEN = re.compile(
    r"\b(?:todo|unimplemented|unreachable)!|#!?\[\s*(?:allow|expect|cfg|ignore)|\bunsafe\b|/\*.*?\*/|<#|\bcfg!",
    re.DOTALL,
)


def is_forbidden(text: str) -> bool:
    """True for code that silences or postpones instead of mending, and for code with placeholders."""
    return _FORBIDDEN.search(text) is not None


def suggestions(site: Site) -> Iterator[tuple[Suggestion, Fix]]:
    """The compiler's suggestions that fit the files and that she may follow."""
    for suggestion in site.diagnostic.suggestions:
        edits = _edits(site, suggestion)
        if edits and not any(is_forbidden(edit.after) and not is_forbidden(edit.before) for edit in edits):
            intent = phrase(normal(edits), site.read) or _intent(suggestion, edits)
            yield suggestion, Fix(intent, edits, applicability=suggestion.applicability)


def _edits(site: Site, suggestion: Suggestion) -> tuple[Edit, ...]:
    try:
        return to_edits(suggestion, site.read)
    except PatchError:
        return ()


def _intent(suggestion: Suggestion, edits: tuple[Edit, ...]) -> str:
    """The compiler's advice as an imperative: "consider borrowing here" becomes "Borrow here, as rustc says"."""
    shown = " ".join(edits[0].after.split())
    message = suggestion.message.strip().rstrip(":.")
    message = re.sub(
        r"^(?:you (?:can|could|might want to)|help|try|consider|perhaps you meant to)\b[:,]?\s*", "", message
    )
    if not message:
        message = f"write `{shown}`" if shown else f"take out `{' '.join(edits[0].before.split())}`"
    verb, _, rest = message.partition(" ")
    if verb.endswith("ing"):
        message = f"{_STEMS.get(verb, verb.removesuffix('ing'))} {rest}".strip()
    if shown and len(shown) <= 60 and "`" not in message:
        message += f": `{shown}`"
    return message[:1].upper() + message[1:] + "."


_STEMS = {
    "using": "use",
    "adding": "add",
    "removing": "remove",
    "changing": "change",
    "cloning": "clone",
    "borrowing": "borrow",
    "dereferencing": "dereference",
    "importing": "import",
    "introducing": "introduce",
    "giving": "give",
    "making": "make",
    "replacing": "replace",
    "specifying": "specify",
    "mutably": "mutably",
    "writing": "write",
    "moving": "move",
    "constraining": "constrain",
    "restricting": "restrict",
    "annotating": "annotate",
    "calling": "call",
    "wrapping": "wrap",
    "returning": "return",
    "prefixing": "prefix",
    "declaring": "declare",
    "splitting": "split",
    "binding": "bind",
    "boxing": "box",
    "including": "include",
    "providing": "provide",
    "inserting": "insert",
    "further": "further",
    "iterating": "iterate",
    "taking": "take",
    "putting": "put",
}
