"""What she believes about her hypotheses, and how a probe moves it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

_FLOOR = 0.001
_CEILING = 0.999


class Belief:
    """P(green) of each hypothesis, held as odds and moved by Bayes factors.

    The hypotheses are judged one by one (two patches may both be right), so the probabilities need not
    sum to one; `entropy` is that of the choice among them, with "none of these" as the rest. What was believed
    ``before`` of a hypothesis outweighs its prior, since probes have moved it.
    """

    def __init__(self, priors: Mapping[str, float] = {}, before: Belief | None = None) -> None:
        known: Mapping[str, float] = before._odds if before is not None else {}
        self._odds: dict[str, float] = {key: known.get(key, _odds(prior)) for key, prior in priors.items()}

    def update(self, factor: float, keys: Iterable[str] | None = None) -> None:
        """Multiplies the odds of ``keys`` (None: of all) by a Bayes factor."""
        for key in list(self._odds) if keys is None else keys:
            self._odds[key] = min(max(self._odds[key] * factor, _odds(_FLOOR)), _odds(_CEILING))

    def know(self, key: str, probability: float) -> None:
        """Sets P(green) of a hypothesis that was put to the proof itself."""
        if key in self._odds:
            self._odds[key] = _odds(probability)

    def probability(self, key: str) -> float:
        """P(green) of one hypothesis; 0 for one that is not held."""
        odds = self._odds.get(key, 0.0)
        return odds / (1 + odds)

    @property
    def probabilities(self) -> dict[str, float]:
        """P(green) by hypothesis, rounded to four places, best first."""
        ranked = sorted(self._odds, key=self._odds.__getitem__, reverse=True)
        return {key: round(self.probability(key), 4) for key in ranked}

    @property
    def best(self) -> str | None:
        """The hypothesis with the highest probability; the earlier one on a tie."""
        return max(self._odds, key=self._odds.__getitem__, default=None)

    @property
    def confidence(self) -> float:
        """P(green) of the best hypothesis; 0 when there is none."""
        return self.probability(self.best) if self.best is not None else 0.0

    @property
    def entropy(self) -> float:
        """Shannon entropy in bits of the choice among the hypotheses and "none of these"."""
        masses = [self.probability(key) for key in self._odds]
        total = sum(masses)
        shares = [mass / max(total, 1.0) for mass in masses]
        shares.append(max(0.0, 1.0 - sum(shares)))
        return -sum(share * math.log2(share) for share in shares if share > 0)


def _odds(probability: float) -> float:
    bounded = min(max(probability, _FLOOR), _CEILING)
    return bounded / (1 - bounded)
