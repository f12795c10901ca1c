"""How much broken Rust is mended: cargo's own fix, the compiler's suggestions and Rusta, on the same faults.

    python benchmarks/repair/run.py [--crates FILE] [--faults 100] [--half dev|held-out] [--seed 1]
                                    [--json FILE] [--seconds LIMIT] [--place DIR] [--contestants NAMES] [--survey]
                                    [--shows compiler]

Fetches the listed crates by cargo, breaks them by the operators of `engine.train.selfplay`, four single faults to one
double, and lets each contestant mend each fault, in turn and in one run. Crates and operators are split into two halves
by the hash of their names: a fault of the development half has a crate and operators of that half, and the same holds
for the held-out half, which nobody looks at while building.

Every result is a line of a journal in ``--place``, so a run that was killed, or that ``--seconds`` ended, goes on where
it was. Results of Rusta count only for the engine that made them. ``--survey`` checks a list instead: licences, tests,
time. Asserts nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from arena import Arena
from contestants import Contestant, cargo_fix, rusta, rusta_byte, suggestions, unfitted
from crates import Crate, Listed, equip, fetch, half_of, read_list, survey
from report import report
from traces import trace_file

import engine
from engine.brain.minds.byte_model import newest
from engine.brain.minds.settings import load_settings, needed
from engine.errors import RustaError
from engine.home import home
from engine.model.manifest import MANIFEST
from engine.resources import shipped
from engine.train.selfplay.case import case_of
from engine.train.selfplay.fault import Fault
from engine.train.selfplay.inject import inject
from engine.train.selfplay.operators import all_operators

CONTESTANTS: dict[str, Contestant] = {"cargo fix": cargo_fix, "suggestions": suggestions, "rusta": rusta}
# Not in every run: what the judge is fitted on, and what needs a model.
HERS = ("rusta", "unfitted", "rusta-byte")
BESIDES: dict[str, Contestant] = {"unfitted": unfitted, "rusta-byte": rusta_byte}
DOUBLES = 5  # one fault in this many is a double one


class Journal:
    """Results as JSON lines; a line that was cut off when the run was killed is not there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.rows: dict[tuple[str, str, str], dict[str, Any]] = {}
        for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            self.rows[row["fault"], row["contestant"], row["revision"]] = row

    def add(self, row: dict[str, Any]) -> None:
        self.rows[row["fault"], row["contestant"], row["revision"]] = row
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row) + "\n")


def revision(contestant: str) -> str:
    """What a result depends on besides the fault: for Rusta her engine, the policy, and what judge and model learnt."""
    if contestant not in HERS:
        return ""
    root = Path(engine.__file__).parent
    rooms = ("brain", "loop", "rust", "sandbox", "store", "schema")
    files = sorted(file for room in rooms for file in (root / room).rglob("*.py"))
    files.append(shipped("data", "policy.yaml"))
    if contestant != "unfitted":
        files.append(shipped("data", "judge.json"))
    if contestant == "rusta-byte":
        settings = needed(load_settings().byte, "byte")
        files += [home() / "brains.yaml", newest(Path(settings.checkpoint).expanduser()) / MANIFEST]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def drawn(crate: Crate, arena: Arena, half: str, seed: int, count: int, width: int, place: Path) -> Iterator[Fault]:
    """The faults of a crate, from the file that keeps them, drawn where it has too few."""
    if not count:
        return
    file = place / "faults" / f"{half}-{seed}-{width}-{crate.listed.name}-{crate.listed.version}.jsonl"
    known = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    if len(known) >= count or (known and known[-1] == "{}"):
        yield from (Fault.read(line) for line in known[:count] if line != "{}")
        return
    operators = [operator for operator in all_operators() if half_of(operator.name) == half]
    wanted: Any = {"faults": width, "scratch": arena.folder}
    faults = list(inject(crate.folder, seed=seed, operators=operators, count=count, **wanted))
    lines = [fault.model_dump_json() for fault in faults] + (["{}"] if len(faults) < count else [])
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    yield from faults


def plan(crates: tuple[Crate, ...], count: int) -> dict[str, tuple[int, int]]:
    """How many single and double faults each crate gives: as even as can be."""
    doubles = count // DOUBLES
    singles = count - doubles
    size = len(crates)
    return {
        crate.listed.name: (singles // size + (i < singles % size), doubles // size + (size - 1 - i < doubles % size))
        for i, crate in enumerate(crates)
    }


def measure(
    crates: tuple[Crate, ...], options: argparse.Namespace, journal: Journal, revisions: dict[str, str]
) -> list[Fault]:
    """Draws the faults and fills the journal; the faults that every contestant has met."""
    until = time.monotonic() + options.seconds if options.seconds else None
    met: list[Fault] = []
    shares = plan(crates, options.faults)
    for crate in crates:
        if until and time.monotonic() > until:
            break
        folder = options.place / "arenas" / crate.folder.name
        if not asyncio.run(equip(crate, folder / "target")):
            print(f"{crate.listed}: left out, its dependencies cannot be fetched", flush=True)
            continue
        arena = Arena(crate, folder)
        singles, doubles = shares[crate.listed.name]
        try:
            faults = [
                *drawn(crate, arena, options.half, options.seed, singles, 1, options.place),
                *drawn(crate, arena, options.half, options.seed, doubles, 2, options.place),
            ]
        except RustaError as error:
            print(f"{crate.listed}: left out, {error}", flush=True)
            continue
        for fault in faults:
            if options.shows and fault.shows != options.shows:
                continue
            for name in options.contestants:
                if (fault.id, name, revisions[name]) in journal.rows:
                    continue
                if until and time.monotonic() > until:
                    return met
                row = asyncio.run(one(arena, fault, name)) | {"revision": revisions[name]}
                journal.add(row)
                if name in HERS:
                    keep_trace(options.place, f"{name}-{revisions[name]}", fault)
                print(_line(fault, row), flush=True)
            met.append(fault)
    return met


def keep_trace(place: Path, who: str, fault: Fault) -> None:
    """Puts what the session just left where `fit_judge.py` finds it."""
    kept = trace_file(place, who, fault.id)
    kept.parent.mkdir(parents=True, exist_ok=True)
    (Path(os.environ["RUSTA_HOME"]) / "trace.json.gz").replace(kept)


async def one(arena: Arena, fault: Fault, name: str) -> dict[str, Any]:
    """One contestant on one fault, judged."""
    attempt = await (CONTESTANTS | BESIDES)[name](arena, fault)
    verdict = await arena.judge(fault, attempt.files)
    return {
        "fault": fault.id,
        "contestant": name,
        **asdict(verdict),
        "fixed": verdict.fixed,
        "changed": attempt.files != arena.broken(fault),
        "calls": attempt.calls,
        "seconds": round(attempt.seconds, 3),
        **attempt.notes,
    }


def write_cases(crates: tuple[Crate, ...], options: argparse.Namespace) -> None:
    """Draws the faults and writes each as a case, a line each, for `rusta eval run --cases`; nobody mends them here."""
    shares, written = plan(crates, options.faults), 0
    with options.cases.open("w", encoding="utf-8") as stream:
        for crate in crates:
            folder = options.place / "arenas" / crate.folder.name
            if not asyncio.run(equip(crate, folder / "target")):
                continue
            arena, (singles, doubles) = Arena(crate, folder), shares[crate.listed.name]
            try:
                for count, width in ((singles, 1), (doubles, 2)):
                    for fault in drawn(crate, arena, options.half, options.seed, count, width, options.place):
                        stream.write(case_of(fault, crate.folder).model_dump_json(exclude_none=True) + "\n")
                        written += 1
            except RustaError as error:
                print(f"{crate.listed}: left out, {error}", flush=True)
    print(f"{written} cases in {options.cases}")


def _line(fault: Fault, row: dict[str, Any]) -> str:
    ending = "exact" if row["exact"] else "fixed" if row["fixed"] else "deleted" if row["lost"] else ""
    ending = ending or ("red" if row["compiles"] else "broken")
    what = f"{'+'.join(fault.operators)} ({' '.join(fault.codes) or 'test'})"
    cost = f"{row['calls']:>3} calls {row['seconds']:6.1f} s"
    return f"{fault.crate:<20} {what:<55} {row['contestant']:<12} {ending:<8} {cost}"


async def survey_all(listed: tuple[Listed, ...], place: Path) -> None:
    """Prints a line for each crate of a list, and why it would be dropped."""
    for crate in fetch(listed, place):
        found = await survey(crate, place / "arenas" / crate.folder.name / "target")
        note = f"dropped: {found.dropped}" if found.dropped else f"{found.tests} tests, {found.seconds:.1f} s"
        print(f"{found.listed}  # {found.license}; {found.listed.half}; {note}", flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = Path(__file__).parent
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rusta" / "repair"
    parser.add_argument(
        "--crates", type=Path, default=here / "crates.txt", help="the list: a name and a version a line"
    )
    parser.add_argument("--faults", type=int, default=400)
    parser.add_argument("--half", choices=["dev", "held-out"], default="dev")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shows", choices=["compiler", "test"], help="meet only faults that these see")
    parser.add_argument("--json", type=Path, help="write the figures and every row here")
    parser.add_argument("--seconds", type=float, help="end after so many seconds; the next run goes on")
    parser.add_argument("--place", type=Path, default=cache, help="keeps crates, builds, faults and the journal")
    parser.add_argument("--contestants", type=lambda text: text.split(","), default=list(CONTESTANTS))
    parser.add_argument("--cases", type=Path, help="only write the faults here, as cases for `rusta eval run`")
    parser.add_argument("--survey", action="store_true", help="check the list and say which crates are fit")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    options.place = options.place.absolute()
    options.place.mkdir(parents=True, exist_ok=True)
    os.environ["RUSTA_HOME"] = str(options.place / "home")
    Path(os.environ["RUSTA_HOME"]).mkdir(exist_ok=True)
    listed = read_list(options.crates)
    if options.survey:
        asyncio.run(survey_all(listed, options.place))
        return
    chosen = tuple(each for each in listed if each.half == options.half)
    crates = tuple(crate for crate in fetch(chosen, options.place) if not crate.dropped)
    if options.cases:
        write_cases(crates, options)
        return
    journal = Journal(options.place / f"journal-{options.half}-{options.seed}.jsonl")
    revisions = {name: revision(name) for name in options.contestants}
    faults = measure(crates, options, journal, revisions)
    rows = {name: [journal.rows[each.id, name, now] for each in faults] for name, now in revisions.items()}
    figures = report(faults, rows)
    if options.json:
        content = figures | {"half": options.half, "seed": options.seed, "rows": rows}
        content["faults"] = [fault.model_dump(mode="json") for fault in faults]
        options.json.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
