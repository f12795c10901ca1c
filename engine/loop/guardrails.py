"""The red lines: what must hold before a patch is applied, and what counts as progress after one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.loop.policy import Policy
from engine.rust.guard import bought_by_deletion
from engine.rust.queue import phase
from engine.schema.diagnostic import Diagnostic, Tool
from engine.schema.event import BlastRadius

_PERMITS = {
    "todo": ("todo!", "unimplemented!"),
    "allow-attribute": ("allow",),
    "unsafe": ("unsafe",),
    "cfg": ("cfg",),
}


@dataclass(frozen=True)
class Comparison:
    """The diagnostics before and after a patch.

    ``caused``: new errors that are the patch's doing. ``unmasked``: errors that an earlier phase of the
    compiler had hidden. ``remaining``: all errors that are left.
    """

    gone: bool
    caused: tuple[Diagnostic, ...]
    unmasked: tuple[Diagnostic, ...]
    remaining: tuple[Diagnostic, ...]


def threshold(policy: Policy, files: Sequence[str]) -> float:
    """The confidence that applying needs: higher for a patch over several files."""
    return policy.confidence.apply_quick if len(files) <= 1 else policy.confidence.apply_refactor


def too_wide(policy: Policy, blast: BlastRadius) -> str:
    """Why a blast radius must be asked about, in one line; empty when it is within the policy."""
    if len(blast.files) > policy.blast.max_files:
        return f"it touches {len(blast.files)} files (limit {policy.blast.max_files})"
    if blast.references > policy.blast.max_references:
        return f"it changes something with {blast.references} users (limit {policy.blast.max_references})"
    return ""


def deletions(
    policy: Policy,
    before: Mapping[str, bytes | None],
    after: Mapping[str, bytes | None],
    rest: Collection[bytes] | None = None,
) -> tuple[str, ...]:
    """What a patch buys by deletion or silencing, less what the policy permits; ``rest``: the crate's other files."""
    if "deletion" in policy.allow:
        return ()
    permitted = tuple(word for name in policy.allow for word in _PERMITS.get(name, ()))
    return tuple(
        finding for finding in bought_by_deletion(before, after, rest) if not any(word in finding for word in permitted)
    )


def compare(task: Diagnostic, before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> Comparison:
    """Tells what a patch did to the list of diagnostics.

    A new error counts as unmasked when the compiler finds its kind in a later phase than the one that was
    mended, or in a package that it could not reach before; otherwise the patch caused it.
    """
    was = Counter(_identity(found) for found in before)
    left = list(after)
    now = Counter(_identity(found) for found in left)
    gone = now[_identity(task)] < max(was[_identity(task)], 1)
    errors = tuple(found for found in left if found.level.is_error)
    new = [found for found in errors if now[_identity(found)] > was[_identity(found)]]
    caused = tuple(found for found in new if found.package == task.package and phase(found) <= phase(task))
    unmasked = tuple(found for found in new if found not in caused)
    return Comparison(gone=gone, caused=caused, unmasked=unmasked, remaining=errors)


def is_lint(found: Diagnostic) -> bool:
    """Whether a finding is clippy's, so that only clippy can tell whether it is gone."""
    return found.tool is Tool.CLIPPY


def _identity(found: Diagnostic) -> tuple[str | None, str, str, tuple[str, ...]]:
    """What makes two reports the same finding while lines move: code, words, file and source text."""
    span = found.primary
    return (found.code, found.message, span.file if span else "", span.text if span else ())
