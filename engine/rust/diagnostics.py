"""rustc's and clippy's JSON, read into `Diagnostic` records.

Format: https://doc.rust-lang.org/rustc/json.html, inside cargo's `compiler-message` lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from engine.rust.suggestions import is_macro, read_suggestions
from engine.schema.diagnostic import Diagnostic, Note, Span, Tool

# Lines that sum up other lines; they name no place and no code of their own.
_SUMMARIES = (
    "aborting due to",
    "Some errors have detailed explanations",
    "For more information about this error",
    "could not compile",
)


class Places:
    """Turns the file names of a compiler into paths relative to the repository.

    rustc names files relative to the workspace root, where cargo starts it, or absolutely.
    """

    def __init__(self, repository_root: Path, workspace_root: Path) -> None:
        self._roots = tuple(dict.fromkeys([repository_root, repository_root.resolve()]))  # cargo follows links
        self._workspace = workspace_root

    def relative(self, name: str) -> str:
        """The path relative to the repository root with forward slashes; outside it, the absolute path."""
        path = Path(name) if Path(name).is_absolute() else self._workspace / name
        normal = Path(*_normal(path.parts))
        root = next((root for root in self._roots if normal.is_relative_to(root)), None)
        return normal.relative_to(root).as_posix() if root else str(normal)


def _normal(parts: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if part == ".." and kept:
            kept.pop()
        elif part != ".":
            kept.append(part)
    return kept


def read_message(line: Mapping[str, Any], places: Places) -> Diagnostic | None:
    """Reads one `compiler-message` of cargo; None for lines that only sum up others."""
    message = line["message"]
    text = message.get("message", "")
    if message.get("level") == "failure-note" or text.startswith(_SUMMARIES) or _is_count(text):
        return None
    code = (message.get("code") or {}).get("code")
    package = package_name(line.get("package_id", ""))
    spans = tuple(read_span(span, places) for span in message.get("spans", ()))
    children = message.get("children", ())
    return Diagnostic(
        id=fingerprint(package, code, text, spans),
        tool=Tool.CLIPPY if code and code.startswith("clippy::") else Tool.RUSTC,
        level=message.get("level", ""),
        code=code,
        message=text,
        spans=spans,
        notes=tuple(
            Note(
                level=child.get("level", ""),
                message=child.get("message", ""),
                spans=tuple(read_span(span, places) for span in child.get("spans", ())),
            )
            for child in children
        ),
        suggestions=read_suggestions(message, places.relative),
        package=package,
        target=_target(line.get("target", {})),
        rendered=message.get("rendered") or "",
    )


def read_span(span: Mapping[str, Any], places: Places) -> Span:
    """Reads one span. Of a span in a macro's expansion the outermost call is named, which is where people look."""
    macro, outer = None, span
    while expansion := outer.get("expansion"):
        outer = expansion["span"]
        if is_macro(expansion):
            macro = macro or expansion.get("macro_decl_name")
            span = {**outer, "is_primary": span.get("is_primary"), "label": span.get("label")}
    return Span(
        file=places.relative(span["file_name"]),
        byte_start=span["byte_start"],
        byte_end=span["byte_end"],
        line_start=span["line_start"],
        line_end=span["line_end"],
        column_start=span["column_start"],
        column_end=span["column_end"],
        primary=bool(span.get("is_primary")),
        label=span.get("label"),
        text=tuple(line["text"] for line in span.get("text", ())),
        macro=macro,
    )


def fingerprint(package: str, code: str | None, message: str, spans: Iterable[Span]) -> str:
    """A name for a finding that survives other lines moving: package, code, words, file and source text."""
    primary = [span for span in spans if span.primary][:1]
    place = [(span.file, *(line.strip() for line in span.text), *map(str, _shape(span))) for span in primary]
    parts = [package, code or "", message, *(part for entry in place for part in entry)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def numbered(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Drops repeated reports of one place (library and test build) and numbers equal findings in different places."""
    seen: dict[tuple[object, ...], Diagnostic] = {}
    count: dict[str, int] = {}
    for diagnostic in found:
        span = diagnostic.primary
        place = (diagnostic.id, diagnostic.level, span.file if span else "", span.byte_start if span else -1)
        seen.setdefault(place, diagnostic)
    # Targets are built side by side, so their reports come in any order: equal findings are numbered by their place.
    numbers: dict[int, int] = {}
    for diagnostic in sorted(seen.values(), key=_start):
        count[diagnostic.id] = numbers[id(diagnostic)] = count.get(diagnostic.id, 0) + 1
    return tuple(
        diagnostic.model_copy(update={"id": f"{diagnostic.id}-{number}"}) if number > 1 else diagnostic
        for diagnostic in seen.values()
        for number in [numbers[id(diagnostic)]]
    )


def _start(diagnostic: Diagnostic) -> int:
    return diagnostic.primary.byte_start if diagnostic.primary else -1


def package_name(package_id: str) -> str:
    """The name in a package id, such as `path+file:///a/b#name@0.1.0`, `…/name#0.1.0` or `name 0.1.0 (…)`."""
    if "#" not in package_id:
        return package_id.split(" ", 1)[0]
    url, _, fragment = package_id.partition("#")
    if "@" in fragment:
        return fragment.split("@", 1)[0]
    return PurePosixPath(url.split("?", 1)[0]).name if fragment[:1].isdigit() else fragment


def _shape(span: Span) -> tuple[int, int]:
    """Where on its line a span lies, without the indentation: two errors on one line are two findings."""
    indent = len(span.text[0]) - len(span.text[0].lstrip()) if span.text else 0
    return span.column_start - indent, span.column_end - indent


def _target(target: Mapping[str, Any]) -> str:
    kinds = target.get("kind", ())
    kind = "lib" if any("lib" in kind or kind == "proc-macro" for kind in kinds) else next(iter(kinds), "")
    return kind if kind == "lib" else f"{kind}:{target.get('name', '')}"


def _is_count(text: str) -> bool:
    """`2 warnings emitted` and the like."""
    return text.endswith((" emitted", " emitted.")) and text[:1].isdigit()
