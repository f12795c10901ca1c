"""How long the quick gear takes from trigger to green, and how much of that is Rusta herself.

    python benchmarks/quick_gear.py [--crates 16] [--json FILE] [--keep]

Makes small crates with one error each, in git repositories of their own, and runs `rusta fix --approve auto` on each
as a child process. A session that is not counted goes first: it makes the store and Python's bytecode, as the first
session of a mentor does. Beside each, the same crate is checked and tested by hand once it is mended, into an empty
target directory too: that is what cargo alone costs. A second session on a workspace whose broken member depends on
a sound one counts what is compiled again. "Ours" is the share of the whole wall clock, the start of Python included,
during which no child ran. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from quick_gear_crates import BASE, FAULTS, Fault

RUSTA = [sys.executable, "-m", "rusta_cli", "fix", "--approve", "auto", "--events"]


@dataclass(frozen=True)
class Run:
    """One session. Seconds count from the start of the process; ``green`` is None when it never was."""

    outcome: str
    green: float | None
    whole: float
    children: float


def session(repository: Path, home: Path) -> Run:
    """Runs a session and reads from its events when it was green and how long its children ran."""
    environment = os.environ | {"RUSTA_HOME": str(home), "PYTHONPYCACHEPREFIX": str(home.parent / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    green, outcome, children = None, "no log", 0.0
    with subprocess.Popen(
        [*RUSTA, str(repository)],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdout is not None
        for line in child.stdout:
            event = json.loads(line)
            if event["kind"] == "patch" and event["status"] == "green" and green is None:
                green = time.perf_counter() - begun
            elif event["kind"] == "meter" and event["name"] == "child_seconds":
                children = event["value"]
            elif event["kind"] == "log":
                outcome = event["outcome"]
    return Run(outcome, green, time.perf_counter() - begun, children)


def commit(folder: Path) -> None:
    """Makes a git repository of a folder."""
    identity = ["-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost", "-c", "commit.gpgSign=false"]
    for arguments in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        [*identity, "commit", "-q", "--no-verify", "-m", "x"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def by_hand(folder: Path) -> float:
    """Seconds of a cold `cargo check` and `cargo test` of a crate as it lies there."""
    environment = os.environ | {"CARGO_TARGET_DIR": str(folder.parent / f"{folder.name}-target")}
    begun = time.perf_counter()
    for command in (["check", "--lib", "--tests"], ["test"]):
        subprocess.run(["cargo", *command, "--quiet"], cwd=folder, env=environment, check=True, capture_output=True)
    return time.perf_counter() - begun


def compiled(home: Path, package: str) -> dict[Path, int]:
    """When cargo last compiled each unit of a package, in nanoseconds, over all sandboxes of a home."""
    return {
        stamp: stamp.stat().st_mtime_ns
        for stamp in home.glob(f"sandboxes/**/.fingerprint/{package}-*/invoked.timestamp")
    }


def rebuilt(place: Path) -> tuple[int, int, float, float]:
    """Units of the sound member compiled by a first session and again by a second; seconds to green of both."""
    fault = FAULTS[0]
    member = {
        f"app/{name}": text for name, text in fault.files("app", dependencies='base = { path = "../base" }').items()
    }
    workspace = {"Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["app", "base"]\n', ".gitignore": "/target/\n"}
    repository = write(place / "workspace", {**workspace, **member, **BASE})
    commit(repository)
    home = place / "home"
    first = session(repository, home)
    before = compiled(home, "base")
    second = session(repository, home)
    after = compiled(home, "base")
    again = sum(after[stamp] != before.get(stamp) for stamp in after)
    return len(before), again, first.green or float("nan"), second.green or float("nan")


def measure(place: Path, crates: int) -> Iterator[tuple[Fault, Run, float]]:
    warm_up = write(place / "warm_up", FAULTS[-1].files("warm_up"))
    commit(warm_up)
    session(warm_up, place / "home")
    for index in range(crates):
        fault = FAULTS[index % len(FAULTS)]
        name = f"{fault.name}_{index:02}"
        repository = write(place / name, fault.files(name))
        commit(repository)
        run = session(repository, place / "home")
        sound = write(place / f"{name}-sound", fault.files(name, mended=True))
        yield fault, run, by_hand(sound)


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds from trigger to green, and who spends them.")
    parser.add_argument("--crates", type=int, default=2 * len(FAULTS), help="how many crates, over all kinds of error")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--keep", action="store_true", help="keep the crates and homes for a look")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="rusta-quick-gear-"))
    rows = []
    print(
        f"{'crate':<22} {'outcome':<10} {'green s':>8} {'whole s':>8} {'children s':>10} {'ours %':>7} {'by hand s':>9}"
    )
    try:
        for fault, run, hand in measure(place, options.crates):
            ours = 1 - run.children / run.whole
            green = f"{run.green:.2f}" if run.green is not None else "–"
            print(
                f"{fault.name:<22} {run.outcome:<10} {green:>8} {run.whole:>8.2f} {run.children:>10.2f}"
                f" {100 * ours:>7.1f} {hand:>9.2f}",
                flush=True,
            )
            rows.append((run, ours, hand))
        units, again, first, second = rebuilt(place)
    finally:
        if options.keep:
            print(f"kept: {place}")
        else:
            shutil.rmtree(place, ignore_errors=True)
    greens = [(run.green, hand) for run, _, hand in rows if run.green is not None]
    figures = {
        "crates": len(rows),
        "green": len(greens),
        "median_green_s": round(statistics.median(green for green, _ in greens), 2) if greens else None,
        "worst_green_s": round(max(green for green, _ in greens), 2) if greens else None,
        "median_times_by_hand": round(statistics.median(green / hand for green, hand in greens), 2) if greens else None,
        "median_ours_percent": round(100 * statistics.median(ours for _, ours, _ in rows), 1),
        "dependency_units": units,
        "dependency_units_rebuilt_by_second_session": again,
        "first_session_green_s": round(first, 2),
        "second_session_green_s": round(second, 2),
    }
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<46} {value}")
    report = json.dumps(figures)
    print(report)
    if options.json:
        options.json.write_text(report + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
