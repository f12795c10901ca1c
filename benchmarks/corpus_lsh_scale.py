"""The LSH stage of `engine.corpus.dedup` on synthetic signatures: time, memory and disk from one million documents on.

    python benchmarks/corpus_lsh_scale.py [--documents 1000000 10000000] [--memory-mb 16] [--work DIR]

Each size runs in a process of its own: numbering, all bands, the pairs of all bands, survivors. One document in ten is
a near copy of the one before it with a similarity from 0.5 to 1, so their bands agree as often as they would in life; a
pair counts as verified if that similarity is at least the threshold. There are no texts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.corpus.dedup import clusters
from engine.corpus.dedup.bands import BANDS, PERMUTATIONS, ROWS, THRESHOLD, band_keys, found
from engine.corpus.dedup.candidates import band_pairs, merged, read_words, split
from engine.corpus.dedup.numbering import Numbering, number
from engine.corpus.dedup.signature_file import SignatureFile, write_columns
from engine.corpus.dedup.verify import EDGE, mark

SHARD = 20_000
EVERY = 10  # one document of so many is a copy


def likeness(shard: int) -> NDArray[np.float64]:
    """How alike each copy of a shard is to the document before it."""
    return np.random.default_rng((1, shard)).uniform(0.5, 1, SHARD // EVERY)


def write_shard(shard: int, folder: Path) -> SignatureFile:
    rng = np.random.default_rng((2, shard))
    made = rng.integers(0, 1 << 32, (SHARD, PERMUTATIONS), np.uint32)
    copies = np.arange(1, SHARD, EVERY)
    same = rng.random((len(copies), PERMUTATIONS)) < likeness(shard)[:, None]
    made[copies] = np.where(same, made[copies - 1], made[copies])
    return write_columns(
        folder / f"{shard:06d}.sig",
        ids=rng.bytes(16 * SHARD),
        contents=rng.bytes(32 * SHARD),
        ranks=rng.integers(0, 50, SHARD).tolist(),
        sources=["synthetic"] * SHARD,
        counts=np.full(SHARD, 1500),
        keys=band_keys(made),
    )


def edges(pairs: Path, numbering: Numbering, counts: dict[str, float]) -> Iterator[NDArray[np.void]]:
    """The pairs that are planted and alike enough, as the verification would leave them."""
    for block in read_words(pairs, block=1 << 14):
        better, other = split(block)
        one, two = (numbering.ordinals(numbers).astype(np.int64) for numbers in (better, other))
        copy = np.maximum(one, two)
        planted = (np.abs(one - two) == 1) & (copy % EVERY == 1)
        alike = np.zeros(len(copy))
        for shard in np.unique(copy[planted] // SHARD).tolist():
            here = planted & (copy // SHARD == shard)
            alike[here] = likeness(shard)[copy[here] % SHARD // EVERY]
        kept = alike >= THRESHOLD
        counts["planted found"] += int(planted.sum())
        made = np.zeros(int(kept.sum()), EDGE)
        made["better"], made["other"] = better[kept], other[kept]
        made["shared"], made["all"] = np.round(alike[kept] * 1000), 1000
        yield made


class Watch:
    """The most memory that is the process's own, by looking at it often; files that are mapped do not count."""

    def __init__(self) -> None:
        self.own = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._done.wait(0.05):
            lines = Path("/proc/self/status").read_text().splitlines()
            self.own = max(self.own, *(int(line.split()[1]) for line in lines if line.startswith("RssAnon")))

    def stop(self) -> None:
        self._done.set()
        self._thread.join()


def peak() -> float:
    """The most resident memory since the last call, in MB, mapped files counted; see proc(5), clear_refs."""
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    Path("/proc/self/clear_refs").write_text("5")
    return found


def size(folder: Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.iterdir() if path.is_file())


def one(documents: int, work: Path, memory: int) -> None:
    signatures, folder = work / "signatures", work / "stage"
    signatures.mkdir()
    folder.mkdir()
    held: dict[str, float] = {"documents": documents, "planted found": 0}
    files = [write_shard(shard, signatures) for shard in range(documents // SHARD)]
    held["index bytes"] = size(signatures) / documents
    watch = Watch()
    disk, start, processor = 0, time.perf_counter(), time.process_time()

    def stage(name: str) -> None:
        nonlocal start, disk
        held[name] = time.perf_counter() - start
        held[f"{name}, MB"] = peak()
        disk = max(disk, size(folder))
        start = time.perf_counter()

    numbering = number(files, folder, memory=memory)
    stage("numbers")
    parts = [folder / f"band-{band:02d}.u64" for band in range(BANDS)]
    for band, part in enumerate(parts):
        band_pairs(files, numbering, band, part, memory=memory)
    stage("bands")
    held["pairs"] = merged(parts, folder / "pairs.u64", memory=memory)
    mark(folder / "pairs.u64", numbering)
    stage("pairs merged")
    clusters.settle(edges(folder / "pairs.u64", numbering, held), numbering.kept, folder)
    held["clusters"] = sum(1 for _ in clusters.giants(folder, numbering.kept, 2))
    stage("survivors")
    held["processor"] = time.process_time() - processor
    watch.stop()
    held["disk bytes"] = disk / documents
    held["peak MB"] = max(value for name, value in held.items() if name.endswith(", MB"))
    held["own MB"] = watch.own / 1024
    held["expected"] = float(sum(found(alike) for shard in range(len(files)) for alike in likeness(shard).tolist()))
    print(json.dumps(held))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--documents", type=int, nargs="+", default=[1_000_000, 10_000_000])
    asked.add_argument("--memory-mb", type=int, default=16)
    asked.add_argument("--work", type=Path)
    asked.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.one:
        one(options.one, options.work, options.memory_mb << 20)
        return
    print(f"{BANDS} bands of {ROWS}, sorts of {options.memory_mb} MB, load {os.getloadavg()[0]:.1f}")
    for documents in options.documents:
        with tempfile.TemporaryDirectory(dir=options.work) as work:
            command = [sys.executable, __file__, "--one", str(documents), "--work", work]
            command += ["--memory-mb", str(options.memory_mb)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        for name, value in json.loads(done.stdout).items():
            print(f"  {name:18} {value:14,.1f}")
        print(f"  load after         {os.getloadavg()[0]:14.1f}\n")


if __name__ == "__main__":
    main()
