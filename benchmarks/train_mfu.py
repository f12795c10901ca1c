"""Which share of a device's matrix rate training uses (MFU), with the formula printed.

    python benchmarks/train_mfu.py [--model nano] [--batch 4] [--steps 6] [--precision no|bf16] [--json FILE]

FLOPs a byte, forward and backward, three times those forward: 6 for every weight that is multiplied (all but the
embedding and the norms), and for attention 12 · width · (bytes seen on average) a layer: half of the context in a layer
that sees all of it, since it is causal, and in one that sees a window what the window lets it see. What is computed
anew, or masked away, counts for nothing. The rate is that of matrices of 2,048 (CPU) or 8,192 (GPU) rows in the same
precision, measured before and after, the better counts. On the CPU both are by the thread's CPU time. Nothing is
estimated for a device that is not there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import torch

from engine.model.configuration import ACTIONS, CONFIGS, MOVES, VOCABULARY, ModelConfig
from engine.model.transformer import new_model
from engine.train.packing import Rows, Text
from engine.train.settings import Settings
from engine.train.trainer import learnt, loss_of, make_optimizer, on

FORMULA = "6 · multiplied weights + Σ layers 12 · heads · head size · bytes seen"


def flops(shape: ModelConfig) -> float:
    """Of a step, for one byte."""
    size = shape.head_size
    attention = shape.width * size * (2 * shape.heads + 2 * shape.kv_heads)
    weights = shape.layers * (attention + 3 * shape.width * shape.hidden)
    weights += shape.width * (VOCABULARY + len(ACTIONS) + MOVES + 1)
    window, context = min(shape.window, shape.context), shape.context
    near = window * (1 - (window - 1) / (2 * context))  # the first bytes of a row have less behind them
    seen = sum(context / 2 if shape.is_global(layer) else near for layer in range(shape.layers))
    return 6 * weights + 12 * shape.heads * size * seen


def timed(what: Callable[[], object], device: torch.device, times: int) -> float:
    """Median seconds of a call, the first left out."""
    clock = time.thread_time if device.type == "cpu" else time.perf_counter
    taken = []
    for _ in range(times + 1):
        began = clock()
        what()
        if device.type == "cuda":
            torch.cuda.synchronize()
        taken.append(clock() - began)
    return statistics.median(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="nano", choices=list(CONFIGS))
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--precision", default="no", choices=["no", "bf16"])
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    warnings.filterwarnings("ignore")
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if device.type == "cpu":
        torch.set_num_threads(1)
    kind = torch.bfloat16 if told.precision == "bf16" else torch.float32
    side = 8192 if device.type == "cuda" else 2048
    one, two = (torch.randn(side, side, device=device, dtype=kind) for _ in range(2))
    settings = Settings(model=told.model, batch=told.batch, precision=told.precision)
    model = new_model(settings.shape, device)
    optimizer = make_optimizer(model, settings)
    source = torch.Generator().manual_seed(0)
    symbols = torch.randint(256, (told.batch, settings.shape.context), generator=source).tolist()
    rows = Rows.pack([Text(row) for row in symbols], settings.shape.context).batch(range(told.batch))
    batch = on(rows, device)

    def step() -> None:
        with torch.autocast(device.type, torch.bfloat16, enabled=told.precision == "bf16"):
            loss = loss_of(model, batch) / learnt(rows)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
        optimizer.step()
        optimizer.zero_grad()

    matrices = [timed(lambda: one @ two, device, 5)]
    seconds = timed(step, device, told.steps)
    matrices.append(timed(lambda: one @ two, device, 5))
    rate = 2 * side**3 / min(matrices)
    count = told.batch * settings.shape.context
    found = {
        "device": torch.cuda.get_device_name() if device.type == "cuda" else "CPU, one thread",
        "model": told.model,
        "shape": asdict(settings.shape),
        "precision": told.precision,
        "formula": FORMULA,
        "mflops_per_byte": flops(settings.shape) / 1e6,
        "kb_per_second": count / seconds / 1e3,
        "gflops_per_second": flops(settings.shape) * count / seconds / 1e9,
        "matrix_gflops_per_second": rate / 1e9,
        "mfu": flops(settings.shape) * count / seconds / rate,
    }
    print(json.dumps(found, indent=1))
    if told.json:
        told.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
