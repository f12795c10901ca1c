"""A store of 10,000 DevLogs: how long its list takes, on the command line and in the app, and what it costs.

    python benchmarks/devlogs_list.py [--logs 10000] [--runs 5] [--keep FOLDER]

The store is real: the ten seeds, written again and again under other ids, two in three with grades. Measured are
`rusta devlogs list --json --limit 0` beside `--limit 1` (what starting costs), and in the app, headless, over a copy of
that store: from the opening of the tab to the screen, to the first rows and to the last, the longest standstill of the
event loop meanwhile (in processor time, which other programs hardly prolong), the widgets there are then, and forty
grades in one go, until they show and until they are stored. The first frame over that store is measured by
first_frame.py with RUSTA_HOME set to what --keep names. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUSTA = (sys.executable, "-m", "rusta_cli")


def fill(home: Path, logs: int) -> None:
    """Writes the store, one transaction; the same one each time."""
    from engine.loop.devlog_file import read_file
    from engine.store.store import Store

    seeds = [read_file(path.read_text(encoding="utf-8")).devlog for path in sorted((ROOT / "devlogs").glob("*.md"))]
    dice = random.Random(7)
    first = datetime(2024, 1, 1, tzinfo=UTC)
    home.mkdir(parents=True, exist_ok=True)
    store = Store.open(f"sqlite:///{home / 'rusta.db'}")
    with store.transaction():
        for number in range(logs):
            seed = seeds[number % len(seeds)]
            at = (first + timedelta(minutes=47 * number)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            id_ = f"devlog-{number:06}"
            store.save_devlog(seed.model_copy(update={"id": id_, "session": f"s{number:06}", "at": at}))
            for axis in ("correctness", "clarity", "voice", "process") if number % 3 else ():
                store.add_grade(id_, axis, dice.randint(1, 4), at=at)
            if number % 50 == 0:
                store.add_mark(id_, "golden", at=at)
                store.add_comment(id_, "Say why, not only what.", at=at)
    store.close()


def seconds_of(arguments: tuple[str, ...], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run((*RUSTA, *arguments), stdout=subprocess.DEVNULL, check=True, env=environment)
    return time.perf_counter() - started


# The app in a process of its own: from the key that opens the diary to the first rows and to the last one, how long the
# event loop stood still meanwhile, and how many widgets there are. Then a burst of grades, until it shows and until it
# is stored.
APP = """
import asyncio, json, sys, time
from pathlib import Path
from rusta_tui.app import RustaApp

async def main():
    app = RustaApp(Path("."), theme="dark")
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause(1.0)
        standstill = 0.0
        async def watch():
            nonlocal standstill
            while True:
                before = time.thread_time()
                await asyncio.sleep(0.002)
                standstill = max(standstill, time.thread_time() - before)
        started, worked = time.perf_counter(), time.process_time()
        app.switch_mode("devlogs")
        while type(app.screen).__name__ != "DevLogsScreen" or app.screen._diary is None:
            await asyncio.sleep(0.002)
        empty = time.perf_counter() - started
        watcher = asyncio.create_task(watch())
        diary = app.screen.diary
        while not diary.logs:
            await asyncio.sleep(0.002)
        first = time.perf_counter() - started
        while not diary.whole:
            await asyncio.sleep(0.002)
        every, cpu = time.perf_counter() - started, time.process_time() - worked
        await pilot.pause(0.5)
        watcher.cancel()
        app.screen.goes_on = True
        await pilot.press("n")
        await app.commands.drain(20)
        burst = time.perf_counter()
        for number in range(40):
            app.screen.action_grade(number % 4 + 1)
        shown = time.perf_counter() - burst
        await app.commands.drain(60)
        stored = time.perf_counter() - burst
        widgets = len(app.screen.query("*"))
    names = ("empty", "first", "every", "cpu", "standstill", "widgets", "shown", "stored")
    print(json.dumps(dict(zip(names, (empty, first, every, cpu, standstill, widgets, shown, stored)))))

asyncio.run(main())
"""


def in_the_app(environment: dict[str, str]) -> dict[str, float]:
    """What the diary's screen takes, over a copy of the store, since the grades are real."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copy(Path(environment["RUSTA_HOME"]) / "rusta.db", copy)
        empty = Path(copy) / "repository"  # with nothing to check, so that cargo takes no part in this
        subprocess.run(["git", "init", "-q", str(empty)], check=True)
        done = subprocess.run(
            [sys.executable, "-c", APP],
            check=True,
            stdout=subprocess.PIPE,
            cwd=empty,
            env={**environment, "RUSTA_HOME": copy, "PYTHONPATH": str(ROOT)},
        )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def median_ms(values: Iterable[float]) -> str:
    found = list(values)
    return f"median {statistics.median(found) * 1000:.0f} ms, worst {max(found) * 1000:.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description="The list of 10,000 DevLogs.")
    parser.add_argument("--logs", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="make the store here, or take the one that is here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = options.keep or Path(scratch)
        if not (home / "rusta.db").exists():
            started = time.perf_counter()
            fill(home, options.logs)
            print(f"made a store of {options.logs} DevLogs in {time.perf_counter() - started:.1f} s")
        environment = {**os.environ, "RUSTA_HOME": str(home)}
        environment.pop("RUSTA_DATABASE_URL", None)
        every = [seconds_of(("devlogs", "list", "--json", "--limit", "0"), environment) for _ in range(options.runs)]
        one = [seconds_of(("devlogs", "list", "--json", "--limit", "1"), environment) for _ in range(options.runs)]
        print(f"rusta devlogs list --json --limit 0: {median_ms(every)}")
        print(f"rusta devlogs list --json --limit 1: {median_ms(one)}")
        seen = [in_the_app(environment) for _ in range(options.runs)]
    print(f"diary in the app, to the empty screen: {median_ms(run['empty'] for run in seen)}")
    print(f"diary in the app, to the first rows: {median_ms(run['first'] for run in seen)} (target 1000 ms)")
    print(f"diary in the app, to the last row: {median_ms(run['every'] for run in seen)}")
    print(f"processor time of the app until then: {median_ms(run['cpu'] for run in seen)}")
    still = median_ms(run["standstill"] for run in seen)
    print(f"longest standstill of its event loop while it reads, processor time: {still} (target 100 ms)")
    print(f"widgets: {max(run['widgets'] for run in seen):.0f}")
    print(f"40 grades, shown: {median_ms(run['shown'] for run in seen)}")
    print(f"40 grades, stored: {median_ms(run['stored'] for run in seen)}")


if __name__ == "__main__":
    main()
