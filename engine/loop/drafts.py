"""A patch's files for the mentor's editor: rebuilt as the patch leaves them, laid out, and read back in."""

from __future__ import annotations

import hashlib
import os
import shlex
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.errors import PatchError, RustaError, ToolMissingError
from engine.schema.edits import apply_edits
from engine.schema.event import PatchEvent
from engine.schema.patch import FileImage, Patch


def files_after(patch: Patch, standing: Iterable[PatchEvent], read: Callable[[str], bytes | None]) -> dict[str, bytes]:
    """The bytes of every file of ``patch`` once it is applied, each checked against the SHA-256 that it names.

    ``standing`` are the patches of the session that were not taken back, in order; ``read`` gives files as they are
    in the commit that the session's work stands on. Patches that this commit holds already are passed over, since
    they no longer fit. A file that the patch removes is left out. Raises `PatchError` when that does not lead to the
    patch's own images.
    """
    wanted = {image.path: image for image in patch.files if image.after is not None}
    contents = {path: read(path) for path in wanted}
    for item in standing:
        for image in item.patch.files:
            if image.path in wanted and _name(contents[image.path]) == image.before:
                contents[image.path] = _stepped(item.patch, image, contents[image.path])
        if item.patch.id == patch.id:
            break
    out: dict[str, bytes] = {}
    for path, image in wanted.items():
        content = contents[path]
        if content is None or _name(content) != image.after:
            raise PatchError(f"{path} could not be rebuilt as the patch leaves it", fix="veto it with a reason instead")
        out[path] = content
    return out


def _stepped(patch: Patch, image: FileImage, content: bytes | None) -> bytes | None:
    if image.after is None:
        return None
    return apply_edits(content or b"", [edit for edit in patch.edits if edit.path == image.path])


def _name(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Draft:
    """Files laid out for an editor."""

    folder: Path
    files: Mapping[str, bytes]

    @property
    def paths(self) -> list[str]:
        """Where they lie, to be named to the editor."""
        return [str(self.folder / path) for path in self.files]

    def changed(self) -> dict[str, str]:
        """The new text of the files that were changed. `RustaError` when one is gone, or not UTF-8."""
        try:
            now = {path: (self.folder / path).read_bytes() for path in self.files}
        except OSError as error:
            raise RustaError("your version is gone, so nothing was taken over", fix="the patch still waits") from error
        try:
            return {path: content.decode() for path, content in now.items() if content != self.files[path]}
        except UnicodeDecodeError as error:
            raise RustaError(
                "your version is not UTF-8, so nothing was taken over", fix="the patch still waits"
            ) from error


@contextmanager
def draft(files: Mapping[str, bytes]) -> Iterator[Draft]:
    """Lays files out in a folder of their own for as long as they are edited."""
    with tempfile.TemporaryDirectory(prefix="rusta-edit-") as folder:
        for path, content in files.items():
            place = Path(folder) / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        yield Draft(Path(folder), files)


def editor() -> list[str]:
    """The mentor's editor as a command: `VISUAL`, `EDITOR` or vi. `ToolMissingError` when it is no command."""
    wanted = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    try:
        words = shlex.split(wanted)
    except ValueError as error:
        raise no_editor(wanted) from error
    return words or ["vi"]


def no_editor(wanted: str) -> ToolMissingError:
    """The error of an editor that does not start."""
    return ToolMissingError(f"the editor {wanted!r} does not start", fix="set EDITOR to one that does")


def editor_failed(wanted: str, code: int) -> RustaError:
    """The error of an editor that ended badly."""
    return RustaError(
        f"the editor {wanted!r} failed with code {code}, so nothing was taken over", fix="the patch still waits"
    )


@dataclass(frozen=True)
class Part:
    """Some lines of a file that are edited by themselves, such as the new side of a hunk.

    ``start`` and ``count`` are as a hunk's head names them: from line ``start``, counted from 1; with ``count`` 0,
    after it.
    """

    path: str
    whole: bytes
    start: int
    count: int

    @property
    def name(self) -> str:
        """What the piece is called in the editor; its ending tells the editor the language."""
        place = PurePosixPath(self.path)
        return f"{place.stem}-line-{self.start}{place.suffix}"

    @property
    def files(self) -> dict[str, bytes]:
        """The piece as the only file of a draft."""
        return {self.name: self._parts()[1]}

    def joined(self, changed: Mapping[str, str]) -> dict[str, str]:
        """The whole file with the edited lines in their place, as text; nothing when they were not changed.

        What follows begins a line of its own, whatever the editor left at the end.
        """
        if self.name not in changed:
            return {}
        before, _, after = self._parts()
        new = changed[self.name].encode()
        if after and new and not new.endswith(b"\n"):
            new += b"\r\n" if self.whole.split(b"\n", 1)[0].endswith(b"\r") else b"\n"
        return {self.path: (before + new + after).decode()}

    def _parts(self) -> tuple[bytes, bytes, bytes]:
        lines = [line + b"\n" for line in self.whole.split(b"\n")]
        lines[-1] = lines[-1][:-1]
        first = self.start - 1 if self.count else self.start
        cuts = (lines[:first], lines[first : first + self.count], lines[first + self.count :])
        return b"".join(cuts[0]), b"".join(cuts[1]), b"".join(cuts[2])
