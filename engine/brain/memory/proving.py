"""Held-out cases that a compiler judges: a broken package, a mined template, and what cargo says with it in place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from engine.brain.memory.mining import Evidence, Generalised, proposes
from engine.brain.memory.signature import situation_of
from engine.errors import IsolationError, PatchError
from engine.process import Limits
from engine.rust.cargo import Cargo, CheckResult
from engine.rust.guard import bought_by_deletion
from engine.rust.toolchain import find_toolchain
from engine.sandbox.jail import Jail, find_isolation
from engine.schema.diagnostic import Diagnostic
from engine.schema.edits import apply_edits

_MIB = 1024 * 1024
_LIMITS = Limits(wall_seconds=60, cpu_seconds=120, memory_bytes=8192 * _MIB, file_bytes=1024 * _MIB)


class Proving:
    """Broken packages by name, compiled once each in a scratch folder, in the jail.

    Raises `IsolationError` when there is no jail: build scripts and tests are not run without one.
    """

    def __init__(self, packages: Mapping[str, Mapping[str, bytes]], scratch: Path) -> None:
        self._packages, self._scratch = packages, scratch
        self._isolation = find_isolation()
        if self._isolation.kind == "none":
            raise IsolationError(f"cases are not compiled without a jail: {self._isolation.detail}")
        self._listed: dict[str, tuple[Diagnostic, ...]] = {}

    async def judge(self, code: str, general: Generalised, among: Collection[str]) -> Evidence:
        """What the template makes of the errors of its code in the packages named.

        One is mended when its diagnostic is gone, no other came, and nothing was bought by deletion; where no error
        is left, the tests must be green too.
        """
        total = Evidence()
        for name in sorted(among):
            for found in await self._errors(name):
                if (found.code or "") == code:
                    total += await self._try(name, general, found)
        return total

    async def _errors(self, name: str) -> tuple[Diagnostic, ...]:
        if name not in self._listed:
            self._write(name, {})
            self._listed[name] = _errors(await self._cargo(name).check())
        return self._listed[name]

    async def _try(self, name: str, general: Generalised, found: Diagnostic) -> Evidence:
        files = self._packages[name]
        edits = proposes(general, found, situation_of(found, files.get, name), files.get)
        if not edits:
            return Evidence()
        try:
            changed = {
                path: apply_edits(files[path], [edit for edit in edits if edit.path == path])
                for path in {edit.path for edit in edits}
            }
        except PatchError:
            return Evidence(fits=1, compiled=1)
        self._write(name, changed)
        try:
            return Evidence(fits=1, mended=int(await self._mends(name, found, changed)), compiled=1)
        finally:
            self._write(name, {})

    async def _mends(self, name: str, found: Diagnostic, changed: Mapping[str, bytes]) -> bool:
        cargo = self._cargo(name)
        left = _errors(await cargo.check())
        known = {each.id for each in self._listed[name]}
        if any(each.id == found.id or each.id not in known for each in left):
            return False
        if bought_by_deletion({path: self._packages[name][path] for path in changed}, dict(changed)):
            return False
        return bool(left) or (await cargo.test()).ok

    def _write(self, name: str, changed: Mapping[str, bytes]) -> None:
        tree = self._scratch / name / "tree"
        for path, content in {**self._packages[name], **changed}.items():
            file = tree / path
            if not file.exists() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)

    def _cargo(self, name: str) -> Cargo:
        tree, target, tmp = (self._scratch / name / part for part in ("tree", "target", "tmp"))
        for folder in (target, tmp):
            folder.mkdir(parents=True, exist_ok=True)
        toolchain = find_toolchain(tree)
        jail = Jail(self._isolation, writable=(tree, target), readable=(toolchain.sysroot,), tmp=tmp)
        return Cargo(toolchain, tree, tree, target=target, wrap=jail.wrap, limits=_LIMITS, test_limits=_LIMITS)


def _errors(result: CheckResult) -> tuple[Diagnostic, ...]:
    return tuple(found for found in result.diagnostics if found.level.is_error)
