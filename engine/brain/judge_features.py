"""What the learnt judge looks at: features of a candidate that are known before it is applied.

Those of the moment "before" never put candidates of one list in another order than their beliefs do, as long as the
weight of ``belief`` is not below 0 and that of ``rank`` not above it: the others are the same for the whole list. Those
of the moment "decided" are about the one candidate that she would apply, with what the probes found of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.brain.judge_weights import logit
from engine.schema.diagnostic import Applicability

if TYPE_CHECKING:
    from engine.brain.protocol import Standing
    from engine.schema.patch import Edit

_MARGIN = 4.0
Place = tuple[str, int, int]
"""A file, and from which byte to which."""


@dataclass(frozen=True)
class Listing:
    """A list of candidates as a whole: how many they are, how many other errors there are, and is there a code."""

    choices: int
    others: int
    coded: bool


def before(belief: float, evidence: float, rank: int, listing: Listing) -> dict[str, float]:
    """The features of one candidate before anything is tried.

    ``belief``: P(green) by the Beta prior, of which outcomes added ``evidence`` log-odds; ``rank`` counts from 0.
    """
    return {
        "belief": logit(belief) - evidence,
        "rank": math.log1p(rank),
        "choices": math.log(max(1, listing.choices)),
        "others": math.log1p(listing.others),
        "coded": float(listing.coded),
    }


def decided(
    belief: float,
    evidence: float,
    applicability: Applicability | str | None,
    edits: Sequence[Edit],
    span: Place | None,
    standing: Standing,
    code: str | None,
) -> dict[str, float]:
    """The features of the candidate that she would apply; ``belief`` is what she believed before any probe.

    ``masked``: no fewer errors are left than there were, though there was a ``code``. Where there is none, the file
    could not be read before, and everything else that is wrong with it is only seen now.
    """
    left = standing.left
    return {
        "belief": logit(belief) - evidence,
        "margin": min(_MARGIN, max(0.0, logit(belief) - logit(standing.rival))),
        "machine": float(applicability == Applicability.MACHINE_APPLICABLE),
        "size": math.log1p(sum(len(edit.before) + len(edit.after) for edit in edits)),
        "elsewhere": float(not any(_meets(edit, span) for edit in edits)),
        "clean": float(left == 0),
        "fewer": float(left is not None and 0 < left < standing.errors),
        "masked": float(code is not None and left is not None and left >= standing.errors),
        "tests": 0.0 if standing.tested is None else 1.0 if standing.tested else -1.0,
    }


def _meets(edit: Edit, span: Place | None) -> bool:
    return span is not None and edit.path == span[0] and edit.byte_start <= span[2] and edit.byte_end >= span[1]
