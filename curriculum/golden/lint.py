"""What clippy says of the lines that a patch touched, asked in the jail on a tree of its own."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from curriculum.golden.size import added_lines, patched
from engine.errors import RustaError
from engine.evals.caseset import Files
from engine.loop.policy import Policy
from engine.process import Limits
from engine.rust.cargo import Cargo
from engine.rust.toolchain import find_toolchain
from engine.sandbox.jail import Jail, find_isolation
from engine.schema.diagnostic import Diagnostic, Level

_MIB = 1024 * 1024


async def lints_of(before: Files, diff: str, folder: Path, policy: Policy) -> tuple[str, ...] | None:
    """The lints of a patch, each as "place: code message"; None where clippy could not be asked.

    ``folder`` is scratch: the tree is written below it, and cargo builds there.
    """
    tree, target, tmp = folder / "tree", folder / "target", folder / "tmp"
    try:
        _lay_out(tree, patched(before, diff))
        target.mkdir(exist_ok=True)
        tmp.mkdir(exist_ok=True)
        toolchain = find_toolchain(tree)
        jail = Jail(find_isolation(), writable=(tree, target), readable=(toolchain.sysroot,), tmp=tmp)
        limits = Limits(
            wall_seconds=policy.limits.check_seconds,
            cpu_seconds=policy.limits.cpu_seconds,
            memory_bytes=policy.limits.memory_mib * _MIB,
            file_bytes=policy.limits.file_mib * _MIB,
        )
        done = await Cargo(toolchain, tree, tree, target=target, wrap=jail.wrap, limits=limits).check(clippy=True)
    except (RustaError, OSError, UnicodeDecodeError):
        return None
    if not done.ok and not done.diagnostics:
        return None
    return on_lines(done.diagnostics, added_lines(diff))


def on_lines(found: tuple[Diagnostic, ...], touched: Mapping[str, set[int]]) -> tuple[str, ...]:
    """Those findings, warnings and worse, whose place lies on a touched line; a finding of two targets counts once."""
    said = [
        f"{one.where}: {one.label} {one.message}"
        for one in found
        if one.level in (Level.WARNING, Level.ERROR)
        and one.primary is not None
        and touched.get(one.primary.file, set()) & set(range(one.primary.line_start, one.primary.line_end + 1))
    ]
    return tuple(dict.fromkeys(said))


def _lay_out(tree: Path, files: Files) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    for path, content in files.items():
        file = tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
