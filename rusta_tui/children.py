"""Short-lived child processes whose whole output is wanted: git, the list of sessions."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_LONGEST_SECONDS = 60.0


async def output_of(
    argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Runs a child to its end in a thread, so that a caller that is cancelled leaves nothing half-open behind.

    ``env`` is added to this process's own. Raises `OSError` when the program does not start; a child that does not
    end within a minute is killed and counts as failed.
    """

    def run() -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                argv,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(argv, 1, b"", b"it did not answer within a minute")

    return await asyncio.to_thread(run)
