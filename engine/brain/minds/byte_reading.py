"""How much more natural each candidate makes code: bits per byte that the stretch it changes gets cheaper to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine.brain.minds.byte_windows import Window
from engine.model.configuration import BEGIN

if TYPE_CHECKING:
    from engine.model.transformer import ByteModel


def naturalness(
    model: ByteModel, shown: Iterable[Window], going: Callable[[], bool] = lambda: True
) -> tuple[dict[str, float], int]:
    """Bits per byte gained by candidate key (the mean of its windows), and how many bytes were read for it.

    What comes before a window is read once, and what candidates make of it in one batch. ``going`` is asked between
    passes whether to go on; who was not read is not named.
    """
    from engine.model.scoring import bits_after

    changes: dict[str, list[float]] = {}
    read = 0
    for window in shown:
        prefix = [*([BEGIN] if window.whole else ()), *window.before]
        texts = [window.stands, *window.texts.values()]
        stands, *costs = bits_after(model, prefix, texts, going)
        read += len(prefix) + sum(len(text) for text in texts)
        if stands is None:
            break
        before = stands / max(1, len(window.stands))
        for (key, text), cost in zip(window.texts.items(), costs, strict=True):
            if cost is not None:
                changes.setdefault(key, []).append(before - cost / max(1, len(text)))
    return {key: sum(each) / len(each) for key, each in changes.items()}, read
