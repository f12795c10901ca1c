"""How long `rusta --version` takes beside a bare Python, and what it imports.

    python benchmarks/startup.py [--runs 30] [--json FILE]

Both are started in turn in one run, so that the load of the machine weighs on both alike. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

HEAVY = ("torch", "textual", "typer", "rich", "pydantic", "sqlmodel", "git")
COMMANDS: dict[str, list[str]] = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "python -m rusta_cli --version": [sys.executable, "-m", "rusta_cli", "--version"],
    "rusta --help": [sys.executable, "-m", "rusta_cli", "--help"],
}


def seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


def imported(arguments: list[str]) -> list[str]:
    """Which heavy modules are loaded once the command has run."""
    code = (
        "import sys; sys.argv = ['rusta', *sys.argv[1:]]\n"
        "from rusta_cli.entry import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    found = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return found.stderr.split()


def main() -> None:
    parser = argparse.ArgumentParser(description="Start-up times of rusta.")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    commands = dict(COMMANDS)
    script = Path(sys.executable).with_name("rusta")
    if script.exists():
        commands["rusta --version"] = [str(script), "--version"]
    for command in commands.values():
        seconds(command)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            times[name].append(seconds(command))
    base = statistics.median(times["python -c pass"])
    figures = {
        name: {
            "median_ms": round(statistics.median(taken) * 1000, 1),
            "p90_ms": round(sorted(taken)[int(len(taken) * 0.9)] * 1000, 1),
            "times_python": round(statistics.median(taken) / base, 2),
        }
        for name, taken in times.items()
    }
    print(f"{'command':<32} {'median ms':>10} {'p90 ms':>8} {'× python':>9}   ({options.runs} runs)")
    for name, row in figures.items():
        print(f"{name:<32} {row['median_ms']:>10} {row['p90_ms']:>8} {row['times_python']:>9}")
    loaded = {"--version": imported(["--version"]), "--help": imported(["--help"])}
    for arguments, names in loaded.items():
        print(f"rusta {arguments} imports of {', '.join(HEAVY)}: {', '.join(names) or 'none'}")
    report = json.dumps({"runs": options.runs, "figures": figures, "imports": loaded})
    print(report)
    if options.json:
        options.json.write_text(report + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
