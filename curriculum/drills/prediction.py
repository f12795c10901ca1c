"""She predicts: what the compiler will say of an example, from reading it and from how her predictions came true.

There is no compiler in here, and nothing of what the docs say about the example: its comments, its page and the tags
of its fence stay out of sight.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from curriculum.drills.answer import Answer, Mark
from curriculum.drills.compiler import Checked
from curriculum.drills.reading import read
from engine.rust.tokens import tokens

COMPILES = "compiles"
FAILS = "fails"
NOTHING_SEEN = "nothing seen"
_REMEMBERED = "remembered"
# How often a rule is right before it has been tried, and how many tries that counts for (a Beta prior). The rules read
# by the letter, so they are trusted; that nothing was seen says little, since there is much she cannot see, and three
# in ten of the docs' examples are there because they fail.
_PRIORS = {NOTHING_SEEN: 0.7, _REMEMBERED: 0.97}
_RULE_PRIOR, _STRENGTH = 0.8, 6.0
_SURE = 0.85
_CODE = re.compile(r"E\d{4}")


@dataclass
class TrackRecord:
    """How often each of her reasons was right, and what the compiler said of the cards she has seen before."""

    tries: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    seen: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Iterable[tuple[str, Answer]]) -> TrackRecord:
        """From all her answers so far, by card and oldest first; only predictions that were marked count."""
        record = cls()
        for card, answer in answers:
            reason = answer.because.partition(":")[0]
            if answer.confidence is not None and answer.mark != "unmarked" and reason:
                record.tries[reason][0] += answer.mark == "right"
                record.tries[reason][1] += 1
                record.seen[card] = answer.truth
        return record

    def confidence(self, reason: str) -> float:
        """P(right) of a reason: its prior, and how it came true."""
        right, total = self.tries.get(reason, (0, 0))
        prior = _PRIORS.get(reason, _RULE_PRIOR)
        return round((prior * _STRENGTH + right) / (_STRENGTH + total), 3)


def predict(card: str, source: str, record: TrackRecord) -> Answer:
    """Her answer to a predict card, before anything is compiled."""
    if card in record.seen:
        said, reason, why = record.seen[card], _REMEMBERED, "I have been asked this one before"
    elif found := read(without_comments(source)):
        said, reason, why = found.code or FAILS, found.rule, found.why
    else:
        said, reason, why = COMPILES, NOTHING_SEEN, "I read it through and found nothing to stumble over"
    confidence = record.confidence(reason)
    verdict = "It compiles" if said == COMPILES else "It does not compile" + (f": {said}" if said != FAILS else "")
    text = f"{verdict}. {why[:1].upper()}{why[1:]}. I am {confidence:.0%} sure."
    return Answer(text=text, said=said, confidence=confidence, because=f"{reason}: {why}")


def without_comments(source: str) -> str:
    """The program without its comments, every byte else where it was: many an example tells in them how it ends."""
    text = bytearray(source.encode())
    for token in tokens(bytes(text)):
        if token.kind == "comment":
            blank = bytes(byte if byte == 0x0A else 0x20 for byte in text[token.byte_start : token.byte_end])
            text[token.byte_start : token.byte_end] = blank
    return text.decode("utf-8", "replace")


def mark_prediction(answer: Answer, checked: Checked) -> Answer:
    """What the compiler makes of a prediction: right with the code, half with another one, wrong without an error."""
    truth = COMPILES if checked.compiles else (checked.codes[0] if checked.codes else FAILS)
    said = answer.said
    if (said == COMPILES) != checked.compiles:
        mark: Mark = "wrong"
    elif checked.compiles or said in checked.codes or (said == FAILS and not checked.codes):
        mark = "right"
    else:
        mark = "half"
    sure = (answer.confidence or 0.0) >= _SURE
    rating = {"wrong": 1, "half": 2, "right": 4 if sure else 3}[mark]
    others = ", ".join(code for code in checked.codes if code != truth and _CODE.fullmatch(code))
    note = f"and {others}" if others else ""
    return answer.model_copy(update={"truth": truth, "mark": mark, "rating": rating, "note": note})
