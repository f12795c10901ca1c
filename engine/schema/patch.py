"""A reversible change: structured edits, the unified diff people read, and the inverse of both."""

from __future__ import annotations

import hashlib

from engine.schema.base import Record, VersionedRecord

_EMPTY = hashlib.sha256(b"").hexdigest()


class Edit(Record):
    """In ``path``, the bytes ``byte_start..byte_end``, which read ``before``, become ``after``.

    Offsets count bytes of the file as it was before the patch. Text is UTF-8 with the file's own line ends.
    ``path`` is relative to the repository root, with forward slashes.
    """

    path: str
    byte_start: int
    byte_end: int
    before: str
    after: str


class FileImage(Record):
    """SHA-256 (hex) of a file before and after a patch; None where the file does not exist."""

    path: str
    before: str | None
    after: str | None


class Patch(VersionedRecord):
    """One change that expresses one hypothesis.

    ``edits`` applied to the ``before`` images give the ``after`` images byte for byte, and ``inverse``
    applied to the ``after`` images gives the ``before`` images back. ``diff`` is the unified diff of the
    whole (with ``a/`` and ``b/`` prefixes), ``inverse_diff`` that of the way back.
    """

    id: str
    intent: str
    move: str
    diagnostics: tuple[str, ...] = ()
    edits: tuple[Edit, ...]
    inverse: tuple[Edit, ...]
    files: tuple[FileImage, ...]
    diff: str
    inverse_diff: str

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it touches, in order."""
        return tuple(image.path for image in self.files)

    @property
    def hunk_paths(self) -> tuple[str, ...]:
        """The files that its diff shows hunks of, in order: all but empty ones that it creates or removes.

        The diff itself is no sure source of them: there, a name may be quoted, or be `/dev/null`.
        """
        return tuple(image.path for image in self.files if {image.before, image.after} != {None, _EMPTY})
