"""A fault: what was done to a sound crate, and how it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Literal

from engine.errors import PatchError
from engine.sandbox.patches import apply_edits
from engine.schema.base import VersionedRecord
from engine.schema.patch import Edit
from engine.schema.provenance import Provenance


class Fault(VersionedRecord):
    """A sound crate, broken on purpose by one or two operators, whose answer is therefore known.

    ``edits`` turn the sound files into the broken ones; their offsets count bytes of the sound files. ``shows`` is
    "compiler" where it does not compile, with the ``codes`` that were seen ("error" for one without a code), and
    "test" where it does and the tests in ``red`` fail. ``seed`` is the one it was drawn with.
    """

    id: str
    crate: str
    version: str
    operators: tuple[str, ...]
    families: tuple[str, ...]
    seed: int
    shows: Literal["compiler", "test"]
    codes: tuple[str, ...] = ()
    red: tuple[str, ...] = ()
    edits: tuple[Edit, ...]
    provenance: Provenance

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it breaks, in order."""
        return tuple(dict.fromkeys(edit.path for edit in self.edits))


def fault_id(crate: str, version: str, edits: Sequence[Edit]) -> str:
    """The name of a fault: the same edits of the same version have the same one."""
    parts = [crate, version, *(f"{each.path}:{each.byte_start}-{each.byte_end}:{each.after}" for each in edits)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def broken_files(edits: Sequence[Edit], read: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The files that edits change, as they are afterwards. `PatchError` when one is absent or not as it was."""
    changed: dict[str, bytes] = {}
    for path in dict.fromkeys(edit.path for edit in edits):
        sound = read(path)
        if sound is None:
            raise PatchError(f"{path} is not in the crate", fix="take the version that the fault names")
        changed[path] = apply_edits(sound, [edit for edit in edits if edit.path == path])
    return changed
