"""A patch in the mentor's editor: the files as the patch leaves them, rebuilt from git and the patches alone."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from engine.errors import PatchError
from engine.loop.drafts import draft, editor, editor_failed, files_after, no_editor
from engine.schema.patch import Patch
from rusta_tui.git import show_file
from rusta_tui.view import View


async def patched_files(view: View, patch: Patch) -> dict[str, bytes]:
    """The files of a patch as it leaves them. `PatchError` when they cannot be rebuilt."""
    if view.intake is None:
        raise PatchError("the session has not opened yet")
    root = Path(view.intake.repository)
    start = view.commit.new if view.commit and view.commit.status == "done" else view.intake.base
    committed = {path: await show_file(root, start, path) for path in patch.paths}
    standing = [state.event for state in view.patches.values() if not state.undone]
    return files_after(patch, standing, committed.get)


def edited(files: Mapping[str, bytes]) -> dict[str, str]:
    """Opens files in the mentor's editor, on this terminal, and returns those that were changed: path → text.

    Raises `ToolMissingError` when no editor starts, `RustaError` when it fails or leaves something unreadable.
    """
    with draft(files) as pages:
        command = editor()
        shown = " ".join(command)
        try:
            code = subprocess.run([*command, *pages.paths], check=False).returncode
        except (OSError, ValueError) as error:
            raise no_editor(shown) from error
        if code != 0:
            raise editor_failed(shown, code)
        return pages.changed()
