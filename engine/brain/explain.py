"""Explanations: what the compiler means in this code and why, what she changes and what that costs, with citations.

The facts come from the finding's own labels and notes, the syntax tree, the crate's index and the patch; one family of
`engine.brain.explaining` reads each kind of error. Nothing is said that was not read there.
"""

from __future__ import annotations

import re

from engine.brain.explaining.account import Account, account_of
from engine.brain.explaining.change import told
from engine.brain.explaining.scene import Scene
from engine.brain.protocol import Candidate, Context, Explanation
from engine.brain.voice import Voice

_CHAPTERS = 3
_REASONS = 4
_LABELS = 2
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


def explain(context: Context, candidate: Candidate | None, voice: Voice | None = None) -> Explanation:
    """Builds the explanation of a finding, and of the change if a candidate is given.

    ``context.read`` must give the files as they were when the finding was made, before the candidate's edits. Without
    a candidate it says what she would have to know to go on, where that is all that is missing.
    """
    voice = voice or Voice.load()
    found = context.diagnostic
    scene = Scene(context, candidate)
    account = account_of(scene) or _words(scene)
    page_rule, citations = _page(context)
    parts = [voice.say("explain_cause", cause=_sentence(account.meaning), where=found.where)]
    parts += [f"{_sentence(reason)}." for reason in account.because[:_REASONS]]
    if candidate is not None:
        changes = told(candidate, context.read)
        intent = _clause(candidate.intent)
        parts.append(voice.say("explain_change", intent=f"{intent} ({'; '.join(changes)})" if changes else intent))
        if candidate.trade_off:
            parts.append(voice.say("explain_trade_off", trade_off=_clause(candidate.trade_off)))
        citations = tuple(dict.fromkeys((*candidate.citations, *citations)))
    elif account.question:
        asked = account.question if account.question.endswith("?") else f"{_clause(account.question)}."
        parts.append(voice.say("explain_question", question=asked))
    if rule := account.rule or page_rule:
        # What has no code is named by no letters that a reader could look up.
        kind = "explain_rule" if found.code else "explain_nameless_rule"
        parts.append(voice.say(kind, rule=_clause(rule), label=found.label))
    return Explanation(" ".join(part for part in parts if part), citations)


def question(context: Context) -> str:
    """What only the mentor can answer of a finding that she leaves alone; "" where nothing like that is missing."""
    account = account_of(Scene(context))
    return account.question if account is not None else ""


def _words(scene: Scene) -> Account:
    """The compiler's own words with the code they are about, for findings that no family reads."""
    found = scene.found
    here = [span.label for span in found.spans if span.primary and span.label and span.label not in found.message]
    elsewhere = [
        f"`{scene.line(span)}` on {scene.at(span)}: {span.label}"
        for span in found.spans
        if span.label and not span.primary and span.label not in found.message
    ]
    line = scene.line(found.primary)
    meaning = f"{scene.place}: {_clause(found.message)}" + (f": {here[0]}" if here else "")
    because = ([f"The line is `{line}`"] if line else []) + elsewhere[:_LABELS]
    return Account(meaning, tuple(because))


def _page(context: Context) -> tuple[str, tuple[str, ...]]:
    """The first sentence of the code's page, and the pages to read: the code's own and the chapters behind it."""
    code = context.diagnostic.code
    if not code:
        return "", ()
    page = context.docs.explain(code)
    chapters = context.docs.citations_for(code.removeprefix("clippy::"))[:_CHAPTERS]
    pages = tuple(dict.fromkeys(cited.page for cited in ((page.citation,) if page else ()) + chapters))
    summary = page.summary.strip().split("\n")[0] if page else ""
    return _clause(_SENTENCE.split(summary)[0]) if summary else "", pages


def _sentence(text: str) -> str:
    """A clause that begins like a sentence, unless it begins with code or with the name of a file."""
    clause = _clause(text)
    return clause[:1].upper() + clause[1:] if clause.split(" ", 1)[0].strip(",;").isalpha() else clause


def _clause(text: str) -> str:
    return " ".join(text.split()).rstrip(".:;")
