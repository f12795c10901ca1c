"""Where a thing comes from and under which terms: enough to show why it may be used."""

from __future__ import annotations

from engine.schema.base import VersionedRecord


class Provenance(VersionedRecord):
    """The origin of a file or a sample.

    ``license`` is an SPDX expression; ``spdx`` lists the licence identifiers it names. ``sha256`` is the
    hash of the content (hex). ``parents`` are the ``sha256`` of what it was derived from, by ``transform``.
    """

    source: str
    url: str | None = None
    repo: str | None = None
    commit: str | None = None
    path: str | None = None
    crate: str | None = None
    version: str | None = None
    license: str | None = None
    spdx: tuple[str, ...] = ()
    attribution: str | None = None
    sha256: str | None = None
    parents: tuple[str, ...] = ()
    transform: str | None = None
