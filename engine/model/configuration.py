"""How large a model is, and the numbers that bytes and special symbols have. Nothing here loads torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PAD: Final = 256
BEGIN: Final = 257  # a document begins
END: Final = 258  # a document ends
PREFIX: Final = 259  # fill in the middle: what stands before the hole
SUFFIX: Final = 260  # what stands after it
MIDDLE: Final = 261  # what belongs in it
DIAGNOSTIC: Final = 262
EXPLANATION: Final = 263
EDIT: Final = 264
PROBE: Final = 265
VOCABULARY: Final = 320  # the rest is free for symbols to come, so that a checkpoint keeps its shape

ACTIONS: Final = ("check", "trial", "structure", "analyzer", "test", "clippy", "docs", "apply", "abstain", "ask")
MOVES: Final = 54  # numbered places for names of moves; a checkpoint's manifest says which name has which


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a model.

    ``width`` is a multiple of ``heads``, ``heads`` one of ``kv_heads``. Every ``global_every``-th layer sees the whole
    document; the others see the ``window`` bytes before them. ``context`` is the length that it is trained on.
    """

    layers: int
    width: int
    heads: int
    kv_heads: int
    context: int
    window: int
    hidden: int
    global_every: int = 4
    rope_base: float = 10_000.0

    def __post_init__(self) -> None:
        if self.width % self.heads or self.heads % self.kv_heads or (self.width // self.heads) % 2:
            raise ValueError("width must divide by heads into an even size, and heads by kv_heads")

    @property
    def head_size(self) -> int:
        """Numbers a head has."""
        return self.width // self.heads

    def is_global(self, layer: int) -> bool:
        """Whether a layer (from 0) sees the whole document. The last one always does."""
        return (layer + 1) % self.global_every == 0 or layer == self.layers - 1

    def parameters(self) -> int:
        """How many weights the model has, heads included."""
        attention = self.width * self.head_size * (2 * self.heads + 2 * self.kv_heads) + 2 * self.head_size
        layer = attention + 3 * self.width * self.hidden + 2 * self.width
        heads = self.width * (len(ACTIONS) + MOVES + 1) + len(ACTIONS) + MOVES + 1
        return self.layers * layer + 2 * VOCABULARY * self.width + self.width + heads


CONFIGS: Final = {
    "nano": ModelConfig(layers=6, width=224, heads=7, kv_heads=7, context=512, window=128, hidden=608),
    "small": ModelConfig(layers=12, width=512, heads=8, kv_heads=4, context=2048, window=512, hidden=1536),
    "tiny": ModelConfig(layers=16, width=768, heads=12, kv_heads=4, context=4096, window=1024, hidden=2304),
    "base": ModelConfig(layers=28, width=1024, heads=16, kv_heads=4, context=8192, window=1024, hidden=3072),
}
