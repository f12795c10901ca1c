"""Patches of bytes against the plain model at equal FLOPs: bits per byte of held-out Rust.

    python benchmarks/model_patches.py --data CORPUS [--steps 400] [--batch 4] [--seed 0] [--json FILE]

The patched variant (after SpaceByte, Slagle 2024) reads bytes with layers that see a window, and has wider layers,
which see the whole document, only where a word begins. The hidden size of these is set so that both models take as many
FLOPs for a byte forward, matrices and attention counted, at the share of beginnings that the data has. Both learn the
same rows in the same order, a step of one and a step of the other in turn. Asserts nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import warnings
from dataclasses import replace
from math import log
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from engine.model.configuration import BEGIN, END, VOCABULARY, ModelConfig
from engine.model.transformer import Block, new_model, positions, visible
from engine.train.data import files
from engine.train.order import Mixture
from engine.train.packing import IGNORE, Batch, Rows, Text
from engine.train.settings import Settings
from engine.train.trainer import make_optimizer, on

CONTEXT = 256
PLAIN = ModelConfig(layers=4, width=128, heads=4, kv_heads=4, context=CONTEXT, window=64, hidden=352)
WIDE = ModelConfig(layers=2, width=256, heads=8, kv_heads=8, context=CONTEXT, window=CONTEXT, hidden=704)


def begins(symbols: Tensor, documents: Tensor) -> Tensor:
    """Where a word, or a document, begins: (batch, length), true or false."""
    word = (symbols >= 128) & (symbols < 256) | (symbols == ord("_"))
    for first, last in ("09", "AZ", "az"):
        word = word | (symbols >= ord(first)) & (symbols <= ord(last))
    found = torch.ones_like(word)
    found[:, 1:] = word[:, 1:] & ~word[:, :-1] | (documents[:, 1:] != documents[:, :-1])
    return found


def turned(documents: Tensor, config: ModelConfig) -> tuple[Tensor, Tensor]:
    """Cosines and sines of the places, as the plain model has them."""
    half = config.head_size // 2
    angle = positions(documents)[:, :, None].float() * config.rope_base ** -(torch.arange(half) / half)
    return angle.cos()[:, None], angle.sin()[:, None]


class Patched(nn.Module):
    """A local layer, wide layers at the beginnings of words, a local layer."""

    def __init__(self, wide: ModelConfig) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, PLAIN.width)
        self.before, self.after = Block(PLAIN), Block(PLAIN)
        self.up = nn.Linear(PLAIN.width, wide.width, bias=False)
        self.wide = nn.ModuleList(Block(wide) for _ in range(wide.layers))
        self.down = nn.Linear(wide.width, PLAIN.width, bias=False)
        self.norm = nn.RMSNorm(PLAIN.width, eps=1e-6)
        self.lm = nn.Linear(PLAIN.width, VOCABULARY, bias=False)
        self.config = wide

    def forward(self, symbols: Tensor, documents: Tensor) -> Tensor:
        """Logits of the next byte."""
        angles, near = turned(documents, PLAIN), visible(documents, PLAIN.window)
        x, _ = self.before(self.embedding(symbols), angles, near, None)
        row, at = begins(symbols, documents).nonzero(as_tuple=True)
        counts = torch.bincount(row, minlength=len(symbols))
        place = torch.arange(len(row)) - (counts.cumsum(0) - counts)[row]
        patches = documents.new_full((len(symbols), int(counts.max())), -1)
        patches[row, place] = documents[row, at]
        y = x.new_zeros(*patches.shape, PLAIN.width).index_put((row, place), x[row, at])
        y = self.up(y)
        turns, seen = turned(patches, self.config), visible(patches, None)
        for block in self.wide:
            y, _ = block(y, turns, seen, None)
        x = x.index_put((row, at), self.down(y[row, place]), accumulate=True)
        x, _ = self.after(x, angles, near, None)
        return self.lm(self.norm(x))

    @torch.no_grad()
    def drawn(self, seed: int) -> Patched:
        """Weights as the plain model draws them."""
        source = torch.Generator().manual_seed(seed)
        depth = 2 * (2 + self.config.layers)
        for name, weight in self.named_parameters():
            if "norm" in name:
                weight.fill_(1.0)
            elif name.startswith("lm."):
                weight.zero_()
            else:
                spread = (PLAIN.width if name.startswith("embedding") else weight.shape[1]) ** -0.5
                if name.endswith(("out.weight", "down.weight")):
                    spread /= depth**0.5
                weight.copy_(torch.randn(weight.shape, generator=source) * spread)
        return self


def layer_flops(config: ModelConfig, seen: float) -> float:
    """FLOPs forward of one layer for one symbol that sees ``seen`` others."""
    matrices = 4 * config.width**2 + 3 * config.width * config.hidden
    return 2 * matrices + 4 * config.width * seen


def plain_flops() -> float:
    """For a byte; a causal layer sees half of the row on average."""
    seen = [CONTEXT / 2 if PLAIN.is_global(layer) else PLAIN.window for layer in range(PLAIN.layers)]
    return sum(layer_flops(PLAIN, one) for one in seen) + 2 * VOCABULARY * PLAIN.width


def patched_flops(wide: ModelConfig, share: float) -> float:
    """For a byte, when ``share`` of the bytes begin a word."""
    local = 2 * layer_flops(PLAIN, PLAIN.window) + 2 * VOCABULARY * PLAIN.width
    patches = wide.layers * layer_flops(wide, share * CONTEXT / 2) + 4 * PLAIN.width * wide.width
    return local + share * patches


def read(data: Path, learn: int, held: int) -> tuple[Rows, Rows]:
    """So many bytes of files to learn and held out, the latter from all repositories that are held out."""
    kept: dict[bool, list[Text]] = {True: [], False: []}
    room = {True: held, False: learn}
    for file in files(data):
        if room[file.held_out] > 0 and len(file.content) < 60_000:
            kept[file.held_out].append(Text([BEGIN, *file.content, END]))
            room[file.held_out] -= len(file.content)
    return Rows.pack(kept[False], CONTEXT), Rows.pack(kept[True], CONTEXT)


def nats(model: Any, batch: Batch) -> Tensor:
    """Sum over the bytes of a batch."""
    one = on(batch, torch.device("cpu"))
    said = model(one["symbols"], one["documents"])
    logits = said if isinstance(said, Tensor) else said.lm
    return F.cross_entropy(logits.flatten(0, 1), one["lm"].flatten(), ignore_index=IGNORE, reduction="sum")


@torch.no_grad()
def bits(model: Any, rows: Rows, most: int = 256) -> float:
    """Bits per byte of held-out rows, spread over all."""
    total, count = 0.0, 0
    chosen = [number * len(rows) // most for number in range(most)]
    for begin in range(0, most, 16):
        batch = rows.batch(chosen[begin : begin + 16])
        total += float(nats(model, batch))
        count += int((batch.lm >= 0).sum())
    return total / count / log(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0, help="of the weights and of the order of the rows")
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    learn, held = read(told.data, 100_000 + 3 * told.steps * told.batch * CONTEXT // 2, 1_000_000)
    sample = on(learn.batch(range(64)), torch.device("cpu"))
    share = float(begins(sample["symbols"], sample["documents"])[sample["documents"] > 0].float().mean())
    sizes = (replace(WIDE, hidden=hidden) for hidden in range(32, 4096, 32))
    wide = min(sizes, key=lambda one: abs(patched_flops(one, share) - plain_flops()))
    settings = Settings(steps=told.steps, batch=told.batch, rate=3e-3, warm_up=max(1, told.steps // 20))
    models: dict[str, Any] = {
        "plain": new_model(PLAIN, seed=told.seed),
        "patched": Patched(wide).drawn(told.seed),
    }
    flops = {"plain": plain_flops(), "patched": patched_flops(wide, share)}
    optimizers = {name: make_optimizer(model, settings) for name, model in models.items()}
    seconds = dict.fromkeys(models, 0.0)
    print(f"a word begins at {share:.1%} of the bytes; hidden size of the wide layers {wide.hidden}", flush=True)
    curve = []
    order = Mixture.of([len(learn)], [1.0])
    for step in range(told.steps):
        taken = [order.at(told.seed, step * told.batch + one)[1] for one in range(told.batch)]
        batch = learn.batch(taken)
        for name, model in models.items():
            began = time.thread_time()
            (nats(model, batch) / int((batch.lm >= 0).sum())).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings.clip)
            for group in optimizers[name].param_groups:
                group["lr"] = settings.rate_at(step)
            optimizers[name].step()
            optimizers[name].zero_grad()
            seconds[name] += time.thread_time() - began
        if (step + 1) % max(1, told.steps // 4) == 0:
            found = {name: round(bits(model, held), 4) for name, model in models.items()}
            curve.append({"step": step + 1, "bytes": (step + 1) * told.batch * CONTEXT, **found})
            print(json.dumps(curve[-1]), flush=True)
    rows = [
        {
            "model": name,
            "weights": sum(one.numel() for one in model.parameters()),
            "mflops_per_byte_forward": round(flops[name] / 1e6, 3),
            "bits_per_byte": curve[-1][name],
            "cpu_ms_per_step": round(1e3 * seconds[name] / told.steps, 1),
        }
        for name, model in models.items()
    ]
    print("\n| model | weights | MFLOPs a byte, forward | held out, bits per byte | ms a step |")
    print("| --- | --- | --- | --- | --- |")
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    if told.json:
        told.json.write_text(json.dumps({"share": share, "models": rows, "curve": curve}, indent=1))


if __name__ == "__main__":
    main()
