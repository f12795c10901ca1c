"""A mind: whoever completes text for Rusta, on this machine or behind a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.errors import RustaError


class MindError(RustaError):
    """A model cannot be had, or did not answer; the default brain goes on without it."""


@dataclass(frozen=True)
class Prompt:
    """What a model is given: who she is and how to answer (``system``), and the case (``user``)."""

    system: str
    user: str


@dataclass(frozen=True)
class Reply:
    """What a model wrote, and what it took.

    ``tokens_in`` and ``tokens_out`` are the server's own count, None where it gives none. ``cost`` is in the currency
    of the prices in the settings, None where there are no prices. ``cut`` says that the text was ended by a limit.
    """

    text: str
    seconds: float
    tokens_in: int | None = None
    tokens_out: int | None = None
    cost: float | None = None
    cut: bool = False


class Mind(Protocol):
    """One model. ``name`` is what outcomes and meters are kept under."""

    name: str

    async def reply(self, prompt: Prompt, *, sample: int) -> Reply:
        """One answer; ``sample`` counts from 0, and 0 is the least random one. Raises `MindError`."""
        ...
