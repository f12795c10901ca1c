"""What a compiler, a linter or a test said, in Rusta's own words.

Built from rustc's and clippy's JSON (https://doc.rust-lang.org/rustc/json.html). New fields and new
enum values of later toolchains are tolerated: an unknown level or applicability keeps the weakest meaning.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator

from engine.schema.base import Record, VersionedRecord


class Tool(StrEnum):
    """Who said it."""

    RUSTC = "rustc"
    CLIPPY = "clippy"
    CARGO = "cargo"
    TEST = "test"


class Level(StrEnum):
    """How bad it is; OTHER stands for a level this version does not know."""

    ICE = "error: internal compiler error"
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    HELP = "help"
    FAILURE_NOTE = "failure-note"
    OTHER = "other"

    @property
    def is_error(self) -> bool:
        """True when the package does not build because of it."""
        return self in (Level.ERROR, Level.ICE)


class Applicability(StrEnum):
    """How sure the compiler is of its own suggestion (rustc_lint_defs::Applicability)."""

    MACHINE_APPLICABLE = "MachineApplicable"
    MAYBE_INCORRECT = "MaybeIncorrect"
    HAS_PLACEHOLDERS = "HasPlaceholders"
    UNSPECIFIED = "Unspecified"


def _level(value: Any) -> Any:
    return value if isinstance(value, str) and value in Level._value2member_map_ else Level.OTHER


def _applicability(value: Any) -> Any:
    known = isinstance(value, str) and value in Applicability._value2member_map_
    return value if known else Applicability.UNSPECIFIED


class Span(Record):
    """A place in a file. Bytes are offsets into the file as it lies on disk; lines and columns count from 1.

    ``file`` is relative to the repository root, with forward slashes; a file outside it keeps its absolute
    path. ``macro`` names the macro whose
    expansion the span lies in, or is None for a span in the source itself.
    """

    file: str
    byte_start: int
    byte_end: int
    line_start: int
    line_end: int
    column_start: int
    column_end: int
    primary: bool = False
    label: str | None = None
    text: tuple[str, ...] = ()
    macro: str | None = None


class Replacement(Record):
    """One part of a suggestion: the bytes ``byte_start..byte_end`` of ``file`` become ``text``."""

    file: str
    byte_start: int
    byte_end: int
    text: str


class Suggestion(Record):
    """One choice the compiler offers. All its parts apply together or not at all."""

    message: str
    applicability: Annotated[Applicability, BeforeValidator(_applicability)]
    parts: tuple[Replacement, ...]


class Note(Record):
    """A child of a diagnostic: a note or a help, with the places it speaks of."""

    level: Annotated[Level, BeforeValidator(_level)]
    message: str
    spans: tuple[Span, ...] = ()


class Diagnostic(VersionedRecord):
    """One finding.

    ``id`` is a fingerprint of package, code, message, file and source text, without line numbers, so
    that it stays the same while other lines move. ``package`` is the Cargo package name, ``target`` the
    Cargo target ("lib", "bin:name", "test:name"…).
    """

    id: str
    tool: Tool
    level: Annotated[Level, BeforeValidator(_level)]
    code: str | None = None
    message: str
    spans: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    package: str = ""
    target: str = ""
    rendered: str = ""

    @property
    def primary(self) -> Span | None:
        """The span the message is about, or None when it is about no place."""
        return next((span for span in self.spans if span.primary), None)

    @property
    def where(self) -> str:
        """`file:line` of the primary span, or the package name."""
        span = self.primary
        return f"{span.file}:{span.line_start}" if span else self.package or "workspace"

    @property
    def label(self) -> str:
        """The short name people use: `E0502`, `clippy::needless_borrow`, or the level."""
        return self.code or str(self.level)
