"""Cards from the installed docs: the error pages, and the chapters of the Book, the Reference and the Nomicon.

A card keeps where its text stands and what that text is known by. Nothing of the text is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curriculum.drills.card import Kind, make_card
from engine.rust.docs import CodeBlock, Docs, ErrorPage
from engine.store.drills import DrillCard

BOOKS = ("book", "reference", "nomicon")
# What an example says of itself and a reader of it is not told, beside what no single file can be checked for.
_UNFIT = re.compile(r"#!\[feature|#!\[no_std\]|#!\[no_main\]|\bextern crate\b|\.\.\.;|^\s*mod \w+;", re.MULTILINE)
_EDITION = re.compile(r"edition(\d{4})")
_FEWEST_LINES = 2
_MOST_LINES = 60
_FEWEST_WORDS = 40


@dataclass(frozen=True)
class Example:
    """An example of the docs that a single file can be made of. ``number`` counts from 0 on its page.

    ``expected`` is what the docs themselves say of it: the error code, "fails" without one, "" when it compiles.
    """

    page: str
    number: int
    source: str
    shown: str
    edition: str
    expected: str
    topic: str
    code: str


def canon_cards(docs: Docs) -> tuple[DrillCard, ...]:
    """Every card that the installed docs hold, no two with one id; none when the docs are not installed."""
    cards: dict[str, DrillCard] = {}
    for card in (*_explain_errors(docs), *_explain_chapters(docs), *_examples(docs)):
        cards.setdefault(card.id, card)
    return tuple(cards.values())


def examples(docs: Docs) -> Iterator[Example]:
    """The examples that can be checked alone, page by page."""
    for code in docs.codes():
        page = docs.explain(code)
        if page is not None and page.emitted:
            topic = topic_of(docs, code)
            for number, block in enumerate(page.blocks):
                if example := _example(page.citation.page, number, block, "2015", topic, code):
                    yield example
    for book in BOOKS:
        for name in docs.pages(book):
            topic = docs.title(name)
            for number, block in enumerate(docs.blocks(name)):
                if example := _example(name, number, block, "2021", topic, ""):
                    yield example


def topic_of(docs: Docs, code: str) -> str:
    """The chapter that teaches what an error code is about; "error codes" where the docs name none."""
    pages = [citation.page.partition("#")[0] for citation in docs.citations_for(code)]
    taught = [page for book in BOOKS for page in pages if page.startswith(f"{book}/")]
    return docs.title(taught[0]) if taught else "error codes"


def erroneous_block(page: ErrorPage) -> int | None:
    """The first example that a page calls erroneous and that a single file can be made of."""
    return next(
        (number for number, block in enumerate(page.blocks) if block.erroneous and _is_fit(block)),
        None,
    )


def edition_of(block: CodeBlock, default: str) -> str:
    """The edition an example is written for."""
    return next((match[1] for tag in block.tags if (match := _EDITION.fullmatch(tag))), default)


def _explain_errors(docs: Docs) -> Iterator[DrillCard]:
    for code in docs.codes():
        page = docs.explain(code)
        if page is not None and page.emitted and (block := erroneous_block(page)) is not None:
            yield make_card(
                Kind.EXPLAIN, page.text, topic=topic_of(docs, code), code=code, page=page.citation.page, block=block
            )


def _explain_chapters(docs: Docs) -> Iterator[DrillCard]:
    """One card a section that an error page sends its reader to; the error is the case she explains it by."""
    seen: set[str] = set()
    for code in docs.codes():
        page = docs.explain(code)
        if page is None or not page.emitted or erroneous_block(page) is None:
            continue
        for citation in docs.citations_for(code):
            if citation.page not in seen and citation.page.startswith(tuple(f"{book}/" for book in BOOKS)):
                seen.add(citation.page)
                text = docs.section_text(citation)
                if len(text.split()) >= _FEWEST_WORDS:
                    topic = docs.title(citation.page.partition("#")[0])
                    yield make_card(Kind.EXPLAIN, text, topic=topic, code=code, page=citation.page)


def _examples(docs: Docs) -> Iterator[DrillCard]:
    for example in examples(docs):
        where = {"topic": example.topic, "code": example.code, "page": example.page, "edition": example.edition}
        yield make_card(Kind.PREDICT, example.source, block=example.number, **where)
        if example.expected and example.code:
            yield make_card(Kind.FIX, example.source, block=example.number, **where)


def _example(page: str, number: int, block: CodeBlock, default: str, topic: str, code: str) -> Example | None:
    if not _is_fit(block):
        return None
    named = next((tag for tag in block.tags if re.fullmatch(r"E\d{4}", tag)), "")
    fails = block.erroneous or "compile_fail" in block.tags or "does_not_compile" in block.tags
    expected = (named or (code if block.erroneous else "") or "fails") if fails else ""
    return Example(page, number, block.source, block.text, edition_of(block, default), expected, topic, code)


def _is_fit(block: CodeBlock) -> bool:
    lines = len(block.text.splitlines())
    known = "rust" in block.tags and not {"console", "text"} & set(block.tags)
    left_out = "ignore" in block.tags and "does_not_compile" not in block.tags
    return known and not left_out and _FEWEST_LINES <= lines <= _MOST_LINES and not _UNFIT.search(block.source)
