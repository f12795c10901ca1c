"""How long until the mentor sees the app: from the start of the process to the first frame on a real terminal.

python benchmarks/first_frame.py [RUNS]      target: median under 500 ms, no torch

The app runs on a pseudo-terminal, in this repository. The clock stops when the terminal has been drawn on for the
first time, header and panes and all. The ratio to a bare `import textual.app` in the same run shows what is ours.
"""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
APP = "import sys; sys.argv = ['rusta-tui', '.']; from rusta_tui.entry import main; main()"
HEAVY = ("torch", "engine.loop", "engine.brain", "engine.store", "sqlmodel", "alembic", "git", "tree_sitter")
LIMIT_SECONDS = 20.0


def first_frame() -> float:
    """Seconds from the start of the process until the queue's frame is on the terminal."""
    environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "COLUMNS": "120", "LINES": "40"}
    started = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execvpe(sys.executable, [sys.executable, "-c", APP], environment)
    seen = b""
    try:
        while b"Queue" not in seen:
            if time.perf_counter() - started > LIMIT_SECONDS:
                raise TimeoutError(seen[-400:].decode(errors="replace"))
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 1 << 16)
        return time.perf_counter() - started
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def seconds_of(code: str) -> float:
    """Wall time of a fresh Python that runs ``code``."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    return time.perf_counter() - started


def loaded_at_start() -> list[str]:
    """Which of the heavy modules the import of the app pulls in."""
    code = f"import sys, rusta_tui.app; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    return subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    ).stdout.split()


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    frames, bare = [], []
    for _ in range(runs):
        frames.append(first_frame())
        bare.append(seconds_of("import textual.app"))
    frame, base = statistics.median(frames), statistics.median(bare)
    print(
        f"first frame: median {frame * 1000:.0f} ms, worst {max(frames) * 1000:.0f} ms over {runs} runs (target 500 ms)"
    )
    print(f"bare import of textual.app, process and all: {base * 1000:.0f} ms; ratio {frame / base:.2f}")
    heavy = loaded_at_start()
    print(f"heavy modules loaded: {', '.join(heavy) or 'none'}")
    sys.exit(0 if frame < 0.5 and not heavy else 1)


if __name__ == "__main__":
    main()
