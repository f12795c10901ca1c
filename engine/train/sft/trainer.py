"""The loop that learns an adapter. It goes on after a kill exactly where its last checkpoint stands.

As in `engine.train.trainer`, a step's rows follow from its number, and its loss is the mean over all answer tokens in
it, however it is split. The adapter is whole on every process: gradients are added over the processes by hand, so the
same loop serves one GPU, copies of the model on several, and a model that is sharded over them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from math import inf, log
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from accelerate import Accelerator
from torch import Tensor

from engine.errors import TrainingError
from engine.train import checkpoint
from engine.train.journal import Journal, Meter
from engine.train.packing import IGNORE
from engine.train.sft.model import adapted, learnt, shard, write_adapter
from engine.train.sft.rows import Data, Order, Row
from engine.train.sft.settings import STAGE, Tuning
from engine.train.sharding import is_sharded
from engine.train.trainer import DISTRIBUTED, Result, commit_of, last_checkpoint, memory_mb


@dataclass
class _Standing:
    """What of a run changes beside its weights. ``best`` is in bits a token."""

    best: float = inf
    worse: int = 0


def tune(
    data: Data,
    tuning: Tuning,
    out: Path,
    *,
    pad: int,
    resume: bool = False,
    meter: Meter | None = None,
    wanted: Callable[[], bool] = lambda: True,
) -> Result:
    """Trains as the settings say: ``out/events.jsonl``, ``out/checkpoints``, and the best adapter in ``out/adapter``.

    ``pad`` is a token that fills short rows; ``wanted`` is asked before every step whether to go on, and a run that is
    stopped saves first. Raises `TrainingError` when the model or the checkpoint is not one to go on with.
    """
    loop = tuning.loop
    accelerator = Accelerator(cpu=not torch.cuda.is_available())
    sharded = is_sharded(accelerator)
    if not sharded and accelerator.distributed_type not in DISTRIBUTED:
        raise TrainingError(f"{accelerator.distributed_type.value} runs cannot be tuned", fix="take FSDP, or one GPU")
    device, world, rank = accelerator.device, accelerator.num_processes, accelerator.process_index
    order = Order(data, tuning, rank, world)
    facts = facts_of(data, tuning, world, sharded)
    folder = out / "checkpoints"
    start = last_checkpoint(folder, facts) if resume else None
    model = adapted(tuning.adapter, device, sharded=sharded, seed=loop.seed)
    if sharded:
        shard(model, device)
    weights = learnt(model)
    optimizer = torch.optim.AdamW(weights.values(), lr=loop.rate, betas=(0.9, 0.95), weight_decay=loop.weight_decay)
    standing, first = _Standing(), 0
    if start is not None:
        for name, kept in start.tensors["adapter"].items():
            weights[name].data.copy_(kept)
        checkpoint.restore_optimizer(optimizer, start.tensors["optimizer"])
        checkpoint.restore_random(start.tensors[f"random-{rank}"])
        first = start.step
        standing = _Standing(start.manifest["best"] or inf, start.manifest["worse"])
    else:
        torch.manual_seed(loop.seed + rank)  # dropout is drawn apart, the adapter was not

    def save(step: int) -> Path:
        return _save(accelerator, folder, step, weights, optimizer, facts, loop.keep, standing)

    saved: Path | None = None
    writes = accelerator.is_main_process
    with closing(Journal(out, writes=writes, meter=meter, curves=loop.tensorboard, first=first)) as journal:
        for step in range(first, loop.steps):
            began = time.perf_counter()
            micro = [order.at(step * loop.accumulate + number) for number in range(loop.accumulate)]
            told = [sum(answers(rows) for rows in micro), float(not writes or wanted())]
            tokens, going = accelerator.reduce(torch.tensor(told, dtype=torch.float64, device=device), "sum").tolist()
            if round(going) < world:
                if writes and standing.best == inf:
                    write_adapter(model, out)
                return Result(step, False, standing.best, save(step))
            for group in optimizer.param_groups:
                group["lr"] = loop.rate_at(step)
            model.train()
            total = torch.zeros((), device=device)
            for rows in micro:
                loss = loss_of(model, *stacked(rows, pad, device)) / max(tokens, 1.0)
                loss.backward()
                total += loss.detach()
            if world > 1:
                for one in weights.values():
                    one.grad = torch.zeros_like(one) if one.grad is None else one.grad
                    torch.distributed.all_reduce(one.grad)
            norm = torch.nn.utils.clip_grad_norm_(list(weights.values()), loop.clip)
            optimizer.step()
            optimizer.zero_grad()
            done = step + 1
            measured = {
                "loss": float(accelerator.reduce(total, "sum")),
                "rate": loop.rate_at(step),
                "norm": float(norm),
                "tokens": tokens,
                "tokens_per_second": tokens / (time.perf_counter() - began),
                "memory_mb": memory_mb(device),
            }
            journal.write(done, "step", measured)
            early = False
            if done % loop.evaluate_every == 0 or done == loop.steps:
                found = evaluate(model, data.held_out, loop.evaluate_rows, pad, device)
                better = found["loss"] < standing.best
                standing.worse = 0 if better else standing.worse + 1
                standing.best = min(standing.best, found["loss"])
                early = bool(loop.patience) and standing.worse >= loop.patience
                if better and writes:
                    write_adapter(model, out)
                journal.write(done, "held_out", found)
            if done % loop.save_every == 0 or done == loop.steps or early:
                saved = save(done)
            if early:
                return Result(done, True, standing.best, saved)
    return Result(loop.steps, True, standing.best, saved)


def stacked(rows: Sequence[Row], pad: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Tokens, mask and targets, (rows, longest); a target is `IGNORE` in the question and beyond the end."""
    longest = max(len(row.tokens) for row in rows)
    tokens = torch.full((len(rows), longest), pad)
    mask = torch.zeros((len(rows), longest), dtype=torch.long)
    targets = torch.full((len(rows), longest), IGNORE)
    for at, row in enumerate(rows):
        length = len(row.tokens)
        tokens[at, :length] = torch.tensor(row.tokens)
        mask[at, :length] = 1
        targets[at, row.given : length] = tokens[at, row.given : length]
    return tokens.to(device), mask.to(device), targets.to(device)


def loss_of(model: Any, tokens: Tensor, mask: Tensor, targets: Tensor) -> Tensor:
    """Sum of the losses of the answers' tokens, in nats."""
    logits = model(input_ids=tokens, attention_mask=mask, use_cache=False).logits[:, :-1]
    return F.cross_entropy(logits.float().flatten(0, 1), targets[:, 1:].flatten(), ignore_index=IGNORE, reduction="sum")


def answers(rows: Sequence[Row]) -> int:
    """How many tokens are learnt in rows."""
    return sum(len(row.tokens) - row.given for row in rows)


@torch.no_grad()
def evaluate(model: Any, rows: list[Row], most: int, pad: int, device: torch.device) -> dict[str, float]:
    """Held out: ``loss`` in bits a token. Every process reads all of it and comes to the same figure."""
    model.eval()
    for module in model.modules():
        # Out of training bitsandbytes repacks a layer on a CPU for good, and nothing can be learnt through it then.
        if type(module).__name__ == "Linear4bit":
            module.training = True
    count = min(most, len(rows))
    taken = [rows[index * len(rows) // count] for index in range(count)]  # spread: neighbours are of one repository
    nats = sum(float(loss_of(model, *stacked([row], pad, device))) for row in taken)
    return {"loss": nats / max(1, answers(taken)) / log(2), "rows": float(count)}


def facts_of(data: Data, tuning: Tuning, world: int, sharded: bool) -> dict[str, Any]:
    """What a checkpoint says of the run that it belongs to."""
    names = ("torch", "transformers", "peft", "accelerate", "safetensors")
    return {
        "settings": {"stage": STAGE, **tuning.told()},
        "settings_hash": tuning.hash(),
        "data": data.hashes(),
        "too_long": data.too_long,
        "processes": world,
        "sharded": sharded,
        "commit": commit_of(Path(__file__).resolve().parents[3]),
        "versions": {name: version(name) for name in names},
    }


def _save(
    accelerator: Accelerator,
    folder: Path,
    step: int,
    weights: dict[str, torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
    facts: dict[str, Any],
    keep: int,
    standing: _Standing,
) -> Path:
    """Writes a checkpoint of the adapter and its optimizer, from the first process; the others give their states."""
    states: list[dict[str, Tensor]] = [checkpoint.random_states()]
    if accelerator.num_processes > 1:
        states = [{} for _ in range(accelerator.num_processes)]
        torch.distributed.all_gather_object(states, checkpoint.random_states())
    if accelerator.is_main_process:
        tensors: dict[str, dict[str, Tensor]] = {f"random-{rank}": state for rank, state in enumerate(states)}
        tensors |= {"adapter": {name: one.data for name, one in weights.items()}}
        tensors |= {"optimizer": checkpoint.flat_optimizer(optimizer)}
        told = facts | {"best": standing.best if standing.best < inf else None, "worse": standing.worse}
        checkpoint.save(folder, step, tensors, told, keep)
    accelerator.wait_for_everyone()
    return folder / f"step-{step:09d}"
