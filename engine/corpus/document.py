"""What flows through the corpus pipeline: documents, each with the origin that its licence evidence hangs on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Family = Literal["code", "teach", "diag_fix", "pr_pair", "explain_diff", "style_guide"]
Action = Literal["keep", "drop", "redact", "quarantine", "isolate"]


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """A licence or notice file of an origin. ``path`` is relative to the origin's root, ``text`` what it says."""

    path: str
    text: str

    @property
    def sha256(self) -> str:
        """Of the UTF-8 text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Origin:
    """One crate, book, repository or session store that documents come from.

    ``id`` names it with its version (``crate:serde@1.0.219``); ``repository`` is the unit that splits keep together
    (the upstream repository where it is known). ``declared`` is the licence as the manifest words it, unnormalised, and
    ``manifest`` the path that it stands in. ``licence_files`` are all licence files at any depth; the nearest one above
    a document speaks for it.
    """

    id: str
    source: str
    repository: str
    url: str | None = None
    commit: str | None = None
    crate: str | None = None
    version: str | None = None
    checksum: str | None = None
    declared: str | None = None
    manifest: str | None = None
    authors: tuple[str, ...] = ()
    licence_files: tuple[LicenceFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One licence expression and where it was read: "manifest", "header" (of the document) or "file" (the nearest).

    ``sha256`` is the hash of the text it was read in, ``start`` and ``end`` its byte span there, ``tool`` the name and
    version of what read it.
    """

    kind: Literal["manifest", "header", "file"]
    expression: str
    path: str
    sha256: str
    start: int
    end: int
    tool: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file, or a sample made of one.

    ``path`` is relative to the origin's root (with ``#anchor`` for a section). ``content`` is the raw text of a
    ``code`` document, else the sample's text as it is deduplicated; ``sample`` then holds the record of
    `engine.schema.samples` as JSON. ``parents`` are the ``sha256`` of what it was derived from by ``transform``.
    ``spdx`` is the normalised expression that holds, ``chosen`` the identifiers relied on (one branch of each OR),
    ``evidence`` why.
    """

    origin: str
    path: str
    content: bytes
    family: Family = "code"
    sample: str | None = None
    weight: float = 1.0
    parents: tuple[str, ...] = ()
    transform: str | None = None
    spdx: str | None = None
    chosen: tuple[str, ...] = ()
    copyrights: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def id(self) -> str:
        """Names the document in the ledger: a hash over origin, path and family (32 hex digits)."""
        return hashlib.sha256(f"{self.origin}\0{self.path}\0{self.family}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a step did with a document, and why. ``reason`` is a short stable word, ``detail`` says it for people."""

    document: str
    step: str
    action: Action
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document after a step (None when it is not kept), with the verdicts to be entered in the ledger.

    ``aside`` is a document that is not kept, as far as the step had come with it: its evidence is for the ledger.
    """

    document: Document | None
    verdicts: tuple[Verdict, ...] = ()
    aside: Document | None = None


class Source(Protocol):
    """Where documents come from, in units that can be read again one by one."""

    name: str

    def settings(self) -> Mapping[str, Any]:
        """What decides the result, for the address of what was read (versions, lists, paths' hashes).

        A mapping with a key for every unit says what each hangs on alone; then another unit makes none of them anew.
        """
        ...

    def units(self) -> tuple[str, ...]:
        """The names of all units, in a stable order."""
        ...

    def read(self, unit: str) -> tuple[Origin, Iterator[Document]]:
        """One unit. Raises `CorpusError` with one line when it cannot be read; the unit is then quarantined."""
        ...


class Step(Protocol):
    """One pure step over the documents of a shard."""

    name: str
    version: int

    def settings(self) -> Mapping[str, Any]:
        """What decides the result beside the input."""
        ...

    def run(self, documents: Iterable[Document], origins: Mapping[str, Origin]) -> Iterator[Outcome]:
        """One outcome a document, in the order of the input."""
        ...
