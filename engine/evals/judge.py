"""What she left, judged after she has finished: her commit, built and tested anew, with the hidden checks in it.

This is the only place where checks lie on disk during a run, and by then her session's process has ended.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from engine.errors import RepositoryError, SandboxError
from engine.evals.caseset import CaseFiles
from engine.evals.ground import Ground
from engine.loop.policy import Policy
from engine.loop.workbench import Workbench, open_workbench, refuse_unjailed
from engine.rust.cargo import TestResult
from engine.rust.guard import bought_by_deletion
from engine.sandbox.git import git, git_bytes
from engine.sandbox.repository import open_repository
from engine.schema.base import Record

_RUSTFMT_SECONDS = 20


class Judgement(Record):
    """The judge's half of a `CaseResult`, under the same names. ``why``: the first thing that does not hold."""

    compiles: bool | None = None
    tests_green: bool | None = None
    checks_green: bool | None = None
    deletions: tuple[str, ...] = ()
    exact: bool | None = None
    rustfmt: bool | None = None
    clippy: bool | None = None
    diff: str = ""
    why: str = ""

    @property
    def holds(self) -> bool:
        """What she called green is green, and nothing was bought by deletion."""
        return bool(self.compiles and self.tests_green) and self.checks_green is not False and not self.deletions


async def judge(
    ground: Ground, found: CaseFiles, base: str, commit: str, policy: Policy, lints: bool = False
) -> Judgement:
    """Judges ``commit``, which she made on top of ``base``; with ``lints``, by clippy too.

    The sandbox is reset to the commit and stays warm: cargo builds what is not built yet, and every test runs.
    A finding of the deletion guard that the golden has too is none. Raises `SandboxError` where cargo was killed, and
    what opening the workbench raises: then there is no judgement, and the case has to be tried again.
    """
    root = ground.package
    changed = git(root, "diff", "--name-only", "--no-renames", "-z", base, commit).split("\0")
    paths = [path for path in changed if path]
    after = {path: _at(root, commit, path) for path in {*paths, *found.after}}
    deletions = _deletions(found, paths, after)
    exact = all(after[path] == content for path, content in found.after.items()) if found.after else None
    diff = git(root, "diff", "--no-color", "--no-ext-diff", base, commit)
    bench = open_workbench(open_repository(root), root, policy)
    try:
        bench.sandbox.reset(commit)
        built = await _build(bench, found.checks)
        touched = {path: content for path, content in after.items() if path in paths and path.endswith(".rs")}
        rustfmt = _formatted(bench, found.before, touched)
        clippy = await _unlinted(bench, diff) if lints and built.compiles else None
    finally:
        bench.close()
    why = built.why or (f"bought by deletion: {deletions[0]}" if deletions else "")
    update = {"deletions": deletions, "exact": exact, "rustfmt": rustfmt, "clippy": clippy, "diff": diff, "why": why}
    return built.model_copy(update=update)


def _at(root: Path, commit: str, path: str) -> bytes | None:
    if not git(root, "ls-tree", "--name-only", commit, "--", path):
        return None
    return git_bytes(root, "show", f"{commit}:{path}")


def _deletions(found: CaseFiles, paths: list[str], after: Mapping[str, bytes | None]) -> tuple[str, ...]:
    rest = [source for path, source in found.before.items() if path.endswith(".rs") and path not in paths]
    findings = bought_by_deletion(
        {path: found.before.get(path) for path in paths}, {path: after[path] for path in paths}, rest
    )
    if not findings or not found.after:
        return findings
    golden = bought_by_deletion({path: found.before.get(path) for path in found.after}, dict(found.after))
    return tuple(line for line in findings if line not in golden)


async def _build(bench: Workbench, checks: Mapping[str, bytes]) -> Judgement:
    """Runs her tests and the checks: at once where the checks replace none of her files, else one after the other."""
    try:
        bench.workspace = await bench.cargo.metadata()
    except RepositoryError as error:  # her patch may have broken the manifest
        return Judgement(compiles=False, tests_green=False, why=str(error))
    refuse_unjailed(bench)
    replaced = any((bench.sandbox.path / path).exists() for path in checks)
    if not checks or replaced:
        own = await _test(bench)
        if not own.ok:
            return await _red(bench, own)
        if not checks:
            return Judgement(compiles=True, tests_green=True)
    _overlay(bench.sandbox.path, checks)
    both = await _test(bench)
    if both.ok:
        return Judgement(compiles=True, tests_green=True, checks_green=True)
    if replaced:
        return Judgement(compiles=True, tests_green=True, checks_green=False, why=f"hidden checks: {_first_red(both)}")
    for path in checks:
        (bench.sandbox.path / path).unlink()
    own = await _test(bench)
    if not own.ok:
        return await _red(bench, own)
    return Judgement(compiles=True, tests_green=True, checks_green=False, why=f"hidden checks: {_first_red(both)}")


async def _red(bench: Workbench, own: TestResult) -> Judgement:
    check = await bench.check(())
    why = f"her own tests: {_first_red(own)}" if check.ok else "it does not compile"
    return Judgement(compiles=check.ok, tests_green=False, why=why)


async def _test(bench: Workbench) -> TestResult:
    result = await bench.test(())
    if result.finished.code is None and not result.timed_out:
        raise SandboxError("cargo was killed while the tests were judged", fix="see what is left of memory and disk")
    return result


def _first_red(result: TestResult) -> str:
    if result.timed_out:
        return "they did not end in time"
    return f"{result.failures[0]} is red" if result.failures else "they do not build"


def _overlay(tree: Path, checks: Mapping[str, bytes]) -> None:
    for path, content in checks.items():
        file = tree / path
        if not file.parent.resolve().is_relative_to(tree.resolve()):
            raise SandboxError(f"{path} of the hidden checks leads out of the package", fix="mend the case")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)  # never written through a link
        file.write_bytes(content)


def _formatted(bench: Workbench, before: Mapping[str, bytes], touched: Mapping[str, bytes | None]) -> bool | None:
    """Whether rustfmt leaves the files alone that it left alone before she touched them; None where there are none."""
    rustfmt = bench.toolchain.rustfmt
    if rustfmt is None:
        return None
    kept = [
        content
        for path, content in touched.items()
        if content is not None and path in before and _is_formatted(rustfmt, before[path])
    ]
    return all(_is_formatted(rustfmt, content) for content in kept) if kept else None


async def _unlinted(bench: Workbench, diff: str) -> bool:
    """Whether clippy, and the compiler, have nothing to say of the lines that a diff adds."""
    from unidiff.patch import PatchSet

    added = {
        (file.path, line.target_line_no)
        for file in PatchSet(diff)
        for hunk in file
        for line in hunk.target_lines()
        if line.is_added
    }
    spans = [found.primary for found in (await bench.check((), clippy=True)).diagnostics]
    return not any(
        span and any((span.file, line) in added for line in range(span.line_start, span.line_end + 1)) for span in spans
    )


def _is_formatted(rustfmt: Path, content: bytes) -> bool:
    done = subprocess.run(
        [rustfmt, "--check", "--edition", "2021"],
        input=content,
        capture_output=True,
        timeout=_RUSTFMT_SECONDS,
        check=False,
    )
    return done.returncode == 0
