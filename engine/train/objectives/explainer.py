"""E1: why a finding is one, and what mends it, in words. Only the words are learnt."""

from __future__ import annotations

import re

from engine.model.prompts import explanation_prompt, finding, finding_of
from engine.schema.samples import CanonTeach, DiagFix, ExplainDiff, PrPair, StyleGuide
from engine.train.lessons import Gathered, answered, lessons_of
from engine.train.material import Material
from engine.train.packing import Text

ERROR = re.compile(r"^error(?:\[(E\d{4})\])?: (.+)$", re.MULTILINE)
HEAD = re.compile(r"^(?:diff --git|index|---|\+\+\+) .*\n", re.MULTILINE)
_ANSWER = 2  # an answer has at least one in so many symbols of the room


def gather(material: Material, room: int) -> Gathered:
    """The teaching samples, and what was said of every fix on record."""
    return Gathered(
        lessons_of((one.repository, one.split, one.times, text(one.sample, room)) for one in material.samples())
    )


def text(sample: CanonTeach | DiagFix | PrPair | ExplainDiff | StyleGuide, room: int) -> Text | None:
    """A sample as a question with its answer; None where it explains nothing."""
    match sample:
        case CanonTeach():
            said = _said(sample)
            code, diff, words = sample.target.code_before or sample.context, "", sample.target.explanation
        case DiagFix():
            said, code = finding_of(sample.error), sample.code_before
            diff, words = sample.patch_diff, sample.explanation
        case ExplainDiff():
            said, code, diff, words = sample.context.encode(), "", sample.patch_diff, sample.explanation
        case StyleGuide():
            said, code, diff, words = sample.rule.encode(), sample.code_before, sample.code_after, sample.rationale
        case PrPair():
            return None
    diff = HEAD.sub("", diff)
    left = room // _ANSWER - 5
    shown = [part[: left // 3] for part in (said, code.encode(), diff.encode())]
    return answered(explanation_prompt(*shown), words.encode(), room)


def _said(sample: CanonTeach) -> bytes:
    """What the compiler said of an exercise, else what was asked."""
    error = ERROR.search(sample.target.explanation)
    return finding(error[1] or "error", error[2]) if error else sample.prompt.encode()
