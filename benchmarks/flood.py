"""How the app answers keys while an engine floods it, and what it costs when nothing happens.

python benchmarks/flood.py [--lines 20000] [--seconds 10]
                       target: key to paint p99 under 50 ms, no block of the event loop over 100 ms, idle CPU under 1 %

A child process sends its output as `progress` events, so many lines a second, once in batches as the engine sends them
and once in small ones. Keys are posted to the app (Textual's pilot would add its own wait) and the clock stops when
the frame that shows their effect is handed to the terminal's driver. The same keys without a flood stand beside them.
Idle: the processor time of the whole app over some seconds, on a pseudo-terminal, after everything has ended.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ENGINE = Path(__file__).resolve()
ROOT = ENGINE.parents[1]
FINDINGS = 300
KEYS = 200
WAIT_SECONDS = 30.0


# The engine: `flood.py check …` lists findings, `flood.py fix …` floods.


def engine(command: str) -> None:
    """Speaks the wire format as `rusta` does, without its work."""
    rate, batch = int(os.environ.get("FLOOD_LINES", "0")), int(os.environ.get("FLOOD_BATCH", "1"))
    until = time.monotonic() + float(os.environ.get("FLOOD_SECONDS", "0"))
    session = "" if command == "check" else "f100d"
    seq = 0

    def emit(kind: str, **fields: object) -> None:
        nonlocal seq
        seq += 1
        head = {"v": 1, "seq": seq, "at": datetime.now(UTC).isoformat(), "session": session, "kind": kind}
        sys.stdout.write(json.dumps({**head, **fields}) + "\n")
        sys.stdout.flush()

    if command == "check":
        for number in range(FINDINGS):
            span = {"file": f"src/part_{number}.rs", "byte_start": 0, "byte_end": 1, "line_start": number + 1}
            span |= {"line_end": number + 1, "column_start": 1, "column_end": 2, "primary": True}
            record = {
                "v": 1,
                "id": f"d{number}",
                "tool": "rustc",
                "level": "error",
                "code": "E0308",
                "package": "flood",
            }
            record |= {"message": f"mismatched types number {number}", "spans": [span], "rendered": "error\n" * 20}
            emit("diagnostic", diagnostic=record, status="queued", order=number + 1)
        return
    if command != "fix":
        return
    emit("intake", repository=str(ROOT), path=str(ROOT), head=None, branch="main", base="0", isolation="none")
    emit("state", state="validate", task="d0")
    sent, started = 0, time.monotonic()
    while (now := time.monotonic()) < until:
        due = int((now - started) * rate)
        while sent + batch <= due:
            lines = [f"test flood::line_{sent + n} ... ok" for n in range(batch)]
            emit("progress", job="test", command="cargo test", lines=lines, elapsed=now - started)
            sent += batch
        time.sleep(0.002)


# The app, in this process.


@contextmanager
def flooding(lines: int, batch: int, seconds: float) -> Iterator[None]:
    """Sets what the child will do."""
    wanted = {"FLOOD_LINES": str(lines), "FLOOD_BATCH": str(batch), "FLOOD_SECONDS": str(seconds)}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name in wanted:
            del os.environ[name]


async def keys_under_flood(repository: Path, seconds: float, *, flooded: bool) -> dict[str, float]:
    """Latencies of keys that move the queue's cursor, and the longest block of the event loop, in seconds."""
    from textual import events

    from rusta_tui.app import RustaApp
    from rusta_tui.widgets.row_list import RowList

    painted: list[tuple[float, str | None]] = []
    app = RustaApp(repository, engine=(sys.executable, str(ENGINE)), guard_seconds=0)
    longest = 0.0

    async def watch_the_loop() -> None:
        nonlocal longest
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - asked - 0.005)

    async with app.run_test(size=(160, 50)) as pilot:
        queue = app.screen.query_one("#queue", RowList)
        display = app._display

        def painting(screen: Any, renderable: Any) -> None:
            display(screen, renderable)
            painted.append((time.perf_counter(), queue.key))

        app._display = painting  # type: ignore[method-assign]
        deadline = time.monotonic() + WAIT_SECONDS
        while queue.count() < FINDINGS and time.monotonic() < deadline:
            await pilot.pause(0.05)
        if flooded:
            await pilot.press("enter")
            while app.desk.phase != "running" and time.monotonic() < deadline:
                await pilot.pause(0.05)
            await pilot.pause(0.5)
        queue.focus()
        before = app.desk.view.job.seen if flooded and app.desk.view.job else 0
        started = time.perf_counter()
        watcher = asyncio.create_task(watch_the_loop())
        latencies: list[float] = []
        for number in range(KEYS):
            here, key = queue.key, "down" if number % 40 < 30 else "up"
            painted.clear()
            posted = time.perf_counter()
            app.post_message(events.Key(key, None))
            while not any(shown != here for _, shown in painted) and time.perf_counter() < posted + 2:  # noqa: ASYNC110
                await asyncio.sleep(0.0005)
            latencies.append(next((at for at, shown in painted if shown != here), time.perf_counter()) - posted)
            await asyncio.sleep(seconds / KEYS / 2)
        watcher.cancel()
        took = time.perf_counter() - started
        after = app.desk.view.job.seen if flooded and app.desk.view.job else 0
        await app.desk.end()
    latencies.sort()
    return {
        "p50": statistics.median(latencies),
        "p99": latencies[int(len(latencies) * 0.99) - 1],
        "worst": latencies[-1],
        "block": longest,
        "rate": (after - before) / took,
    }


def idle_share(repository: Path, seconds: float) -> float:
    """The app's share of one processor while nothing happens, from /proc (Linux)."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update({"TERM": "xterm-256color", "RUSTA_TUI_ENGINE": f"{sys.executable} {ENGINE}"})
        code = "from rusta_tui.entry import main; main()"
        sys.stderr.flush()
        os.execv(sys.executable, [sys.executable, "-c", code, str(repository)])
    try:
        _drain(terminal, 6.0)
        before = _processor_seconds(child)
        _drain(terminal, seconds)
        return (_processor_seconds(child) - before) / seconds
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)


def _drain(terminal: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 1 << 16)


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=20_000, help="lines a second")
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository, home = Path(folder) / "flood", Path(folder) / "home"
        home.mkdir()
        (home / "app.json").write_text('{"toured": true}')
        os.environ["RUSTA_HOME"] = str(home)
        subprocess.run(["git", "init", "-q", "-b", "main", str(repository)], check=True)
        person = ("-c", "user.name=T", "-c", "user.email=t@localhost")
        subprocess.run(["git", *person, "commit", "-q", "--allow-empty", "-m", "Start"], check=True, cwd=repository)
        print(f"{'':<34}{'p50':>9}{'p99':>9}{'worst':>9}{'block':>9}{'lines/s':>10}")
        kinds = (("no flood", 1, False), (f"{options.lines} lines/s, 30 events/s", options.lines // 30, True))
        kinds = (*kinds, (f"{options.lines} lines/s, 20 lines an event", 20, True))
        for name, batch, flooded in kinds:
            with flooding(options.lines, batch, options.seconds * 4 + 20):
                found = asyncio.run(keys_under_flood(repository, options.seconds, flooded=flooded))
            times = "".join(f"{found[key] * 1000:>6.1f} ms" for key in ("p50", "p99", "worst", "block"))
            print(f"{name:<34}{times}{found['rate']:>10,.0f}", flush=True)
        if Path("/proc/self/stat").exists():
            print(f"idle: {idle_share(repository, options.seconds):.2%} of one processor")


if __name__ == "__main__":
    if sys.argv[1:2] and not sys.argv[1].startswith("-"):
        engine(sys.argv[1])
    else:
        main()
