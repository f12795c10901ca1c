"""What the trainer costs over a bare loop of PyTorch, how fast rows are read, and how fast a place is reached.

    python benchmarks/train_overhead.py [--rounds 12] [--json FILE]

Both loops train the same model on the same rows with the same optimizer and clipping, in one process, a few steps of
one and a few of the other in turn; the bare loop has its batches as tensors in memory and writes nothing down. Time is
that of the thread (its CPU time), so that what else runs on the machine is not counted. Of a turn the fastest step
counts, and the figure is the median of the differences over all turns. The reader is timed alone: order, packing,
tensors and the name of the batch. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from engine.model.configuration import CONFIGS, ModelConfig
from engine.model.transformer import new_model
from engine.train.order import Mixture
from engine.train.packing import Rows, Text
from engine.train.settings import Settings
from engine.train.trainer import MicroBatches, Sources, loader, loss_of, make_optimizer, on, train

STEPS = 6  # of one loop before the other has its turn
HELD = Rows.pack([Text(list(range(20)))], 64)


def rows(length: int, size: int) -> Rows:
    """``size`` bytes of texts whose lengths are spread as those of files."""
    draw = random.Random(1)
    texts = []
    while size > 0:
        texts.append(Text(list(draw.randbytes(min(30_000, int(draw.lognormvariate(7.5, 1.3)) + 8)))))
        size -= len(texts[-1].symbols)
    return Rows.pack(texts, length)


class Bare:
    """The loop that one writes by hand."""

    def __init__(self, sources: Sources, settings: Settings) -> None:
        self.model = new_model(settings.shape, "cpu", settings.seed)
        self.optimizer = make_optimizer(self.model, settings)
        data = MicroBatches(sources, settings, 0, 1)
        self.batches = [on(data[number], torch.device("cpu")) for number in range(STEPS)]
        self.counts = [float((one["lm"] >= 0).sum()) for one in self.batches]
        self.clip = settings.clip

    def steps(self) -> list[float]:
        """Takes `STEPS` steps; CPU seconds of each."""
        taken = []
        for batch, count in zip(self.batches, self.counts, strict=True):
            began = time.thread_time()
            loss = loss_of(self.model, batch) / count
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
            self.optimizer.step()
            self.optimizer.zero_grad()
            taken.append(time.thread_time() - began)
        return taken


def compared(name: str, shape: ModelConfig, batch: int, rounds: int) -> dict[str, float | str]:
    """Milliseconds a step of both loops. In ours a step is what lies between two questions whether to go on."""
    CONFIGS["measured"] = shape
    settings = Settings(model="measured", steps=rounds * STEPS + 1, batch=batch, save_every=10**6, evaluate_every=10**6)
    sources = Sources({"code": rows(shape.context, 1_000_000)}, HELD)
    bare = Bare(sources, settings)
    ours: list[list[float]] = [[]]
    theirs: list[list[float]] = []
    began = 0.0

    def wanted() -> bool:
        nonlocal began
        if began:
            ours[-1].append(time.thread_time() - began)
        if len(ours[-1]) == STEPS:
            ours.append([])
            theirs.append(bare.steps())
        began = time.thread_time()
        return len(theirs) < rounds

    with tempfile.TemporaryDirectory() as folder:
        train(sources, settings, Path(folder), wanted=wanted)
    pairs = list(zip(ours, theirs, strict=False))[1:]  # the first round warms up
    least = [1e3 * min(one) for one, _ in pairs], [1e3 * min(two) for _, two in pairs]
    difference = statistics.median(one - two for one, two in zip(*least, strict=True))
    step = statistics.median(least[1])
    return {"model": name, "bare_ms": step, "more_ms": difference, "more_percent": 100 * difference / step}


def reading(length: int, batch: int) -> dict[str, float]:
    """Megabytes of learnt bytes a second that one process makes ready, and seconds until the first batch is there."""
    sources = Sources({"code": rows(length, 4_000_000)}, HELD)
    settings = replace(Settings(), batch=batch, context=length, steps=10**6)
    device = torch.device("cpu")

    def once() -> float:
        batches = loader(MicroBatches(sources, settings, 0, 1), settings, 0)
        count, began = 0, time.thread_time()
        for _ in range(200):
            one = next(batches)
            one.name()
            count += int((one.lm >= 0).sum())
            on(one, device)
        return count / (time.thread_time() - began) / 1e6

    return {"row": length, "rows": batch, "mb_per_second": statistics.median(once() for _ in range(5))}


def seeking(samples: int) -> float:
    """Seconds until the first thousand samples are known in the middle of an epoch of many."""
    mixture = Mixture.of([samples, samples // 7], [3.0, 1.0])
    began = time.perf_counter()
    for number in range(1000):
        mixture.at(0, 5 * samples + samples // 2 + number)
    return time.perf_counter() - began


def timed(what: Callable[[], Any]) -> Any:
    """A figure, printed as soon as it is there."""
    found = what()
    print(json.dumps(found), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    small = replace(CONFIGS["nano"], layers=2, width=96, heads=3, kv_heads=3, hidden=256, context=128, window=64)
    grain = replace(small, layers=1, width=32, heads=1, kv_heads=1, hidden=64)
    cells = [("1 layer of 32", grain, 8), ("2 layers of 96", small, 12)]
    loops = [timed(lambda one=one: compared(*one, told.rounds)) for one in cells]
    readers = [timed(lambda one=one: reading(*one)) for one in ((512, 8), (4096, 4))]
    seek = timed(lambda: {"seconds_for_1000_samples_of_1e9": seeking(10**9)})
    if told.json:
        told.json.write_text(json.dumps({"loops": loops, "reader": readers, **seek}, indent=1))


if __name__ == "__main__":
    main()
