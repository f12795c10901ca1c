"""Reading with a model: how many bits a text costs, and what the heads say at its end. Batched; nothing is learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from engine.model.configuration import ACTIONS, PAD
from engine.model.transformer import ByteModel, Cache

_AT_ONCE = 8192  # symbols of a forward pass, padding included: what fits a small machine's cache


@dataclass(frozen=True)
class Reading:
    """What the heads say at the end of a text.

    ``actions``: the share of each of `ACTIONS`; ``green``: log-odds of green, as they come from the head.
    """

    actions: tuple[float, ...]
    green: float


@torch.inference_mode()
def bits_after(
    model: ByteModel,
    prefix: Sequence[int],
    rests: Sequence[Sequence[int]],
    going: Callable[[], bool] = lambda: True,
) -> list[float | None]:
    """Bits that each of ``rests`` costs after ``prefix`` (at least one symbol), which is read once for all of them.

    ``going`` is asked before each forward pass; what is not read when it says no is None.
    """
    found: list[float | None] = [None if rest else 0.0 for rest in rests]
    if not going():
        return found
    device = model.embedding.weight.device
    kept = Cache()
    first = model(torch.tensor([list(prefix)], device=device), cache=kept).lm[0, -1].float().log_softmax(-1)
    for chosen in _batches([len(rest) for rest in rests]):
        if not going():
            break
        symbols, told = _padded([rests[at] for at in chosen], device)
        cost = first[symbols[:, :1]]
        if symbols.shape[1] > 1:
            layers = [(_spread(key, len(chosen)), _spread(value, len(chosen))) for key, value in kept.layers]
            logits = model.lm(model.trunk(symbols[:, :-1], cache=Cache(layers))).float().log_softmax(-1)
            cost = torch.cat((cost, logits.gather(-1, symbols[:, 1:, None]).squeeze(-1)), dim=1)
        sums = (cost * told).sum(1) / -log(2)
        for at, value in zip(chosen, sums.tolist(), strict=True):
            found[at] = value
    return found


@torch.inference_mode()
def read_ends(
    model: ByteModel, texts: Sequence[Sequence[int]], going: Callable[[], bool] = lambda: True
) -> list[Reading | None]:
    """What the heads say at the end of each of ``texts``; None for what was not read when ``going`` said no."""
    found: list[Reading | None] = [None] * len(texts)
    device = model.embedding.weight.device
    for chosen in _batches([len(text) for text in texts]):
        if not going():
            break
        symbols, told = _padded([texts[at] for at in chosen], device)
        last = told.sum(1).long() - 1
        ends = model.trunk(symbols)[torch.arange(len(chosen), device=device), last]
        said = model.heads(ends[:, None])
        shares = said.action[:, 0, : len(ACTIONS)].float().softmax(-1).tolist()
        for at, actions, green in zip(chosen, shares, said.green[:, 0].float().tolist(), strict=True):
            found[at] = Reading(tuple(actions), green)
    return found


@torch.inference_mode()
def bits_of(model: ByteModel, symbols: Sequence[int], stride: int, batch: int = 8) -> float:
    """Bits of all symbols but the first, each read with at least ``context − stride`` symbols before it if there are.

    Windows of the model's context overlap, and each counts only what the one before it has not.
    """
    context = model.config.context
    device = model.embedding.weight.device
    starts = list(range(0, max(1, len(symbols) - 1 - (context - stride)), stride))
    total = 0.0
    for begin in range(0, len(starts), batch):
        windows = [symbols[start : start + context + 1] for start in starts[begin : begin + batch]]
        read, told = _padded(windows, device)
        logits = model.lm(model.trunk(read[:, :-1])).float().log_softmax(-1)
        cost = logits.gather(-1, read[:, 1:, None]).squeeze(-1) * told[:, 1:]
        for row, start in enumerate(starts[begin : begin + batch]):
            total -= float(cost[row, context - stride if start else 0 :].sum()) / log(2)
    return total


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of what is not empty, of like lengths together, so that little is padding."""
    chosen: list[int] = []
    for at in sorted((at for at, length in enumerate(lengths) if length), key=lambda at: lengths[at]):
        if chosen and lengths[at] * (len(chosen) + 1) > _AT_ONCE:
            yield chosen
            chosen = []
        chosen.append(at)
    if chosen:
        yield chosen


def _padded(texts: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Texts under each other, padded on the right, which no symbol sees; and where there is text (1.0) or not (0.0)."""
    width = max(len(text) for text in texts)
    rows = [[*text, *[PAD] * (width - len(text))] for text in texts]
    told = [[1.0] * len(text) + [0.0] * (width - len(text)) for text in texts]
    return torch.tensor(rows, device=device), torch.tensor(told, device=device)


def _spread(kept: Tensor, count: int) -> Tensor:
    return kept.expand(count, -1, -1, -1)
