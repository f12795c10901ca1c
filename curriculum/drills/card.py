"""What a card is, and what makes two cards the same one."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from engine.store.drills import DrillCard

_SEPARATOR = "\x1f"


class Kind(StrEnum):
    """What a card asks: explain an error or a rule, predict what the compiler says, mend what is broken."""

    EXPLAIN = "explain"
    PREDICT = "predict"
    FIX = "fix"


def digest_of(text: str) -> str:
    """What a text is known by where the text itself is not kept: 16 hex digits, blind to white space at line ends."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def make_card(
    kind: Kind,
    text: str,
    *,
    topic: str,
    code: str,
    page: str,
    block: int | None = None,
    origin: str = "canon",
    ref: str = "",
    edition: str = "",
) -> DrillCard:
    """A card about ``text``, which is known by its digest afterwards.

    The id is a hash of the kind, the digest and the mistake (``ref``): the same example on two pages is one card, and a
    text that a new version of the docs words differently is another.
    """
    digest = digest_of(text)
    id_ = hashlib.sha256(_SEPARATOR.join((kind, digest, edition, ref)).encode()).hexdigest()[:12]
    return DrillCard(id_, kind, topic, code, page, block, digest, origin, ref, edition)
