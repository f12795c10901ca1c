"""A Transformer over bytes: one trunk, three heads.

RoPE (Su et al. 2021), RMSNorm before every block, norms on queries and keys, grouped queries (Ainslie et al. 2023),
SwiGLU, and layers that see a window mixed with layers that see the whole document. Several documents lie packed in one
row: ``documents`` numbers them, and no byte sees another document. Attention is torch's own
`scaled_dot_product_attention`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own name for it
from torch import Tensor, nn

from engine.model.configuration import ACTIONS, MOVES, VOCABULARY, ModelConfig


@dataclass
class Cache:
    """Keys and values of what was read so far: a pair a layer, each (batch, kv_heads, length, head_size)."""

    layers: list[tuple[Tensor, Tensor]] = field(default_factory=list)

    @property
    def length(self) -> int:
        """Symbols read so far."""
        return self.layers[0][0].shape[2] if self.layers else 0


@dataclass(frozen=True)
class Output:
    """Logits: ``lm`` (batch, length, VOCABULARY), ``action`` (…, ACTIONS + MOVES), ``green`` (batch, length)."""

    lm: Tensor
    action: Tensor
    green: Tensor


def visible(documents: Tensor, window: int | None, past: int = 0) -> Tensor:
    """Who sees whom: (batch, 1, length − past, length), true where the symbol of a row may look at that of a column.

    Causal, within one document, and at most ``window`` symbols back (itself counted) when there is a window.
    """
    length = documents.shape[1]
    at = torch.arange(length, device=documents.device)
    back = at[past:, None] - at[None, :]
    seen = back >= 0 if window is None else (back >= 0) & (back < window)
    return (seen & (documents[:, past:, None] == documents[:, None, :]))[:, None]


def positions(documents: Tensor) -> Tensor:
    """Place of each symbol within its document, from 0: so a packed document reads as it would alone."""
    at = torch.arange(documents.shape[1], device=documents.device).expand_as(documents)
    begins = torch.ones_like(documents, dtype=torch.bool)
    begins[:, 1:] = documents[:, 1:] != documents[:, :-1]
    return at - torch.where(begins, at, 0).cummax(dim=1).values


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turns (batch, heads, length, head_size) by the angles of its positions."""
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cosine - b * sine, a * sine + b * cosine), dim=-1)


class Attention(nn.Module):
    """Grouped-query attention with normed queries and keys."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.size = config.heads, config.kv_heads, config.head_size
        self.query = nn.Linear(config.width, config.heads * self.size, bias=False)
        self.key = nn.Linear(config.width, config.kv_heads * self.size, bias=False)
        self.value = nn.Linear(config.width, config.kv_heads * self.size, bias=False)
        self.out = nn.Linear(config.heads * self.size, config.width, bias=False)
        self.query_norm = nn.RMSNorm(self.size, eps=1e-6)
        self.key_norm = nn.RMSNorm(self.size, eps=1e-6)

    def forward(
        self, x: Tensor, angles: tuple[Tensor, Tensor], mask: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Reads (batch, length, width); gives the same shape, and the keys and values of all that was read."""
        batch, length, _ = x.shape
        query = self.query(x).view(batch, length, self.heads, self.size).transpose(1, 2)
        key = self.key(x).view(batch, length, self.kv_heads, self.size).transpose(1, 2)
        value = self.value(x).view(batch, length, self.kv_heads, self.size).transpose(1, 2)
        query = rotate(self.query_norm(query), *angles).to(value.dtype)
        key = rotate(self.key_norm(key), *angles).to(value.dtype)
        if past is not None:
            key, value = torch.cat((past[0], key), dim=2), torch.cat((past[1], value), dim=2)
        grouped = self.kv_heads != self.heads
        y = F.scaled_dot_product_attention(query, key, value, attn_mask=mask, enable_gqa=grouped)
        return self.out(y.transpose(1, 2).reshape(batch, length, -1)), (key, value)


class Block(nn.Module):
    """Attention, then a gated feed-forward, each on a normed copy and added to the trunk."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.attention_norm = nn.RMSNorm(config.width, eps=1e-6)
        self.attention = Attention(config)
        self.feed_norm = nn.RMSNorm(config.width, eps=1e-6)
        self.gate = nn.Linear(config.width, config.hidden, bias=False)
        self.up = nn.Linear(config.width, config.hidden, bias=False)
        self.down = nn.Linear(config.hidden, config.width, bias=False)

    def forward(
        self, x: Tensor, angles: tuple[Tensor, Tensor], mask: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """As `Attention.forward`."""
        y, kept = self.attention(self.attention_norm(x), angles, mask, past)
        x = x + y
        z = self.feed_norm(x)
        return x + self.down(F.silu(self.gate(z)) * self.up(z)), kept


class ByteModel(nn.Module):
    """The trunk and its three heads. Build it on the meta device, then `materialise` it."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(VOCABULARY, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.layers))
        self.norm = nn.RMSNorm(config.width, eps=1e-6)
        self.lm = nn.Linear(config.width, VOCABULARY, bias=False)
        self.action = nn.Linear(config.width, len(ACTIONS) + MOVES)
        self.green = nn.Linear(config.width, 1)

    def forward(self, symbols: Tensor, documents: Tensor | None = None, cache: Cache | None = None) -> Output:
        """Reads ``symbols`` (batch, length), packed as ``documents`` (same shape) says; one document without it.

        With a ``cache``, ``symbols`` go on where it ends, as one document, and it is added to.
        """
        return self.heads(self.trunk(symbols, documents, cache))

    def trunk(self, symbols: Tensor, documents: Tensor | None = None, cache: Cache | None = None) -> Tensor:
        """What the heads read: (batch, length, width)."""
        past = cache.length if cache is not None else 0
        if documents is None:
            documents = symbols.new_zeros(symbols.shape[0], past + symbols.shape[1])
        place = positions(documents)[:, past:, None].float()
        half = self.config.head_size // 2
        steps = torch.arange(half, device=symbols.device, dtype=torch.float32) / half
        turned = place * self.config.rope_base**-steps
        angles = turned.cos()[:, None], turned.sin()[:, None]
        masks = visible(documents, self.config.window, past), visible(documents, None, past)
        x = self.embedding(symbols)
        for index, block in enumerate(self.blocks):
            before = cache.layers[index] if cache is not None and past else None
            x, kept = block(x, angles, masks[self.config.is_global(index)], before)
            if cache is not None:
                cache.layers[index : index + 1] = [kept]
        return self.norm(x)

    def heads(self, x: Tensor) -> Output:
        """What each head says at each place."""
        return Output(self.lm(x), self.action(x), self.green(x).squeeze(-1))

    @torch.no_grad()
    def materialise(self, device: torch.device | str, seed: int) -> ByteModel:
        """Takes memory on a device and draws the weights: from ``seed`` alone, on the CPU, so alike on every machine.

        What adds to the trunk is drawn smaller with the number of layers, and the heads begin at zero.
        """
        self.to_empty(device=device)
        source = torch.Generator().manual_seed(seed)
        for name, weight in self.named_parameters():
            if "norm" in name:
                weight.fill_(1.0)
            elif name.startswith(("lm.", "action.", "green.")):
                weight.zero_()
            else:
                spread = self.config.width**-0.5
                if name.endswith(("out.weight", "down.weight")):
                    spread /= (2 * self.config.layers) ** 0.5
                weight.copy_(torch.randn(weight.shape, generator=source) * spread)
        return self


def new_model(config: ModelConfig, device: torch.device | str = "cpu", seed: int = 0) -> ByteModel:
    """A fresh model on a device; no memory is taken before its weights are drawn."""
    with torch.device("meta"):
        model = ByteModel(config)
    return model.materialise(device, seed)
