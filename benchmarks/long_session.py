"""How a session of ten thousand events opens, steps back, and plays for long.

python benchmarks/long_session.py [--events 10000] [--minutes 1]
                       target: open in under 1 s with a bounded number of widgets, memory flat over a long replay

The session is put into a real store: rounds of hypotheses, probes with output, beliefs, patches and validations. The
app opens it on the desk through `rusta replay --events`, as it opens any, and the clock runs from the key to the frame
that shows its end. Then the film is wound back and forth, and played at the highest finite speed again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engine.schema import event as wire
from engine.schema.diagnostic import Diagnostic, Level, Span, Tool
from engine.schema.patch import Patch

SESSION = "261001-000000-beef"
SIZE = (160, 50)
DIFF = "--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,3 +1,3 @@\n fn a() {\n-    old();\n+    new();\n }\n"


def events(count: int, repository: Path) -> Iterator[wire.Event]:
    """A session of ``count`` events; every kind that a long one is made of, in the order of the loop."""
    seq = 0

    def make(kind: Any, **fields: Any) -> wire.Event:
        nonlocal seq
        seq += 1
        at = f"2026-10-01T{seq // 36000 % 24:02d}:{seq // 600 % 60:02d}:{seq // 10 % 60:02d}.{seq % 10}00Z"
        made: wire.Event = kind(seq=seq, at=at, session=SESSION, **fields)
        return made

    place = str(repository)
    yield make(
        wire.IntakeEvent, repository=place, path=place, head="a" * 40, branch="main", base="a" * 40, isolation="none"
    )
    task = 0
    while seq < count - 14:
        task += 1
        key = f"d{task}"
        span = Span(
            file=f"src/m{task % 40}.rs",
            byte_start=0,
            byte_end=1,
            line_start=task,
            line_end=task,
            column_start=1,
            column_end=2,
            primary=True,
        )
        found = Diagnostic(
            id=key,
            tool=Tool.RUSTC,
            level=Level.ERROR,
            code="E0308",
            message=f"mismatched types {task}",
            spans=(span,),
            package="long",
            rendered="error\n" * 12,
        )
        patch = Patch(
            id=f"p{task}",
            intent="Convert it",
            move="convert",
            diagnostics=(key,),
            edits=(),
            inverse=(),
            files=(),
            diff=DIFF,
            inverse_diff="",
        )
        yield make(wire.DiagnosticEvent, diagnostic=found, status="active", order=task)
        yield make(wire.StateEvent, state="think", task=key)
        yield make(
            wire.HypothesisEvent, id=f"h{task}", task=key, statement="the wrong type", move="convert", confidence=0.7
        )
        yield make(wire.StateEvent, state="probe", task=key)
        yield make(wire.ProbeEvent, id=f"b{task}", task=key, probe="check", command="cargo check", status="running")
        yield make(wire.ProgressEvent, job="check", command="cargo check", lines=tuple(f"line {n}" for n in range(20)))
        yield make(
            wire.ProbeEvent, id=f"b{task}", task=key, probe="check", command="cargo check", status="done", seconds=0.2
        )
        yield make(wire.BeliefEvent, task=key, beliefs={f"h{task}": 0.9}, confidence=0.9, entropy=0.4)
        yield make(wire.DecisionEvent, by="rusta", action="apply", task=key, confidence=0.9, threshold=0.72)
        yield make(wire.PatchEvent, task=key, hypothesis=f"h{task}", patch=patch, status="applied", proven=True)
        step = wire.CheckStep(command="cargo check", seconds=0.2, passed=True, summary="no errors")
        yield make(wire.ValidationEvent, task=key, patch=f"p{task}", steps=(step,), green=True, progress=True)
        yield make(wire.ReflectionEvent, task=key, outcome="green", move="convert", text="It was the type.")
        yield make(wire.UndoEvent, what="patch", how="inverse", patch=f"p{task}", task=key)
    while seq < count:
        yield make(wire.SayEvent, tone="explain", text="That was long.")


def fill(repository: Path, count: int) -> None:
    from engine.store.store import Store

    with Store.open() as store:
        store.create_session(
            SESSION, repository=str(repository), path=str(repository), at="2026-10-01T00:00:00.000Z", brain="search"
        )
        for event in events(count, repository):
            store.append(event)


def resident_megabytes() -> float:
    """What this process holds in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def _until(holds: Callable[[], bool]) -> None:
    while True:
        if holds():
            return
        await asyncio.sleep(0.002)


async def measure(repository: Path, count: int, minutes: float) -> None:
    from rusta_tui.app import RustaApp
    from rusta_tui.screens.replay import ReplayScreen

    app = RustaApp(repository, guard_seconds=0)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(1.5)
        started = time.perf_counter()
        app.show_session(SESSION, resume=False)
        await _until(lambda: app.desk.view.last_seq >= count and not app.desk.busy)
        await pilot.pause()
        took = time.perf_counter() - started
        widgets = len(list(app.screen.walk_children()))
        print(f"opened on the desk in {took:.2f} s; {widgets} widgets; {resident_megabytes():.0f} MB")

        started = time.perf_counter()
        screen = ReplayScreen(SESSION)
        app.push_screen(screen)
        await _until(lambda: len(screen.reel) >= count)
        print(f"film loaded in {time.perf_counter() - started:.2f} s; {len(list(screen.walk_children()))} widgets")
        screen.action_wind(1)
        await pilot.pause()
        backs = []
        for number in range(60):
            started = time.perf_counter()
            if number % 3 == 2:
                screen.reel.wind(count * number // 60)
                screen._go_on()
            else:
                screen.action_step("event", -1)
            await pilot.pause()
            backs.append(time.perf_counter() - started)
        backs.sort()
        print(f"steps back and jumps: median {statistics.median(backs) * 1000:.0f} ms, worst {backs[-1] * 1000:.0f} ms")
        until = time.monotonic() + minutes * 60
        plays, marks = 0, [resident_megabytes()]
        screen.pace = 6
        while time.monotonic() < until:
            screen.action_wind(0)
            screen.action_play()
            while screen.playing and time.monotonic() < until:
                screen._clock += 2.0  # play ahead of the clock, so that an hour of film takes a minute
                await asyncio.sleep(0.03)
            plays += 1
            marks.append(resident_megabytes())
        film = screen.reel.seconds / 60
        print(f"{plays} plays of {film:.0f} min of film: {marks[0]:.0f} MB before, {marks[-1]:.0f} MB after")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long the film is played again and again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        repository, home = Path(folder) / "long", Path(folder) / "home"
        home.mkdir()
        os.environ["RUSTA_HOME"] = str(home)
        subprocess.run(["git", "init", "-q", "-b", "main", str(repository)], check=True)
        fill(repository, options.events)
        asyncio.run(measure(repository, options.events, options.minutes))


if __name__ == "__main__":
    sys.exit(main())
