"""Short-lived child processes whose whole output is wanted, and none of which outlives its caller."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Output:
    """How a child ended, and all that it wrote."""

    code: int
    out: bytes
    err: bytes


async def output_of(argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Output:
    """Runs a child to its end; when the caller is cancelled the child is killed and reaped first.

    ``env`` is added to this process's own. Raises `OSError` when the program does not start.
    """
    process = await asyncio.create_subprocess_exec(
        *argv,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.communicate()
        raise
    return Output(process.returncode or 0, out, err)
