"""Edits applied to bytes: what a patch means, for whoever reads one."""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import PatchError
from engine.schema.patch import Edit


def apply_edits(source: bytes, edits: Iterable[Edit]) -> bytes:
    """Applies edits of one file to its bytes. `PatchError` when one does not fit or two overlap."""
    result = bytearray()
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.byte_start, edit.byte_end)):
        found = source[edit.byte_start : edit.byte_end]
        if edit.byte_start < position:
            raise PatchError(f"two edits of {edit.path} overlap at byte {edit.byte_start}", fix="apply them one by one")
        if found != edit.before.encode() or edit.byte_end > len(source):
            raise PatchError(
                f"{edit.path} does not read {_shown(edit.before)} at byte {edit.byte_start}",
                fix="the file has changed since; start a new session",
            )
        result += source[position : edit.byte_start]
        result += edit.after.encode()
        position = edit.byte_end
    return bytes(result + source[position:])


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
