"""Where contestants meet: one crate, one warm target folder, and one judge for what they leave behind."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crates import LIMITS, Crate, cargo_for

from engine.process import Limits, run
from engine.rust.cargo import CheckResult
from engine.rust.guard import bought_by_deletion
from engine.rust.toolchain import find_toolchain
from engine.sandbox.jail import Jail, find_isolation
from engine.train.selfplay.fault import Fault, broken_files

Files = Mapping[str, bytes]
_SHOWN = 3


@dataclass(frozen=True)
class Verdict:
    """What a crate is like after a contestant. ``lost``: what the deletion guard names, from broken to mended."""

    compiles: bool
    passes: bool
    exact: bool
    lost: tuple[str, ...] = ()

    @property
    def fixed(self) -> bool:
        """Compiles, tests green, nothing bought by deletion."""
        return self.passes and not self.lost


class Arena:
    """A copy of a crate that is broken and mended in turn; ``folder`` also serves bug injection as scratch."""

    def __init__(self, crate: Crate, folder: Path) -> None:
        self.crate, self.folder = crate, folder
        self.tree, self.target = folder / "tree", folder / "target"
        if self.tree.exists():
            shutil.rmtree(self.tree)
        # Without their times: cargo takes files that are older than what an earlier run built for built.
        left_out = shutil.ignore_patterns("target", ".git")
        shutil.copytree(crate.folder, self.tree, ignore=left_out, copy_function=shutil.copy)
        self.cargo = cargo_for(self.tree, self.target)
        self._known: dict[str, Verdict] = {}

    def sound(self, path: str) -> bytes | None:
        """A file of the crate as it was published."""
        file = self.crate.folder / path
        return file.read_bytes() if file.is_file() else None

    def broken(self, fault: Fault) -> dict[str, bytes]:
        """The files that a fault breaks, as they are with it."""
        return broken_files(fault.edits, self.sound)

    def read(self, path: str) -> bytes | None:
        """A file as it lies in the tree now."""
        file = self.tree / path
        return file.read_bytes() if file.is_file() else None

    def put(self, files: Files) -> None:
        """Makes the tree the published crate but for ``files``."""
        changed = {path.relative_to(self.tree).as_posix() for path in self.tree.rglob("*.rs")} | set(files)
        for path in changed:
            content = files.get(path, self.sound(path))
            if content is None:
                (self.tree / path).unlink(missing_ok=True)
            elif content != self.read(path):
                (self.tree / path).write_bytes(content)

    def taken(self) -> dict[str, bytes]:
        """The files that differ from the published crate now."""
        found = {path.relative_to(self.tree).as_posix(): path.read_bytes() for path in self.tree.rglob("*.rs")}
        return {path: content for path, content in found.items() if content != self.sound(path)}

    async def check(self, files: Files) -> CheckResult:
        """What the compiler says of the crate with ``files`` in it."""
        self.put(files)
        return await self.cargo.check()

    async def fix_by_cargo(self) -> bool:
        """One round of `cargo fix --broken-code` on the tree; whether cargo ended well."""
        toolchain = find_toolchain(self.tree)
        jail = Jail(
            find_isolation(),
            writable=(self.tree, self.target),
            readable=(toolchain.sysroot,),
            tmp=self.folder / "target-tmp",
        )
        library = ["--lib"] if (self.tree / "src" / "lib.rs").exists() or (self.tree / "lib.rs").exists() else []
        words = ["fix", "--broken-code", "--allow-no-vcs", "--offline", *library, "--bins", "--tests", "--examples"]
        environment = [f"CARGO_TARGET_DIR={self.target}", "CARGO_TERM_COLOR=never"]
        argv = jail.wrap(["env", *environment, str(toolchain.cargo), *words])
        done = await run(argv, cwd=self.tree, limits=Limits(wall_seconds=LIMITS.wall_seconds, cpu_seconds=300))
        return done.ok

    async def judge(self, fault: Fault, files: Files) -> Verdict:
        """Judges what a contestant left: ``files`` differ from the published crate. The same tree is judged once."""
        broken = self.broken(fault)
        mended = {path: files.get(path, self.sound(path)) for path in {*broken, *files}}
        if all(content == self.sound(path) for path, content in mended.items()):
            return Verdict(True, True, True)
        if dict(files) == broken:
            return Verdict(fault.shows == "test", False, False)
        name = hashlib.sha256(repr((fault.id, sorted(files.items()))).encode()).hexdigest()
        if name not in self._known:
            lost = bought_by_deletion({path: broken.get(path, self.sound(path)) for path in mended}, mended)
            compiles = (await self.check(files)).ok
            passes = compiles and (await self.cargo.test()).ok
            self._known[name] = Verdict(compiles, passes, False, lost[:_SHOWN])
        return self._known[name]
