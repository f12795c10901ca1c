"""What a card asks, put together from the installed docs when it is asked: the docs are cited, and quoted briefly."""

from __future__ import annotations

from dataclasses import dataclass

from curriculum.drills.canon import edition_of, erroneous_block
from curriculum.drills.card import Kind, digest_of
from engine.errors import RustaError
from engine.rust.docs import CodeBlock, Docs
from engine.store.drills import DrillCard

_QUOTED_WORDS = 90


class CardGoneError(RustaError):
    """The text a card was made from is not in the installed docs any more."""


@dataclass(frozen=True)
class Question:
    """A card with its text. ``source`` is the whole file, ``shown`` the part of it that the docs show.

    ``key`` is what the docs say, a short quotation; ``citations`` are the pages it stands on.
    ``mended`` is an example of the page that is as it should be.
    """

    card: DrillCard
    prompt: str
    shown: str = ""
    source: str = ""
    key: str = ""
    citations: tuple[str, ...] = ()
    mended: str = ""
    edition: str = "2021"


def ask(card: DrillCard, docs: Docs, mistake: str = "") -> Question:
    """Builds the question of a card; ``mistake`` is the story of her own mistake that an explain card may be about.

    Raises `CardGoneError` where the docs do not have that text any more, and when they are not installed.
    """
    match Kind(card.kind):
        case Kind.EXPLAIN:
            return _explain(card, docs, mistake)
        case Kind.PREDICT:
            prompt = "Does this compile? If not, with which error code? Say how sure you are."
        case Kind.FIX:
            prompt = "Mend it. Nothing that is asked for may be deleted."
    block = _block(card, docs)
    return _question(card, docs, prompt, block, _key_of(card, docs), card.edition)


def case_of(card: DrillCard, docs: Docs) -> CodeBlock:
    """The example that an explain card is explained by: the first erroneous one of its code's page."""
    page = docs.explain(card.code)
    number = erroneous_block(page) if page is not None else None
    if page is None or number is None:
        raise _gone(card)
    return page.blocks[number]


def _explain(card: DrillCard, docs: Docs, mistake: str) -> Question:
    case = case_of(card, docs)
    page = docs.explain(card.code)
    summary = (page.summary or page.text) if page is not None else ""
    if card.ref:
        prompt = mistake or f"You went wrong on {card.code}. Why is it an error, and what should you have seen?"
        key = summary
    elif card.page.startswith("error_codes/"):
        if page is None or digest_of(page.text) != card.digest:
            raise _gone(card)
        prompt = f"What is {card.code} about: what is the rule, and why does this break it?"
        key = summary
    else:
        key = docs.section_text(card.page)
        if digest_of(key) != card.digest:
            raise _gone(card)
        prompt = f"What does “{docs.title(card.page)}” teach, and how does this example ({card.code}) go against it?"
    return _question(card, docs, prompt, case, _quote(key), edition_of(case, "2015"))


def _question(card: DrillCard, docs: Docs, prompt: str, block: CodeBlock, key: str, edition: str) -> Question:
    cited = [citation.page for citation in docs.citations_for(card.code)[:2]] if card.code else []
    citations = tuple(dict.fromkeys((card.page, *cited)))
    return Question(card, prompt, block.text, block.source, key, citations, _mended(card, docs), edition)


def _block(card: DrillCard, docs: Docs) -> CodeBlock:
    """The example of a card. A new version of the docs may have moved it on its page: its digest finds it there."""
    page = docs.explain(card.code) if card.page.startswith("error_codes/") else None
    blocks = page.blocks if page is not None else docs.blocks(card.page)
    found = next((block for block in blocks if digest_of(block.source) == card.digest), None)
    if found is None:
        raise _gone(card)
    return found


def _key_of(card: DrillCard, docs: Docs) -> str:
    page = docs.explain(card.code)
    return _quote((page.summary or page.text) if page is not None else docs.section_text(card.page))


def _mended(card: DrillCard, docs: Docs) -> str:
    """The example that the page gives as right, where the question was an erroneous one."""
    page = docs.explain(card.code)
    if page is None:
        return ""
    return next((block.text for block in page.blocks if not block.erroneous and len(block.text.splitlines()) > 1), "")


def _quote(text: str) -> str:
    """The beginning of a text, to the end of a sentence where one is near; grammars and captions are passed over."""
    paragraphs = [line for line in text.replace("\u200b", "").splitlines() if "→" not in line]
    spoken = [line for line in paragraphs if line.rstrip().endswith((".", ":", "?", "!", ")"))]
    words = " ".join(spoken or paragraphs).split()
    if len(words) <= _QUOTED_WORDS:
        return " ".join(words)
    cut = " ".join(words[:_QUOTED_WORDS])
    end = cut.rfind(". ")
    return cut[: end + 1] + " …" if end > len(cut) // 2 else f"{cut} …"


def _gone(card: DrillCard) -> CardGoneError:
    return CardGoneError(
        f"{card.page} does not have the text of card {card.id} any more",
        fix="`rusta drill start` makes the cards of the installed docs anew",
    )
