"""Takes the pictures in `docs/images`: the real app and the real engine on a fresh practice workspace.

    python docs/screenshots.py     (needs rsvg-convert and the DejaVu fonts)

Writes `session.png` (the loop at work), `review.png` (a patch waiting for the mentor), `devlogs.png` (the seeds in the
diary), `golden.png` (this month's goldens) and `curriculum.png` (the stages and their gates).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from textual._context import visible_screen_stack
from textual.pilot import Pilot

IMAGES = Path(__file__).resolve().parent / "images"
SIZE = (120, 40)
PATIENCE = 120.0
TABS = (
    ("2", "devlogs", "Intent"),
    ("4", "golden", "the golden patch"),
    ("5", "curriculum", "Wanted as evidence"),
)


def main() -> None:
    """Makes the workspace in a temporary folder and takes the pictures of it."""
    with tempfile.TemporaryDirectory(prefix="rusta-") as folder:
        os.environ["RUSTA_HOME"] = str(Path(folder) / "rusta")
        for tool in ("CARGO", "RUSTUP"):
            os.environ.setdefault(f"{tool}_HOME", str(Path.home() / f".{tool.lower()}"))
        # A path of no machine in particular: the picture shows ~/practice.
        os.environ["HOME"] = folder
        os.chdir(folder)
        from engine.practice import make_practice

        make_practice(Path("practice"))
        subprocess.run([sys.executable, "-m", "rusta_cli", "devlogs", "import"], check=True, stdout=subprocess.DEVNULL)
        asyncio.run(take(Path(folder) / "practice"))


async def take(repository: Path) -> None:
    """Lets her work through the workspace and photographs her at work and waiting."""
    from rusta_tui.app import RustaApp

    app = RustaApp(repository, theme="dark")
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: "Queue · 6" in text(app))
        await pilot.press("A")
        await until(pilot, lambda: "widest" in text(app) and "trial" not in text(app) and "Validate" in text(app), True)
        save(app, "session")
        await until(pilot, lambda: "Review" in text(app) and "hunk 1" in text(app), True)
        save(app, "review")
        await pilot.press("s")
        await until(pilot, lambda: "stopped" in text(app))
        for key, name, shown in TABS:
            await pilot.press(key)
            await until(pilot, lambda shown=shown: shown in text(app))
            save(app, name)
            await pilot.press("g", "1")


async def until(pilot: Pilot[int], holds: Callable[[], bool], approving: bool = False) -> None:
    """Waits until the screen shows what is wanted, approving the patches that come before it."""
    started = time.monotonic()
    while not (holds() and "? Help" in text(pilot.app)):  # the keys come a moment after the rest
        if time.monotonic() - started > PATIENCE:
            raise SystemExit("the app did not show what was to be photographed:\n" + text(pilot.app))
        if approving and "waiting for you" in text(pilot.app):
            await pilot.press("a")
        await pilot.pause(0.05)


def text(app: object) -> str:
    """The screen as plain text."""
    visible_screen_stack.set(app._background_screens)  # type: ignore[attr-defined]  # a dialogue keeps what it was drawn over
    lines = app.screen._compositor.render_strips()  # type: ignore[attr-defined]  # Textual has no public one
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


def save(app: object, name: str) -> None:
    """Writes the screen to `docs/images` as PNG."""
    svg = app.export_screenshot(title="rusta-tui")  # type: ignore[attr-defined]
    svg = svg.replace("Fira Code", "DejaVu Sans Mono").replace("<text ", '<text xml:space="preserve" ')
    target = IMAGES / f"{name}.png"
    subprocess.run(["rsvg-convert", "-o", str(target), "/dev/stdin"], input=svg.encode(), check=True)
    print(f"wrote {target.relative_to(IMAGES.parent.parent)}")


if __name__ == "__main__":
    main()
