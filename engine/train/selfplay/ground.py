"""Where a crate is broken: a copy of it in a scratch folder, with cargo in the jail."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import IsolationError, RepositoryError
from engine.process import Limits
from engine.rust.cargo import Cargo
from engine.rust.toolchain import find_toolchain
from engine.sandbox.jail import Jail, find_isolation
from engine.schema.patch import Edit
from engine.train.selfplay.fault import broken_files
from engine.train.selfplay.operators import Source

# What is compiled into the crate itself: faults in its tests, benches and examples would prove nothing.
_ELSEWHERE = frozenset(["tests", "benches", "examples", "target", ".git", "fuzz"])
_LEFT_OUT = shutil.ignore_patterns("target", ".git")
_MIB = 1024 * 1024
_CHECK = Limits(wall_seconds=60, cpu_seconds=120, memory_bytes=8192 * _MIB, file_bytes=1024 * _MIB)
# A mutant that does not end is no fault of the kind that is wanted, so it is given up soon.
_TEST = Limits(wall_seconds=60, cpu_seconds=60, memory_bytes=8192 * _MIB, file_bytes=1024 * _MIB)


@dataclass(frozen=True)
class Finding:
    """How a broken crate shows: error codes, or the tests that are red; nothing of either when it does not show.

    ``compiles``: cargo ended well and reported no error.
    """

    codes: tuple[str, ...] = ()
    red: tuple[str, ...] = ()
    compiles: bool = False


class Ground:
    """A copy of a crate that may be broken at will. ``scratch`` keeps the copy and cargo's warm target folder."""

    def __init__(self, package: Path, scratch: Path) -> None:
        self.tree, target, tmp = scratch / "tree", scratch / "target", scratch / "tmp"
        isolation = find_isolation()
        if isolation.kind == "none":
            raise IsolationError(
                f"the tests of a crate are not run without a jail: {isolation.detail}", fix="install bubblewrap"
            )
        if self.tree.exists():
            shutil.rmtree(self.tree)
        # Copied without their times: cargo takes files that are older than a build left in ``scratch`` for built.
        shutil.copytree(package, self.tree, ignore=_LEFT_OUT, copy_function=shutil.copy)
        for folder in (target, tmp):
            folder.mkdir(parents=True, exist_ok=True)
        toolchain = find_toolchain(self.tree)
        jail = Jail(isolation, writable=(self.tree, target), readable=(toolchain.sysroot,), tmp=tmp)
        self._cargo = Cargo(
            toolchain, self.tree, self.tree, target=target, wrap=jail.wrap, limits=_CHECK, test_limits=_TEST
        )
        self.name, self.version, self.license = _identity(self.tree / "Cargo.toml")
        self.sound = {path: (self.tree / path).read_bytes() for path in _own_files(self.tree)}

    async def require_green(self) -> None:
        """Raises `RepositoryError` when the crate as it came has red tests or does not compile."""
        tested = await self._cargo.test()
        if not tested.ok:
            why = f"{tested.failures[0]} is red" if tested.failures else "its tests do not run"
            raise RepositoryError(f"{self.name} is not sound to begin with: {why}", fix="take another crate")

    async def try_out(self, edits: Sequence[Edit], *, tests: bool) -> Finding:
        """Breaks the crate, sees how that shows, and mends it again.

        Where it compiles, the tests are run only with ``tests``; then red counts only what is red twice.
        """
        changed = broken_files(edits, self.sound.get)
        self._write(changed)
        try:
            checked = await self._cargo.check()
            labels = {found.label for found in checked.diagnostics if found.level.is_error}
            if labels or not checked.ok or not tests:
                return Finding(codes=tuple(sorted(labels)), compiles=checked.ok and not labels)
            first = await self._cargo.test()
            if first.timed_out or not first.failures:
                return Finding(compiles=True)
            again = await self._cargo.test()
            return Finding(red=tuple(name for name in first.failures if name in again.failures), compiles=True)
        finally:
            self._write({path: self.sound[path] for path in changed})

    def _write(self, files: dict[str, bytes]) -> None:
        for path, content in files.items():
            (self.tree / path).write_bytes(content)


def _identity(manifest: Path) -> tuple[str, str, str]:
    """Name, version and licence as a manifest states them; what a workspace would fill in is left empty."""
    try:
        package = tomllib.loads(manifest.read_text(encoding="utf-8"))["package"]
        stated = [package.get(key, "") for key in ("name", "version", "license")]
    except (OSError, KeyError, ValueError) as error:
        raise RepositoryError(f"{manifest} is not the manifest of a package", fix="name a package's folder") from error
    name, version, terms = (value if isinstance(value, str) else "" for value in stated)
    return name, version, terms


def _own_files(tree: Path) -> list[str]:
    """The Rust files of a crate that its tests are about, by path, those aside that the parser does not take."""
    found = []
    for file in sorted(tree.rglob("*.rs")):
        path = file.relative_to(tree)
        if path.parts[0] in _ELSEWHERE or path.name in ("build.rs", "tests.rs", "test.rs"):
            continue
        try:
            file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        if Source(file.read_bytes()).parses:
            found.append(path.as_posix())
    return found
