"""The compiler's suggestions: exclusive alternatives apart, multi-part edits whole, expansions refused.

rustc encodes each choice of a suggestion as its spans in a row, so a choice begins where the first span's range
comes again. rustfix flattens them into one; here they stay apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.errors import PatchError
from engine.schema.diagnostic import Replacement, Suggestion
from engine.schema.patch import Edit

Read = Callable[[str], bytes | None]
_RANKS = ("MachineApplicable", "MaybeIncorrect", "HasPlaceholders", "Unspecified")


def read_suggestions(message: Mapping[str, Any], relative: Callable[[str], str]) -> tuple[Suggestion, ...]:
    """All choices that a diagnostic and its children offer, each once, in the compiler's order.

    ``relative`` turns the compiler's file names into repository paths.
    """
    found: dict[tuple[Replacement, ...], Suggestion] = {}
    for part in _with_children(message):
        spans = [span for span in part.get("spans", ()) if span.get("suggested_replacement") is not None]
        if any(is_macro(span.get("expansion")) for span in spans):
            continue  # the bytes are those of a macro's definition, not of this place
        for choice in _choices(spans):
            parts = tuple(
                Replacement(
                    file=relative(span["file_name"]),
                    byte_start=span["byte_start"],
                    byte_end=span["byte_end"],
                    text=span["suggested_replacement"],
                )
                for span in choice
            )
            applicability = max(
                (span.get("suggestion_applicability") or "Unspecified" for span in choice), key=_rank, default=""
            )
            suggestion = Suggestion(message=part.get("message", ""), applicability=applicability, parts=parts)
            if parts and not any(replacement.file.startswith("/") for replacement in parts):
                found.setdefault(parts, suggestion)
    return tuple(found.values())


def to_edits(suggestion: Suggestion, read: Read) -> tuple[Edit, ...]:
    """The edits of a suggestion against the files as ``read`` gives them, in their own line ends.

    Raises `PatchError` when a file is missing or not UTF-8, the parts do not fit into it or overlap, or nothing would
    change.
    """
    edits: list[Edit] = []
    ends: dict[str, int] = {}
    decoded: dict[str, bytes] = {}
    for part in sorted(suggestion.parts, key=lambda part: (part.file, part.byte_start, part.byte_end)):
        source = read(part.file)
        if source is None or not 0 <= part.byte_start <= part.byte_end <= len(source):
            raise PatchError(f"{part.file} is not as the compiler saw it", fix="check again")
        if source is not decoded.get(part.file):
            _require_text(part.file, source)
            decoded[part.file] = source
        if part.byte_start < ends.get(part.file, 0):
            raise PatchError(f"the parts of a suggestion overlap in {part.file}", fix="it is left alone")
        ends[part.file] = part.byte_end
        try:
            before = source[part.byte_start : part.byte_end].decode()
        except UnicodeDecodeError as error:  # the offsets fall inside characters, so they are those of other bytes
            raise PatchError(f"{part.file} is not as the compiler saw it", fix="check again") from error
        after = in_line_ends_of(source, part.text)
        if before != after:
            edits.append(
                Edit(path=part.file, byte_start=part.byte_start, byte_end=part.byte_end, before=before, after=after)
            )
    if not edits:
        raise PatchError("the suggestion changes nothing", fix="it is left alone")
    return tuple(edits)


def _require_text(path: str, source: bytes) -> None:
    try:
        source.decode()
    except UnicodeDecodeError as error:
        raise PatchError(f"{path} is not UTF-8, so it is not edited", fix="convert it to UTF-8") from error


def in_line_ends_of(source: bytes, text: str) -> str:
    """``text`` with the line ends that a file uses, the more frequent kind where it uses both."""
    if 2 * source.count(b"\r\n") <= source.count(b"\n"):
        return text
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def is_macro(expansion: Mapping[str, Any] | None) -> bool:
    """True for a macro's expansion; what rustc makes of `?`, `for` and `await` lies where the person wrote it."""
    return expansion is not None and not str(expansion.get("macro_decl_name", "")).startswith("desugaring of ")


def _with_children(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield message
    for child in message.get("children", ()):
        yield from _with_children(child)


def _choices(spans: list[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    first = _place(spans[0]) if spans else None
    choice: list[Mapping[str, Any]] = []
    for span in spans:
        if choice and _place(span) == first:
            yield choice
            choice = []
        choice.append(span)
    if choice:
        yield choice


def _place(span: Mapping[str, Any]) -> tuple[str, int, int]:
    return span["file_name"], span["byte_start"], span["byte_end"]


def _rank(applicability: str) -> int:
    return _RANKS.index(applicability) if applicability in _RANKS else len(_RANKS)
