"""Do: the smallest reversible patch that expresses the hypothesis, formatted where it touches, in the sandbox."""

from __future__ import annotations

import difflib

from engine.brain.protocol import Candidate
from engine.errors import PatchError
from engine.loop.states.think import record_hypothesis
from engine.loop.task import Task, paths_of
from engine.loop.work import Work
from engine.rust.format import format_touched
from engine.sandbox.patches import apply_edits, patch_to
from engine.schema.event import LoopState, PatchEvent
from engine.schema.patch import Patch

_DEFAULT_EDITION = "2021"


async def do(work: Work, task: Task) -> Patch | None:
    """Applies the best hypothesis in the sandbox and records the patch; None when it does not fit the files."""
    async with work.entering(LoopState.DO, task) as note:
        best = task.best
        if best is None:
            return None
        try:
            patch = await make(work, task, best)
            work.bench.apply(patch)
        except PatchError as error:
            record_hypothesis(work, task, best.key, "refuted")
            note.text = str(error)
            return None
        record_hypothesis(work, task, best.key, "chosen")
        work.recorder.record(
            PatchEvent,
            task=task.id,
            hypothesis=best.key,
            patch=patch,
            status="applied",
            blast=work.bench.index.blast_radius(patch.edits),
        )
        note.text = ", ".join(patch.paths)
    return patch


async def make(work: Work, task: Task, candidate: Candidate) -> Patch:
    """Builds the patch of a candidate against the sandbox as it stands; `PatchError` when it does not fit."""
    read = work.bench.sandbox.read
    contents: dict[str, bytes | None] = {}
    for path in paths_of(candidate):
        before = read(path)
        if before is None:
            raise PatchError(f"{path} is not in the repository", fix="nothing to do: the hypothesis is dropped")
        text = _decode(path, apply_edits(before, [edit for edit in candidate.edits if edit.path == path]))
        pretty = await format_touched(
            work.bench.toolchain,
            text,
            touched_lines(_decode(path, before), text),
            edition=_edition(work, path),
            config_dir=(work.bench.sandbox.path / path).parent,
        )
        contents[path] = pretty.encode()
    return patch_to(read, contents, intent=candidate.intent, move=candidate.move, diagnostics=(task.id,))


def images(work: Work, patch: Patch) -> dict[str, bytes | None]:
    """The files a patch touches, as they lie in the sandbox now."""
    return {path: work.bench.sandbox.read(path) for path in patch.paths}


def images_before(work: Work, patch: Patch) -> dict[str, bytes | None]:
    """The files an applied patch touches, as they were without it."""
    read = work.bench.sandbox.read
    existed = {image.path for image in patch.files if image.before is not None}
    return {
        path: apply_edits(read(path) or b"", [edit for edit in patch.inverse if edit.path == path])
        if path in existed
        else None
        for path in patch.paths
    }


def images_beside(work: Work, patch: Patch) -> tuple[bytes, ...]:
    """The Rust files that a patch leaves alone."""
    paths = (path for path in work.bench.index.files() if path not in patch.paths)
    return tuple(source for path in paths if (source := work.bench.sandbox.read(path)) is not None)


def touched_lines(before: str, after: str) -> list[tuple[int, int]]:
    """The line ranges of ``after`` (from 1, inclusive) that differ from ``before``."""
    matcher = difflib.SequenceMatcher(a=before.splitlines(), b=after.splitlines(), autojunk=False)
    return [(low + 1, max(high, low + 1)) for tag, _, _, low, high in matcher.get_opcodes() if tag != "equal"]


def _decode(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PatchError(f"{path} is not UTF-8, so it is not edited", fix="convert the file to UTF-8") from error


def _edition(work: Work, path: str) -> str:
    package = work.bench.workspace.package_of(path) if work.bench.workspace else None
    return package.edition if package else _DEFAULT_EDITION
