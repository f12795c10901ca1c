"""The training loop. Read `train` from top to bottom: everything a step does is there.

Which rows a step reads follows from its number alone, so a run that was killed goes on exactly where its last
checkpoint stands, in the middle of an epoch or across its end. The loss of a step is the mean over all symbols that are
learnt in it, however it is split into micro-batches and processes.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib.metadata import version
from math import inf, log
from pathlib import Path
from typing import Any

for _name in ("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_OFFLINE"):
    os.environ.setdefault(_name, "1")

import torch  # noqa: E402 - after its switches
import torch.nn.functional as F  # noqa: E402, N812
from accelerate import Accelerator  # noqa: E402
from accelerate.state import AcceleratorState  # noqa: E402
from accelerate.utils import DistributedType  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402

from engine.errors import TrainingError  # noqa: E402
from engine.model.configuration import ACTIONS  # noqa: E402
from engine.model.transformer import ByteModel, new_model  # noqa: E402
from engine.train import checkpoint  # noqa: E402
from engine.train.journal import Journal, Meter  # noqa: E402
from engine.train.order import Mixture  # noqa: E402
from engine.train.packing import IGNORE, Batch, Rows, gathered  # noqa: E402
from engine.train.settings import Settings  # noqa: E402
from engine.train.sharding import clipped, gathering, is_sharded, like, own, shard, unsharded, whole  # noqa: E402

MEMORY_EVERY = 16  # steps: asking the kernel takes as long as reading a batch
DISTRIBUTED = (DistributedType.NO, DistributedType.MULTI_CPU, DistributedType.MULTI_GPU)


@dataclass(frozen=True)
class Sources:
    """What is learnt from, by name, and what is held out."""

    train: dict[str, Rows]
    held_out: Rows


@dataclass(frozen=True)
class Result:
    """How a run ended. ``best`` is the lowest held-out loss in bits a symbol."""

    step: int
    finished: bool
    best: float
    checkpoint: Path | None


class MicroBatches(Dataset[Batch]):
    """Micro-batch by number: the part of it that one process of ``world`` reads."""

    def __init__(self, sources: Sources, settings: Settings, rank: int, world: int) -> None:
        if settings.batch % world:
            raise TrainingError(f"{settings.batch} rows do not divide by {world} processes", fix="change `batch`")
        self._rows = list(sources.train.values())
        weights = [settings.weights.get(name, 1.0) for name in sources.train]
        try:
            self._mixture = Mixture.of([len(one) for one in self._rows], weights)
        except ValueError as error:
            raise TrainingError(f"there is nothing to learn from: {error}", fix="name other data") from error
        self._seed, self._whole = settings.seed, settings.batch
        self._share = settings.batch // world
        self._first = rank * self._share

    def __getitem__(self, number: int) -> Batch:
        begin = number * self._whole + self._first
        taken = (self._mixture.at(self._seed, one) for one in range(begin, begin + self._share))
        return gathered([(self._rows[source], index) for source, index in taken])


def train(
    sources: Sources,
    settings: Settings,
    out: Path,
    *,
    resume: bool = False,
    meter: Meter | None = None,
    wanted: Callable[[], bool] = lambda: True,
    at_end: Callable[[ByteModel], dict[str, float]] | None = None,
    told: dict[str, Any] | None = None,
) -> Result:
    """Trains as the settings say and writes ``out/events.jsonl`` and ``out/checkpoints``.

    ``wanted`` is asked before every step whether to go on (it may wait, when the run is paused); a run that is stopped
    saves first. ``meter`` is given what was measured, ``at_end`` measures more with the last evaluation, on the first
    process, and ``told`` is what else the manifests of the checkpoints are to say.

    Raises `TrainingError` when there is nothing to learn from, or the run cannot go on from its checkpoint.
    """
    AcceleratorState._reset_state()  # a run before this one, in the same process, may have had another precision
    accelerator = Accelerator(mixed_precision=settings.precision, cpu=not torch.cuda.is_available())
    sharded = is_sharded(accelerator)
    if not sharded and accelerator.distributed_type not in DISTRIBUTED:
        raise TrainingError(
            f"checkpoints of {accelerator.distributed_type.value} runs cannot be written exactly",
            fix="take FSDP, or one process a device without sharding",
        )
    torch.manual_seed(settings.seed)
    data = MicroBatches(sources, settings, accelerator.process_index, accelerator.num_processes)
    bare = new_model(settings.shape, accelerator.device, settings.seed)
    facts = facts_of(sources, settings, accelerator.num_processes, sharded) | (told or {})
    folder = out / "checkpoints"
    start = last_checkpoint(folder, facts) if resume else None
    if start is not None:
        bare.load_state_dict(start.tensors["model"])
    elif settings.start_from:
        bare.load_state_dict(checkpoint.to_start_from(Path(settings.start_from), settings.shape).tensors["model"])
    if sharded:
        shard(bare, settings)
    optimizer = make_optimizer(bare, settings)
    first, best, worse = 0, inf, 0
    weights = dict(bare.named_parameters())
    average = {name: weight.detach().clone() for name, weight in weights.items()} if settings.ema else {}
    if start is not None:
        checkpoint.restore_optimizer(optimizer, start.tensors["optimizer"])
        average = {name: like(weights[name], kept) for name, kept in start.tensors.get("ema", {}).items()}
        checkpoint.restore_random(start.tensors[f"random-{accelerator.process_index}"])
        first, best, worse = start.step, start.manifest["best"] or inf, start.manifest["worse"]
    model: Any = torch.compile(bare) if settings.compile else bare
    if not sharded:
        model = accelerator.prepare(model)
    if not sharded and accelerator.num_processes > 2:
        settle(accelerator, model, data[0])
    batches = loader(data, settings, first)
    saved: Path | None = None
    memory = 0.0
    writes = accelerator.is_main_process
    with closing(Journal(out, writes=writes, meter=meter, curves=settings.tensorboard, first=first)) as journal:
        for step in range(first, settings.steps):
            began = time.perf_counter()
            micro = [next(batches) for _ in range(settings.accumulate)]
            go_on = not accelerator.is_main_process or wanted()
            figures = [sum(learnt(one) for one in micro), float(go_on), sum(one.name() for one in micro)]
            counts = torch.tensor(figures, dtype=torch.float64, device=accelerator.device)
            symbols, going, name = accelerator.reduce(counts, "sum").tolist()
            if round(going) < accelerator.num_processes:
                saved = save(accelerator, folder, step, bare, optimizer, average, facts, settings, best, worse)
                return Result(step, False, best, saved)
            rate = settings.rate_at(step)
            for group in optimizer.param_groups:
                group["lr"] = rate
            total = torch.zeros((), device=accelerator.device)
            for number, one in enumerate(micro):
                with gathering(accelerator, model, last=number + 1 == len(micro)):
                    with accelerator.autocast():
                        loss = loss_of(model, on(one, accelerator.device)) / max(symbols, 1.0)
                    accelerator.backward(loss * accelerator.num_processes)  # processes are averaged, not added
                total += loss.detach()
            norm = clipped(weights.values(), settings.clip)
            optimizer.step()
            optimizer.zero_grad()
            with torch.no_grad():
                if average:
                    kept = [own(average[weight_name]) for weight_name in weights]
                    torch._foreach_lerp_(kept, [own(one) for one in weights.values()], 1 - settings.ema)
            done = step + 1
            if done % MEMORY_EVERY == 0 or step == first:
                memory = memory_mb(accelerator.device)
            seconds = time.perf_counter() - began
            measured = {
                "loss": float(accelerator.reduce(total, "sum")),
                "rate": rate,
                "norm": norm,
                "symbols": symbols,
                "symbols_per_second": symbols / seconds,
                "memory_mb": memory,
                "batch": name,
            }
            journal.write(done, "step", measured)
            early = False
            if done % settings.evaluate_every == 0 or done == settings.steps:
                found = evaluate(bare, sources.held_out, settings.evaluate_rows, accelerator.device)
                worse = 0 if found["loss"] < best else worse + 1
                best = min(best, found["loss"])
                early = bool(settings.patience) and worse >= settings.patience
                if at_end is not None and (early or done == settings.steps):
                    complete = unsharded(bare) if sharded else bare
                    found |= at_end(complete) if accelerator.is_main_process else {}
                journal.write(done, "held_out", found)
            if done % settings.save_every == 0 or done == settings.steps or early:
                saved = save(accelerator, folder, done, bare, optimizer, average, facts, settings, best, worse)
            if early:
                return Result(done, True, best, saved)
    return Result(settings.steps, True, best, saved)


def loss_of(model: Any, batch: dict[str, Tensor]) -> Tensor:
    """Sum of the losses of all three heads, in nats, over a micro-batch."""
    said = model(batch["symbols"], batch["documents"])
    loss = F.cross_entropy(said.lm.float().flatten(0, 1), batch["lm"].flatten(), ignore_index=IGNORE, reduction="sum")
    loss = loss + F.cross_entropy(
        said.action.float().flatten(0, 1), batch["action"].flatten(), ignore_index=IGNORE, reduction="sum"
    )
    asked = (batch["green"] >= 0).float()
    green = batch["green"].clamp(min=0).float()
    return loss + (F.binary_cross_entropy_with_logits(said.green.float(), green, reduction="none") * asked).sum()


def settle(accelerator: Accelerator, model: Any, batch: Batch) -> None:
    """A pass that changes nothing, before the first step of a fresh run and of one that goes on.

    DDP lays its buckets anew after its first pass, and the order in which more than two gradients are added hangs on
    where they lie. So what a step gives would hang on whether it is the first one of its process.
    """
    accelerator.backward(loss_of(model, on(batch, accelerator.device)) * 0.0)
    model.zero_grad()


def learnt(batch: Batch) -> int:
    """How many answers a micro-batch asks for, of all heads."""
    return int((batch.lm >= 0).sum() + (batch.action >= 0).sum() + (batch.green >= 0).sum())


@torch.no_grad()
def evaluate(model: ByteModel, rows: Rows, most: int, device: torch.device) -> dict[str, float]:
    """Held-out figures: ``loss`` in bits an answer, ``bits_per_byte`` of the LM head, and the shares that were right.

    Every process reads all of it and comes to the same figures.
    """
    nats: dict[str, float] = {"lm": 0.0, "action": 0.0, "green": 0.0}
    asked = dict.fromkeys(nats, 0)
    right = dict.fromkeys(nats, 0)
    count = min(most, len(rows))
    for index in range(count):
        batch = on(rows.row(index * len(rows) // count), device)  # spread: neighbours are of one repository
        said = model(batch["symbols"], batch["documents"])
        both = torch.stack((torch.zeros_like(said.green), said.green), dim=-1)
        for head, logits in (("lm", said.lm), ("action", said.action), ("green", both)):
            target = batch[head].flatten()
            scores = logits.float().flatten(0, 1)
            nats[head] += float(F.cross_entropy(scores, target, ignore_index=IGNORE, reduction="sum"))
            asked[head] += int((target >= 0).sum())
            right[head] += int((scores.argmax(-1) == target).sum())
    found = {"loss": sum(nats.values()) / max(1, sum(asked.values())) / log(2)}
    for head in nats:
        if asked[head]:
            found["bits_per_byte" if head == "lm" else f"{head}_bits"] = nats[head] / asked[head] / log(2)
            found[f"{head}_right"] = right[head] / asked[head]
    return found


def make_optimizer(model: ByteModel, settings: Settings) -> torch.optim.AdamW:
    """AdamW; norms, biases and the embedding do not decay."""
    kept = [one for name, one in model.named_parameters() if one.ndim < 2 or name.startswith("embedding")]
    falling = [one for name, one in model.named_parameters() if one.ndim >= 2 and not name.startswith("embedding")]
    groups = [{"params": falling, "weight_decay": settings.weight_decay}, {"params": kept, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=settings.rate, betas=(0.9, 0.95), fused=True)


def loader(data: MicroBatches, settings: Settings, first: int) -> Iterator[Batch]:
    """The micro-batches from step ``first`` on, in order, whatever the number of workers."""
    numbers = range(first * settings.accumulate, settings.steps * settings.accumulate)
    source = torch.Generator().manual_seed(settings.seed)  # so that making it draws nothing from the global one
    return iter(DataLoader(data, batch_size=None, sampler=numbers, num_workers=settings.workers, generator=source))


def on(batch: Batch, device: torch.device) -> dict[str, Tensor]:
    """A batch on a device."""
    return {name: torch.as_tensor(array).to(device, non_blocking=True) for name, array in vars(batch).items()}


def facts_of(sources: Sources, settings: Settings, world: int, sharded: bool) -> dict[str, Any]:
    """What a checkpoint says of the run that it belongs to."""
    data = {name: rows.hash() for name, rows in sources.train.items()} | {"held out": sources.held_out.hash()}
    root = Path(__file__).resolve().parents[2]
    return {
        "settings": asdict(settings),
        "settings_hash": settings.hash(),
        "data": data,
        "processes": world,
        "sharded": sharded,
        "shape": asdict(settings.shape),
        "actions": list(ACTIONS),
        "commit": commit_of(root),
        "versions": {name: version(name) for name in ("torch", "accelerate", "safetensors", "numpy")},
    }


def commit_of(root: Path) -> str:
    """The commit of the code, or nothing where it is installed without its history."""
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def last_checkpoint(folder: Path, facts: dict[str, Any]) -> checkpoint.Checkpoint:
    """The newest checkpoint, if it belongs to this very run. Raises `TrainingError`."""
    found = checkpoint.checkpoints(folder)
    if not found:
        raise TrainingError("there is no checkpoint to go on from", fix="start without --resume")
    start = checkpoint.load(found[-1])
    parts = {"settings_hash": "settings", "data": "data", "processes": "number of processes", "sharded": "sharding"}
    for key, what in parts.items():
        if start.manifest.get(key, False) != facts[key]:
            raise TrainingError(
                f"{start.path.name} was made with another {what}", fix="go on with what it was made with"
            )
    return start


def save(
    accelerator: Accelerator,
    folder: Path,
    step: int,
    model: ByteModel,
    optimizer: torch.optim.Optimizer,
    average: dict[str, Tensor],
    facts: dict[str, Any],
    settings: Settings,
    best: float,
    worse: int,
) -> Path:
    """Writes a checkpoint, from the main process; the others wait and give their random states."""
    states: list[dict[str, Tensor]] = [checkpoint.random_states()]
    if accelerator.num_processes > 1:
        states = [{} for _ in range(accelerator.num_processes)]
        torch.distributed.all_gather_object(states, checkpoint.random_states())
    kept = {"model": checkpoint.plain(model.state_dict())} | ({"ema": average} if average else {})
    tensors = {name: {key: whole(one).cpu() for key, one in part.items()} for name, part in kept.items()}
    tensors["optimizer"] = checkpoint.flat_optimizer(optimizer)
    place = folder / f"step-{step:09d}"
    if accelerator.is_main_process:
        tensors |= {f"random-{rank}": state for rank, state in enumerate(states)}
        told = facts | {"best": best if best < inf else None, "worse": worse}
        checkpoint.save(folder, step, tensors, told, settings.keep)
    accelerator.wait_for_everyone()
    return place


def memory_mb(device: torch.device) -> float:
    """Most memory that was in use: on the card, or of this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e6
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
