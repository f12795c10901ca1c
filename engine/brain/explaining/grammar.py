"""Text that is no Rust: brackets that do not pair, commas and semicolons that are missing."""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, reader
from engine.brain.explaining.scene import Scene, ticks
from engine.rust.syntax import enclosing_item
from engine.schema.diagnostic import Span, Tool

_SIGNS = {
    ",": "comma",
    ";": "semicolon",
    "}": "closing brace",
    "{": "opening brace",
    ")": "closing parenthesis",
    "(": "opening parenthesis",
    "]": "closing bracket",
    "[": "opening bracket",
    "->": "arrow",
    "=>": "fat arrow",
    ":": "colon",
    "=": "equals sign",
}
_PAIRS = "{}()[]"
_KINDS = {"{": "brace", "(": "parenthesis", "[": "bracket"}


@reader("", "E0765", "E0758", "E0762", "E0766")
def tell_syntax(scene: Scene) -> Account | None:
    """Which sign is missing or too many, and where it should have been."""
    message = scene.found.message
    if scene.found.tool is Tool.TEST or "lifetime may not" in message:
        return None
    if "unclosed delimiter" in message:
        return _unclosed(scene)
    if "unexpected closing delimiter" in message or "mismatched closing delimiter" in message:
        return _unmatched(scene)
    wanted = re.search(r"expected (.+?), found (.+)", message)
    if wanted is None:
        return Account(f"{_where(scene)} cannot be read as Rust: {message}", _line(scene))
    sign = next((_SIGNS[tick] for tick in _offered(scene) if tick in _SIGNS), "")
    name = next((_SIGNS[tick] for tick in ticks(wanted[1]) if tick in _SIGNS), "")
    what = sign or name
    article = "an" if what[:1] in tuple("aeio") else "a"
    missing = f"{article} {what} is missing" if what else f"{wanted[1]} is missing"
    meaning = f"{_where(scene)}: {missing}, and the parser meets {wanted[2]} instead"
    rule = {
        "comma": "the members of a list, fields, arguments, arms, are separated by commas",
        "semicolon": "a statement ends with a semicolon; without it the next line is read as part of it",
    }.get(what, "the parser reads from left to right, and stops where no rule of the grammar goes on")
    return Account(meaning, _line(scene), rule)


def _where(scene: Scene) -> str:
    """The item around the place, by the tree as far as it can be read, with `file:line`."""
    span = scene.primary
    source = scene.context.read(span.file) if span is not None else None
    item = enclosing_item(source, span.byte_start) if source is not None and span is not None else None
    return f"in `{item.path.replace('impl ', '')}` ({scene.found.where})" if item else f"in {scene.found.where}"


def _line(scene: Scene) -> tuple[str, ...]:
    line = scene.line(scene.primary)
    return (f"The line is `{line}`",) if re.search(r"\w", line) else ()


def _offered(scene: Scene) -> list[str]:
    return [part.text.strip() for suggestion in scene.found.suggestions for part in suggestion.parts]


def _unclosed(scene: Scene) -> Account:
    """A bracket that stays open: the outermost by the compiler's labels, and where the indentation disagrees."""
    opened = scene.spans("unclosed delimiter")
    suspect = scene.span("might not be properly closed")
    matched = scene.span("matches this")
    outer = opened[-1] if opened else None
    item = _item(scene, outer) if outer is not None else ""
    sign = scene.code(outer)
    kind = _KINDS.get(sign[-1:], "delimiter")
    meaning = f"a {kind} is never closed{f' in `{item}`' if item else ''}, so the file ends inside it"
    because = []
    if suspect is not None:
        because.append(f"By the indentation it is the one of `{scene.line(suspect)}` on {scene.at(suspect)}")
        if matched is not None:
            because.append(f"The next closing one, on {scene.at(matched)}, stands at another depth")
    elif outer is not None:
        because.append(f"It opens with `{scene.line(outer)}` on {scene.at(outer)}")
    rule = "every opening delimiter has its closing one, and the parser, which pairs them, notices a missing one late"
    return Account(meaning, tuple(because), rule)


def _item(scene: Scene, span: Span) -> str:
    line = scene.line(span)
    named = re.search(r"\b(?:fn|struct|enum|trait|mod|impl(?:<[^>]*>)?)\s+([A-Za-z_]\w*)", line)
    return named[1] if named else ""


def _unmatched(scene: Scene) -> Account:
    """A closing delimiter without its opening one: where that one is, or that there is none."""
    sign = next((tick for tick in ticks(scene.found.message) if tick in _PAIRS), "")
    kind = _SIGNS.get(sign, "closing delimiter")
    rule = "closing delimiters come in the reverse order of the opening ones"
    opened = scene.span("unclosed delimiter")
    if opened is not None:
        what = _KINDS.get(scene.code(opened)[-1:], "delimiter")
        meaning = f"{_where(scene)} a {what} is not closed: the {kind} `{sign}` comes first"
        return Account(meaning, (f"It opens on {scene.at(opened)}: `{scene.line(opened)}`",), rule)
    said = f" the {kind} `{sign}` closes nothing that is open" if sign else f": {scene.found.message}"
    others = [span for span in scene.spans()[:2] if not span.primary]
    told = [f"The compiler adds: {span.label} ({scene.at(span)}: `{scene.line(span)}`)" for span in others]
    return Account(_where(scene) + said, (*_line(scene), *told), rule)
