"""Near-duplicates in real crates: speed, recall and proof of `engine.corpus.dedup`, beside datasketch and datatrove.

    python benchmarks/corpus_dedup.py [--crates DIR] [--megabytes 75] [--datatrove PYTHON]

DIR holds unpacked crates, one folder each; without it, those that cargo has unpacked on this machine are taken, the
newest version of each. PYTHON is an interpreter with `datatrove[processing]` installed; without it that column is left
out. Wall time hangs on what else the machine does; the processor's time much less.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import pickle
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from engine.corpus.dedup.bands import BANDS, ROWS, THRESHOLD, band_keys, found, signatures
from engine.corpus.dedup.resolve import DedupSettings, Resolution, resolve
from engine.corpus.dedup.shingles import shingles
from engine.corpus.dedup.signature_file import BYTES_PER_DOCUMENT, write_signatures
from engine.corpus.document import Document, Origin

SHARD = 500  # documents
_VERSION = re.compile(r"^(.*)-(\d+)\.(\d+)\.(\d+)(.*)$")
_TOKEN = re.compile(rb"[0-9A-Za-z_\x80-\xff]+|[^0-9A-Za-z_\x80-\xff \t\n\r\f\v\x00]")


@dataclass(frozen=True)
class Cost:
    wall: float
    processor: float

    def per_second(self, amount: float) -> str:
        return f"{amount / self.processor:8.1f} {amount / self.wall:8.1f}"


def timed(work: Callable[[], Any]) -> tuple[Any, Cost]:
    wall, processor = time.perf_counter(), _processor()
    made = work()
    return made, Cost(time.perf_counter() - wall, _processor() - processor)


def _processor() -> float:
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def crates(folder: Path | None) -> list[Path]:
    if folder is not None:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    newest: dict[str, tuple[tuple[int, ...], Path]] = {}
    for path in sorted(home.glob("registry/src/*/*")):
        if parts := _VERSION.match(path.name):
            version = tuple(int(parts[at]) for at in (2, 3, 4))
            newest[parts[1]] = max(newest.get(parts[1], ((), path)), (version, path))
    return [path for _, path in sorted(newest.values(), key=lambda one: one[1])]


def gather(folders: Sequence[Path], megabytes: float) -> tuple[list[tuple[Document, Origin]], int]:
    rows: list[tuple[Document, Origin]] = []
    size = used = 0
    for used, folder in enumerate(folders, 1):  # noqa: B007
        origin = Origin(f"crate:{folder.name}", "crates", folder.name, version="1", checksum="0")
        for path in sorted(folder.rglob("*.rs")):
            content = path.read_bytes() if path.is_file() else b""
            if 0 < len(content) <= 1 << 20:
                rows.append((Document(origin.id, str(path.relative_to(folder)), content, chosen=("MIT",)), origin))
                size += len(content)
        if size >= megabytes * 1e6:
            break
    return rows, used


@dataclass(frozen=True)
class Shards:
    folder: str

    def path(self, shard: int) -> Path:
        return Path(self.folder) / f"{shard}.pickle"

    def rows(self, shard: int) -> list[tuple[Document, Origin]]:
        rows: list[tuple[Document, Origin]] = pickle.loads(self.path(shard).read_bytes())
        return rows

    def __call__(self, shard: int, rows: Sequence[int]) -> Iterator[bytes]:
        held = self.rows(shard)
        for row in rows:
            yield held[row][0].content


def sign(shard: int, shards: Shards, out: Path) -> Path:
    return write_signatures(shards.rows(shard), out / f"{shard}.sig").path


def ours(shards: Shards, count: int, work: Path, each: Any = map) -> tuple[Resolution, dict[str, float]]:
    work.mkdir()
    began = _processor()
    stages: dict[str, float] = {}

    def told(stage: str, done: int, total: int) -> None:
        stages[stage] = _processor() - began

    files = list(each(partial(sign, shards=shards, out=work), range(count)))
    told("signatures", 1, 1)
    resolution = resolve(files, shards, work / "work", DedupSettings(most_lost=1), each=each, progress=told)
    told("survivors", 1, 1)
    return resolution, stages


def plain(content: bytes) -> set[tuple[bytes, ...]]:
    tokens = _TOKEN.findall(content)
    return {tuple(tokens[at : at + 5]) for at in range(len(tokens) - 4)} or {tuple(tokens)}


def proof(rows: Sequence[tuple[Document, Origin]], shards: Shards, count: int, resolution: Resolution) -> list[float]:
    """The similarity of each removal and its survivor by sets of tuples, and whether it is what was said."""
    content = {document.id: document.content for document, _ in rows}
    cached: dict[str, set[tuple[bytes, ...]]] = {}
    alike = []
    for _, removal in itertools.chain.from_iterable(resolution.removals(shard) for shard in range(count)):
        one, other = plain(content[removal.document]), cached.get(removal.survivor)
        if other is None:
            other = cached[removal.survivor] = plain(content[removal.survivor])
        alike.append(len(one & other) / len(one | other))
        assert removal.kind == "exact" or abs(alike[-1] - removal.jaccard) < 1e-12
    return alike


def planted(rows: Sequence[tuple[Document, Origin]], pairs: int) -> list[tuple[float, bool]]:
    """Real files with some of their lines replaced by lines of others: how alike, and whether a band finds it."""
    rng = random.Random(7)
    bodies = [document.content.split(b"\n") for document, _ in rows if 1000 < len(document.content) < 12_000]
    outcomes: list[tuple[float, bool]] = []
    while len(outcomes) < pairs:
        texts: list[bytes] = []
        for _ in range(10):
            lines, strange = rng.choice(bodies), rng.choice(bodies)
            share = rng.random() * 0.35
            texts.append(b"\n".join(lines))
            texts.append(b"\n".join(rng.choice(strange) if rng.random() < share else line for line in lines))
        made = shingles(texts)
        keys = band_keys(signatures(made))
        for at in range(0, len(texts), 2):
            one, other = made.of(at), made.of(at + 1)
            shared = len(np.intersect1d(one, other, assume_unique=True))
            outcomes.append((shared / (len(one) + len(other) - shared), bool((keys[at] == keys[at + 1]).any())))
    return outcomes


def by_datasketch(rows: Sequence[tuple[Document, Origin]]) -> int:
    """Signatures and bands by datasketch, over the shingles of `engine.corpus.dedup`; nothing is verified."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=128, params=(BANDS, ROWS))
    pairs = 0
    for at, (document, _) in enumerate(rows):
        made = MinHash(num_perm=128, hashfunc=int)
        hashes = shingles([document.content]).of(0)
        if len(hashes):
            made.update_batch((hashes >> np.uint64(32)).tolist())
        pairs += len(index.query(made))
        index.insert(str(at), made)
    return pairs


_DATATROVE = """
import json, re, sys, time
from pathlib import Path
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import MinhashDedupSignature, MinhashDedupBuckets, MinhashDedupCluster, MinhashDedupFilter
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter
from datatrove.utils.hashing import HashConfig
from datatrove.utils.word_tokenizers import WordTokenizer
from loguru import logger
logger.remove()
class Regex(WordTokenizer):
    def word_tokenize(self, text):
        return re.findall(r"\\w+|[^\\w\\s]", text)
    def sent_tokenize(self, text):
        return [text]
    def span_tokenize(self, text):
        return [(0, len(text))]
source, work, language, bands, rows = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:])
language = Regex() if language == "regex" else language
config = MinhashConfig(hash_config=HashConfig(precision=64), num_buckets=bands, hashes_per_bucket=rows, n_grams=5)
stages = [
    ([JsonlReader(str(source)), MinhashDedupSignature(str(work / "sig"), config=config, language=language)], 1),
    ([MinhashDedupBuckets(str(work / "sig"), str(work / "buckets"), config=config)], config.num_buckets),
    ([MinhashDedupCluster(str(work / "buckets"), str(work / "remove"), config=config)], 1),
    ([JsonlReader(str(source)), MinhashDedupFilter(str(work / "remove")), JsonlWriter(str(work / "out"))], 1),
]
wall, before = time.perf_counter(), time.process_time()
for number, (pipeline, tasks) in enumerate(stages):
    for rank in range(tasks):
        LocalPipelineExecutor(pipeline, tasks=tasks, logging_dir=str(work / f"log{number}"))._run_for_rank(rank)
print(json.dumps({"wall": time.perf_counter() - wall, "processor": time.process_time() - before}))
"""


def by_datatrove(python: str, rows: Sequence[tuple[Document, Origin]], folder: Path, language: str) -> Cost | str:
    source = folder / f"rows-{language}"
    source.mkdir()
    with (source / "rows.jsonl").open("w", encoding="utf-8") as file:
        for document, _ in rows:
            file.write(json.dumps({"id": document.id, "text": document.content.decode(errors="replace")}) + "\n")
    command = [python, "-c", _DATATROVE, str(source), str(folder / f"datatrove-{language}"), language]
    command += [str(BANDS), str(ROWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["it failed"])[-1]
    held = json.loads(done.stdout.splitlines()[-1])
    return Cost(held["wall"], held["processor"])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--crates", type=Path)
    asked.add_argument("--megabytes", type=float, default=75)
    asked.add_argument("--pairs", type=int, default=8000)
    asked.add_argument("--datatrove", metavar="PYTHON")
    asked.add_argument("--repeat", type=int, default=3)
    options = asked.parse_args()
    rows, used = gather(crates(options.crates), options.megabytes)
    size = sum(len(document.content) for document, _ in rows) / 1e6
    print(f"{used} crates, {len(rows)} files, {size:.1f} MB, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    if size < options.megabytes:
        print(
            f"there is less than {options.megabytes} MB: fetch more crates, or name them by --crates", file=sys.stderr
        )
    with tempfile.TemporaryDirectory() as name:
        measure(rows, size, Path(name), options)


def line(name: str, cost: Cost, size: float, files: int, ratio: float) -> None:
    print(f"{name:26} {cost.per_second(size)}   {cost.per_second(files)}   {ratio:6.1f} times our seconds")


def measure(rows: list[tuple[Document, Origin]], size: float, folder: Path, options: argparse.Namespace) -> None:
    shards, count = Shards(str(folder)), -(-len(rows) // SHARD)
    for shard in range(count):
        shards.path(shard).write_bytes(pickle.dumps(rows[shard * SHARD : (shard + 1) * SHARD]))
    shingles([rows[0][0].content]), signatures(shingles([rows[0][0].content]))
    best: Cost | None = None
    for turn in range(options.repeat):
        (resolution, stages), cost = timed(lambda turn=turn: ours(shards, count, folder / f"one{turn}"))  # type: ignore[misc]
        if best is None or cost.processor < best.processor:
            best, shown = cost, stages
    assert best is not None
    report = resolution.report
    print("\n                              MB/s of the processor, of the clock; files/s likewise")
    print(
        f"ours, end to end           {best.per_second(size)}   {best.per_second(len(rows))}   best of {options.repeat}"
    )
    spent = {stage: after - before for (stage, after), before in zip(shown.items(), [0, *shown.values()], strict=False)}
    print("  seconds: " + ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in spent.items()))
    pairs, cost = timed(lambda: by_datasketch(rows))
    line("datasketch, not verified", cost, size, len(rows), cost.processor / best.processor)
    if options.datatrove:
        some = rows[: max(1, round(len(rows) * min(1, 6 / size)))]
        part = sum(len(document.content) for document, _ in some) / 1e6
        for language in ("eng", "regex"):
            cost_or_why = by_datatrove(options.datatrove, some, folder, language)
            if isinstance(cost_or_why, str):
                print(f"datatrove ({language}) did not run: {cost_or_why}")
            else:
                ratio = cost_or_why.processor / part / (best.processor / size)
                line(f"datatrove {language}, {part:.0f} MB", cost_or_why, part, len(some), ratio)
    print(f"\nexact {report.exact}, near {report.near}, giant clusters {len(report.giants)}")
    print(f"pairs looked at {report.candidates}, verified {report.verified}; datasketch looks at {pairs}")
    print(f"index: {BYTES_PER_DOCUMENT} bytes a document")
    alike = proof(rows, shards, count, resolution)
    below = sum(one < THRESHOLD for one in alike)
    print(f"removals proved again by sets of tuples: {len(alike)}, below {THRESHOLD}: {below}")
    print("\nplanted pairs, by similarity: pairs, found, 1-(1-J^r)^b, difference")
    outcomes = planted(rows, options.pairs)
    for low in np.arange(0.3, 1, 0.1):
        held = [(found(jaccard), hit) for jaccard, hit in outcomes if low <= jaccard < low + 0.1]
        if len(held) >= 50:
            theory, hits = (sum(one[at] for one in held) / len(held) for at in (0, 1))
            print(f"  {low:.1f}-{low + 0.1:.1f}  {len(held):5d}  {hits:.4f}  {theory:.4f}  {hits - theory:+.4f}")
    whole = [(found(jaccard), hit) for jaccard, hit in outcomes]
    theory, hits = (sum(one[at] for one in whole) / len(whole) for at in (0, 1))
    print(f"  all      {len(whole):5d}  {hits:.4f}  {theory:.4f}  {hits - theory:+.4f}")
    workers(shards, count, folder, size, options.repeat)


def _of(pool: ProcessPoolExecutor) -> float:
    """Seconds of the processor that a pool's processes have taken."""
    ticks = 0
    for process in list(pool._processes):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def workers(shards: Shards, count: int, folder: Path, size: float, repeat: int) -> None:
    """One process beside two, in turn, each already started."""
    print("\nprocesses: MB/s of the clock, in turn")
    pools = {number: ProcessPoolExecutor(number, mp_context=get_context("spawn")) for number in (1, 2)}
    ratios = []
    for pool in pools.values():
        list(pool.map(partial(sign, shards=shards, out=folder), range(min(4, count))))
    for turn in range(repeat):
        walls = {}
        for number, pool in pools.items():
            before = time.process_time(), _of(pool)
            _, cost = timed(lambda n=number, p=pool, t=turn: ours(shards, count, folder / f"pool{n}-{t}", p.map))  # type: ignore[misc]
            walls[number] = cost.wall
            alone, total = time.process_time() - before[0], time.process_time() - before[0] + _of(pool) - before[1]
        ratios.append(walls[1] / walls[2])
        rates = f"one {size / walls[1]:.1f}, two {size / walls[2]:.1f}, ratio {ratios[-1]:.2f}"
        print(f"  {rates}; the parent {alone:.2f} of {total:.2f} s of the processor; load {os.getloadavg()[0]:.1f}")
    for pool in pools.values():
        pool.shutdown()
    print(f"  best ratio {max(ratios):.2f}")


if __name__ == "__main__":
    main()
