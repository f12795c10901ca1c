"""Whether reading helps choosing: candidates of measured sessions, put in order by a byte-level model, nothing built.

    python benchmarks/repair/run.py --half dev --contestants rusta
    python benchmarks/repair/naturalness.py --checkpoint RUN --place DIR [--crates FILE] [--half dev] [--seed 1]

Takes the first list of candidates of each traced session of the default brain that the compiler saw, and asks for each
weight how often the first candidate is right. Right is what gives the published files back, and what stood in a session
that mended the crate. An equal mend that nobody tried counts as wrong, so the order that the sessions went by has the
benefit of the doubt. Lists with one candidate, or in which nothing is known to be right, are left out. The checkpoint
must not have been trained on the crates of the benchmark. Asserts nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from crates import fetch, read_list
from traces import read_trace

from engine.brain.minds.byte_model import newest
from engine.brain.minds.byte_order import Opinion, reordered
from engine.brain.minds.byte_reading import naturalness
from engine.brain.minds.byte_windows import windows
from engine.brain.protocol import Candidate
from engine.errors import PatchError
from engine.sandbox.patches import apply_edits
from engine.schema.patch import Edit
from engine.train.selfplay.fault import Fault, broken_files

WEIGHTS = (0.0, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Choice:
    """A list of candidates, most believed first, and the keys of those that are right."""

    fault: Fault
    read: Callable[[str], bytes | None]
    candidates: tuple[Candidate, ...]
    right: frozenset[str]


def choices(place: Path, crates: Path, half: str, seed: int) -> Iterator[Choice]:
    """The choices of the newest trace of each fault of the listed crates."""
    folders = {crate.folder.name: crate.folder for crate in fetch(read_list(crates), place)}
    faults = {}
    for file in (place / "faults").glob(f"{half}-{seed}-*.jsonl"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line != "{}":
                fault = Fault.read(line)
                faults[fault.id] = fault
    traces = (one for one in (place / "traces").glob("*/*.json.gz") if not one.parent.name.startswith("rusta-byte"))
    newest_first = sorted(traces, key=lambda file: -file.stat().st_mtime)
    seen: set[str] = set()
    for file in newest_first:
        fault = faults.get(file.name.removesuffix(".json.gz"))
        if fault is None or fault.id in seen:
            continue
        seen.add(fault.id)
        folder = next((one for name, one in folders.items() if name.startswith(fault.crate)), None)
        trace = read_trace(file)
        thought = next(iter(trace["thoughts"]), None)
        if folder is None or thought is None or thought["tool"] == "test" or thought["count"] < 2:
            continue
        found = _choice(fault, folder, thought, trace["events"])
        if found.right:
            yield found


def _choice(fault: Fault, folder: Path, thought: dict[str, Any], events: list[dict[str, Any]]) -> Choice:
    def sound(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    files = broken_files(fault.edits, sound)
    stood = {event["hypothesis"] for event in events if event["kind"] == "patch" and event["status"] != "applied"}
    green = any(event["kind"] == "log" and event.get("outcome") == "fixed" for event in events)
    candidates, right = [], set()
    for each in thought["candidates"]:
        edits = tuple(
            Edit(path=path, byte_start=start, byte_end=end, before=before, after=after)
            for path, start, end, before, after in each["edits"]
        )
        one = Candidate(each["key"], each["move"], "", "", edits, None, each["shape"], each["confidence"])
        candidates.append(one)
        if (green and one.key in stood) or _restores(edits, files, sound):
            right.add(one.key)
    return Choice(fault, lambda path: files.get(path) or sound(path), tuple(candidates), frozenset(right))


def _restores(edits: tuple[Edit, ...], files: dict[str, bytes], sound: Any) -> bool:
    """Whether edits give back one of the broken files as it was published (of a double fault in two files, one)."""
    try:
        made = {
            path: apply_edits(content, [edit for edit in edits if edit.path == path]) for path, content in files.items()
        }
    except PatchError:
        return False
    touched = {edit.path for edit in edits}
    return touched <= set(files) and all(made[path] == sound(path) for path in touched)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--place", type=Path, required=True, help="what `run.py` was given as --place")
    parser.add_argument("--crates", type=Path, default=Path(__file__).parent / "crates.txt")
    parser.add_argument("--half", choices=["dev", "held-out"], default="dev")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    from engine.model.stored import load_model

    model = load_model(newest(options.checkpoint))
    found = list(choices(options.place, options.crates, options.half, options.seed))
    gained = []
    for one in found:
        shown = windows(one.candidates, one.read, model.config.context - 1)
        gained.append(naturalness(model, shown)[0])
    lengths = sum(len(one.candidates) for one in found) / max(1, len(found))
    print(f"{len(found)} lists of {lengths:.1f} candidates\n")
    print("| weight | first is right | mean of 1/rank | better, worse than without |\n| ---: | ---: | ---: | ---: |")
    usual: list[int] = []
    for weight in WEIGHTS:
        ranks = []
        for one, gains in zip(found, gained, strict=True):
            order = reordered(one.candidates, Opinion(gained=gains), weight)
            ranks.append(next(rank for rank, each in enumerate(order) if each.key in one.right))
        usual = usual or ranks
        better = sum(rank < before for rank, before in zip(ranks, usual, strict=True))
        worse = sum(rank > before for rank, before in zip(ranks, usual, strict=True))
        first, mean = sum(not rank for rank in ranks) / len(ranks), sum(1 / (rank + 1) for rank in ranks) / len(ranks)
        print(f"| {weight:g} | {first:.1%} | {mean:.3f} | {better}, {worse} |")


if __name__ == "__main__":
    main()
