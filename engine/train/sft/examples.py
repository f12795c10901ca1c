"""Samples of the packaged families as a question and its answer, in words. Needs no torch.

A fix is asked for in the very form in which the brains ask a model, and answered in the one edit format; everything
else is asked in a sentence and answered in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from engine.brain.minds.answer import AnswerRefusedError, located, parse_answer
from engine.brain.minds.pack import told
from engine.brain.minds.prompts import SYSTEM
from engine.schema.samples import AnySample, CanonTeach, DiagFix, ExplainDiff, PrPair, StyleGuide
from engine.train.material import Material

TEACHER: Final = (
    "You are Rusta, a Rust engineer. You explain briefly and exactly: the root cause first, then what follows from it."
)
_PATH: Final = re.compile(r"^\+\+\+ b/(.+)$", re.MULTILINE)
_HEAD: Final = re.compile(r"^(?:diff --git|index|---|\+\+\+) .*\n", re.MULTILINE)
_SURE: Final = 0.9  # of a fix whose tests went green; of others:
_LIKELY: Final = 0.6
_LINE: Final = 300  # characters of a cause or an intent


@dataclass(frozen=True)
class Example:
    """What is asked and what is to be answered; ``family`` names the part of the mixture that it belongs to."""

    family: str
    system: str
    user: str
    answer: str
    held_out: bool
    times: int

    def messages(self) -> list[dict[str, str]]:
        """The question."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]


def examples(material: Material) -> Iterator[Example]:
    """Every question that the samples answer; those of repositories in the validation split are held out."""
    for one in material.samples():
        for family, system, user, answer in asked(one.sample):
            if answer.strip():
                yield Example(family, system, user, answer, one.split == "validation", one.times)


def asked(sample: AnySample) -> Iterator[tuple[str, str, str, str]]:
    """Family, system message, question and answer of a sample; nothing where it answers no question."""
    match sample:
        case CanonTeach(target=target):
            parts = [target.explanation, _code(target.code_after), *(f"See {page}" for page in target.citations)]
            question = _joined(sample.prompt, sample.context, _code(target.code_before))
            yield "teach", TEACHER, question, _joined(*parts)
        case DiagFix():
            fix = repair(sample)
            if fix is not None:
                yield "diag_fix", SYSTEM, *fix
            question = _joined("What is wrong here, and why does this change mend it?", told(sample.error))
            yield "explain_fix", TEACHER, _joined(question, _diff(sample.patch_diff)), sample.explanation
        case ExplainDiff():
            question = _joined("Explain this change.", sample.context, _diff(sample.patch_diff))
            yield "explain_diff", TEACHER, question, sample.explanation
        case StyleGuide():
            question = _joined(f"Mend what this rule finds: {sample.rule}", _code(sample.code_before))
            yield "style_guide", TEACHER, question, _joined(sample.rationale, _code(sample.code_after))
        case PrPair():
            return


def repair(sample: DiagFix) -> tuple[str, str] | None:
    """A fix as question and answer in the edit format; None where it cannot be said in it."""
    found = _PATH.search(sample.patch_diff)
    primary = sample.error.primary
    path = primary.file if primary is not None else found[1] if found is not None else "src/lib.rs"
    old, new = sample.code_before, sample.code_after
    edits = [{"path": path, "find": find, "replace": replace} for find, replace in replacements(old, new)]
    cause, _, rest = " ".join(sample.explanation.split()).partition(". ")
    intent = rest.partition(". ")[0] or cause
    answer = {
        "cause": cause[:_LINE],
        "intent": intent[:_LINE],
        "confidence": _SURE if sample.tests.after == "green" else _LIKELY,
        "edits": edits,
    }
    text = json.dumps(answer, ensure_ascii=False)
    try:
        placed = located(parse_answer(text), lambda name: old.encode() if name == path else None)
    except AnswerRefusedError:
        return None
    content = old.encode()
    for edit in reversed(placed):
        content = content[: edit.byte_start] + edit.after.encode() + content[edit.byte_end :]
    if content != new.encode():
        return None
    return f"## Diagnostic\n{told(sample.error).rstrip()}\n\n## Code: {path}\n{old.rstrip()}\n", text


def replacements(old: str, new: str) -> Iterator[tuple[str, str]]:
    """What differs, in whole lines, each with as much before and after it as makes it stand there once."""
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    until = 0
    for kind, start, end, first, last in SequenceMatcher(None, lines, others, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        low, high = start, end
        while (low == high or old.count("".join(lines[low:high])) > 1) and (low > until or high < len(lines)):
            low, high = max(until, low - 1), min(len(lines), high + 1) if low == until else high
        before, after = "".join(lines[low:start]), "".join(lines[end:high])
        yield "".join(lines[low:high]), before + "".join(others[first:last]) + after
        until = high


def _code(text: str | None) -> str:
    return f"```rust\n{text.rstrip()}\n```" if text and text.strip() else ""


def _diff(text: str) -> str:
    return f"```diff\n{_HEAD.sub('', text).rstrip()}\n```" if text.strip() else ""


def _joined(*parts: str) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())
