"""A patch in the mentor's own editor: the files as the patch leaves them, out and back in."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from engine.errors import PatchError, RustaError, ToolMissingError
from engine.loop.fold import SessionState
from engine.schema.event import PatchEvent


async def edited_files(state: SessionState, event: PatchEvent) -> dict[str, str]:
    """Opens every file of the patch in the mentor's editor and returns those that were changed: path → text.

    Raises `ToolMissingError` when no editor starts, `RustaError` when it fails or leaves something unreadable.
    """
    before = {path: content_after(state, event, path) for path in event.patch.paths}
    with tempfile.TemporaryDirectory(prefix="rusta-edit-") as folder:
        places = {path: Path(folder) / path for path in before}
        for path, place in places.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(before[path])
        await _open_editor([str(place) for place in places.values()])
        changed = {path: place.read_bytes() for path, place in places.items() if place.read_bytes() != before[path]}
    try:
        return {path: content.decode() for path, content in changed.items()}
    except UnicodeDecodeError as error:
        raise RustaError("your version is not UTF-8", fix="save it as UTF-8; the patch still waits") from error


def content_after(state: SessionState, event: PatchEvent, path: str) -> bytes:
    """The bytes of ``path`` once every patch up to ``event`` is applied to the commit that the stack stands on.

    Raises `PatchError` when the patches do not fit.
    """
    from engine.sandbox.patches import apply_edits

    if state.intake is None:
        raise PatchError("the session has no intake, so its files cannot be read")
    content = _blob(state.intake.repository, state.base, path)
    for earlier in state.stacked:
        edits = tuple(edit for edit in earlier.patch.edits if edit.path == path)
        content = apply_edits(content, edits)
        if earlier.patch.id == event.patch.id:
            break
    return content


def _blob(repository: str, commit: str, path: str) -> bytes:
    git = ["git", "-C", repository, "-c", "core.fsmonitor=false", "cat-file", "blob", f"{commit}:{path}"]
    found = subprocess.run(git, capture_output=True, check=False, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"})
    return found.stdout if found.returncode == 0 else b""


async def _open_editor(paths: list[str]) -> None:
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        process = await asyncio.create_subprocess_exec(*shlex.split(wanted), *paths)
    except (OSError, ValueError) as error:
        raise ToolMissingError(f"the editor {wanted!r} does not start", fix="set EDITOR to one that does") from error
    if await process.wait() != 0:
        raise RustaError(f"the editor {wanted!r} failed, so nothing was taken over", fix="the patch still waits")
