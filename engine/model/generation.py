"""Writing with a model: one symbol after the other, what was read kept, or a hole filled in the middle."""

from __future__ import annotations

from collections.abc import Sequence

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


def hole(before: bytes, after: bytes) -> list[int]:
    """The prompt that asks for what stands between two texts (Bavarian et al. 2022, prefix first)."""
    return [BEGIN, PREFIX, *before, SUFFIX, *after, MIDDLE]


def fill(
    model: ByteModel, before: bytes, after: bytes, limit: int, *, temperature: float = 0.0, seed: int = 0
) -> bytes:
    """What the model would put between two texts, at most ``limit`` bytes."""
    return bytes(generate(model, hole(before, after), limit, temperature=temperature, seed=seed))
