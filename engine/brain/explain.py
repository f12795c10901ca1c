"""Explanations: what the compiler saw, the rule behind it, what she changes and what that costs, with citations."""

from __future__ import annotations

import re

from engine.brain.protocol import Candidate, Context, Explanation
from engine.brain.voice import Voice

_CHAPTERS = 3
_LABELS = 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


def explain(context: Context, candidate: Candidate | None, voice: Voice | None = None) -> Explanation:
    """Builds the explanation of a finding, and of the change if a candidate is given."""
    voice = voice or Voice.load()
    found = context.diagnostic
    parts = [voice.say("explain_cause", cause=_cause(context), where=found.where)]
    rule, citations = _rule(context)
    if rule:
        parts.append(voice.say("explain_rule", rule=rule, label=found.label))
    if candidate is not None:
        parts.append(voice.say("explain_change", intent=_clause(candidate.intent)))
        if candidate.trade_off:
            parts.append(voice.say("explain_trade_off", trade_off=_clause(candidate.trade_off)))
        citations = tuple(dict.fromkeys((*candidate.citations, *citations)))
    return Explanation(" ".join(part for part in parts if part), citations)


def _cause(context: Context) -> str:
    """The message, what the compiler wrote at the place, and what it points to elsewhere, line by line."""
    found = context.diagnostic
    here = [span.label for span in found.spans if span.primary and span.label and span.label not in found.message]
    elsewhere = [
        f"line {span.line_start}: {span.label}"
        for span in found.spans
        if span.label and not span.primary and span.label not in found.message
    ]
    said = _clause(found.message) + (f": {here[0]}" if here else "")
    return _clause("; ".join([said, *elsewhere[:_LABELS]]))


def _rule(context: Context) -> tuple[str, tuple[str, ...]]:
    """The first sentence of the code's page, and the pages to read: the code's own and the chapters behind it."""
    code = context.diagnostic.code
    if not code:
        return "", ()
    page = context.docs.explain(code)
    chapters = context.docs.citations_for(code.removeprefix("clippy::"))[:_CHAPTERS]
    pages = tuple(dict.fromkeys(cited.page for cited in ((page.citation,) if page else ()) + chapters))
    summary = page.summary.strip().split("\n")[0] if page else ""
    return _clause(_SENTENCE.split(summary)[0]) if summary else "", pages


def _clause(text: str) -> str:
    return " ".join(text.split()).rstrip(".:;")
