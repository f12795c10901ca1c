"""What she answers to a card, and what the compiler made of it."""

from __future__ import annotations

from typing import Literal

from engine.schema.base import Record

Mark = Literal["right", "half", "wrong", "unmarked"]


class Answer(Record):
    """One answer. ``said`` is her prediction or her repair in a word, ``truth`` what the compiler says to it.

    ``confidence`` is P(right) as she put it, before anything was compiled. ``because`` names what she leant on.
    ``mark`` is the compiler's, "unmarked" where only the mentor can tell, and ``rating`` what FSRS makes of it, 1 to 4.
    ``diff`` is her repair, ``devlog`` the diary of the session it was made in. ``seconds`` is wall time.
    """

    text: str
    said: str = ""
    truth: str = ""
    confidence: float | None = None
    because: str = ""
    citations: tuple[str, ...] = ()
    mark: Mark = "unmarked"
    rating: int | None = None
    note: str = ""
    diff: str = ""
    moves: tuple[str, ...] = ()
    devlog: str = ""
    seconds: float = 0.0
