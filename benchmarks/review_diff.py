"""How fast a large patch can be reviewed: opened, walked, split, marked, chosen from.

    python benchmarks/review_diff.py [--lines 5000] [--hunks 100] [--files 20] [--rounds 40]

The real screen, 120×40 cells, without a terminal behind it: a key is put in, and the clock stops when Textual has
written the last frame that answers it. Beside the wall time stands the processor's, which other programs weigh on
less. The first opening counts the imports that only a review needs, and reading the diff.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual import events
from textual.pilot import Pilot

import rusta_tui
from rusta_tui.app import RustaApp

STEPS = {
    "line down": "down",
    "line up": "up",
    "next hunk": "right_square_bracket",
    "next file": "right_curly_bracket",
    "page down": "pagedown",
    "drop line": "x",
    "drop hunk": "space",
    "split on/off": "vertical_line",
    "word marks on/off": "w",
    "last line / first line": "end home",
}


class TimedApp(RustaApp):
    """The app, with the moment of its last frame."""

    CSS_PATH = Path(rusta_tui.__file__).parent / "app.tcss"
    painted = worked = 0.0
    frames: asyncio.Event

    def _display(self, screen: Any, renderable: Any) -> None:
        super()._display(screen, renderable)
        self.painted, self.worked = time.perf_counter(), time.process_time()
        self.frames.set()


def made_up_diff(lines: int, hunks: int, files: int) -> str:
    """A diff of that many rows: in each hunk context, replaced lines (to compare word by word) and added ones."""
    body = max(8, lines // hunks - 1)
    changed = body // 4
    parts: list[str] = []
    for number in range(hunks):
        if number % max(1, hunks // files) == 0:
            path = f"crates/part{number // 10}/src/module_{number}.rs"
            parts.append(f"--- a/{path}\n+++ b/{path}\n")
        context = body - 2 * changed
        start = number * body * 2 + 1
        parts.append(f"@@ -{start},{context + changed} +{start},{context + changed} @@ fn part_{number}()\n")
        parts += [f"     let kept_{row} = compute(&mut state, {row}); // context\n" for row in range(context // 2)]
        parts += [f'-    let total_{row}: usize = old_value({row}, "text").len() + offset;\n' for row in range(changed)]
        parts += [f'+    let total_{row}: u64 = new_value({row}, "text").len() as u64;\n' for row in range(changed)]
        parts += [f"     let more_{row} = state.get({row});\n" for row in range(context - context // 2)]
    return "".join(parts)


def waiting_desk(path: Path, diff: str) -> tuple[Any, Any]:
    """A desk on which a patch with that diff waits."""
    from engine.schema.event import AskEvent, PatchEvent, TouchedSymbol, Use
    from engine.schema.patch import FileImage, Patch
    from rusta_tui.desk import Desk
    from rusta_tui.view import PatchState

    class Waiting(Desk):
        busy = True  # type: ignore[assignment]

    image = FileImage(
        path="src/lib.rs", before=hashlib.sha256(b"a").hexdigest(), after=hashlib.sha256(b"b").hexdigest()
    )
    patch = Patch(id="p", intent="x", move="m", edits=(), inverse=(), files=(image, image), diff=diff, inverse_diff="")
    head: dict[str, Any] = {"seq": 1, "at": "2026-01-01T00:00:00Z", "session": "s", "task": "d"}
    uses = tuple(Use(path="src/lib.rs", line=line, text="part(line)") for line in range(1, 21))
    touched = tuple(
        TouchedSymbol(path="src/lib.rs", symbol=f"part_{number}", hunks=(number,), uses=uses, total=90)
        for number in range(diff.count("\n@@ ") or 1)
    )
    ask = AskEvent(**head, id="a", wants="verdict", questions=("?",), patch="p", touched=touched)
    desk = Waiting(path, ("true",))
    desk.view.patches["p"] = PatchState(PatchEvent(**head, patch=patch, status="green"))
    desk.view.asks["a"] = ask
    return desk, ask


async def measure(lines: int, hunks: int, files: int, rounds: int) -> None:
    """Opens the review three times and presses every key ``rounds`` times in the last."""
    diff = made_up_diff(lines, hunks, files)
    with tempfile.TemporaryDirectory(prefix="rusta-") as folder:
        app = TimedApp(Path(folder), engine=("true",), guard_seconds=0.0, theme="dark")
        app.frames = asyncio.Event()
        async with app.run_test(size=(120, 40)) as pilot:
            await settled(app, pilot)
            desk, ask = waiting_desk(Path(folder), diff)
            openings = [await opened(app, pilot, desk, ask, diff, leave=turn < 2) for turn in range(3)]
            print(f"diff: {diff.count(chr(10))} lines, {diff.count('@@ fn')} hunks, {diff.count('+++ ')} files")
            print(f"{'open, first':<26} {row(openings[:1])}   (with imports)")
            print(f"{'open, again':<26} {row(openings[1:])}")
            for name, keys in STEPS.items():
                await pressed(app, "left_curly_bracket")  # onto a changed line
                times = [await pressed(app, key) for _ in range(rounds) for key in keys.split()]
                print(f"{name:<26} {row(times)}")
            await pressed(app, "vertical_line")
            times = [await pressed(app, "down") for _ in range(rounds)]
            print(f"{'line down, side by side':<26} {row(times)}")


def row(times: Sequence[tuple[float, float]]) -> str:
    """Median, 95th percentile and worst of the wall time, and the median of the processor's, in milliseconds."""
    wall = sorted(1000 * seconds for seconds, _ in times)
    work = statistics.median(1000 * seconds for _, seconds in times)
    p95 = wall[min(len(wall) - 1, int(len(wall) * 0.95))]
    return f"{statistics.median(wall):7.1f} ms   p95 {p95:6.1f}   worst {wall[-1]:6.1f}   processor {work:6.1f}"


async def opened(
    app: TimedApp, pilot: Pilot[int], desk: Any, ask: Any, diff: str, *, leave: bool
) -> tuple[float, float]:
    """Seconds, by the clock and of the processor, until the diff's first changed line is on the screen."""
    began, busy = time.perf_counter(), time.process_time()
    from rusta_tui.screens.review import ReviewScreen

    app.push_screen(ReviewScreen(desk, ask))
    while "total_0" not in shown(app):
        app.frames.clear()
        await app.frames.wait()
    took = app.painted - began, app.worked - busy
    await settled(app, pilot)
    if leave:
        app.pop_screen()
        await settled(app, pilot)
    return took


def shown(app: TimedApp) -> str:
    """What is on the screen, as text."""
    strips = app.screen._compositor.render_strips()  # Textual has no public way
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def pressed(app: TimedApp, key: str) -> tuple[float, float]:
    """Seconds, by the clock and of the processor, from a key to the last frame that it brought.

    What follows within a tick belongs to it.
    """
    names = {"vertical_line": "|", "right_square_bracket": "]", "left_curly_bracket": "{", "right_curly_bracket": "}"}
    app.frames.clear()
    began, busy = time.perf_counter(), time.process_time()
    app.post_message(events.Key(key, names.get(key, key if len(key) == 1 else None)))
    await app.frames.wait()
    while True:
        app.frames.clear()
        try:
            await asyncio.wait_for(app.frames.wait(), 0.03)
        except TimeoutError:
            return app.painted - began, app.worked - busy


async def settled(app: TimedApp, pilot: Pilot[int]) -> None:
    """Lets the app come to rest."""
    for _ in range(20):
        await pilot.pause()


def main() -> None:
    """Reads the sizes and measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=5000)
    parser.add_argument("--hunks", type=int, default=100)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    asyncio.run(measure(options.lines, options.hunks, options.files, options.rounds))


if __name__ == "__main__":
    main()
