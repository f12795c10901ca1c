"""The compiler on one file: what it says of an example, with nothing of the example ever run.

rustc alone, no cargo: it stops before code generation, so no build script, macro of a stranger or test has a turn. It
works in the jail all the same, since a file can name others (`include_str!`).
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ToolMissingError
from engine.process import Limits, run
from engine.rust.diagnostics import Places, numbered, read_message
from engine.rust.toolchain import Toolchain
from engine.sandbox.jail import Jail, find_isolation
from engine.schema.diagnostic import Diagnostic

FILE = "main.rs"
_LIMITS = Limits(wall_seconds=30.0, tail_lines=20)
# Codes that speak of what a single file lacks, not of a mistake in it: a crate, a module's file, a nightly compiler.
_NOT_ALONE = frozenset(["E0463", "E0583", "E0554", "E0601", "E0658"])
_STRANGERS = ("unlinked crate", "can't find crate", "you might be missing a crate", "maybe a missing crate")


@dataclass(frozen=True)
class Checked:
    """What the compiler found. ``errors`` in the order it reported them."""

    errors: tuple[Diagnostic, ...]

    @property
    def compiles(self) -> bool:
        """It found no error."""
        return not self.errors

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the errors, each once, the first one first; errors of syntax have none."""
        return tuple(dict.fromkeys(found.code for found in self.errors if found.code))

    @property
    def unfit(self) -> str:
        """Why the file cannot be judged by itself; "" when it can."""
        for found in self.errors:
            strange = any(sign in found.rendered for sign in _STRANGERS)
            if found.code in _NOT_ALONE or (found.code in ("E0432", "E0433") and strange):
                return f"it cannot be checked alone: {found.label}"
        return ""


async def check(toolchain: Toolchain, source: str, edition: str) -> Checked:
    """Checks one file as a program; `ToolMissingError` when the compiler cannot be started or does not end."""
    with tempfile.TemporaryDirectory(prefix="rusta-drill-") as name:
        folder = Path(name)
        await asyncio.to_thread((folder / FILE).write_text, source, "utf-8")
        jail = Jail(find_isolation(), writable=(folder,), readable=(toolchain.sysroot,))
        command = [str(toolchain.rustc), "--edition", edition, "--emit=metadata", "--error-format=json"]
        argv = jail.wrap([*command, "--cap-lints=warn", "--out-dir", str(folder), str(folder / FILE)])
        lines: list[str] = []
        done = await run(argv, cwd=folder, limits=_LIMITS, on_line=lambda line, _: lines.append(line))
        found = [read_message({"message": message}, Places(folder, folder)) for message in _messages(lines)]
    errors = tuple(each for each in numbered(each for each in found if each) if each.level.is_error)
    if not done.ok and not errors:
        said = done.tail[-1] if done.tail else f"it ended with status {done.code}"
        raise ToolMissingError(f"rustc could not check an example: {said}", fix="`rusta doctor` looks at the toolchain")
    return Checked(errors)


def _messages(lines: Iterable[str]) -> list[dict[str, object]]:
    found = []
    for line in lines:
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except ValueError:
                continue  # a line that was cut short; the summary still says that there was an error
    return found
