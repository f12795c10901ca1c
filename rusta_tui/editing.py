"""A patch in the mentor's editor: the files as the patch leaves them, rebuilt from git and the patches alone."""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.errors import PatchError, RustaError, ToolMissingError
from engine.schema.patch import Edit, Patch
from rusta_tui.git import show_file
from rusta_tui.view import View


def apply_edits(content: bytes, edits: Sequence[Edit]) -> bytes:
    """The bytes after the edits of one file; `PatchError` when a place does not read as the edit says."""
    for edit in sorted(edits, key=lambda edit: edit.byte_start, reverse=True):
        if content[edit.byte_start : edit.byte_end] != edit.before.encode():
            raise PatchError(
                f"{edit.path} does not read as the patch expects", fix="veto the patch, or edit after commit"
            )
        content = content[: edit.byte_start] + edit.after.encode() + content[edit.byte_end :]
    return content


async def files_after(view: View, patch: Patch) -> dict[str, bytes]:
    """The bytes of every file of ``patch`` once it is applied, each checked against the SHA-256 that it names.

    Starts from the last commit of the session, else from its base, and applies the patches that fit, in order.
    Raises `PatchError` when that does not lead to the patch's own images.
    """
    if view.intake is None:
        raise PatchError("the session has not opened yet")
    root = Path(view.intake.repository)
    start = view.commit.new if view.commit and view.commit.status == "done" else view.intake.base
    out: dict[str, bytes] = {}
    for image in patch.files:
        if image.after is None:
            continue
        content = await show_file(root, start, image.path)
        for state in view.patches.values():
            for step in state.event.patch.files:
                here = None if content is None else hashlib.sha256(content).hexdigest()
                if step.path == image.path and step.before == here and not state.undone:
                    edits = [edit for edit in state.event.patch.edits if edit.path == image.path]
                    content = apply_edits(content or b"", edits)
        if content is None or hashlib.sha256(content).hexdigest() != image.after:
            raise PatchError(
                f"{image.path} could not be rebuilt as the patch leaves it", fix="veto it with a reason instead"
            )
        out[image.path] = content
    return out


def edit_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """Opens the files in `VISUAL`, `EDITOR` or vi, and returns the new text of those that were changed.

    Raises `ToolMissingError` when no editor starts, `RustaError` when it fails or leaves something unreadable.
    """
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="rusta-edit-") as folder:
        places = {path: Path(folder) / path for path in files}
        for path, place in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(files[path])
        try:
            code = subprocess.run([*command, *map(str, places.values())], check=False).returncode
        except OSError as error:
            raise ToolMissingError(
                f"the editor {command[0]!r} does not start", fix="set EDITOR to one that does"
            ) from error
        if code != 0:
            raise RustaError(
                f"the editor ended with code {code}, so nothing was taken over", fix="the patch still waits"
            )
        changed = {path: place.read_bytes() for path, place in places.items() if place.read_bytes() != files[path]}
    try:
        return {path: content.decode() for path, content in changed.items()}
    except UnicodeDecodeError as error:
        raise RustaError("your version is not UTF-8, so nothing was taken over", fix="the patch still waits") from error
