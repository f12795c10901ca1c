"""A patch in the mentor's own editor, on this terminal: the files as the patch leaves them, out and back in."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Mapping

from engine.errors import PatchError
from engine.loop.drafts import draft, editor, editor_failed, files_after, no_editor
from engine.loop.fold import SessionState
from engine.schema.event import PatchEvent


def patched_files(state: SessionState, event: PatchEvent) -> dict[str, bytes]:
    """The files of a patch as it leaves them. `PatchError` when they cannot be rebuilt."""
    intake, base = state.intake, state.base
    if intake is None:
        raise PatchError("the session has no intake, so its files cannot be read")
    return files_after(event.patch, state.stacked, lambda path: _blob(intake.repository, base, path))


async def edited(files: Mapping[str, bytes]) -> dict[str, str]:
    """Opens files in the mentor's editor and returns those that were changed: path → text.

    Raises `ToolMissingError` when no editor starts, `RustaError` when it fails or leaves something unreadable.
    """
    with draft(files) as pages:
        command = editor()
        shown = " ".join(command)
        try:
            process = await asyncio.create_subprocess_exec(*command, *pages.paths)
        except (OSError, ValueError) as error:
            raise no_editor(shown) from error
        code = await process.wait()
        if code != 0:
            raise editor_failed(shown, code)
        return pages.changed()


def _blob(repository: str, commit: str, path: str) -> bytes | None:
    git = ["git", "-C", repository, "-c", "core.fsmonitor=false", "cat-file", "blob", f"{commit}:{path}"]
    found = subprocess.run(git, capture_output=True, check=False, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"})
    return found.stdout if found.returncode == 0 else None
