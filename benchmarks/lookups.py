"""What a look into a memory of 10,000 outcomes costs a think."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

from engine.brain.memory.recall import Recollection
from engine.brain.protocol import Context
from engine.brain.search import SearchBrain
from engine.rust.diagnostics import Places, numbered, read_message
from engine.rust.docs import Docs
from engine.rust.structure import CrateIndex
from engine.store.store import Store

OUTCOMES = 10_000
ROUNDS = 30


def time_lookups(place: Path) -> str:
    """Fills a store with the experiences of a life, told again until there are 10,000, and times recall and sift.

    The life at ``place`` has to have been lived for some sessions. Returns the figures as lines.
    """
    lived = place / "memory" / "rusta.db"
    if not lived.exists():
        return f"nothing was lived at {place} yet: run the sessions first"
    folder = place / "lookups"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with Store.open(f"sqlite:///{lived}") as store:
        real = store.experiences()
    with Store.open(f"sqlite:///{folder / 'rusta.db'}") as store:
        draw = random.Random(1)
        with store.transaction():
            for number, one in zip(range(OUTCOMES), itertools.cycle(real), strict=False):
                repository = one.repository if draw.random() < 0.5 else f"other-{draw.randrange(20)}"
                store.record_experience(
                    replace(one, session=f"s{number}", candidate=f"c{number}", repository=repository)
                )
        return "\n".join(_measure(store, folder, real[0].repository, len(real)))


def _measure(store: Store, folder: Path, repository: str, lived: int) -> list[str]:
    spent: dict[str, list[float]] = {"recall": [], "sift": [], "together": [], "together, of the processor": []}
    counted = 0
    for context in _contexts(folder, repository):
        candidates = asyncio.run(SearchBrain().think(context))
        for _ in range(ROUNDS):
            memory = Recollection(store)
            began, busy = time.perf_counter(), time.process_time()
            list(memory.recall(context))
            between = time.perf_counter()
            memory.sift(context, candidates)
            ended = time.perf_counter()
            spent["recall"].append(between - began)
            spent["sift"].append(ended - between)
            spent["together"].append(ended - began)
            spent["together, of the processor"].append(time.process_time() - busy)
        counted += 1
    lines = [f"{OUTCOMES} outcomes made of {lived}; {counted} errors, {ROUNDS} looks each; milliseconds a think"]
    for name, values in spent.items():
        lines.append(f"  {name}: median {median(values) * 1e3:.1f}, 95 % {quantiles(values, n=20)[-1] * 1e3:.1f}")
    return lines


def _contexts(folder: Path, repository: str) -> list[Context]:
    """Errors of the kinds that a life is full of, from a file of four hundred lines."""
    body = "".join(f"pub fn calm_{n}(count: usize) -> usize {{\n    count + {n}\n}}\n\n" for n in range(100))
    broken = (
        "pub fn total(rows: &[u32]) -> usize {\n    rows.iter().sum::<u32>()\n}\n",
        "pub fn both(name: String) -> (String, usize) {\n    let kept = name;\n    (kept, name.len())\n}\n",
        "pub fn far(count: usize) -> usize {\n    cuont + 1\n}\n",
    )
    found = []
    for number, text in enumerate(broken):
        root = folder / f"crate-{number}"
        root.mkdir()
        (root / "lib.rs").write_text(body + text, encoding="utf-8")
        command = ["rustc", "--edition", "2021", "--crate-type", "lib", "--emit=metadata", "--error-format=json"]
        said = subprocess.run([*command, "lib.rs"], cwd=root, capture_output=True, text=True, check=False).stderr
        places = Places(root, root)
        messages = [{"message": json.loads(line)} for line in said.splitlines() if line.startswith("{")]
        read = numbered(each for message in messages if (each := read_message(message, places)))
        first = next(each for each in read if each.level.is_error)
        found.append(
            Context(
                diagnostic=first,
                others=(),
                read=lambda path, root=root: (root / path).read_bytes() if (root / path).exists() else None,
                index=CrateIndex(root, None),
                workspace=None,
                docs=Docs(None),
                repository=repository,
            )
        )
    return found
