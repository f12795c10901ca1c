"""Writing with a model: one symbol after the other, what was read kept, or a hole filled in the middle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from engine.model.configuration import BEGIN, END, MIDDLE, PREFIX, SUFFIX
from engine.model.transformer import ByteModel, Cache


@torch.inference_mode()
def generate(
    model: ByteModel, prompt: Sequence[int], limit: int, *, temperature: float = 0.0, seed: int = 0, cached: bool = True
) -> list[int]:
    """At most ``limit`` symbols that go on from ``prompt``, without the `END` that stops them.

    Temperature 0 takes the likeliest. Without ``cached`` all is read anew for every symbol: slow, and the same.
    """
    device = model.embedding.weight.device
    source = torch.Generator().manual_seed(seed)
    cache = Cache() if cached else None
    written: list[int] = []
    new = list(prompt)
    while len(written) < limit:
        read = new if cached else [*prompt, *written]
        logits = model(torch.tensor([read], device=device), cache=cache).lm[0, -1].float().cpu()
        logits[END + 1 :] = -torch.inf
        logits[END - 2 : END] = -torch.inf
        if temperature > 0:
            symbol = int(torch.multinomial((logits / temperature).softmax(-1), 1, generator=source))
        else:
            symbol = int(logits.argmax())
        if symbol == END:
            break
        written.append(symbol)
        new = [symbol]
    return written


@dataclass(frozen=True)
class Written:
    """A text that a model wrote to its end, and the natural logarithm of its probability."""

    text: bytes
    log_probability: float


@torch.inference_mode()
def beam(
    model: ByteModel, prompt: Sequence[int], limit: int, width: int, going: Callable[[], bool] = lambda: True
) -> list[Written]:
    """The likeliest texts of at most ``limit`` bytes after ``prompt`` by beam search, at most ``width``, best first.

    Only texts that the model ends itself count. ``going`` is asked before every symbol whether to go on.
    """
    device = model.embedding.weight.device
    cache = Cache()
    new = torch.tensor([list(prompt)], device=device)
    texts: list[bytes] = [b""]
    scores = torch.zeros(1)
    ended: list[Written] = []
    for _ in range(limit + 1):
        if not going():
            break
        logits = model.lm(model.trunk(new, cache=cache)[:, -1]).float().cpu()
        logits[:, END + 1 :] = logits[:, END - 2 : END] = -torch.inf
        best = (scores[:, None] + logits.log_softmax(-1)).flatten().topk(2 * width)
        live: list[tuple[int, int, float]] = []
        for score, place in zip(best.values.tolist(), best.indices.tolist(), strict=True):
            row, symbol = divmod(place, logits.shape[1])
            if symbol == END:
                ended.append(Written(texts[row], score))
            elif len(live) < width:
                live.append((row, symbol, score))
        ended = sorted(ended, key=lambda one: -one.log_probability)[:width]
        if len(ended) == width and live[0][2] <= ended[-1].log_probability:
            break
        rows = [row for row, _, _ in live]
        cache.layers = [(key[rows], value[rows]) for key, value in cache.layers]
        texts = [texts[row] + bytes([symbol]) for row, symbol, _ in live]
        new = torch.tensor([[symbol] for _, symbol, _ in live], device=device)
        scores = torch.tensor([score for _, _, score in live])
    return ended


def hole(before: bytes, after: bytes) -> list[int]:
    """The prompt that asks for what stands between two texts (Bavarian et al. 2022, prefix first)."""
    return [BEGIN, PREFIX, *before, SUFFIX, *after, MIDDLE]


def fill(
    model: ByteModel, before: bytes, after: bytes, limit: int, *, temperature: float = 0.0, seed: int = 0
) -> bytes:
    """What the model would put between two texts, at most ``limit`` bytes."""
    return bytes(generate(model, hole(before, after), limit, temperature=temperature, seed=seed))
